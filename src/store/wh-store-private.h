/* wh-store-private.h: what the files of this room share: rows, changes, the schema. Not for other rooms. */
#pragma once

#include "base/wh-hash.h"
#include "wh-driver.h"
#include "wh-store-copies.h"
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
};

struct _WhReader {
  WhConnection *connection;
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
};

/* -- wh-store-schema.c -- */
gboolean      wh_store_migrate      (WhConnection *connection, GError **error);
/* Refuses a schema from the future. out_version 0: there is no store yet. */
gboolean      wh_store_check_schema (WhConnection *connection, gint64 *out_version, GError **error);
/* Refuses what cannot be read, too: no store, and one that mode READ may not bring up to date. */
gboolean      wh_store_check_reader (WhConnection *connection, WhStoreMode mode, GError **error);

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

/* -- wh-store-audit.c -- */
void          wh_store_hash_change  (WhHasher *hasher, WhChangeOp op, WhKind kind, const WhId *id, const WhEntity *entity);
gboolean      wh_store_append_audit (WhWriter *writer, const WhPrincipal *principal, const char *action, GError **error);
gboolean      wh_store_verify_audit (WhConnection *connection, GError **error);
/* Whether the entry `seq` is there and is the one with this hash. FALSE on error. */
gboolean      wh_store_has_entry    (WhConnection *connection, gint64 seq, const WhHash *hash, gboolean *out_found, GError **error);

G_END_DECLS
