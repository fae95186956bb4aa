/* wh-rate-table.h: counts by key in windows of time, in a fixed room. Thread-safe; who counts waits for no lock, only who is new does.
 *
 * Exact: of any number of threads that count a key at once, as many as the limit says are let through. Nobody's count is given up
 * before its window ends: where there is no room for one who is new, that one is counted together with its neighbours, and what they
 * counted stays with it when it finds room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhRateTable WhRateTable;

typedef struct {
  guint64 a, b;             /* the whole key; two that differ never share a count while there is room */
  guint64 crowd;            /* the same for neighbours; among those without room they share a count … */
  guint   class;            /* … if they are of one class, below WH_RATE_CLASSES */
} WhRateKey;

#define WH_RATE_CLASSES 16

typedef struct {
  gboolean allowed;
  guint    count;           /* by now, this one included where it is allowed */
  gint64   ends;            /* of the window, seconds since 1970 */
  gssize   slot;            /* where it is counted; -1: together with its neighbours */
} WhRateCount;

/* Room for at least so many keys at a time. */
WhRateTable *wh_rate_table_new   (gsize keys);
void         wh_rate_table_free  (WhRateTable *table);
gsize        wh_rate_table_slots (const WhRateTable *table);
/* Counts one more of at most `limit` (> 0) in the window that ends at `ends` (in the future, at most `seconds` away). `now`: seconds
 * since 1970. */
void         wh_rate_table_count (WhRateTable *table, const WhRateKey *key, gint64 now, gint64 ends, guint seconds, guint limit,
                                  WhRateCount *out_count);
/* It is known to be at least `count` in that window. */
void         wh_rate_table_raise (WhRateTable *table, gssize slot, gint64 ends, guint count);

G_END_DECLS
