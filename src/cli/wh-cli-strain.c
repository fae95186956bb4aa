#include "wh-cli-strain.h"

#include <glib/gi18n.h>

#include "base/wh-json-writer.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"

#define CANDIDATES_SHOWN 10
#define MG_PER_PERCENT 10.0

static char *
candidates_json (const GPtrArray *candidates)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "candidates");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < candidates->len; i++)
    {
      const WhCard *card = candidates->pdata[i];
      g_autofree char *id = wh_id_to_string (&card->id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "strain_id", id);
      wh_json_writer_add_string (writer, "name", card->name);
      wh_json_writer_add_string (writer, "slug", card->slug);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

static void
print_candidates (const WhCliOptions *options, const char *typed, const GPtrArray *candidates)
{
  g_autoptr (GString) message = g_string_new (NULL);
  g_autofree char *details = candidates_json (candidates);

  g_string_append_printf (message, _("“%s” may be any of these: "), typed);
  for (guint i = 0; i < MIN (candidates->len, CANDIDATES_SHOWN); i++)
    {
      const WhCard *card = candidates->pdata[i];
      g_autofree char *id = wh_id_to_string (&card->id);
      /* Ids, since two sources may give two strains one slug. */
      g_string_append_printf (message, "%s%s (%s)", i ? ", " : "", card->name, id);
    }
  if (candidates->len > CANDIDATES_SHOWN)
    g_string_append (message, ", …");
  wh_cli_output_error (options, wh_error_word (WH_ERROR_AMBIGUOUS), message->str, details);
}

int
wh_cli_strain_resolve (const WhCliOptions *options, WhSnapshot *snapshot, const char *typed, const WhCard **out_card, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;
  g_autoptr (GError) failure = NULL;

  *out_card = wh_catalogue_resolve (snapshot, typed, &candidates, &failure);
  if (*out_card)
    return WH_EXIT_DONE;
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_AMBIGUOUS) && candidates)
    {
      print_candidates (options, typed, candidates);
      return WH_EXIT_AMBIGUOUS;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return WH_EXIT_FAILED;
}

int
wh_cli_strain_resolve_words (const WhCliOptions *options, WhSnapshot *snapshot, const WhCard **out_card, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words);

  return wh_cli_strain_resolve (options, snapshot, typed, out_card, error);
}

void
wh_cli_strain_label (const WhCliOptions *options, gboolean demonstration)
{
  if (demonstration)
    wh_cli_output_styled (options, WH_STYLE_NOTICE, _("With demonstration data: made up, not measured"));
}

/* Percent for parts of the whole; anything else in the unit it came in. */
static char *
amount_text (const WhMeasure *measure, double amount)
{
  if (measure->unit == WH_UNIT_MG_PER_G)
    return g_strdup_printf ("%.3g %%", amount / MG_PER_PERCENT);
  if (measure->unit == WH_UNIT_UNKNOWN)
    return g_strdup_printf (_("%.4g (unit unknown)"), amount);
  return g_strdup_printf ("%.4g %s", amount, wh_unit_key (measure->unit));
}

static char *
value_text (const WhMeasure *measure)
{
  g_autofree char *amount = amount_text (measure, measure->value);

  return measure->unit == WH_UNIT_MG_PER_G ? g_strdup_printf ("%.4g mg/g (%s)", measure->value, amount) : g_steal_pointer (&amount);
}

char *
wh_cli_strain_measure (const WhMeasure *measure)
{
  g_autofree char *lod = isnan (measure->lod) ? NULL : amount_text (measure, measure->lod);
  g_autofree char *loq = isnan (measure->loq) ? NULL : amount_text (measure, measure->loq);

  switch ((WhState) measure->state)
    {
    case WH_STATE_VALUE:
      return value_text (measure);
    case WH_STATE_BELOW_LOQ:
      return loq ? g_strdup_printf (_("< LOQ %s"), loq) : g_strdup (_("< LOQ"));
    case WH_STATE_NOT_DETECTED:
      return lod ? g_strdup_printf (_("not detected (LOD %s)"), lod) : g_strdup (_("not detected"));
    case WH_STATE_NOT_APPLICABLE:
      return g_strdup (_("not applicable"));
    case WH_STATE_NOT_TESTED:
    default:
      return g_strdup (_("not tested"));
    }
}
