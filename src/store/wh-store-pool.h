/* wh-store-pool.h: the connections that read a store: so many at most, kept while idle, opened again after a loss with growing
 * pauses. Thread-safe. Not for other rooms. */
#pragma once

#include "wh-driver.h"

G_BEGIN_DECLS

typedef struct _WhPool WhPool;

/* At most `most` connections at once (0: no limit); who wants one more waits `patience_ms` for it. */
WhPool       *wh_pool_new       (const char *location, WhStoreMode mode, guint most, guint patience_ms);
/* All connections must be back. */
void          wh_pool_free      (WhPool *pool);
/* A connection in a transaction for reading; WH_ERROR_BUSY when all stay in use, WH_ERROR_OFFLINE when the database stays away. */
WhConnection *wh_pool_begin     (WhPool *pool, GError **error);
/* Ends the transaction; FALSE when what was read in it cannot be trusted. */
gboolean      wh_pool_end       (WhPool *pool, WhConnection *connection, GError **error);
/* One try, no waiting: for a copy that others can stand in for. NULL without error when it was away a moment ago. */
WhConnection *wh_pool_try_begin (WhPool *pool, GError **error);

/* The pauses between tries to reach a database that is away; shared by who has to wait for it. */
typedef struct {
  GMutex lock;
  gint64 away_since;    /* monotonic; 0: it answers */
  gint64 next_try;
  guint  n_tries;
} WhBackOff;

void          wh_back_off_init  (WhBackOff *back_off);
void          wh_back_off_clear (WhBackOff *back_off);
/* Opens a connection and makes it ready: a reader finds the schema and the analytes, a writer makes what is missing. `wait`:
 * tries again for some seconds where the database is away; else one try, if it is due (NULL without error if not). */
WhConnection *wh_back_off_open  (WhBackOff *back_off, const char *location, WhStoreMode mode, gboolean reader, gboolean wait,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPool, wh_pool_free)

G_END_DECLS
