#include "wh-job-kinds.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

#define HOUR 3600
#define MINUTE 60

static const WhJobKind kinds[] = {
  { "import", N_("Takes in menus, prices, lab results and lists from a file, a folder or an address"), 5, 30, HOUR, 2 * HOUR,
    wh_job_import_arguments, wh_job_import_check, wh_job_import },
  { "freshness", N_("Looks how many facts are older than they should be"), 3, 30, 10 * MINUTE, HOUR, wh_job_freshness_arguments, NULL,
    wh_job_freshness },
  { "analytics", N_("Works the figures out before somebody waits for them"), 3, 30, 10 * MINUTE, HOUR, wh_job_no_arguments, NULL,
    wh_job_analytics },
  { "retention", N_("Deletes what is kept for longer than the settings say"), 3, MINUTE, HOUR, 2 * HOUR, wh_job_no_arguments, NULL,
    wh_job_retention },
  { "backup", N_("Copies the store to another folder and looks whether the copy is whole"), 3, MINUTE, HOUR, 4 * HOUR,
    wh_job_backup_arguments, wh_job_backup_check, wh_job_backup },
};

const WhJobKind *
wh_job_kind_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].name, name) == 0)
      return &kinds[i];
  return NULL;
}

const WhQueueKind *
wh_job_kind_queue (guint *out_n)
{
  static WhQueueKind list[G_N_ELEMENTS (kinds)];
  static gsize made = 0;

  if (g_once_init_enter (&made))
    {
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        list[i] = (WhQueueKind){ kinds[i].name, kinds[i].most_attempts };
      g_once_init_leave (&made, 1);
    }
  *out_n = G_N_ELEMENTS (kinds);
  return list;
}

gboolean
wh_job_kind_check (const WhJobKind *kind, const char *arguments, char **out_field, GError **error)
{
  g_autoptr (WhJson) json = wh_json_parse (arguments, strlen (arguments), WH_JOB_ARGUMENTS, error);
  const char *field = NULL;

  *out_field = NULL;
  if (!json)
    return FALSE;
  if (!wh_json_is_object (wh_json_root (json)))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The arguments of a job are a JSON object."));
      return FALSE;
    }
  if (!wh_spec_check_body (kind->arguments, wh_json_root (json), out_field, error))
    return FALSE;
  if (!kind->check || kind->check (wh_json_root (json), &field, error))
    return TRUE;
  *out_field = g_strdup (field);
  return FALSE;
}

gboolean
wh_job_run_ended (WhJobRun *run, GError **error)
{
  if (!g_cancellable_is_cancelled (run->cancellable))
    return FALSE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("cancelled"));
  return TRUE;
}
