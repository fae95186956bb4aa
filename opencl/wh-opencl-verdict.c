#include "wh-opencl-verdict.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/wh-clock.h"
#include "base/wh-hash.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "wh-config.h"

#define FILE_NAME "opencl-devices.ini"
#define LOCK_NAME "opencl-devices.lock"
#define MOST_BYTES (256 * 1024)
#define LOCK_TRIES 100
#define LOCK_STEP 10000     /* microseconds */

WhOpenclVerdict *
wh_opencl_verdict_new (WhOpenclCourse course, WhOpenclStage stage)
{
  WhOpenclVerdict *verdict = g_new0 (WhOpenclVerdict, 1);

  verdict->course = course;
  verdict->stage = stage;
  verdict->moment = wh_clock_now ();
  return verdict;
}

void
wh_opencl_verdict_free (WhOpenclVerdict *verdict)
{
  g_clear_pointer (&verdict->identity, wh_opencl_identity_free);
  g_free (verdict->words);
  g_free (verdict);
}

gboolean
wh_opencl_verdict_lasts (const WhOpenclVerdict *verdict)
{
  switch (verdict->course)
    {
    case WH_OPENCL_CRASHED:
    case WH_OPENCL_HUNG:
    case WH_OPENCL_TALKED_NONSENSE:
      return TRUE;
    case WH_OPENCL_WENT_WELL:
    case WH_OPENCL_FAILED:
    case WH_OPENCL_LIED:
    case WH_OPENCL_DENIED:
      /* Of devices only: a driver that has none may have some tomorrow. */
      return verdict->identity != NULL;
    default:
      return FALSE;
    }
}

/* -- the file -- */

static GKeyFile *
load_file (const char *cache_dir)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = g_build_filename (cache_dir, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  GStatBuf status;
  gsize length;

  if (g_stat (path, &status) == 0 && S_ISREG (status.st_mode) && status.st_size <= MOST_BYTES
      && g_file_get_contents (path, &text, &length, NULL))
    g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL);
  return file;
}

/* To the disk at once: what is written before a try must outlive the machine. */
static void
save_file (const char *cache_dir, GKeyFile *file)
{
  g_autofree char *path = g_build_filename (cache_dir, FILE_NAME, NULL);
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL);
}

/* Window and server may be at it together. NULL when it is not to be had, which costs a trial at the next start. */
static WhLock *
lock_file (const char *cache_dir)
{
  g_autofree char *path = g_build_filename (cache_dir, LOCK_NAME, NULL);
  WhLock *lock = NULL;

  if (!wh_paths_ensure_dir (cache_dir, NULL))
    return NULL;
  for (int i = 0; i < LOCK_TRIES && !(lock = wh_lock_take (path, NULL)); i++)
    g_usleep (LOCK_STEP);
  return lock;
}

static char *
group_of (const WhOpenclDriver *driver, int place)
{
  WhHash hash = wh_hash_data (driver->file, strlen (driver->file));
  g_autofree char *name = wh_hash_to_string (&hash);

  name[16] = '\0';
  return place < 0 ? g_strdup_printf ("driver %s", name) : g_strdup_printf ("device %s %d", name, place);
}

static void
remove_driver (GKeyFile *file, const WhOpenclDriver *driver)
{
  for (int place = -1; place < WH_OPENCL_WIRE_DEVICES; place++)
    {
      g_autofree char *group = group_of (driver, place);
      g_key_file_remove_group (file, group, NULL);
    }
}

/* -- keys -- */

static char *
program_stamp (const char *program)
{
  GStatBuf status;

  if (g_stat (program, &status) != 0)
    return g_strdup (WH_VERSION);
  return g_strdup_printf (WH_VERSION " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, (gint64) status.st_size, (gint64) status.st_mtime);
}

static char *
boot_id (void)
{
  char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    text = g_strdup ("");
  return g_strstrip (text);
}

static void
write_key (GKeyFile *file, const char *group, const WhOpenclDriver *driver, const char *program, const char *cpu_path)
{
  g_autofree char *stamp = program_stamp (program);

  g_key_file_set_string (file, group, "file", driver->file);
  g_key_file_set_string (file, group, "stamp", driver->stamp);
  g_key_file_set_string (file, group, "program", stamp);
  g_key_file_set_string (file, group, "cpu", cpu_path);
}

static gboolean
has_value (GKeyFile *file, const char *group, const char *key, const char *value)
{
  g_autofree char *found = g_key_file_get_string (file, group, key, NULL);

  return g_strcmp0 (found, value) == 0;
}

static gboolean
key_fits (GKeyFile *file, const char *group, const WhOpenclDriver *driver, const char *program, const char *cpu_path)
{
  g_autofree char *stamp = program_stamp (program);

  return has_value (file, group, "file", driver->file) && has_value (file, group, "stamp", driver->stamp)
         && has_value (file, group, "program", stamp) && has_value (file, group, "cpu", cpu_path);
}

/* -- paces: four numbers an operation -- */

static void
write_paces (GKeyFile *file, const char *group, const WhOpenclPaces *paces)
{
  for (WhOperation i = 0; i < WH_N_OPERATIONS; i++)
    {
      double numbers[] = { paces->cpu[i].fixed, paces->cpu[i].per_cell, paces->device[i].fixed, paces->device[i].per_cell };
      if (paces->does[i])
        g_key_file_set_double_list (file, group, wh_operation_key (i), numbers, G_N_ELEMENTS (numbers));
    }
  g_key_file_set_double (file, group, "open", paces->open);
  g_key_file_set_double (file, group, "per_byte", paces->per_byte);
}

static gboolean
is_time (double seconds)
{
  return isfinite (seconds) && seconds >= 0;
}

static gboolean
read_paces (GKeyFile *file, const char *group, WhOpenclPaces *paces)
{
  for (WhOperation i = 0; i < WH_N_OPERATIONS; i++)
    {
      gsize n = 0;
      g_autofree double *numbers = g_key_file_get_double_list (file, group, wh_operation_key (i), &n, NULL);
      if (!numbers)
        continue;
      if (n != 4 || !is_time (numbers[0]) || !is_time (numbers[1]) || !is_time (numbers[2]) || !is_time (numbers[3]))
        return FALSE;
      paces->cpu[i] = (WhOpenclPace) { numbers[0], numbers[1] };
      paces->device[i] = (WhOpenclPace) { numbers[2], numbers[3] };
      paces->does[i] = TRUE;
    }
  paces->open = g_key_file_get_double (file, group, "open", NULL);
  paces->per_byte = g_key_file_get_double (file, group, "per_byte", NULL);
  return is_time (paces->open) && is_time (paces->per_byte);
}

/* -- verdicts -- */

static void
write_verdict (GKeyFile *file, const char *group, const WhOpenclVerdict *verdict)
{
  const WhOpenclIdentity *identity = verdict->identity;

  g_key_file_set_integer (file, group, "course", (int) verdict->course);
  g_key_file_set_integer (file, group, "stage", (int) verdict->stage);
  g_key_file_set_integer (file, group, "operation", (int) verdict->operation);
  g_key_file_set_int64 (file, group, "moment", verdict->moment);
  if (verdict->words)
    g_key_file_set_string (file, group, "words", verdict->words);
  if (!identity)
    return;
  g_key_file_set_string (file, group, "platform", identity->platform);
  g_key_file_set_string (file, group, "name", identity->name);
  g_key_file_set_string (file, group, "version", identity->version);
  g_key_file_set_string (file, group, "driver", identity->driver);
  g_key_file_set_uint64 (file, group, "memory", identity->memory);
  g_key_file_set_integer (file, group, "units", (int) identity->units);
  g_key_file_set_boolean (file, group, "doubles", identity->doubles);
  g_key_file_set_boolean (file, group, "is_cpu", identity->is_cpu);
  write_paces (file, group, &verdict->paces);
}

static WhOpenclIdentity *
read_identity (GKeyFile *file, const char *group)
{
  WhOpenclIdentity *identity = g_new0 (WhOpenclIdentity, 1);

  identity->platform = g_key_file_get_string (file, group, "platform", NULL);
  identity->name = g_key_file_get_string (file, group, "name", NULL);
  identity->version = g_key_file_get_string (file, group, "version", NULL);
  identity->driver = g_key_file_get_string (file, group, "driver", NULL);
  identity->memory = g_key_file_get_uint64 (file, group, "memory", NULL);
  identity->units = (guint) g_key_file_get_integer (file, group, "units", NULL);
  identity->doubles = g_key_file_get_boolean (file, group, "doubles", NULL);
  identity->is_cpu = g_key_file_get_boolean (file, group, "is_cpu", NULL);
  if (identity->platform && identity->name && identity->version && identity->driver)
    return identity;
  wh_opencl_identity_free (identity);
  return NULL;
}

/* NULL where it makes no sense. */
static WhOpenclVerdict *
read_verdict (GKeyFile *file, const char *group, gboolean of_device)
{
  g_autoptr (WhOpenclVerdict) verdict = g_new0 (WhOpenclVerdict, 1);
  int course = g_key_file_get_integer (file, group, "course", NULL), stage = g_key_file_get_integer (file, group, "stage", NULL);
  int operation = g_key_file_get_integer (file, group, "operation", NULL);

  if (!g_key_file_has_key (file, group, "course", NULL) || course < 0 || course >= WH_OPENCL_N_COURSES || stage < 0
      || stage >= WH_OPENCL_N_STAGES || operation < 0 || operation >= WH_N_OPERATIONS)
    return NULL;
  verdict->course = (WhOpenclCourse) course;
  verdict->stage = (WhOpenclStage) stage;
  verdict->operation = (WhOperation) operation;
  verdict->moment = g_key_file_get_int64 (file, group, "moment", NULL);
  verdict->words = g_key_file_get_string (file, group, "words", NULL);
  if (of_device && (!(verdict->identity = read_identity (file, group)) || !read_paces (file, group, &verdict->paces)))
    return NULL;
  return wh_opencl_verdict_lasts (verdict) ? g_steal_pointer (&verdict) : NULL;
}

/* Tried, and no verdict: the machine went down if it was started anew since. If it was not, the trial was merely broken off. */
static GPtrArray *
read_marker (GKeyFile *file, const char *group, GPtrArray *verdicts)
{
  g_autofree char *boot = boot_id ();

  if (*boot && !has_value (file, group, "trying", boot))
    {
      WhOpenclVerdict *verdict = wh_opencl_verdict_new (WH_OPENCL_HUNG, WH_OPENCL_STAGE_MACHINE);
      verdict->moment = g_key_file_get_int64 (file, group, "moment", NULL);
      g_ptr_array_add (verdicts, verdict);
      return verdicts;
    }
  g_ptr_array_unref (verdicts);
  return NULL;
}

static GPtrArray *
read_driver (GKeyFile *file, const char *group, const WhOpenclDriver *driver)
{
  GPtrArray *verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_verdict_free);
  int n = g_key_file_get_integer (file, group, "devices", NULL);
  gboolean good = n >= 0 && n <= WH_OPENCL_WIRE_DEVICES;

  if (g_key_file_has_key (file, group, "trying", NULL))
    return read_marker (file, group, verdicts);
  for (int place = n == 0 ? -1 : 0; place < MAX (n, 0) && good; place++)
    {
      g_autofree char *name = group_of (driver, place);
      WhOpenclVerdict *verdict = read_verdict (file, name, place >= 0);
      good = verdict != NULL;
      if (!verdict)
        break;
      verdict->place = (guint) MAX (place, 0);
      g_ptr_array_add (verdicts, verdict);
    }
  if (good)
    return verdicts;
  g_ptr_array_unref (verdicts);
  return NULL;
}

GPtrArray *
wh_opencl_verdicts_load (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path)
{
  g_autoptr (GKeyFile) file = cache_dir ? load_file (cache_dir) : NULL;
  g_autofree char *group = group_of (driver, -1);

  return file && key_fits (file, group, driver, program, cpu_path) ? read_driver (file, group, driver) : NULL;
}

void
wh_opencl_verdicts_begin (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path)
{
  g_autoptr (WhLock) lock = cache_dir ? lock_file (cache_dir) : NULL;
  g_autoptr (GKeyFile) file = lock ? load_file (cache_dir) : NULL;
  g_autofree char *group = group_of (driver, -1), *boot = boot_id ();

  if (!file)
    return;
  remove_driver (file, driver);
  write_key (file, group, driver, program, cpu_path);
  g_key_file_set_string (file, group, "trying", boot);
  g_key_file_set_int64 (file, group, "moment", wh_clock_now ());
  save_file (cache_dir, file);
}

static void
write_verdicts (GKeyFile *file, const WhOpenclDriver *driver, GPtrArray *verdicts)
{
  g_autofree char *group = group_of (driver, -1);
  guint n_devices = 0;

  for (guint i = 0; i < verdicts->len; i++)
    {
      const WhOpenclVerdict *verdict = verdicts->pdata[i];
      g_autofree char *name = group_of (driver, verdict->identity ? (int) verdict->place : -1);
      write_verdict (file, name, verdict);
      n_devices += verdict->identity != NULL;
    }
  g_key_file_set_integer (file, group, "devices", (int) n_devices);
}

void
wh_opencl_verdicts_store (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path,
                          GPtrArray *verdicts)
{
  g_autoptr (WhLock) lock = cache_dir ? lock_file (cache_dir) : NULL;
  g_autoptr (GKeyFile) file = lock ? load_file (cache_dir) : NULL;
  g_autofree char *group = group_of (driver, -1);
  gboolean lasting = verdicts && verdicts->len > 0;

  if (!file)
    return;
  for (guint i = 0; lasting && i < verdicts->len; i++)
    lasting = wh_opencl_verdict_lasts (verdicts->pdata[i]);
  remove_driver (file, driver);
  if (lasting)
    {
      write_key (file, group, driver, program, cpu_path);
      write_verdicts (file, driver, verdicts);
    }
  save_file (cache_dir, file);
}

void
wh_opencl_verdicts_forget (const char *cache_dir)
{
  g_autoptr (WhLock) lock = cache_dir ? lock_file (cache_dir) : NULL;
  g_autofree char *path = lock ? g_build_filename (cache_dir, FILE_NAME, NULL) : NULL;

  if (path)
    g_unlink (path);
}
