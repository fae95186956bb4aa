/* The server killed at any moment while rows are written over HTTP: what was acknowledged is there, groups are whole or absent, the store
 * and its audit trail are whole, and sending everything again changes nothing. */
#include "wh-test-kills.h"

#define N_KILLS 100

static void
test_kills (void)
{
  WhTestKills counts = { 0 };

  wh_test_kills_run (N_KILLS, &counts);
  g_test_message ("%u kills: %" G_GUINT64_FORMAT " rows (%" G_GUINT64_FORMAT " acknowledged), %" G_GUINT64_FORMAT " groups (%"
                  G_GUINT64_FORMAT " acknowledged, %" G_GUINT64_FORMAT " landed without)", counts.kills, counts.rows,
                  counts.acknowledged, counts.groups, counts.groups_acknowledged, counts.groups_landed);
  g_assert_cmpuint (counts.acknowledged, >, 0);
  g_assert_cmpuint (counts.groups_acknowledged, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/durable/kills", test_kills);
  return g_test_run ();
}
