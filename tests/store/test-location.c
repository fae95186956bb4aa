/* Addresses of servers: which are any, how they are shown, and that no message tells a password. */
#include <string.h>

#include "base/wh-error.h"
#include "store/wh-store.h"
#include "support/wh-test.h"
#include "wh-config.h"

#define SECRET "s3cret"

static void
test_which_are_servers (void)
{
  static const struct {
    const char *location;
    gboolean    is_server;
  } cases[] = {
    { "postgresql://localhost/weedhounds", TRUE }, { "postgres://", TRUE },
    { "POSTGRES://h/d", TRUE },                    { "host=/run/postgresql dbname=weedhounds", TRUE },
    { "dbname=weedhounds", TRUE },                 { "service=shop", TRUE },
    { "/var/lib/weedhounds/store.db", FALSE },     { ":memory:", FALSE },
    { "store=1.db", FALSE },                       { "./host=x.db", FALSE },
    { "http://localhost", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (wh_store_location_is_server (cases[i].location), ==, cases[i].is_server);
}

static void
test_shown_without_password (void)
{
  static const struct {
    const char *location, *shown;
  } cases[] = {
    { "/var/lib/weedhounds/store.db", "/var/lib/weedhounds/store.db" },
    { "postgresql://db.example:5432/weedhounds", "postgresql://db.example:5432/weedhounds" },
    { "postgresql://ana:" SECRET "@db.example/weedhounds", "postgresql://db.example/weedhounds" },
    { "postgres://ana:a@" SECRET "@db.example/weedhounds", "postgresql://db.example/weedhounds" },
    { "postgresql://ana:a/" SECRET "?x@db.example/weedhounds", "postgresql://db.example/weedhounds" },
    { "postgresql://db.example/weedhounds?password=" SECRET "&sslmode=require", "postgresql://db.example/weedhounds" },
    { "postgresql:///weedhounds?host=/run/pg&password=" SECRET, "postgresql:///weedhounds?host=/run/pg" },
    { "host=db.example password='" SECRET " x' dbname=weedhounds user=ana", "postgresql://?host=db.example&dbname=weedhounds" },
    { "host='a " SECRET "' dbname=d", "postgresql://?host=…&dbname=d" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = wh_store_location_shown (cases[i].location);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* Whatever is wrong with an address, and whoever notices: we, libpq before it connects, or the network. */
static void
test_no_message_tells_a_password (void)
{
  static const char *const locations[] = {
    "postgresql://ana:" SECRET "@/weedhounds?host=/nowhere",
    "postgresql://ana:a@" SECRET "@localhost:1/weedhounds",
    "postgresql://ana:a/" SECRET "@localhost:1/weedhounds",
    "postgresql://ana:a:" SECRET "/x@localhost:1/weedhounds",
    "postgresql://localhost:1/weedhounds?password=" SECRET "&nonsense=1",
    "postgresql://localhost:1/weedhounds?password=%" SECRET,
    "postgresql://ana:[" SECRET "@localhost:1/x",
    "host=/nowhere dbname=d password=" SECRET,
    "host=/nowhere dbname=d password='" SECRET,
    "host=/nowhere dbname=d password=x " SECRET,
    "host=/nowhere dbname=postgresql://ana:" SECRET "@h/d",
  };

  for (guint i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_store_open (locations[i], WH_STORE_READ, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == WH_ERROR);
      g_test_message ("%s", error->message);
      g_assert_null (strstr (error->message, SECRET));
    }
}

static void
test_unreachable (void)
{
  const WhErrorCode expected = WH_HAVE_POSTGRES ? WH_ERROR_OFFLINE : WH_ERROR_UNSUPPORTED;
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_store_open ("postgresql://localhost:1/weedhounds", WH_STORE_WRITE, &error));
  g_assert_error (error, WH_ERROR, (gint) expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/location/which-are-servers", test_which_are_servers);
  g_test_add_func ("/store/location/shown-without-password", test_shown_without_password);
  g_test_add_func ("/store/location/no-message-tells-a-password", test_no_message_tells_a_password);
  g_test_add_func ("/store/location/unreachable-or-not-built-in", test_unreachable);
  return g_test_run ();
}
