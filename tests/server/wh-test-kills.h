/* wh-test-kills.h: the server killed at random moments while several write over HTTP: single rows with ids of their own, single rows with
 * an Idempotency-Key and the server's ids, and groups. */
#pragma once

#include <glib.h>

typedef struct {
  guint   kills;
  guint64 rows, acknowledged;     /* sent one by one */
  guint64 groups, groups_acknowledged;
  guint64 groups_landed;          /* whole, though nobody was told any more */
} WhTestKills;

/* Fails when anything acknowledged is missing, part of a group is there, the store or its audit trail is damaged, or sending everything
 * again changes what was there. Adds to `counts`. */
void wh_test_kills_run (guint kills, WhTestKills *counts);
