#include "wh-store-move.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-store-move-mark.h"

/* Rows of one transaction in the target. */
#define PAGE 5000
/* Shares of the way: copying, then reading both sides again. */
#define COPYING 0.6

typedef struct {
  const WhStoreMoveOptions *options;
  WhStoreMoveProgress       progress;
  gpointer                  user_data;
  GCancellable             *cancellable;
  WhStoreMoveReport        *report;
  WhConnection             *from, *to;
  GPtrArray                *tables;   /* WhStoreTable, without the notes */
  WhStoreTable                  *notes;
  WhMark                    mark;
  gboolean                  sealed_before;
  gint64                    total;    /* rows of the source */
  gint64                    passed;   /* rows that are in the target */
} Move;

static gboolean
go_on (Move *move, double fraction, const char *what, GError **error)
{
  if (move->progress)
    move->progress (fraction, what, move->user_data);
  if (!g_cancellable_is_cancelled (move->cancellable))
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("Stopped; the same command goes on from here."));
  return FALSE;
}

/* -- the source ------------------------------------------------------------------------------------------------- */

/* A mirror is a copy of someone else's store already, and would pass for that server. */
static gboolean
check_is_no_mirror (Move *move, GError **error)
{
  gint64 found = 0;

  if (!wh_connection_integer (move->from, "SELECT count(*) FROM store_note WHERE key = 'sync.token'", 0, &found, error))
    return FALSE;
  if (found > 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("This is a server's mirror; move the store of the server itself."));
  return found == 0;
}

static gboolean
count_source (Move *move, GError **error)
{
  move->report->digest = wh_store_digest_new ();
  for (guint i = 0; i <= move->tables->len; i++)
    {
      const WhStoreTable *table = i < move->tables->len ? move->tables->pdata[i] : move->notes;
      WhStoreTableDigest counted = { .name = table->name };
      if (!wh_store_table_count (move->from, table, &counted.rows, error))
        return FALSE;
      g_array_append_val (move->report->digest->tables, counted);
      move->total += counted.rows;
    }
  return TRUE;
}

static gboolean
read_source (Move *move, GError **error)
{
  WhReader reader = { move->from };
  g_autofree char *server_id = wh_connection_note (move->from, "server_id"), *epoch = wh_connection_note (move->from, "epoch");
  g_autofree char *moved = wh_connection_note (move->from, WH_NOTE_MOVED_TO);

  /* Half a move is no store. */
  if (!wh_store_check_place (move->from, FALSE, error) || !check_is_no_mirror (move, error) || !count_source (move, error))
    return FALSE;
  move->sealed_before = moved != NULL && !move->options->keep;
  move->report->revision = wh_reader_revision (&reader);
  move->mark.head = wh_reader_head (&reader, error);
  move->mark.from = g_strdup_printf ("%s %s %s", server_id, epoch, move->options->keep ? "copy" : "move");
  return move->mark.head && move->report->revision >= 0;
}

/* -- copying ---------------------------------------------------------------------------------------------------- */

/* Binds the target's greatest key, so that the walk begins behind it. */
static WhStatement *
walk_from_where_we_are (Move *move, const WhStoreTable *table, GError **error)
{
  WhStep step;
  WhStatement *last = wh_store_table_last (move->to, table, &step, error);
  WhStatement *walk = step == WH_STEP_FAILED ? NULL : wh_store_table_walk (move->from, table, step == WH_STEP_ROW, error);
  WhStep first = WH_STEP_FAILED;

  if (walk && step == WH_STEP_ROW)
    wh_store_table_copy (last, walk, table, table->n_keys);
  /* The first step sends what is bound, which belongs to `last`. */
  if (walk)
    first = wh_statement_step (walk, error);
  if (last)
    wh_statement_reset (last);
  if (first == WH_STEP_ROW)
    return walk;
  g_clear_pointer (&walk, wh_statement_free);
  return NULL;
}

/* One transaction of rows; `*step` is of the row after them. */
static gboolean
copy_page (Move *move, const WhStoreTable *table, WhStatement *walk, WhStep *step, GError **error)
{
  WhStatement *insert = wh_store_table_insert (move->to, table, error);
  guint n = 0;

  for (; insert && n < PAGE && *step == WH_STEP_ROW; n++)
    {
      wh_store_table_copy (walk, insert, table, table->types->len);
      if (!wh_statement_run (insert, error))
        return FALSE;
      *step = wh_statement_step (walk, error);
    }
  move->passed += n;
  move->report->copied += n;
  return insert && *step != WH_STEP_FAILED;
}

static gboolean
in_target (Move *move, gboolean done, GError **error)
{
  if (done && move->to->driver->commit (move->to, error))
    return TRUE;
  move->to->driver->rollback (move->to);
  return FALSE;
}

static gboolean
copy_table (Move *move, const WhStoreTable *table, GError **error)
{
  GError *failure = NULL;
  g_autoptr (WhStatement) walk = NULL;
  WhStep step = WH_STEP_ROW;
  gint64 there = 0;

  if (!move->to->driver->begin_write (move->to, error))
    return FALSE;
  if (wh_store_table_count (move->to, table, &there, &failure))
    walk = walk_from_where_we_are (move, table, &failure);
  move->passed += there;
  if (!walk)
    {
      move->to->driver->rollback (move->to);
      if (failure)
        g_propagate_error (error, failure);
      return failure == NULL;
    }
  while (in_target (move, copy_page (move, table, walk, &step, error), error))
    {
      if (step == WH_STEP_DONE)
        return TRUE;
      if (!go_on (move, COPYING * (double) move->passed / (double) MAX (move->total, 1), table->name, error)
          || !move->to->driver->begin_write (move->to, error))
        return FALSE;
    }
  return FALSE;
}

/* A copy of its own is another server: it must not pass for the first one. */
static gboolean
rename_copy (WhConnection *to, GError **error)
{
  static const char *const keys[] = { "server_id", "epoch" };
  char text[WH_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      WhId id = wh_id_new ();
      wh_id_format (&id, text);
      if (!wh_store_mark_set (to, keys[i], text, error))
        return FALSE;
    }
  return TRUE;
}

/* Few and without an order to go by: all at once, each time anew. */
static gboolean
copy_notes (Move *move, GError **error)
{
  g_autoptr (WhStatement) walk = wh_store_table_walk (move->from, move->notes, FALSE, error);
  g_autofree char *clear = g_strdup_printf ("DELETE FROM store_note WHERE %s", move->notes->where);
  WhStep step = walk ? wh_statement_step (walk, error) : WH_STEP_FAILED;
  gboolean done;

  if (step == WH_STEP_FAILED || !move->to->driver->begin_write (move->to, error))
    return FALSE;
  done = wh_connection_run (move->to, clear, error);
  while (done && step == WH_STEP_ROW)
    done = copy_page (move, move->notes, walk, &step, error);
  return in_target (move, done && (!move->options->keep || rename_copy (move->to, error)), error);
}

static gboolean
copy_all (Move *move, GError **error)
{
  for (guint i = 0; i < move->tables->len; i++)
    {
      const WhStoreTable *table = move->tables->pdata[i];
      if (!go_on (move, COPYING * (double) move->passed / (double) MAX (move->total, 1), table->name, error)
          || !copy_table (move, table, error))
        return FALSE;
    }
  return copy_notes (move, error);
}

/* -- comparing -------------------------------------------------------------------------------------------------- */

static gboolean
compare_table (Move *move, guint i, const WhStoreTable *table, GError **error)
{
  WhStoreTableDigest there, *here = &g_array_index (move->report->digest->tables, WhStoreTableDigest, i);

  if (!wh_store_table_digest (move->from, table, move->cancellable, here, error)
      || !wh_store_table_digest (move->to, table, move->cancellable, &there, error))
    return FALSE;
  if ((table == move->notes && move->options->keep)
      || (here->rows == there.rows && memcmp (&here->sum, &there.sum, sizeof there.sum) == 0))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT,
               _("The two stores differ in “%s”: %" G_GINT64_FORMAT " rows here, %" G_GINT64_FORMAT " there. The old store stays in use."),
               table->name, here->rows, there.rows);
  return FALSE;
}

static gboolean
compare (Move *move, GError **error)
{
  gint64 compared = 0;

  if (!move->to->driver->begin_read (move->to, error))
    return FALSE;
  gboolean same = TRUE;
  for (guint i = 0; same && i <= move->tables->len; i++)
    {
      const WhStoreTable *table = i < move->tables->len ? move->tables->pdata[i] : move->notes;
      same = go_on (move, COPYING + (1 - COPYING) * (double) compared / (double) MAX (move->total, 1), table->name, error)
             && compare_table (move, i, table, error);
      compared += g_array_index (move->report->digest->tables, WhStoreTableDigest, i).rows;
    }
  same = same && wh_store_verify_audit (move->to, error);
  move->to->driver->rollback (move->to);
  wh_store_digest_finish (move->report->digest);
  return same;
}

/* -- the move --------------------------------------------------------------------------------------------------- */

/* First the old store is sealed, then the new one opened: between the two there is none that takes writes, never two. */
static gboolean
hand_over (Move *move, GError **error)
{
  if (!move->options->keep)
    {
      if (!wh_store_mark_set (move->from, WH_NOTE_MOVED_TO, move->report->to, error) || !move->from->driver->commit (move->from, error))
        return FALSE;
      move->report->sealed = TRUE;
    }
  return wh_store_mark_lift (move->to, error);
}

static gboolean
move_rows (Move *move, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhMarkState state;

  if (!wh_store_mark_claim (move->to, move->tables, &move->mark, move->sealed_before, &state, error))
    return FALSE;
  move->report->resumed = state != WH_MARK_EMPTY;
  move->report->restarted = state == WH_MARK_CHANGED;
  if (!copy_all (move, error))
    return FALSE;
  if (compare (move, &failure))
    return hand_over (move, error);
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_CORRUPT))
    wh_store_mark_spoil (move->to);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The source is held as its only writer from the first look to the seal. */
static gboolean
move_all (Move *move, const char *from, const char *to, GError **error)
{
  gboolean done;

  move->from = wh_connection_open (from, WH_STORE_WRITE, FALSE, error);
  if (!move->from || !wh_store_build (move->from, error) || !move->from->driver->begin_write (move->from, error))
    return FALSE;
  done = read_source (move, error);
  if (done)
    {
      if (!wh_store_location_is_server (to))
        wh_store_create_private (to);
      move->to = wh_connection_open (to, WH_STORE_WRITE, FALSE, error);
      done = move->to && wh_store_build (move->to, error) && move_rows (move, error);
    }
  if (!move->report->sealed)
    move->from->driver->rollback (move->from);
  return done;
}

/* Opens a side for looking only. *out_empty: there is nothing yet. */
static WhConnection *
open_for_look (const char *location, gboolean *out_empty, GError **error)
{
  g_autoptr (WhConnection) connection = NULL;
  gint64 version = 0;

  *out_empty = !wh_store_location_is_server (location) && !g_file_test (location, G_FILE_TEST_EXISTS);
  if (*out_empty)
    return NULL;
  connection = wh_connection_open (location, WH_STORE_READ, TRUE, error);
  if (!connection || !wh_store_check_schema (connection, &version, error))
    return NULL;
  *out_empty = version == 0;
  return g_steal_pointer (&connection);
}

static gboolean
look_at_both (Move *move, GError **error)
{
  WhMarkState state = WH_MARK_EMPTY;
  gboolean fine;

  if (!move->from->driver->begin_read (move->from, error))
    return FALSE;
  fine = read_source (move, error);
  if (fine && move->options->verify_only)
    fine = wh_store_check_place_now (move->to, FALSE, error) && compare (move, error);
  else if (fine && move->to)
    {
      fine = move->to->driver->begin_read (move->to, error) && wh_store_mark_look (move->to, move->tables, &move->mark, &state, error);
      move->to->driver->rollback (move->to);
    }
  move->report->resumed = state != WH_MARK_EMPTY;
  move->from->driver->rollback (move->from);
  return fine;
}

static gboolean
look_only (Move *move, const char *from, const char *to, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean nothing = FALSE, empty = FALSE;

  move->from = open_for_look (from, &nothing, &failure);
  if (!failure && !nothing)
    move->to = open_for_look (to, &empty, &failure);
  if (!failure && (nothing || (empty && move->options->verify_only)))
    g_set_error (&failure, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no store at %s."), nothing ? move->report->from : move->report->to);
  if (!failure && empty)
    g_clear_pointer (&move->to, wh_connection_close);
  if (!failure && wh_store_check_reader (move->from, WH_STORE_READ, &failure) && look_at_both (move, &failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
check_places (const char *from, const char *to, GError **error)
{
  if (!wh_store_location_is_server (from) && !g_file_test (from, G_FILE_TEST_EXISTS))
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no store at %s."), from);
  else if (g_str_equal (from, to))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The store is there already: source and target are one."));
  else
    return TRUE;
  return FALSE;
}

WhStoreMoveReport *
wh_store_move (const char *from, const char *to, const WhPrincipal *principal, const WhStoreMoveOptions *options,
               WhStoreMoveProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (WhStoreMoveReport) report = g_new0 (WhStoreMoveReport, 1);
  Move move = { options, progress, user_data, cancellable, report };
  gboolean done;

  if (!wh_principal_require (principal, WH_PERMISSION_ADMINISTER, error) || !check_places (from, to, error))
    return NULL;
  report->from = wh_store_location_shown (from);
  report->to = wh_store_location_shown (to);
  move.tables = wh_store_tables_new ();
  move.notes = wh_store_table_of_notes ();
  done = options->dry_run || options->verify_only ? look_only (&move, from, to, error) : move_all (&move, from, to, error);
  wh_connection_close (move.from);
  wh_connection_close (move.to);
  g_ptr_array_unref (move.tables);
  wh_store_table_free (move.notes);
  g_free (move.mark.from);
  g_free (move.mark.head);
  return done ? g_steal_pointer (&report) : NULL;
}

void
wh_store_move_report_free (WhStoreMoveReport *report)
{
  if (!report)
    return;
  g_free (report->from);
  g_free (report->to);
  wh_store_digest_free (report->digest);
  g_free (report);
}
