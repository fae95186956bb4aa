#include "base/wh-error.h"
#include "base/wh-json.h"
#include "base/wh-limits.h"
#include "base/wh-random.h"
#include "support/wh-test.h"

#include <string.h>

static WhJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  WhJson *json = wh_json_parse (text, strlen (text), WH_LIMIT_JSON_BYTES, &error);

  wh_test_no_error (error);
  return json;
}

static void
test_values (void)
{
  g_autoptr (WhJson) json = parse ("{\"s\":\"a\\u00e9\\ud834\\udd1e\",\"i\":-7,\"d\":1.5,\"w\":2e3,\"t\":true,\"n\":null,\"l\":[1,[],{}]}");
  const WhJsonNode *root = wh_json_root (json);
  const WhJsonNode *list = wh_json_member (root, "l");

  g_assert_true (wh_json_is_object (root));
  g_assert_cmpstr (wh_json_string (wh_json_member (root, "s"), NULL), ==, "aé𝄞");
  g_assert_cmpint (wh_json_integer (wh_json_member (root, "i"), 0), ==, -7);
  g_assert_cmpfloat (wh_json_number (wh_json_member (root, "i"), 0), ==, -7);
  g_assert_cmpfloat (wh_json_number (wh_json_member (root, "d"), 0), ==, 1.5);
  g_assert_cmpint (wh_json_integer (wh_json_member (root, "w"), 0), ==, 2000);
  g_assert_true (wh_json_boolean (wh_json_member (root, "t"), FALSE));
  g_assert_true (wh_json_is_null (wh_json_member (root, "n")));
  g_assert_cmpuint (wh_json_length (list), ==, 3);
  g_assert_true (wh_json_is_number (wh_json_element (list, 0)));
  g_assert_true (wh_json_is_array (wh_json_element (list, 1)));
  g_assert_true (wh_json_is_object (wh_json_element (list, 2)));
}

static void
test_fallbacks (void)
{
  g_autoptr (WhJson) json = parse ("{\"s\":\"5\",\"d\":1.5,\"big\":1e300}");
  const WhJsonNode *root = wh_json_root (json);

  g_assert_null (wh_json_member (root, "absent"));
  g_assert_null (wh_json_member (wh_json_member (root, "s"), "x"));
  g_assert_null (wh_json_element (root, 0));
  g_assert_cmpuint (wh_json_length (root), ==, 0);
  g_assert_true (wh_json_is_null (NULL));
  g_assert_cmpstr (wh_json_string (wh_json_member (root, "d"), "none"), ==, "none");
  g_assert_cmpfloat (wh_json_number (wh_json_member (root, "s"), -1), ==, -1);
  g_assert_cmpint (wh_json_integer (wh_json_member (root, "d"), -1), ==, -1);
  g_assert_cmpint (wh_json_integer (wh_json_member (root, "big"), -1), ==, -1);
  g_assert_cmpint (wh_json_integer (NULL, -1), ==, -1);
  g_assert_true (wh_json_boolean (wh_json_member (root, "s"), TRUE));
}

static void
test_keys (void)
{
  g_autoptr (WhJson) json = parse ("{\"z\":1,\"a\":[2],\"m\":3}");
  g_autofree const char **keys = wh_json_keys (wh_json_root (json));
  g_autofree const char **none = wh_json_keys (wh_json_member (wh_json_root (json), "a"));
  static const char *const expected[] = { "z", "a", "m", NULL };

  g_assert_cmpstrv (keys, expected);
  g_assert_null (none[0]);
}

static void
test_repeated_key (void)
{
  g_autoptr (WhJson) json = parse ("{\"a\":1,\"b\":2,\"\\u0061\":3}");
  g_autofree const char **keys = wh_json_keys (wh_json_root (json));

  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_root (json), "a"), 0), ==, 3);
  g_assert_cmpuint (g_strv_length ((char **) keys), ==, 2);
}

/* U+0000 would end a C string: what follows it may not vanish. */
static void
test_nul (void)
{
  g_autoptr (WhJson) json = parse ("{\"k\\u0000ey\":\"a\\u0000b\\\\u0000\"}");

  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_root (json), "k\xef\xbf\xbd" "ey"), NULL), ==,
                   "a\xef\xbf\xbd" "b\\u0000");
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  g_autofree char *deepest = nested (WH_LIMIT_JSON_DEPTH);
  g_autofree char *too_deep = nested (WH_LIMIT_JSON_DEPTH + 1);
  g_autofree char *abyss = nested (1000000);
  g_autoptr (WhJson) json = parse (deepest);
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_json_parse (too_deep, strlen (too_deep), WH_LIMIT_JSON_BYTES, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_json_parse (abyss, strlen (abyss), WH_LIMIT_JSON_BYTES, NULL));
  g_assert_null (wh_json_parse ("[1,2]", 5, 4, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
}

static void
test_refuse (void)
{
  static const char *const wrong[] = {
    "", " ", "[1,]", "{\"a\":1,}", "[01]", "[+1]", "[.5]", "[1.]", "[1e]", "[-]", "nul", "True", "[1] x", "\xef\xbb\xbf[]", "'a'",
    "[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "[\"\\x\"]", "[\"\t\"]", "[\"\xc0\xaf\"]", "[\"\xed\xa0\x80\"]",
    "[\"a", "{\"a\" 1}", "{a:1}", "[1 2]", "{\"a\":1 \"b\":2}", "[9223372036854775808]", "[1e400]", "// x\n[]", "[NaN]", "[\"\\u12g4\"]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WhJson) json = wh_json_parse (wrong[i], strlen (wrong[i]), WH_LIMIT_JSON_BYTES, &error);

      if (json)
        g_error ("'%s' was taken for JSON", wrong[i]);
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
  g_assert_null (wh_json_parse ("[1]\0", 4, 100, NULL));
}

static void
test_place_of_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_json_parse ("{\n \"a\": 1,\n \"b\": x\n}", 20, 100, &error));
  g_assert_nonnull (strstr (error->message, "line 3, column 7"));
}

typedef struct {
  guint accepted;
  guint refused;
} Tally;

static void
try_file (const char *dir, const char *name, Tally tallies[128])
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *text = NULL;
  Tally *tally = &tallies[name[0] & 127];
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_autoptr (WhJson) json = wh_json_parse (text, length, WH_LIMIT_JSON_BYTES, NULL);
  if (json)
    tally->accepted++;
  else
    tally->refused++;
  if ((name[0] == 'y' && !json) || (name[0] == 'n' && json))
    {
      g_test_message ("wrong about %s", name);
      g_test_fail ();
    }
}

static void
test_corpus (void)
{
  g_autofree char *path = wh_test_shared ("corpora/JSONTestSuite/test_parsing");
  Tally tallies[128] = { 0 };
  const char *name;

  if (!path)
    return;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    try_file (path, name, tallies);
  g_test_message ("y_ %u accepted, n_ %u refused, i_ %u accepted and %u refused", tallies['y'].accepted, tallies['n'].refused,
                  tallies['i'].accepted, tallies['i'].refused);
  g_assert_cmpuint (tallies['y'].accepted, ==, 95);
  g_assert_cmpuint (tallies['n'].refused, ==, 188);
}

static void
mutate (WhRng *rng, char *text, gsize length)
{
  static const char alphabet[] = "[]{},:\"\\u0dDeE+-.19 \ntfn\xc3\xed\xff";
  guint n = 1 + wh_rng_below (rng, 4);

  for (guint i = 0; i < n; i++)
    text[wh_rng_below (rng, (guint32) length)] = alphabet[wh_rng_below (rng, sizeof alphabet)];
}

/* Whatever the bytes: an answer or an error, and no message from json-glib, which the scan goes before. */
static void
test_mutations (void)
{
  static const char seed[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\\ud834\\udd1e\",true,false,null,{\"b\":{}}],\"c\":\"é\",\"d\":[[],[[0]]]}";
  guint n_accepted = 0;
  WhRng rng;

  wh_rng_init (&rng, 17);
  for (guint i = 0; i < 30000; i++)
    {
      char text[sizeof seed];
      g_autoptr (GError) error = NULL;

      memcpy (text, seed, sizeof seed);
      mutate (&rng, text, sizeof seed - 1);
      g_autoptr (WhJson) json = wh_json_parse (text, sizeof seed - 1, WH_LIMIT_JSON_BYTES, &error);
      g_assert_true ((json != NULL) == (error == NULL));
      if (error && strstr (error->message, "cannot be read"))
        g_error ("json-glib refused what the scan took: %s", text);
      n_accepted += json != NULL;
    }
  g_assert_cmpuint (n_accepted, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/values", test_values);
  g_test_add_func ("/base/json/fallbacks", test_fallbacks);
  g_test_add_func ("/base/json/keys", test_keys);
  g_test_add_func ("/base/json/repeated-key", test_repeated_key);
  g_test_add_func ("/base/json/nul", test_nul);
  g_test_add_func ("/base/json/limits", test_limits);
  g_test_add_func ("/base/json/refuse", test_refuse);
  g_test_add_func ("/base/json/place-of-error", test_place_of_error);
  g_test_add_func ("/base/json/corpus", test_corpus);
  g_test_add_func ("/base/json/mutations", test_mutations);
  return g_test_run ();
}
