/* The server killed thousands of times under writes, a fresh store every hundred: how many acknowledged writes were lost. One lost, part of
 * a group, or a damaged store or audit trail ends the bench. WEEDHOUNDS_BENCH_KILLS: how many, 10,000 unless it says otherwise. */
#include <stdio.h>
#include <stdlib.h>

#include "wh-test-kills.h"

#define KILLS 10000
#define CAMPAIGN 100   /* kills of one store */

static void
report (const WhTestKills *counts, gint64 start)
{
  printf ("%u kills, %" G_GUINT64_FORMAT " rows and %" G_GUINT64_FORMAT " groups sent, %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
          " acknowledged: 0 lost, 0 in part, 0 stores damaged; %" G_GUINT64_FORMAT " groups landed unacknowledged; %.0f s\n",
          counts->kills, counts->rows, counts->groups, counts->acknowledged, counts->groups_acknowledged, counts->groups_landed,
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  const char *text = g_getenv ("WEEDHOUNDS_BENCH_KILLS");
  guint kills = text ? (guint) atoi (text) : KILLS;
  gint64 start = g_get_monotonic_time ();
  WhTestKills counts = { 0 };

  g_test_init (&argc, &argv, NULL);
  while (counts.kills < kills)
    {
      wh_test_kills_run (MIN (CAMPAIGN, kills - counts.kills), &counts);
      report (&counts, start);
    }
  return 0;
}
