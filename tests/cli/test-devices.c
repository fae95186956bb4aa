/* Drivers as bad as can be: the real program says of each what is the matter, and computes on. */
#include "wh-test-run.h"

#include <string.h>

#define REAL_DRIVER "/etc/OpenCL/vendors/pocl.icd"

static const char *const made[]
    = { "crash-when-asked", "crash-when-loaded", "hang-when-asked", "hang-when-loaded", "no-driver", "no-platform" };

typedef struct {
  char *dir;
} Fixture;

static void
add_driver (const Fixture *fixture, const char *name, const char *library)
{
  g_autofree char *file = g_strdup_printf ("drivers/%s.icd", name), *text = g_strconcat (library, "\n", NULL);

  wh_test_write (fixture->dir, file, text);
}

static void
add_bad_drivers (const Fixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autofree char *library = g_strdup_printf ("%s/%s.so", g_getenv ("WEEDHOUNDS_TEST_ICDS"), made[i]);
      add_driver (fixture, made[i], library);
    }
  add_driver (fixture, "missing", "/nonexistent/libOpenCL-driver.so");
  add_driver (fixture, "garbage", "\x7f\x45\x4c\x46 this is no text at all \xff");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *drivers = NULL;

  fixture->dir = wh_test_make_dir ();
  drivers = g_build_filename (fixture->dir, "drivers", NULL);
  g_assert_cmpint (g_mkdir (drivers, 0700), ==, 0);
  g_setenv ("OCL_ICD_VENDORS", drivers, TRUE);
  g_setenv ("WEEDHOUNDS_OPENCL", "auto", TRUE);
  wh_test_write (fixture->dir, "lab.csv",
                 "Sample ID,Strain,Lab,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),beta-Caryophyllene (%),"
                 "Linalool (%),alpha-Humulene (%),alpha-Pinene (%)\n"
                 "S1,Blue Dream,Test Lab,2026-01-02,20.1,ND,0.8,0.3,0.2,<LOQ,0.1,0.05\n"
                 "S2,Sour Diesel,Test Lab,2026-01-03,22.0,0.1,0.2,0.6,0.4,0.1,0.1,0.02\n");
  g_free (wh_test_say (fixture->dir, "import lab lab.csv", 0));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
}

/* The finding about the driver of this name; NULL: there is none. */
static const WhJsonNode *
finding_of (WhJson *doctor, const char *name)
{
  g_autofree char *file = g_strdup_printf ("/%s.icd", name);

  for (guint i = 0; i < wh_json_length (wh_json_root (doctor)); i++)
    {
      const WhJsonNode *finding = wh_json_element (wh_json_root (doctor), i);
      const WhJsonNode *device = wh_json_member (finding, "device");
      wh_test_has_keys (finding, "part status message");
      if (device && g_str_has_suffix (wh_json_string (wh_json_member (device, "file"), ""), file))
        return finding;
    }
  return NULL;
}

static const char *
device_text (const WhJsonNode *finding, const char *key)
{
  return wh_json_string (wh_json_member (wh_json_member (finding, "device"), key), NULL);
}

static void
check_refused (WhJson *doctor, const char *name)
{
  const WhJsonNode *finding = finding_of (doctor, name);

  g_assert_nonnull (finding);
  g_test_message ("%s: %s", name, device_text (finding, "reason"));
  wh_test_has_keys (wh_json_member (finding, "device"), "name file driver_version state reason checked_at used_for");
  g_assert_cmpstr (wh_json_string (wh_json_member (finding, "status"), ""), ==, "note");
  g_assert_cmpstr (device_text (finding, "state"), ==, "refused");
  g_assert_nonnull (device_text (finding, "reason"));
}

static void
check_similar (const Fixture *fixture)
{
  g_autoptr (WhJson) similar = wh_test_ask (fixture->dir, "similar blue-dream", 0);
  const WhJsonNode *first = wh_json_element (wh_json_root (similar), 0);

  g_assert_cmpstr (wh_json_string (wh_json_member (first, "name"), ""), ==, "Sour Diesel");
  g_assert_true (g_str_has_prefix (wh_json_string (wh_json_member (first, "engine"), ""), "cpu-"));
}

/* The real driver beside all bad ones is still found; the time is that of the one that hangs longest, not of all of them. */
static void
test_bad_drivers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *real = NULL;
  gboolean have_real = g_file_get_contents (REAL_DRIVER, &real, NULL, NULL);

  add_bad_drivers (fixture);
  if (have_real)
    add_driver (fixture, "pocl", g_strstrip (real));
  g_autoptr (WhJson) doctor = wh_test_ask (fixture->dir, "doctor", 0);
  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    check_refused (doctor, made[i]);
  check_refused (doctor, "missing");
  check_refused (doctor, "garbage");
  if (have_real)
    {
      const WhJsonNode *finding = finding_of (doctor, "pocl");
      g_assert_cmpstr (device_text (finding, "state"), ==, "usable");
      g_assert_nonnull (device_text (finding, "driver_version"));
    }
  check_similar (fixture);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhJson) doctor = wh_test_ask (fixture->dir, "doctor", 0);

  for (guint i = 0; i < wh_json_length (wh_json_root (doctor)); i++)
    g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_element (wh_json_root (doctor), i), "status"), ""), ==, "ok");
  g_setenv ("OCL_ICD_VENDORS", "/nonexistent", TRUE);
  g_free (wh_test_say (fixture->dir, "doctor", 0));
  check_similar (fixture);
}

/* Off and denied: the driver, which would hang, is not even loaded. */
static void
test_switched_off (Fixture *fixture, gconstpointer data)
{
  g_autofree char *library = g_strdup_printf ("%s/hang-when-loaded.so", g_getenv ("WEEDHOUNDS_TEST_ICDS"));
  g_autofree char *config = g_build_filename (fixture->dir, "weedhounds", NULL);
  g_autoptr (WhJson) off = NULL, disabled = NULL, denied = NULL;

  add_driver (fixture, "hangs", library);
  g_assert_cmpint (g_mkdir (config, 0700), ==, 0);
  g_setenv ("WEEDHOUNDS_OPENCL", "off", TRUE);
  off = wh_test_ask (fixture->dir, "doctor", 0);
  g_assert_null (finding_of (off, "hangs"));
  g_setenv ("WEEDHOUNDS_OPENCL", "", TRUE);
  wh_test_write (fixture->dir, "weedhounds/weedhounds.conf", "[opencl]\nenabled=false\n");
  disabled = wh_test_ask (fixture->dir, "doctor", 0);
  g_assert_null (finding_of (disabled, "hangs"));
  wh_test_write (fixture->dir, "weedhounds/weedhounds.conf", "[opencl]\ndeny=Other;HANGS\n");
  denied = wh_test_ask (fixture->dir, "doctor", 0);
  g_assert_cmpstr (device_text (finding_of (denied, "hangs"), "state"), ==, "off");
  g_assert_nonnull (device_text (finding_of (denied, "hangs"), "reason"));
  wh_test_write (fixture->dir, "weedhounds/weedhounds.conf", "[opencl]\nenabled=perhaps\n");
  g_free (wh_test_say (fixture->dir, "doctor", 2));
  wh_test_write (fixture->dir, "weedhounds/weedhounds.conf", "");
  g_setenv ("WEEDHOUNDS_OPENCL", "always", TRUE);
  g_free (wh_test_say (fixture->dir, "doctor", 2));
}

/* A crash is remembered until somebody asks for another try. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  g_autofree char *library = g_strdup_printf ("%s/crash-when-loaded.so", g_getenv ("WEEDHOUNDS_TEST_ICDS"));
  g_autofree char *first_time = NULL;
  g_autoptr (WhJson) first = NULL, again = NULL, retried = NULL;

  add_driver (fixture, "crashes", library);
  first = wh_test_ask (fixture->dir, "doctor", 0);
  first_time = g_strdup (device_text (finding_of (first, "crashes"), "checked_at"));
  again = wh_test_ask (fixture->dir, "doctor", 0);
  g_assert_cmpstr (device_text (finding_of (again, "crashes"), "checked_at"), ==, first_time);
  retried = wh_test_ask (fixture->dir, "doctor --retry-devices", 0);
  g_assert_cmpstr (device_text (finding_of (retried, "crashes"), "checked_at"), !=, first_time);
}

/* A short command tries nothing and leaves nobody behind; a server that is killed takes its children along, also hanging ones. */
static void
test_no_child_left (Fixture *fixture, gconstpointer data)
{
  static const char script[]
      = "children () { grep -alz -- \"^$1\\$\" /proc/[0-9]*/cmdline 2>/dev/null | xargs -r grep -al opencl-host; }\n"
        "\"$WEEDHOUNDS_TEST_BINARY\" similar blue-dream >/dev/null & p=$!; wait $p || exit 1\n"
        "[ -z \"$(children $p)\" ] || exit 2\n"
        "\"$WEEDHOUNDS_TEST_BINARY\" serve --listen 127.0.0.1:0 >/dev/null 2>&1 & p=$!\n"
        "for i in $(seq 100); do [ -z \"$(children $p)\" ] || break; sleep 0.1; done\n"
        "[ -n \"$(children $p)\" ] || { kill -9 $p; exit 3; }\n"
        "kill -9 $p; wait $p\n"
        "for i in $(seq 50); do [ -n \"$(children $p)\" ] || exit 0; sleep 0.1; done\n"
        "exit 4\n";
  g_autofree char *library = g_strdup_printf ("%s/hang-when-loaded.so", g_getenv ("WEEDHOUNDS_TEST_ICDS"));
  g_autoptr (WhTestRun) run = NULL;

  add_driver (fixture, "hangs", library);
  run = wh_test_run_shell (fixture->dir, script);
  g_test_message ("%s", run->err);
  g_assert_cmpint (run->status, ==, 0);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/devices/bad-drivers", test_bad_drivers);
  ADD ("/cli/devices/none", test_none);
  ADD ("/cli/devices/switched-off", test_switched_off);
  ADD ("/cli/devices/retried", test_retried);
  ADD ("/cli/devices/no-child-left", test_no_child_left);
  return g_test_run ();
}
