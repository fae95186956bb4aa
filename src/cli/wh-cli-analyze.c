#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-analysis.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define TERPENES_SHOWN 12
#define MG_PER_PERCENT 10.0

/* Tests that all found nothing are no zero. */
static gboolean
found_nothing (const WhAmount *amount)
{
  return amount->n && amount->high <= 0;
}

static char *
value_words (const WhAmount *amount, double per)
{
  if (found_nothing (amount))
    return g_strdup (C_ ("not detected", "ND"));
  return amount->n ? g_strdup_printf ("%.2f", amount->estimate / per) : g_strdup (_("not tested"));
}

/* "23.80 %  (22.9–24.1)  n 34", or a dash. */
static void
amount_words (const WhAmount *amount, double per, char **out_value, char **out_interval, char **out_n)
{
  *out_value = value_words (amount, per);
  *out_interval = amount->n && amount->low != amount->high ? g_strdup_printf ("%.2f–%.2f", amount->low / per, amount->high / per)
                                                           : g_strdup ("");
  *out_n = g_strdup_printf ("%u", amount->n);
}

static void
print_totals (const WhCliOptions *options, const WhAnalysis *analysis)
{
  const WhCliColumn columns[] = { { _("Total"), FALSE, 0, FALSE, NULL },  { "%", TRUE, 0, FALSE, NULL },
                                  { _("Interval"), TRUE, 0, TRUE, NULL }, { _("Results"), TRUE, 0, TRUE, NULL },
                                  { _("Formula"), FALSE, 10, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < analysis->totals->len; i++)
    {
      const WhTotal *total = &g_array_index (analysis->totals, WhTotal, i);
      g_autofree char *value = NULL, *interval = NULL, *n = NULL;
      amount_words (&total->amount, MG_PER_PERCENT, &value, &interval, &n);
      wh_cli_table_add (table, (const char *const[]) { total->name, value, interval, n, total->formula });
    }
  wh_cli_output_table (options, table);
}

static void
print_terpenes (const WhCliOptions *options, const WhAnalysis *analysis)
{
  const WhCliColumn columns[] = { { _("Terpene"), FALSE, 12, FALSE, NULL }, { "mg/g", TRUE, 0, FALSE, NULL },
                                  { _("Interval"), TRUE, 0, TRUE, NULL },   { _("Share"), TRUE, 0, FALSE, NULL },
                                  { _("Leads in"), TRUE, 0, TRUE, NULL },   { _("Results"), TRUE, 0, TRUE, NULL },
                                  { _("Aroma"), FALSE, 8, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = options->limit ? (guint) options->limit : TERPENES_SHOWN;

  for (guint i = 0; i < MIN (shown, analysis->terpenes->len); i++)
    {
      const WhTerpeneShare *terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, i);
      g_autofree char *value = NULL, *interval = NULL, *n = NULL;
      g_autofree char *share = found_nothing (&terpene->amount) ? g_strdup ("–") : g_strdup_printf ("%.1f %%", 100 * terpene->share);
      g_autofree char *leads = g_strdup_printf ("%u", terpene->leads);
      amount_words (&terpene->amount, 1, &value, &interval, &n);
      wh_cli_table_add (table, (const char *const[]) { terpene->analyte->name, value, interval, share, leads, n,
                                                       terpene->analyte->aroma });
    }
  wh_cli_output_table (options, table);
}

static void
print_ratio (const WhAnalysis *analysis)
{
  if (!isfinite (analysis->ratio))
    return;
  if (analysis->ratio_low == analysis->ratio_high)
    wh_cli_output_line (_("THC to CBD %.4g to 1"), analysis->ratio);
  else if (isfinite (analysis->ratio_high))
    wh_cli_output_line (_("THC to CBD %.4g to 1, between %.4g and %.4g"), analysis->ratio, analysis->ratio_low, analysis->ratio_high);
  else
    wh_cli_output_line (_("THC to CBD %.4g to 1, at least %.4g"), analysis->ratio, analysis->ratio_low);
}

static void
print_analysis (const WhCliOptions *options, const WhAnalysis *analysis, const WhCard *card)
{
  g_autofree char *dominant = wh_present_dominant_words (analysis);

  wh_cli_output_styled (options, WH_STYLE_HEADING, card->name);
  print_totals (options, analysis);
  print_ratio (analysis);
  print_terpenes (options, analysis);
  wh_cli_output_line ("%s", dominant ? dominant : _("No terpenes were tested."));
  if (analysis->n_left_out > 0)
    wh_cli_output_line (_("Results left out: %u, of other products than flower, by dry weight, or without an amount"),
                        analysis->n_left_out);
  wh_cli_strain_label (options, card->demonstration);
}

int
wh_cli_analyze (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhStrainDetail) detail = NULL;
  g_autoptr (WhAnalysis) analysis = NULL;
  const WhCard *card = NULL;
  int status = session ? wh_cli_strain_resolve_words (options, snapshot, &card, error) : WH_EXIT_FAILED;

  if (!card)
    return status;
  detail = wh_catalogue_show (wh_session_catalogue (session), wh_session_principal (session), &card->id, error);
  if (!detail)
    return WH_EXIT_FAILED;
  analysis = wh_analysis_of_strain (detail);
  if (options->format == WH_FORMAT_TABLE)
    {
      print_analysis (options, analysis, detail->card);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_analysis (writer, analysis, detail->card);
  return wh_cli_output_document (options, json, "terpenes", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
