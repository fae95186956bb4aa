#include <poll.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-driver-postgres-private.h"

/* More statements on their way could fill the buffers of both sides, and each would wait for the other. */
#define MOST_QUEUED 128

gboolean
wh_postgres_make_room (WhPostgres *connection, GError **error)
{
  return connection->n_queued < MOST_QUEUED || wh_postgres_settle (connection, NULL, error);
}

gboolean
wh_postgres_sent (WhPostgres *connection, int sent, GError **error)
{
  connection->n_queued++;
  return sent || wh_postgres_fail (connection, NULL, error);
}

gboolean
wh_postgres_queue (WhPostgres *connection, const char *sql, GError **error)
{
  return wh_postgres_make_room (connection, error)
         && wh_postgres_sent (connection, PQsendQueryParams (connection->pg, sql, 0, NULL, NULL, NULL, NULL, 1), error);
}

/* Reads to the next Sync. The connection's own end comes as an error result and then NULL for ever. */
static gboolean
read_to_sync (WhPostgres *connection, PGresult **last, GError **error)
{
  guint n_empty = 0;

  while (n_empty < 2)
    {
      PGresult *result = PQgetResult (connection->pg);
      ExecStatusType status = result ? PQresultStatus (result) : PGRES_EMPTY_QUERY;
      n_empty = result ? 0 : n_empty + 1;
      if (result && (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE))
        wh_postgres_fail (connection, result, error);
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        {
          PQclear (*last);
          *last = result;
          continue;
        }
      PQclear (result);
      if (status == PGRES_PIPELINE_SYNC)
        return TRUE;
    }
  return wh_postgres_fail (connection, NULL, error);
}

gboolean
wh_postgres_push (WhPostgres *connection, GError **error)
{
  connection->n_queued = 0;
  connection->n_syncs++;
  return PQpipelineSync (connection->pg) || wh_postgres_fail (connection, NULL, error);
}

gboolean
wh_postgres_settle (WhPostgres *connection, PGresult **out_last, GError **error)
{
  g_autoptr (GError) failure = NULL;
  PGresult *last = NULL;
  gboolean reading = wh_postgres_push (connection, &failure);

  while (reading && connection->n_syncs > 0)
    {
      reading = read_to_sync (connection, &last, &failure);
      connection->n_syncs--;
    }
  if (!failure && out_last)
    *out_last = g_steal_pointer (&last);
  PQclear (last);
  if (!failure)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
wh_postgres_is_gone (WhPostgres *connection)
{
  struct pollfd socket = { .fd = PQsocket (connection->pg), .events = POLLIN };

  /* Something has come: the answer to what was pushed, or a last word and then the end. */
  while (PQstatus (connection->pg) == CONNECTION_OK && poll (&socket, 1, 0) > 0)
    if (!PQconsumeInput (connection->pg))
      return TRUE;
  return PQstatus (connection->pg) == CONNECTION_BAD;
}

gboolean
wh_postgres_simple (WhPostgres *connection, const char *sql, gint64 *out_value, GError **error)
{
  PGresult *result;
  ExecStatusType status;

  if ((connection->n_queued || connection->n_syncs) && !wh_postgres_settle (connection, NULL, error))
    return FALSE;
  if (PQpipelineStatus (connection->pg) != PQ_PIPELINE_OFF && !PQexitPipelineMode (connection->pg))
    return wh_postgres_fail (connection, NULL, error);
  result = PQexec (connection->pg, sql);
  status = PQresultStatus (result);
  if (status == PGRES_TUPLES_OK && PQntuples (result) > 0 && out_value)
    *out_value = g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    wh_postgres_fail (connection, result, error);
  PQclear (result);
  return PQenterPipelineMode (connection->pg) && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK);
}
