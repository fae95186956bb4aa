#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-driver-postgres-private.h"

/* Rows of a large result that are in memory at once. */
#define BATCH_ROWS 1000
#define NAME_LENGTH 16

typedef struct {
  Oid         type;          /* 0: not known */
  int         length, format;
  const char *value;         /* NULL: NULL; into `number` or `copy`, or the caller's */
  char        number[8];     /* big-endian */
  char       *copy;
} Parameter;

typedef struct {
  WhStatement parent;
  char        name[NAME_LENGTH];   /* of the prepared statement, of a large one's cursor */
  char       *sql;                 /* of a large one */
  gboolean    cursor_is_open;
  guint       n_parameters;
  Parameter  *parameters;
  PGresult   *result;
  int         row, n_rows;
} Statement;

static WhPostgres *
connection_of (Statement *statement)
{
  return (WhPostgres *) statement->parent.connection;
}

/* -- preparing ------------------------------------------------------------------------------------------------- */

/* ?1 becomes $1, outside of quotes; counts the placeholders. */
static char *
translate (const char *sql, guint *out_n)
{
  GString *text = g_string_sized_new (strlen (sql) + 16);
  gboolean quoted = FALSE;

  *out_n = 0;
  for (const char *at = sql; *at; at++)
    {
      quoted ^= *at == '\'';
      if (!quoted && at[0] == '?' && g_ascii_isdigit (at[1]))
        *out_n = MAX (*out_n, (guint) g_ascii_strtoull (at + 1, NULL, 10));
      g_string_append_c (text, !quoted && *at == '?' ? '$' : *at);
    }
  return g_string_free (text, FALSE);
}

/* Asks for the types of the parameters: they are sent in binary, so both sides must mean the same. */
static gboolean
describe (Statement *statement, const char *sql, GError **error)
{
  WhPostgres *connection = connection_of (statement);
  PGresult *description = NULL;

  if (!wh_postgres_make_room (connection, error)
      || !wh_postgres_sent (connection, PQsendPrepare (connection->pg, statement->name, sql, 0, NULL), error)
      || !wh_postgres_sent (connection, PQsendDescribePrepared (connection->pg, statement->name), error)
      || !wh_postgres_settle (connection, &description, error))
    return FALSE;
  for (guint i = 0; i < MIN (statement->n_parameters, (guint) PQnparams (description)); i++)
    statement->parameters[i].type = PQparamtype (description, (int) i);
  PQclear (description);
  return TRUE;
}

WhStatement *
wh_postgres_prepare (WhConnection *parent, const char *sql, gboolean large, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;
  Statement *statement = g_new0 (Statement, 1);
  g_autofree char *text = translate (sql, &statement->n_parameters);

  statement->parent.connection = parent;
  g_snprintf (statement->name, NAME_LENGTH, "wh%u", ++connection->n_names);
  statement->parameters = g_new0 (Parameter, statement->n_parameters + 1);
  if (large)
    statement->sql = g_strdup_printf ("DECLARE %s NO SCROLL CURSOR FOR %s", statement->name, text);
  else if (!describe (statement, text, error))
    {
      wh_postgres_finalize (&statement->parent);
      return NULL;
    }
  return &statement->parent;
}

/* On its way with what comes next; where a transaction fails or is over, the server keeps what is there until the connection ends. */
static void
tidy (WhPostgres *connection, const char *command, const char *name)
{
  char sql[64];

  if (!connection->in_transaction || connection->failure)
    return;
  g_snprintf (sql, sizeof sql, "%s %s", command, name);
  wh_postgres_queue (connection, sql, NULL);
}

/* Most statements live as long as their connection; those that were made for one question are many. */
void
wh_postgres_finalize (WhStatement *parent)
{
  Statement *statement = (Statement *) parent;

  wh_postgres_reset (parent);
  if (!statement->sql)
    tidy (connection_of (statement), "DEALLOCATE", statement->name);
  g_free (statement->parameters);
  g_free (statement->sql);
  g_free (statement);
}

/* -- binding --------------------------------------------------------------------------------------------------- */

/* The parameter, emptied; NULL for a column that no placeholder names. */
static Parameter *
parameter_of (WhStatement *parent, int column)
{
  Statement *statement = (Statement *) parent;
  Parameter *parameter = &statement->parameters[column - 1];

  g_return_val_if_fail (column > 0 && (guint) column <= statement->n_parameters, NULL);
  g_clear_pointer (&parameter->copy, g_free);
  parameter->value = NULL;
  if (statement->sql)
    parameter->type = 0;
  return parameter;
}

static void
set_value (Parameter *parameter, Oid type, const char *value, gsize length)
{
  parameter->type = type;
  parameter->value = value;
  parameter->length = (int) length;
  parameter->format = 1;
}

/* In words, which PostgreSQL reads as whatever type it found the parameter to be. */
static void
set_words (Parameter *parameter, char *words)
{
  parameter->copy = words;
  parameter->value = words;
  parameter->length = 0;
  parameter->format = 0;
}

void
wh_postgres_bind_null (WhStatement *parent, int column)
{
  parameter_of (parent, column);
}

void
wh_postgres_bind_integer (WhStatement *parent, int column, gint64 value)
{
  Parameter *parameter = parameter_of (parent, column);
  gint64 big_endian = GINT64_TO_BE (value);

  if (parameter->type != 0 && parameter->type != WH_OID_INT8)
    {
      set_words (parameter, g_strdup_printf ("%" G_GINT64_FORMAT, value));
      return;
    }
  memcpy (parameter->number, &big_endian, sizeof big_endian);
  set_value (parameter, WH_OID_INT8, parameter->number, sizeof big_endian);
}

void
wh_postgres_bind_real (WhStatement *parent, int column, double value)
{
  Parameter *parameter = parameter_of (parent, column);
  guint64 bits;

  if (parameter->type != 0 && parameter->type != WH_OID_FLOAT8)
    {
      char words[G_ASCII_DTOSTR_BUF_SIZE];
      set_words (parameter, g_strdup (g_ascii_dtostr (words, sizeof words, value)));
      return;
    }
  memcpy (&bits, &value, sizeof bits);
  bits = GUINT64_TO_BE (bits);
  memcpy (parameter->number, &bits, sizeof bits);
  set_value (parameter, WH_OID_FLOAT8, parameter->number, sizeof bits);
}

void
wh_postgres_bind_text (WhStatement *parent, int column, const char *text, gssize length, gboolean copy)
{
  Parameter *parameter = parameter_of (parent, column);
  gsize bytes = length < 0 ? strlen (text) : (gsize) length;

  if (copy)
    parameter->copy = g_strndup (text, bytes);
  set_value (parameter, parameter->type ? parameter->type : WH_OID_TEXT, copy ? parameter->copy : text, bytes);
}

void
wh_postgres_bind_bytes (WhStatement *parent, int column, gconstpointer bytes, gsize length)
{
  Parameter *parameter = parameter_of (parent, column);

  set_value (parameter, WH_OID_BYTEA, bytes, length);
}

/* -- running --------------------------------------------------------------------------------------------------- */

/* Sends the statement, or a large one's declaration, with what is bound. */
static gboolean
submit (Statement *statement, GError **error)
{
  WhPostgres *connection = connection_of (statement);
  int n = (int) statement->n_parameters, sent;
  Oid *types = g_newa0 (Oid, n + 1);
  const char **values = g_newa0 (const char *, n + 1);
  int *lengths = g_newa0 (int, n + 1), *formats = g_newa0 (int, n + 1);

  for (int i = 0; i < n; i++)
    {
      types[i] = statement->parameters[i].type;
      values[i] = statement->parameters[i].value;
      lengths[i] = statement->parameters[i].length;
      formats[i] = statement->parameters[i].format;
    }
  if (!wh_postgres_make_room (connection, error))
    return FALSE;
  if (statement->sql)
    sent = PQsendQueryParams (connection->pg, statement->sql, n, types, values, lengths, formats, 1);
  else
    sent = PQsendQueryPrepared (connection->pg, statement->name, n, values, lengths, formats, 1);
  return wh_postgres_sent (connection, sent, error);
}

/* The columns must be of types that the readers below know. */
static gboolean
check_columns (const PGresult *result, GError **error)
{
  for (int i = 0; i < PQnfields (result); i++)
    switch (PQftype (result, i))
      {
      case WH_OID_BOOL:
      case WH_OID_BYTEA:
      case WH_OID_INT8:
      case WH_OID_INT2:
      case WH_OID_INT4:
      case WH_OID_TEXT:
      case WH_OID_FLOAT8:
        break;
      default:
        g_set_error (error, WH_ERROR, WH_ERROR_FAILED, "column %s is of a type that the store does not read (%u)", PQfname (result, i),
                     PQftype (result, i));
        return FALSE;
      }
  return TRUE;
}

static gboolean
take_result (Statement *statement, GError **error)
{
  PGresult *result = NULL;

  PQclear (g_steal_pointer (&statement->result));
  if (!wh_postgres_settle (connection_of (statement), &result, error))
    return FALSE;
  statement->result = result;
  statement->row = 0;
  statement->n_rows = PQntuples (result);
  return check_columns (result, error);
}

static gboolean
fetch (Statement *statement, GError **error)
{
  char sql[64];

  g_snprintf (sql, sizeof sql, "FETCH FORWARD %d FROM %s", BATCH_ROWS, statement->name);
  return wh_postgres_queue (connection_of (statement), sql, error) && take_result (statement, error);
}

static gboolean
start (Statement *statement, GError **error)
{
  if (!submit (statement, error))
    return FALSE;
  statement->cursor_is_open = statement->sql != NULL;
  return statement->sql ? fetch (statement, error) : take_result (statement, error);
}

WhStep
wh_postgres_step (WhStatement *parent, GError **error)
{
  Statement *statement = (Statement *) parent;

  if (!statement->result)
    {
      if (!start (statement, error))
        return WH_STEP_FAILED;
    }
  else if (++statement->row >= statement->n_rows && statement->sql && statement->n_rows == BATCH_ROWS && !fetch (statement, error))
    return WH_STEP_FAILED;
  return statement->row < statement->n_rows ? WH_STEP_ROW : WH_STEP_DONE;
}

gboolean
wh_postgres_run (WhStatement *parent, GError **error)
{
  gboolean done = submit ((Statement *) parent, error);

  wh_postgres_reset (parent);
  return done;
}

void
wh_postgres_reset (WhStatement *parent)
{
  Statement *statement = (Statement *) parent;

  PQclear (g_steal_pointer (&statement->result));
  if (statement->cursor_is_open)
    tidy (connection_of (statement), "CLOSE", statement->name);
  statement->cursor_is_open = FALSE;
  for (guint i = 0; i < statement->n_parameters; i++)
    {
      g_clear_pointer (&statement->parameters[i].copy, g_free);
      statement->parameters[i].value = NULL;
    }
}

/* -- reading columns ------------------------------------------------------------------------------------------- */

gboolean
wh_postgres_is_null (WhStatement *parent, int column)
{
  Statement *statement = (Statement *) parent;

  return PQgetisnull (statement->result, statement->row, column);
}

/* A number of as many bytes as its type has; the sign is kept. */
static gint64
read_integer (const char *bytes, int length)
{
  gint64 value = length > 0 && (bytes[0] & 0x80) ? -1 : 0;

  for (int i = 0; i < length; i++)
    value = (gint64) ((guint64) value << 8 | (guint8) bytes[i]);
  return value;
}

gint64
wh_postgres_integer (WhStatement *parent, int column)
{
  Statement *statement = (Statement *) parent;

  if (PQftype (statement->result, column) == WH_OID_FLOAT8)
    return (gint64) wh_postgres_real (parent, column);
  return read_integer (PQgetvalue (statement->result, statement->row, column),
                       PQgetlength (statement->result, statement->row, column));
}

double
wh_postgres_real (WhStatement *parent, int column)
{
  Statement *statement = (Statement *) parent;
  guint64 bits;
  double value;

  if (PQftype (statement->result, column) != WH_OID_FLOAT8)
    return (double) wh_postgres_integer (parent, column);
  if (wh_postgres_is_null (parent, column))
    return 0;
  memcpy (&bits, PQgetvalue (statement->result, statement->row, column), sizeof bits);
  bits = GUINT64_FROM_BE (bits);
  memcpy (&value, &bits, sizeof value);
  return value;
}

const char *
wh_postgres_text (WhStatement *parent, int column, gsize *out_length)
{
  Statement *statement = (Statement *) parent;

  if (out_length)
    *out_length = (gsize) PQgetlength (statement->result, statement->row, column);
  return wh_postgres_is_null (parent, column) ? NULL : PQgetvalue (statement->result, statement->row, column);
}

gconstpointer
wh_postgres_bytes (WhStatement *parent, int column, gsize *out_length)
{
  Statement *statement = (Statement *) parent;

  *out_length = (gsize) PQgetlength (statement->result, statement->row, column);
  return PQgetvalue (statement->result, statement->row, column);
}
