/* Rows of every kind over HTTP: made, read, listed, changed, deleted, and what is refused with which status. */
#include <string.h>

#include "base/wh-json-writer.h"
#include "base/wh-limits.h"
#include "wh-test-server.h"
#include "wire/wh-route.h"

static WhTestServer server;
static char *key;          /* the header that lets in */
static char *shop, *strain, *batch, *product;   /* ids */

/* -- asking ---------------------------------------------------------------------------------------------------------- */

static WhTestReply *
ask (const char *method, const char *target, const char *body)
{
  WhTestReply *reply = wh_test_server_ask (&server, method, target, key, body);

  g_test_message ("%s %s %.200s: %u %.400s", method, target, body ? body : "", reply->status, reply->body);
  return reply;
}

static void
expect (guint status, const char *method, const char *target, const char *body)
{
  g_autoptr (WhTestReply) reply = ask (method, target, body);

  g_assert_cmpuint (reply->status, ==, status);
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

static const WhJsonNode *
error_of (const WhTestReply *reply)
{
  return wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
}

static const char *
text_at (const WhJsonNode *node, const char *name)
{
  return wh_json_string (wh_json_member (node, name), NULL);
}

static void
expect_error (guint status, const char *code, const char *field, const char *method, const char *target, const char *body)
{
  g_autoptr (WhTestReply) reply = ask (method, target, body);

  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (text_at (error_of (reply), "code"), ==, code);
  g_assert_cmpstr (text_at (error_of (reply), "field"), ==, field);
}

/* Makes a row; its id. */
static char *
make (const char *path, const char *id_key, const char *format, ...) G_GNUC_PRINTF (3, 4);

static char *
make (const char *path, const char *id_key, const char *format, ...)
{
  g_autoptr (WhTestReply) reply = NULL;
  g_autofree char *body = NULL;
  va_list arguments;

  va_start (arguments, format);
  body = g_strdelimit (g_strdup_vprintf (format, arguments), "'", '"');
  va_end (arguments);
  reply = ask ("POST", path, body);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (text_at (data_of (reply), id_key));
}

static char *
header_of (const WhTestReply *reply, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strstr (reply->head, start);

  return found ? g_strndup (found + strlen (start), strcspn (found + strlen (start), "\r")) : NULL;
}

/* -- every kind ------------------------------------------------------------------------------------------------------ */

typedef struct {
  const char *path, *id_key;
  char       *body;           /* of a new row */
  const char *change;         /* NULL: never changes */
  const char *refused, *field;   /* a change that is not allowed */
} Sample;

static Sample *
make_samples (guint *out_n)
{
  const Sample samples[] = {
    { "/api/strains", "strain_id", g_strdup ("{'name':'Sample'}"), "{'type':'hybrid'}", "{'type':'square'}", "type" },
    { "/api/dispensaries", "dispensary_id", g_strdup ("{'name':'Sample','state':'CO'}"), "{'city':'X'}", "{'latitude':100}", "latitude" },
    { "/api/batches", "batch_id", g_strdup_printf ("{'name':'B','strain_id':'%s'}", strain), "{'producer':'P'}",
      "{'strain_id':'0190a6c0-0000-7000-8000-000000000001'}", "strain_id" },
    { "/api/lab-results", "lab_result_id",
      g_strdup_printf ("{'batch_id':'%s','measurements':[{'analyte':'thca','state':'value','value':20,'unit':'%%','basis':'unknown'}]}",
                       batch),
      "{'status':'pass'}", "{'status':'perhaps'}", "status" },
    { "/api/products", "product_id", g_strdup_printf ("{'name':'P','dispensary_id':'%s'}", shop), "{'brand':'B'}", "{'category':'cars'}",
      "category" },
    { "/api/prices", "price_id", g_strdup_printf ("{'product_id':'%s','amount_cents':3500}", product), NULL, NULL, NULL },
    { "/api/aliases", "alias_id", g_strdup_printf ("{'strain_id':'%s','name':'Other'}", strain), "{'status':'rejected'}", "{'status':'x'}",
      "status" },
    { "/api/stock", "stock_id", g_strdup_printf ("{'product_id':'%s','quantity':3}", product), NULL, NULL, NULL },
    { "/api/promotions", "promotion_id", g_strdup ("{'name':'Week','percent_off':10}"), "{'description':'d'}", "{'percent_off':101}",
      "percent_off" },
    { "/api/reviews", "review_id", g_strdup_printf ("{'strain_id':'%s','rating':4}", strain), "{'text':'t'}", "{'rating':9}", "rating" },
    { "/api/notes", "note_id", g_strdup_printf ("{'object_kind':'strain','object_id':'%s','text':'n'}", strain), "{'text':'m'}",
      "{'text':null}", "text" },
    { "/api/favorites", "favorite_id", g_strdup_printf ("{'object_kind':'product','object_id':'%s'}", product), "{'owner':'o'}",
      "{'object_kind':'car'}", "object_kind" },
    { "/api/watches", "watch_id", g_strdup_printf ("{'product_id':'%s','limit_cents':900}", product), "{'limit_cents':800}",
      "{'limit_cents':-1}", "limit_cents" },
    { "/api/feedback", "feedback_id",
      g_strdup_printf ("{'about':'substitute','offered_kind':'product','offered_id':'%s','outcome':'accepted'}", product),
      "{'reason':'r'}", "{'outcome':'x'}", "outcome" },
  };

  *out_n = G_N_ELEMENTS (samples);
  return g_memdup2 (samples, sizeof samples);
}

static void
check_made (const Sample *sample, const char *target)
{
  g_autoptr (WhTestReply) one = ask ("GET", target, NULL);
  g_autoptr (WhTestReply) list = ask ("GET", sample->path, NULL);
  gboolean counted = !g_str_equal (sample->path, "/api/strains");   /* the catalogue lists those, a moment later */

  g_assert_cmpuint (one->status, ==, 200);
  g_assert_cmpuint (list->status, ==, 200);
  g_assert_true (!counted || wh_json_length (data_of (list)) >= 1);
}

static void
check_change (const Sample *sample, const char *target)
{
  g_autofree char *change = g_strdelimit (g_strdup (sample->change), "'", '"');
  g_autofree char *refused = g_strdelimit (g_strdup (sample->refused), "'", '"');
  g_autoptr (WhTestReply) changed = ask ("PATCH", target, change);
  g_autoptr (WhTestReply) again = ask ("PATCH", target, change);
  g_autofree char *tag = header_of (changed, "ETag"), *same = header_of (again, "ETag");

  g_assert_cmpuint (changed->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_nonnull (tag);
  g_assert_cmpstr (tag, ==, same);
  expect_error (422, "INVALID_VALUE", sample->field, "PATCH", target, refused);
  expect_error (422, "INVALID_VALUE", "colour", "PATCH", target, "{\"colour\":\"green\"}");
  expect (400, "PATCH", target, "{");
  expect (422, "PATCH", target, "[]");
}

static void
check_conflict (const char *target)
{
  g_autofree char *old = g_strconcat (key, "If-Match: \"1\"\r\n", NULL), *wrong = g_strconcat (key, "If-Match: 7\r\n", NULL);
  g_autoptr (WhTestReply) conflict = wh_test_server_ask (&server, "DELETE", target, old, NULL);
  g_autoptr (WhTestReply) malformed = wh_test_server_ask (&server, "DELETE", target, wrong, NULL);

  g_assert_cmpuint (conflict->status, ==, 409);
  g_assert_true (wh_json_is_object (wh_json_member (wh_json_member (error_of (conflict), "details"), "current")));
  g_assert_cmpuint (malformed->status, ==, 400);
}

static void
check_sample (const Sample *sample)
{
  g_autofree char *body = g_strdelimit (g_strdup (sample->body), "'", '"');
  g_autofree char *unknown = g_strconcat (sample->path, "/0190a6c0-0000-7000-8000-000000000009", NULL);
  g_autoptr (WhTestReply) made = ask ("POST", sample->path, body);
  g_autofree char *location = header_of (made, "Location"), *target = NULL;

  g_assert_cmpuint (made->status, ==, 201);
  target = g_strconcat (sample->path, "/", text_at (data_of (made), sample->id_key), NULL);
  g_assert_cmpstr (location, ==, target);
  check_made (sample, target);
  if (sample->change)
    check_change (sample, target);
  else
    {
      expect_error (405, "METHOD_NOT_ALLOWED", NULL, "PATCH", target, "{}");
      expect_error (405, "METHOD_NOT_ALLOWED", NULL, "PUT", target, body);
    }
  check_conflict (target);
  expect (404, "GET", unknown, NULL);
  expect (404, "DELETE", unknown, NULL);
  if (sample->change)
    expect (404, "PATCH", unknown, "{}");
  expect (405, "POST", target, body);
  expect (204, "DELETE", target, NULL);
  expect (404, "GET", target, NULL);
  expect (404, "DELETE", target, NULL);
}

static void
test_every_kind (void)
{
  guint n;
  g_autofree Sample *samples = make_samples (&n);

  for (guint i = 0; i < n; i++)
    {
      check_sample (&samples[i]);
      g_free (samples[i].body);
    }
}

static void
test_replacing (void)
{
  static const char id[] = "0190a6c0-0000-7000-8000-0000000000aa";
  g_autofree char *target = g_strconcat ("/api/notes/", id, NULL);
  g_autofree char *body = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"one\"}", strain);
  g_autoptr (WhTestReply) made = ask ("PUT", target, body), again = ask ("PUT", target, body), read = ask ("GET", target, NULL);
  g_autofree char *whole = NULL, *none_match = NULL, *tag = header_of (read, "ETag");
  g_autoptr (WhTestReply) back = NULL, known = NULL;

  g_assert_cmpuint (made->status, ==, 201);
  g_assert_cmpuint (again->status, ==, 200);
  none_match = g_strdup_printf ("%sIf-None-Match: %s\r\n", key, tag);
  known = wh_test_server_ask (&server, "GET", target, none_match, NULL);
  g_assert_cmpuint (known->status, ==, 304);
  g_assert_cmpstr (known->body, ==, "");
  /* What was read can be sent back as it is; its revision is then what it was made on. */
  const char *begin = strstr (read->body, "\"data\":") + strlen ("\"data\":"), *end = strstr (begin, "},\"meta\"");
  whole = g_strndup (begin, end - begin + 1);
  back = ask ("PUT", target, whole);
  g_assert_cmpuint (back->status, ==, 200);
  expect (200, "PATCH", target, "{\"text\":\"two\"}");
  g_autoptr (GString) changed = g_string_new (whole);
  g_string_replace (changed, "\"one\"", "\"three\"", 1);
  expect_error (409, "CONFLICT", NULL, "PUT", target, changed->str);
  expect_error (422, "INVALID_VALUE", "note_id", "PUT", target, "{\"note_id\":\"0190a6c0-0000-7000-8000-0000000000ab\"}");
  expect (404, "PUT", "/api/notes/none", body);
}

/* -- lists ----------------------------------------------------------------------------------------------------------- */

static void
test_pages (void)
{
  g_autofree char *cursor = NULL;
  guint n = 0, pages = 0;

  for (guint i = 0; i < 7; i++)
    g_free (make ("/api/notes", "note_id", "{'object_kind':'product','object_id':'%s','text':'page %u'}", product, i));
  do
    {
      g_autofree char *target = g_strdup_printf ("/api/notes?object_id=%s&contains.text=page&sort=created_at&order=desc&limit=3%s%s",
                                                 product, cursor ? "&cursor=" : "", cursor ? cursor : "");
      g_autoptr (WhTestReply) reply = ask ("GET", target, NULL);
      const WhJsonNode *meta = wh_json_member (wh_json_root (reply->json), "meta");
      g_assert_cmpuint (reply->status, ==, 200);
      for (guint i = 0; i < wh_json_length (data_of (reply)); i++, n++)
        {
          g_autofree char *text = g_strdup_printf ("page %u", 6 - n);
          g_assert_cmpstr (text_at (wh_json_element (data_of (reply), i), "text"), ==, text);
        }
      g_assert_cmpint (wh_json_integer (wh_json_member (meta, "total_count"), -1), ==, pages++ == 0 ? 7 : -1);
      g_free (cursor);
      cursor = g_strdup (text_at (meta, "next_cursor"));
    }
  while (cursor);
  g_assert_cmpuint (n, ==, 7);
  g_assert_cmpuint (pages, ==, 3);
}

static void
test_lists_refused (void)
{
  static const char *const wrong[][2] = {
    { "?limit=0", "limit" },           { "?limit=1001", "limit" },          { "?sort=text", "sort" },       { "?order=up", "order" },
    { "?colour=green", "colour" },     { "?min.text=a", "min.text" },       { "?object_id=x", "object_id" }, { "?cursor=AAAA", "cursor" },
    { "?cursor=", "cursor" },          { "?has.text=perhaps", "has.text" }, { "?count=yes", "count" },      { "?text=a&text=b", "text" },
    { "?min.colour=1", "min.colour" }, { "?=1", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *target = g_strconcat ("/api/notes", wrong[i][0], NULL);
      expect_error (400, "INVALID_PARAMETER", wrong[i][1], "GET", target, NULL);
    }
}

/* -- who may --------------------------------------------------------------------------------------------------------- */

static void
test_without_key (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      g_autofree char *target = wh_route_path (route, product);
      g_autoptr (WhTestReply) reply = NULL;
      gboolean open = route->permission == WH_PERMISSION_READ_CATALOGUE;
      if (route->kind == WH_KIND_NONE && route->id != WH_ROUTE_CHANGES)
        continue;
      reply = wh_test_server_ask (&server, route->method, target, NULL, route->max_body ? "{}" : NULL);
      g_test_message ("%s %s: %u", route->method, target, reply->status);
      g_assert_true (open ? reply->status == 200 || reply->status == 404 : reply->status == 401);
    }
}

static guint
notes_pulled (const char *with_key)
{
  g_autofree char *target = wh_route_url (WH_ROUTE_SYNC_CHANGES, NULL, "limit", "2000", NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, with_key, NULL);
  const WhJsonNode *changes = wh_json_member (data_of (reply), "changes");
  guint n = 0;

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (wh_json_length (changes), >, 0);
  for (guint i = 0; i < wh_json_length (changes); i++)
    n += g_strcmp0 (text_at (wh_json_element (changes, i), "kind"), "note") == 0
         && g_strcmp0 (text_at (wh_json_element (changes, i), "op"), "put") == 0;
  return n;
}

/* Who may not list the staff's notes does not get them with the catalogue either. */
static void
test_pulled_without_key (void)
{
  g_free (make ("/api/notes", "note_id", "{'object_kind':'strain','object_id':'%s','text':'for us'}", strain));
  g_assert_cmpuint (notes_pulled (key), >, 0);
  g_assert_cmpuint (notes_pulled (NULL), ==, 0);
}

static void
test_sizes (void)
{
  g_autofree char *large = g_strnfill (300 * 1024, 'x'), *text = g_strnfill (WH_LIMIT_LONG_TEXT + 1, 'x');
  g_autofree char *body = g_strdup_printf ("{\"text\":\"%s\"}", large);
  g_autofree char *note = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"%s\"}", strain, text);

  expect_error (413, "TOO_LARGE", NULL, "POST", "/api/notes", body);
  expect_error (422, "INVALID_VALUE", "text", "POST", "/api/notes", note);
  wh_test_server_alive (&server);
}

/* -- several at once -------------------------------------------------------------------------------------------------- */

static void
test_changes (void)
{
  g_autofree char *body = g_strdup_printf (
      "{\"changes\":[{\"op\":\"create\",\"kind\":\"note\",\"row\":{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"x\"}},"
      "{\"op\":\"change\",\"kind\":\"strain\",\"id\":\"%s\",\"row\":{\"type\":\"green\"}}]", strain, strain);
  g_autofree char *some = g_strconcat (body, "}", NULL), *all = g_strconcat (body, ",\"all_or_nothing\":true}", NULL);
  g_autoptr (WhTestReply) done = ask ("POST", "/api/changes", some), undone = ask ("POST", "/api/changes", all);
  const WhJsonNode *results = wh_json_member (data_of (done), "results"), *nothing = wh_json_member (data_of (undone), "results");

  expect_error (422, "INVALID_VALUE", "all_or_nothing", "POST", "/api/changes",
                "{\"all_or_nothing\":\"yes\",\"changes\":[{\"op\":\"create\",\"kind\":\"strain\",\"row\":{\"name\":\"Half\"}}]}");
  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpstr (text_at (wh_json_element (results, 0), "outcome"), ==, "inserted");
  g_assert_cmpstr (text_at (wh_json_element (results, 1), "outcome"), ==, "refused");
  g_assert_cmpstr (text_at (wh_json_member (wh_json_element (results, 1), "error"), "field"), ==, "type");
  g_assert_cmpstr (text_at (wh_json_element (nothing, 0), "outcome"), ==, "not_done");
  expect_error (422, "INVALID_VALUE", "changes", "POST", "/api/changes", "{}");
  expect_error (422, "INVALID_VALUE", "changes[0].op", "POST", "/api/changes", "{\"changes\":[{}]}");
  expect (400, "POST", "/api/changes", "{");
}

/* -- dispensaries ---------------------------------------------------------------------------------------------------- */

static void
expect_shops (const char *query, const char *names)
{
  g_autofree char *target = g_strconcat ("/api/dispensaries", query, NULL);
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < wh_json_length (data_of (reply)); i++)
    g_string_append_printf (found, "%s%s", i ? "," : "", text_at (wh_json_element (data_of (reply), i), "name"));
  g_assert_cmpstr (found->str, ==, names);
}

static void
test_dispensaries (void)
{
  static const char *const shops[] = {
    "{'name':'Newark','state':'NV','latitude':40.7357,'longitude':-74.1724,'license_type':'both','delivery_available':true}",
    "{'name':'Hoboken','state':'NV','latitude':40.7440,'longitude':-74.0324,'license_type':'medical','pickup_available':true}",
    "{'name':'Trenton','state':'NV','latitude':40.2206,'longitude':-74.7597,'license_type':'recreational'}",
    "{'name':'Nowhere','state':'NV'}",
    "{'name':'Fiji east','state':'FJ','latitude':-16.5,'longitude':179.9}",
    "{'name':'Fiji west','state':'FJ','latitude':-16.5,'longitude':-179.9}",
  };
  g_autoptr (WhTestReply) near = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shops); i++)
    g_free (make ("/api/dispensaries", "dispensary_id", "%s", shops[i]));
  expect_shops ("?state=nv", "Hoboken,Newark,Nowhere,Trenton");
  expect_shops ("?state=NV&latitude=40.74&longitude=-74.03", "Hoboken,Newark");
  expect_shops ("?state=NV&latitude=40.74&longitude=-74.17", "Newark,Hoboken");
  expect_shops ("?state=NV&latitude=40.74&longitude=-74.17&limit=1", "Newark");
  expect_shops ("?state=NV&latitude=40.74&longitude=-74.17&radius=100", "Newark,Hoboken,Trenton");
  expect_shops ("?state=NV&license_type=medical", "Hoboken,Newark");
  expect_shops ("?state=NV&license_type=both", "Newark");
  expect_shops ("?state=NV&delivery=true", "Newark");
  expect_shops ("?state=NV&pickup=true", "Hoboken");
  expect_shops ("?latitude=-16.5&longitude=180&radius=25", "Fiji east,Fiji west");
  near = ask ("GET", "/api/dispensaries?latitude=40.7357&longitude=-74.1724&state=NV", NULL);
  g_assert_cmpfloat (wh_json_number (wh_json_member (wh_json_element (data_of (near), 0), "distance_miles"), -1), ==, 0);
  expect (200, "GET", "/api/dispensaries/hoboken", NULL);
  expect_error (404, "DISPENSARY_NOT_FOUND", NULL, "GET", "/api/dispensaries/atlantis", NULL);
}

static void
test_dispensaries_paged (void)
{
  static const char all[] = "/api/dispensaries?state=NV&license_type=recreational&limit=1";
  g_autoptr (WhTestReply) first = ask ("GET", all, NULL);
  const WhJsonNode *meta = wh_json_member (wh_json_root (first->json), "meta");

  expect_shops ("?state=NV&license_type=recreational&limit=1", "Newark");
  expect_shops ("?state=NV&license_type=recreational&limit=1&offset=1", "Trenton");
  expect_shops ("?state=NV&license_type=recreational&limit=1&offset=2", "");
  g_assert_cmpint (wh_json_integer (wh_json_member (meta, "total_count"), -1), ==, 2);
}

static void
test_dispensaries_refused (void)
{
  static const char *const wrong[][2] = {
    { "?latitude=40", "longitude" }, { "?latitude=91&longitude=0", "latitude" }, { "?radius=10", "radius" },
    { "?latitude=0&longitude=0&radius=101", "radius" }, { "?license_type=gray", "license_type" }, { "?delivery=perhaps", "delivery" },
    { "?limit=0", "limit" }, { "?state=NJX", "state" }, { "?cursor=x", "cursor" }, { "?offset=-1", "offset" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *target = g_strconcat ("/api/dispensaries", wrong[i][0], NULL);
      expect_error (400, "INVALID_PARAMETER", wrong[i][1], "GET", target, NULL);
    }
}

static void
expect_products (const char *query, const char *names)
{
  g_autofree char *target = g_strconcat ("/api/dispensaries/", shop, "/products", query, NULL);
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < wh_json_length (data_of (reply)); i++)
    g_string_append_printf (found, "%s%s", i ? "," : "", text_at (wh_json_element (data_of (reply), i), "name"));
  g_assert_cmpstr (found->str, ==, names);
}

static void
test_shop_products (void)
{
  g_free (make ("/api/products", "product_id",
                "{'name':'Aa','dispensary_id':'%s','category':'vapes','price_cents':3000,'thc_percentage':80,'brand':'Acme Farms',"
                "'in_stock':true}", shop));
  g_free (make ("/api/products", "product_id",
                "{'name':'Bb','dispensary_id':'%s','category':'flower','price_cents':2000,'thc_percentage':20,'brand':'Other',"
                "'in_stock':false,'strain_id':'%s'}", shop, strain));
  expect_products ("", "Aa,Bb,Eighth");
  expect_products ("?sort=price", "Bb,Aa,Eighth");
  expect_products ("?sort=thc", "Aa,Bb,Eighth");
  expect_products ("?sort=popularity&limit=1&offset=1", "Bb");
  expect_products ("?category=flower", "Bb");
  expect_products ("?brand=acme", "Aa");
  expect_products ("?in_stock=true", "Aa");
  expect_products ("?price_min=20.5", "Aa");
  expect_products ("?price_max=20", "Bb");
  expect_products ("?price_min=20&price_max=30", "Aa,Bb");
  expect_error (400, "INVALID_PARAMETER", "sort", "GET", "/api/dispensaries/corner/products?sort=age", NULL);
  expect_error (400, "INVALID_PARAMETER", "category", "GET", "/api/dispensaries/corner/products?category=cars", NULL);
  expect_error (400, "INVALID_PARAMETER", "price_max", "GET", "/api/dispensaries/corner/products?price_min=2&price_max=1", NULL);
  expect_error (404, "DISPENSARY_NOT_FOUND", NULL, "GET", "/api/dispensaries/atlantis/products", NULL);
}

/* -- texts ----------------------------------------------------------------------------------------------------------- */

/* Every string comes back byte by byte, in a long text and, where it is not too long, in a name. */
static void
test_naughty_strings (void)
{
  g_autofree char *path = wh_test_shared ("corpora/blns/blns.json");
  g_autofree char *text = NULL;
  g_autoptr (WhJson) json = NULL;
  gsize length;
  guint n = 0;

  if (!path)
    return;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  json = wh_json_parse (text, length, G_MAXSIZE, NULL);
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    {
      const char *naughty = wh_json_string (wh_json_element (wh_json_root (json), i), "");
      GString *body = g_string_new (NULL);
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (body, 0);
      g_autofree char *sent = NULL, *target = NULL;
      g_autoptr (WhTestReply) made = NULL, read = NULL;

      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "object_kind", "strain");
      wh_json_writer_add_string (writer, "object_id", strain);
      wh_json_writer_add_string (writer, "text", naughty);
      wh_json_writer_add_string (writer, "author", naughty);
      wh_json_writer_end_object (writer);
      sent = g_string_free (body, FALSE);
      made = wh_test_server_ask (&server, "POST", "/api/notes", key, sent);
      if (!*naughty)
        {
          g_assert_cmpuint (made->status, ==, 422);
          continue;
        }
      g_assert_cmpuint (made->status, ==, 201);
      target = g_strconcat ("/api/notes/", text_at (data_of (made), "note_id"), NULL);
      read = wh_test_server_ask (&server, "GET", target, key, NULL);
      g_assert_cmpstr (text_at (data_of (read), "text"), ==, naughty);
      g_assert_cmpstr (text_at (data_of (read), "author"), ==, naughty);
      n++;
    }
  g_test_message ("%u strings", n);
  g_assert_cmpuint (n, >, 400);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  shop = make ("/api/dispensaries", "dispensary_id", "{'name':'Corner','state':'NJ'}");
  strain = make ("/api/strains", "strain_id", "{'name':'Rows'}");
  batch = make ("/api/batches", "batch_id", "{'name':'B1','strain_id':'%s'}", strain);
  product = make ("/api/products", "product_id", "{'name':'Eighth','dispensary_id':'%s'}", shop);
  g_test_add_func ("/server/rows/every-kind", test_every_kind);
  g_test_add_func ("/server/rows/replacing", test_replacing);
  g_test_add_func ("/server/rows/pages", test_pages);
  g_test_add_func ("/server/rows/lists-refused", test_lists_refused);
  g_test_add_func ("/server/rows/without-key", test_without_key);
  g_test_add_func ("/server/rows/pulled-without-key", test_pulled_without_key);
  g_test_add_func ("/server/rows/sizes", test_sizes);
  g_test_add_func ("/server/rows/changes", test_changes);
  g_test_add_func ("/server/rows/dispensaries", test_dispensaries);
  g_test_add_func ("/server/rows/dispensaries-paged", test_dispensaries_paged);
  g_test_add_func ("/server/rows/dispensaries-refused", test_dispensaries_refused);
  g_test_add_func ("/server/rows/shop-products", test_shop_products);
  g_test_add_func ("/server/rows/naughty-strings", test_naughty_strings);
  status = g_test_run ();
  wh_test_server_clear (&server);
  g_free (key);
  g_free (shop);
  g_free (strain);
  g_free (batch);
  g_free (product);
  return status;
}
