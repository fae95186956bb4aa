#include "wh-json-copy.h"

void
wh_json_copy (const WhJsonNode *node, WhJsonWriter *writer)
{
  if (wh_json_is_object (node))
    {
      g_autofree const char **keys = wh_json_keys (node);
      wh_json_writer_begin_object (writer);
      for (const char **key = keys; *key; key++)
        {
          wh_json_writer_key (writer, *key);
          wh_json_copy (wh_json_member (node, *key), writer);
        }
      wh_json_writer_end_object (writer);
    }
  else if (wh_json_is_array (node))
    {
      wh_json_writer_begin_array (writer);
      for (guint i = 0; i < wh_json_length (node); i++)
        wh_json_copy (wh_json_element (node, i), writer);
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
