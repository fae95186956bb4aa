#include "wh-door.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "service/wh-ledger.h"
#include "wh-remote.h"
#include "wire/wh-route.h"
#include "wire/wh-wire.h"

/* Another command may hold the store for a moment; a server holds it as long as it runs. */
#define PATIENCE_US 2000000

typedef struct {
  char        *data_dir, *location;
  WhPending   *pending;
  WhPrincipal *principal;
  GPtrArray   *edits;
  gboolean     is_served;   /* a `serve` of this machine has the store open */
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  g_free (write->data_dir);
  g_free (write->location);
  wh_principal_unref (write->principal);
  g_ptr_array_unref (write->edits);
  g_free (write);
}

/* The results, unless one of them is an error. Takes them; they may be NULL. */
static GPtrArray *
check_results (GPtrArray *taken, GError **error)
{
  g_autoptr (GPtrArray) results = taken;

  for (guint i = 0; results && i < results->len; i++)
    {
      const WhLedgerResult *result = results->pdata[i];
      if (result->error)
        {
          g_propagate_error (error, g_error_copy (result->error));
          return NULL;
        }
    }
  return g_steal_pointer (&results);
}

/* -- here, in a thread ---------------------------------------------------------------------------------------------- */

static GPtrArray *
write_to (WhStore *store, const Write *write, GError **error)
{
  return check_results (wh_ledger_apply (store, write->principal, write->edits, TRUE, error), error);
}

/* A file takes writer.lock; a database server lets its clients in one by one. */
static GPtrArray *
write_to_own_store (Write *write, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (write->data_dir), *socket = wh_paths_serve_socket (write->data_dir);
  gboolean may_be_served = g_file_test (socket, G_FILE_TEST_EXISTS), is_file = !wh_store_location_is_server (write->location);
  g_autoptr (GError) busy = NULL;
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;

  if (!wh_paths_ensure_dir (write->data_dir, error))
    return NULL;
  if (is_file)
    lock = wh_lock_wait (lock_path, may_be_served ? 0 : PATIENCE_US, &busy);
  if (busy)
    {
      write->is_served = may_be_served && g_error_matches (busy, WH_ERROR, WH_ERROR_BUSY);
      g_propagate_error (error, g_steal_pointer (&busy));
      return NULL;
    }
  store = wh_store_open (write->location, WH_STORE_WRITE, error);
  return store ? write_to (store, write, error) : NULL;
}

/* Seen first what other programs have put there: an edit is made on what its writer could see. */
static GPtrArray *
write_to_outbox (const Write *write, GError **error)
{
  return wh_pending_refresh (write->pending, NULL, error) ? write_to (wh_pending_mirror (write->pending), write, error) : NULL;
}

static void
write_thread (GTask *task, gpointer object, gpointer task_data, GCancellable *cancellable)
{
  Write *write = task_data;
  GError *error = NULL;
  GPtrArray *results = write->pending ? write_to_outbox (write, &error) : write_to_own_store (write, &error);

  if (results)
    g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* -- through a running serve ------------------------------------------------------------------------------------------- */

static char *
request_body (const GPtrArray *edits)
{
  GString *body = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (body, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_boolean (writer, "all_or_nothing", TRUE);
  wh_json_writer_key (writer, "changes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < edits->len; i++)
    wh_wire_write_edit (writer, edits->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (body, FALSE);
}

static WhLedgerResult *
read_result (const WhJsonNode *node)
{
  const WhEntityClass *class = wh_entity_class_by_name (wh_json_string (wh_json_member (node, "kind"), NULL));
  const WhJsonNode *row = wh_json_member (node, "row"), *wrong = wh_json_member (node, "error");
  WhLedgerResult *result = g_new0 (WhLedgerResult, 1);

  result->kind = class ? class->kind : WH_KIND_NONE;
  result->outcome = wh_json_is_null (wrong) ? WH_LEDGER_UPDATED : WH_LEDGER_REFUSED;
  result->remark = g_strdup (wh_json_string (wh_json_member (node, "remark"), NULL));
  if (class && !wh_json_is_null (row))
    result->row = wh_wire_read_entity (row, class->kind, NULL);
  if (!wh_json_is_null (wrong))
    result->error = g_error_new (WH_ERROR, WH_ERROR_INVALID, "%s", wh_json_string (wh_json_member (wrong, "message"), ""));
  return result;
}

static GPtrArray *
read_reply (const WhRemoteReply *reply, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (reply->body, &length);
  g_autoptr (WhJson) json = NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_ledger_result_free);

  if (reply->status >= 300)
    {
      g_propagate_error (error, wh_wire_error_from_reply (reply->status, text, length));
      return NULL;
    }
  json = wh_json_parse (text ? text : "", length, WH_LIMIT_JSON_BYTES, error);
  if (!json)
    return NULL;
  const WhJsonNode *list = wh_json_member (wh_json_member (wh_json_root (json), "data"), "results");
  for (guint i = 0; i < wh_json_length (list); i++)
    g_ptr_array_add (results, read_result (wh_json_element (list, i)));
  return check_results (g_steal_pointer (&results), error);
}

static void
served_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (WhRemoteReply) reply = wh_remote_send_finish (result, &error);
  GPtrArray *results = reply ? read_reply (reply, &error) : NULL;

  if (results)
    g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
ask_serve (GTask *task, const Write *write)
{
  g_autofree char *socket = wh_paths_serve_socket (write->data_dir), *key_path = wh_paths_admin_key (write->data_dir);
  g_autofree char *key = NULL, *path = wh_route_url (WH_ROUTE_CHANGES, NULL, NULL), *body = request_body (write->edits);
  g_autoptr (WhRemote) remote = wh_remote_new_socket (socket);
  WhRemoteRequest request = { wh_route_get (WH_ROUTE_CHANGES)->method, path, body, WH_LIMIT_JSON_BYTES, 0 };

  if (g_file_get_contents (key_path, &key, NULL, NULL))
    wh_remote_set_key (remote, g_strstrip (key));
  wh_remote_send_async (remote, &request, NULL, served_cb, g_object_ref (task));
}

/* -- together ------------------------------------------------------------------------------------------------------------ */

static void
tried_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Write *write = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  GPtrArray *results = g_task_propagate_pointer (G_TASK (result), &error);

  if (results)
    g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
  else if (write->is_served)
    {
      g_error_free (error);
      ask_serve (task, write);
    }
  else
    g_task_return_error (task, error);
}

void
wh_door_write_async (const WhDoor *door, GPtrArray *edits, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) try = g_task_new (NULL, NULL, tried_cb, task);
  Write *write = g_new0 (Write, 1);

  write->data_dir = g_strdup (door->data_dir);
  write->location = g_strdup (door->location);
  write->pending = door->pending;
  write->principal = wh_principal_ref (door->principal);
  write->edits = g_ptr_array_ref (edits);
  g_task_set_task_data (try, write, write_free);
  g_task_run_in_thread (try, write_thread);
}

GPtrArray *
wh_door_write_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
