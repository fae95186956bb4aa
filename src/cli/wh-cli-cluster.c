#include <glib/gi18n.h>

#include "service/wh-chemotypes.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

static char *
leading_words (const WhChemotypeGroup *group)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < WH_CHEMOTYPES_LEADING && group->leading[i].analyte; i++)
    g_string_append_printf (text, "%s%s %.0f %%", i ? ", " : "", group->leading[i].analyte->name, 100 * group->leading[i].share);
  return g_string_free (text, FALSE);
}

static char *
example_words (const WhChemotypeGroup *group)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < WH_CHEMOTYPES_EXAMPLES && group->examples[i]; i++)
    g_string_append_printf (text, "%s%s", i ? ", " : "", group->examples[i]->name);
  return g_string_free (text, FALSE);
}

static void
print_groups (const WhCliOptions *options, const WhChemotypes *chemotypes)
{
  const WhCliColumn columns[] = { { _("Group"), FALSE, 0, FALSE, "1" },
                                  { _("Strains"), TRUE, 0, FALSE, NULL },
                                  { _("Terpenes of its middle"), FALSE, 20, FALSE, NULL },
                                  { _("For example"), FALSE, 12, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < chemotypes->groups->len; i++)
    {
      const WhChemotypeGroup *group = &g_array_index (chemotypes->groups, WhChemotypeGroup, i);
      const char label[] = { (char) ('A' + i), '\0' };
      g_autofree char *n = g_strdup_printf ("%u", group->n);
      g_autofree char *leading = leading_words (group);
      g_autofree char *examples = example_words (group);
      wh_cli_table_add (table, (const char *const[]) { label, n, leading, examples });
    }
  wh_cli_output_table (options, table);
  wh_cli_output_line (_("Unclassified: %u between groups, %u not tested for all %u terpenes compared, %u with nothing of any"),
                      chemotypes->n_between, chemotypes->n_untested, chemotypes->terpenes->len, chemotypes->n_empty);
  wh_cli_output_line (_("Silhouette %.2f: 1 is groups far apart, 0 no groups at all"), chemotypes->silhouette);
  wh_cli_output_line (_("Stability %.2f: 1 is the same groups in every resample of the strains, 0 no more alike than by chance"),
                      chemotypes->stability);
  wh_cli_output_line (_("%u of %u amounts are below what the lab can tell; their middle was taken, and resamples draw them anew"),
                      chemotypes->n_censored, chemotypes->n_values);
  wh_cli_output_line (_("Computed by %s"), chemotypes->engine);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (chemotypes->snapshot));
}

int
wh_cli_cluster (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhChemotypes) chemotypes = NULL;

  if (!session)
    return WH_EXIT_FAILED;
  chemotypes = wh_analyst_chemotypes (wh_session_analyst (session), wh_session_principal (session),
                                      options->limit ? (guint) options->limit : 0, error);
  if (!chemotypes)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_groups (options, chemotypes);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_chemotypes (writer, chemotypes);
  return wh_cli_output_document (options, json, "groups", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
