#include "wh-query.h"

#include <math.h>
#include <string.h>

#define DEFAULT_LIMIT 20

static const char *const sort_keys[] = {
  [WH_SORT_RELEVANCE] = "relevance", [WH_SORT_NAME] = "name",   [WH_SORT_THC] = "thc_percentage",
  [WH_SORT_CBD] = "cbd_percentage",  [WH_SORT_POPULARITY] = "popularity", [WH_SORT_PRICE] = "price",
};

static void
condition_clear_cb (gpointer data)
{
  WhCondition *condition = data;

  g_free (condition->value);
}

WhQuery *
wh_query_new (void)
{
  WhQuery *query = g_new0 (WhQuery, 1);

  g_atomic_ref_count_init (&query->ref_count);
  query->thc_min = query->thc_max = query->cbd_min = query->cbd_max = query->price_min = query->price_max = NAN;
  query->ranges = g_array_new (FALSE, FALSE, sizeof (WhRange));
  query->conditions = g_array_new (FALSE, FALSE, sizeof (WhCondition));
  g_array_set_clear_func (query->conditions, condition_clear_cb);
  query->fuzzy = TRUE;
  query->limit = DEFAULT_LIMIT;
  return query;
}

WhQuery *
wh_query_ref (const WhQuery *query)
{
  g_atomic_ref_count_inc (&((WhQuery *) query)->ref_count);
  return (WhQuery *) query;
}

void
wh_query_unref (WhQuery *query)
{
  if (!query || !g_atomic_ref_count_dec (&query->ref_count))
    return;
  g_free (query->text);
  g_free (query->type);
  g_free (query->state);
  g_array_unref (query->ranges);
  g_array_unref (query->conditions);
  g_free (query);
}

void
wh_query_add_condition (WhQuery *query, WhTag tag, gboolean without, char *value)
{
  WhCondition condition = { tag, without, value };

  g_array_append_val (query->conditions, condition);
}

gboolean
wh_sort_parse (const char *key, WhSort *out_sort)
{
  for (guint i = 0; key && i < G_N_ELEMENTS (sort_keys); i++)
    if (strcmp (sort_keys[i], key) == 0)
      {
        *out_sort = i;
        return TRUE;
      }
  return FALSE;
}

const char *
wh_sort_key (WhSort sort)
{
  g_return_val_if_fail ((guint) sort < G_N_ELEMENTS (sort_keys), "relevance");
  return sort_keys[sort];
}
