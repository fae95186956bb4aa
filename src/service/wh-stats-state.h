/* wh-stats-state.h: what the figures need of the store, row by row, kept in memory and moved on by the change log. Not for other rooms.
 *
 * Not thread-safe. Ages are not in it: they are worked out when asked, so nothing goes stale by waiting. */
#pragma once

#include "store/wh-store.h"

G_BEGIN_DECLS

/* One row of the store. Which fields are used depends on its kind. */
typedef struct {
  WhId     id;            /* first: rows are their own keys */
  WhId     about;         /* product: its shop; price: its product */
  gint64   seen_at;       /* when the fact was observed; WH_TIME_UNSET not known */
  gint64   changed_at;    /* when the row was last written */
  gint64   amount;        /* price: cents; search_day: searches */
  gint64   empty;         /* search_day: without a result */
  const char *text;       /* price: currency and unit; feedback: about; search_day: term; kept by the state */
  gboolean flag;          /* lab_result: has terpenes; product: priced; feedback: accepted */
  gboolean stocked;       /* product: it is known whether it is in stock */
} WhStatsRow;

typedef struct {
  gint64        revision;            /* 0: nothing was read yet */
  GHashTable   *rows[WH_N_KINDS];    /* sets of WhStatsRow */
  GHashTable   *prices;              /* WhId of a product -> GPtrArray of WhStatsRow*: its prices in no order */
  GHashTable   *texts;               /* char*: set */
  guint64       n_read;              /* rows read since the state was made, for those who measure */
} WhStatsState;

WhStatsState *wh_stats_state_new  (void);
void          wh_stats_state_free (WhStatsState *state);
/* To what the reader sees: by the change log, or from scratch where that is shorter. After an error the state is empty. */
gboolean      wh_stats_state_move (WhStatsState *state, WhReader *reader, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStatsState, wh_stats_state_free)

G_END_DECLS
