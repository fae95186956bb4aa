/* Who may do what: every role with every kind, held against a table written here a second time. */
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-nouns-shop.h"
#include "core/wh-principal.h"
#include "support/wh-test.h"

typedef struct {
  const char *role;   /* NULL: nobody is signed in and nothing is known of them */
  const char *reads, *writes;   /* a letter per kind in the order of WhKind: x may, . may not */
} Row;

/*                                      strain, dispensary, batch, lab_result, product, price, alias, stock, promotion, review, note,
 *                                      favorite, watch, feedback, search_day */
static const Row rows[] = {
  { NULL, "...............", "..............." },
  { "stranger", "...............", "..............." },
  { "reader", "xxxxxxx.xx.....", "..............." },
  { "staff", "xxxxxxxxxxxxxxx", ".....x.x.xxxxx." },
  { "administrator", "xxxxxxxxxxxxxxx", "xxxxxxxxxxxxxx." },
};

static WhPrincipal *
principal_of (const char *role)
{
  return wh_principal_new ("somebody", (const char *const[]) { role, NULL });
}

static void
test_kinds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
      {
        g_autoptr (WhPrincipal) principal = principal_of (rows[i].role);
        g_test_message ("%s: %s", rows[i].role, wh_entity_class (kind)->name);
        g_assert_cmpint (wh_principal_allows (principal, wh_permission_to_read (kind)), ==, rows[i].reads[kind - 1] == 'x');
        g_assert_cmpint (wh_principal_allows (principal, wh_permission_to_write (kind)), ==, rows[i].writes[kind - 1] == 'x');
      }
}

static void
test_nothing_is_nobodys (void)
{
  g_autoptr (WhPrincipal) administrator = principal_of ("administrator");

  g_assert_false (wh_principal_allows (administrator, WH_PERMISSION_NONE));
  g_assert_false (wh_principal_allows (administrator, wh_permission_to_read (WH_KIND_NONE)));
  g_assert_false (wh_principal_allows (administrator, wh_permission_to_write (WH_N_KINDS)));
  g_assert_false (wh_principal_allows (NULL, WH_PERMISSION_READ_CATALOGUE));
  g_assert_true (wh_principal_allows (NULL, WH_PERMISSION_PUBLIC));
}

static void
test_message (void)
{
  g_autoptr (WhPrincipal) reader = principal_of ("reader");
  g_autoptr (GError) error = NULL;

  g_assert_false (wh_principal_require (reader, WH_PERMISSION_WRITE_SHOP, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, "write_shop"));
}

/* What has an owner is that one's alone, administrators aside; what has none is everybody's. */
static void
test_owners (void)
{
  g_autoptr (WhPrincipal) ana = wh_principal_new ("ana", (const char *const[]) { "staff", NULL });
  g_autoptr (WhPrincipal) bob = wh_principal_new ("bob", (const char *const[]) { "staff", NULL });
  g_autoptr (WhPrincipal) administrator = wh_principal_new ("eve", (const char *const[]) { "administrator", NULL });
  g_autoptr (WhWatch) watch = wh_watch_new (WH_ID_NONE);
  g_autoptr (WhNote) note = wh_note_new (WH_ID_NONE);

  g_assert_false (wh_principal_is_others (bob, watch));
  watch->owner = g_strdup ("ana");
  g_assert_false (wh_principal_is_others (ana, watch));
  g_assert_true (wh_principal_is_others (bob, watch));
  g_assert_false (wh_principal_is_others (administrator, watch));
  g_assert_false (wh_principal_is_others (bob, note));
  g_assert_false (wh_principal_is_others (bob, NULL));
  g_assert_true (wh_permission_has_owner (WH_KIND_FAVORITE) && !wh_permission_has_owner (WH_KIND_NOTE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/principal/kinds", test_kinds);
  g_test_add_func ("/principal/nothing-is-nobodys", test_nothing_is_nobodys);
  g_test_add_func ("/principal/owners", test_owners);
  g_test_add_func ("/principal/message", test_message);
  return g_test_run ();
}
