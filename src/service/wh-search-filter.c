#include "wh-search.h"

#include <math.h>

#define MG_PER_PERCENT 10.0

gboolean
wh_search_has_filters (const WhQuery *query)
{
  return query->type || query->state || query->in_stock || query->ranges->len > 0 || !isnan (query->price_max)
         || !isnan (query->thc_min) || !isnan (query->thc_max) || !isnan (query->cbd_min) || !isnan (query->cbd_max);
}

static gboolean
within (double value, double min, double max)
{
  if (isnan (min) && isnan (max))
    return TRUE;
  return !isnan (value) && !(value < min) && !(value > max);
}

static gboolean
passes_ranges (const WhSnapshot *snapshot, const WhQuery *query, guint strain)
{
  for (guint i = 0; i < query->ranges->len; i++)
    {
      const WhRange *range = &g_array_index (query->ranges, WhRange, i);
      if (!within (wh_snapshot_amount (snapshot, strain, range->analyte).estimate, range->min, range->max))
        return FALSE;
    }
  return TRUE;
}

gboolean
wh_search_passes (const WhSnapshot *snapshot, const WhQuery *query, guint64 state_bit, guint strain)
{
  const WhCard *card = &snapshot->cards[strain];

  return !(query->in_stock && card->n_in_stock == 0)
         && !(query->type && (!card->type || g_ascii_strcasecmp (card->type, query->type) != 0))
         && !(query->state && !(snapshot->sold_in[strain] & state_bit))
         && within (card->thc.estimate / MG_PER_PERCENT, query->thc_min, query->thc_max)
         && within (card->cbd.estimate / MG_PER_PERCENT, query->cbd_min, query->cbd_max)
         && within (card->price_per_gram, NAN, query->price_max) && passes_ranges (snapshot, query, strain);
}
