#include "base/wh-hash.h"
#include "support/wh-test.h"

static void
assert_digest (WhHash hash, const char *expected)
{
  g_autofree char *text = wh_hash_to_string (&hash);

  g_assert_cmpstr (text, ==, expected);
}

/* FIPS 180-4 examples. */
static void
test_data (void)
{
  assert_digest (wh_hash_data ("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_digest (wh_hash_data ("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_running (void)
{
  WhHasher *hasher = wh_hasher_new ();

  wh_hasher_data (hasher, "a", 1);
  wh_hasher_data (hasher, NULL, 0);
  wh_hasher_data (hasher, "bc", 2);
  assert_digest (wh_hasher_finish (hasher), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static char *
digest_of_texts (const char *first, const char *second)
{
  WhHasher *hasher = wh_hasher_new ();
  WhHash hash;

  wh_hasher_text (hasher, first);
  wh_hasher_text (hasher, second);
  hash = wh_hasher_finish (hasher);
  return wh_hash_to_string (&hash);
}

static void
test_texts (void)
{
  static const char *const pairs[][2] = { { "ab", "c" }, { "a", "bc" }, { "abc", "" }, { "", "abc" }, { "abc", NULL }, { NULL, "abc" } };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_assert_true (g_hash_table_add (seen, digest_of_texts (pairs[i][0], pairs[i][1])));
  g_assert_false (g_hash_table_add (seen, digest_of_texts ("ab", "c")));
}

/* The example of the paper. */
static void
test_keyed (void)
{
  const guint64 key[2] = { G_GUINT64_CONSTANT (0x0706050403020100), G_GUINT64_CONSTANT (0x0f0e0d0c0b0a0908) };
  guint8 data[15];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8) i;
  g_assert_cmphex (wh_hash_keyed (key, data, sizeof data), ==, G_GUINT64_CONSTANT (0xa129ca6149be45e5));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/hash/data", test_data);
  g_test_add_func ("/base/hash/running", test_running);
  g_test_add_func ("/base/hash/texts", test_texts);
  g_test_add_func ("/base/hash/keyed", test_keyed);
  return g_test_run ();
}
