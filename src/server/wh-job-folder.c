/* New and changed files of a folder, or one file. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-job-import.h"

#define CHUNK (256 * 1024)

/* What may be a file on its way: editors, browsers and copying programs write under such names first. */
static gboolean
is_half (const char *name)
{
  static const char *const endings[] = { ".part", ".tmp", ".crdownload", "~", ".swp" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;
  return name[0] == '.';
}

static gint64
changed_at (const struct stat *info)
{
  return (gint64) info->st_mtim.tv_sec * WH_TIME_SECOND + info->st_mtim.tv_nsec / 1000;
}

/* Reads it all, minding the cancellation. */
static gboolean
hash_descriptor (WhJobImport *import, int fd, const char *path, WhHash *out_hash, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  WhHasher *hasher = wh_hasher_new ();
  gssize n;

  while ((n = read (fd, buffer, CHUNK)) > 0 && !g_cancellable_is_cancelled (import->run->cancellable))
    wh_hasher_data (hasher, buffer, (gsize) n);
  *out_hash = wh_hasher_finish (hasher);
  if (n < 0)
    wh_error_set_errno (error, errno, path);
  return n == 0 || (n > 0 && !wh_job_run_ended (import->run, error));
}

/* Only plain files count: no link leads out of the folder, no pipe holds the job up. */
static gboolean
measure (WhJobImport *import, const char *path, const struct stat *info, WhTakenFile *file, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gboolean done;

  if (fd < 0)
    {
      wh_error_set_errno (error, errno, path);
      return FALSE;
    }
  file->size = info->st_size;
  file->changed_at = changed_at (info);
  done = hash_descriptor (import, fd, path, &file->hash, error);
  close (fd);
  return done;
}

static gboolean
is_same (const struct stat *before, const char *path)
{
  struct stat now;

  return lstat (path, &now) == 0 && now.st_size == before->st_size && changed_at (&now) == changed_at (before);
}

typedef enum {
  PASSED_OVER,
  NEW,
  FAILED,
} Verdict;

/* Whether there is anything to take. What was left alone and is as it was costs one look. */
static Verdict
judge (WhJobImport *import, const char *path, const char *name, struct stat *info, WhTakenFile *file, GError **error)
{
  g_autoptr (WhTakenFile) known = NULL;
  g_autoptr (GError) failure = NULL;

  if (!wh_job_import_recall (import, name, &known, error))
    return FAILED;
  if (known && known->size == info->st_size && known->changed_at == changed_at (info))
    {
      import->unchanged++;
      return PASSED_OVER;
    }
  /* From a machine whose clock is ahead it is no reason to wait until then. */
  if (ABS (wh_clock_now () - changed_at (info)) < import->settle * WH_TIME_SECOND || import->of >= WH_JOB_IMPORT_FILES)
    {
      import->waiting++;
      return PASSED_OVER;
    }
  if (measure (import, path, info, file, &failure))
    {
      if (!known || memcmp (&known->hash, &file->hash, sizeof file->hash) != 0)
        return NEW;
      import->unchanged++;
      return PASSED_OVER;
    }
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FAILED;
    }
  wh_job_import_fail (import, name, g_steal_pointer (&failure));
  return PASSED_OVER;
}

static gboolean
take (WhJobImport *import, const char *path, const char *name, GError **error)
{
  WhTakenFile file = { .source = (char *) import->source, .name = (char *) name };
  struct stat info;
  Verdict verdict;

  if (wh_job_run_ended (import->run, error))
    return FALSE;
  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return TRUE;
  verdict = judge (import, path, name, &info, &file, error);
  if (verdict != NEW)
    return verdict == PASSED_OVER;
  import->of++;
  /* A file that went on growing while it was read is taken again the next time: what is remembered is what it was before. */
  if (!is_same (&info, path))
    file.changed_at = 0;
  return wh_job_import_file (import, path, *name ? name : path, &file, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* By name, so that a shop may number them. */
static GPtrArray *
list_names (const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) foreign = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &foreign);
  const char *name;

  if (!dir)
    {
      g_set_error_literal (error, WH_ERROR, foreign->code == G_FILE_ERROR_ACCES ? WH_ERROR_DENIED : WH_ERROR_NOT_FOUND, foreign->message);
      return NULL;
    }
  while ((name = g_dir_read_name (dir)) && names->len < WH_JOB_IMPORT_FOLDER)
    if (!is_half (name) && g_utf8_validate (name, -1, NULL))
      g_ptr_array_add (names, g_strdup (name));
  if (name)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("%s holds more than %d files; move old ones away"), path, WH_JOB_IMPORT_FOLDER);
      return NULL;
    }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

gboolean
wh_job_import_place (WhJobImport *import, const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  struct stat info;

  if (stat (path, &info) != 0)
    {
      wh_error_set_errno (error, errno, path);
      return FALSE;
    }
  if (!S_ISDIR (info.st_mode))
    {
      import->settle = 0;
      return take (import, path, "", error);
    }
  names = list_names (path, error);
  for (guint i = 0; names && i < names->len; i++)
    {
      g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
      if (!take (import, file, names->pdata[i], error))
        return FALSE;
    }
  return names != NULL;
}
