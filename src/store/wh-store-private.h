/* wh-store-private.h: what the files of this room share: rows, changes, the schema. Not for other rooms. */
#pragma once

#include "base/wh-hash.h"
#include "core/wh-job.h"
#include "core/wh-webhook.h"
#include "wh-driver.h"
#include "wh-store-copies.h"
#include "wh-store-overlay.h"
#include "wh-store-pool.h"

G_BEGIN_DECLS

struct _WhStore {
  gatomicrefcount ref_count;
  char           *location;  /* as it was given; never shown */
  char           *path;      /* the same without a password */
  WhStoreMode     mode;
  GRecMutex       writing;   /* held by the one writer of this process; in memory by readers, too */
  WhConnection   *writer;    /* NULL when opened for reading, and after a loss */
  WhBackOff       back_off;  /* of the writer */
  WhPool         *readers;
  WhCopies       *copies;    /* read-only ones that may stand in; NULL: none */
  GMutex          laying;    /* guards `overlay` and `generation` */
  WhStoreOverlay *overlay;   /* exchanged by whoever holds `writing`; NULL: none */
  gint64          generation;   /* grows where the overlay changes the catalogue */
  gint64          seen;      /* atomic: the newest revision this process knows of; -1: none yet */
  WhDivertFunc    divert;    /* guarded by `writing`; NULL: writes are not diverted */
  gpointer        divert_data;
};

typedef struct _WhCapture WhCapture;

struct _WhReader {
  WhConnection   *connection;
  WhStoreOverlay *overlay;         /* NULL: none */
  gint64          generation;      /* of the overlay; added to the revision */
};

struct _WhWriter {
  WhReader    reader;
  WhStoreMode mode;
  gint64      now;
  gint64      seq;                 /* of the last change so far */
  gint64      audit;               /* number of the entry this transaction will write */
  guint       n_changes;
  gboolean    no_tombstones;       /* there were none at the start, and this transaction made none */
  char       *object;              /* what the first change was about, for the audit entry */
  WhHasher   *hasher;              /* over all changes */
  WhHash      entry;               /* hash of the audit entry, once it is written */
  gboolean    follows;             /* see wh_writer_set_follows */
  WhCapture  *capture;             /* NULL unless the write is diverted; only reader, now, n_changes and follows count then */
};

/* -- wh-store.c -- */
/* Makes the file, its owner's alone, if it is not there. */
void          wh_store_create_private (const char *path);
/* That there is this revision. */
void          wh_store_note_revision  (WhStore *store, gint64 revision);
/* A connection to read with, inside a view. FALSE at the end: what was read is not to be trusted. */
WhConnection *wh_store_begin_reading  (WhStore *store, GError **error);
gboolean      wh_store_end_reading    (WhStore *store, WhConnection *connection, GError **error);

/* -- wh-store-divert.c -- */
/* Gives the reader the overlay that lies on the store now; to be unreferenced. */
void          wh_store_take_overlay   (WhStore *store, WhReader *reader);
/* Runs `func` and hands its changes over. The caller holds `writing`. */
gboolean      wh_store_write_diverted (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func,
                                       gpointer user_data, gint64 *out_seq, GError **error);

/* -- wh-store-schema.c -- */
void          wh_store_register_sql (void);
gboolean      wh_store_migrate      (WhConnection *connection, GError **error);
/* Only the tables, neither a name nor a look at who may come in. */
gboolean      wh_store_build        (WhConnection *connection, GError **error);
/* Refuses a schema from the future. out_version 0: there is no store yet. */
gboolean      wh_store_check_schema (WhConnection *connection, gint64 *out_version, GError **error);
/* Refuses what cannot be read, too: no store, and one that mode READ may not bring up to date. */
gboolean      wh_store_check_reader (WhConnection *connection, WhStoreMode mode, GError **error);

/* -- wh-store-jobs.c, wh-store-schedules.c, wh-store-taken.c: tables that hold no nouns -- */
#define WH_STORE_JOB_COLUMNS "id, kind, arguments, state, priority, key, schedule, created_by, created_at, run_at, started_at, ended_at," \
  " attempts, most_attempts, lease, lease_until, holder, cancel, progress, note, outcome, error_code, error"
#define WH_STORE_SCHEDULE_COLUMNS "name, kind, arguments, rule, priority, enabled, jitter, next_run, last_run, last_job, revision," \
  " updated_at, updated_by"
#define WH_STORE_TAKEN_COLUMNS "source, name, size, changed_at, hash, etag, last_modified, taken_at"
#define WH_STORE_WEBHOOK_COLUMNS "id, url, events, secret, state, reason, cursor, failures, created_at, updated_at, created_by, holder," \
  " lease_until"
#define WH_STORE_DELIVERY_COLUMNS "id, webhook, seq, event, body, state, tries, due_at, created_at, ended_at, status, error"
/* A row that such a statement gives. */
WhWebhook    *wh_store_webhook_of   (WhStatement *statement);
WhDelivery   *wh_store_delivery_of  (WhStatement *statement);
/* NULL in *out_webhook where there is none. */
gboolean      wh_store_look_for_webhook (WhConnection *connection, const WhId *id, WhWebhook **out_webhook, GError **error);
WhJob        *wh_store_job_of       (WhStatement *statement);
WhSchedule   *wh_store_schedule_of  (WhStatement *statement);
/* One more that waits; *out_added FALSE: one with its id, or its key, is there. */
gboolean      wh_store_insert_job   (WhConnection *connection, const WhJob *job, gboolean *out_added, GError **error);
/* The clock that leases and schedules go by: one for all machines that share the store. */
gboolean      wh_store_clock        (WhConnection *connection, gint64 *out_now, GError **error);
/* A change that is no noun's takes its place in the audit trail. */
void          wh_store_note_change  (WhWriter *writer, const char *object, const char *what);
/* WH_TIME_UNSET and WH_ID_NONE are NULL. */
void          wh_store_bind_moment  (WhStatement *statement, int column, gint64 moment);
gint64        wh_store_moment       (WhStatement *statement, int column);

/* -- wh-store-replies.c -- */
#define WH_STORE_REPLY_COLUMNS "who, key, request, kept_at, status, location, tag, data"

/* -- wh-store-queue.c -- */
/* In a write: WH_ERROR_CONFLICT where this thread works for a job that is another server's by now. */
gboolean      wh_store_check_fence  (WhStore *store, WhConnection *connection, GError **error);

/* -- wh-store-move-mark.c -- */
/* Whether this place is a store to read or to write in: WH_ERROR_BUSY while one is being moved here, WH_ERROR_DENIED for writing to one
 * that has moved. In a transaction of the caller; `_now` in one of its own. */
gboolean      wh_store_check_place     (WhConnection *connection, gboolean writing, GError **error);
gboolean      wh_store_check_place_now (WhConnection *connection, gboolean writing, GError **error);

/* -- wh-store-panel.c -- */
gboolean      wh_store_load_analytes (WhConnection *connection, gboolean add_missing, GError **error);
WhPanel      *wh_store_read_panel   (WhConnection *connection, gint64 row, GError **error);
/* All panels by row, for who reads all rows by number: a step of the walk is one cell. */
WhStatement  *wh_store_walk_panels  (WhConnection *connection, GError **error);
/* The panel of `row`, which must not be smaller than the last one asked for. `at`: what the walk's last step returned. */
WhPanel      *wh_store_next_panel   (WhStatement *walk, WhStep *at, gint64 row, GError **error);
/* `replace`: the row may have cells already. */
gboolean      wh_store_write_panel  (WhConnection *connection, gint64 row, const WhPanel *panel, gboolean replace, GError **error);

/* -- wh-store-rows.c -- */
/* Inserts or replaces the row as it is, revision and times included. `row` 0: insert. */
gboolean      wh_store_write_row    (WhConnection *connection, const WhEntity *entity, gint64 row, GError **error);
/* NULL without error when there is none; out_row may be NULL. */
WhEntity     *wh_store_read_row     (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, GError **error);
gboolean      wh_store_delete_row   (WhConnection *connection, WhKind kind, const WhId *id, gint64 row, GError **error);
/* "SELECT row, id, … FROM strain", for a WHERE behind it; and the rows such a statement gives. */
const char   *wh_store_select_sql   (WhKind kind);
GPtrArray    *wh_store_collect      (WhStatement *statement, WhKind kind, GError **error);

/* -- wh-store-known.c: rows looked up ahead in a write, many at once, so that each needs no question of its own -- */
void          wh_store_know         (WhConnection *connection, WhKind kind, const WhId *id, gint64 row, const WhEntity *entity);
/* FALSE when it is not known; else out_entity gets a reference, or NULL when there is no such row. */
gboolean      wh_store_recall       (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, WhEntity **out_entity);
void          wh_store_forget       (WhConnection *connection, WhKind kind, const WhId *id);
void          wh_store_forget_all   (WhConnection *connection);

/* Of the file alone: what wh-store.h says of the readers' functions of these names. */
GPtrArray    *wh_store_find_rows    (WhConnection *connection, WhKind kind, const char *field, const WhId *id, guint limit,
                                     GError **error);
gboolean      wh_store_each_row     (WhConnection *connection, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error);
gint64        wh_store_count_rows   (WhConnection *connection, WhKind kind, GError **error);
gboolean      wh_store_has_row      (WhConnection *connection, WhKind kind, const WhId *id, gboolean *out_is_there, GError **error);

/* -- wh-store-overlay.c; an overlay may be NULL, which holds nothing -- */
/* A draft on top of `below` that may be added to until it is finished. */
WhStoreOverlay *wh_store_overlay_begin  (const WhStoreOverlay *below);
void          wh_store_overlay_add    (WhStoreOverlay *draft, const WhChange *change);
void          wh_store_overlay_finish (WhStoreOverlay *draft);
/* What a row became. */
typedef struct {
  WhEntity *entity;   /* NULL: deleted */
  guint64   given;    /* the fields that count, a bit each; the others are the file's. 0: all */
} WhOverlayRow;
/* NULL where it says nothing about the row. Borrowed. */
const WhOverlayRow *wh_store_overlay_row (const WhStoreOverlay *overlay, WhKind kind, const WhId *id);
/* At least as many as rows of that kind are changed by it. */
guint         wh_store_overlay_count  (const WhStoreOverlay *overlay, WhKind kind);
typedef gboolean (*WhOverlayRowFunc) (const WhId *id, const WhOverlayRow *row, gpointer user_data, GError **error);
/* Every row it changes, once. */
gboolean      wh_store_overlay_each   (const WhStoreOverlay *overlay, WhKind kind, WhOverlayRowFunc func, gpointer user_data,
                                       GError **error);
/* Every one whose own value of an id field is or was `id`; some may come twice. */
gboolean      wh_store_overlay_each_with (const WhStoreOverlay *overlay, WhKind kind, const WhField *field, const WhId *id,
                                       WhOverlayRowFunc func, gpointer user_data, GError **error);
gint64        wh_store_overlay_stamp  (const WhStoreOverlay *overlay);

/* -- wh-store-reader.c -- */
/* `base`, the file's row (NULL: none), with what is laid over it: a new entity, NULL for a deleted row. */
WhEntity     *wh_store_lay_row        (const WhOverlayRow *laid, const WhEntity *base);

/* -- wh-store-list-laid.c: lists where an overlay changes rows of the kind -- */
GPtrArray    *wh_store_list_laid      (WhReader *reader, const WhListing *listing, char **out_cursor, GError **error);
gint64        wh_store_list_count_laid (WhReader *reader, const WhListing *listing, GError **error);

/* -- wh-store-capture.c -- */
WhCapture    *wh_store_capture_begin  (WhWriter *writer);
void          wh_store_capture_free   (WhCapture *capture);
const GPtrArray *wh_store_capture_changes (const WhCapture *capture);
/* Of a valid entity. */
gboolean      wh_store_capture_put    (WhWriter *writer, WhEntity *entity, WhPutOutcome *out_outcome, GError **error);
gboolean      wh_store_capture_delete (WhWriter *writer, WhKind kind, const WhId *id, GError **error);

/* -- wh-store-audit.c -- */
void          wh_store_hash_change  (WhHasher *hasher, WhChangeOp op, WhKind kind, const WhId *id, const WhEntity *entity);
gboolean      wh_store_append_audit (WhWriter *writer, const WhPrincipal *principal, const char *action, GError **error);
gboolean      wh_store_verify_audit (WhConnection *connection, GError **error);
/* Whether the entry `seq` is there and is the one with this hash. FALSE on error. */
gboolean      wh_store_has_entry    (WhConnection *connection, gint64 seq, const WhHash *hash, gboolean *out_found, GError **error);

G_END_DECLS
