#include <glib/gi18n.h>

#include "service/wh-sentinel.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define SHOWN_OF_A_CODE 3

/* Findings of one code stand together: how many there are from `first` on. */
static guint
run_length (const GPtrArray *findings, guint first)
{
  guint end = first;

  while (end < findings->len && ((WhFinding *) findings->pdata[end])->code == ((WhFinding *) findings->pdata[first])->code)
    end++;
  return end - first;
}

static void
print_counts (const WhCliOptions *options, const GPtrArray *findings)
{
  const WhCliColumn columns[] = { { _("Code"), FALSE, 0, FALSE, NULL }, { _("Findings"), TRUE, 0, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0, n; i < findings->len; i += n)
    {
      g_autofree char *count = g_strdup_printf ("%u", n = run_length (findings, i));
      wh_cli_table_add (table, (const char *const[]) { ((WhFinding *) findings->pdata[i])->code, count });
    }
  wh_cli_output_table (options, table);
  wh_cli_output_line ("%s", "");
}

/* With a limit the first so many, else a few of each code. Returns how many. */
static guint
add_findings (WhCliTable *table, const GPtrArray *findings, guint limit)
{
  guint added = 0;

  for (guint i = 0, n; i < findings->len; i += n)
    {
      guint shown = limit ? limit - added : SHOWN_OF_A_CODE;
      n = run_length (findings, i);
      for (guint j = i; j < i + MIN (shown, n); j++, added++)
        {
          const WhFinding *finding = findings->pdata[j];
          wh_cli_table_add (table, (const char *const[]) { finding->code, finding->lab, finding->sample_id, finding->name,
                                                           finding->message });
        }
    }
  return added;
}

static void
print_findings (const WhCliOptions *options, const GPtrArray *findings)
{
  const WhCliColumn columns[] = { { _("Code"), FALSE, 0, FALSE, NULL },
                                  { _("Lab"), FALSE, 8, TRUE, NULL },
                                  { _("Sample"), FALSE, 8, TRUE, NULL },
                                  { _("Name"), FALSE, 12, FALSE, "1" },
                                  { _("What to check"), FALSE, 24, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = add_findings (table, findings, (guint) options->limit);

  if (findings->len == 0)
    {
      wh_cli_output_line (_("Nothing to check."));
      return;
    }
  print_counts (options, findings);
  wh_cli_output_table (options, table);
  if (shown < findings->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, findings->len);
}

static gboolean
any_demonstration (const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    if (((WhFinding *) findings->pdata[i])->demonstration)
      return TRUE;
  return FALSE;
}

int
wh_cli_sentinel (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);
  g_autoptr (GPtrArray) findings = NULL;

  if (!session)
    return WH_EXIT_FAILED;
  findings = wh_sentinel_run (wh_session_store (session), wh_session_principal (session), error);
  if (!findings)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_findings (options, findings);
      wh_cli_strain_label (options, any_demonstration (findings));
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_findings (writer, findings, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
