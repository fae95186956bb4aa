/* wh-freshness.h: how old a fact may be before it is called stale. The only table of it. */
#pragma once

#include "base/wh-clock.h"

G_BEGIN_DECLS

typedef enum {
  WH_FACT_MENU,
  WH_FACT_PRICE,
  WH_FACT_STOCK,
  WH_FACT_DISPENSARY,
  WH_FACT_STRAIN,
  WH_FACT_REVIEW,
  WH_FACT_LAB_RESULT,
  WH_FACT_TERPENES,
  WH_FACT_RULE,      /* of law, since its text was read */
  WH_N_FACTS
} WhFactKind;

/* The greatest age of a fact that still counts as fresh, in microseconds. */
gint64      wh_freshness_limit (WhFactKind kind);
/* Whether what was observed then is older than its limit now. A fact of unknown age is stale. */
gboolean    wh_freshness_is_stale (WhFactKind kind, gint64 observed_at, gint64 now);
/* "3 hours", translated; NULL for WH_TIME_UNSET. Caller frees. */
char       *wh_freshness_age   (gint64 observed_at, gint64 now);

G_END_DECLS
