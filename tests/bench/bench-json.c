/* How fast wh-json-writer is beside json-glib's generator, on the same page of strains. */
#include "base/wh-json-writer.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#define N_ROUNDS 300

typedef struct {
  const char *name;
  guint       n_strains;
} Page;

static void
write_strain (WhJsonWriter *writer, guint i)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "id", "017f22e2-79b0-7000-9000-0123456789ab");
  wh_json_writer_add_string (writer, "name", "Granddaddy Purple");
  wh_json_writer_add_string (writer, "description", "Sweet \"grape\" and berry, with a heavy, slow evening calm.");
  wh_json_writer_add_number (writer, "thc_percentage", 10 + i * 0.37, 2);
  wh_json_writer_add_number (writer, "cbd_percentage", i * 0.013, 2);
  wh_json_writer_add_integer (writer, "batches", i);
  wh_json_writer_add_boolean (writer, "in_stock", i % 2);
  wh_json_writer_key (writer, "terpenes");
  wh_json_writer_begin_array (writer);
  for (guint terpene = 0; terpene < 8; terpene++)
    wh_json_writer_number (writer, (i + 1) * 0.0371 * (terpene + 1), 3);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static GString *
write_page (const Page *page)
{
  GString *out = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);

  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < page->n_strains; i++)
    write_strain (writer, i);
  wh_json_writer_end_array (writer);
  return out;
}

/* Only the generating is timed: the tree is given to json-glib for nothing. */
static gsize
generate_page (JsonNode *tree)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;
  gsize length;

  json_generator_set_root (generator, tree);
  text = json_generator_to_data (generator, &length);
  return length;
}

static void
compare (const Page *page)
{
  g_autoptr (GString) text = write_page (page);
  g_autoptr (JsonNode) tree = json_from_string (text->str, NULL);
  gint64 best_writer = G_MAXINT64, best_generator = G_MAXINT64;
  guint n_pages = MAX (1, 200 / page->n_strains);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time (), middle;

      for (guint i = 0; i < n_pages; i++)
        g_string_free (write_page (page), TRUE);
      middle = g_get_monotonic_time ();
      for (guint i = 0; i < n_pages; i++)
        generate_page (tree);
      best_writer = MIN (best_writer, middle - start);
      best_generator = MIN (best_generator, g_get_monotonic_time () - middle);
    }
  printf ("%-6s %6zu bytes: writer %8.0f ns, json-glib %8.0f ns, ratio %.1f\n", page->name, text->len,
          1000.0 * (double) best_writer / n_pages, 1000.0 * (double) best_generator / n_pages,
          (double) best_generator / (double) best_writer);
}

int
main (void)
{
  static const Page pages[] = { { "small", 4 }, { "page", 180 } };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    compare (&pages[i]);
  return 0;
}
