/* wh-store-copies.h: read-only copies of a store (replicas) that may lag behind; one may answer when it has all that this process
 * has seen. Thread-safe; all functions take NULL for a store without copies. Not for other rooms. */
#pragma once

#include "wh-store-pool.h"

G_BEGIN_DECLS

typedef struct _WhCopies WhCopies;

/* NULL when there are no locations. */
WhCopies     *wh_copies_new    (const char *const *locations, guint patience_ms);
void          wh_copies_free   (WhCopies *copies);
/* Notes what a reader of the store itself sees, so that no later reader sees less. FALSE on error. */
gboolean      wh_copies_note   (WhCopies *copies, WhConnection *connection, GError **error);
/* Notes a revision that this process has written. */
void          wh_copies_note_written (WhCopies *copies, gint64 revision);
/* A connection in a transaction for reading, and its pool; NULL when no copy is good enough now. */
WhConnection *wh_copies_begin  (WhCopies *copies, WhPool **out_pool);

G_END_DECLS
