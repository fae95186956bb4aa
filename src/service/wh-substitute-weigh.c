/* One product against what was asked about: the five parts of the score, each 0..1, NAN where nobody knows. */
#include <math.h>
#include <string.h>

#include "core/wh-freshness.h"
#include "wh-flavours.h"
#include "wh-substitute-private.h"

#define NOBODY G_MAXUINT32
#define SCORE_STEPS 1e9         /* so that sums which should be equal are */
#define FAR_POINTS 10.0         /* of THC, % w/w */
#define MG_PER_PERCENT 10.0
#define FLOWER "flower"
#define MOST_CATEGORIES 16

static const struct {
  const char *key;
  double      weight;
} parts[WH_N_PARTS] = {
  [WH_PART_CHEMISTRY] = { "chemistry", 0.40 }, [WH_PART_AROMA] = { "aroma", 0.15 }, [WH_PART_FORMAT] = { "format", 0.15 },
  [WH_PART_STRENGTH] = { "strength", 0.15 },   [WH_PART_PRICE] = { "price", 0.15 },
};

double
wh_substitute_weight (WhSubstitutePart part)
{
  return parts[part].weight;
}

const char *
wh_substitute_part_key (WhSubstitutePart part)
{
  return parts[part].key;
}

/* -- a side ------------------------------------------------------------------------------------------------------ */

static const WhPriceProduct *
product_at (const WhSubstituteSearch *search, guint32 place)
{
  return &g_array_index (search->index->products, WhPriceProduct, place);
}

static const WhLikeness *
likeness_of (const WhSubstituteSearch *search, const WhPriceProduct *product)
{
  return &g_array_index (search->index->likenesses, WhLikeness, product->likeness);
}

/* Without a label, flower is as strong as the strain's tests say; what is made of it is not. */
static void
take_strength (WhSubstituteSide *side, double label)
{
  const WhCard *card = side->card;

  side->thc_percentage = label;
  side->thc_measured = isnan (label) && card && card->thc.n > 0 && g_strcmp0 (side->category, FLOWER) == 0;
  if (side->thc_measured)
    side->thc_percentage = card->thc.estimate / MG_PER_PERCENT;
}

void
wh_substitute_side_of_product (const WhSubstituteSearch *search, const WhPriceProduct *product, WhSubstituteSide *out_side)
{
  const WhLikeness *likeness = likeness_of (search, product);

  *out_side = (WhSubstituteSide) {
    .product = product,
    .card = product->strain == NOBODY ? NULL : wh_snapshot_card (search->profiles->snapshot, product->strain),
    .category = likeness->category,
    .subcategory = product->subcategory,
    .currency = likeness->currency,
    .amount = likeness->amount,
    .grams = product->grams,
    .price = product->price,
    .per_gram = product->price / product->grams,
    .thc_mg = product->thc_mg,
    .observed_at = product->observed_at,
    .stale = !isnan (product->price) && wh_freshness_is_stale (WH_FACT_PRICE, product->observed_at, search->now),
  };
  take_strength (out_side, product->thc_percentage);
}

/* -- a product of which nothing need be known but that it fits ------------------------------------------------------ */

gboolean
wh_substitute_fits (const WhSubstituteSearch *search, const WhPriceProduct *product)
{
  const WhPriceProduct *asked = search->asked.product;
  double limit = search->question->max_price;

  if (search->category && likeness_of (search, product)->category != search->category)
    return FALSE;
  if (asked && (product == asked || product->article == asked->article))
    return FALSE;
  if (search->shop != NOBODY && product->shop != search->shop)
    return FALSE;
  /* A price that nobody knows is not known to be at most this. */
  return isnan (limit) || (isnan (product->grams) ? product->price : product->price / product->grams) <= limit;
}

gboolean
wh_substitute_is_candidate (const WhSubstituteSearch *search, const WhPriceProduct *product)
{
  return product->in_stock == 1 && wh_substitute_fits (search, product);
}

/* -- parts of a strain --------------------------------------------------------------------------------------------- */

double
wh_substitute_chemistry (const WhSubstituteSearch *search, double distance)
{
  double percentile = wh_profiles_percentile (search->profiles, distance);

  return isnan (percentile) ? 1 - distance : percentile / 100;
}

/* Terpenes that lead on both sides, weighed by their places: 1 where all three lead in the same order. */
static double
leading_in_common (const WhCard *one, const WhCard *other)
{
  double both = 0, own = 0, theirs = 0;

  for (guint i = 0; i < one->n_terpenes; i++)
    for (guint j = 0; j < other->n_terpenes; j++)
      if (one->terpenes[i].analyte == other->terpenes[j].analyte)
        both += (WH_CARD_TERPENES - i) * (WH_CARD_TERPENES - j);
  for (guint i = 0; i < one->n_terpenes; i++)
    own += (WH_CARD_TERPENES - i) * (WH_CARD_TERPENES - i);
  for (guint i = 0; i < other->n_terpenes; i++)
    theirs += (WH_CARD_TERPENES - i) * (WH_CARD_TERPENES - i);
  return both / sqrt (own * theirs);   /* NAN where a side has none */
}

static double
aroma_of (const WhCard *one, const WhCard *other)
{
  double terpenes = leading_in_common (one, other), flavours = wh_flavours_in_common (one->flavours, other->flavours);

  return isnan (terpenes) ? flavours : isnan (flavours) ? terpenes : (terpenes + flavours) / 2;
}

WhStrainParts
wh_substitute_weigh_strain (const WhSubstituteSearch *search, guint32 strain)
{
  const WhProfiles *profiles = search->profiles;
  const WhCard *asked = search->asked.card;
  guint n = profiles->n_columns;
  WhStrainParts strain_parts = { NAN, NAN, NAN };

  if (!asked || strain == NOBODY)
    return strain_parts;
  strain_parts.distance = wh_engine_hellinger (profiles->values + (gsize) asked->index * n, profiles->masks[asked->index],
                                               profiles->values + (gsize) strain * n, profiles->masks[strain], n, NULL);
  strain_parts.chemistry = wh_substitute_chemistry (search, strain_parts.distance);
  strain_parts.aroma = aroma_of (asked, wh_snapshot_card (profiles->snapshot, strain));
  return strain_parts;
}

/* -- parts of a product -------------------------------------------------------------------------------------------- */

static double
ratio_of (double one, double other)
{
  return fmin (one, other) / fmax (one, other);
}

static double
size_of (const WhSubstituteSide *asked, const WhSubstituteSide *side)
{
  if (!isnan (asked->grams) && !isnan (side->grams))
    return ratio_of (asked->grams, side->grams);
  /* A text that differs may still mean as much. */
  return asked->amount && asked->amount == side->amount ? 1 : NAN;
}

static double
format_of (const WhSubstituteSide *asked, const WhSubstituteSide *side)
{
  gboolean differ = asked->subcategory && side->subcategory && asked->subcategory != side->subcategory;
  double category = asked->category != side->category ? 0 : differ ? 0.5 : 1, size = size_of (asked, side);

  if (!asked->category)
    return NAN;
  return (category + (isnan (size) ? WH_SUBSTITUTE_UNKNOWN : size)) / 2;
}

static double
strength_of (const WhSubstituteSide *asked, const WhSubstituteSide *side)
{
  double points = fabs (asked->thc_percentage - side->thc_percentage);

  if (!isnan (points))
    return fmax (0, 1 - points / FAR_POINTS);
  return isnan (asked->thc_mg) || isnan (side->thc_mg) ? NAN : ratio_of (asked->thc_mg, side->thc_mg);
}

/* Prices that may be held against each other, per gram or per package; NAN where there are none. */
static double
price_compared (const WhSubstituteSide *asked, const WhSubstituteSide *side, double *out_of_asked, gboolean *out_per_gram)
{
  *out_per_gram = !isnan (asked->per_gram) && !isnan (side->per_gram);
  *out_of_asked = *out_per_gram ? asked->per_gram : asked->price;
  if (asked->currency != side->currency || (!*out_per_gram && !(asked->amount && asked->amount == side->amount)))
    return NAN;
  return *out_per_gram ? side->per_gram : side->price;
}

static double
price_of (const WhSubstituteSide *asked, const WhSubstituteSide *side)
{
  gboolean per_gram;
  double before, price = price_compared (asked, side, &before, &per_gram), part = 1 - CLAMP ((price - before) / before, 0, 1);

  if (isnan (price) || isnan (before))
    return NAN;
  return asked->stale || side->stale ? (part + WH_SUBSTITUTE_UNKNOWN) / 2 : part;
}

WhStanding
wh_substitute_weigh (const WhSubstituteSearch *search, guint32 place, const WhStrainParts *strain, double *out_parts, guint *out_unknown)
{
  const WhPriceProduct *product = product_at (search, place);
  const WhCard *asked = search->asked.card;
  WhSubstituteSide side;
  double values[WH_N_PARTS], sum = 0;
  guint unknown = 0;

  wh_substitute_side_of_product (search, product, &side);
  values[WH_PART_CHEMISTRY] = strain->chemistry;
  values[WH_PART_AROMA] = strain->aroma;
  values[WH_PART_FORMAT] = format_of (&search->asked, &side);
  values[WH_PART_STRENGTH] = strength_of (&search->asked, &side);
  values[WH_PART_PRICE] = price_of (&search->asked, &side);
  for (guint i = 0; i < WH_N_PARTS; i++)
    {
      if (isnan (values[i]))
        {
          unknown |= 1u << i;
          values[i] = WH_SUBSTITUTE_UNKNOWN;
        }
      sum += parts[i].weight * values[i];
    }
  if (out_parts)
    memcpy (out_parts, values, sizeof values);
  if (out_unknown)
    *out_unknown = unknown;
  return (WhStanding) { place, asked && product->strain == asked->index, round (SCORE_STEPS * sum) / SCORE_STEPS, strain->distance };
}

void
wh_substitute_compare (const WhSubstituteSide *asked, WhSubstitute *substitute)
{
  const WhSubstituteSide *side = &substitute->side;
  double before, price = price_compared (asked, side, &before, &substitute->per_gram);

  substitute->price_difference = price - before;
  substitute->thc_difference = side->thc_percentage - asked->thc_percentage;
  substitute->thc_mg_difference = isnan (substitute->thc_difference) ? side->thc_mg - asked->thc_mg : NAN;
  substitute->weight_difference = side->grams - asked->grams;
}

gboolean
wh_substitute_is_before (const WhSubstituteSearch *search, const WhStanding *a, const WhStanding *b)
{
  if (a->same_strain != b->same_strain)
    return a->same_strain;
  if (a->score != b->score)
    return a->score > b->score;
  if (isnan (a->distance) != isnan (b->distance))
    return isnan (b->distance);
  if (!isnan (a->distance) && a->distance != b->distance)
    return a->distance < b->distance;
  return wh_id_compare (&product_at (search, a->place)->id, &product_at (search, b->place)->id) < 0;
}

/* -- a strain as what was asked about ------------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

typedef struct {
  const char *category;
  guint       n;
} Kind;

/* Flower where there is any, else the category of most of its products; NULL without products. */
static const char *
usual_category (const WhSubstituteSearch *search, const guint32 *first)
{
  Kind kinds[MOST_CATEGORIES] = { 0 }, *usual = &kinds[0];

  for (guint32 i = first[0]; i < first[1]; i++)
    {
      const char *category = likeness_of (search, product_at (search, i))->category;
      guint place = 0;
      if (strcmp (category, FLOWER) == 0)
        return category;
      while (place < MOST_CATEGORIES - 1 && kinds[place].category && kinds[place].category != category)
        place++;
      kinds[place].category = category;
      kinds[place].n++;
      if (kinds[place].n > usual->n)
        usual = &kinds[place];
    }
  return usual->category;
}

/* The median of its prices a gram in the category, of the fresh ones where there are any. */
static void
take_usual_price (const WhSubstituteSearch *search, const guint32 *first, gboolean fresh, WhSubstituteSide *side)
{
  g_autoptr (GArray) prices = g_array_new (FALSE, FALSE, sizeof (double));

  side->currency = NULL;
  for (guint32 i = first[0]; i < first[1]; i++)
    {
      WhSubstituteSide own;
      wh_substitute_side_of_product (search, product_at (search, i), &own);
      if (own.category != side->category || isnan (own.per_gram) || (fresh && own.stale)
          || (side->currency && own.currency != side->currency))
        continue;
      side->currency = own.currency;
      side->observed_at = MAX (side->observed_at, own.observed_at);
      g_array_append_val (prices, own.per_gram);
    }
  if (prices->len == 0)
    return;
  g_array_sort (prices, compare_doubles);
  side->per_gram = (g_array_index (prices, double, (prices->len - 1) / 2) + g_array_index (prices, double, prices->len / 2)) / 2;
  side->stale = !fresh;
}

void
wh_substitute_side_of_strain (const WhSubstituteSearch *search, const WhCard *card, WhSubstituteSide *out_side)
{
  const guint32 *first = search->index->strain_first + card->index;

  *out_side = (WhSubstituteSide) {
    .card = card, .grams = NAN, .price = NAN, .per_gram = NAN, .thc_mg = NAN, .observed_at = WH_TIME_UNSET,
    .category = search->category ? search->category : usual_category (search, first),
  };
  take_strength (out_side, NAN);
  take_usual_price (search, first, TRUE, out_side);
  if (isnan (out_side->per_gram))
    take_usual_price (search, first, FALSE, out_side);
}
