/* The question made ready, the search with what it may pass over, and the answer. */
#include "wh-substitute.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"
#include "wh-snapshot.h"
#include "wh-substitute-private.h"

#define NOBODY G_MAXUINT32
#define NEAR_SHARE 0.01         /* of random pairs: where one looks first */
#define MOST_TRIES 3
#define ROUNDING 1e-8           /* of scores */

/* The best so far, best first, each of another article. */
typedef struct {
  const WhSubstituteSearch *search;
  WhStanding *best;
  guint       n, limit;
  double      ceiling;   /* of the score without chemistry: what is not known of the one asked about cannot be alike */
} Best;

/* -- the question ------------------------------------------------------------------------------------------------ */

gboolean
wh_substitute_question_check (const WhSubstituteQuestion *question, GError **error)
{
  const char *category = question->category;

  if (question->limit < 1 || question->limit > WH_SUBSTITUTE_MOST)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The limit must be from 1 to %d."), WH_SUBSTITUTE_MOST);
  else if (category && strcmp (category, WH_SUBSTITUTE_ANY) != 0 && !wh_pricing_is_category (category))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The category must be “any” or one of: %s."), wh_pricing_categories ());
  else if (!isnan (question->max_price) && !(question->max_price > 0))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The highest price must be more than 0."));
  else
    return TRUE;
  return FALSE;
}

/* The text of the index, else the text itself, which no product has. */
static const char *
find_category (const WhPriceIndex *index, const char *category)
{
  for (guint i = 0; i < index->likenesses->len; i++)
    if (strcmp (g_array_index (index->likenesses, WhLikeness, i).category, category) == 0)
      return g_array_index (index->likenesses, WhLikeness, i).category;
  return category;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, message);
  return FALSE;
}

static gboolean
prepare_shop (WhSubstituteSearch *search, GError **error)
{
  const WhPriceIndex *index = search->index;
  const WhPriceShop *shop;

  search->shop = NOBODY;
  if (!search->question->shop_id)
    return TRUE;
  shop = wh_price_index_find_shop (index, search->question->shop_id);
  if (!shop)
    return refuse (error, _("There is no such dispensary."));
  search->shop = (guint32) (shop - (const WhPriceShop *) (gconstpointer) index->shops->data);
  return TRUE;
}

static gboolean
prepare_asked (WhSubstituteSearch *search, GError **error)
{
  const WhSubstituteQuestion *question = search->question;
  const WhPriceProduct *product = question->product_id ? wh_price_index_find (search->index, question->product_id) : NULL;
  const WhCard *card = question->strain_id ? wh_snapshot_find (search->profiles->snapshot, question->strain_id) : NULL;

  if (question->product_id && !product)
    return refuse (error, _("There is no such product."));
  if (!product && !card)
    return refuse (error, _("There is no such strain."));
  if (product)
    wh_substitute_side_of_product (search, product, &search->asked);
  else
    wh_substitute_side_of_strain (search, card, &search->asked);
  return TRUE;
}

gboolean
wh_substitute_prepare (WhSubstituteSearch *search, const WhPriceIndex *index, const WhProfiles *profiles,
                       const WhSubstituteQuestion *question, GError **error)
{
  gboolean any = question->category && strcmp (question->category, WH_SUBSTITUTE_ANY) == 0;

  *search = (WhSubstituteSearch) { .index = index, .profiles = profiles, .question = question, .now = wh_clock_now () };
  if (question->category && !any)
    search->category = find_category (index, question->category);
  if (!prepare_shop (search, error) || !prepare_asked (search, error))
    return FALSE;
  if (!question->category)
    search->category = search->asked.category;
  return TRUE;
}

/* -- the search -------------------------------------------------------------------------------------------------- */

static guint32
article_of (const Best *best, guint32 place)
{
  return g_array_index (best->search->index->products, WhPriceProduct, place).article;
}

/* Where the article stands already; `n` where it does not. */
static guint
find_article (const Best *best, guint32 article)
{
  guint place = 0;

  while (place < best->n && article_of (best, best->best[place].place) != article)
    place++;
  return place;
}

/* Keeps a candidate where it is better than what is there; an article only by its best. */
static void
keep (Best *best, WhStanding standing)
{
  guint place;

  if (best->n == best->limit && !wh_substitute_is_before (best->search, &standing, &best->best[best->n - 1]))
    return;
  place = find_article (best, article_of (best, standing.place));
  if (place < best->n && !wh_substitute_is_before (best->search, &standing, &best->best[place]))
    return;
  if (place == best->n)
    place = best->n < best->limit ? best->n++ : best->n - 1;
  while (place > 0 && wh_substitute_is_before (best->search, &standing, &best->best[place - 1]))
    {
      best->best[place] = best->best[place - 1];
      place--;
    }
  best->best[place] = standing;
}

static void
try_places (Best *best, const WhStrainParts *strain, guint32 from, guint32 to)
{
  for (guint32 place = from; place < to; place++)
    if (wh_substitute_is_candidate (best->search, &g_array_index (best->search->index->products, WhPriceProduct, place)))
      keep (best, wh_substitute_weigh (best->search, place, strain, NULL, NULL));
}

static void
try_strain (Best *best, guint32 strain)
{
  const guint32 *first = best->search->index->strain_first + strain;
  WhStrainParts parts;

  if (first[0] == first[1])
    return;
  parts = wh_substitute_weigh_strain (best->search, strain);
  try_places (best, &parts, first[0], first[1]);
}

static double
ceiling_of (const WhSubstituteSide *asked)
{
  gboolean priced = !isnan (asked->per_gram) || !isnan (asked->price), strong = !isnan (asked->thc_percentage) || !isnan (asked->thc_mg);

  return wh_substitute_weight (WH_PART_AROMA) + wh_substitute_weight (WH_PART_FORMAT)
         + wh_substitute_weight (WH_PART_STRENGTH) * (strong ? 1 : WH_SUBSTITUTE_UNKNOWN)
         + wh_substitute_weight (WH_PART_PRICE) * (!priced ? WH_SUBSTITUTE_UNKNOWN : asked->stale ? (1 + WH_SUBSTITUTE_UNKNOWN) / 2 : 1);
}

/* Whether a product with at most this chemistry, and all else as good as can be, would still be kept. */
static gboolean
may_be_kept (const Best *best, double chemistry)
{
  double most = best->ceiling + wh_substitute_weight (WH_PART_CHEMISTRY) * chemistry;

  return best->n < best->limit || most + ROUNDING >= best->best[best->n - 1].score;
}

/* In a shop each product is looked at by itself. */
static void
search_shop (Best *best)
{
  const WhPriceIndex *index = best->search->index;

  for (guint32 i = index->shop_first[best->search->shop]; i < index->shop_first[best->search->shop + 1]; i++)
    {
      guint32 place = index->by_shop[i];
      WhStrainParts parts
          = wh_substitute_weigh_strain (best->search, g_array_index (index->products, WhPriceProduct, place).strain);
      try_places (best, &parts, place, place + 1);
    }
}

/* A distance that this share of random pairs is nearer than; 0 where there are no pairs. */
static double
near_distance (const WhProfiles *profiles)
{
  return profiles->pairs->len ? g_array_index (profiles->pairs, float, (guint) (NEAR_SHARE * profiles->pairs->len)) : 0;
}

/* Strains farther than `near`. What is refused by its distance refuses all that are farther, since what is kept only gets better. */
static void
try_far (Best *best, const float *distances, double near, guint32 own)
{
  const WhSubstituteSearch *search = best->search;
  double refused = INFINITY;

  for (guint i = 0; i < wh_snapshot_length (search->profiles->snapshot); i++)
    {
      double distance = distances[i];
      if (distance <= near || distance >= refused || i == own)
        continue;
      if (may_be_kept (best, isnan (distance) ? 1 : wh_substitute_chemistry (search, fmax (0, distance - WH_PROFILES_SLACK))))
        try_strain (best, i);
      else if (!isnan (distance))
        refused = distance;
    }
}

/* The strains near in chemistry first: what they offer leaves little for the others to be looked at for. */
static void
search_all (Best *best)
{
  const WhSubstituteSearch *search = best->search;
  guint n = wh_snapshot_length (search->profiles->snapshot);
  guint32 own = search->asked.card ? search->asked.card->index : NOBODY;
  double near = near_distance (search->profiles);
  g_autofree float *distances = g_new (float, n + 1);
  const WhStrainParts nothing = { NAN, NAN, NAN };

  for (guint i = 0; i < n; i++)
    distances[i] = NAN;
  if (own != NOBODY)
    {
      try_strain (best, own);
      wh_profiles_distances (search->profiles, own, distances);
    }
  if (best->n == best->limit)   /* of the strain itself: no other comes before it */
    return;
  for (guint i = 0; i < n; i++)
    if (distances[i] <= near && i != own)
      try_strain (best, i);
  try_far (best, distances, near, own);
  try_places (best, &nothing, search->index->strain_first[n], search->index->products->len);
}

guint
wh_substitute_search (const WhSubstituteSearch *search, WhStanding *out_best)
{
  Best best = { search, out_best, 0, search->question->limit, ceiling_of (&search->asked) };

  if (search->shop != NOBODY)
    search_shop (&best);
  else
    search_all (&best);
  return best.n;
}

/* -- the answer -------------------------------------------------------------------------------------------------- */

static WhSubstitute
make_substitute (const WhSubstituteSearch *search, const WhStanding *standing)
{
  const WhPriceProduct *product = &g_array_index (search->index->products, WhPriceProduct, standing->place);
  WhStrainParts parts = wh_substitute_weigh_strain (search, product->strain);
  WhSubstitute substitute = { .same_strain = standing->same_strain, .score = standing->score };

  wh_substitute_weigh (search, standing->place, &parts, substitute.parts, &substitute.unknown);
  wh_substitute_side_of_product (search, product, &substitute.side);
  wh_substitute_compare (&search->asked, &substitute);
  substitute.hellinger_distance = parts.distance;
  substitute.shop = &g_array_index (search->index->shops, WhPriceShop, product->shop);
  substitute.closeness = (WhCloseness) { .hellinger_distance = NAN, .hellinger_low = NAN, .hellinger_high = NAN, .js_distance = NAN,
                                         .percentile = NAN, .same_producer_percentile = NAN };
  return substitute;
}

/* Shops that have an article in stock, but for one (NOBODY: none is left out); all of an article are of one strain, or of none. */
static guint
count_shops (const WhSubstituteSearch *search, const WhPriceProduct *article, guint32 without)
{
  const WhPriceIndex *index = search->index;
  guint32 strain = MIN (article->strain, wh_snapshot_length (search->profiles->snapshot));
  guint32 end = article->strain == NOBODY ? index->products->len : index->strain_first[strain + 1];
  g_autoptr (GHashTable) shops = g_hash_table_new (NULL, NULL);

  for (guint32 i = index->strain_first[strain]; i < end; i++)
    {
      const WhPriceProduct *product = &g_array_index (index->products, WhPriceProduct, i);
      if (product->article == article->article && product->in_stock == 1 && product->shop != without)
        g_hash_table_add (shops, GUINT_TO_POINTER (product->shop));
    }
  return g_hash_table_size (shops);
}

/* How close the strains are, with bands and contributions, for those that have a profile. */
static void
add_closeness (WhEngine *engine, const WhSubstituteSearch *search, GArray *substitutes)
{
  g_autofree WhProfile *all = g_new (WhProfile, substitutes->len + 1);
  g_autofree WhPairOfRows *pairs = g_new (WhPairOfRows, substitutes->len + 1);
  g_autofree WhCloseness *closeness = g_new (WhCloseness, substitutes->len + 1);
  guint n = 0;

  if (!search->asked.card)
    return;
  all[0] = wh_profiles_strain (search->profiles, search->asked.card->index);
  for (guint i = 0; i < substitutes->len; i++)
    {
      const WhCard *card = g_array_index (substitutes, WhSubstitute, i).side.card;
      if (!card)
        continue;
      all[++n] = wh_profiles_strain (search->profiles, card->index);
      pairs[n - 1] = (WhPairOfRows) { n, 0 };
    }
  wh_profiles_closeness (search->profiles, engine, all, n + 1, pairs, n, closeness);
  for (guint i = substitutes->len; i-- > 0;)
    if (g_array_index (substitutes, WhSubstitute, i).side.card)
      g_array_index (substitutes, WhSubstitute, i).closeness = closeness[--n];
}

/* Of the question and what was offered: equal for as long as the answer is. */
static WhId
id_of (const WhSubstitutes *found, const WhSubstituteQuestion *question)
{
  g_autoptr (GString) key = g_string_new (NULL);
  char id[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (question->product_id ? question->product_id : question->strain_id, id);
  g_string_append_printf (key, "%s|%s|%g|%u", id, found->category ? found->category : "", question->max_price, question->limit);
  if (question->shop_id)
    {
      wh_id_format (question->shop_id, id);
      g_string_append_printf (key, "|%s", id);
    }
  for (guint i = 0; i < found->substitutes->len; i++)
    {
      wh_id_format (&g_array_index (found->substitutes, WhSubstitute, i).side.product->id, id);
      g_string_append_printf (key, "|%s", id);
    }
  return wh_id_from_key ("substitution", "local", key->str);
}

static void
take_best (WhSubstitutes *found, const WhSubstituteSearch *search)
{
  g_autofree WhStanding *best = g_new (WhStanding, search->question->limit);
  guint n = wh_substitute_search (search, best);

  for (guint i = 0; i < n; i++)
    {
      WhSubstitute substitute = make_substitute (search, &best[i]);
      substitute.n_shops = search->shop == NOBODY ? count_shops (search, substitute.side.product, NOBODY) : 1;
      found->demonstration |= substitute.side.product->demonstration;
      g_array_append_val (found->substitutes, substitute);
    }
}

/* Looked for only where there is room for more. */
static guint
count_stock_unknown (const WhSubstituteSearch *search, guint n_found)
{
  guint n = 0;

  for (guint i = 0; n_found < search->question->limit && i < search->index->products->len; i++)
    {
      const WhPriceProduct *product = &g_array_index (search->index->products, WhPriceProduct, i);
      n += product->in_stock < 0 && wh_substitute_fits (search, product);
    }
  return n;
}

static WhSubstitutes *
answer (WhAnalyst *analyst, WhPriceIndex *index, const WhProfiles *profiles, const WhSubstituteQuestion *question, GError **error)
{
  const WhPriceProduct *product;
  WhSubstituteSearch search;
  WhSubstitutes *found;

  if (!wh_substitute_prepare (&search, index, profiles, question, error))
    return NULL;
  product = search.asked.product;
  found = g_new0 (WhSubstitutes, 1);
  found->snapshot = wh_snapshot_ref (profiles->snapshot);
  found->index = wh_price_index_ref (index);
  found->asked = search.asked;
  found->category = search.category;
  found->shop = product ? &g_array_index (index->shops, WhPriceShop, product->shop) : NULL;
  found->at = search.shop == NOBODY ? NULL : &g_array_index (index->shops, WhPriceShop, search.shop);
  found->substitutes = g_array_new (FALSE, FALSE, sizeof (WhSubstitute));
  found->demonstration = product ? product->demonstration : search.asked.card->demonstration;
  take_best (found, &search);
  add_closeness (wh_analyst_engine (analyst), &search, found->substitutes);
  found->n_stock_unknown = count_stock_unknown (&search, found->substitutes->len);
  found->n_elsewhere = product ? count_shops (&search, product, product->shop) : 0;
  found->id = id_of (found, question);
  return found;
}

/* Both of one snapshot; the catalogue may move on between the two. */
static gboolean
take_both (WhAnalyst *analyst, const WhPrincipal *principal, WhPriceIndex **out_index, WhProfiles **out_profiles, GError **error)
{
  for (guint i = 0; i < MOST_TRIES; i++)
    {
      g_autoptr (WhProfiles) profiles = wh_analyst_profiles (analyst, error);
      g_autoptr (WhSnapshot) snapshot = NULL;
      g_autoptr (WhPriceIndex) index = profiles ? wh_analyst_price_index (analyst, principal, &snapshot, error) : NULL;
      if (!index)
        return FALSE;
      if (snapshot == profiles->snapshot)
        {
          *out_index = g_steal_pointer (&index);
          *out_profiles = g_steal_pointer (&profiles);
          return TRUE;
        }
    }
  g_set_error_literal (error, WH_ERROR, WH_ERROR_BUSY, _("The catalogue is changing just now: try again in a moment."));
  return FALSE;
}

WhSubstitutes *
wh_analyst_substitutes (WhAnalyst *analyst, const WhPrincipal *principal, const WhSubstituteQuestion *question, GError **error)
{
  g_autoptr (WhPriceIndex) index = NULL;
  g_autoptr (WhProfiles) profiles = NULL;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !wh_substitute_question_check (question, error)
      || !take_both (analyst, principal, &index, &profiles, error))
    return NULL;
  g_return_val_if_fail (!question->product_id != !question->strain_id, NULL);
  return answer (analyst, index, profiles, question, error);
}

void
wh_substitutes_free (WhSubstitutes *substitutes)
{
  g_array_unref (substitutes->substitutes);
  wh_price_index_unref (substitutes->index);
  wh_snapshot_unref (substitutes->snapshot);
  g_free (substitutes);
}
