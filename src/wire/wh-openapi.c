#include "wh-openapi.h"

#include <string.h>

#include "wh-config.h"
#include "wh-openapi-private.h"

#define ABOUT \
  "Strains, what laboratories measured in them, dispensaries, products and prices. Every reply of JSON is an envelope: success, data, " \
  "meta, errors; who accepts application/problem+json gets errors in that form. Lists come in pages: next_cursor of meta goes into the " \
  "parameter cursor. Amounts have five states, and what was not tested is never zero. Effects are what people reported, and nothing here " \
  "is a claim of health."

static void
add_info (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "info");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "title", "WeedHounds");
  wh_json_writer_add_string (writer, "version", WH_VERSION);
  wh_json_writer_add_string (writer, "description", ABOUT);
  wh_json_writer_key (writer, "contact");
  wh_json_writer_raw (writer, "{\"name\":\"WeedHounds\"}");
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "servers");
  wh_json_writer_raw (writer, "[{\"url\":\"/\",\"description\":\"The server that gives this document.\"}]");
}

static gboolean
is_first (guint position, gboolean (*same) (const WhRoute *a, const WhRoute *b))
{
  for (guint i = 0; i < position; i++)
    if (same (wh_route_at (i), wh_route_at (position)))
      return FALSE;
  return TRUE;
}

static gboolean
same_tag_cb (const WhRoute *a, const WhRoute *b)
{
  g_autofree char *first = wh_openapi_tag (a), *second = wh_openapi_tag (b);

  return strcmp (first, second) == 0;
}

static gboolean
same_path_cb (const WhRoute *a, const WhRoute *b)
{
  return strcmp (a->path, b->path) == 0;
}

static int
compare_texts (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_tags (WhJsonWriter *writer)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < wh_route_count (); i++)
    if (is_first (i, same_tag_cb))
      g_ptr_array_add (tags, wh_openapi_tag (wh_route_at (i)));
  g_ptr_array_sort (tags, compare_texts);
  wh_json_writer_key (writer, "tags");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < tags->len; i++)
    {
      g_autofree char *meaning = g_strdup_printf ("All about %s.", (const char *) tags->pdata[i]);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "name", tags->pdata[i]);
      wh_json_writer_add_string (writer, "description", meaning);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_path (WhJsonWriter *writer, const WhRoute *first)
{
  wh_json_writer_key (writer, first->path);
  wh_json_writer_begin_object (writer);
  for (guint i = wh_route_position (first); i < wh_route_count (); i++)
    if (same_path_cb (first, wh_route_at (i)))
      wh_openapi_write_operation (writer, wh_route_at (i));
  wh_json_writer_end_object (writer);
}

static void
add_paths (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "paths");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < wh_route_count (); i++)
    if (is_first (i, same_path_cb))
      write_path (writer, wh_route_at (i));
  wh_json_writer_end_object (writer);
}

char *
wh_openapi_document (guint indent)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, indent);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "openapi", "3.1.0");
  add_info (writer);
  add_tags (writer);
  add_paths (writer);
  wh_json_writer_key (writer, "components");
  wh_openapi_write_components (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}
