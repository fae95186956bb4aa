#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "wh-store-private.h"

/* A transaction that the database takes back so that others may go on is run again, so often at most. */
#define MOST_TRIES 8

typedef struct {
  const WhPrincipal *principal;
  const char        *action;
  WhWriteFunc        func;
  gpointer           user_data;
  gint64             seq;        /* revision afterwards */
  gint64             audit;      /* number of the entry that was last sent for; 0: none */
  WhHash             entry;
} Write;

static gboolean
begin_changes (WhWriter *writer, WhStore *store, GError **error)
{
  gint64 tombstone;

  writer->reader.connection = store->writer;
  writer->mode = store->mode;
  writer->now = wh_clock_now ();
  writer->hasher = wh_hasher_new ();
  memset (store->writer->next_row, 0, sizeof store->writer->next_row);
  wh_store_forget_all (store->writer);
  if (!wh_store_check_place (store->writer, TRUE, error)
      || !wh_connection_integer (store->writer, "SELECT max(seq) FROM change_log", 0, &writer->seq, error)
      || !wh_connection_integer (store->writer, "SELECT 1 FROM tombstone LIMIT 1", 0, &tombstone, error)
      || !wh_connection_integer (store->writer, "SELECT max(seq) FROM audit", 0, &writer->audit, error))
    return FALSE;
  writer->audit++;
  writer->no_tombstones = tombstone == 0;
  return TRUE;
}

static gboolean
append_entry (WhWriter *writer, Write *write, GError **error)
{
  if (writer->n_changes == 0)
    return TRUE;
  if (!wh_store_append_audit (writer, write->principal, write->action, error))
    return FALSE;
  write->audit = writer->audit;
  write->entry = writer->entry;
  return TRUE;
}

static gboolean
try_once (WhStore *store, Write *write, GError **error)
{
  const WhDriver *driver = store->writer->driver;
  WhWriter writer = { { NULL } };
  gboolean done;

  write->audit = 0;
  if (!driver->begin_write (store->writer, error))
    {
      driver->rollback (store->writer);
      return FALSE;
    }
  done = begin_changes (&writer, store, error) && wh_store_check_fence (store, store->writer, error)
         && write->func (&writer, write->user_data, error) && append_entry (&writer, write, error)
         && driver->commit (store->writer, error);
  write->seq = writer.seq;
  if (!done)
    driver->rollback (store->writer);
  wh_store_forget_all (store->writer);
  if (writer.hasher)
    wh_hasher_finish (writer.hasher);
  g_free (writer.object);
  return done;
}

/* After a COMMIT without an answer: with the writers' lock held, the old transaction is over, one way or the other. */
static gboolean
look_for_entry (WhStore *store, const Write *write, gboolean *out_found, GError **error)
{
  const WhDriver *driver = store->writer->driver;
  gboolean looked = driver->begin_write (store->writer, error)
                    && wh_store_has_entry (store->writer, write->audit, &write->entry, out_found, error);

  driver->rollback (store->writer);
  return looked;
}

static gboolean
ensure_writer (WhStore *store, GError **error)
{
  if (!store->writer)
    store->writer = wh_back_off_open (&store->back_off, store->location, store->mode, FALSE, TRUE, error);
  return store->writer != NULL;
}

static void
pause_before (guint try)
{
  guint8 chance;

  wh_random_bytes (&chance, 1);
  g_usleep ((1 + chance) * (20ul << try));
}

/* What became of a try: done, or over with an error, or worth another one. */
static gboolean
is_worth_another (WhStore *store, gboolean *in_doubt, const Write *write)
{
  WhFault fault = store->writer ? store->writer->fault : WH_FAULT_NONE;

  if (fault == WH_FAULT_UNKNOWN && write->audit)
    *in_doubt = TRUE;
  if (fault == WH_FAULT_LOST || fault == WH_FAULT_UNKNOWN)
    g_clear_pointer (&store->writer, wh_connection_close);
  return fault != WH_FAULT_NONE;
}

static gboolean
give_up (GError *failure, gboolean in_doubt, GError **error)
{
  g_propagate_error (error, failure);
  if (in_doubt)
    g_prefix_error (error, _("The connection was lost while the change was being saved: it may or may not be there; look before you"
                             " do it again. "));
  return FALSE;
}

static gboolean
write_until_it_stands (WhStore *store, Write *write, GError **error)
{
  gboolean in_doubt = FALSE;

  for (guint try = 0;; try++)
    {
      GError *failure = NULL;
      gboolean landed = FALSE;
      if (!ensure_writer (store, &failure))
        return give_up (failure, in_doubt, error);
      if (in_doubt && look_for_entry (store, write, &landed, &failure))
        in_doubt = FALSE;
      if (landed || (!failure && try_once (store, write, &failure)))
        return TRUE;
      if (!is_worth_another (store, &in_doubt, write) || try + 1 == MOST_TRIES)
        return give_up (failure, in_doubt, error);
      g_error_free (failure);
      pause_before (try);
    }
}

/* What was opened for reading may have somebody who keeps its changes. */
static gboolean
write_elsewhere (WhStore *store, const Write *write, gint64 *out_seq, GError **error)
{
  gboolean done = FALSE;

  g_rec_mutex_lock (&store->writing);
  if (store->divert)
    done = wh_store_write_diverted (store, write->principal, write->action, write->func, write->user_data, out_seq, error);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s was opened for reading only."), store->path);
  g_rec_mutex_unlock (&store->writing);
  return done;
}

gboolean
wh_store_write (WhStore *store, const WhPrincipal *principal, WhPermission permission, const char *action, WhWriteFunc func,
                gpointer user_data, gint64 *out_seq, GError **error)
{
  Write write = { .principal = principal, .action = action, .func = func, .user_data = user_data };
  gboolean done;

  if (!wh_principal_require (principal, permission, error))
    return FALSE;
  if (store->mode == WH_STORE_READ)
    return write_elsewhere (store, &write, out_seq, error);
  g_rec_mutex_lock (&store->writing);
  done = write_until_it_stands (store, &write, error);
  g_rec_mutex_unlock (&store->writing);
  if (!done)
    return FALSE;
  wh_copies_note_written (store->copies, write.seq);
  wh_store_note_revision (store, write.seq);
  if (out_seq)
    *out_seq = write.seq;
  return TRUE;
}
