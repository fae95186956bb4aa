/* wh-store-private.h: what the files of this room share: connections, statements, rows. Not for other rooms. */
#pragma once

#include <sqlite3.h>

#include "base/wh-hash.h"
#include "wh-store.h"

G_BEGIN_DECLS

/* One SQLite connection with its prepared statements; used by one thread at a time. */
typedef struct {
  sqlite3    *db;
  GHashTable *statements;          /* SQL text -> sqlite3_stmt, reset between uses */
  GArray     *numbers;             /* WhAnalyteIndex -> number in this file, 0 unknown */
  GHashTable *analytes;            /* number in this file -> WhAnalyteIndex + 1 */
} WhConnection;

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
  char       *object;              /* what the first change was about, for the audit entry */
  WhHasher   *hasher;              /* over all changes */
};

/* -- wh-store-connection.c -- */
WhConnection *wh_connection_open    (const char *path, WhStoreMode mode, gboolean reader, GError **error);
void          wh_connection_close   (WhConnection *connection);
gboolean      wh_connection_execute (WhConnection *connection, const char *sql, GError **error);
/* Prepared once and kept; reset before it is handed out. Bind from 1. NULL on error. */
sqlite3_stmt *wh_connection_statement (WhConnection *connection, const char *sql, GError **error);
/* Converts the connection's last error. Always FALSE. */
gboolean      wh_connection_fail    (WhConnection *connection, GError **error);
/* Ends a loop over rows: `result` is what the last step returned. Resets the statement; FALSE on error. */
gboolean      wh_connection_end     (WhConnection *connection, sqlite3_stmt *statement, int result, GError **error);
/* Runs a statement to its end; FALSE on error. Resets it. */
gboolean      wh_connection_finish  (WhConnection *connection, sqlite3_stmt *statement, GError **error);
/* The first column of the first row, `fallback` when there is none or it is NULL. */
gint64        wh_connection_integer (WhConnection *connection, const char *sql, gint64 fallback);
char         *wh_connection_note    (WhConnection *connection, const char *key);

/* -- wh-store-schema.c -- */
gboolean      wh_store_migrate      (WhConnection *connection, GError **error);
gboolean      wh_store_check_schema (WhConnection *connection, GError **error);
/* An older program wrote it and nothing has migrated it since. */
gboolean      wh_store_schema_is_old (WhConnection *connection);

/* -- wh-store-panel.c -- */
gboolean      wh_store_load_analytes (WhConnection *connection, gboolean add_missing, GError **error);
WhPanel      *wh_store_read_panel   (WhConnection *connection, gint64 row, GError **error);
/* `replace`: the row may have cells already. */
gboolean      wh_store_write_panel  (WhConnection *connection, gint64 row, const WhPanel *panel, gboolean replace, GError **error);

/* -- wh-store-rows.c -- */
/* Inserts or replaces the row as it is, revision and times included. `row` 0: insert. */
gboolean      wh_store_write_row    (WhConnection *connection, const WhEntity *entity, gint64 row, GError **error);
/* NULL without error when there is none; out_row may be NULL. */
WhEntity     *wh_store_read_row     (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, GError **error);
gboolean      wh_store_delete_row   (WhConnection *connection, WhKind kind, gint64 row, GError **error);

/* -- wh-store-audit.c -- */
void          wh_store_hash_change  (WhHasher *hasher, WhChangeOp op, WhKind kind, const WhId *id, const WhEntity *entity);
gboolean      wh_store_append_audit (WhWriter *writer, const WhPrincipal *principal, const char *action, GError **error);
gboolean      wh_store_verify_audit (WhConnection *connection, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhConnection, wh_connection_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
