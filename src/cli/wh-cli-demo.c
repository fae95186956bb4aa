#include <glib/gi18n.h>

#include "base/wh-json.h"
#include "service/wh-demo.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-store.h"
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
make_through_serve (const WhCliOptions *options, const Demo *demo, GError **error)
{
  g_autofree char *body = g_strdup_printf ("{\"seed\":%" G_GUINT64_FORMAT "}", demo->size.seed);
  g_autoptr (WhJson) reply = wh_cli_source_ask (options->data_dir, WH_ROUTE_ADMIN_DEMO, body, error);

  return reply != NULL;
}

static gboolean
print (const WhCliOptions *options, const WhDemoSize *size, GError **error)
{
  g_autofree char *place = options->store ? wh_store_location_shown (options->store) : g_strdup (options->data_dir);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (_("Demonstration catalogue in %s: %u strains, %u dispensaries, %u products, %u batches. All of it is made up."),
                          place, size->strains, size->dispensaries, size->products, size->batches);
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
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;
  Demo demo = { NULL, principal, WH_DEMO_DOCUMENTED };
  gboolean made;

  demo.size.seed = (guint64) options->seed;
  if (!wh_cli_store_open_for_writing (options, &lock, &store, error))
    return WH_EXIT_FAILED;
  demo.store = store;
  made = store ? wh_cli_work_run (make, &demo, error) : make_through_serve (options, &demo, error);
  return made && print (options, &demo.size, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
