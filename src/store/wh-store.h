/* wh-store.h: the store. Rows in, rows out; no SQL leaves this room.
 *
 * Kept in a file (SQLite), in memory, or in a PostgreSQL server; a caller need not know which. One writer at a time, in a
 * PostgreSQL server over all processes; any number of readers, each call on a connection of its own. A write is a closure:
 * everything in it, the change log and one audit entry commit together or not at all. Sequence numbers are given in commit
 * order. All functions may be called from any thread; a WhReader or WhWriter only inside the closure it was handed to. Errors
 * are WH_ERROR_*; with PostgreSQL also WH_ERROR_OFFLINE when the server cannot be reached, and WH_ERROR_BUSY when all
 * connections stay in use. */
#pragma once

#include "core/wh-change.h"
#include "core/wh-listing.h"
#include "core/wh-nouns.h"
#include "core/wh-principal.h"

G_BEGIN_DECLS

typedef struct _WhStore  WhStore;
typedef struct _WhReader WhReader;
typedef struct _WhWriter WhWriter;

typedef enum {
  WH_STORE_READ,     /* the store must exist */
  WH_STORE_WRITE,    /* created when absent; synchronous=FULL; for a file, the caller holds writer.lock */
  WH_STORE_MIRROR,   /* created when absent; synchronous=NORMAL; keeps the server's sequence numbers */
} WhStoreMode;

typedef struct {
  const char *const *replicas;     /* addresses of read-only copies for wh_store_read_copy; NULL: none */
  guint              connections;  /* for reading, at most; 0: what suits the database (a file: no limit) */
  guint              patience_ms;  /* how long a reader waits for one; 0: 5 s */
} WhStoreSettings;

/* `location` is a path, ":memory:" (WRITE and MIRROR), or the address of a PostgreSQL database: "postgresql://user@host/database",
 * "postgres://…" or "host=… dbname=…" as libpq reads them; a password may also be in PGPASSWORD or ~/.pgpass. A schema from a
 * newer program is WH_ERROR_UNSUPPORTED; older ones are migrated by WRITE and MIRROR, refused by READ with a sentence that says
 * what to run. WH_ERROR_UNSUPPORTED, too, for a server where PostgreSQL is not built in. No message shows a password. */
WhStore    *wh_store_open      (const char *location, WhStoreMode mode, GError **error);
WhStore    *wh_store_open_with (const char *location, WhStoreMode mode, const WhStoreSettings *settings, GError **error);
WhStore    *wh_store_ref       (WhStore *store);
void        wh_store_unref     (WhStore *store);
/* For people: the path, or the address without user and password. */
const char *wh_store_path      (const WhStore *store);
/* Whether a location is an address and no path; and how it may be shown. Caller frees. */
gboolean    wh_store_location_is_server (const char *location);
char       *wh_store_location_shown     (const char *location);
/* Random per store (a mirror: its server's once known), 36 characters; and the epoch, which changes when a
 * restored or damaged store could repeat sequence numbers. NULL when the store cannot be read. Caller frees. */
char       *wh_store_server_id (WhStore *store);
char       *wh_store_epoch     (WhStore *store);
/* Sequence number of the last committed change as seen by a new reader; cheap enough to ask every second. -1 on error. */
gint64      wh_store_revision  (WhStore *store);
/* The newest one that this process has written, or has seen when it last asked with the above; -1: none yet. Asks nobody, so what other
 * processes write is known as late as somebody asks; what was written here counts before wh_store_write returns. */
gint64      wh_store_seen      (WhStore *store);
/* Looks for damage, and at the audit chain; WH_ERROR_CORRUPT with what was found. */
gboolean    wh_store_check     (WhStore *store, GError **error);

/* Who is told of statements that take long: their SQL, without any value, and how long it took to the next row or the end. */
typedef void (*WhStoreSlowFunc) (const char *sql, gint64 microseconds);
/* For the whole process; 0 or NULL: nobody. May be called again at any time. */
void        wh_store_watch_slow (guint milliseconds, WhStoreSlowFunc func);

typedef gboolean (*WhReadFunc)  (WhReader *reader, gpointer user_data, GError **error);
typedef gboolean (*WhWriteFunc) (WhWriter *writer, gpointer user_data, GError **error);

/* Runs `func` on one consistent view. Needs READ_CATALOGUE. */
gboolean    wh_store_read      (WhStore *store, const WhPrincipal *principal, WhReadFunc func, gpointer user_data, GError **error);
/* The same on a replica that has all this process has seen, so that nobody sees less than before; on the store itself when there
 * is none. It may miss what another process has just written. */
gboolean    wh_store_read_copy (WhStore *store, const WhPrincipal *principal, WhReadFunc func, gpointer user_data, GError **error);
/* Runs `func` in one transaction that also appends the changes and an audit entry (`action`: "import.lab", "demo" …).
 * Needs `permission`. out_seq (may be NULL): the revision afterwards. Nothing changed: nothing is logged.
 *
 * `func` may run several times, from the start, each time on the store as it then is: a server takes a transaction back when
 * it stands in another's way, and a lost connection takes it along. So `func` sets what it counts to zero at its start, and
 * leaves nothing behind in user_data that would change what it does the next time. A COMMIT without an answer is not repeated
 * blindly: the audit entry tells whether it landed. When even that cannot be found out, the error says so. */
gboolean    wh_store_write     (WhStore *store, const WhPrincipal *principal, WhPermission permission, const char *action,
                                WhWriteFunc func, gpointer user_data, gint64 *out_seq, GError **error);

/* -- inside a read ------------------------------------------------------------------------------------------- */

/* NULL with WH_ERROR_NOT_FOUND when there is none. Caller owns. */
gpointer    wh_reader_get      (WhReader *reader, WhKind kind, const WhId *id, GError **error);
/* The same where a missing row is no error: *out_entity is NULL then. FALSE when it could not be read. */
gboolean    wh_reader_look     (WhReader *reader, WhKind kind, const WhId *id, gpointer *out_entity, GError **error);
/* Rows of `kind` whose id field `field` ("strain_id", "batch_id" …) is `id`, in id order, at most `limit` (0: all).
 * Elements are entities owned by the array. */
GPtrArray  *wh_reader_find     (WhReader *reader, WhKind kind, const char *field, const WhId *id, guint limit, GError **error);

/* One page of a listing, in its order; entities owned by the array. *out_cursor (may be NULL) is that of the next page, NULL after the
 * last; caller frees. WH_ERROR_INVALID for a cursor of another listing. */
GPtrArray  *wh_reader_list     (WhReader *reader, const WhListing *listing, char **out_cursor, GError **error);
/* How many rows pass its filters, on all pages. -1 on error. */
gint64      wh_reader_list_count (WhReader *reader, const WhListing *listing, GError **error);
/* Whether a row was there once and has been deleted. */
gboolean    wh_reader_is_deleted (WhReader *reader, WhKind kind, const WhId *id);

typedef gboolean (*WhEntityFunc) (gconstpointer entity, gpointer user_data, GError **error);
/* Every row of `kind` in insertion order; entities are borrowed for the call (take a reference to keep one).
 * FALSE from `func` stops with its error. Panels come with lab results. */
gboolean    wh_reader_each     (WhReader *reader, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error);
gint64      wh_reader_count    (WhReader *reader, WhKind kind, GError **error);   /* -1 on error */
gint64      wh_reader_revision (WhReader *reader);

/* Latest changes after `since`, oldest first, one per row that changed (superseded ones are skipped), at most `limit`.
 * out_has_more may be NULL. Elements WhChange*. */
GPtrArray  *wh_reader_changes  (WhReader *reader, gint64 since, guint limit, gboolean *out_has_more, GError **error);
/* A named text kept beside the rows; NULL when absent. Caller frees. */
char       *wh_reader_note     (WhReader *reader, const char *key);
/* The hash of the newest audit entry, 64 hex digits; all zero before the first. Two stores with the same one went the same way up to
 * here, which equal revisions alone do not say where one began as a copy or a backup of the other. NULL on error. Caller frees. */
char       *wh_reader_head     (WhReader *reader, GError **error);

/* -- inside a write ------------------------------------------------------------------------------------------ */

typedef enum {
  WH_PUT_INSERTED,
  WH_PUT_UPDATED,
  WH_PUT_UNCHANGED,   /* equal to what is stored: no change is logged */
} WhPutOutcome;

/* Reads in a write see what it wrote. */
WhReader   *wh_writer_reader   (WhWriter *writer);
/* Looks up what is stored under the ids of these entities, many at once: putting or getting them afterwards in this write needs
 * no question of its own, which counts where the database is a server. */
gboolean    wh_writer_expect   (WhWriter *writer, gconstpointer const *entities, guint n, GError **error);
/* Inserts or replaces by id, after wh_entity_validate. out_outcome may be NULL. */
gboolean    wh_writer_put      (WhWriter *writer, gconstpointer entity, WhPutOutcome *out_outcome, GError **error);
/* Deleting what is not there is no error. */
gboolean    wh_writer_delete   (WhWriter *writer, WhKind kind, const WhId *id, GError **error);
/* What is put and deleted until it is set back follows from the rest; told where a write is diverted (wh-store-overlay.h). */
void        wh_writer_set_follows (WhWriter *writer, gboolean follows);
/* Applies a change pulled from a server, keeping its seq. Mirrors only. */
gboolean    wh_writer_apply    (WhWriter *writer, const WhChange *change, GError **error);
/* value NULL removes. Keys "server_id" and "epoch" name a mirror's server. */
gboolean    wh_writer_set_note (WhWriter *writer, const char *key, const char *value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStore, wh_store_unref)

G_END_DECLS
