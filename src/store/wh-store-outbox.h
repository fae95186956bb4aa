/* wh-store-outbox.h: the file of what waits to be sent: an append-only queue of sealed letters.
 *
 * What stands in a letter is its writer's business; the queue numbers letters, keeps them (synchronous=FULL, a rollback journal: several
 * programs write here, and a write-ahead log that two programs checkpoint can be damaged) and notices when one was altered.
 * All functions may be called from any thread. */
#pragma once

#include <glib.h>

#include "base/wh-id.h"

G_BEGIN_DECLS

typedef struct _WhStoreOutbox WhStoreOutbox;

typedef enum {
  WH_OUTBOX_WAITING = 1,   /* the numbers stand in files */
} WhOutboxState;

typedef struct {
  gint64        number;         /* mutation id: grows, never given twice */
  WhId          key;            /* idempotency key */
  WhOutboxState state;
  char         *server_id;      /* the server it is meant for, and */
  char         *user;           /* who wrote it: never sent to or for another */
  char         *epoch;          /* of the server, in which base_revision counts */
  char         *action;         /* "import.lab", "note" … */
  gint64        base_revision;  /* of the row it was made on; 0: there was none */
  gint64        format;         /* of the content */
  gint64        created_at;     /* by this machine's clock */
  GBytes       *content;
} WhLetter;

void           wh_letter_free (WhLetter *letter);

/* Created (0600) when absent. WH_ERROR_UNSUPPORTED for one of a newer program, WH_ERROR_CORRUPT for a damaged one: see
 * wh_store_outbox_salvage. */
WhStoreOutbox *wh_store_outbox_open       (const char *path, GError **error);
void           wh_store_outbox_close      (WhStoreOutbox *outbox);
/* FALSE once another program has put another file in this one's place: open it anew. */
gboolean       wh_store_outbox_is_current (const WhStoreOutbox *outbox);
/* Random per file; names this machine's queue to servers. Caller frees. */
char          *wh_store_outbox_client_id  (WhStoreOutbox *outbox, GError **error);

/* Grows with every change of the file; -1 on error. */
gint64         wh_store_outbox_generation (WhStoreOutbox *outbox, GError **error);

/* Appends letters (WhLetter*), all or none, and gives them their numbers and keys. WH_ERROR_TOO_LARGE when more would wait than
 * WH_LIMIT_OUTBOX_LETTERS or WH_LIMIT_OUTBOX_BYTES. */
gboolean       wh_store_outbox_append     (WhStoreOutbox *outbox, GPtrArray *letters, GError **error);

typedef gboolean (*WhLetterFunc) (const WhLetter *letter, gpointer user_data, GError **error);
/* Waiting letters with a number over `after`, in order. `server_id` and `user` NULL: of all. The letter is borrowed; FALSE from `func`
 * (NULL: only looks whether all are sound) stops with its error. WH_ERROR_CORRUPT for a letter that is not what was put in. */
gboolean       wh_store_outbox_each       (WhStoreOutbox *outbox, const char *server_id, const char *user, gint64 after,
                                           WhLetterFunc func, gpointer user_data, GError **error);

/* What was saved out of a damaged file. */
typedef struct {
  char   *kept;      /* where the damaged file is now */
  gint64  n_saved;
  gint64  n_lost;    /* -1: nobody knows how many */
} WhSalvage;

/* Puts a sound file with every letter that can still be read in the place of a damaged one, which is kept beside it under another
 * name. The caller makes sure that nobody appends meanwhile. */
gboolean       wh_store_outbox_salvage    (const char *path, WhSalvage *out_salvage, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhLetter, wh_letter_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStoreOutbox, wh_store_outbox_close)

G_END_DECLS
