/* Devices that do what they should, and that fail in every way: each ends in a clear word and a working CPU. */
#include "devices-fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "base/wh-clock.h"
#include "wh-config.h"
#include "wh-cpu-private.h"
#include "wh-opencl-child.h"

static const WhOpenclIdentity fake_identity
    = { (char *) "Platform", (char *) "Fake", (char *) "OpenCL 3.0", (char *) "1.0", 0, 1, FALSE, FALSE };

const WhOpenclLimits test_limits = { .list = 1, .open = 20, .call = 1 };

void
fixture_tell (const char *what)
{
  if (what)
    g_setenv ("WEEDHOUNDS_FAKE", what, TRUE);
  else
    g_unsetenv ("WEEDHOUNDS_FAKE");
}

static void
write_driver (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *file = g_build_filename (fixture->vendors, name, NULL);

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->cache = wh_test_make_dir ();
  fixture->vendors = wh_test_make_dir ();
  write_driver (fixture, "fake.icd", "libfake.so\n");
  g_setenv ("OCL_ICD_VENDORS", fixture->vendors, TRUE);
  g_unsetenv ("WEEDHOUNDS_FAKE_DRIVER");
  wh_engine_set_host (g_getenv ("WEEDHOUNDS_TEST_FAKE_HOST"));
  fixture_tell (NULL);
}

/* No child may be left, whatever happened. */
void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  wh_engine_set_host (NULL);
  wh_engine_set_policy (TRUE, NULL);
  wh_test_remove_dir (fixture->cache);
  wh_test_remove_dir (fixture->vendors);
  g_free (fixture->cache);
  g_free (fixture->vendors);
}

GPtrArray *
fixture_look (Fixture *fixture)
{
  g_autoptr (WhEngine) engine = wh_engine_new_within (fixture->cache, &test_limits);

  return wh_engine_devices (engine, TRUE);
}

static GKeyFile *
load_memory (const Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->cache, "opencl-devices.ini", NULL);
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static void
save_memory (const Fixture *fixture, GKeyFile *file)
{
  g_autofree char *path = g_build_filename (fixture->cache, "opencl-devices.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_key_file_save_to_file (file, path, &error);
  wh_test_no_error (error);
}

/* The group of the one device, or of the one driver. */
static char *
find_group (GKeyFile *file, const char *kind)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (char **group = groups; *group; group++)
    if (g_str_has_prefix (*group, kind))
      return g_strdup (*group);
  g_assert_not_reached ();
}

void
fixture_make_fast (Fixture *fixture, double seconds_to_open)
{
  g_autoptr (GPtrArray) drivers = wh_opencl_drivers_find ();
  g_autoptr (GPtrArray) verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_verdict_free);
  WhOpenclVerdict *verdict = wh_opencl_verdict_new (WH_OPENCL_WENT_WELL, WH_OPENCL_STAGE_OPEN);

  verdict->identity = wh_opencl_identity_copy (&fake_identity);
  for (WhOperation operation = 0; operation < WH_N_OPERATIONS; operation++)
    {
      verdict->paces.does[operation] = TRUE;
      verdict->paces.cpu[operation] = (WhOpenclPace) { 1, 1e-3 };
      verdict->paces.device[operation] = (WhOpenclPace) { 0, 1e-12 };
    }
  verdict->paces.open = seconds_to_open;
  g_ptr_array_add (verdicts, verdict);
  wh_opencl_verdicts_store (fixture->cache, drivers->pdata[0], g_getenv ("WEEDHOUNDS_TEST_FAKE_HOST"), wh_cpu_best ()->name, verdicts);
}

/* -- a device as it should be -- */

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = fixture_look (fixture);
  const WhDevice *device = devices->pdata[0];

  g_assert_cmpuint (devices->len, ==, 1);
  g_test_message ("%s", device->reason ? device->reason : device->choice);
  g_assert_cmpint (device->state, ==, WH_DEVICE_USABLE);
  g_assert_cmpstr (device->name, ==, "Fake");
  g_assert_cmpstr (device->driver, ==, "1.0");
  g_assert_true (g_str_has_suffix (device->file, "/fake.icd"));
  g_assert_null (device->reason);
  g_assert_nonnull (device->choice);
  g_assert_cmpint (ABS (wh_clock_now () - device->checked_at), <, 600 * WH_TIME_SECOND);
}

/* The CPU through the proxy is the CPU, with every operation. */
static void
test_proxy_agrees (Fixture *fixture, gconstpointer data)
{
  const char *program = g_getenv ("WEEDHOUNDS_TEST_FAKE_HOST");
  WhOpenclProxy *proxy = wh_opencl_proxy_new (program, fixture->vendors, NULL, 0, &fake_identity, &test_limits);
  const WhOpenclEngine through = { &wh_opencl_proxy_ops, proxy }, cpu = { &wh_engine_cpu_ops, wh_cpu_open (wh_cpu_best (), 1) };

  for (WhOperation operation = 0; operation < WH_N_OPERATIONS; operation++)
    {
      g_test_message ("%s", wh_operation_key (operation));
      g_assert_cmpint (wh_opencl_check (&through, &cpu, operation, G_MAXINT64, NULL), ==, WH_OPENCL_AGREES);
    }
  g_assert_cmpstr (through.ops->path (proxy), ==, "opencl:Fake");
  g_assert_cmpint (wh_opencl_proxy_last (proxy), ==, WH_OPENCL_WENT_WELL);
  through.ops->close (proxy);
  cpu.ops->close (cpu.state);
}

/* -- and as it should not be -- */

static const struct {
  const char *what, *says;
} failures[] = {
  { "crash-list", "crashed when it was loaded" },
  { "hang-list", "hung when it was loaded" },
  { "fail-list", "no platform" },
  { "no-device", "offers no device" },
  { "too-many", "impossible answer when it was loaded" },
  { "crash-open", "crashed when its programs were compiled" },
  { "fail-open", "error: kernel" },
  { "crash-call", "crashed in a trial computation" },
  { "hang-call", "hung in a trial computation" },
  { "lie", "differ from the processor's: nearest neighbours" },
  { "lie-last", "differ from the processor's: silhouette" },
  { "wild-rows", "impossible answer in a trial computation" },
  { "wild-counts", "impossible answer in a trial computation" },
  { "wild-stop", "impossible answer in a trial computation" },
  { "mumble", "impossible answer in a trial computation" },
};

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GPtrArray) devices = NULL;
  const WhDevice *device;

  fixture_tell (failures[i].what);
  devices = fixture_look (fixture);
  g_assert_cmpuint (devices->len, ==, 1);
  device = devices->pdata[0];
  g_test_message ("%s: %s", device->name, device->reason);
  g_assert_cmpint (device->state, ==, WH_DEVICE_REFUSED);
  g_assert_nonnull (strstr (device->reason, failures[i].says));
  g_assert_null (device->choice);
}

/* Compiling may take a minute, so this has its own, shorter limit. */
static void
test_hang_open (Fixture *fixture, gconstpointer data)
{
  const WhOpenclLimits hasty = { .list = 2, .open = 1, .call = 1 };
  g_autoptr (WhEngine) engine = wh_engine_new_within (fixture->cache, &hasty);
  g_autoptr (GPtrArray) devices = NULL;

  fixture_tell ("hang-open");
  devices = wh_engine_devices (engine, TRUE);
  g_assert_nonnull (strstr (((WhDevice *) devices->pdata[0])->reason, "hung when its programs were compiled"));
}

static void
test_ugly_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = NULL;

  fixture_tell ("ugly-name");
  devices = fixture_look (fixture);
  g_assert_true (g_utf8_validate (((WhDevice *) devices->pdata[0])->name, -1, NULL));
  g_assert_null (strchr (((WhDevice *) devices->pdata[0])->name, '\x01'));
}

/* An operation that the device declines is not given to it; the others are. */
static void
test_declines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GKeyFile) file = NULL;
  g_autofree char *group = NULL;

  fixture_tell ("unable");
  g_ptr_array_unref (fixture_look (fixture));
  file = load_memory (fixture);
  group = find_group (file, "device");
  g_assert_false (g_key_file_has_key (file, group, "nearest", NULL));
  g_assert_true (g_key_file_has_key (file, group, "pairs", NULL));
}

static void
test_no_host (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = NULL;

  wh_engine_set_host ("/nonexistent/weedhounds");
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_REFUSED);
  wh_engine_set_host (NULL);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = fixture_look (fixture);
  g_assert_cmpuint (devices->len, ==, 0);
}

/* -- memory -- */

static void
test_remembered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) first = fixture_look (fixture), again = NULL;
  guint n = wh_opencl_child_starts ();

  again = fixture_look (fixture);
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n);
  g_assert_cmpint (((WhDevice *) again->pdata[0])->state, ==, WH_DEVICE_USABLE);
  g_assert_cmpint (((WhDevice *) again->pdata[0])->checked_at, ==, ((WhDevice *) first->pdata[0])->checked_at);
}

static void
test_crash_remembered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) first = NULL, again = NULL;
  guint n;

  fixture_tell ("crash-open");
  first = fixture_look (fixture);
  fixture_tell (NULL);
  n = wh_opencl_child_starts ();
  again = fixture_look (fixture);
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n);
  g_assert_cmpstr (((WhDevice *) again->pdata[0])->reason, ==, ((WhDevice *) first->pdata[0])->reason);
}

/* A driver without devices is not held against it. */
static void
test_absence_forgotten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = NULL;

  fixture_tell ("no-device");
  g_ptr_array_unref (fixture_look (fixture));
  fixture_tell (NULL);
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
}

static void
test_new_driver_file (Fixture *fixture, gconstpointer data)
{
  guint n;

  g_ptr_array_unref (fixture_look (fixture));
  n = wh_opencl_child_starts ();
  write_driver (fixture, "fake.icd", "libfake.so.2\n");
  g_ptr_array_unref (fixture_look (fixture));
  g_assert_cmpuint (wh_opencl_child_starts (), >, n);
}

static void
test_retried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhEngine) engine = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  fixture_tell ("crash-list");
  g_ptr_array_unref (fixture_look (fixture));
  fixture_tell (NULL);
  engine = wh_engine_new_within (fixture->cache, &test_limits);
  wh_engine_look (engine, TRUE);
  devices = wh_engine_devices (engine, TRUE);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
}

/* Whatever stands in the file, the device is tried or its verdict is one that was given. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->cache, "opencl-devices.ini", NULL);
  g_autofree char *whole = NULL;
  gsize length;

  g_ptr_array_unref (fixture_look (fixture));
  g_assert_true (g_file_get_contents (path, &whole, &length, NULL));
  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *damaged = g_memdup2 (whole, length);
      g_autoptr (WhEngine) engine = NULL;
      g_autoptr (GPtrArray) devices = NULL;
      damaged[g_test_rand_int_range (0, (int) length)] = (char) g_test_rand_int_range (0, 256);
      g_assert_true (g_file_set_contents (path, damaged, g_test_rand_int_range (0, (int) length + 1), NULL));
      engine = wh_engine_new_within (fixture->cache, &test_limits);
      devices = wh_engine_devices (engine, FALSE);
      g_assert_cmpuint (devices->len, <=, 1);
    }
  g_assert_true (g_file_set_contents (path, "\xff[[]\n=\n", -1, NULL));
  g_autoptr (GPtrArray) devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
}

/* A file that says of a driver what can only be said of a device. */
static void
test_mixed_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = NULL;

  g_ptr_array_unref (fixture_look (fixture));
  for (int course = 0; course <= WH_OPENCL_N_COURSES; course++)
    {
      g_autoptr (GKeyFile) file = load_memory (fixture);
      g_autoptr (WhEngine) engine = NULL;
      g_autofree char *group = find_group (file, "driver");
      g_key_file_set_integer (file, group, "course", course);
      g_key_file_set_integer (file, group, "devices", 0);
      save_memory (fixture, file);
      engine = wh_engine_new_within (fixture->cache, &test_limits);
      g_clear_pointer (&devices, g_ptr_array_unref);
      devices = wh_engine_devices (engine, FALSE);
      for (guint i = 0; i < devices->len; i++)
        g_assert_cmpint (((WhDevice *) devices->pdata[i])->state, ==, WH_DEVICE_REFUSED);
    }
}

/* A trial that a crash of the machine ended is not begun again; one that the program's end ended is. */
static void
test_marker (Fixture *fixture, gconstpointer data)
{
  const char *program = g_getenv ("WEEDHOUNDS_TEST_FAKE_HOST");
  g_autoptr (GPtrArray) drivers = wh_opencl_drivers_find (), devices = NULL;
  g_autoptr (GKeyFile) file = NULL;
  g_autofree char *group = NULL;
  guint n = wh_opencl_child_starts ();

  wh_opencl_verdicts_begin (fixture->cache, drivers->pdata[0], program, wh_cpu_best ()->name);
  file = load_memory (fixture);
  group = find_group (file, "driver");
  g_key_file_set_string (file, group, "trying", "another start of the machine");
  save_memory (fixture, file);
  devices = fixture_look (fixture);
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n);
  g_assert_nonnull (strstr (((WhDevice *) devices->pdata[0])->reason, "the machine went down"));
  wh_opencl_verdicts_begin (fixture->cache, drivers->pdata[0], program, wh_cpu_best ()->name);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
}

/* -- what people say -- */

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  static const char *const by_file[] = { "FAKE", NULL }, *const by_device[] = { "aK", NULL };
  g_autoptr (GPtrArray) devices = NULL;
  guint n = wh_opencl_child_starts ();

  wh_engine_set_policy (TRUE, by_file);
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_OFF);
  g_assert_nonnull (((WhDevice *) devices->pdata[0])->reason);
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n);
  wh_engine_set_policy (TRUE, by_device);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_OFF);
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n + 1);
  wh_engine_set_policy (TRUE, NULL);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = fixture_look (fixture);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
  wh_engine_set_policy (FALSE, NULL);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = fixture_look (fixture);
  g_assert_cmpuint (devices->len, ==, 0);
}

/* -- time -- */

/* The end does not wait for a trial. */
static void
test_end_at_once (Fixture *fixture, gconstpointer data)
{
  static const char *const moments[] = { "hang-list", "hang-open", "slow", "hang-call" };
  static const int seconds[] = { 2, 2, 2, 4 };   /* one that computes is told to stop first */

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      WhEngine *engine;
      gint64 start;
      fixture_tell (moments[i]);
      engine = wh_engine_new (fixture->cache);
      wh_engine_look (engine, FALSE);
      g_usleep (300000);
      start = wh_clock_monotonic ();
      wh_engine_free (engine);
      g_test_message ("%s: %.3f s", moments[i], (double) (wh_clock_monotonic () - start) / 1e6);
      g_assert_cmpint (wh_clock_monotonic () - start, <, seconds[i] * WH_TIME_SECOND);
    }
}

/* -- made drivers, through the real program -- */

#if WH_HAVE_OPENCL

static const struct {
  const char *name, *says;
} made[] = {
  { "crash-when-loaded", "crashed when it was loaded" }, { "hang-when-loaded", "hung when it was loaded" },
  { "crash-when-asked", "crashed when it was loaded" },  { "hang-when-asked", "hung when it was loaded" },
  { "no-driver", "offers no device" },                   { "no-platform", "offers no device" },
};

static void
test_made_driver (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *library = g_strdup_printf ("%s/%s.so\n", g_getenv ("WEEDHOUNDS_TEST_ICDS"), made[i].name);
  g_autoptr (GPtrArray) devices = NULL;

  wh_engine_set_host (g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  write_driver (fixture, "fake.icd", library);
  devices = fixture_look (fixture);
  g_test_message ("%s", ((WhDevice *) devices->pdata[0])->reason);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_REFUSED);
  g_assert_nonnull (strstr (((WhDevice *) devices->pdata[0])->reason, made[i].says));
}

static void
test_no_library (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text, *says;
  } files[] = { { "/nonexistent/libdriver.so\n", "/nonexistent/libdriver.so does not exist" },
                { "", "names no library" },
                { "this is no\npath at all \xff\x01", "offers no device" } };

  wh_engine_set_host (g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GPtrArray) devices = NULL;
      write_driver (fixture, "fake.icd", files[i].text);
      devices = fixture_look (fixture);
      g_test_message ("%s", ((WhDevice *) devices->pdata[0])->reason);
      g_assert_nonnull (strstr (((WhDevice *) devices->pdata[0])->reason, files[i].says));
    }
}

#endif

#define ADD(path, data, function) g_test_add (path, Fixture, data, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/devices/good", NULL, test_good);
  ADD ("/devices/proxy-agrees", NULL, test_proxy_agrees);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strconcat ("/devices/failure/", failures[i].what, NULL);
      ADD (path, GUINT_TO_POINTER (i), test_failure);
    }
  ADD ("/devices/failure/hang-open", NULL, test_hang_open);
  ADD ("/devices/ugly-name", NULL, test_ugly_name);
  ADD ("/devices/declines", NULL, test_declines);
  ADD ("/devices/no-host", NULL, test_no_host);
  ADD ("/devices/remembered", NULL, test_remembered);
  ADD ("/devices/crash-remembered", NULL, test_crash_remembered);
  ADD ("/devices/absence-forgotten", NULL, test_absence_forgotten);
  ADD ("/devices/new-driver-file", NULL, test_new_driver_file);
  ADD ("/devices/retried", NULL, test_retried);
  ADD ("/devices/damaged", NULL, test_damaged);
  ADD ("/devices/mixed-up", NULL, test_mixed_up);
  ADD ("/devices/marker", NULL, test_marker);
  ADD ("/devices/denied", NULL, test_denied);
  ADD ("/devices/end-at-once", NULL, test_end_at_once);
#if WH_HAVE_OPENCL
  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autofree char *path = g_strconcat ("/devices/made/", made[i].name, NULL);
      ADD (path, GUINT_TO_POINTER (i), test_made_driver);
    }
  ADD ("/devices/no-library", NULL, test_no_library);
#endif
  add_session_tests ();
  return g_test_run ();
}
