#include "wh-freshness.h"

#include <glib/gi18n.h>

#define HOUR (3600 * WH_TIME_SECOND)
#define MINUTE (60 * WH_TIME_SECOND)

static const gint64 limits[] = {
  [WH_FACT_MENU] = 2 * HOUR,
  [WH_FACT_PRICE] = 1 * HOUR,
  [WH_FACT_STOCK] = 1 * HOUR,
  [WH_FACT_DISPENSARY] = 30 * WH_TIME_DAY,
  [WH_FACT_STRAIN] = 7 * WH_TIME_DAY,
  [WH_FACT_REVIEW] = 7 * WH_TIME_DAY,
  [WH_FACT_LAB_RESULT] = 365 * WH_TIME_DAY,
  [WH_FACT_TERPENES] = 365 * WH_TIME_DAY,
  [WH_FACT_RULE] = 365 * WH_TIME_DAY,
};
G_STATIC_ASSERT (G_N_ELEMENTS (limits) == WH_N_FACTS);

gint64
wh_freshness_limit (WhFactKind kind)
{
  g_return_val_if_fail (kind < WH_N_FACTS, 0);
  return limits[kind];
}

gboolean
wh_freshness_is_stale (WhFactKind kind, gint64 observed_at, gint64 now)
{
  return observed_at == WH_TIME_UNSET || now - observed_at > wh_freshness_limit (kind);
}

char *
wh_freshness_age (gint64 observed_at, gint64 now)
{
  gint64 age = observed_at == WH_TIME_UNSET ? 0 : MAX (now - observed_at, 0);

  if (observed_at == WH_TIME_UNSET)
    return NULL;
  if (age >= 2 * WH_TIME_DAY)
    return g_strdup_printf (ngettext ("%d day", "%d days", (int) (age / WH_TIME_DAY)), (int) (age / WH_TIME_DAY));
  if (age >= HOUR)
    return g_strdup_printf (ngettext ("%d hour", "%d hours", (int) (age / HOUR)), (int) (age / HOUR));
  return g_strdup_printf (ngettext ("%d minute", "%d minutes", (int) (age / MINUTE)), (int) (age / MINUTE));
}
