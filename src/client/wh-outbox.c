#include "wh-outbox.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "store/wh-store-outbox.h"
#include "wh-outbox-content.h"

/* How long another program's append or salvage is waited for. */
#define PATIENCE_US 10000000

struct _WhOutbox {
  gatomicrefcount ref_count;
  char           *data_dir, *path;
  GMutex          lock;      /* guards the rest */
  WhStoreOutbox  *file;      /* NULL: not opened, or not there */
  GString        *notice;    /* what was done to the file */
  char           *problem;   /* why it cannot be read now; NULL: it can */
};

WhOutbox *
wh_outbox_new (const char *data_dir)
{
  WhOutbox *outbox = g_new0 (WhOutbox, 1);

  g_atomic_ref_count_init (&outbox->ref_count);
  outbox->data_dir = g_strdup (data_dir);
  outbox->path = wh_paths_outbox (data_dir);
  g_mutex_init (&outbox->lock);
  outbox->notice = g_string_new (NULL);
  return outbox;
}

WhOutbox *
wh_outbox_ref (WhOutbox *outbox)
{
  g_atomic_ref_count_inc (&outbox->ref_count);
  return outbox;
}

void
wh_outbox_unref (WhOutbox *outbox)
{
  if (!g_atomic_ref_count_dec (&outbox->ref_count))
    return;
  g_clear_pointer (&outbox->file, wh_store_outbox_close);
  g_string_free (outbox->notice, TRUE);
  g_free (outbox->problem);
  g_mutex_clear (&outbox->lock);
  g_free (outbox->data_dir);
  g_free (outbox->path);
  g_free (outbox);
}

/* -- the file ------------------------------------------------------------------------------------------------------ */

/* Held while something is appended or a damaged file is exchanged, so that nothing is appended to one that is being put aside. */
static WhLock *
wait_for_lock (const WhOutbox *outbox, GError **error)
{
  g_autofree char *path = wh_paths_outbox_lock (outbox->data_dir);

  return wh_lock_wait (path, PATIENCE_US, error);
}

static void
tell_salvage (WhOutbox *outbox, const WhSalvage *salvage)
{
  g_autofree char *saved = g_strdup_printf (ngettext ("%" G_GINT64_FORMAT " change that waits to be sent was saved",
                                                      "%" G_GINT64_FORMAT " changes that wait to be sent were saved",
                                                      (gulong) salvage->n_saved), salvage->n_saved);

  if (outbox->notice->len)
    g_string_append_c (outbox->notice, ' ');
  if (salvage->n_lost > 0)
    g_string_append_printf (outbox->notice, _("The outbox was damaged: %s, %" G_GINT64_FORMAT " could not be read. The damaged file is "
                                              "kept as %s."), saved, salvage->n_lost, salvage->kept);
  else
    g_string_append_printf (outbox->notice, salvage->n_lost == 0
                                              ? _("The outbox was damaged: %s, none is lost. The damaged file is kept as %s.")
                                              : _("The outbox was damaged: %s; whether others are lost is not known. The damaged file is "
                                                  "kept as %s."), saved, salvage->kept);
}

/* Opens and reads all of it, and saves what can be read where that fails. The caller holds the lock on the file, too; another program may
 * have done it in the meantime. */
static WhStoreOutbox *
open_and_salvage (WhOutbox *outbox, GError **error)
{
  WhSalvage salvage;
  g_autoptr (GError) damage = NULL;
  WhStoreOutbox *file = wh_store_outbox_open (outbox->path, &damage);

  if (file && wh_store_outbox_each (file, NULL, NULL, 0, NULL, NULL, &damage))
    return file;
  g_clear_pointer (&file, wh_store_outbox_close);
  if (!g_error_matches (damage, WH_ERROR, WH_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&damage));
      return NULL;
    }
  if (!wh_store_outbox_salvage (outbox->path, &salvage, error))
    return NULL;
  tell_salvage (outbox, &salvage);
  g_free (salvage.kept);
  return wh_store_outbox_open (outbox->path, error);
}

static gboolean
repair (WhOutbox *outbox, GError **error)
{
  g_autoptr (WhLock) lock = wait_for_lock (outbox, error);

  g_clear_pointer (&outbox->file, wh_store_outbox_close);
  if (lock)
    outbox->file = open_and_salvage (outbox, error);
  return outbox->file != NULL;
}

/* Opens what is there; there may be nothing. The caller holds outbox->lock. */
static gboolean
ensure_open (WhOutbox *outbox, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (outbox->file && wh_store_outbox_is_current (outbox->file))
    return TRUE;
  g_clear_pointer (&outbox->file, wh_store_outbox_close);
  if (!g_file_test (outbox->path, G_FILE_TEST_EXISTS))
    return TRUE;
  outbox->file = wh_store_outbox_open (outbox->path, &failure);
  if (outbox->file)
    return TRUE;
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_CORRUPT))
    return repair (outbox, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Remembers what went wrong for whoever shows it. Passes `done` on. */
static gboolean
conclude (WhOutbox *outbox, gboolean done, GError *failure, GError **error)
{
  g_free (outbox->problem);
  outbox->problem = failure ? g_strdup_printf (_("Changes that wait to be sent are not shown: %s"), failure->message) : NULL;
  if (failure)
    g_propagate_error (error, failure);
  return done;
}

gboolean
wh_outbox_check (WhOutbox *outbox, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  GError *failure = NULL;
  gboolean done = ensure_open (outbox, &failure);

  return conclude (outbox, done, failure, error);
}

char *
wh_outbox_notice (WhOutbox *outbox)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  return outbox->problem ? g_strdup (outbox->problem) : outbox->notice->len ? g_strdup (outbox->notice->str) : NULL;
}

gint64
wh_outbox_generation (WhOutbox *outbox, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  GError *failure = NULL;
  gint64 generation = -1;

  if (ensure_open (outbox, &failure))
    generation = outbox->file ? wh_store_outbox_generation (outbox->file, &failure) : 0;
  conclude (outbox, generation >= 0, failure, error);
  return generation;
}

/* -- changes in ------------------------------------------------------------------------------------------------------- */

static GPtrArray *
write_letters (const WhOutboxTarget *target, const WhPrincipal *principal, const char *action, const GPtrArray *changes)
{
  GPtrArray *letters = g_ptr_array_new_full (changes->len, (GDestroyNotify) wh_letter_free);
  gint64 now = wh_clock_now ();

  for (guint i = 0; i < changes->len; i++)
    {
      const WhChange *change = changes->pdata[i];
      WhLetter *letter = g_new0 (WhLetter, 1);
      letter->server_id = g_strdup (target->server_id);
      letter->epoch = g_strdup (target->epoch);
      letter->user = g_strdup (principal->who);
      letter->action = g_strdup (action);
      letter->base_revision = change->base_revision;
      letter->format = WH_OUTBOX_FORMAT;
      letter->created_at = now;
      letter->content = wh_outbox_content_write (change);
      g_ptr_array_add (letters, letter);
    }
  return letters;
}

static gboolean
append_letters (WhOutbox *outbox, GPtrArray *letters, GError **error)
{
  g_autoptr (WhLock) lock = wait_for_lock (outbox, error);

  if (!lock)
    return FALSE;
  if (!outbox->file || !wh_store_outbox_is_current (outbox->file))
    {
      g_clear_pointer (&outbox->file, wh_store_outbox_close);
      outbox->file = open_and_salvage (outbox, error);
    }
  return outbox->file && wh_store_outbox_append (outbox->file, letters, error);
}

gboolean
wh_outbox_append (WhOutbox *outbox, const WhOutboxTarget *target, const WhPrincipal *principal, const char *action,
                  const GPtrArray *changes, gint64 *out_first, gint64 *out_last, GError **error)
{
  g_autoptr (GPtrArray) letters = write_letters (target, principal, action, changes);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  g_return_val_if_fail (letters->len > 0, FALSE);
  if (!wh_paths_ensure_dir (outbox->data_dir, error) || !append_letters (outbox, letters, error))
    {
      g_prefix_error (error, _("Nothing was kept: "));
      return FALSE;
    }
  *out_first = ((WhLetter *) letters->pdata[0])->number;
  *out_last = ((WhLetter *) letters->pdata[letters->len - 1])->number;
  return TRUE;
}

/* -- changes out ------------------------------------------------------------------------------------------------------- */

static WhChange *
read_change (const WhLetter *letter)
{
  WhChange *change = wh_outbox_content_read (letter->content, letter->format);

  if (change)
    change->base_revision = letter->base_revision;
  return change;
}

typedef struct {
  WhOutboxFunc func;
  gpointer     user_data;
  gint64       last;        /* number of the last entry it was called for */
} Walk;

static gboolean
letter_cb (const WhLetter *letter, gpointer user_data, GError **error)
{
  Walk *walk = user_data;
  WhOutboxEntry entry = { letter->number, letter->key, { letter->server_id, letter->epoch }, letter->user, letter->action,
                          letter->created_at, letter->format, g_bytes_get_size (letter->content), read_change (letter) };
  gboolean done = walk->func (&entry, walk->user_data, error);

  walk->last = letter->number;
  g_clear_pointer (&entry.change, wh_change_free);
  return done;
}

static gboolean
walk_letters (WhOutbox *outbox, const char *server_id, const char *user, Walk *walk, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!ensure_open (outbox, error))
    return FALSE;
  if (!outbox->file || wh_store_outbox_each (outbox->file, server_id, user, walk->last, letter_cb, walk, &failure))
    return TRUE;
  /* Numbers stay what they were, so it goes on where it was. */
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_CORRUPT))
    return repair (outbox, error) && wh_store_outbox_each (outbox->file, server_id, user, walk->last, letter_cb, walk, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
wh_outbox_each (WhOutbox *outbox, const char *server_id, const char *user, gint64 after, WhOutboxFunc func, gpointer user_data,
                GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  Walk walk = { func, user_data, after };
  GError *failure = NULL;
  gboolean done = walk_letters (outbox, server_id, user, &walk, &failure);

  return conclude (outbox, done, failure, error);
}
