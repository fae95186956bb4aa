#include <glib/gi18n.h>

#include "service/wh-sentinel.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define FINDINGS_SHOWN 30

static void
print_findings (const WhCliOptions *options, const GPtrArray *findings)
{
  const WhCliColumn columns[] = { { _("Code"), FALSE, 0, FALSE, NULL },
                                  { _("Lab"), FALSE, 8, TRUE, NULL },
                                  { _("Sample"), FALSE, 8, TRUE, NULL },
                                  { _("Name"), FALSE, 12, FALSE, "1" },
                                  { _("What to check"), FALSE, 24, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = MIN (options->limit ? (guint) options->limit : FINDINGS_SHOWN, findings->len);

  for (guint i = 0; i < shown; i++)
    {
      const WhFinding *finding = findings->pdata[i];
      wh_cli_table_add (table, (const char *const[]) { finding->code, finding->lab, finding->sample_id, finding->name,
                                                       finding->message });
    }
  if (findings->len == 0)
    {
      wh_cli_output_line (_("Nothing to check."));
      return;
    }
  wh_cli_output_table (options, table);
  if (shown < findings->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, findings->len);
}

int
wh_cli_sentinel (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (GPtrArray) findings = NULL;

  if (!session)
    return WH_EXIT_FAILED;
  findings = wh_sentinel_run (wh_catalogue_store (wh_session_catalogue (session)), wh_session_principal (session), error);
  if (!findings)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_findings (options, findings);
      wh_cli_strain_label (options, wh_snapshot_has_demonstration (snapshot));
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_findings (writer, findings, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
