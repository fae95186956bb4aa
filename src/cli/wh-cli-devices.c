#include "wh-cli-devices.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/wh-clock.h"
#include "base/wh-paths.h"
#include "wh-cli-source.h"
#include "wh-cli-work.h"

#define MEGABYTE 1e6
#define SUFFIX ".clbin"

/* -- trying -- */

typedef struct {
  const WhCliOptions *options;
  GPtrArray          *devices;
} Trial;

static void
progress_cb (double fraction, const char *name)
{
  g_autofree char *what = g_strdup_printf (_("trying %s"), name);

  wh_cli_work_progress (fraction, what);
}

/* Where there is no data directory yet none is made for this. */
static gboolean
try_all (gpointer user_data, GCancellable *cancellable, GError **error)
{
  Trial *trial = user_data;
  gboolean has_place = g_file_test (trial->options->data_dir, G_FILE_TEST_IS_DIR);
  g_autofree char *cache_dir = has_place ? wh_paths_cache_dir (trial->options->data_dir) : NULL;

  trial->devices = wh_devices_examine (cache_dir, trial->options->retry_devices, progress_cb, cancellable);
  return trial->devices != NULL;
}

GPtrArray *
wh_cli_devices_try (const WhCliOptions *options)
{
  Trial trial = { options, NULL };

  wh_cli_work_run (try_all, &trial, NULL);
  return trial.devices;
}

/* -- telling -- */

static const char *
state_key (WhDeviceState state)
{
  static const char *const keys[]
      = { [WH_DEVICE_USABLE] = "usable", [WH_DEVICE_REFUSED] = "refused", [WH_DEVICE_CHECKING] = "checking", [WH_DEVICE_OFF] = "off" };

  return keys[state];
}

char *
wh_cli_devices_words (const WhDevice *device)
{
  g_autofree char *age = wh_cli_source_age (device->checked_at);
  g_autofree char *name
      = device->driver ? g_strdup_printf (_("%s (driver %s)"), device->name, device->driver) : g_strdup (device->name);

  switch (device->state)
    {
    case WH_DEVICE_USABLE:
      return g_strdup_printf (_("%s agrees with the processor, tried %s ago; given to it: %s"), name, age, device->choice);
    case WH_DEVICE_REFUSED:
      return g_strdup_printf (_("%s is not used: %s (tried %s ago; --retry-devices tries again)"), name, device->reason, age);
    case WH_DEVICE_OFF:
      return g_strdup_printf (_("%s is not used: %s"), name, device->reason);
    default:
      return g_strdup_printf (_("%s is being tried"), name);
    }
}

char *
wh_cli_devices_kept (const char *data_dir)
{
  g_autofree char *cache_dir = wh_paths_cache_dir (data_dir);
  g_autofree char *dir = g_build_filename (cache_dir, "opencl", NULL);
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;
  double bytes = 0;
  int n = 0;

  while (entries && (name = g_dir_read_name (entries)))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      GStatBuf status;
      if (!g_str_has_suffix (name, SUFFIX) || g_stat (path, &status) != 0)
        continue;
      bytes += (double) status.st_size;
      n++;
    }
  return n ? g_strdup_printf (ngettext ("%s: %d compiled program, %.1f MB", "%s: %d compiled programs, %.1f MB", n), dir, n,
                              bytes / MEGABYTE)
           : NULL;
}

void
wh_cli_devices_present (WhJsonWriter *writer, const WhDevice *device)
{
  g_autofree char *checked_at = wh_clock_format (device->checked_at);

  wh_json_writer_key (writer, "device");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", device->name);
  wh_json_writer_add_string (writer, "file", device->file);
  wh_json_writer_add_string (writer, "driver_version", device->driver);
  wh_json_writer_add_string (writer, "state", state_key (device->state));
  wh_json_writer_add_string (writer, "reason", device->reason);
  wh_json_writer_add_string (writer, "checked_at", checked_at);
  wh_json_writer_key (writer, "used_for");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < device->uses->len; i++)
    {
      const WhDeviceUse *use = &g_array_index (device->uses, WhDeviceUse, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "operation", use->operation);
      wh_json_writer_add_number (writer, "from_comparisons", use->from, 0);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}
