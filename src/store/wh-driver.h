/* wh-driver.h: what a database must be able to do so that this room can keep a store in it. Not for other rooms.
 *
 * The files of this room write SQL once, in words that every driver understands: `INSERT … ON CONFLICT … DO UPDATE`,
 * placeholders ?1, ?2 … (each may stand several times), integers of 64 bits, doubles, UTF-8 text, bytes. Text is compared
 * byte by byte; where NULL may be sorted, the SQL says NULLS FIRST or LAST. A connection and its statements are used by one
 * thread at a time. Errors are WH_ERROR_*, converted by the driver. */
#pragma once

#include <gio/gio.h>
#include <math.h>

#include "wh-store.h"

G_BEGIN_DECLS

#define WH_DRIVER_VERSION 1

typedef struct _WhDriver     WhDriver;
typedef struct _WhConnection WhConnection;
typedef struct _WhStatement  WhStatement;

typedef enum {
  WH_STEP_DONE,
  WH_STEP_ROW,
  WH_STEP_FAILED,
} WhStep;

/* What the connection's last error means for who runs a transaction. */
typedef enum {
  WH_FAULT_NONE,      /* it stands; running it again would end the same way */
  WH_FAULT_AGAIN,     /* the database took the transaction back so that others may go on: run it again */
  WH_FAULT_LOST,      /* the connection is gone, and with it the transaction */
  WH_FAULT_UNKNOWN,   /* the connection is gone, and COMMIT was on its way */
} WhFault;

/* Drivers put their own after it. */
struct _WhConnection {
  const WhDriver *driver;
  WhFault         fault;           /* of the current or last transaction */
  GHashTable     *statements;      /* SQL text -> WhStatement, reset between uses */
  GArray         *numbers;         /* WhAnalyteIndex -> number in this store, 0 unknown */
  GHashTable     *analytes;        /* number in this store -> WhAnalyteIndex + 1 */
  GHashTable     *known;           /* in a write: what it has looked up ahead, see wh-store-known.c; NULL: nothing */
  gint64          next_row[WH_N_KINDS];   /* in a write: number of the next new row; 0: not looked up yet */
};

struct _WhStatement {
  WhConnection *connection;
  char         *sql;           /* for who watches slow ones; its own */
};

struct _WhDriver {
  guint       version;             /* WH_DRIVER_VERSION */
  const char *name;                /* folder of its migrations */
  guint       n_readers;           /* connections for reading that a process may hold; 0: no limit */
  /* In begin_rows, after a SELECT: rows that are this transaction's until its end, without those that are another's; and rows that
   * nobody changes until its end. Empty where writers take turns anyway. */
  const char *taking, *holding;
  /* What the clock of a database says that several machines share, in microseconds since 1970; NULL: this machine's counts. */
  const char *clock;

  /* `reader`: will only read. Fills `driver`. */
  WhConnection *(*open)     (const char *location, WhStoreMode mode, gboolean reader, GError **error);
  void          (*close)    (WhConnection *connection);

  /* A consistent view until commit or rollback. */
  gboolean      (*begin_read)  (WhConnection *connection, GError **error);
  /* For rows that many take from at once: beside other writers, who may be writing what was read here. */
  gboolean      (*begin_rows)  (WhConnection *connection, GError **error);
  /* Alone among all writers of this store, in every process, until commit or rollback. */
  gboolean      (*begin_write) (WhConnection *connection, GError **error);
  gboolean      (*commit)   (WhConnection *connection, GError **error);
  void          (*rollback) (WhConnection *connection);

  /* Version of the schema, 0 when there is none yet; in a transaction of its own. FALSE on error. */
  gboolean      (*schema_version) (WhConnection *connection, gint64 *out_version, GError **error);
  /* Before an older schema is left for good: puts a copy of the store aside, once. NULL where that is an operator's work. */
  gboolean      (*keep_copy) (WhConnection *connection, gint64 version, GError **error);
  /* Runs the statements of `sql` and notes `version`, in one transaction; does nothing when another process was faster. */
  gboolean      (*migrate)  (WhConnection *connection, const char *sql, gint64 version, GError **error);
  /* Writes a store as it is at one moment into an empty file, while others go on writing to it. NULL where that is an operator's work. */
  gboolean      (*copy_file) (const char *location, const char *path, GCancellable *cancellable, GError **error);
  /* Looks for damage in the whole store; in a transaction for reading. */
  gboolean      (*check)    (WhConnection *connection, GError **error);

  /* `large`: for one use; the rows may not fit into memory, and other statements run between them. Else it is kept until the
   * connection closes. */
  WhStatement  *(*prepare)  (WhConnection *connection, const char *sql, gboolean large, GError **error);
  void          (*finalize) (WhStatement *statement);
  /* Columns count from 1. Text and bytes stay the caller's until the statement is reset, unless `copy`. */
  void          (*bind_null)    (WhStatement *statement, int column);
  void          (*bind_integer) (WhStatement *statement, int column, gint64 value);
  void          (*bind_real)    (WhStatement *statement, int column, double value);
  void          (*bind_text)    (WhStatement *statement, int column, const char *text, gssize length, gboolean copy);
  void          (*bind_bytes)   (WhStatement *statement, int column, gconstpointer bytes, gsize length);
  WhStep        (*step)     (WhStatement *statement, GError **error);
  /* Runs a statement whose rows nobody needs, and resets it. A driver may put it off until the next step or commit, which then
   * fails in its place. */
  gboolean      (*run)      (WhStatement *statement, GError **error);
  /* Forgets rows and what was bound. */
  void          (*reset)    (WhStatement *statement);
  /* Of the current row, from 0; borrowed until the next step or reset. */
  gboolean      (*is_null)  (WhStatement *statement, int column);
  gint64        (*integer)  (WhStatement *statement, int column);
  double        (*real)     (WhStatement *statement, int column);
  const char   *(*text)     (WhStatement *statement, int column, gsize *out_length);
  gconstpointer (*bytes)    (WhStatement *statement, int column, gsize *out_length);
};

/* -- wh-driver-sqlite.c -- */
extern const WhDriver wh_driver_sqlite;
/* Of outbox.db, a file of its own schema: see wh-store-outbox.h. */
extern const WhDriver wh_driver_outbox;

/* -- wh-driver-postgres.c, where it is built in -- */
extern const WhDriver wh_driver_postgres;

/* -- wh-driver.c -- */
/* The driver that understands a location, NULL with WH_ERROR_UNSUPPORTED when it is not built in. */
const WhDriver *wh_driver_for         (const char *location, GError **error);
WhConnection *wh_connection_open      (const char *location, WhStoreMode mode, gboolean reader, GError **error);
WhConnection *wh_connection_open_with (const WhDriver *driver, const char *location, WhStoreMode mode, gboolean reader, GError **error);
void          wh_connection_close     (WhConnection *connection);
/* Prepared once and kept; reset before it is handed out. NULL on error. */
WhStatement  *wh_connection_statement (WhConnection *connection, const char *sql, GError **error);
/* For many rows, and for texts of which there are too many to keep; the caller's own, so that several may run at once. */
WhStatement  *wh_connection_walk      (WhConnection *connection, const char *sql, GError **error);
/* Runs a statement that has no rows and no placeholders. */
gboolean      wh_connection_run       (WhConnection *connection, const char *sql, GError **error);
/* The first column of the first row; `fallback` when there is no row or it is NULL. */
gboolean      wh_connection_integer   (WhConnection *connection, const char *sql, gint64 fallback, gint64 *out_value, GError **error);
/* NULL when absent, and on error. */
char         *wh_connection_note      (WhConnection *connection, const char *key);
/* `what` in a transaction of its own. */
gboolean      wh_connection_in_write  (WhConnection *connection, gboolean (*what) (WhConnection *, GError **), GError **error);
void          wh_statement_free       (WhStatement *statement);
WhId          wh_statement_id         (WhStatement *statement, int column);   /* none unless 16 bytes */

static inline void
wh_statement_bind_integer (WhStatement *statement, int column, gint64 value)
{
  statement->connection->driver->bind_integer (statement, column, value);
}

/* NAN is NULL. */
static inline void
wh_statement_bind_real (WhStatement *statement, int column, double value)
{
  if (isnan (value))
    statement->connection->driver->bind_null (statement, column);
  else
    statement->connection->driver->bind_real (statement, column, value);
}

/* NULL is NULL. */
static inline void
wh_statement_bind_text (WhStatement *statement, int column, const char *text)
{
  if (text)
    statement->connection->driver->bind_text (statement, column, text, -1, FALSE);
  else
    statement->connection->driver->bind_null (statement, column);
}

static inline void
wh_statement_bind_bytes (WhStatement *statement, int column, gconstpointer bytes, gsize length)
{
  statement->connection->driver->bind_bytes (statement, column, bytes, length);
}

/* -- wh-store-slow.c -- */
extern gint64 wh_store_slow_us;   /* atomic: set once or when settings change; 0: nobody watches */
WhStep        wh_statement_step_watched (WhStatement *statement, GError **error);
gboolean      wh_statement_run_watched  (WhStatement *statement, GError **error);

static inline WhStep
wh_statement_step (WhStatement *statement, GError **error)
{
  return G_UNLIKELY (__atomic_load_n (&wh_store_slow_us, __ATOMIC_RELAXED)) ? wh_statement_step_watched (statement, error)
                                       : statement->connection->driver->step (statement, error);
}

static inline gboolean
wh_statement_run (WhStatement *statement, GError **error)
{
  return G_UNLIKELY (__atomic_load_n (&wh_store_slow_us, __ATOMIC_RELAXED)) ? wh_statement_run_watched (statement, error)
                                       : statement->connection->driver->run (statement, error);
}

static inline void
wh_statement_reset (WhStatement *statement)
{
  statement->connection->driver->reset (statement);
}

static inline gboolean
wh_statement_is_null (WhStatement *statement, int column)
{
  return statement->connection->driver->is_null (statement, column);
}

static inline gint64
wh_statement_integer (WhStatement *statement, int column)
{
  return statement->connection->driver->integer (statement, column);
}

/* NAN for NULL. */
static inline double
wh_statement_real (WhStatement *statement, int column)
{
  return statement->connection->driver->is_null (statement, column) ? NAN : statement->connection->driver->real (statement, column);
}

static inline const char *
wh_statement_text (WhStatement *statement, int column)
{
  return statement->connection->driver->text (statement, column, NULL);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhConnection, wh_connection_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStatement, wh_statement_free)

G_END_DECLS
