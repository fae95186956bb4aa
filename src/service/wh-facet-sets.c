#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/wh-category.h"
#include "wh-snapshot.h"

#define MG_PER_PERCENT 10.0

static const char *const types[] = { "indica", "sativa", "hybrid" };

/* Where each band begins; the last is open. */
static const double price_bands[] = { 0, 5, 8, 10, 12, 15, 20 };      /* dollars a gram */
static const double thc_bands[] = { 0, 5, 10, 15, 20, 25, 30 };       /* % */

static guint
band_of (const double *bands, guint n, double value)
{
  guint band = 0;

  if (isnan (value))
    return WH_FACET_UNKNOWN;
  while (band + 1 < n && value >= bands[band + 1])
    band++;
  return band;
}

guint
wh_facet_type (const char *type)
{
  for (guint i = 0; type && i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (types[i], type) == 0)
      return i;
  return WH_FACET_UNKNOWN;
}

guint
wh_facet_price_band (double price)
{
  return band_of (price_bands, G_N_ELEMENTS (price_bands), price);
}

/* -- sets -------------------------------------------------------------------------------------------------------- */

const WhBits *
wh_facet_sets_find (const WhFacetSets *sets, WhFacet facet, guint value)
{
  for (guint i = 0; i < sets->sets->len; i++)
    {
      const WhFacetSet *set = &g_array_index (sets->sets, WhFacetSet, i);
      if (set->facet == facet && set->value == value)
        return set->bits;
    }
  return NULL;
}

static void
put (WhFacetSets *sets, WhFacet facet, guint value, guint strain)
{
  WhBits *bits = (WhBits *) wh_facet_sets_find (sets, facet, value);

  if (!bits)
    {
      WhFacetSet set = { facet, value, g_new0 (WhBits, sets->n_bits) };
      g_array_append_val (sets->sets, set);
      bits = set.bits;
    }
  wh_bits_set (bits, strain);
}

static void
put_each_bit (WhFacetSets *sets, WhFacet facet, guint64 bits, guint strain)
{
  for (; bits; bits &= bits - 1)
    put (sets, facet, (guint) __builtin_ctzll (bits), strain);
}

WhFacetSets *
wh_facet_sets_new (const WhSnapshot *snapshot)
{
  WhFacetSets *sets = g_new0 (WhFacetSets, 1);

  sets->n_bits = wh_bits_words (MAX (snapshot->n, 1));
  sets->sets = g_array_new (FALSE, FALSE, sizeof (WhFacetSet));
  sets->in_stock = g_new0 (WhBits, sets->n_bits);
  for (guint i = 0; i < snapshot->n; i++)
    {
      const WhCard *card = &snapshot->cards[i];
      double thc = card->thc.estimate / MG_PER_PERCENT;
      put (sets, WH_FACET_TYPE, wh_facet_type (card->type), i);
      put (sets, WH_FACET_TERPENE, card->n_terpenes > 0 ? card->terpenes[0].analyte : WH_FACET_UNKNOWN, i);
      put (sets, WH_FACET_PRICE, wh_facet_price_band (card->price_per_gram), i);
      put (sets, WH_FACET_THC, band_of (thc_bands, G_N_ELEMENTS (thc_bands), thc), i);
      put_each_bit (sets, WH_FACET_STATE, snapshot->sold_in[i], i);
      put_each_bit (sets, WH_FACET_CATEGORY, card->sold_as, i);
      if (card->n_in_stock > 0)
        wh_bits_set (sets->in_stock, i);
    }
  return sets;
}

void
wh_facet_sets_free (WhFacetSets *sets)
{
  for (guint i = 0; i < sets->sets->len; i++)
    g_free (g_array_index (sets->sets, WhFacetSet, i).bits);
  g_array_unref (sets->sets);
  g_free (sets->in_stock);
  g_free (sets);
}

/* -- words ------------------------------------------------------------------------------------------------------- */

/* "10-15" and "price>=10 price<15"; the last band is "20-". */
static void
describe_band (WhFacetCount *count, const double *bands, guint n, guint band, const char *field, const char *unit)
{
  gboolean last = band + 1 == n;
  int low = (int) bands[band], high = last ? 0 : (int) bands[band + 1];

  if (last)
    {
      count->value = g_strdup_printf ("%d-", low);
      count->name = g_strdup_printf (_("%d %s or more"), low, unit);
      count->query = g_strdup_printf ("%s>=%d", field, low);
      return;
    }
  count->value = g_strdup_printf ("%d-%d", low, high);
  count->name = low > 0 ? g_strdup_printf (_("%d to below %d %s"), low, high, unit) : g_strdup_printf (_("below %d %s"), high, unit);
  count->query = low > 0 ? g_strdup_printf ("%s>=%d %s<%d", field, low, field, high) : g_strdup_printf ("%s<%d", field, high);
}

static const char *
unknown_name (WhFacet facet)
{
  switch (facet)
    {
    case WH_FACET_TYPE:
      return _("not labelled");
    case WH_FACET_TERPENE:
      return _("no terpenes measured");
    case WH_FACET_PRICE:
      return _("no price");
    default:
      return _("not tested");
    }
}

static void
describe_state (const WhSnapshot *snapshot, WhFacetCount *count, guint bit)
{
  const char *folded = g_ptr_array_index (snapshot->states, bit);

  count->value = g_ascii_strup (folded, -1);
  count->name = g_strdup (count->value);
  count->query = strlen (folded) == 2 ? g_strconcat ("state:", count->value, NULL) : NULL;
}

static void
describe_terpene (WhFacetCount *count, WhAnalyteIndex index)
{
  const WhAnalyte *analyte = wh_analyte_get (index);

  count->value = g_strdup (analyte->key);
  count->name = g_strdup (analyte->name);
  count->query = g_strconcat ("leading:", analyte->key, NULL);
}

void
wh_facet_describe (const WhSnapshot *snapshot, WhFacetCount *count, WhFacet facet, guint value)
{
  if (value == WH_FACET_UNKNOWN)
    count->name = g_strdup (unknown_name (facet));
  else if (facet == WH_FACET_TYPE)
    {
      count->value = g_strdup (types[value]);
      count->name = g_strdup (types[value]);
      count->query = g_strconcat ("type:", types[value], NULL);
    }
  else if (facet == WH_FACET_TERPENE)
    describe_terpene (count, (WhAnalyteIndex) value);
  else if (facet == WH_FACET_STATE)
    describe_state (snapshot, count, value);
  else if (facet == WH_FACET_CATEGORY)
    {
      count->value = g_strdup (wh_category_name (value));
      count->name = g_strdup (wh_category_name (value));
      count->query = g_strdup_printf ("in-stock category:%s", count->value);
    }
  else if (facet == WH_FACET_PRICE)
    describe_band (count, price_bands, G_N_ELEMENTS (price_bands), value, "price", _("$/g"));
  else
    describe_band (count, thc_bands, G_N_ELEMENTS (thc_bands), value, "thc", "%");
}
