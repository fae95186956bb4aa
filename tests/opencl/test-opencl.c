/* The OpenCL engine's own: which devices there are, the cache of programs, what stays on a device, what it refuses. */
#include <string.h>
#include <sys/stat.h>

#include "base/wh-error.h"
#include "base/wh-hash.h"
#include "support/wh-test.h"
#include "wh-opencl-private.h"

/* The state of the first device, or NULL after g_test_skip. */
static WhOpencl *
open_first (const char *cache_dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = wh_opencl_list (&error);
  WhOpencl *state;

  if (!devices)
    {
      g_test_skip (error->message);
      return NULL;
    }
  state = wh_opencl_open (0, cache_dir, &error);
  g_assert_no_error (error);
  return state;
}

static WhMatrix *
make_matrix (float first)
{
  enum { ROWS = 300, COLUMNS = 6 };
  float values[ROWS * COLUMNS];
  guint64 masks[ROWS];

  for (guint i = 0; i < ROWS * COLUMNS; i++)
    values[i] = first + (float) (i % 7);
  for (guint i = 0; i < ROWS; i++)
    masks[i] = (1 << COLUMNS) - 1;
  return wh_matrix_new (WH_METRIC_HELLINGER, values, masks, ROWS, COLUMNS, NULL);
}

static double
sum_of (WhOpencl *state, const WhMatrix *matrix)
{
  WhPairSums sums;

  g_assert_cmpint (wh_opencl_ops.pairs (state, matrix, 0, 1, NULL, &sums, NULL), ==, WH_RUN_DONE);
  return sums.sum;
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = wh_opencl_list (&error);
  g_autoptr (GPtrArray) again = wh_opencl_list (NULL);

  if (!devices)
    {
      g_test_skip (error->message);
      return;
    }
  g_assert_cmpuint (again->len, ==, devices->len);
  for (guint i = 0; i < devices->len; i++)
    {
      const WhOpenclInfo *info = devices->pdata[i], *other = again->pdata[i];
      g_assert_cmpstr (info->name, ==, other->name);
      g_assert_true (*info->platform && *info->name && *info->driver && g_str_has_prefix (info->version, "OpenCL "));
      g_assert_cmpuint (info->units, >, 0);
      g_assert_cmpuint (info->memory, >, 0);
    }
  g_assert_null (wh_opencl_open (devices->len, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

/* The loader reads this when it is opened, so in a process of its own. */
static void
test_no_driver (void)
{
  g_autoptr (GError) error = NULL;

  if (g_test_subprocess ())
    {
      g_setenv ("OCL_ICD_VENDORS", "/nonexistent", TRUE);
      g_assert_null (wh_opencl_list (&error));
      g_assert_true (g_error_matches (error, WH_ERROR, WH_ERROR_NOT_FOUND) || g_error_matches (error, WH_ERROR, WH_ERROR_UNSUPPORTED));
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* -- the cache -- */

/* The one file of a directory. */
static char *
only_file (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name = g_dir_read_name (entries);

  g_assert_nonnull (name);
  g_assert_null (g_dir_read_name (entries));
  return g_build_filename (dir, name, NULL);
}

static void
try_contents (const char *cache_dir, const char *path, const void *contents, gsize length)
{
  g_autofree char *good = NULL;
  gsize good_length = 0, kept_length = 0;
  g_autofree char *kept = NULL;
  WhOpencl *state;
  g_autoptr (WhMatrix) matrix = make_matrix (1);

  g_assert_true (g_file_get_contents (path, &good, &good_length, NULL));
  g_assert_true (g_file_set_contents (path, contents, (gssize) length, NULL));
  state = open_first (cache_dir);
  g_assert_cmpfloat (sum_of (state, matrix), >, 0);
  wh_opencl_ops.close (state);
  g_assert_true (g_file_get_contents (path, &kept, &kept_length, NULL));
  g_assert_cmpuint (kept_length, >, WH_HASH_LENGTH);
  g_assert_false (kept_length == length && memcmp (kept, contents, length) == 0);   /* written anew */
}

/* Cut short, a bit turned over, and a file of the right form that no driver takes: all are built anew. */
static void
test_cache (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *cache = g_build_filename (dir, "opencl", NULL);
  WhOpencl *state = open_first (cache);
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;
  gsize length = 0;
  guint8 foreign[WH_HASH_LENGTH + 100] = { 0 };
  WhHash hash = wh_hash_data (foreign + WH_HASH_LENGTH, sizeof foreign - WH_HASH_LENGTH);
  GStatBuf stat_buffer;

  if (state)
    {
      wh_opencl_ops.close (state);
      path = only_file (cache);
      g_assert_cmpint (g_stat (path, &stat_buffer), ==, 0);
      g_assert_cmpuint (stat_buffer.st_mode & 0777, ==, 0600);
      g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
      memcpy (foreign, hash.bytes, WH_HASH_LENGTH);
      try_contents (cache, path, contents, length / 2);
      contents[length - 1] ^= 1;
      try_contents (cache, path, contents, length);
      try_contents (cache, path, foreign, sizeof foreign);
      try_contents (cache, path, "", 0);
    }
  wh_test_remove_dir (dir);
}

/* The file is what the second start builds from: with another in its place under the right name it would show. */
static void
test_cache_is_used (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  WhOpencl *state = open_first (dir);
  g_autofree char *path = NULL;
  g_autoptr (WhMatrix) matrix = make_matrix (1);
  GStatBuf before, after;
  double sum;

  if (state)
    {
      sum = sum_of (state, matrix);
      wh_opencl_ops.close (state);
      path = only_file (dir);
      g_assert_cmpint (g_stat (path, &before), ==, 0);
      state = open_first (dir);
      g_assert_cmpfloat (sum_of (state, matrix), ==, sum);
      wh_opencl_ops.close (state);
      g_assert_cmpint (g_stat (path, &after), ==, 0);
      g_assert_cmpuint (before.st_ino, ==, after.st_ino);   /* not written again */
    }
  wh_test_remove_dir (dir);
}

/* -- what stays on a device -- */

static void
test_tables (void)
{
  g_autoptr (WhMatrix) first = make_matrix (1);
  g_autoptr (WhMatrix) second = make_matrix (2);
  g_autoptr (WhMatrix) third = make_matrix (3);
  WhOpencl *state = open_first (NULL);
  double sum;
  gsize one;

  if (!state)
    return;
  sum = sum_of (state, first);
  one = state->tables_bytes;
  g_assert_cmpuint (one, >, 0);
  g_assert_cmpfloat (sum_of (state, first), ==, sum);
  g_assert_cmpuint (state->tables.length, ==, 1);
  state->tables_most = 2 * one;
  g_assert_cmpfloat (sum_of (state, second), !=, sum);
  sum_of (state, first);   /* the second now is the oldest */
  sum_of (state, third);
  g_assert_cmpuint (state->tables_bytes, ==, 2 * one);
  g_assert_cmpuint (((WhOpenclTable *) state->tables.head->data)->serial, ==, third->serial);
  g_assert_cmpuint (((WhOpenclTable *) state->tables.tail->data)->serial, ==, first->serial);
  g_assert_cmpfloat (sum_of (state, first), ==, sum);
  wh_opencl_ops.close (state);
}

/* -- what it refuses -- */

static void
test_unable (void)
{
  WhOpencl *state = open_first (NULL);
  g_autoptr (WhMatrix) matrix = make_matrix (1);
  const float query[6] = { 1, 2, 3, 4, 5, 6 };
  const WhQueries queries = { 1, query, (const guint64[]) { 63 }, NULL };
  g_autofree guint64 *histogram = g_new0 (guint64, 5000);
  WhNeighbour found[33];
  WhPairSums sums;
  gsize count;

  if (!state)
    return;
  g_assert_true (g_str_has_prefix (wh_opencl_ops.path (state), "opencl:"));
  g_assert_cmpint (wh_opencl_ops.nearest (state, matrix, &queries, 33, found, &count, NULL), ==, WH_RUN_UNABLE);
  g_assert_cmpint (wh_opencl_ops.pairs (state, matrix, 5000, 0.1f, histogram, &sums, NULL), ==, WH_RUN_UNABLE);
  state->tables_most = 1;
  wh_opencl_forget (state);
  g_assert_cmpint (wh_opencl_ops.nearest (state, matrix, &queries, 3, found, &count, NULL), ==, WH_RUN_UNABLE);
  state->tables_most = G_MAXSIZE;
  state->most_bytes = 100;   /* as if the device had no memory */
  g_assert_cmpint (wh_opencl_ops.pairs (state, matrix, 0, 1, NULL, &sums, NULL), ==, WH_RUN_UNABLE);
  state->most_bytes = G_MAXSIZE;
  g_assert_cmpint (wh_opencl_ops.nearest (state, matrix, &queries, 3, found, &count, NULL), ==, WH_RUN_DONE);
  wh_opencl_ops.close (state);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opencl/list", test_list);
  g_test_add_func ("/opencl/no-driver", test_no_driver);
  g_test_add_func ("/opencl/cache", test_cache);
  g_test_add_func ("/opencl/cache-is-used", test_cache_is_used);
  g_test_add_func ("/opencl/tables", test_tables);
  g_test_add_func ("/opencl/unable", test_unable);
  return g_test_run ();
}
