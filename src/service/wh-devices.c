#include "wh-devices.h"

#define STEP 20000     /* microseconds between looks at a trial */

void
wh_devices_configure (gboolean enabled, const char *const *denied)
{
  wh_engine_set_policy (enabled, denied);
}

gboolean
wh_devices_enabled (void)
{
  return wh_engine_enabled ();
}

static void
report (GPtrArray *devices, WhDevicesProgress progress)
{
  const char *name = NULL;
  guint done = 0;

  for (guint i = 0; i < devices->len; i++)
    {
      const WhDevice *device = devices->pdata[i];
      if (device->state != WH_DEVICE_CHECKING)
        done++;
      else if (!name)
        name = device->name;
    }
  if (name && progress)
    progress ((double) done / devices->len, name);
}

GPtrArray *
wh_devices_examine (const char *cache_dir, gboolean anew, WhDevicesProgress progress, GCancellable *cancellable)
{
  g_autoptr (WhEngine) engine = wh_engine_new (cache_dir);

  wh_engine_look (engine, anew);
  while (wh_engine_is_looking (engine) && !g_cancellable_is_cancelled (cancellable))
    {
      g_autoptr (GPtrArray) devices = wh_engine_devices (engine, FALSE);
      report (devices, progress);
      g_usleep (STEP);
    }
  return g_cancellable_is_cancelled (cancellable) ? NULL : wh_engine_devices (engine, TRUE);
}

const char *
wh_devices_cpu_path (void)
{
  g_autoptr (WhEngine) engine = wh_engine_new_cpu (1);

  return wh_engine_cpu_path (engine);
}
