/* A store into another database and back: all of it, byte for byte, whatever happens on the way. */
#include "store/wh-store-move.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "store/wh-test-store.h"
#include "wire/wh-wire.h"

#define NEEDS_SERVER (1u << WH_TEST_POSTGRES)
#define N_STRAINS 1500

/* -- a shop ----------------------------------------------------------------------------------------------------- */

static gboolean
fill_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  guint first = GPOINTER_TO_UINT (user_data);

  for (guint i = first; i < first + N_STRAINS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      g_autoptr (WhStrain) strain = wh_test_store_strain (name);
      g_autoptr (WhLabResult) result = wh_entity_new (WH_KIND_LAB_RESULT, WH_ID_NONE);
      g_autoptr (WhPanel) panel = wh_panel_new ();
      WhMeasure measure = WH_MEASURE_INIT;
      strain->popularity_score = i / 7.0;
      result->batch_id = wh_id_new ();
      measure.analyte = i % 20;
      measure.state = WH_STATE_VALUE;
      measure.value = i / 3.0;
      if (!wh_panel_add (panel, &measure, error))
        return FALSE;
      result->panel = g_steal_pointer (&panel);
      if (!wh_writer_put (writer, strain, NULL, error) || !wh_writer_put (writer, result, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
delete_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  g_autoptr (WhStrain) gone = wh_test_store_strain ("Strain 7");

  return wh_writer_delete (writer, WH_KIND_STRAIN, &gone->entity.id, error) && wh_writer_set_note (writer, "greeting", "Grüße", error);
}

static void
change (WhTestStore *fixture, WhWriteFunc func, guint first)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", func, GUINT_TO_POINTER (first), NULL,
                  &error);
  g_assert_no_error (error);
}

/* A shop in a file of its own and a place in PostgreSQL where nothing is; the shop has an analyte and a cell that this program
 * does not know.
 * The fixture works on the file afterwards; the address of the empty database is returned. */
static char *
make_shop (WhTestStore *fixture)
{
  char *server = wh_test_store_place (fixture);

  fixture->database = WH_TEST_FILE;
  g_free (fixture->location);
  fixture->location = wh_test_store_place (fixture);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  change (fixture, fill_cb, 0);
  change (fixture, delete_cb, 0);
  g_clear_pointer (&fixture->store, wh_store_unref);
  wh_test_store_meddle (fixture, "INSERT INTO analyte VALUES (9001, 'analyte-of-tomorrow');"
                                 " INSERT INTO measurement VALUES (1, 9001, 2, 1, 0, 4.2, NULL, 0.1, 'x')");
  return server;
}

/* -- moving ----------------------------------------------------------------------------------------------------- */

static WhStoreMoveReport *
move (WhTestStore *fixture, const char *from, const char *to, const WhStoreMoveOptions *options, GError **error)
{
  static const WhStoreMoveOptions usual = { FALSE };

  return wh_store_move (from, to, fixture->principal, options ? options : &usual, NULL, NULL, NULL, error);
}

static void
assert_same_digest (const char *one, const char *other)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStoreDigest) here = wh_store_digest (one, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (WhStoreDigest) there = wh_store_digest (other, NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpmem (&here->whole, sizeof here->whole, &there->whole, sizeof there->whole);
}

static gboolean
write_entity_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (user_data, 0);

  wh_wire_write_entity (writer, entity, TRUE);
  return TRUE;
}

static gboolean
write_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  GString *text = user_data;
  g_autofree char *head = wh_reader_head (reader, error);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    if (!wh_reader_each (reader, kind, write_entity_cb, text, error))
      return FALSE;
  g_string_append (text, head);
  return head != NULL;
}

/* Everything as it goes over the wire, then the audit chain's newest hash, which holds all entries before. */
static char *
wire_text (WhTestStore *fixture, const char *location)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (location, WH_STORE_READ, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *server_id = store ? wh_store_server_id (store) : NULL, *epoch = store ? wh_store_epoch (store) : NULL;

  g_assert_no_error (error);
  wh_store_read (store, fixture->principal, write_all_cb, text, &error);
  g_assert_no_error (error);
  g_assert_true (wh_store_check (store, NULL));
  g_string_append_printf (text, " %s %s %" G_GINT64_FORMAT, server_id, epoch, wh_store_revision (store));
  return g_strdup (text->str);
}

static void
test_there_and_back (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture), *back = wh_test_store_place (fixture), *before = wire_text (fixture, fixture->location);

  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (there->sealed && !there->resumed);
  g_autoptr (WhStoreMoveReport) again = move (fixture, server, back, NULL, &error);
  g_assert_no_error (error);
  assert_same_digest (fixture->location, server);
  assert_same_digest (server, back);
  g_autofree char *in_server = wire_text (fixture, server), *after = wire_text (fixture, back);
  g_assert_true (strcmp (before, in_server) == 0 && strcmp (before, after) == 0);
  /* The sealed ones take no more writes; the last one goes on where the first one was. */
  g_assert_null (wh_store_open (fixture->location, WH_STORE_WRITE, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (wh_store_open (server, WH_STORE_WRITE, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_clear_error (&error);
  g_autofree char *elsewhere = wh_test_store_place (fixture);
  g_assert_null (move (fixture, fixture->location, elsewhere, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_free (fixture->location);
  fixture->location = g_steal_pointer (&back);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  change (fixture, fill_cb, N_STRAINS);
  g_assert_true (wh_store_check (fixture->store, NULL));
}

/* A server that had it open before does not write behind the seal. */
static void
test_open_store_is_sealed_too (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);

  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fill_cb,
                                  GUINT_TO_POINTER (N_STRAINS), NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
}

static void
test_copy_has_a_name_of_its_own (WhTestStore *fixture)
{
  const WhStoreMoveOptions keep = { .keep = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);

  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, &keep, &error);
  g_assert_no_error (error);
  g_assert_false (there->sealed);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  g_autoptr (WhStore) copy = wh_store_open (server, WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  g_autofree char *one = wh_store_server_id (fixture->store), *other = wh_store_server_id (copy);
  g_assert_cmpstr (one, !=, other);
}

/* -- ends on the way --------------------------------------------------------------------------------------------- */

static void
move_and_die (WhTestStore *fixture, const char *to)
{
  g_autoptr (GError) error = NULL;
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (move (fixture, fixture->location, to, NULL, NULL) ? 0 : 1);
  g_usleep ((gulong) g_test_rand_int_range (1000, 400000));
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_test_message ("%s", WIFSIGNALED (status) ? "killed" : "was done before");
}

static void
test_killed_at_any_moment (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture), *before = wire_text (fixture, fixture->location);

  for (guint i = 0; i < 6; i++)
    move_and_die (fixture, server);
  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, NULL, &error);
  if (!g_error_matches (error, WH_ERROR, WH_ERROR_CONFLICT))
    g_assert_no_error (error);
  assert_same_digest (fixture->location, server);
  g_autofree char *after = wire_text (fixture, server);
  g_assert_true (strcmp (before, after) == 0);
}

typedef struct {
  GCancellable *cancellable;
  double        at;
} Stop;

static void
stop_cb (double fraction, const char *what, gpointer user_data)
{
  Stop *stop = user_data;

  if (fraction >= stop->at)
    g_cancellable_cancel (stop->cancellable);
}

static void
move_until (WhTestStore *fixture, const char *to, double at)
{
  const WhStoreMoveOptions usual = { FALSE };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Stop stop = { cancellable, at };

  g_assert_null (wh_store_move (fixture->location, to, fixture->principal, &usual, stop_cb, &stop, cancellable, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CANCELLED);
}

static void
test_half_is_no_store (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);

  move_until (fixture, server, 0.3);
  for (WhStoreMode mode = WH_STORE_READ; mode <= WH_STORE_WRITE; mode++)
    {
      g_assert_null (wh_store_open (server, mode, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_BUSY);
      g_clear_error (&error);
    }
  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (there->resumed && !there->restarted);
}

static void
test_source_changed_meanwhile (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);

  move_until (fixture, server, 0.5);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  change (fixture, fill_cb, N_STRAINS / 2);
  g_clear_pointer (&fixture->store, wh_store_unref);
  g_autoptr (WhStoreMoveReport) there = move (fixture, fixture->location, server, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (there->restarted);
  assert_same_digest (fixture->location, server);
}

static void
test_tampered_row_is_found (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);

  move_until (fixture, server, 0.59);
  WhTestStore there = { .database = WH_TEST_POSTGRES, .location = server };
  wh_test_store_meddle (&there, "UPDATE measurement SET value = value + 1e-9 WHERE result = 12");
  g_assert_null (move (fixture, fixture->location, server, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "measurement"));
  g_clear_error (&error);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);   /* not sealed */
  g_clear_pointer (&fixture->store, wh_store_unref);
  g_autoptr (WhStoreMoveReport) report = move (fixture, fixture->location, server, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (report->restarted);
}

/* A store that has a name may be open in a server. */
static void
test_named_place_is_refused (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *named = g_strdup (fixture->location);
  g_autofree char *unused = make_shop (fixture);

  g_assert_null (move (fixture, fixture->location, named, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
}

/* -- refused ------------------------------------------------------------------------------------------------------ */

static void
test_other_places_are_refused (WhTestStore *fixture)
{
  const WhStoreMoveOptions look = { .dry_run = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture), *first = g_strdup (fixture->location), *other = wh_test_store_place (fixture);

  g_free (fixture->location);
  fixture->location = g_strdup (other);
  wh_test_store_reopen (fixture, WH_STORE_WRITE);
  change (fixture, fill_cb, 0);
  g_clear_pointer (&fixture->store, wh_store_unref);
  g_assert_null (move (fixture, first, other, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  g_clear_error (&error);
  move_until (fixture, server, 0.2);
  g_assert_null (move (fixture, first, server, &look, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_null (move (fixture, first, first, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static void
test_future_is_refused (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = make_shop (fixture);
  WhTestStore there = { .database = WH_TEST_POSTGRES, .location = server };

  wh_store_unref (wh_store_open (server, WH_STORE_WRITE, NULL));
  wh_test_store_to_future (&there);
  g_assert_null (move (fixture, fixture->location, server, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  wh_test_store_to_future (fixture);
  g_autofree char *file = wh_test_store_place (fixture);
  g_assert_null (move (fixture, fixture->location, file, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("move/there-and-back", NEEDS_SERVER, test_there_and_back);
  wh_test_store_add ("move/open-store-is-sealed-too", NEEDS_SERVER, test_open_store_is_sealed_too);
  wh_test_store_add ("move/copy-has-a-name-of-its-own", NEEDS_SERVER, test_copy_has_a_name_of_its_own);
  wh_test_store_add ("move/killed-at-any-moment", NEEDS_SERVER, test_killed_at_any_moment);
  wh_test_store_add ("move/half-is-no-store", NEEDS_SERVER, test_half_is_no_store);
  wh_test_store_add ("move/source-changed-meanwhile", NEEDS_SERVER, test_source_changed_meanwhile);
  wh_test_store_add ("move/tampered-row-is-found", NEEDS_SERVER, test_tampered_row_is_found);
  wh_test_store_add ("move/other-places-are-refused", NEEDS_SERVER, test_other_places_are_refused);
  wh_test_store_add ("move/named-place-is-refused", NEEDS_SERVER, test_named_place_is_refused);
  wh_test_store_add ("move/future-is-refused", NEEDS_SERVER, test_future_is_refused);
  return g_test_run ();
}
