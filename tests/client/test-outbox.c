/* What was written here and waits for a server: kept through anything, and seen as if it had been made. */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "client/wh-pending.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-store-outbox.h"
#include "support/wh-test.h"

#define SERVER "11111111-2222-7333-8444-555555555555"
#define OTHER_SERVER "99999999-2222-7333-8444-555555555555"
#define N_KILLS 20
#define PAGE 16384   /* of the file */

typedef struct {
  char        *dir, *path;
  WhPrincipal *principal;
  WhOutbox    *outbox;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = wh_test_make_dir ();
  fixture->path = wh_paths_outbox (fixture->dir);
  fixture->principal = wh_principal_new_local ();
  fixture->outbox = wh_outbox_new (fixture->dir);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_outbox_unref (fixture->outbox);
  wh_principal_unref (fixture->principal);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->path);
}

/* As after a start of the program. */
static void
start_again (Fixture *fixture)
{
  wh_outbox_unref (fixture->outbox);
  fixture->outbox = wh_outbox_new (fixture->dir);
}

/* -- notes in and out ------------------------------------------------------------------------------------------------ */

static gboolean
append_note_as (WhOutbox *outbox, const char *server_id, const WhPrincipal *principal, const char *text, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  g_autoptr (WhNote) note = wh_note_new (WH_ID_NONE);
  gint64 first, last;

  note->object_kind = g_strdup ("strain");
  note->object_id = wh_id_from_key ("strain", "test", "x");
  note->text = g_strdup (text);
  g_ptr_array_add (changes, wh_change_new_put (note));
  return wh_outbox_append (outbox, &(WhOutboxTarget){ server_id, "epoch" }, principal, "note", changes, &first, &last, error);
}

static void
append_note (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  append_note_as (fixture->outbox, SERVER, fixture->principal, text, &error);
  wh_test_no_error (error);
}

static void
append_notes (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("note %u smells of lemon", i);
      append_note (fixture, text);
    }
}

static gboolean
collect_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  g_assert_nonnull (entry->change);
  g_assert_cmpint (entry->change->kind, ==, WH_KIND_NOTE);
  g_assert_false (wh_id_is_none (&entry->key));
  g_ptr_array_add (user_data, g_strdup (((WhNote *) entry->change->entity)->text));
  return TRUE;
}

static GPtrArray *
texts_of (WhOutbox *outbox, const char *server_id, const char *user)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  wh_outbox_each (outbox, server_id, user, 0, collect_cb, texts, &error);
  wh_test_no_error (error);
  return texts;
}

static guint
n_waiting (Fixture *fixture)
{
  g_autoptr (GPtrArray) texts = texts_of (fixture->outbox, NULL, NULL);

  return texts->len;
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) texts = NULL;
  GStatBuf buffer;

  g_assert_cmpint (wh_outbox_generation (fixture->outbox, NULL), ==, 0);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  append_note (fixture, "erste “Notiz”, 100 %");
  append_note (fixture, "second");
  start_again (fixture);
  texts = texts_of (fixture->outbox, SERVER, fixture->principal->who);
  g_assert_cmpuint (texts->len, ==, 2);
  g_assert_cmpstr (texts->pdata[0], ==, "erste “Notiz”, 100 %");
  g_assert_cmpstr (texts->pdata[1], ==, "second");
  g_assert_cmpint (wh_outbox_generation (fixture->outbox, NULL), ==, 2);
  g_assert_null (wh_outbox_notice (fixture->outbox));
  g_assert_cmpint (g_stat (fixture->path, &buffer), ==, 0);
  g_assert_cmpint (buffer.st_mode & 0777, ==, 0600);
}

static void
test_binding (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPrincipal) other = wh_principal_new ("local:somebody-else", (const char *const[]) { "administrator", NULL });
  g_autoptr (GPtrArray) own = NULL, theirs = NULL, all = NULL;

  append_note (fixture, "mine");
  g_assert_true (append_note_as (fixture->outbox, OTHER_SERVER, fixture->principal, "mine for another", NULL));
  g_assert_true (append_note_as (fixture->outbox, SERVER, other, "theirs", NULL));
  own = texts_of (fixture->outbox, SERVER, fixture->principal->who);
  theirs = texts_of (fixture->outbox, SERVER, other->who);
  all = texts_of (fixture->outbox, NULL, NULL);
  g_assert_cmpuint (own->len, ==, 1);
  g_assert_cmpstr (own->pdata[0], ==, "mine");
  g_assert_cmpuint (theirs->len, ==, 1);
  g_assert_cmpstr (theirs->pdata[0], ==, "theirs");
  g_assert_cmpuint (all->len, ==, 3);
}

/* -- kill -9 -------------------------------------------------------------------------------------------------------------- */

/* The child: appends until it is killed, and says after each how many are safe. */
static int
append_for_ever (const char *dir)
{
  g_autoptr (WhOutbox) outbox = wh_outbox_new (dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();

  for (guint i = 1;; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d/%u", getpid (), i);
      guint8 one = 1;
      if (!append_note_as (outbox, SERVER, principal, text, NULL) || write (STDOUT_FILENO, &one, 1) != 1)
        return 1;
    }
}

static guint
count_told (GInputStream *told)
{
  guint8 buffer[4096];
  guint n = 0;
  gssize length;

  while ((length = g_input_stream_read (told, buffer, sizeof buffer, NULL, NULL)) > 0)
    n += (guint) length;
  return n;
}

static void
test_kill (Fixture *fixture, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  guint told = 0, unacknowledged = 0;

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--append", fixture->dir, NULL);
      wh_test_no_error (error);
      g_usleep ((gulong) g_test_rand_int_range (1000, 80000));
      g_subprocess_force_exit (child);
      told += count_told (g_subprocess_get_stdout_pipe (child));
      g_assert_true (g_subprocess_wait (child, NULL, NULL));
      start_again (fixture);
      guint there = n_waiting (fixture);
      g_assert_cmpuint (there, >=, told);
      /* What was being written the moment it was killed may be there or not. */
      unacknowledged = there - told;
      g_assert_cmpuint (unacknowledged, <=, i + 1);
      g_assert_null (wh_outbox_notice (fixture->outbox));
    }
  g_test_message ("%u changes told as kept, all there; %u more had been kept but not yet told", told, unacknowledged);
  g_assert_cmpuint (told, >, 0);
}

/* -- damage ---------------------------------------------------------------------------------------------------------------- */

static GPtrArray *
kept_files (Fixture *fixture)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    if (strstr (name, "damaged-") && !g_str_has_suffix (name, "-journal"))
      g_ptr_array_add (names, g_strdup (name));
  return names;
}

/* Writes over part of the file and reads the outbox as a new start would. */
static void
damage (Fixture *fixture, goffset place, const void *bytes, gsize length)
{
  int fd;

  g_clear_pointer (&fixture->outbox, wh_outbox_unref);
  fd = g_open (fixture->path, O_WRONLY, 0);
  g_assert_cmpint (pwrite (fd, bytes, length, place), ==, (gssize) length);
  close (fd);
  fixture->outbox = wh_outbox_new (fixture->dir);
}

static void
assert_salvaged (Fixture *fixture, guint least, guint most)
{
  g_autoptr (GPtrArray) texts = texts_of (fixture->outbox, SERVER, fixture->principal->who);
  g_autoptr (GPtrArray) kept = kept_files (fixture);
  g_autofree char *notice = wh_outbox_notice (fixture->outbox);

  g_test_message ("%u left; %s", texts->len, notice);
  g_assert_cmpuint (texts->len, >=, least);
  g_assert_cmpuint (texts->len, <=, most);
  g_assert_cmpuint (kept->len, ==, 1);
  g_assert_nonnull (strstr (notice, kept->pdata[0]));
  append_note (fixture, "afterwards");
  start_again (fixture);
  g_assert_cmpuint (n_waiting (fixture), ==, texts->len + 1);
  g_assert_null (wh_outbox_notice (fixture->outbox));
}

/* Where the text of a note stands in the file. */
static goffset
find_text (Fixture *fixture, const char *text)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
  char *place = memmem (contents, length, text, strlen (text));
  g_assert_nonnull (place);
  return place - contents;
}

static void
test_altered (Fixture *fixture, gconstpointer data)
{
  append_notes (fixture, 50);
  /* SQLite itself sees nothing wrong in this. */
  damage (fixture, find_text (fixture, "note 7 smells"), "n0te", 4);
  assert_salvaged (fixture, 49, 49);
}

static void
test_torn_page (Fixture *fixture, gconstpointer data)
{
  guint8 garbage[PAGE];

  memset (garbage, 0xa5, sizeof garbage);
  append_notes (fixture, 300);
  damage (fixture, (find_text (fixture, "note 150 smells") / PAGE) * PAGE, garbage, sizeof garbage);
  assert_salvaged (fixture, 250, 299);
}

static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  GStatBuf buffer;

  append_notes (fixture, 800);
  wh_outbox_unref (fixture->outbox);
  g_assert_cmpint (g_stat (fixture->path, &buffer), ==, 0);
  g_assert_cmpint (truncate (fixture->path, buffer.st_size / 2 / PAGE * PAGE), ==, 0);
  fixture->outbox = wh_outbox_new (fixture->dir);
  assert_salvaged (fixture, 100, 799);
}

static void
test_no_database (Fixture *fixture, gconstpointer data)
{
  append_notes (fixture, 3);
  damage (fixture, 0, "this is no database", 19);
  assert_salvaged (fixture, 0, 0);
}

/* A server may have seen the numbers that were given: they do not come again, and the keys stay. */
typedef struct {
  gint64 last;
  WhId   key;
} Last;

static gboolean
last_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  *(Last *) user_data = (Last){ entry->number, entry->key };
  return TRUE;
}

static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  Last before = { 0 }, saved = { 0 }, after = { 0 };

  append_notes (fixture, 20);
  wh_outbox_each (fixture->outbox, NULL, NULL, 0, last_cb, &before, NULL);
  damage (fixture, find_text (fixture, "note 3 smells"), "n0te", 4);
  wh_outbox_each (fixture->outbox, NULL, NULL, 0, last_cb, &saved, NULL);
  append_note (fixture, "new");
  wh_outbox_each (fixture->outbox, NULL, NULL, 0, last_cb, &after, NULL);
  g_assert_cmpint (before.last, ==, 20);
  g_assert_cmpint (saved.last, ==, 20);
  g_assert_true (wh_id_equal (&before.key, &saved.key));
  g_assert_cmpint (after.last, >, 20);
}

/* One program has the file open while another finds it damaged and exchanges it. */
static void
test_two_programs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhOutbox) other = wh_outbox_new (fixture->dir);
  g_autoptr (GPtrArray) texts = NULL;

  append_notes (fixture, 10);
  g_assert_true (append_note_as (other, SERVER, fixture->principal, "of the other", NULL));
  g_assert_cmpuint (n_waiting (fixture), ==, 11);
  damage (fixture, find_text (fixture, "note 3 smells"), "n0te", 4);
  g_assert_cmpuint (n_waiting (fixture), ==, 10);
  g_assert_true (append_note_as (other, SERVER, fixture->principal, "written through the old file", NULL));
  texts = texts_of (fixture->outbox, NULL, NULL);
  g_assert_cmpuint (texts->len, ==, 11);
  g_assert_cmpstr (texts->pdata[10], ==, "written through the old file");
}

static void
test_future (Fixture *fixture, gconstpointer data)
{
  static const guint8 version[] = { 0, 0, 0, 99 };
  g_autofree char *before = NULL, *after = NULL, *notice = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  gsize length, length_after;

  append_notes (fixture, 2);
  damage (fixture, 60, version, sizeof version);
  g_assert_true (g_file_get_contents (fixture->path, &before, &length, NULL));
  g_assert_false (wh_outbox_check (fixture->outbox, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
  g_assert_false (append_note_as (fixture->outbox, SERVER, fixture->principal, "lost?", &refused));
  g_assert_error (refused, WH_ERROR, WH_ERROR_UNSUPPORTED);
  notice = wh_outbox_notice (fixture->outbox);
  g_assert_nonnull (notice);
  g_assert_true (g_file_get_contents (fixture->path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length, after, length_after);
}

/* -- limits ------------------------------------------------------------------------------------------------------------------- */

static void
execute (Fixture *fixture, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  append_note (fixture, "one");
  execute (fixture, "UPDATE fact SET value = '499999' WHERE key = 'letters'");
  append_note (fixture, "two");
  g_assert_false (append_note_as (fixture->outbox, SERVER, fixture->principal, "three", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
  g_assert_cmpuint (n_waiting (fixture), ==, 2);
}

/* What a newer program wrote is kept, counted and not understood. */
static gboolean
foreign_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  guint *n = user_data;

  n[entry->change ? 0 : 1]++;
  return TRUE;
}

static void
test_newer_content (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStoreOutbox) file = NULL;
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_letter_free);
  WhLetter *letter = g_new0 (WhLetter, 1);
  guint n[2] = { 0, 0 };

  append_note (fixture, "one");
  letter->server_id = g_strdup (SERVER);
  letter->user = g_strdup (fixture->principal->who);
  letter->action = g_strdup ("teleport");
  letter->epoch = g_strdup ("epoch");
  letter->format = 2;
  letter->content = g_bytes_new ("{}", 2);
  g_ptr_array_add (letters, letter);
  file = wh_store_outbox_open (fixture->path, NULL);
  g_assert_true (wh_store_outbox_append (file, letters, NULL));
  g_assert_true (wh_outbox_each (fixture->outbox, NULL, NULL, 0, foreign_cb, n, NULL));
  g_assert_cmpuint (n[0], ==, 1);
  g_assert_cmpuint (n[1], ==, 1);
}

#define ADD(path, function) g_test_add ("/client/outbox/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--append") == 0)
    return append_for_ever (argv[2]);
  g_test_init (&argc, &argv, NULL);
  ADD ("restart", test_restart);
  ADD ("binding", test_binding);
  ADD ("kill", test_kill);
  ADD ("altered", test_altered);
  ADD ("torn-page", test_torn_page);
  ADD ("cut-off", test_cut_off);
  ADD ("no-database", test_no_database);
  ADD ("numbers", test_numbers);
  ADD ("two-programs", test_two_programs);
  ADD ("future", test_future);
  ADD ("full", test_full);
  ADD ("newer-content", test_newer_content);
  return g_test_run ();
}
