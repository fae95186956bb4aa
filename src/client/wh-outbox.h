/* wh-outbox.h: outbox.db: the changes made on this machine and not yet acknowledged by the server they are for.
 *
 * Nothing that wh_outbox_append reported done is ever lost: not by a kill, a full disk, a newer or damaged file. A damaged file is put
 * aside, never deleted, and what can be read of it is saved into a new one; wh_outbox_notice says so. Entries belong to one
 * server and one user and are shown to and sent for no other. Counted; any thread. */
#pragma once

#include "core/wh-change.h"
#include "core/wh-principal.h"

G_BEGIN_DECLS

typedef struct _WhOutbox WhOutbox;

/* Touches nothing yet; the file is made by the first append. */
WhOutbox *wh_outbox_new    (const char *data_dir);
WhOutbox *wh_outbox_ref    (WhOutbox *outbox);
void      wh_outbox_unref  (WhOutbox *outbox);
/* Opens and checks the file, if there is one. WH_ERROR_UNSUPPORTED for one of a newer program. */
gboolean  wh_outbox_check  (WhOutbox *outbox, GError **error);
/* Why the file cannot be read, else what had to be done to it, a sentence; NULL: nothing. Caller frees. */
char     *wh_outbox_notice (WhOutbox *outbox);
/* Grows with every change of the file, 0 while there is none; -1 on error. */
gint64    wh_outbox_generation (WhOutbox *outbox, GError **error);

/* Whom changes are for. Base revisions count within one epoch of a server. */
typedef struct {
  const char *server_id;
  const char *epoch;
} WhOutboxTarget;

/* Keeps the changes (WhChange*) for a server, all or none; returns once they are safe. *out_first, *out_last: their numbers. */
gboolean  wh_outbox_append (WhOutbox *outbox, const WhOutboxTarget *target, const WhPrincipal *principal, const char *action,
                            const GPtrArray *changes, gint64 *out_first, gint64 *out_last, GError **error);

/* One that waits. */
typedef struct {
  gint64      number;          /* mutation id */
  WhId        key;             /* idempotency key */
  WhOutboxTarget target;
  const char *user;            /* who of the principal that wrote it */
  const char *action;
  gint64      created_at;      /* by this machine's clock */
  gint64      format;          /* of the content */
  gsize       bytes;
  WhChange   *change;          /* with its base_revision; NULL when a newer program wrote it: kept, but not understood here */
} WhOutboxEntry;

typedef gboolean (*WhOutboxFunc) (WhOutboxEntry *entry, gpointer user_data, GError **error);
/* Those with a number over `after`, in order; of all servers and users where these are NULL. `func` may take entry->change by setting it
 * to NULL; the rest is borrowed. */
gboolean  wh_outbox_each   (WhOutbox *outbox, const char *server_id, const char *user, gint64 after, WhOutboxFunc func,
                            gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOutbox, wh_outbox_unref)

G_END_DECLS
