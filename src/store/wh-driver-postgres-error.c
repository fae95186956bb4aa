#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-driver-postgres-private.h"

/* SQLSTATEs by their beginning, the longer ones first (PostgreSQL manual, appendix A). */
static const struct {
  const char *state;
  WhErrorCode code;
  WhFault     fault;
} states[] = {
  { "40001", WH_ERROR_BUSY, WH_FAULT_AGAIN },         /* serialization_failure */
  { "40P01", WH_ERROR_BUSY, WH_FAULT_AGAIN },         /* deadlock_detected */
  { "55P03", WH_ERROR_BUSY, WH_FAULT_NONE },          /* lock_not_available: lock_timeout */
  { "57014", WH_ERROR_BUSY, WH_FAULT_NONE },          /* query_canceled: statement_timeout */
  { "57P01", WH_ERROR_OFFLINE, WH_FAULT_LOST },       /* admin_shutdown */
  { "57P02", WH_ERROR_OFFLINE, WH_FAULT_LOST },       /* crash_shutdown */
  { "57P03", WH_ERROR_OFFLINE, WH_FAULT_LOST },       /* cannot_connect_now */
  { "57P05", WH_ERROR_OFFLINE, WH_FAULT_LOST },       /* idle_session_timeout */
  { "25P03", WH_ERROR_BUSY, WH_FAULT_LOST },          /* idle_in_transaction_session_timeout */
  { "25006", WH_ERROR_DENIED, WH_FAULT_LOST },        /* read_only_sql_transaction: no longer the primary */
  { "42501", WH_ERROR_DENIED, WH_FAULT_NONE },        /* insufficient_privilege */
  { "53100", WH_ERROR_NO_SPACE, WH_FAULT_NONE },      /* disk_full */
  { "53300", WH_ERROR_BUSY, WH_FAULT_NONE },          /* too_many_connections */
  { "3D000", WH_ERROR_NOT_FOUND, WH_FAULT_NONE },     /* the database does not exist */
  { "08", WH_ERROR_OFFLINE, WH_FAULT_LOST },          /* connection exceptions */
  { "28", WH_ERROR_DENIED, WH_FAULT_NONE },           /* authorization */
  { "22", WH_ERROR_INVALID, WH_FAULT_NONE },          /* data exceptions */
  { "23", WH_ERROR_INVALID, WH_FAULT_NONE },          /* integrity constraints */
  { "53", WH_ERROR_BUSY, WH_FAULT_NONE },             /* insufficient resources */
  { "54", WH_ERROR_TOO_LARGE, WH_FAULT_NONE },        /* program limits */
  { "XX", WH_ERROR_CORRUPT, WH_FAULT_NONE },          /* data_corrupted, index_corrupted, internal_error */
};

/* What a person can do about it, before what PostgreSQL says. */
static const char *
advice_of (WhErrorCode code)
{
  switch (code)
    {
    case WH_ERROR_BUSY:
      return _("the database is busy; try again in a moment");
    case WH_ERROR_OFFLINE:
      return _("the database cannot be reached; check that it runs and can be reached from here");
    case WH_ERROR_DENIED:
      return _("the database does not allow this; check user, password and rights");
    case WH_ERROR_NO_SPACE:
      return _("the disk of the database is full; free some space and try again, nothing was changed");
    case WH_ERROR_NOT_FOUND:
      return _("there is no such database; create it first");
    case WH_ERROR_CORRUPT:
      return _("the database is damaged; restore a backup");
    default:
      return _("the store could not do this");
    }
}

static guint
look_up (const char *state)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (states) && !(state && g_str_has_prefix (state, states[i].state)))
    i++;
  return i;
}

/* The first line; what follows are hints for who writes SQL, and may quote values. */
static void
set_error (WhErrorCode code, const char *message, GError **error)
{
  g_autofree char *line = g_strndup (message, strcspn (message, "\n"));

  g_strstrip (line);
  g_set_error (error, WH_ERROR, code, "%s (%s)", advice_of (code), *line ? line : "PostgreSQL");
}

gboolean
wh_postgres_fail (WhPostgres *connection, const PGresult *result, GError **error)
{
  guint found = look_up (result ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL);
  const char *message = result ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  gboolean lost = PQstatus (connection->pg) == CONNECTION_BAD;
  WhErrorCode code = found < G_N_ELEMENTS (states) ? states[found].code : lost ? WH_ERROR_OFFLINE : WH_ERROR_FAILED;
  WhFault fault = lost ? WH_FAULT_LOST : found < G_N_ELEMENTS (states) ? states[found].fault : WH_FAULT_NONE;

  if (connection->parent.fault == WH_FAULT_NONE)
    connection->parent.fault = fault;
  if (!connection->failure)
    set_error (code, message ? message : PQerrorMessage (connection->pg), &connection->failure);
  if (error && !*error)
    *error = g_error_copy (connection->failure);
  return FALSE;
}

void
wh_postgres_refuse (PGconn *pg, GError **error)
{
  static const struct {
    const char *words;
    WhErrorCode code;
  } known[] = {
    { "\" does not exist", WH_ERROR_NOT_FOUND }, { "authentication failed", WH_ERROR_DENIED }, { "no pg_hba.conf entry", WH_ERROR_DENIED },
    { "no password supplied", WH_ERROR_DENIED }, { "too many clients", WH_ERROR_BUSY }, { "remaining connection slots", WH_ERROR_BUSY },
  };
  const char *message = PQerrorMessage (pg);
  WhErrorCode code = WH_ERROR_OFFLINE;

  /* libpq gives no SQLSTATE for a connection that was not made. */
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (message, known[i].words))
      code = known[i].code;
  /* It may still become the primary, so it counts as away. */
  if (strstr (message, "session is read-only") || strstr (message, "hot standby"))
    g_set_error_literal (error, WH_ERROR, code, _("this is a read-only copy of the database; writing needs the primary"));
  else
    set_error (code, message, error);
}
