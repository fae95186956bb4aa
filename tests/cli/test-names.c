/* Names of a menu, decided in the terminal: linked, accepted, rejected, and kept when the menu comes again. */
#include <string.h>

#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "strains.csv", "Name,Type\nBlue Dream,Hybrid\nGelato #33,Hybrid\nDurban Poison,Sativa\n");
  wh_test_write (dir, "menu.csv",
                 "Product,Category,Price,Dispensary\nBlue Dream 5pk 2.5g,Pre-Rolls,25,Green Door\nBlue Dream 1g PR,Pre-Rolls,9,Green Door\n"
                 "Durban Z,Flower,30,Green Door\n");
  g_free (wh_test_say (dir, "import strains strains.csv", 0));
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  return dir;
}

static gint64
number_at (const char *dir, const char *arguments, const char *key)
{
  g_autoptr (WhJson) json = wh_test_ask (dir, arguments, 0);

  return wh_json_integer (wh_json_member (wh_json_root (json), key), -1);
}

static guint
waiting (const char *dir)
{
  g_autoptr (WhJson) json = wh_test_ask (dir, "names review", 0);

  return wh_json_length (wh_json_root (json));
}

static void
test_link (void)
{
  g_autofree char *dir = make_dir ();

  g_assert_cmpuint (waiting (dir), ==, 3);
  g_assert_cmpint (number_at (dir, "names link --dry-run", "products"), ==, 2);
  g_assert_cmpuint (waiting (dir), ==, 3);
  g_assert_cmpint (number_at (dir, "names link", "products"), ==, 2);
  g_assert_cmpint (number_at (dir, "names link", "products"), ==, 0);
  g_assert_cmpuint (waiting (dir), ==, 1);
  wh_test_remove_dir (dir);
}

static void
test_decisions (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *found = NULL;

  g_assert_cmpint (number_at (dir, "names accept 'Durban Z' durban-poison", "products"), ==, 1);
  found = wh_test_say (dir, "search durban z", 0);
  g_assert_nonnull (strstr (found, "Durban Poison"));
  g_assert_cmpint (number_at (dir, "names reject 'Blue Dream 1g PR' blue-dream", "products"), ==, 0);
  g_assert_cmpint (number_at (dir, "names link", "products"), ==, 1);
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  g_assert_cmpint (number_at (dir, "names link", "products"), ==, 0);
  wh_test_remove_dir (dir);
}

static void
test_refused (void)
{
  g_autofree char *dir = make_dir ();

  g_free (wh_test_say (dir, "names accept 'Durban Z'", 2));
  g_free (wh_test_say (dir, "names link everything", 2));
  g_free (wh_test_say (dir, "names accept 'Durban Z' nowhere", 3));
  g_free (wh_test_say (dir, "names accept '!!!' blue-dream", 1));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/names/link", test_link);
  g_test_add_func ("/cli/names/decisions", test_decisions);
  g_test_add_func ("/cli/names/refused", test_refused);
  return g_test_run ();
}
