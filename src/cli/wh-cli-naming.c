#include "wh-cli-naming.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-naming-decide.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-strain.h"
#include "wh-cli-write.h"

gboolean
wh_cli_naming_is (const WhCliOptions *options)
{
  guint n = g_strv_length (options->words);

  if (strcmp (options->words[0], "link") == 0)
    return n == 1;
  return n == 3 && (strcmp (options->words[0], "accept") == 0 || strcmp (options->words[0], "reject") == 0);
}

/* -- the commands --------------------------------------------------------------------------------------------------- */

static int
report (const WhCliOptions *options, const WhNamingDecision *decision, GError **error)
{
  g_autoptr (GString) json = NULL;
  g_autoptr (WhJsonWriter) writer = NULL;

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (options->dry_run ? _("Names: %u. Would give their strain to batches: %u, products: %u")
                                           : _("Names: %u. Got their strain: batches %u, products %u"),
                          decision->n_names, decision->n_batches, decision->n_products);
      return WH_EXIT_DONE;
    }
  json = g_string_new (NULL);
  writer = wh_json_writer_new (json, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "names", decision->n_names);
  wh_json_writer_add_integer (writer, "batches", decision->n_batches);
  wh_json_writer_add_integer (writer, "products", decision->n_products);
  wh_json_writer_add_boolean (writer, "dry_run", options->dry_run);
  wh_json_writer_end_object (writer);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* What the namer gave the strain for this name, if it proposed it. */
static double
confidence_of (WhNamer *namer, const char *name, const WhCard *card)
{
  WhNaming naming;

  wh_namer_resolve (namer, name, &naming);
  for (guint i = 0; i < naming.n; i++)
    if (naming.candidates[i].card == card)
      return naming.candidates[i].confidence;
  return NAN;
}

static int
decide (const WhCliOptions *options, WhSession *session, WhSnapshot *snapshot, WhNamer *namer, WhNamingDecision **out_decision,
        GError **error)
{
  WhStore *store = wh_session_store (session);
  const WhPrincipal *principal = wh_session_principal (session);
  const char *name = options->words[1];
  const WhCard *card;
  double confidence;
  int status;

  if (strcmp (options->words[0], "link") == 0)
    {
      *out_decision = wh_naming_link (store, principal, namer, error);
      return *out_decision ? WH_EXIT_DONE : WH_EXIT_FAILED;
    }
  status = wh_cli_strain_resolve (options, snapshot, options->words[2], &card, error);
  if (status != WH_EXIT_DONE)
    return status;
  confidence = confidence_of (namer, name, card);
  *out_decision = strcmp (options->words[0], "accept") == 0 ? wh_naming_accept (store, principal, name, &card->id, confidence, error)
                                                            : wh_naming_reject (store, principal, name, &card->id, confidence, error);
  return *out_decision ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_naming_run (const WhCliOptions *options, WhSession *session, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (wh_session_catalogue (session));
  g_autoptr (WhNamer) namer = wh_namer_new (snapshot);
  g_autoptr (WhNamingDecision) decision = NULL;
  int status = decide (options, session, snapshot, namer, &decision, error);

  if (status != WH_EXIT_DONE)
    return status;
  return options->dry_run || wh_cli_write_all (options, decision->edits, error) ? report (options, decision, error) : WH_EXIT_FAILED;
}
