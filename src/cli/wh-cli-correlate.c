#include <glib/gi18n.h>

#include "service/wh-correlations.h"
#include "wh-cli-chart.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define PAIRS_SHOWN 20

static void
print_pairs (const WhCliOptions *options, const WhCorrelations *correlations)
{
  const WhCliColumn columns[] = { { _("Terpene"), FALSE, 12, FALSE, NULL },    { _("Goes with"), FALSE, 12, FALSE, NULL },
                                  { _("Spearman"), TRUE, 0, FALSE, NULL },     { _("90 %"), TRUE, 0, TRUE, NULL },
                                  { _("Pearson"), TRUE, 0, TRUE, NULL },       { _("Strains"), TRUE, 0, TRUE, NULL },
                                  { _("Censored"), TRUE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = options->limit ? (guint) options->limit : PAIRS_SHOWN;

  for (guint i = 0; i < MIN (shown, correlations->pairs->len); i++)
    {
      const WhCorrelation *pair = &g_array_index (correlations->pairs, WhCorrelation, i);
      g_autofree char *spearman = g_strdup_printf ("%+.2f", pair->spearman);
      g_autofree char *pearson = g_strdup_printf ("%+.2f", pair->pearson);
      g_autofree char *band = g_strdup_printf ("%+.2f … %+.2f", pair->spearman_low, pair->spearman_high);
      g_autofree char *n = g_strdup_printf ("%u", pair->n);
      g_autofree char *censored = g_strdup_printf ("%u", pair->n_censored);
      wh_cli_table_add (table, (const char *const[]) { pair->first->name, pair->second->name, spearman, band, pearson, n, censored });
    }
  wh_cli_output_table (options, table);
  wh_cli_output_line (_("Amounts in mg/g over strains tested for both; weak ones may only follow the total."));
  wh_cli_output_line (_("90 %%: band of Spearman's coefficient over such strains. Censored: strains with an amount below what the lab "
                        "can tell; its middle was taken."));
  wh_cli_output_line (_("Computed by %s"), correlations->engine);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (correlations->snapshot));
}

/* No words: every pair. */
static gboolean
read_analyte (const WhCliOptions *options, const WhAnalyte **out_analyte, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words);

  *out_analyte = *typed ? wh_analyte_lookup (typed) : NULL;
  if (!*typed || (*out_analyte && wh_analyte_is_terpene (*out_analyte)))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("“%s” is no terpene of the dictionary."), typed);
  return FALSE;
}

int
wh_cli_correlate (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhCorrelations) correlations = NULL;
  const WhAnalyte *analyte;

  if (!session || !read_analyte (options, &analyte, error))
    return WH_EXIT_FAILED;
  correlations = wh_analyst_correlate (wh_session_analyst (session), wh_session_principal (session), analyte, error);
  if (!correlations)
    return WH_EXIT_FAILED;
  if (options->chart && !wh_cli_chart_take (options, wh_chart_correlations (correlations, options->chart_format, error), error))
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_pairs (options, correlations);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_correlations (writer, correlations, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
