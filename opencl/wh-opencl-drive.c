/* The OpenCL engine as the child process drives it. */
#include "wh-opencl-drive.h"

#include "base/wh-error.h"
#include "wh-opencl.h"

static void
copy_text (char text[WH_OPENCL_WIRE_TEXT], const char *from)
{
  g_strlcpy (text, from ? from : "", WH_OPENCL_WIRE_TEXT);
}

static int
list (WhOpenclRecord *records, char why[WH_OPENCL_WIRE_TEXT])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = wh_opencl_list (&error);
  guint n = infos ? MIN (infos->len, WH_OPENCL_WIRE_DEVICES) : 0;

  if (!infos && g_error_matches (error, WH_ERROR, WH_ERROR_NOT_FOUND))
    return 0;
  if (!infos)
    copy_text (why, error->message);
  for (guint i = 0; i < n; i++)
    {
      const WhOpenclInfo *info = infos->pdata[i];
      WhOpenclRecord *record = &records[i];
      copy_text (record->platform, info->platform);
      copy_text (record->name, info->name);
      copy_text (record->version, info->version);
      copy_text (record->driver, info->driver);
      record->memory = info->memory;
      record->units = info->units;
      record->doubles = info->doubles != FALSE;
      record->is_cpu = info->is_cpu != FALSE;
    }
  return infos ? (int) n : -1;
}

static gpointer
open_device (guint device, const char *cache_dir, char why[WH_OPENCL_WIRE_TEXT])
{
  g_autoptr (GError) error = NULL;
  gpointer state = wh_opencl_open (device, cache_dir, &error);

  if (!state)
    copy_text (why, error->message);
  return state;
}

const WhOpenclDrive wh_opencl_drive = { list, open_device, &wh_opencl_ops };
