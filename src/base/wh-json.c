#include "base/wh-json.h"

#include "base/wh-error.h"
#include "base/wh-json-scan.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

struct _WhJson {
  JsonNode *root;
};

static JsonNode *
node_of (const WhJsonNode *node)
{
  return (JsonNode *) node;
}

static gboolean
holds (const WhJsonNode *node, JsonNodeType type)
{
  return node && JSON_NODE_TYPE (node_of (node)) == type;
}

static gboolean
holds_value (const WhJsonNode *node, GType type)
{
  return holds (node, JSON_NODE_VALUE) && json_node_get_value_type (node_of (node)) == type;
}

static JsonNode *
build_tree (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) foreign = NULL;

  if (json_parser_load_from_data (parser, text, (gssize) length, &foreign))
    return json_parser_steal_root (parser);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The JSON text cannot be read: %s"), foreign->message);
  return NULL;
}

WhJson *
wh_json_parse (const char *text, gsize length, gsize max_bytes, GError **error)
{
  g_autofree char *copy = NULL;
  JsonNode *root;
  WhJson *json;

  if (length > max_bytes)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("The JSON text has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT
                   " are read."), length, max_bytes);
      return NULL;
    }
  copy = wh_json_scan (text, length, error);
  root = copy ? build_tree (copy, length, error) : NULL;
  if (!root)
    return NULL;
  json = g_new (WhJson, 1);
  json->root = root;
  return json;
}

void
wh_json_free (WhJson *json)
{
  if (!json)
    return;
  json_node_unref (json->root);
  g_free (json);
}

const WhJsonNode *
wh_json_root (const WhJson *json)
{
  return (const WhJsonNode *) json->root;
}

gboolean
wh_json_is_object (const WhJsonNode *node)
{
  return holds (node, JSON_NODE_OBJECT);
}

gboolean
wh_json_is_array (const WhJsonNode *node)
{
  return holds (node, JSON_NODE_ARRAY);
}

gboolean
wh_json_is_string (const WhJsonNode *node)
{
  return holds_value (node, G_TYPE_STRING);
}

gboolean
wh_json_is_number (const WhJsonNode *node)
{
  return holds_value (node, G_TYPE_INT64) || holds_value (node, G_TYPE_DOUBLE);
}

gboolean
wh_json_is_null (const WhJsonNode *node)
{
  return !node || holds (node, JSON_NODE_NULL);
}

const WhJsonNode *
wh_json_member (const WhJsonNode *node, const char *key)
{
  if (!wh_json_is_object (node))
    return NULL;
  return (const WhJsonNode *) json_object_get_member (json_node_get_object (node_of (node)), key);
}

guint
wh_json_length (const WhJsonNode *node)
{
  return wh_json_is_array (node) ? json_array_get_length (json_node_get_array (node_of (node))) : 0;
}

const WhJsonNode *
wh_json_element (const WhJsonNode *node, guint index)
{
  if (index >= wh_json_length (node))
    return NULL;
  return (const WhJsonNode *) json_array_get_element (json_node_get_array (node_of (node)), index);
}

const char **
wh_json_keys (const WhJsonNode *node)
{
  JsonObject *object = wh_json_is_object (node) ? json_node_get_object (node_of (node)) : NULL;
  const char **keys = g_new0 (const char *, (object ? json_object_get_size (object) : 0) + 1);
  JsonObjectIter iter;
  guint n = 0;

  if (!object)
    return keys;
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &keys[n], NULL))
    n++;
  keys[n] = NULL;
  return keys;
}

const char *
wh_json_string (const WhJsonNode *node, const char *fallback)
{
  return wh_json_is_string (node) ? json_node_get_string (node_of (node)) : fallback;
}

double
wh_json_number (const WhJsonNode *node, double fallback)
{
  return wh_json_is_number (node) ? json_node_get_double (node_of (node)) : fallback;
}

gint64
wh_json_integer (const WhJsonNode *node, gint64 fallback)
{
  double number;

  if (holds_value (node, G_TYPE_INT64))
    return json_node_get_int (node_of (node));
  /* 5.0 and 5e3 are whole numbers too; beyond 2^53 a double no longer says which one. */
  number = wh_json_number (node, 0.5);
  return number == rint (number) && fabs (number) <= 0x1p53 ? (gint64) number : fallback;
}

gboolean
wh_json_boolean (const WhJsonNode *node, gboolean fallback)
{
  return holds_value (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node_of (node)) : fallback;
}
