/* What HTTP says of requests and replies, through the real server: HEAD, OPTIONS, methods that an address lacks, pages of other origins,
 * entity tags, compressed replies, bodies of other types, pages of lists. */
#include <gio/gio.h>
#include <string.h>

#include "core/wh-entity.h"
#include "wh-test-server.h"
#include "wire/wh-route.h"

#define ORIGIN "https://shop.example"

static WhTestServer server;
static char *strain_path;

/* -- asking ----------------------------------------------------------------------------------------------------------- */

static WhTestReply *
ask (const char *method, const char *target, const char *fields, const char *body)
{
  g_autofree char *extra = g_strdup_printf ("Authorization: Bearer %s\r\n%s", server.key, fields ? fields : "");
  WhTestReply *reply = wh_test_server_ask (&server, method, target, extra, body);

  g_test_message ("%s %s %s: %.600s", method, target, fields ? fields : "", reply->head);
  return reply;
}

static char *
header_of (const WhTestReply *reply, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strstr (reply->head, start);

  return found ? g_strndup (found + strlen (start), strcspn (found + strlen (start), "\r")) : NULL;
}

static void
assert_header (const WhTestReply *reply, const char *name, const char *value)
{
  g_autofree char *given = header_of (reply, name);

  g_assert_cmpstr (given, ==, value);
}

static void
expect (guint status, const char *method, const char *target, const char *fields, const char *body)
{
  g_autoptr (WhTestReply) reply = ask (method, target, fields, body);

  g_assert_cmpuint (reply->status, ==, status);
}

static const char *
error_text (const WhTestReply *reply, const char *name)
{
  const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);

  return wh_json_string (wh_json_member (error, name), NULL);
}

static const WhJsonNode *
meta_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "meta");
}

/* -- methods ---------------------------------------------------------------------------------------------------------- */

/* The lines of a head but those that differ from request to request, sorted. */
static char *
stable_head (const WhTestReply *reply)
{
  g_auto (GStrv) lines = g_strsplit (reply->head, "\r\n", -1);
  g_autoptr (GPtrArray) stable = g_ptr_array_new ();

  for (char **line = lines; *line; line++)
    if (!g_str_has_prefix (*line, "Date:") && !g_str_has_prefix (*line, "X-Request-Id:") && !g_str_has_prefix (*line, "X-RateLimit")
        && !g_str_has_prefix (*line, "Content-Length:"))
      g_ptr_array_add (stable, *line);
  g_ptr_array_add (stable, NULL);
  return g_strjoinv ("\n", (char **) stable->pdata);
}

static void
test_head (void)
{
  static const char *const targets[] = { "/health", "/api/strains", "/api/strains/search?q=blue", "/api/dispensaries", "/api/notes",
                                         "/openapi.json", "/api/nothing", "/api/strains?limit=0" };

  for (guint i = 0; i <= G_N_ELEMENTS (targets); i++)
    {
      const char *target = i < G_N_ELEMENTS (targets) ? targets[i] : strain_path;
      g_autoptr (WhTestReply) get = ask ("GET", target, NULL, NULL);
      g_autoptr (WhTestReply) head = ask ("HEAD", target, NULL, NULL);
      g_autofree char *of_get = stable_head (get), *of_head = stable_head (head), *length = header_of (head, "Content-Length");
      g_assert_cmpstr (of_head, ==, of_get);
      g_assert_cmpstr (head->body, ==, "");
      /* Times of processing have more or fewer digits. */
      g_assert_cmpint (labs ((long) g_ascii_strtoll (length, NULL, 10) - (long) strlen (get->body)), <, 8);
    }
}

static void
test_options (void)
{
  g_autoptr (WhTestReply) list = ask ("OPTIONS", "/api/notes", NULL, NULL);
  g_autoptr (WhTestReply) row = ask ("OPTIONS", "/api/prices/x", NULL, NULL);
  g_autoptr (WhTestReply) all = ask ("OPTIONS", "*", NULL, NULL);
  g_autoptr (WhTestReply) wrong = ask ("DELETE", "/api/notes", NULL, NULL);
  g_autofree char *type = header_of (list, "Content-Type");

  g_assert_cmpuint (list->status, ==, 204);
  assert_header (list, "Allow", "GET, HEAD, POST, OPTIONS");
  g_assert_null (type);
  assert_header (row, "Allow", "GET, HEAD, DELETE, OPTIONS");
  g_assert_cmpuint (all->status, ==, 204);
  assert_header (all, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  g_assert_cmpuint (wrong->status, ==, 405);
  assert_header (wrong, "Allow", "GET, HEAD, POST, OPTIONS");
  expect (404, "OPTIONS", "/api/nothing", NULL, NULL);
}

/* -- other origins ---------------------------------------------------------------------------------------------------- */

static void
restart (const char *const *options)
{
  wh_test_server_stop (&server);
  g_clear_object (&server.process);
  server.port = 0;
  wh_test_server_run_with (&server, options);
}

static void
test_cors_off (void)
{
  g_autoptr (WhTestReply) reply = ask ("GET", "/api/strains", "Origin: " ORIGIN "\r\n", NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_null (strstr (reply->head, "Access-Control-"));
}

static void
test_cors (void)
{
  restart ((const char *const[]) { "--set", "cors.origins=" ORIGIN " http://localhost:3000", "--set", "cors.credentials=true", NULL });
  g_autoptr (WhTestReply) mine = ask ("GET", "/api/strains", "Origin: " ORIGIN "\r\n", NULL);
  g_autoptr (WhTestReply) other = ask ("GET", "/api/strains", "Origin: https://shop.example.evil.example\r\n", NULL);
  g_autoptr (WhTestReply) none = ask ("GET", "/api/strains", NULL, NULL);
  g_autoptr (WhTestReply) failed = ask ("GET", "/api/nothing", "Origin: " ORIGIN "\r\n", NULL);
  g_autoptr (WhTestReply) asked = ask ("OPTIONS", "/api/notes",
                                       "Origin: " ORIGIN "\r\nAccess-Control-Request-Method: POST\r\n"
                                       "Access-Control-Request-Headers: authorization, idempotency-key\r\n", NULL);
  g_autoptr (WhTestReply) refused = ask ("OPTIONS", "/api/notes", "Origin: null\r\nAccess-Control-Request-Method: POST\r\n", NULL);
  g_autofree char *fields = header_of (asked, "Access-Control-Allow-Headers");

  assert_header (mine, "Access-Control-Allow-Origin", ORIGIN);
  assert_header (mine, "Access-Control-Allow-Credentials", "true");
  g_assert_nonnull (strstr (mine->head, "Access-Control-Expose-Headers: ETag"));
  g_assert_nonnull (strstr (mine->head, "Vary: Origin"));
  g_assert_null (strstr (other->head, "Access-Control-"));
  g_assert_nonnull (strstr (other->head, "Vary: Origin"));
  g_assert_nonnull (strstr (none->head, "Vary: Origin"));
  assert_header (failed, "Access-Control-Allow-Origin", ORIGIN);
  g_assert_cmpuint (asked->status, ==, 204);
  assert_header (asked, "Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS");
  assert_header (asked, "Access-Control-Max-Age", "600");
  g_assert_nonnull (strstr (fields, "Authorization"));
  g_assert_nonnull (strstr (fields, "Idempotency-Key"));
  g_assert_null (strstr (refused->head, "Access-Control-"));
}

static void
test_cors_any (void)
{
  restart ((const char *const[]) { "--set", "cors.origins=*", "--set", "cors.credentials=true", NULL });
  g_autoptr (WhTestReply) reply = ask ("GET", "/api/strains", "Origin: " ORIGIN "\r\n", NULL);

  assert_header (reply, "Access-Control-Allow-Origin", "*");
  g_assert_null (strstr (reply->head, "Allow-Credentials"));
  restart ((const char *const[]) { NULL });
}

/* -- entity tags ------------------------------------------------------------------------------------------------------ */

static void
expect_known (guint status, const char *target, const char *before, const char *tag, const char *after)
{
  g_autofree char *fields = g_strdup_printf ("If-None-Match: %s%s%s\r\n", before, tag, after);
  g_autoptr (WhTestReply) reply = ask ("GET", target, fields, NULL);

  g_assert_cmpuint (reply->status, ==, status);
  if (status != 304)
    return;
  g_assert_cmpstr (reply->body, ==, "");
  g_assert_nonnull (strstr (reply->head, "\r\nETag: "));
}

static void
check_tag (const char *target)
{
  g_autoptr (WhTestReply) first = ask ("GET", target, NULL, NULL);
  g_autofree char *tag = header_of (first, "ETag");

  g_assert_cmpuint (first->status, ==, 200);
  g_assert_nonnull (tag);
  expect_known (304, target, "", tag, "");
  expect_known (304, target, "\"a\", W/\"b\" ,, ", tag, "");
  expect_known (304, target, "", tag, ", \"c\"");
  expect_known (304, target, "*", "", "");
  if (*tag != 'W')
    expect_known (304, target, "W/", tag, "");
  expect_known (200, target, "\"a\", W/\"b\"", "", "");
  expect_known (200, target, "x", tag, "");
  expect_known (200, target, "\"*\"", "", "");
}

static void
test_tags (void)
{
  g_autofree char *body = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"tagged\"}", server.id);
  g_autoptr (WhTestReply) made = ask ("POST", "/api/notes", NULL, body);
  g_autofree char *place = header_of (made, "Location");
  g_autoptr (WhTestReply) live = ask ("GET", "/live", NULL, NULL);
  g_autofree char *none = header_of (live, "ETag");

  g_assert_cmpuint (made->status, ==, 201);
  check_tag (place);
  check_tag (strain_path);
  check_tag ("/api/strains");
  check_tag ("/api/strains/search?q=blue");
  check_tag ("/api/dispensaries");
  check_tag ("/api/notes");
  check_tag ("/api/terpenes/search?profile=myrcene");
  check_tag ("/openapi.json");
  g_assert_null (none);
}

static void
test_tag_changes (void)
{
  static const char target[] = "/api/dispensaries";
  g_autoptr (WhTestReply) before = ask ("GET", target, NULL, NULL);
  g_autofree char *tag = header_of (before, "ETag");

  expect (201, "POST", target, NULL, "{\"name\":\"Another\",\"state\":\"CO\"}");
  expect_known (200, target, "", tag, "");
}

static void
test_if_match (void)
{
  g_autoptr (WhTestReply) made = ask ("POST", "/api/dispensaries", NULL, "{\"name\":\"Matched\",\"state\":\"CO\"}");
  g_autofree char *place = header_of (made, "Location"), *tag = header_of (made, "ETag"), *missing = NULL;
  g_autofree char *several = g_strdup_printf ("If-Match: \"999999\", %s\r\n", tag);

  missing = g_strdup ("/api/notes/0190a6c0-0000-7000-8000-00000000abcd");
  expect (200, "PATCH", place, several, "{\"city\":\"A\"}");
  expect (409, "PATCH", place, several, "{\"city\":\"B\"}");   /* it has another revision now */
  expect (200, "PATCH", place, "If-Match: *\r\n", "{\"city\":\"C\"}");
  expect (400, "PATCH", place, "If-Match: W/\"3\"\r\n", "{\"city\":\"D\"}");
  expect (400, "PATCH", place, "If-Match: \"3\", 4\r\n", "{\"city\":\"D\"}");
  expect (409, "PUT", place, "If-None-Match: *\r\n", "{\"name\":\"Instead\",\"state\":\"NJ\"}");
  expect (404, "PUT", "/api/dispensaries/0190a6c0-0000-7000-8000-00000000abcd", "If-Match: *\r\n",
          "{\"name\":\"Nowhere\",\"state\":\"NJ\"}");
  expect (201, "PUT", "/api/dispensaries/0190a6c0-0000-7000-8000-00000000abce", "If-None-Match: *\r\n",
          "{\"name\":\"New\",\"state\":\"NJ\"}");
  expect (404, "DELETE", missing, "If-Match: *\r\n", NULL);
}

/* -- compressed ------------------------------------------------------------------------------------------------------- */

/* The body of a reply to GET, unpacked where it is packed; its head in *out_head. */
static char *
fetch (const char *target, const char *accept, char **out_head)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                                              "%s%s%s\r\n", target, server.key, accept ? "Accept-Encoding: " : "", accept ? accept : "",
                                              accept ? "\r\n" : "");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  guint8 buffer[4096];
  const guint8 *end;
  gssize n;

  wh_test_server_send (connection, request, -1);
  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  end = memmem (bytes->data, bytes->len, "\r\n\r\n", 4);
  g_assert_nonnull (end);
  *out_head = g_strndup ((const char *) bytes->data, (gsize) (end - bytes->data));
  if (!strstr (*out_head, "Content-Encoding: gzip"))
    return g_strndup ((const char *) end + 4, bytes->len - (gsize) (end + 4 - bytes->data));
  g_autoptr (GConverter) unpack = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) packed = g_memory_input_stream_new_from_data (end + 4, (gssize) (bytes->len - (gsize) (end + 4 - bytes->data)),
                                                                       NULL);
  g_autoptr (GInputStream) plain = g_converter_input_stream_new (packed, unpack);
  GString *text = g_string_new (NULL);
  while ((n = g_input_stream_read (plain, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, (const char *) buffer, n);
  g_assert_cmpint (n, ==, 0);
  return g_string_free (text, FALSE);
}

static void
expect_packed (gboolean packed, const char *target, const char *accept)
{
  g_autofree char *head = NULL, *body = fetch (target, accept, &head);
  g_autoptr (WhJson) json = wh_json_parse (body, strlen (body), 1024 * 1024, NULL);

  g_test_message ("%s: %s", accept ? accept : "none", head);
  g_assert_nonnull (json);
  g_assert_true ((strstr (head, "Content-Encoding: gzip") != NULL) == packed);
  g_assert_nonnull (strstr (head, "Vary: Accept-Encoding"));
}

static void
test_gzip (void)
{
  static const char target[] = "/openapi.json";

  expect_packed (FALSE, target, NULL);
  expect_packed (FALSE, target, "");
  expect_packed (FALSE, target, "identity");
  expect_packed (FALSE, target, "br");
  expect_packed (FALSE, target, "gzip;q=0");
  expect_packed (FALSE, target, "*;q=0");
  expect_packed (FALSE, target, "gzip;q=0, *");
  expect_packed (FALSE, target, "identity, gzip;q=0.5");
  expect_packed (TRUE, target, "gzip");
  expect_packed (TRUE, target, "GZip");
  expect_packed (TRUE, target, "x-gzip");
  expect_packed (TRUE, target, "br, *;q=0.1");
  expect_packed (TRUE, target, "deflate, gzip;q=1.0, identity;q=0.5");
  expect_packed (FALSE, "/live", "gzip");   /* small */
}

/* Other bytes are another strong tag, and each is known again. */
static void
test_gzip_tags (void)
{
  g_autofree char *text = g_strnfill (2000, 'x'), *body = NULL, *plain = NULL, *packed = NULL, *one = NULL, *other = NULL, *place = NULL;
  g_autoptr (WhTestReply) made = NULL;

  body = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"%s\"}", server.id, text);
  made = ask ("POST", "/api/notes", NULL, body);
  place = header_of (made, "Location");
  one = fetch (place, NULL, &plain);
  other = fetch (place, "gzip", &packed);
  g_assert_nonnull (strstr (packed, "-gzip\"\r\n"));
  g_assert_null (strstr (plain, "-gzip\"\r\n"));
  g_autofree char *tag = g_strndup (strstr (packed, "ETag: ") + 6, strcspn (strstr (packed, "ETag: ") + 6, "\r"));
  expect_known (304, place, "", tag, "");
  g_autofree char *match = g_strdup_printf ("If-Match: %s\r\n", tag);
  expect (200, "PATCH", place, match, "{\"text\":\"short\"}");
}

/* -- bodies ----------------------------------------------------------------------------------------------------------- */

static void
test_body_types (void)
{
  g_autofree char *body = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"typed\"}", server.id);
  static const char *const right[] = { "application/json", "Application/JSON", "application/json; charset=utf-8",
                                       "application/json;charset=\"UTF-8\"" };
  static const char *const wrong[] = { "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                                       "application/json; charset=latin1", "multipart/form-data; boundary=x", "" };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autofree char *field = g_strdup_printf ("Content-Type: %s\r\n", right[i]);
      expect (201, "POST", "/api/notes", field, body);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *field = g_strdup_printf ("Content-Type: %s\r\n", wrong[i]);
      expect (415, "POST", "/api/notes", field, body);
    }
  expect (415, "POST", "/api/notes", "Origin: " ORIGIN "\r\n", body);   /* a page that says nothing */
  expect (415, "POST", "/api/notes", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", body);
  expect (201, "POST", "/api/notes", "Content-Type: application/json\r\nContent-Encoding: identity\r\n", body);
}

/* -- pages ------------------------------------------------------------------------------------------------------------ */

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

static gint64
number_of (const WhTestReply *reply, const char *name)
{
  return wh_json_integer (wh_json_member (meta_of (reply), name), -1);
}

static char *
name_at (const WhTestReply *reply, guint i)
{
  return g_strdup (wh_json_string (wh_json_member (wh_json_element (data_of (reply), i), "name"), NULL));
}

static void
expect_refused (const char *target, const char *field)
{
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 400);
  g_assert_cmpstr (error_text (reply, "field"), ==, field);
  g_assert_cmpstr (error_text (reply, "code"), ==, "INVALID_PARAMETER");
}

/* Walks a list by cursor, one row a page, beside the same list by offset. */
static void
walk (const char *target, guint n)
{
  g_autofree char *cursor = NULL;
  char mark = strchr (target, '?') ? '&' : '?';

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *by_cursor = g_strdup_printf ("%s%climit=1%s%s", target, mark, cursor ? "&cursor=" : "", cursor ? cursor : "");
      g_autofree char *by_offset = g_strdup_printf ("%s%climit=1&offset=%u", target, mark, i);
      g_autoptr (WhTestReply) one = ask ("GET", by_cursor, NULL, NULL);
      g_autoptr (WhTestReply) other = ask ("GET", by_offset, NULL, NULL);
      g_autofree char *name = name_at (one, 0), *same = name_at (other, 0);
      g_assert_nonnull (name);
      g_assert_cmpstr (name, ==, same);
      g_assert_cmpint (number_of (one, "total_count"), ==, n);
      g_assert_cmpint (number_of (one, "page_count"), ==, n);
      g_assert_cmpint (number_of (one, "current_page"), ==, i + 1);
      g_assert_cmpint (number_of (one, "per_page"), ==, 1);
      g_free (cursor);
      cursor = g_strdup (wh_json_string (wh_json_member (meta_of (one), "next_cursor"), NULL));
    }
  g_assert_null (cursor);
}

static void
test_pages (void)
{
  g_autoptr (WhTestReply) first = ask ("GET", "/api/strains?limit=1", NULL, NULL);
  const char *cursor = wh_json_string (wh_json_member (meta_of (first), "next_cursor"), NULL);
  g_autofree char *both = NULL, *other = NULL, *filtered = NULL, *tampered = NULL, *larger = NULL, *long_one = NULL;

  walk ("/api/strains", 3);
  walk ("/api/strains?sort=name&order=desc", 3);
  g_assert_nonnull (cursor);
  both = g_strdup_printf ("/api/strains?limit=1&offset=1&cursor=%s", cursor);
  other = g_strdup_printf ("/api/dispensaries?limit=1&cursor=%s", cursor);
  filtered = g_strdup_printf ("/api/strains?limit=1&type=indica&cursor=%s", cursor);
  larger = g_strdup_printf ("/api/strains?limit=2&cursor=%s", cursor);
  long_one = g_strdup_printf ("/api/strains?cursor=%sAAAA", cursor);
  expect_refused (both, "cursor");
  expect_refused (other, "cursor");
  expect_refused (filtered, "cursor");
  expect_refused (long_one, "cursor");
  expect_refused ("/api/strains?cursor=o1", "cursor");
  expect_refused ("/api/strains?cursor=%20", "cursor");
  expect_refused ("/api/notes?cursor=o1", "cursor");
  expect (200, "GET", larger, NULL, NULL);   /* as many as one likes */
  for (gsize i = 0; i < strlen (cursor); i++)
    {
      g_free (tampered);
      tampered = g_strdup_printf ("/api/strains?limit=1&cursor=%.*s%c%s", (int) i, cursor, cursor[i] == 'A' ? 'B' : 'A', cursor + i + 1);
      expect_refused (tampered, "cursor");
    }
}

/* Every list that knows an offset knows a cursor, within bounds that are named. */
static void
test_bounds (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      const WhSpec *limit = wh_spec_find (route->parameters, "limit");
      g_autofree char *path = wh_route_path (route, server.id);
      g_autofree char *none = g_strdup_printf ("%s?limit=0", path), *word = g_strdup_printf ("%s?limit=many", path), *most = NULL;

      g_assert_true (!wh_spec_find (route->parameters, "offset") || wh_spec_find (route->parameters, "cursor"));
      if (!limit)
        continue;
      most = g_strdup_printf ("%s?limit=%.0f", path, limit->most + 1);
      expect_refused (none, "limit");
      expect_refused (word, "limit");
      expect_refused (most, "limit");
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  strain_path = g_strconcat ("/api/strains/", server.id, NULL);
  g_test_add_func ("/server/semantics/head", test_head);
  g_test_add_func ("/server/semantics/options", test_options);
  g_test_add_func ("/server/semantics/cors-off", test_cors_off);
  g_test_add_func ("/server/semantics/cors", test_cors);
  g_test_add_func ("/server/semantics/cors-any", test_cors_any);
  g_test_add_func ("/server/semantics/tags", test_tags);
  g_test_add_func ("/server/semantics/tag-changes", test_tag_changes);
  g_test_add_func ("/server/semantics/if-match", test_if_match);
  g_test_add_func ("/server/semantics/gzip", test_gzip);
  g_test_add_func ("/server/semantics/gzip-tags", test_gzip_tags);
  g_test_add_func ("/server/semantics/body-types", test_body_types);
  g_test_add_func ("/server/semantics/pages", test_pages);
  g_test_add_func ("/server/semantics/bounds", test_bounds);
  result = g_test_run ();
  wh_test_server_clear (&server);
  g_free (strain_path);
  return result;
}
