#include "base/wh-clock.h"
#include "base/wh-id.h"
#include "support/wh-test.h"

#include <string.h>

static void
assert_version (const WhId *id, guint version)
{
  g_assert_cmpuint (id->bytes[6] >> 4, ==, version);
  g_assert_cmpuint (id->bytes[8] >> 6, ==, 2);
}

static void
test_new (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);

  for (guint i = 0; i < 10000; i++)
    {
      WhId id = wh_id_new ();

      assert_version (&id, 7);
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&id, sizeof id)));
    }
}

/* The example of RFC 9562, appendix A.6: 0x017F22E279B0 milliseconds. */
static void
test_time (void)
{
  const gint64 moment = G_GINT64_CONSTANT (0x017F22E279B0) * 1000;
  WhId before, after;
  g_autofree char *text = NULL;

  wh_clock_freeze (moment);
  before = wh_id_new ();
  wh_clock_freeze (moment + 1);
  after = wh_id_new ();
  wh_clock_freeze (WH_TIME_UNSET);
  text = wh_id_to_string (&before);
  g_assert_true (g_str_has_prefix (text, "017f22e2-79b0-7000-"));
  g_assert_cmpint (wh_id_compare (&before, &after), <, 0);
}

static void
test_from_key (void)
{
  WhId id = wh_id_from_key ("strain", "mcr", "Blue Dream");
  WhId again = wh_id_from_key ("strain", "mcr", "Blue Dream");
  WhId left = wh_id_from_key ("strain", "ab", "c");
  WhId right = wh_id_from_key ("strain", "a", "bc");
  WhId absent = wh_id_from_key ("strain", NULL, "x");
  WhId empty = wh_id_from_key ("strain", "", "x");

  assert_version (&id, 8);
  g_assert_true (wh_id_equal (&id, &again));
  g_assert_false (wh_id_equal (&left, &right));
  g_assert_false (wh_id_equal (&absent, &empty));
}

/* Stored rows carry such ids: their making may never change. */
static void
test_from_key_is_stable (void)
{
  WhId id = wh_id_from_key ("strain", "demo", "northern lights");
  g_autofree char *text = wh_id_to_string (&id);

  g_assert_cmpstr (text, ==, "83afc124-081a-8c36-a62b-9af8f66bf4bc");
}

static void
test_text (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      WhId id = wh_id_new (), back;
      g_autofree char *text = wh_id_to_string (&id);
      g_autofree char *upper = g_ascii_strup (text, -1);

      g_assert_cmpuint (strlen (text), ==, WH_ID_TEXT_LENGTH);
      g_assert_true (wh_id_parse (text, &back));
      g_assert_true (wh_id_equal (&id, &back));
      g_assert_true (wh_id_parse (upper, &back));
      g_assert_true (wh_id_equal (&id, &back));
    }
}

static void
test_refuse (void)
{
  static const char *const wrong[] = {
    "", "017f22e2", "017f22e279b070009000000000000000", "{017f22e2-79b0-7000-9000-00000000000}",
    "017f22e2-79b0-7000-9000-00000000000", "017f22e2-79b0-7000-9000-0000000000000", "017f22e2-79b0-7000-9000-00000000000g",
    "017f22e2079b0-7000-9000-000000000000", "017f22e2-79b0-7000-9000--00000000000",
  };
  WhId id = wh_id_new (), kept = id;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (wh_id_parse (wrong[i], &id));
  g_assert_false (wh_id_parse (NULL, &id));
  g_assert_true (wh_id_equal (&id, &kept));
}

static void
test_none (void)
{
  WhId none = WH_ID_NONE, made = wh_id_new ();

  g_assert_true (wh_id_is_none (&none));
  g_assert_false (wh_id_is_none (&made));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/id/new", test_new);
  g_test_add_func ("/base/id/time", test_time);
  g_test_add_func ("/base/id/from-key", test_from_key);
  g_test_add_func ("/base/id/from-key-is-stable", test_from_key_is_stable);
  g_test_add_func ("/base/id/text", test_text);
  g_test_add_func ("/base/id/refuse", test_refuse);
  g_test_add_func ("/base/id/none", test_none);
  return g_test_run ();
}
