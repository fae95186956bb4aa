#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-compare.h"
#include "wh-cli-chart.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define LINES_SHOWN 12

static char *
amount_words (const WhAmount *amount)
{
  if (amount->n == 0)
    return g_strdup (_("not tested"));
  if (amount->high == 0)
    return g_strdup (_("not detected"));
  return amount->low == amount->high ? g_strdup_printf ("%.2f", amount->estimate)
                                     : g_strdup_printf ("%.2f–%.2f", amount->low, amount->high);
}

static void
print_contrasts (const WhCliOptions *options, const WhComparison *comparison)
{
  WhCliColumn columns[WH_COMPARE_MOST + 1] = { { _("mg/g"), FALSE, 12, FALSE, NULL } };
  guint shown = options->limit ? (guint) options->limit : LINES_SHOWN;

  for (guint i = 0; i < comparison->n; i++)
    columns[i + 1] = (WhCliColumn) { comparison->cards[i]->name, TRUE, 8, FALSE, NULL };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, comparison->n + 1);
  for (guint i = 0; i < MIN (shown, comparison->contrasts->len); i++)
    {
      const WhContrast *contrast = &g_array_index (comparison->contrasts, WhContrast, i);
      const char *cells[WH_COMPARE_MOST + 1] = { contrast->analyte->name };
      g_auto (GStrv) amounts = g_new0 (char *, WH_COMPARE_MOST + 1);
      for (guint j = 0; j < comparison->n; j++)
        cells[j + 1] = amounts[j] = amount_words (&contrast->amounts[j]);
      wh_cli_table_add (table, cells);
    }
  wh_cli_output_table (options, table);
}

/* What two strains differ in as shares of the terpenes, and how sure the distance is. */
static void
print_pair (const WhComparison *comparison, const WhPair *pair)
{
  g_autofree char *words = wh_present_pair_words (comparison, pair);
  g_autofree char *differs = wh_present_contribution_words (&pair->closeness);

  wh_cli_output_line ("%s", words);
  if (differs)
    wh_cli_output_line ("  %s", differs);
  if (!isnan (pair->closeness.hellinger_low))
    wh_cli_output_line (_("  Hellinger distance %.3f, 90 %% between %.3f and %.3f assuming that tests scatter by %.0f %%"),
                        pair->closeness.hellinger_distance, pair->closeness.hellinger_low, pair->closeness.hellinger_high,
                        100 * WH_CLOSENESS_RSD);
}

static void
print_comparison (const WhCliOptions *options, const WhComparison *comparison)
{
  wh_cli_output_styled (options, WH_STYLE_HEADING, _("What differs most comes first; medians over the batches tested"));
  print_contrasts (options, comparison);
  for (guint i = 0; i < comparison->pairs->len; i++)
    print_pair (comparison, &g_array_index (comparison->pairs, WhPair, i));
  wh_cli_output_line (_("Computed by %s"), comparison->engine);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (comparison->snapshot));
}

static int
resolve_all (const WhCliOptions *options, WhSnapshot *snapshot, WhId *out_ids, guint *out_n, GError **error)
{
  guint n = g_strv_length (options->words);

  for (*out_n = 0; *out_n < MIN (n, WH_COMPARE_MOST + 1); ++*out_n)
    {
      const WhCard *card;
      int status = wh_cli_strain_resolve (options, snapshot, options->words[*out_n], &card, error);
      if (!card)
        return status;
      out_ids[*out_n] = card->id;
    }
  return WH_EXIT_DONE;
}

int
wh_cli_compare (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhComparison) comparison = NULL;
  WhId ids[WH_COMPARE_MOST + 1];
  guint n = 0;
  int status = session ? resolve_all (options, snapshot, ids, &n, error) : WH_EXIT_FAILED;

  if (status != WH_EXIT_DONE)
    return status;
  comparison = wh_analyst_compare (wh_session_analyst (session), wh_session_principal (session), ids, n, error);
  if (!comparison)
    return WH_EXIT_FAILED;
  if (options->chart && !wh_cli_chart_take (options, wh_chart_comparison (comparison, options->chart_format, error), error))
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_comparison (options, comparison);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_comparison (writer, comparison);
  return wh_cli_output_document (options, json, "differences", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
