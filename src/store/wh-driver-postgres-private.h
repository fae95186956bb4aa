/* wh-driver-postgres-private.h: what the files of the PostgreSQL driver share.
 *
 * A connection stays in libpq's pipeline mode: statements whose result nobody needs are sent and not waited for. Whatever
 * waits for a result "settles": it sends a Sync and reads all that is due, the oldest first, so that an error of an earlier
 * statement is found there. Parameters and results are binary. */
#pragma once

#include <libpq-fe.h>

#include "wh-driver.h"

G_BEGIN_DECLS

typedef struct {
  WhConnection parent;
  PGconn      *pg;
  gboolean     reader;
  gboolean     in_transaction;
  guint        n_queued;      /* statements sent since the last Sync */
  guint        n_syncs;       /* Syncs whose answer is not read yet */
  guint        n_names;       /* of prepared statements and cursors so far */
  GError      *failure;       /* the first one of this transaction */
} WhPostgres;

/* The types of columns and parameters that the store uses, as PostgreSQL numbers them (pg_type.dat). */
enum {
  WH_OID_BOOL = 16,
  WH_OID_BYTEA = 17,
  WH_OID_INT8 = 20,
  WH_OID_INT2 = 21,
  WH_OID_INT4 = 23,
  WH_OID_TEXT = 25,
  WH_OID_FLOAT8 = 701,
};

/* -- wh-driver-postgres-error.c -- */
/* Converts the error of a result, or of the connection when NULL; notes the fault. Always FALSE. */
gboolean  wh_postgres_fail   (WhPostgres *connection, const PGresult *result, GError **error);
/* For a connection that was never made. */
void      wh_postgres_refuse (PGconn *pg, GError **error);

/* -- wh-driver-postgres-pipeline.c -- */
/* Sends a statement without parameters and does not wait. */
gboolean  wh_postgres_queue  (WhPostgres *connection, const char *sql, GError **error);
/* To be called before a statement is sent: settles when too many are on their way. */
gboolean  wh_postgres_make_room (WhPostgres *connection, GError **error);
/* Counts a statement that was just sent; `sent` is what libpq returned. */
gboolean  wh_postgres_sent   (WhPostgres *connection, int sent, GError **error);
/* Waits for everything that was sent; out_last (may be NULL): the last statement's result, caller clears. */
gboolean  wh_postgres_settle (WhPostgres *connection, PGresult **out_last, GError **error);
/* Puts a Sync after what was sent and does not wait. */
gboolean  wh_postgres_push   (WhPostgres *connection, GError **error);
/* Whether the server has hung up; asks only this side's socket. */
gboolean  wh_postgres_is_gone (WhPostgres *connection);
/* Runs any number of statements outside the pipeline; out_value (may be NULL): first column of the last one's first row. */
gboolean  wh_postgres_simple (WhPostgres *connection, const char *sql, gint64 *out_value, GError **error);

/* -- wh-driver-postgres-statement.c -- */
WhStatement  *wh_postgres_prepare      (WhConnection *connection, const char *sql, gboolean large, GError **error);
void          wh_postgres_finalize     (WhStatement *statement);
void          wh_postgres_bind_null    (WhStatement *statement, int column);
void          wh_postgres_bind_integer (WhStatement *statement, int column, gint64 value);
void          wh_postgres_bind_real    (WhStatement *statement, int column, double value);
void          wh_postgres_bind_text    (WhStatement *statement, int column, const char *text, gssize length, gboolean copy);
void          wh_postgres_bind_bytes   (WhStatement *statement, int column, gconstpointer bytes, gsize length);
WhStep        wh_postgres_step         (WhStatement *statement, GError **error);
gboolean      wh_postgres_run          (WhStatement *statement, GError **error);
void          wh_postgres_reset        (WhStatement *statement);
gboolean      wh_postgres_is_null      (WhStatement *statement, int column);
gint64        wh_postgres_integer      (WhStatement *statement, int column);
double        wh_postgres_real         (WhStatement *statement, int column);
const char   *wh_postgres_text         (WhStatement *statement, int column, gsize *out_length);
gconstpointer wh_postgres_bytes        (WhStatement *statement, int column, gsize *out_length);

G_END_DECLS
