/* Any bytes as JSON: what is accepted is UTF-8 and can be walked, and what is written of it is read as the same. */
#include <string.h>

#include "base/wh-json-writer.h"
#include "base/wh-json.h"
#include "wh-fuzz.h"

#define MOST_BYTES (1024 * 1024)

static void
write_node (WhJsonWriter *writer, const WhJsonNode *node)
{
  if (wh_json_is_object (node))
    {
      g_autofree const char **keys = wh_json_keys (node);
      wh_json_writer_begin_object (writer);
      for (const char **key = keys; *key; key++)
        {
          wh_json_writer_key (writer, *key);
          write_node (writer, wh_json_member (node, *key));
        }
      wh_json_writer_end_object (writer);
    }
  else if (wh_json_is_array (node))
    {
      wh_json_writer_begin_array (writer);
      for (guint i = 0; i < wh_json_length (node); i++)
        write_node (writer, wh_json_element (node, i));
      wh_json_writer_end_array (writer);
    }
  else if (wh_json_is_string (node))
    wh_json_writer_string (writer, wh_json_string (node, NULL));
  else if (wh_json_is_number (node))
    wh_json_writer_number (writer, wh_json_number (node, 0), -1);
  else if (wh_json_is_null (node))
    wh_json_writer_null (writer);
  else
    wh_json_writer_boolean (writer, wh_json_boolean (node, FALSE));
}

static char *
written (const WhJson *json)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  write_node (writer, wh_json_root (json));
  return g_string_free (text, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJson) json = wh_json_parse ((const char *) data, size, MOST_BYTES, &error), again = NULL;
  g_autofree char *text = NULL, *text_again = NULL;

  g_assert_true ((json == NULL) == (error != NULL));
  if (!json)
    return 0;
  g_assert_true (g_utf8_validate_len ((const char *) data, size, NULL));
  text = written (json);
  again = wh_json_parse (text, strlen (text), G_MAXSIZE, &error);
  g_assert_no_error (error);
  text_again = written (again);
  g_assert_cmpstr (text, ==, text_again);
  return 0;
}
