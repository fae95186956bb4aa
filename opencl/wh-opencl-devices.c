#include "wh-opencl-devices.h"

#include <math.h>
#include <string.h>

#include "base/wh-clock.h"
#include "wh-matrix-private.h"
#include "wh-opencl-words.h"

#define STARTED_ANYWAY 2.0      /* times faster with the start included */

/* A device, or a driver of which no device is known. */
typedef struct {
  WhOpenclDevices  *devices;
  WhOpenclDriver   *driver;
  WhDeviceState     state;
  WhOpenclVerdict  *verdict;      /* NULL while checking, and of a driver that is denied */
  WhOpenclIdentity *identity;     /* NULL: of a driver */
  WhOpenclProxy    *proxy;        /* of a usable one */
  GThread          *opener;       /* starts the proxy; NULL: never was one */
  gboolean          is_opening;
  double            from[WH_N_OPERATIONS];
  guint64           serial;       /* a matrix it does not hold, */
  double            missed;       /* and the seconds it would have saved with it so far */
} Entry;

struct _WhOpenclDevices {
  char           *program, *cache_dir;
  char           *programs_dir;   /* below it: what is compiled; NULL likewise */
  char          **denied;
  WhOpenclLimits  limits;
  WhOpenclEngine  cpu;
  GCancellable   *stop;
  GMutex          measuring;
  GMutex          lock;           /* guards what follows */
  GCond           settled;
  GPtrArray      *entries;        /* by driver */
  GPtrArray      *retired;        /* entries that calls may still be using */
  GThread        *looker;         /* NULL: nobody has looked yet */
  gboolean        is_looking, look_again, anew;
};

/* -- entries -- */

static void
entry_free (Entry *entry)
{
  if (entry->proxy)
    wh_opencl_proxy_ops.close (entry->proxy);
  g_clear_pointer (&entry->verdict, wh_opencl_verdict_free);
  g_clear_pointer (&entry->identity, wh_opencl_identity_free);
  wh_opencl_driver_unref (entry->driver);
  g_free (entry);
}

static Entry *
entry_new (WhOpenclDevices *devices, WhOpenclDriver *driver, WhDeviceState state, const WhOpenclIdentity *identity)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->devices = devices;
  entry->driver = wh_opencl_driver_ref (driver);
  entry->state = state;
  entry->identity = identity ? wh_opencl_identity_copy (identity) : NULL;
  return entry;
}

/* What the verdict means now; takes it over. */
static Entry *
entry_of (WhOpenclDevices *devices, WhOpenclDriver *driver, WhOpenclVerdict *verdict)
{
  const char *const *denied = (const char *const *) devices->denied;
  gboolean is_denied = verdict->identity && wh_opencl_probe_denied (denied, verdict->identity->name);
  gboolean usable = verdict->course == WH_OPENCL_WENT_WELL && !is_denied;
  Entry *entry = entry_new (devices, driver, usable ? WH_DEVICE_USABLE : is_denied ? WH_DEVICE_OFF : WH_DEVICE_REFUSED, verdict->identity);

  entry->verdict = verdict;
  if (is_denied)
    verdict->course = WH_OPENCL_DENIED;
  if (usable)
    {
      g_autofree char *vendors = wh_opencl_driver_vendors (driver, devices->programs_dir);
      entry->proxy = wh_opencl_proxy_new (devices->program, vendors, devices->programs_dir, verdict->place, verdict->identity,
                                          &devices->limits);
      for (WhOperation operation = 0; operation < WH_N_OPERATIONS; operation++)
        entry->from[operation] = wh_opencl_paces_from (&verdict->paces, operation);
    }
  return entry;
}

static gboolean
is_of (const Entry *entry, const WhOpenclDriver *driver)
{
  return strcmp (entry->driver->file, driver->file) == 0;
}

/* Puts these (taken over) in place of what was known of the driver. With the lock held. */
static void
replace_entries (WhOpenclDevices *devices, const WhOpenclDriver *driver, Entry **entries, guint n)
{
  for (guint i = devices->entries->len; i-- > 0;)
    if (is_of (devices->entries->pdata[i], driver))
      {
        Entry *entry = g_ptr_array_steal_index (devices->entries, i);
        if (entry->proxy)
          wh_opencl_proxy_stop (entry->proxy);
        g_ptr_array_add (devices->retired, entry);
      }
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (devices->entries, entries[i]);
}

static void
put_state (WhOpenclDevices *devices, WhOpenclDriver *driver, WhDeviceState state)
{
  Entry *entry = entry_new (devices, driver, state, NULL);

  g_mutex_lock (&devices->lock);
  replace_entries (devices, driver, &entry, 1);
  g_mutex_unlock (&devices->lock);
}

/* Takes the verdicts, not the array. */
static void
put_verdicts (WhOpenclDevices *devices, WhOpenclDriver *driver, GPtrArray *verdicts)
{
  g_autofree Entry **entries = g_new0 (Entry *, verdicts->len + 1);

  g_ptr_array_set_free_func (verdicts, NULL);
  for (guint i = 0; i < verdicts->len; i++)
    entries[i] = entry_of (devices, driver, verdicts->pdata[i]);
  g_mutex_lock (&devices->lock);
  replace_entries (devices, driver, entries, verdicts->len);
  g_mutex_unlock (&devices->lock);
}

/* What was found out before; NULL where it has to be tried, also when a device is denied no longer. */
static GPtrArray *
remembered (WhOpenclDevices *devices, WhOpenclDriver *driver)
{
  const char *cpu_path = devices->cpu.ops->path (devices->cpu.state);
  g_autoptr (GPtrArray) verdicts = wh_opencl_verdicts_load (devices->cache_dir, driver, devices->program, cpu_path);

  for (guint i = 0; verdicts && i < verdicts->len; i++)
    {
      const WhOpenclVerdict *verdict = verdicts->pdata[i];
      if (verdict->course == WH_OPENCL_DENIED
          && !wh_opencl_probe_denied ((const char *const *) devices->denied, verdict->identity->name))
        return NULL;
    }
  return g_steal_pointer (&verdicts);
}

/* -- looking -- */

static void
found_cb (gpointer user_data, WhOpenclDriver *driver, GPtrArray *identities)
{
  WhOpenclDevices *devices = user_data;
  g_autofree Entry **entries = g_new0 (Entry *, identities->len + 1);

  for (guint i = 0; i < identities->len; i++)
    entries[i] = entry_new (devices, driver, WH_DEVICE_CHECKING, identities->pdata[i]);
  g_mutex_lock (&devices->lock);
  replace_entries (devices, driver, entries, identities->len);
  g_mutex_unlock (&devices->lock);
}

typedef struct {
  WhOpenclDevices *devices;
  WhOpenclDriver  *driver;
} Trial;

static gpointer
trial_thread (gpointer data)
{
  Trial *trial = data;
  WhOpenclDevices *devices = trial->devices;
  const char *cpu_path = devices->cpu.ops->path (devices->cpu.state);
  const WhOpenclProbe probe = { devices->program, devices->programs_dir, devices->limits, devices->cpu,
                                (const char *const *) devices->denied, &devices->measuring };
  g_autoptr (GPtrArray) verdicts = NULL;

  wh_opencl_verdicts_begin (devices->cache_dir, trial->driver, devices->program, cpu_path);
  verdicts = wh_opencl_probe (&probe, trial->driver, found_cb, devices, devices->stop);
  wh_opencl_verdicts_store (devices->cache_dir, trial->driver, devices->program, cpu_path, verdicts);
  if (verdicts)
    put_verdicts (devices, trial->driver, verdicts);
  return NULL;
}

typedef enum { UNKNOWN, KNOWN, EXCHANGED } Knowledge;

static Knowledge
knowledge_of (WhOpenclDevices *devices, const WhOpenclDriver *driver)
{
  Knowledge knowledge = UNKNOWN;

  g_mutex_lock (&devices->lock);
  for (guint i = 0; i < devices->entries->len && knowledge != EXCHANGED; i++)
    {
      const Entry *entry = devices->entries->pdata[i];
      WhOpenclCourse last;
      if (!is_of (entry, driver) || strcmp (entry->driver->stamp, driver->stamp) != 0)
        continue;
      knowledge = entry->proxy && wh_opencl_proxy_is_off (entry->proxy, &last) && last == WH_OPENCL_CHANGED ? EXCHANGED : KNOWN;
    }
  g_mutex_unlock (&devices->lock);
  return knowledge;
}

/* Whether it has to be tried; otherwise it is among the entries. */
static gboolean
consider (WhOpenclDevices *devices, WhOpenclDriver *driver, gboolean anew)
{
  Knowledge knowledge = knowledge_of (devices, driver);
  g_autoptr (GPtrArray) verdicts = NULL;

  if (wh_opencl_driver_named (driver, (const char *const *) devices->denied))
    {
      put_state (devices, driver, WH_DEVICE_OFF);
      return FALSE;
    }
  if (!anew && knowledge == KNOWN)
    return FALSE;
  verdicts = anew || knowledge == EXCHANGED ? NULL : remembered (devices, driver);
  if (verdicts)
    put_verdicts (devices, driver, verdicts);
  return !verdicts;
}

/* Every driver in a thread of its own: one that hangs keeps no other waiting. */
static void
look_once (WhOpenclDevices *devices, gboolean anew)
{
  g_autoptr (GPtrArray) drivers = wh_opencl_drivers_find ();
  g_autofree Trial *trials = g_new0 (Trial, drivers->len + 1);
  g_autofree GThread **threads = g_new0 (GThread *, drivers->len + 1);

  for (guint i = 0; i < drivers->len; i++)
    {
      trials[i] = (Trial) { devices, drivers->pdata[i] };
      if (!consider (devices, drivers->pdata[i], anew))
        continue;
      put_state (devices, drivers->pdata[i], WH_DEVICE_CHECKING);
      threads[i] = g_thread_new ("opencl-trial", trial_thread, &trials[i]);
    }
  for (guint i = 0; i < drivers->len; i++)
    if (threads[i])
      g_thread_join (threads[i]);
}

static gpointer
looker_thread (gpointer data)
{
  WhOpenclDevices *devices = data;

  g_mutex_lock (&devices->lock);
  while (devices->look_again && !g_cancellable_is_cancelled (devices->stop))
    {
      gboolean anew = devices->anew;
      devices->look_again = devices->anew = FALSE;
      g_mutex_unlock (&devices->lock);
      if (anew && devices->cache_dir)
        wh_opencl_verdicts_forget (devices->cache_dir);
      look_once (devices, anew);
      g_mutex_lock (&devices->lock);
    }
  devices->is_looking = FALSE;
  g_cond_broadcast (&devices->settled);
  g_mutex_unlock (&devices->lock);
  return NULL;
}

/* With the lock held. */
static void
look (WhOpenclDevices *devices, gboolean anew)
{
  devices->look_again = TRUE;
  devices->anew |= anew;
  if (devices->is_looking)
    return;
  g_clear_pointer (&devices->looker, g_thread_join);
  devices->is_looking = TRUE;
  devices->looker = g_thread_new ("opencl-looker", looker_thread, devices);
}

void
wh_opencl_devices_look (WhOpenclDevices *devices, gboolean anew)
{
  g_mutex_lock (&devices->lock);
  look (devices, anew);
  g_mutex_unlock (&devices->lock);
}

gboolean
wh_opencl_devices_is_looking (WhOpenclDevices *devices)
{
  gboolean is_looking;

  g_mutex_lock (&devices->lock);
  is_looking = devices->is_looking;
  g_mutex_unlock (&devices->lock);
  return is_looking;
}

/* -- life -- */

WhOpenclDevices *
wh_opencl_devices_new (const char *program, const char *cache_dir, const char *const *denied, const WhOpenclLimits *limits,
                       const WhOpenclEngine *cpu)
{
  WhOpenclDevices *devices = g_new0 (WhOpenclDevices, 1);
  g_autoptr (GPtrArray) drivers = NULL;

  devices->program = g_strdup (program);
  devices->cache_dir = g_strdup (cache_dir);
  devices->programs_dir = cache_dir ? g_build_filename (cache_dir, "opencl", NULL) : NULL;
  devices->denied = g_strdupv ((char **) denied);
  devices->limits = *limits;
  devices->cpu = *cpu;
  devices->stop = g_cancellable_new ();
  g_mutex_init (&devices->measuring);
  g_mutex_init (&devices->lock);
  g_cond_init (&devices->settled);
  devices->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  devices->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  drivers = cache_dir ? wh_opencl_drivers_find () : NULL;
  for (guint i = 0; drivers && i < drivers->len; i++)
    consider (devices, drivers->pdata[i], FALSE);
  return devices;
}

/* Openers look at the entries, so all must have ended before the first is freed. */
static void
join_openers (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    g_clear_pointer (&((Entry *) entries->pdata[i])->opener, g_thread_join);
}

static void
stop_proxies (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (((Entry *) entries->pdata[i])->proxy)
      wh_opencl_proxy_stop (((Entry *) entries->pdata[i])->proxy);
}

void
wh_opencl_devices_free (WhOpenclDevices *devices)
{
  GThread *looker;

  /* From here on nobody starts to look any more. */
  g_cancellable_cancel (devices->stop);
  g_mutex_lock (&devices->lock);
  stop_proxies (devices->entries);
  stop_proxies (devices->retired);
  looker = g_steal_pointer (&devices->looker);
  g_mutex_unlock (&devices->lock);
  if (looker)
    g_thread_join (looker);
  join_openers (devices->entries);
  join_openers (devices->retired);
  g_ptr_array_unref (devices->entries);
  g_ptr_array_unref (devices->retired);
  g_object_unref (devices->stop);
  g_mutex_clear (&devices->measuring);
  g_mutex_clear (&devices->lock);
  g_cond_clear (&devices->settled);
  g_strfreev (devices->denied);
  g_free (devices->program);
  g_free (devices->cache_dir);
  g_free (devices->programs_dir);
  g_free (devices);
}

/* -- choosing -- */

static gpointer
opener_thread (gpointer data)
{
  Entry *entry = data;
  g_autofree char *words = NULL;

  if (wh_opencl_proxy_open (entry->proxy, entry->devices->stop, &words) == WH_OPENCL_CHANGED)
    wh_opencl_devices_failed (entry->devices, entry->proxy);
  g_mutex_lock (&entry->devices->lock);
  entry->is_opening = FALSE;
  g_mutex_unlock (&entry->devices->lock);
  return NULL;
}

/* With the lock held. */
static void
open_in_background (Entry *entry)
{
  if (entry->is_opening || g_cancellable_is_cancelled (entry->devices->stop))
    return;
  g_clear_pointer (&entry->opener, g_thread_join);
  entry->is_opening = TRUE;
  entry->opener = g_thread_new ("opencl-opener", opener_thread, entry);
}

/* Seconds that handing the matrix over takes, unless it is there. A matrix that is used again and again is handed over when that would
 * have paid already. */
static double
seconds_to_hand_over (Entry *entry, const WhMatrix *matrix, double saving)
{
  double bytes = matrix ? (double) matrix->n_rows * matrix->n_columns * sizeof (float) : 0;
  double seconds = bytes * entry->verdict->paces.per_byte;

  if (!matrix || wh_opencl_proxy_holds (entry->proxy, matrix))
    return 0;
  if (entry->serial != matrix->serial)
    entry->missed = 0;
  entry->serial = matrix->serial;
  entry->missed += saving;
  return entry->missed >= seconds ? 0 : seconds;
}

/* Seconds that the device is predicted to take; INFINITY: it is not to be used. */
static double
predict (Entry *entry, WhOperation operation, double cells, const WhMatrix *matrix)
{
  const WhOpenclPaces *paces = entry->state == WH_DEVICE_USABLE ? &entry->verdict->paces : NULL;
  WhOpenclCourse last;
  double cpu, device;

  if (!paces || !(cells >= entry->from[operation]) || wh_opencl_proxy_is_off (entry->proxy, &last)
      || !wh_opencl_proxy_does (entry->proxy, operation))
    return INFINITY;
  cpu = wh_opencl_pace_seconds (&paces->cpu[operation], cells);
  device = wh_opencl_pace_seconds (&paces->device[operation], cells);
  device += seconds_to_hand_over (entry, matrix, cpu - device);
  if (device > cpu)
    return INFINITY;
  if (wh_opencl_proxy_is_open (entry->proxy) || cpu > STARTED_ANYWAY * (paces->open + device))
    return device;
  open_in_background (entry);
  return INFINITY;
}

WhOpenclProxy *
wh_opencl_devices_choose (WhOpenclDevices *devices, WhOperation operation, double cells, const WhMatrix *matrix)
{
  WhOpenclProxy *best = NULL;
  double least = INFINITY;

  g_mutex_lock (&devices->lock);
  for (guint i = 0; i < devices->entries->len; i++)
    {
      Entry *entry = devices->entries->pdata[i];
      double seconds = predict (entry, operation, cells, matrix);
      if (seconds < least)
        {
          least = seconds;
          best = entry->proxy;
        }
    }
  g_mutex_unlock (&devices->lock);
  return best;
}

static WhOpenclDriver *
driver_of (WhOpenclDevices *devices, const WhOpenclProxy *proxy)
{
  for (guint i = 0; i < devices->entries->len; i++)
    {
      const Entry *entry = devices->entries->pdata[i];
      if (entry->proxy == proxy)
        return wh_opencl_driver_ref (entry->driver);
    }
  return NULL;
}

/* A driver that was exchanged has to be tried anew: here, if this is a program that stays, else by the next that is one. */
void
wh_opencl_devices_failed (WhOpenclDevices *devices, WhOpenclProxy *proxy)
{
  g_autoptr (WhOpenclDriver) driver = NULL;
  WhOpenclCourse last;
  gboolean stays;

  if (!wh_opencl_proxy_is_off (proxy, &last) || last != WH_OPENCL_CHANGED)
    return;
  g_mutex_lock (&devices->lock);
  driver = driver_of (devices, proxy);
  stays = devices->looker != NULL;
  if (stays && !g_cancellable_is_cancelled (devices->stop))
    look (devices, FALSE);
  g_mutex_unlock (&devices->lock);
  if (driver && !stays)
    wh_opencl_verdicts_store (devices->cache_dir, driver, devices->program, devices->cpu.ops->path (devices->cpu.state), NULL);
}

/* -- telling -- */

static void
device_free (gpointer data)
{
  WhDevice *device = data;

  g_free (device->name);
  g_free (device->file);
  g_free (device->driver);
  g_free (device->reason);
  g_free (device->choice);
  g_array_unref (device->uses);
  g_free (device);
}

static WhDevice *
describe (const Entry *entry)
{
  static const WhOpenclVerdict denied = { .course = WH_OPENCL_DENIED };
  WhDevice *device = g_new0 (WhDevice, 1);
  const WhOpenclVerdict *verdict = entry->verdict ? entry->verdict : entry->state == WH_DEVICE_OFF ? &denied : NULL;
  gboolean usable = entry->state == WH_DEVICE_USABLE;
  WhOpenclCourse last;

  device->name = entry->identity ? g_strdup (entry->identity->name) : g_path_get_basename (entry->driver->file);
  device->file = g_strdup (entry->driver->file);
  device->driver = entry->identity ? g_strdup (entry->identity->driver) : NULL;
  device->state = entry->state;
  device->reason = verdict ? wh_opencl_words_reason (verdict, entry->driver->library) : NULL;
  device->checked_at = entry->verdict ? entry->verdict->moment : WH_TIME_UNSET;
  device->uses = usable ? wh_opencl_words_uses (&entry->verdict->paces) : g_array_new (FALSE, FALSE, sizeof (WhDeviceUse));
  if (usable && wh_opencl_proxy_is_off (entry->proxy, &last))
    {
      device->state = WH_DEVICE_OFF;
      device->reason = wh_opencl_words_off (last);
    }
  else if (usable)
    device->choice = wh_opencl_words_choice (device->uses);
  return device;
}

GPtrArray *
wh_opencl_devices_report (WhOpenclDevices *devices, gboolean wait)
{
  GPtrArray *report = g_ptr_array_new_with_free_func (device_free);

  g_mutex_lock (&devices->lock);
  while (wait && devices->is_looking)
    g_cond_wait (&devices->settled, &devices->lock);
  for (guint i = 0; i < devices->entries->len; i++)
    g_ptr_array_add (report, describe (devices->entries->pdata[i]));
  g_mutex_unlock (&devices->lock);
  return report;
}
