#include <glib/gi18n.h>

#include "service/wh-outliers.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define ROWS_SHOWN 20

static void
print_spreads (const WhCliOptions *options, const WhOutliers *outliers, guint shown)
{
  const WhCliColumn columns[] = { { _("Name"), FALSE, 12, FALSE, "1" },
                                  { _("Tests"), TRUE, 0, FALSE, NULL },
                                  { _("Spread"), TRUE, 0, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < MIN (shown, outliers->spreads->len); i++)
    {
      const WhSpread *spread = &g_array_index (outliers->spreads, WhSpread, i);
      g_autofree char *tests = g_strdup_printf ("%u", spread->n_tests);
      g_autofree char *width = g_strdup_printf ("%.3f", spread->spread);
      wh_cli_table_add (table, (const char *const[]) { spread->card->name, tests, width });
    }
  wh_cli_output_table (options, table);
  wh_cli_output_line (_("Spread: half of a strain's tests are within this Hellinger distance of their middle; the widest first"));
}

static void
print_tests (const WhCliOptions *options, const WhOutliers *outliers, guint shown)
{
  const WhCliColumn columns[] = { { _("Name"), FALSE, 12, FALSE, "1" },   { _("Batch"), FALSE, 6, TRUE, NULL },
                                  { _("Lab"), FALSE, 8, TRUE, NULL },     { _("Sample"), FALSE, 8, TRUE, NULL },
                                  { _("Tested"), FALSE, 0, TRUE, NULL },  { _("What to check"), FALSE, 24, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < MIN (shown, outliers->outliers->len); i++)
    {
      const WhOutlier *outlier = outliers->outliers->pdata[i];
      g_autofree char *date = wh_clock_format_date (outlier->test_date);
      wh_cli_table_add (table, (const char *const[]) { outlier->card->name, outlier->batch_number, outlier->lab, outlier->sample_id, date,
                                                       outlier->message });
    }
  wh_cli_output_table (options, table);
  if (shown < outliers->outliers->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, outliers->outliers->len);
}

static void
print_outliers (const WhCliOptions *options, const WhOutliers *outliers)
{
  guint shown = options->limit ? (guint) options->limit : ROWS_SHOWN;

  if (outliers->spreads->len > 0)
    print_spreads (options, outliers, shown);
  if (outliers->outliers->len > 0)
    print_tests (options, outliers, shown);
  else
    wh_cli_output_line (_("Nothing to check: of %u tests with a terpene panel none is far from the others of its strain."),
                        outliers->n_tests);
  if (outliers->spreads->len == 0)
    wh_cli_output_line (_("No strain has enough tests to say how much they differ."));
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (outliers->snapshot));
}

int
wh_cli_outliers (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhOutliers) outliers = NULL;
  const WhCard *card = NULL;
  int status = session && *options->words ? wh_cli_strain_resolve_words (options, snapshot, &card, error) : WH_EXIT_DONE;

  if (!session || status != WH_EXIT_DONE)
    return session ? status : WH_EXIT_FAILED;
  outliers = wh_analyst_outliers (wh_session_analyst (session), wh_session_principal (session), card ? &card->id : NULL, error);
  if (!outliers)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_outliers (options, outliers);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_outliers (writer, outliers, (guint) options->limit);
  return wh_cli_output_document (options, json, "tests", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
