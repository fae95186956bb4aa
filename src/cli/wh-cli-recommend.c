#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "service/wh-recommend.h"
#include "wh-cli-command.h"
#include "wh-cli-outcome.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

static gboolean
take_strains (const WhCliOptions *options, WhSnapshot *snapshot, WhPreferences *preferences, WhWishKind kind, int *out_status,
              GError **error)
{
  char **names = kind == WH_WISH_LIKE ? options->wishes.likes : options->wishes.dislikes;

  for (guint i = 0; names && names[i]; i++)
    {
      const WhCard *card = NULL;
      *out_status = wh_cli_strain_resolve (options, snapshot, names[i], &card, error);
      if (!card || !wh_preferences_add_strain (preferences, kind, card->index, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_words (const WhCliWishes *wishes, WhPreferences *preferences, GError **error)
{
  for (guint i = 0; wishes->flavors && wishes->flavors[i]; i++)
    if (!wh_preferences_add_flavour (preferences, wishes->flavors[i], error))
      return FALSE;
  for (guint i = 0; wishes->terpenes && wishes->terpenes[i]; i++)
    if (!wh_preferences_add_terpene (preferences, wishes->terpenes[i], error))
      return FALSE;
  return (!wishes->thc || wh_preferences_add_level (preferences, WH_WISH_THC, wishes->thc, error))
         && (!wishes->cbd || wh_preferences_add_level (preferences, WH_WISH_CBD, wishes->cbd, error))
         && (!wishes->method || wh_preferences_set_method (preferences, wishes->method, error));
}

/* NULL with an error, or with a status where the candidates were already named. */
static WhPreferences *
read_preferences (const WhCliOptions *options, WhSnapshot *snapshot, int *out_status, GError **error)
{
  const WhCliWishes *wishes = &options->wishes;
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();

  *out_status = WH_EXIT_FAILED;
  if (options->limit)
    preferences->limit = (guint) options->limit;
  preferences->in_stock = wishes->in_stock;
  preferences->max_price = wishes->max_price;
  preferences->state = g_strdup (wishes->state);
  if (!take_strains (options, snapshot, preferences, WH_WISH_LIKE, out_status, error)
      || !take_strains (options, snapshot, preferences, WH_WISH_DISLIKE, out_status, error)
      || !take_words (wishes, preferences, error))
    return NULL;
  return g_steal_pointer (&preferences);
}

static void
add_row (WhCliTable *table, const WhRecommendation *recommendation)
{
  g_autofree char *score = g_strdup_printf ("%.2f", recommendation->score);
  g_autofree char *price
      = isnan (recommendation->average_price) ? g_strdup ("–") : g_strdup_printf ("%.2f", recommendation->average_price);
  g_autofree char *shops = g_strdup_printf ("%u", recommendation->n_dispensaries);
  g_autofree char *reasons = g_strjoinv ("; ", recommendation->reasons);

  wh_cli_table_add (table, (const char *const[]) { recommendation->card->name, score, price, shops, reasons });
}

static void
print_recommendations (const WhCliOptions *options, const WhRecommendations *found)
{
  const WhCliColumn columns[] = { { _ ("Name"), FALSE, 12, FALSE, "1" },
                                  { _ ("Fit"), TRUE, 0, FALSE, NULL },
                                  { _ ("per gram"), TRUE, 0, TRUE, NULL },
                                  { _ ("Shops"), TRUE, 0, TRUE, NULL },
                                  { _ ("Why"), FALSE, 24, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < found->recommendations->len; i++)
    add_row (table, &g_array_index (found->recommendations, WhRecommendation, i));
  if (found->recommendations->len > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_note (_ ("nothing in the catalogue meets these conditions"));
  for (guint i = 0; i < found->counterfactuals->len; i++)
    wh_cli_output_line ("%s", g_array_index (found->counterfactuals, WhCounterfactual, i).words);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (found->snapshot));
}

static int
output (const WhCliOptions *options, const WhRecommendations *found, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = NULL;

  if (options->format == WH_FORMAT_TABLE)
    {
      print_recommendations (options, found);
      return WH_EXIT_DONE;
    }
  writer = wh_json_writer_new (json, 0);
  wh_present_recommendations (writer, found, NULL);
  return wh_cli_output_document (options, json, "recommendations", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* -- what became of it --------------------------------------------------------------------------------------------- */

static int
note_outcome (const WhCliOptions *options, WhSnapshot *snapshot, const WhRecommendations *found, GError **error)
{
  const WhCard *card = NULL;
  int status = wh_cli_strain_resolve (options, snapshot, options->accept ? options->accept : options->reject, &card, error);
  WhOutcome outcome = { .about = WH_FEEDBACK_RECOMMENDATION, .offer_id = found->id, .offered_kind = WH_KIND_STRAIN };

  if (status != WH_EXIT_DONE)
    return status;
  for (guint i = 0; i < found->recommendations->len; i++)
    if (g_array_index (found->recommendations, WhRecommendation, i).card == card)
      {
        outcome.offered_id = card->id;
        return wh_cli_outcome_note (options, &outcome, card->name, error);
      }
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("%s is not among what is recommended to this question"), card->name);
  return WH_EXIT_FAILED;
}

int
wh_cli_recommend (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhPreferences) preferences = NULL;
  g_autoptr (WhRecommendations) found = NULL;
  g_autoptr (WhTaste) taste = NULL;
  g_autoptr (GError) wrong = NULL;
  int status = WH_EXIT_FAILED;

  if (!wh_cli_outcome_check (options, &wrong))
    {
      wh_cli_output_error (options, "usage", wrong->message, NULL);
      return WH_EXIT_USAGE;
    }
  if (!session || !(preferences = read_preferences (options, snapshot, &status, error)))
    return status;
  if (options->wishes.reviews && !(taste = wh_recommend_read_taste (snapshot, options->wishes.reviews, error)))
    return WH_EXIT_FAILED;
  found = wh_analyst_recommend (wh_session_analyst (session), wh_session_principal (session), snapshot, preferences, taste, error);
  if (found && (options->accept || options->reject))
    return note_outcome (options, snapshot, found, error);
  return found ? output (options, found, error) : WH_EXIT_FAILED;
}
