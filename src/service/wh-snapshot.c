#include "wh-snapshot.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"

#define LEADING_SHARE 0.2   /* of all terpenes: what smells of a terpene has a fifth of it, or more of it than of any other */

WhSnapshot *
wh_snapshot_new (guint n)
{
  WhSnapshot *snapshot = g_new0 (WhSnapshot, 1);

  g_atomic_ref_count_init (&snapshot->ref_count);
  snapshot->n = n;
  snapshot->cards = g_new0 (WhCard, MAX (n, 1));
  snapshot->text = g_string_chunk_new (64 * 1024);
  snapshot->alias_lists = g_ptr_array_new_with_free_func (g_free);
  snapshot->facts_first = g_new0 (guint32, n + 1);
  snapshot->leaders = g_new0 (GArray *, wh_analyte_count () + 1);
  snapshot->states = g_ptr_array_new_with_free_func (g_free);
  snapshot->sold_in = g_new0 (guint64, MAX (n, 1));
  snapshot->reported = g_new0 (WhBits, wh_bits_words (MAX (n, 1)));
  snapshot->shelves = wh_shelves_new ();
  return snapshot;
}

WhSnapshot *
wh_snapshot_ref (WhSnapshot *snapshot)
{
  g_atomic_ref_count_inc (&snapshot->ref_count);
  return snapshot;
}

void
wh_snapshot_unref (WhSnapshot *snapshot)
{
  if (!g_atomic_ref_count_dec (&snapshot->ref_count))
    return;
  for (guint sort = 0; sort < G_N_ELEMENTS (snapshot->orders); sort++)
    {
      g_free (snapshot->orders[sort].strains);
      g_free (snapshot->orders[sort].values);
    }
  for (guint analyte = 0; analyte < wh_analyte_count (); analyte++)
    g_clear_pointer (&snapshot->leaders[analyte], g_array_unref);
  g_clear_pointer (&snapshot->index, wh_search_index_free);
  g_clear_pointer (&snapshot->facets, wh_facet_sets_free);
  wh_shelves_free (snapshot->shelves);
  g_free (snapshot->reported);
  g_ptr_array_unref (snapshot->alias_lists);
  g_ptr_array_unref (snapshot->states);
  g_string_chunk_free (snapshot->text);
  g_free (snapshot->leaders);
  g_free (snapshot->sold_in);
  g_free (snapshot->readings);
  g_free (snapshot->readings_first);
  g_free (snapshot->facts);
  g_free (snapshot->facts_first);
  g_free (snapshot->by_slug);
  g_free (snapshot->by_id);
  g_free (snapshot->cards);
  g_free (snapshot->head);
  g_free (snapshot);
}

guint
wh_snapshot_length (const WhSnapshot *snapshot)
{
  return snapshot->n;
}

gint64
wh_snapshot_revision (const WhSnapshot *snapshot)
{
  return snapshot->revision;
}

const char *
wh_snapshot_head (const WhSnapshot *snapshot)
{
  return snapshot->head;
}

gboolean
wh_snapshot_has_demonstration (const WhSnapshot *snapshot)
{
  return snapshot->has_demonstration;
}

const WhCard *
wh_snapshot_card (const WhSnapshot *snapshot, guint index)
{
  g_return_val_if_fail (index < snapshot->n, NULL);
  return &snapshot->cards[index];
}

/* -- finding ----------------------------------------------------------------------------------------------------- */

typedef int (*CompareKey) (const WhCard *card, gconstpointer key);

static int
compare_id (const WhCard *card, gconstpointer key)
{
  return wh_id_compare (&card->id, key);
}

static int
compare_slug (const WhCard *card, gconstpointer key)
{
  return g_strcmp0 (card->slug, key);
}

static const WhCard *
find_sorted (const WhSnapshot *snapshot, const guint32 *order, CompareKey compare, gconstpointer key)
{
  guint low = 0, high = snapshot->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (compare (&snapshot->cards[order[middle]], key) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  const WhCard *card = low < snapshot->n ? &snapshot->cards[order[low]] : NULL;
  return card && compare (card, key) == 0 ? card : NULL;
}

const WhCard *
wh_snapshot_find (const WhSnapshot *snapshot, const WhId *id)
{
  return find_sorted (snapshot, snapshot->by_id, compare_id, id);
}

const WhCard *
wh_snapshot_find_slug (const WhSnapshot *snapshot, const char *slug)
{
  return find_sorted (snapshot, snapshot->by_slug, compare_slug, slug);
}

/* -- amounts ----------------------------------------------------------------------------------------------------- */

static WhAmount
amount_of_fact (const WhFact *fact)
{
  return (WhAmount){ fact->estimate / WH_FACT_UNIT, fact->low / WH_FACT_UNIT, fact->high / WH_FACT_UNIT, fact->n };
}

static WhAmount
find_fact (const WhSnapshot *snapshot, guint index, guint analyte)
{
  guint low = snapshot->facts_first[index], high = snapshot->facts_first[index + 1];

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (snapshot->facts[middle].analyte < analyte)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < snapshot->facts_first[index + 1] && snapshot->facts[low].analyte == analyte)
    return amount_of_fact (&snapshot->facts[low]);
  return (WhAmount) WH_AMOUNT_NONE;
}

WhAmount
wh_snapshot_amount (const WhSnapshot *snapshot, guint index, WhAnalyteIndex analyte)
{
  if (index >= snapshot->n || analyte >= wh_analyte_count ())
    return (WhAmount) WH_AMOUNT_NONE;
  return find_fact (snapshot, index, analyte);
}

WhAmount
wh_snapshot_sum (const WhSnapshot *snapshot, guint index, WhSum sum)
{
  return find_fact (snapshot, index, wh_analyte_count () + sum);
}

double
wh_snapshot_value (const WhCard *card, WhSort sort)
{
  switch (sort)
    {
    case WH_SORT_THC:
      return card->thc.estimate;
    case WH_SORT_CBD:
      return card->cbd.estimate;
    case WH_SORT_PRICE:
      return card->price_per_gram;
    default:
      return card->popularity;
    }
}

guint64
wh_snapshot_state_bit (const WhSnapshot *snapshot, const char *state)
{
  g_autofree char *folded = wh_text_fold (state);

  for (guint i = 0; i < snapshot->states->len; i++)
    if (strcmp (g_ptr_array_index (snapshot->states, i), folded) == 0)
      return G_GUINT64_CONSTANT (1) << i;
  return 0;
}

/* -- finishing --------------------------------------------------------------------------------------------------- */

static guint32 *
identity_order (guint n)
{
  guint32 *order = g_new (guint32, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    order[i] = i;
  return order;
}

static int
by_id_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhCard *cards = user_data;

  return wh_id_compare (&cards[*(const guint32 *) a].id, &cards[*(const guint32 *) b].id);
}

static int
by_slug_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhCard *cards = user_data;
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  int order = g_strcmp0 (cards[x].slug, cards[y].slug);

  return order ? order : (x > y) - (x < y);
}

typedef struct {
  guint32 strain;
  guint32 rank;      /* place in the order of names: the tie-break of every other order */
  double  value;     /* NAN sorts last */
  char   *name;
} SortKey;

static int
by_name_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SortKey *x = a, *y = b;
  const WhCard *cards = user_data;
  int order = strcmp (x->name, y->name);

  return order ? order : wh_id_compare (&cards[x->strain].id, &cards[y->strain].id);
}

static int
by_value_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SortKey *x = a, *y = b;

  if (isnan (x->value) != isnan (y->value))
    return isnan (x->value) ? 1 : -1;
  if (x->value != y->value && !isnan (x->value))
    return x->value < y->value ? -1 : 1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

static SortKey *
sort_names (WhSnapshot *snapshot)
{
  SortKey *keys = g_new0 (SortKey, MAX (snapshot->n, 1));

  for (guint i = 0; i < snapshot->n; i++)
    keys[i] = (SortKey){ .strain = i, .name = wh_text_fold (snapshot->cards[i].name) };
  g_qsort_with_data (keys, (int) snapshot->n, sizeof *keys, by_name_cb, snapshot->cards);
  for (guint i = 0; i < snapshot->n; i++)
    {
      keys[i].rank = i;
      g_clear_pointer (&keys[i].name, g_free);
    }
  return keys;
}

static WhOrder
order_of_keys (const SortKey *keys, guint n, WhSort sort)
{
  gboolean by_name = sort == WH_SORT_NAME;
  WhOrder order = { g_new (guint32, MAX (n, 1)), by_name ? NULL : g_new (double, MAX (n, 1)), 0 };

  for (guint i = 0; i < n; i++)
    {
      order.strains[i] = keys[i].strain;
      if (!by_name)
        order.values[i] = keys[i].value;
      order.n_known += by_name || !isnan (keys[i].value);
    }
  return order;
}

static void
build_orders (WhSnapshot *snapshot)
{
  static const WhSort by_value[] = { WH_SORT_THC, WH_SORT_CBD, WH_SORT_POPULARITY, WH_SORT_PRICE };
  g_autofree SortKey *keys = sort_names (snapshot);

  snapshot->orders[WH_SORT_NAME] = order_of_keys (keys, snapshot->n, WH_SORT_NAME);
  for (guint sort = 0; sort < G_N_ELEMENTS (by_value); sort++)
    {
      for (guint i = 0; i < snapshot->n; i++)
        keys[i].value = wh_snapshot_value (&snapshot->cards[keys[i].strain], by_value[sort]);
      g_qsort_with_data (keys, (int) snapshot->n, sizeof *keys, by_value_cb, NULL);
      snapshot->orders[by_value[sort]] = order_of_keys (keys, snapshot->n, by_value[sort]);
    }
}

static int
compare_leaders (gconstpointer a, gconstpointer b)
{
  const WhLeader *x = a, *y = b;

  if (x->share != y->share)
    return x->share > y->share ? -1 : 1;
  return (x->strain > y->strain) - (x->strain < y->strain);
}

/* A counting sort by analyte; strains come in ascending order. */
static void
build_readings (WhSnapshot *snapshot)
{
  guint n_values = wh_analyte_count () + WH_N_SUMS, n_facts = snapshot->facts_first[snapshot->n];
  guint32 *first = snapshot->readings_first = g_new0 (guint32, n_values + 1);

  snapshot->readings = g_new (WhReading, MAX (n_facts, 1));
  for (guint i = 0; i < n_facts; i++)
    first[snapshot->facts[i].analyte + 1]++;
  for (guint i = 0; i < n_values; i++)
    first[i + 1] += first[i];
  g_autofree guint32 *next = g_memdup2 (first, (n_values + 1) * sizeof *next);
  for (guint strain = 0; strain < snapshot->n; strain++)
    for (guint i = snapshot->facts_first[strain]; i < snapshot->facts_first[strain + 1]; i++)
      {
        WhAmount amount = amount_of_fact (&snapshot->facts[i]);
        snapshot->readings[next[snapshot->facts[i].analyte]++]
            = (WhReading){ strain & G_MAXINT, wh_chemistry_is_below (&amount), snapshot->facts[i].estimate };
      }
}

static double
share_of (const WhSnapshot *snapshot, guint index, guint place)
{
  double total = wh_snapshot_sum (snapshot, index, WH_SUM_TERPENES).estimate;

  return total > 0 ? MIN (snapshot->cards[index].terpenes[place].amount / total, 1) : 0;
}

gboolean
wh_snapshot_leads (const WhSnapshot *snapshot, guint index, guint place)
{
  return place == 0 || share_of (snapshot, index, place) >= LEADING_SHARE;
}

static void
build_leaders (WhSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->n; i++)
    {
      const WhCard *card = &snapshot->cards[i];
      for (guint t = 0; t < card->n_terpenes && wh_snapshot_leads (snapshot, i, t); t++)
        {
          GArray **leaders = &snapshot->leaders[card->terpenes[t].analyte];
          WhLeader leader = { i, (float) share_of (snapshot, i, t) };
          if (!*leaders)
            *leaders = g_array_new (FALSE, FALSE, sizeof (WhLeader));
          g_array_append_val (*leaders, leader);
        }
    }
  for (guint analyte = 0; analyte < wh_analyte_count (); analyte++)
    if (snapshot->leaders[analyte])
      g_array_sort (snapshot->leaders[analyte], compare_leaders);
}

static void
build_index (WhSnapshot *snapshot, const char *const *flavours)
{
  snapshot->index = wh_search_index_new (snapshot->n);
  for (guint i = 0; i < snapshot->n; i++)
    {
      const WhCard *card = &snapshot->cards[i];
      wh_search_index_add_title (snapshot->index, i, card->name, WH_INDEX_NAME);
      for (guint a = 0; card->aliases && card->aliases[a]; a++)
        wh_search_index_add_title (snapshot->index, i, card->aliases[a], WH_INDEX_ALIAS);
      if (!flavours || !flavours[i])
        continue;
      wh_search_index_add_words (snapshot->index, i, flavours[i], WH_INDEX_FLAVOUR);
      wh_bits_set (snapshot->reported, i);
    }
  wh_search_index_finish (snapshot->index);
}

void
wh_snapshot_finish (WhSnapshot *snapshot, const char *const *flavours)
{
  snapshot->by_id = identity_order (snapshot->n);
  g_qsort_with_data (snapshot->by_id, (int) snapshot->n, sizeof (guint32), by_id_cb, snapshot->cards);
  snapshot->by_slug = identity_order (snapshot->n);
  g_qsort_with_data (snapshot->by_slug, (int) snapshot->n, sizeof (guint32), by_slug_cb, snapshot->cards);
  build_orders (snapshot);
  build_leaders (snapshot);
  build_readings (snapshot);
  wh_shelves_finish (snapshot->shelves, snapshot->n, NULL);
  snapshot->facets = wh_facet_sets_new (snapshot);
  build_index (snapshot, flavours);
}
