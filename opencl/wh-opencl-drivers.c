#include "wh-opencl-drivers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wh-hash.h"
#include "base/wh-text.h"

#define USUAL_FOLDER "/etc/OpenCL/vendors"
#define SUFFIX ".icd"
#define MOST_DRIVERS 32
#define MOST_OF_A_FILE 1024

/* The first line, as text. A file may be anything: a pipe is not waited for, and only its beginning is read. */
static char *
read_library (const char *file)
{
  char text[MOST_OF_A_FILE + 1];
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n = fd >= 0 ? read (fd, text, MOST_OF_A_FILE) : -1;
  g_autofree char *valid = NULL;

  if (fd >= 0)
    close (fd);
  text[MAX (n, 0)] = '\0';
  text[strcspn (text, "\r\n")] = '\0';
  valid = g_utf8_make_valid (text, -1);
  return wh_text_clean (valid, MOST_OF_A_FILE);
}

/* Where the dynamic linker is likely to find it. */
static char *
find_library (const char *name)
{
  static const char *const folders[] = { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
                                         "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/usr/local/lib", "/lib", "/usr/lib" };

  if (strchr (name, '/'))
    return g_strdup (name);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return g_strdup (name);
}

static void
add_status (WhHasher *hasher, const char *path)
{
  struct stat status;

  wh_hasher_text (hasher, path);
  if (stat (path, &status) != 0)
    return;
  wh_hasher_data (hasher, &status.st_size, sizeof status.st_size);
  wh_hasher_data (hasher, &status.st_mtim, sizeof status.st_mtim);
}

static char *
stamp_of (const WhOpenclDriver *driver)
{
  g_autofree char *library = find_library (driver->library);
  WhHasher *hasher = wh_hasher_new ();
  WhHash hash;

  add_status (hasher, driver->file);
  wh_hasher_text (hasher, driver->library);
  add_status (hasher, library);
  hash = wh_hasher_finish (hasher);
  return wh_hash_to_string (&hash);
}

static WhOpenclDriver *
driver_new (const char *file)
{
  WhOpenclDriver *driver = g_new0 (WhOpenclDriver, 1);

  g_atomic_ref_count_init (&driver->ref_count);
  driver->file = g_canonicalize_filename (file, NULL);
  driver->library = read_library (driver->file);
  driver->stamp = stamp_of (driver);
  return driver;
}

WhOpenclDriver *
wh_opencl_driver_ref (WhOpenclDriver *driver)
{
  g_atomic_ref_count_inc (&driver->ref_count);
  return driver;
}

void
wh_opencl_driver_unref (WhOpenclDriver *driver)
{
  if (!g_atomic_ref_count_dec (&driver->ref_count))
    return;
  g_free (driver->file);
  g_free (driver->library);
  g_free (driver->stamp);
  g_free (driver);
}

static int
compare_drivers (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(WhOpenclDriver *const *) a)->file, (*(WhOpenclDriver *const *) b)->file);
}

static void
add_folder (GPtrArray *drivers, const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while (entries && drivers->len < MOST_DRIVERS && (name = g_dir_read_name (entries)))
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      if (g_str_has_suffix (name, SUFFIX))
        g_ptr_array_add (drivers, driver_new (file));
    }
  g_ptr_array_sort (drivers, compare_drivers);
}

GPtrArray *
wh_opencl_drivers_find (void)
{
  GPtrArray *drivers = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_driver_unref);
  const char *chosen = g_getenv ("OCL_ICD_VENDORS"), *place = chosen && *chosen ? chosen : USUAL_FOLDER;

  if (g_file_test (place, G_FILE_TEST_IS_DIR))
    add_folder (drivers, place);
  else if (g_file_test (place, G_FILE_TEST_EXISTS))
    g_ptr_array_add (drivers, driver_new (place));
  return drivers;
}

/* Of the loaders some take a folder only: one with a link to the one file. */
char *
wh_opencl_driver_vendors (const WhOpenclDriver *driver, const char *cache_dir)
{
  WhHash hash = wh_hash_data (driver->file, strlen (driver->file));
  g_autofree char *name = wh_hash_to_string (&hash);
  g_autofree char *folder = NULL, *link = NULL, *target = NULL;

  if (!cache_dir)
    return g_strdup (driver->file);
  name[16] = '\0';
  folder = g_build_filename (cache_dir, "drivers", name, NULL);
  link = g_build_filename (folder, "driver" SUFFIX, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return g_strdup (driver->file);
  target = g_file_read_link (link, NULL);
  if (g_strcmp0 (target, driver->file) != 0)
    {
      g_unlink (link);
      if (symlink (driver->file, link) != 0 && errno != EEXIST)
        return g_strdup (driver->file);
    }
  return g_steal_pointer (&folder);
}

gboolean
wh_opencl_driver_named (const WhOpenclDriver *driver, const char *const *names)
{
  g_autofree char *file = g_path_get_basename (driver->file);
  g_autofree char *stem = g_strndup (file, strlen (file) - (g_str_has_suffix (file, SUFFIX) ? strlen (SUFFIX) : 0));

  for (; names && *names; names++)
    if (g_ascii_strcasecmp (*names, file) == 0 || g_ascii_strcasecmp (*names, stem) == 0)
      return TRUE;
  return FALSE;
}
