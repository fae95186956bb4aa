#include "wh-store-copies.h"

#include <string.h>

#include "wh-store-private.h"

/* Connections to each copy. */
#define N_CONNECTIONS 8

struct _WhCopies {
  GMutex     lock;      /* guards what follows but the pools */
  gint64     seen;      /* the newest revision anyone in this process has seen */
  char      *epoch;     /* of the store; a copy of another one is none */
  guint      turn;
  GPtrArray *pools;     /* of WhPool */
};

WhCopies *
wh_copies_new (const char *const *locations, guint patience_ms)
{
  WhCopies *copies;

  if (!locations || !*locations)
    return NULL;
  copies = g_new0 (WhCopies, 1);
  g_mutex_init (&copies->lock);
  copies->pools = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_pool_free);
  for (; *locations; locations++)
    g_ptr_array_add (copies->pools, wh_pool_new (*locations, WH_STORE_READ, N_CONNECTIONS, patience_ms));
  return copies;
}

void
wh_copies_free (WhCopies *copies)
{
  if (!copies)
    return;
  g_ptr_array_unref (copies->pools);
  g_mutex_clear (&copies->lock);
  g_free (copies->epoch);
  g_free (copies);
}

/* What a connection sees: revision and epoch. */
static gboolean
look (WhConnection *connection, gint64 *out_revision, char **out_epoch, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT (SELECT max(seq) FROM change_log),"
                                                    " (SELECT value FROM store_note WHERE key = 'epoch')", error);
  gboolean found;

  if (!statement)
    return FALSE;
  found = wh_statement_step (statement, error) == WH_STEP_ROW;
  *out_revision = found && !wh_statement_is_null (statement, 0) ? wh_statement_integer (statement, 0) : 0;
  *out_epoch = found ? g_strdup (wh_statement_text (statement, 1)) : NULL;
  wh_statement_reset (statement);
  return found;
}

gboolean
wh_copies_note (WhCopies *copies, WhConnection *connection, GError **error)
{
  g_autofree char *epoch = NULL;
  gint64 revision;

  if (!copies)
    return TRUE;
  if (!look (connection, &revision, &epoch, error))
    return FALSE;
  g_mutex_lock (&copies->lock);
  /* A store of another epoch is another store: what was seen of the old one says nothing. */
  copies->seen = g_strcmp0 (copies->epoch, epoch) == 0 ? MAX (copies->seen, revision) : revision;
  g_free (copies->epoch);
  copies->epoch = g_steal_pointer (&epoch);
  g_mutex_unlock (&copies->lock);
  return TRUE;
}

void
wh_copies_note_written (WhCopies *copies, gint64 revision)
{
  if (!copies)
    return;
  g_mutex_lock (&copies->lock);
  copies->seen = MAX (copies->seen, revision);
  g_mutex_unlock (&copies->lock);
}

static gboolean
is_good_enough (WhCopies *copies, WhConnection *connection)
{
  g_autofree char *epoch = NULL;
  gint64 revision;
  gboolean good;

  if (!look (connection, &revision, &epoch, NULL))
    return FALSE;
  g_mutex_lock (&copies->lock);
  good = copies->epoch && g_strcmp0 (copies->epoch, epoch) == 0 && revision >= copies->seen;
  if (good)
    copies->seen = revision;   /* the next one may not see less */
  g_mutex_unlock (&copies->lock);
  return good;
}

WhConnection *
wh_copies_begin (WhCopies *copies, WhPool **out_pool)
{
  guint first;

  if (!copies)
    return NULL;
  g_mutex_lock (&copies->lock);
  first = copies->turn++;
  g_mutex_unlock (&copies->lock);
  for (guint i = 0; i < copies->pools->len; i++)
    {
      WhPool *pool = copies->pools->pdata[(first + i) % copies->pools->len];
      WhConnection *connection = wh_pool_try_begin (pool, NULL);
      *out_pool = pool;
      if (connection && is_good_enough (copies, connection))
        return connection;
      if (connection)
        wh_pool_end (pool, connection, NULL);
    }
  return NULL;
}
