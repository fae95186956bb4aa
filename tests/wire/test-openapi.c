/* The OpenAPI document: every route is in it, with its parameters and the shape of its reply. */
#include <string.h>

#include "support/wh-test.h"
#include "wire/wh-openapi-private.h"
#include "wire/wh-openapi.h"

#define MOST_BYTES (4 * 1024 * 1024)

static WhJson *document;

static const WhJsonNode *
operation_of (const WhRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  const WhJsonNode *paths = wh_json_member (wh_json_root (document), "paths");

  return wh_json_member (wh_json_member (paths, route->path), method);
}

static void
test_every_route (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      const WhJsonNode *operation = operation_of (route);
      const char *name = wh_json_string (wh_json_member (operation, "operationId"), "");
      g_test_message ("%s %s", route->method, route->path);
      g_assert_true (g_hash_table_add (names, (gpointer) name));
      g_assert_true (wh_json_is_object (wh_json_member (operation, "requestBody")) == (route->max_body > 0));
      g_assert_true (route->max_body == 0 || route->body || route->kind != WH_KIND_NONE);
      g_assert_true (route->kind != WH_KIND_NONE || strcmp (wh_openapi_reply_shape (route), "any") != 0);
      g_assert_cmpuint ((wh_json_length (wh_json_member (operation, "security")) > 0), ==, route->permission != WH_PERMISSION_PUBLIC);
    }
}

static gboolean
has_parameter (const WhJsonNode *operation, const char *name)
{
  const WhJsonNode *list = wh_json_member (operation, "parameters");

  for (guint i = 0; i < wh_json_length (list); i++)
    if (g_strcmp0 (wh_json_string (wh_json_member (wh_json_element (list, i), "name"), NULL), name) == 0)
      return TRUE;
  return FALSE;
}

static void
test_parameters (void)
{
  static const char *const there[] = { "limit", "text", "contains.text", "has.text", "min.revision", "max.created_at", "object_id" };
  static const char *const not_there[] = { "min.text", "contains.object_id", "{field}", "min.{field}" };
  const WhJsonNode *notes = operation_of (wh_route_of_kind (WH_ROUTE_ROWS, WH_KIND_NOTE));

  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (has_parameter (notes, there[i]));
  for (guint i = 0; i < G_N_ELEMENTS (not_there); i++)
    g_assert_false (has_parameter (notes, not_there[i]));
  g_assert_true (has_parameter (operation_of (wh_route_get (WH_ROUTE_STRAINS)), "min"));
}

static void
assert_shape (const char *shape, const char *schema)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  g_autofree char *whole = NULL;

  wh_openapi_write_shape (writer, shape);
  whole = g_string_free (text, FALSE);
  g_assert_cmpstr (whole, ==, schema);
}

static void
test_shapes (void)
{
  assert_shape ("text", "{\"type\":\"string\"}");
  assert_shape ("any", "{}");
  assert_shape ("number?", "{\"type\":[\"number\",\"null\"]}");
  assert_shape ("date", "{\"type\":\"string\",\"format\":\"date\"}");
  assert_shape ("(a|b)?", "{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",\"b\",null]}");
  assert_shape ("[integer]?", "{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"integer\"}}");
  assert_shape ("@x?", "{\"anyOf\":[{\"$ref\":\"#/components/schemas/x\"},{\"type\":\"null\"}]}");
  assert_shape ("{a:[{b~:flag}],c:id?}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"b\":"
                "{\"type\":\"boolean\"}}}},\"c\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}},\"required\":[\"a\",\"c\"]}");
  assert_shape ("@x+{a:text}", "{\"allOf\":[{\"$ref\":\"#/components/schemas/x\"},{\"type\":\"object\",\"properties\":{\"a\":"
                               "{\"type\":\"string\"}},\"required\":[\"a\"]}]}");
  assert_shape ("{*:any}", "{\"type\":\"object\",\"additionalProperties\":{}}");
}

static void
test_same_twice (void)
{
  g_autofree char *first = wh_openapi_document (2), *second = wh_openapi_document (2);

  g_assert_cmpstr (first, ==, second);
}

int
main (int argc, char **argv)
{
  g_autofree char *text = wh_openapi_document (0);
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  document = wh_json_parse (text, strlen (text), MOST_BYTES, &error);
  g_assert_no_error (error);
  g_test_add_func ("/openapi/every-route", test_every_route);
  g_test_add_func ("/openapi/parameters", test_parameters);
  g_test_add_func ("/openapi/shapes", test_shapes);
  g_test_add_func ("/openapi/same-twice", test_same_twice);
  status = g_test_run ();
  wh_json_free (document);
  return status;
}
