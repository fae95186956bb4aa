#include <glib/gi18n.h>

#include "base/wh-json.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "service/wh-demo.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-work.h"

typedef struct {
  WhStore     *store;
  WhPrincipal *principal;
  WhDemoSize   size;
} Demo;

static void
progress_cb (double fraction, const char *what, gpointer user_data)
{
  wh_cli_work_progress (fraction, what);
}

static gboolean
make (gpointer user_data, GCancellable *cancellable, GError **error)
{
  Demo *demo = user_data;

  return wh_demo_make (demo->store, demo->principal, &demo->size, cancellable, progress_cb, NULL, error);
}

static gboolean
make_here (const WhCliOptions *options, Demo *demo, GError **error)
{
  g_autofree char *path = wh_paths_store (options->data_dir);
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, error);

  demo->store = store;
  return store && wh_cli_work_run (make, demo, error);
}

static gboolean
make_through_serve (const WhCliOptions *options, const Demo *demo, GError **error)
{
  g_autofree char *body = g_strdup_printf ("{\"seed\":%" G_GUINT64_FORMAT "}", demo->size.seed);
  g_autoptr (WhJson) reply = wh_cli_source_ask (options->data_dir, WH_ROUTE_ADMIN_DEMO, body, error);

  return reply != NULL;
}

static gboolean
print (const WhCliOptions *options, const WhDemoSize *size, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (_("Demonstration catalogue in %s: %u strains, %u dispensaries, %u products, %u batches. All of it is made up."),
                          options->data_dir, size->strains, size->dispensaries, size->products, size->batches);
      return TRUE;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "seed", (gint64) size->seed);
  wh_json_writer_add_integer (writer, "strains", size->strains);
  wh_json_writer_add_integer (writer, "dispensaries", size->dispensaries);
  wh_json_writer_add_integer (writer, "products", size->products);
  wh_json_writer_add_integer (writer, "batches", size->batches);
  wh_json_writer_end_object (writer);
  return wh_cli_output_document (options, json, NULL, error);
}

int
wh_cli_demo (const WhCliOptions *options, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (options->data_dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GError) busy = NULL;
  Demo demo = { NULL, principal, WH_DEMO_DOCUMENTED };
  gboolean made;

  demo.size.seed = (guint64) options->seed;
  if (!wh_paths_ensure_dir (options->data_dir, error))
    return WH_EXIT_FAILED;
  g_autoptr (WhLock) lock = wh_lock_take (lock_path, &busy);
  if (lock)
    made = make_here (options, &demo, error);
  else if (g_error_matches (busy, WH_ERROR, WH_ERROR_BUSY))
    made = make_through_serve (options, &demo, error);
  else
    {
      g_propagate_error (error, g_steal_pointer (&busy));
      return WH_EXIT_FAILED;
    }
  return made && print (options, &demo.size, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
