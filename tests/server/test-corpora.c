/* Texts that broke other programs: every file of JSONTestSuite as a body, every naughty string in every field that takes text, read back
 * from the API, the search and the terminal. */
#include <string.h>

#include "core/wh-nouns-shop.h"
#include "base/wh-json-writer.h"
#include "base/wh-text.h"
#include "wh-test-server.h"
#include "wire/wh-route.h"

#define SUITE "corpora/JSONTestSuite/test_parsing"
#define NAUGHTY "corpora/blns/blns.json"
#define MOST_NAUGHTY (1024 * 1024)
#define PAGE 500

static WhTestServer server;
static char *bearer;

/* -- JSONTestSuite -------------------------------------------------------------------------------------------------- */

/* Any bytes as the body of an address that takes JSON. 400 says that it is none, 422 that it is, but not what is wanted. */
static WhTestReply *
post_bytes (const char *bytes, gsize length)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *head = g_strdup_printf ("POST /api/changes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Length: %"
                                           G_GSIZE_FORMAT "\r\n\r\n", bearer, length);
  WhTestReply *reply = g_new0 (WhTestReply, 1);
  const char *body;

  wh_test_server_send (connection, head, -1);
  wh_test_server_send (connection, bytes, (gssize) length);
  reply->head = wh_test_server_read (connection);
  if (g_str_has_prefix (reply->head, "HTTP/1.1 "))
    reply->status = (guint) g_ascii_strtoull (reply->head + strlen ("HTTP/1.1 "), NULL, 10);
  body = strstr (reply->head, "\r\n\r\n");
  reply->body = g_strdup (body ? body + 4 : "");
  reply->json = wh_json_parse (reply->body, strlen (reply->body), MOST_NAUGHTY, NULL);
  return reply;
}

static const char *
code_of (const WhTestReply *reply)
{
  const WhJsonNode *errors = reply->json ? wh_json_member (wh_json_root (reply->json), "errors") : NULL;

  return wh_json_string (wh_json_member (wh_json_element (errors, 0), "code"), "");
}

/* y_ must be taken for JSON, n_ must not, i_ may be either. Returns whether it was. */
static gboolean
check_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *bytes = NULL;
  g_autoptr (WhTestReply) reply = NULL;
  gboolean refused;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  reply = post_bytes (bytes, length);
  refused = reply->status == 400 && strcmp (code_of (reply), "INVALID_JSON") == 0;
  if ((*name == 'y' && refused) || (*name == 'n' && !refused) || (!refused && reply->status != 422))
    {
      g_test_message ("%s: %u %s", name, reply->status, reply->body);
      g_test_fail ();
    }
  if (*name == 'i')
    g_test_message ("%s: %s", name, refused ? "refused" : "accepted");
  return !refused;
}

static void
test_json (void)
{
  g_autofree char *folder = wh_test_shared (SUITE);
  g_autoptr (GDir) dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  guint accepted[256] = { 0 }, files[256] = { 0 };
  const char *name;

  if (!dir)
    return;
  while ((name = g_dir_read_name (dir)))
    {
      files[(guchar) *name]++;
      accepted[(guchar) *name] += check_file (folder, name);
    }
  g_test_message ("y_: %u of %u accepted, n_: %u of %u refused, i_: %u of %u accepted", accepted['y'], files['y'],
                  files['n'] - accepted['n'], files['n'], accepted['i'], files['i']);
  g_assert_cmpuint (files['y'], ==, 95);
  g_assert_cmpuint (files['n'], ==, 188);
  wh_test_server_alive (&server);
}

/* -- naughty strings into every field -------------------------------------------------------------------------------- */

/* What drives a terminal, besides. */
static const char *const driving[] = { "\033[31mred\033[0m", "\302\233" "31mred", "bell\a and \b\b\b back", "\177delete" };

static GStrv
naughty_strings (void)
{
  g_autofree char *path = wh_test_shared (NAUGHTY), *text = NULL;
  g_autoptr (WhJson) json = NULL;
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  gsize length;

  if (!path)
    return NULL;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  json = wh_json_parse (text, length, MOST_NAUGHTY, NULL);
  g_assert_nonnull (json);
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    g_strv_builder_add (strings, wh_json_string (wh_json_element (wh_json_root (json), i), NULL));
  for (guint i = 0; i < G_N_ELEMENTS (driving); i++)
    g_strv_builder_add (strings, driving[i]);
  return g_strv_builder_end (strings);
}

/* Fields that take certain words only, and a good one of each. */
static const char *const closed[][2] = {
  { "type", "hybrid" }, { "state", "NJ" }, { "license_type", "both" }, { "basis", "dry" }, { "status", NULL }, { "category", "flower" },
  { "strain_type", "hybrid" }, { "currency", "USD" }, { "tax_basis", "included" }, { "photo_hash", NULL }, { "reason", NULL },
  { "object_kind", "strain" }, { "limit_unit", "gram" }, { "about", "substitute" }, { "subject_kind", NULL },
  { "offered_kind", "strain" }, { "outcome", "accepted" },
};

/* What the server itself says who did it. */
static gboolean
is_set_by_server (const char *name)
{
  static const char *const names[] = { "author", "owner", "decided_by", "moved_by", "observed_by", "origin", NULL };

  return g_strv_contains (names, name);
}

/* Links are shown as links. */
static gboolean
is_address (const char *name)
{
  static const char *const names[] = { "website", "url", "images", NULL };

  return g_strv_contains (names, name);
}

static gboolean
is_closed (WhKind kind, const WhField *field, const char **out_word)
{
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    if (strcmp (field->name, closed[i][0]) == 0)
      {
        *out_word = closed[i][1];
        /* A reason is free where somebody says why, and a word of stock. */
        return kind != WH_KIND_FEEDBACK || strcmp (field->name, "reason") != 0;
      }
  return FALSE;
}

static void
add_text (WhJsonWriter *writer, WhKind kind, const WhField *field, const char *string)
{
  g_autofree char *address = g_strconcat ("https://localhost/", string, NULL);
  const char *text = is_address (field->name) ? address : field->required && !*string ? "nothing" : string, *word = NULL;

  if (is_closed (kind, field, &word))
    text = word;
  if (!text || !*text || is_set_by_server (field->name))
    return;
  wh_json_writer_key (writer, field->name);
  if (field->type == WH_FIELD_LIST)
    wh_json_writer_begin_array (writer);
  wh_json_writer_string (writer, text);
  if (field->type == WH_FIELD_LIST)
    wh_json_writer_end_array (writer);
}

static WhId
naughty_id (WhKind kind, guint number)
{
  g_autofree char *key = g_strdup_printf ("%u", number);

  return wh_id_from_key (wh_entity_class (kind)->name, "naughty", key);
}

/* Which row a field refers to: the first of its kind. */
static void
add_reference (WhJsonWriter *writer, WhKind kind, const WhField *field)
{
  static const struct {
    const char *name;
    WhKind      kind;
  } references[] = {
    { "strain_id", WH_KIND_STRAIN }, { "object_id", WH_KIND_STRAIN }, { "offered_id", WH_KIND_STRAIN }, { "batch_id", WH_KIND_BATCH },
    { "dispensary_id", WH_KIND_DISPENSARY }, { "product_id", WH_KIND_PRODUCT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (references); i++)
    if (strcmp (field->name, references[i].name) == 0 && !(kind == WH_KIND_WATCH && references[i].kind == WH_KIND_STRAIN))
      {
        WhId id = naughty_id (references[i].kind, 0);
        g_autofree char *text = wh_id_to_string (&id);
        wh_json_writer_add_string (writer, field->name, text);
      }
}

static void
add_field (WhJsonWriter *writer, WhKind kind, const WhField *field, const char *string)
{
  if (field->type == WH_FIELD_TEXT || field->type == WH_FIELD_LIST)
    add_text (writer, kind, field, string);
  else if (field->type == WH_FIELD_ID)
    add_reference (writer, kind, field);
  else if (field->required || strcmp (field->name, "percent_off") == 0 || strcmp (field->name, "rating") == 0)
    wh_json_writer_add_integer (writer, field->name, 1);
}

/* {"changes": [...]}, a row for each string. */
static char *
write_changes (WhKind kind, char **strings)
{
  const WhEntityClass *class = wh_entity_class (kind);
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "changes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; strings[i]; i++)
    {
      WhId id = naughty_id (kind, i);
      g_autofree char *id_text = wh_id_to_string (&id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "op", "create");
      wh_json_writer_add_string (writer, "kind", class->name);
      wh_json_writer_add_string (writer, "id", id_text);
      wh_json_writer_key (writer, "row");
      wh_json_writer_begin_object (writer);
      for (guint j = 0; j < class->n_fields; j++)
        add_field (writer, kind, &class->fields[j], strings[i]);
      wh_json_writer_end_object (writer);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

/* -- and back ------------------------------------------------------------------------------------------------------- */

static const char *
text_of (const WhJsonNode *node)
{
  return wh_json_string (wh_json_is_array (node) ? wh_json_element (node, 0) : node, NULL);
}

static void
assert_same_row (const char *where, const WhJsonNode *sent, const WhJsonNode *found)
{
  g_autofree const char **keys = wh_json_keys (sent);

  g_assert_true (wh_json_is_object (found));
  for (const char **key = keys; *key; key++)
    {
      const char *text = text_of (wh_json_member (sent, *key)), *back = text_of (wh_json_member (found, *key));
      if (text && g_strcmp0 (text, back) != 0)
        g_test_message ("%s: %s: “%s” became “%s”", where, *key, text, back);
      g_assert_true (!text || g_strcmp0 (text, back) == 0);
    }
}

static const char *
path_of (WhKind kind)
{
  return wh_route_of_kind (WH_ROUTE_ROW_CREATE, kind)->path;
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

/* By its own address. */
static void
check_one (WhKind kind, guint number, const WhJsonNode *sent)
{
  WhId id = naughty_id (kind, number);
  g_autofree char *text = wh_id_to_string (&id), *target = g_strconcat (path_of (kind), "/", text, NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, bearer, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  assert_same_row (target, sent, data_of (reply));
}

static void
check_results (const WhTestReply *reply, const WhJsonNode *edits)
{
  const WhJsonNode *results = wh_json_member (data_of (reply), "results");

  g_assert_cmpuint (wh_json_length (results), ==, wh_json_length (edits));
  for (guint i = 0; i < wh_json_length (edits); i++)
    {
      const WhJsonNode *edit = wh_json_element (edits, i), *result = wh_json_element (results, i);
      const char *outcome = wh_json_string (wh_json_member (result, "outcome"), "");
      const WhJsonNode *error = wh_json_member (result, "error");
      if (strcmp (outcome, "inserted") != 0)
        g_test_message ("%u of %s: %s: %s", i, wh_json_string (wh_json_member (edit, "kind"), ""), outcome,
                        wh_json_string (wh_json_member (error, "message"), ""));
      g_assert_cmpstr (outcome, ==, "inserted");
      assert_same_row ("result", wh_json_member (edit, "row"), wh_json_member (result, "row"));
    }
}

static void
store_and_read_back (WhKind kind, char **strings)
{
  g_autofree char *body = write_changes (kind, strings);
  g_autoptr (WhJson) sent = wh_json_parse (body, strlen (body), G_MAXSIZE, NULL);
  const WhJsonNode *edits = wh_json_member (wh_json_root (sent), "changes");
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "POST", "/api/changes", bearer, body);

  if (reply->status != 200)
    g_test_message ("%s: %u %s", wh_entity_class (kind)->name, reply->status, reply->body);
  g_assert_cmpuint (reply->status, ==, 200);
  check_results (reply, edits);
  for (guint i = 0; i < wh_json_length (edits); i++)
    check_one (kind, i, wh_json_member (wh_json_element (edits, i), "row"));
}

static void
test_fields (void)
{
  g_auto (GStrv) strings = naughty_strings ();

  if (!strings)
    return;
  g_test_message ("%u strings", g_strv_length (strings));
  for (WhKind kind = WH_KIND_STRAIN; kind < WH_KIND_SEARCH_DAY; kind++)
    store_and_read_back (kind, strings);
  wh_test_server_alive (&server);
}

/* -- and found ------------------------------------------------------------------------------------------------------ */

static gboolean
is_named (const WhJsonNode *hits, const char *name)
{
  for (guint i = 0; i < wh_json_length (hits); i++)
    if (g_strcmp0 (wh_json_string (wh_json_member (wh_json_element (hits, i), "name"), NULL), name) == 0)
      return TRUE;
  return FALSE;
}

/* Searching for anything is answered, what is too long refused with a word; what has anything to go by finds its very name. */
static gboolean
search_for (const char *path, const char *string)
{
  g_autofree char *escaped = g_uri_escape_string (string, NULL, FALSE), *folded = wh_text_fold (string);
  g_autofree char *target = g_strdup_printf ("%s?q=%s&limit=100", path, escaped);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, bearer, NULL);
  gboolean found = reply->status == 200 && is_named (data_of (reply), string);

  if (!found && (reply->status != 400 || !*code_of (reply)) && *folded)
    {
      g_test_message ("%s: %u %s", target, reply->status, reply->body);
      g_test_fail ();
    }
  return found;
}

static void
test_search (void)
{
  g_auto (GStrv) strings = naughty_strings ();
  guint strains = 0, products = 0;

  if (!strings)
    return;
  for (guint i = 0; strings[i]; i++)
    {
      strains += search_for ("/api/strains/search", strings[i]);
      products += search_for ("/api/products/search", strings[i]);
    }
  g_test_message ("%u strains and %u products of %u found by their very name", strains, products, g_strv_length (strings));
  g_assert_cmpuint (strains, >, 0);
  g_assert_cmpuint (products, >, 0);
  wh_test_server_alive (&server);
}

/* -- and shown ------------------------------------------------------------------------------------------------------ */

static char *
output_of (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_autofree char *out = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_steal_pointer (&out);
}

/* Runs the program beside the server, on its store. */
static char *
run (const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  g_ptr_array_add (argv, (gpointer) "--data-dir");
  g_ptr_array_add (argv, server.dir);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  return output_of ((const char *const *) argv->pdata);
}

/* ESC, DEL and the C1 controls drive a terminal. */
static void
assert_tame (const char *what, const char *text)
{
  for (const char *place = text; *place; place = g_utf8_next_char (place))
    {
      gunichar letter = g_utf8_get_char (place);
      if (g_unichar_iscntrl (letter) && letter != '\n' && !(letter == '\r' && place[strspn (place, "\r")] == '\n'))
        {
          g_test_message ("%s prints U+%04X", what, letter);
          g_test_fail ();
          return;
        }
    }
}

/* All rows of a kind, as the terminal lists them. */
static void
show_rows (WhKind kind, char **strings)
{
  const char *name = wh_entity_class (kind)->plural;
  const char *const as_json[] = { "list", name, "--json", "--limit", "1000", NULL };
  const char *const as_table[] = { "list", name, "--limit", "1000", NULL };
  g_autofree char *json_text = run (as_json), *table = run (as_table), *body = write_changes (kind, strings);
  g_autoptr (WhJson) json = wh_json_parse (json_text, strlen (json_text), G_MAXSIZE, NULL);
  g_autoptr (WhJson) sent = wh_json_parse (body, strlen (body), G_MAXSIZE, NULL);
  const WhJsonNode *edits = wh_json_member (wh_json_root (sent), "changes");
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);

  assert_tame (name, json_text);
  assert_tame (name, table);
  g_assert_nonnull (json);
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    {
      const WhJsonNode *row = wh_json_element (wh_json_root (json), i);
      g_hash_table_insert (shown, (gpointer) wh_json_string (wh_json_member (row, wh_entity_class (kind)->id_key), ""), (gpointer) row);
    }
  for (guint i = 0; i < wh_json_length (edits); i++)
    {
      const WhJsonNode *edit = wh_json_element (edits, i);
      assert_same_row (name, wh_json_member (edit, "row"),
                       g_hash_table_lookup (shown, wh_json_string (wh_json_member (edit, "id"), "")));
    }
}

static void
test_terminal (void)
{
  g_auto (GStrv) strings = naughty_strings ();

  if (!strings)
    return;
  for (WhKind kind = WH_KIND_STRAIN; kind < WH_KIND_SEARCH_DAY; kind++)
    show_rows (kind, strings);
}

/* One that is found and shown by each. */
static void
test_terminal_search (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (driving); i++)
    {
      const char *const as_json[] = { "search", driving[i], "--json", NULL }, *const as_table[] = { "search", driving[i], NULL },
                 *const show[] = { "show", driving[i], NULL };
      g_autofree char *json = run (as_json), *table = run (as_table), *shown = run (show);
      assert_tame ("search --json", json);
      assert_tame ("search", table);
      assert_tame ("show", shown);
    }
}

/* On a terminal nothing is data for another program. */
static void
test_terminal_csv (void)
{
  g_autofree char *command = g_strdup_printf ("'%s' --data-dir '%s' list strains --csv --limit 1000",
                                              g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir);
  const char *const argv[] = { "script", "-qec", command, "/dev/null", NULL };
  g_autofree char *tool = g_find_program_in_path ("script");

  if (!tool)
    {
      g_test_skip ("script(1) is not installed");
      return;
    }
  g_autofree char *shown = output_of (argv);
  g_assert_nonnull (strstr (shown, "Blue Dream"));
  assert_tame ("list --csv on a terminal", shown);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  bearer = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_test_add_func ("/server/corpora/json", test_json);
  g_test_add_func ("/server/corpora/fields", test_fields);
  g_test_add_func ("/server/corpora/search", test_search);
  g_test_add_func ("/server/corpora/terminal", test_terminal);
  g_test_add_func ("/server/corpora/terminal-search", test_terminal_search);
  g_test_add_func ("/server/corpora/terminal-csv", test_terminal_csv);
  status = g_test_run ();
  g_free (bearer);
  wh_test_server_clear (&server);
  return status;
}
