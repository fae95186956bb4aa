#include "wh-cli-csv.h"

#include <string.h>

#include "base/wh-json-copy.h"

void
wh_cli_csv_append_json (GString *out, const WhJsonNode *node)
{
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);

  wh_json_copy (node, writer);
}

static gboolean
is_list_of_words (const WhJsonNode *node)
{
  for (guint i = 0; i < wh_json_length (node); i++)
    if (!wh_json_is_string (wh_json_element (node, i)))
      return FALSE;
  return wh_json_is_array (node);
}

static char *
cell_text (const WhJsonNode *node)
{
  GString *text = g_string_new (NULL);

  if (wh_json_is_string (node))
    g_string_append (text, wh_json_string (node, ""));
  else if (is_list_of_words (node))
    for (guint i = 0; i < wh_json_length (node); i++)
      g_string_append_printf (text, "%s%s", i ? "; " : "", wh_json_string (wh_json_element (node, i), ""));
  else if (!wh_json_is_null (node))
    wh_cli_csv_append_json (text, node);
  return g_string_free (text, FALSE);
}

static void
append_cell (GString *out, const char *text, gboolean first)
{
  if (!first)
    g_string_append_c (out, ',');
  if (!strpbrk (text, "\",\r\n"))
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (; *text; text++)
    {
      if (*text == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

static void
append_row (GString *out, const WhJsonNode *object, const char *const *keys)
{
  for (guint i = 0; keys[i]; i++)
    {
      g_autofree char *text = cell_text (wh_json_member (object, keys[i]));
      append_cell (out, text, i == 0);
    }
  g_string_append (out, "\r\n");
}

char *
wh_cli_csv_from_json (const WhJsonNode *node, guint limit)
{
  GString *out = g_string_new (NULL);
  const WhJsonNode *first = wh_json_is_array (node) ? wh_json_element (node, 0) : node;
  g_autofree const char **keys = wh_json_is_object (first) ? wh_json_keys (first) : NULL;

  if (!keys)
    return g_string_free (out, FALSE);
  for (guint i = 0; keys[i]; i++)
    append_cell (out, keys[i], i == 0);
  g_string_append (out, "\r\n");
  if (!wh_json_is_array (node))
    append_row (out, node, keys);
  for (guint i = 0; i < wh_json_length (node) && (limit == 0 || i < limit); i++)
    append_row (out, wh_json_element (node, i), keys);
  return g_string_free (out, FALSE);
}
