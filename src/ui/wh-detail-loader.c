#include "wh-detail-loader.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

#define SIMILAR_SHOWN 6

/* Holds plain values only: the session is a GObject and stays on the main thread. */
typedef struct {
  WhCatalogue *catalogue;
  WhAnalyst   *analyst;
  WhPrincipal *principal;
  WhId         id;
} Request;

static void
request_free (Request *request)
{
  wh_principal_unref (request->principal);
  g_free (request);
}

void
wh_page_facts_free (WhPageFacts *facts)
{
  g_clear_pointer (&facts->detail, wh_strain_detail_free);
  g_clear_pointer (&facts->similars, wh_similars_free);
  g_free (facts->similars_reason);
  g_free (facts);
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  g_autoptr (WhPageFacts) facts = g_new0 (WhPageFacts, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) similar_error = NULL;

  facts->detail = wh_catalogue_show (request->catalogue, request->principal, &request->id, &error);
  if (!facts->detail)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  facts->similars = wh_analyst_similar (request->analyst, request->principal, &request->id, SIMILAR_SHOWN, &similar_error);
  if (!facts->similars)
    facts->similars_reason = g_strdup (similar_error->message);
  g_task_return_pointer (task, g_steal_pointer (&facts), (GDestroyNotify) wh_page_facts_free);
}

void
wh_detail_loader_load_async (WhSession *session, const WhId *strain_id, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  /* The session is the task's source object: it, and with it the catalogue, outlives the thread. */
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->catalogue = wh_session_catalogue (session);
  request->analyst = wh_session_analyst (session);
  request->principal = wh_principal_ref (wh_session_principal (session));
  request->id = *strain_id;
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  if (!request->catalogue || !request->analyst)
    g_task_return_new_error (task, WH_ERROR, WH_ERROR_NOT_FOUND, "%s", _("There is no catalogue yet."));
  else
    g_task_run_in_thread (task, load_thread);
}

WhPageFacts *
wh_detail_loader_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
