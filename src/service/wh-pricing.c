#include "wh-pricing.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-freshness.h"
#include "wh-analyst-private.h"
#include "wh-bits.h"
#include "wh-deviation.h"
#include "wh-price-index.h"

#define CATEGORIES "flower, pre-rolls, vapes, concentrates, edibles, tinctures, topicals, accessories, other"
#define PREFERRED "flower"
#define FEWEST_FOR_CHECK 5
#define FAR_Z 3.5
#define LEAST_DIFFERENCE 0.25   /* of the middle; less is no reason to look */
#define EXCLUDED (-1.0)

/* A question on its way through the index. */
typedef struct {
  const WhPriceIndex    *index;
  const WhPriceQuestion *question;
  double   *miles;               /* per shop; NAN: place unknown or not asked for; EXCLUDED: not meant */
  WhBits   *texts;               /* that match the name; NULL: all */
  guint    *counts;              /* offers per likeness */
  GArray   *meant;               /* of guint32: places of the products that are meant */
  gint64    now;
  WhPriceComparison *out;
} Search;

gboolean
wh_pricing_is_category (const char *category)
{
  g_auto (GStrv) categories = g_strsplit (CATEGORIES, ", ", -1);

  return g_strv_contains ((const char *const *) categories, category);
}

const char *
wh_pricing_categories (void)
{
  return CATEGORIES;
}

/* -- which shops, which names ------------------------------------------------------------------------------------ */

static gboolean
is_near (const WhPriceQuestion *question)
{
  return wh_geo_is_place (&question->near);
}

static double *
measure_shops (const WhPriceIndex *index, const WhPriceQuestion *question)
{
  double *miles = g_new (double, index->shops->len + 1);
  WhGeoBox box = { 0 };

  if (is_near (question))
    box = wh_geo_box (&question->near, question->radius);
  for (guint i = 0; i < index->shops->len; i++)
    {
      const WhPriceShop *shop = &g_array_index (index->shops, WhPriceShop, i);
      miles[i] = NAN;
      if (question->state && (!shop->state || g_ascii_strcasecmp (shop->state, question->state) != 0))
        miles[i] = EXCLUDED;
      else if (is_near (question) && wh_geo_is_place (&shop->place))
        {
          miles[i] = wh_geo_in_box (&box, &shop->place) ? wh_geo_miles (&question->near, &shop->place) : EXCLUDED;
          if (miles[i] > question->radius)
            miles[i] = EXCLUDED;
        }
    }
  return miles;
}

/* Whether every word is in the text. */
static gboolean
has_words (const char *text, gsize length, char *const *words)
{
  for (; *words; words++)
    if (!memmem (text, length, *words, strlen (*words)))
      return FALSE;
  return TRUE;
}

/* " blue", " dream" */
static GStrv
words_of (const char *name)
{
  g_autofree char *folded = wh_text_fold (name);
  g_auto (GStrv) bare = g_strsplit (folded, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **word = bare; *word; word++)
    if (**word)
      {
        g_autofree char *padded = g_strconcat (" ", *word, NULL);
        g_strv_builder_add (builder, padded);
      }
  return g_strv_builder_end (builder);
}

/* Texts in which each word is the beginning of one; all are looked through for the first word in one go. */
static WhBits *
match_texts (const WhPriceIndex *index, char *const *words)
{
  const guint32 *first = (const guint32 *) (gpointer) index->text_first->data;
  const char *texts = index->texts->str, *hit;
  WhBits *matching = g_new0 (WhBits, wh_bits_words (index->text_first->len) + 1);
  guint text = 0;
  gsize from = 0;

  while ((hit = memmem (texts + from, index->texts->len - from, words[0], strlen (words[0]))))
    {
      while (first[text + 1] <= hit - texts)
        text++;
      if (has_words (texts + first[text], first[text + 1] - first[text], words + 1))
        wh_bits_set (matching, text);
      from = first[text + 1];
    }
  return matching;
}

gboolean
wh_price_question_check (const WhPriceQuestion *question, GError **error)
{
  if (!(question->radius > 0 && question->radius <= WH_PRICING_MOST_RADIUS))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The radius must be more than 0 and at most %g miles."), WH_PRICING_MOST_RADIUS);
  else if (question->category && !wh_pricing_is_category (question->category))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The category must be one of: %s."), CATEGORIES);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_question (const WhPriceQuestion *question, char *const *words, GError **error)
{
  if (!question->strain_id && !*words)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("Say which strain or product to compare prices of."));
  else if (question->product_name && strlen (question->product_name) > WH_LIMIT_QUERY)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The product's name is too long."));
  else
    return wh_price_question_check (question, error);
  return FALSE;
}

/* -- collecting -------------------------------------------------------------------------------------------------- */

static const WhPriceProduct *
product_at (const Search *search, guint32 place)
{
  return &g_array_index (search->index->products, WhPriceProduct, place);
}

static const WhLikeness *
likeness_at (const WhPriceIndex *index, guint place)
{
  return &g_array_index (index->likenesses, WhLikeness, place);
}

/* Those without a price are only counted. */
static void
offer (Search *search, guint32 place)
{
  const WhPriceProduct *product = product_at (search, place);
  double miles = search->miles[product->shop];

  if (isnan (product->price) || miles == EXCLUDED)
    return;
  if (is_near (search->question) && isnan (miles))   /* a shop that may be anywhere is not near */
    {
      search->out->n_unplaced++;
      return;
    }
  search->counts[product->likeness]++;
  g_array_append_val (search->meant, place);
}

/* Products of the strain whose text matches, or of all texts that match. */
static void
find_meant (Search *search, const WhCard *card)
{
  const WhPriceIndex *index = search->index;
  guint n_texts = index->text_first->len - 1;

  if (card)
    {
      for (guint32 i = index->strain_first[card->index]; i < index->strain_first[card->index + 1]; i++)
        if (!search->texts || wh_bits_test (search->texts, product_at (search, i)->text))
          offer (search, i);
      return;
    }
  WH_BITS_EACH (search->texts, n_texts, text)
    for (guint32 i = index->text_products[text]; i < index->text_products[text + 1]; i++)
      offer (search, index->by_text[i]);
}

/* Texts of the index are one where they are equal. */
static guint
count_category (const Search *search, const char *category)
{
  guint n = 0;

  for (guint i = 0; i < search->index->likenesses->len; i++)
    if (likeness_at (search->index, i)->category == category)
      n += search->counts[i];
  return n;
}

/* The category asked for, else flower of a strain, else what most offers are of; NULL where there are none. */
static const char *
choose_category (const Search *search)
{
  const WhPriceQuestion *question = search->question;
  const char *asked = question->category ? question->category : question->product_name ? "" : PREFERRED, *chosen = NULL;
  guint most = 0;

  for (guint i = 0; i < search->index->likenesses->len; i++)
    {
      const char *category = likeness_at (search->index, i)->category;
      guint n = search->counts[i] ? count_category (search, category) : 0;
      if (n > 0 && strcmp (category, asked) == 0)
        return category;
      if (n > most && !question->category)
        {
          most = n;
          chosen = category;
        }
    }
  return chosen;
}

/* Nothing is like a package of which nobody knows how much is in it. */
static gboolean
says_how_much (const WhLikeness *likeness)
{
  return likeness->size > 0 || likeness->amount;
}

/* The most offered size, the smaller of equals; G_MAXUINT where no package says its own. */
static guint
choose_likeness (const Search *search, const char *category)
{
  guint chosen = G_MAXUINT;

  for (guint i = 0; i < search->index->likenesses->len; i++)
    {
      const WhLikeness *likeness = likeness_at (search->index, i);
      if (search->counts[i] == 0 || likeness->category != category || !says_how_much (likeness))
        continue;
      if (chosen == G_MAXUINT || search->counts[i] > search->counts[chosen]
          || (search->counts[i] == search->counts[chosen] && likeness->size < likeness_at (search->index, chosen)->size))
        chosen = i;
    }
  return chosen;
}

static WhOffer
make_offer (const Search *search, const WhPriceProduct *product, guint likeness)
{
  WhOffer offer = { product, &g_array_index (search->index->shops, WhPriceShop, product->shop) };

  offer.per_gram = product->price / product->grams;
  offer.per_mg_thc = product->price / product->thc_mg;
  offer.miles = search->miles[product->shop];
  offer.stale = wh_freshness_is_stale (WH_FACT_PRICE, product->observed_at, search->now);
  offer.comparable = product->likeness == likeness;
  return offer;
}

static void
note_comparable (WhPriceComparison *out, const WhOffer *offer)
{
  out->n_comparable++;
  out->n_stale += offer->stale;
  out->grams_low = fmin (out->grams_low, offer->product->grams);   /* fmin and fmax pass over NAN */
  out->grams_high = fmax (out->grams_high, offer->product->grams);
}

static void
collect (Search *search, guint likeness)
{
  WhPriceComparison *out = search->out;

  for (guint i = 0; i < search->meant->len; i++)
    {
      const WhPriceProduct *product = product_at (search, g_array_index (search->meant, guint32, i));
      if (likeness_at (search->index, product->likeness)->category != out->category)
        {
          out->n_other_categories++;
          continue;
        }
      WhOffer offer = make_offer (search, product, likeness);
      if (offer.comparable)
        note_comparable (out, &offer);
      out->demonstration |= product->demonstration;
      g_array_append_val (out->offers, offer);
    }
}

/* Of the strain; by name nobody looks among products without a price. */
static guint
count_unpriced (const WhPriceIndex *index, const WhCard *card)
{
  guint n = 0;

  for (guint32 i = card ? index->strain_first[card->index] : 0; card && i < index->strain_first[card->index + 1]; i++)
    n += isnan (g_array_index (index->products, WhPriceProduct, i).price) != 0;
  return n;
}

/* -- comparing --------------------------------------------------------------------------------------------------- */

double
wh_price_comparison_value (const WhPriceComparison *comparison, const WhOffer *offer)
{
  return comparison->weighed ? offer->per_gram : offer->product->price;
}

static int
compare_values (double x, double y)
{
  if (isnan (x) != isnan (y))
    return isnan (x) ? 1 : -1;
  return (x > y) - (x < y);
}

static int
compare_offers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhPriceComparison *comparison = user_data;
  const WhOffer *x = a, *y = b;
  int order = y->comparable - x->comparable;

  if (order == 0)
    order = x->stale - y->stale;
  if (order == 0)
    order = compare_values (wh_price_comparison_value (comparison, x), wh_price_comparison_value (comparison, y));
  if (order == 0)
    order = compare_values (x->miles, y->miles);
  return order ? order : wh_id_compare (&x->product->id, &y->product->id);
}

static WhOffer *
offer_at (const WhPriceComparison *comparison, guint place)
{
  return &g_array_index (comparison->offers, WhOffer, place);
}

/* Comparable offers stand first. Their values: of the fresh ones where there are any. */
static void
compute_statistics (WhPriceComparison *comparison)
{
  WhPriceStatistics *statistics = &comparison->statistics;
  gboolean any_fresh = comparison->n_stale < comparison->n_comparable;
  guint n = any_fresh ? comparison->n_comparable - comparison->n_stale : comparison->n_comparable;
  g_autofree double *values = g_new (double, n + 1);
  g_autofree WhBits *shops = g_new0 (WhBits, wh_bits_words (comparison->index->shops->len) + 1);
  double sum = 0;

  *statistics = (WhPriceStatistics) { NAN, NAN, NAN, NAN, n, 0, !any_fresh && n > 0 };
  for (guint i = 0; i < n; i++)
    {
      values[i] = wh_price_comparison_value (comparison, offer_at (comparison, i));
      sum += values[i];
      wh_bits_set (shops, offer_at (comparison, i)->product->shop);
    }
  if (n == 0)
    return;
  statistics->median = wh_deviation_median (values, n);   /* sorts */
  statistics->lowest = values[0];
  statistics->highest = values[n - 1];
  statistics->average = sum / n;
  statistics->n_shops = wh_bits_count (shops, wh_bits_words (comparison->index->shops->len));
}

/* Against all that are comparable, since a slip of the pen does not depend on its age. */
static void
mark_outliers (WhPriceComparison *comparison)
{
  guint n = comparison->n_comparable;
  g_autofree double *values = g_new (double, n + 1);
  double median, mad;

  if (n < FEWEST_FOR_CHECK)
    return;
  for (guint i = 0; i < n; i++)
    values[i] = wh_price_comparison_value (comparison, offer_at (comparison, i));
  median = wh_deviation_median (values, n);
  mad = wh_deviation_mad (values, n, median);
  for (guint i = 0; i < n; i++)
    {
      WhOffer *offer = offer_at (comparison, i);
      double difference = fabs (wh_price_comparison_value (comparison, offer) - median);
      offer->check = WH_DEVIATION_SCALE * difference > FAR_Z * mad && difference > LEAST_DIFFERENCE * median;
    }
}

/* What speaks against choosing an offer, the weightiest first: it is stale, it deserves a look, nobody knows whether it is in stock. */
static guint
doubts_about (const WhOffer *offer)
{
  return (offer->stale ? 4 : 0) + (offer->check ? 2 : 0) + (offer->product->in_stock < 0 ? 1 : 0);
}

static void
choose (WhPriceComparison *comparison)
{
  for (guint i = 0; i < comparison->n_comparable; i++)
    {
      const WhOffer *offer = offer_at (comparison, i), *best = comparison->best, *closest = comparison->closest;
      if (offer->product->in_stock == 0)
        continue;
      if (!best || doubts_about (offer) < doubts_about (best))
        comparison->best = offer;   /* the cheapest of equals stands first */
      if (!isnan (offer->miles) && (!closest || offer->miles < closest->miles))
        comparison->closest = offer;
    }
}

/* -- all together ------------------------------------------------------------------------------------------------ */

static void
take_likeness (WhPriceComparison *out, const WhLikeness *likeness)
{
  out->currency = likeness->currency;
  out->amount = likeness->amount;
  out->weighed = likeness->size > 0;
}

static void
compare (Search *search, const WhCard *card)
{
  WhPriceComparison *out = search->out;
  guint chosen;

  find_meant (search, card);
  out->category = choose_category (search);
  if (out->category)
    {
      chosen = choose_likeness (search, out->category);
      if (chosen != G_MAXUINT)
        take_likeness (out, likeness_at (search->index, chosen));
      collect (search, chosen);
      g_array_sort_with_data (out->offers, compare_offers, out);
      mark_outliers (out);
      choose (out);
    }
  else
    for (guint i = 0; i < search->index->likenesses->len; i++)
      out->n_other_categories += search->counts[i];
  compute_statistics (out);
}

static WhPriceComparison *
comparison_new (WhPriceIndex *index)
{
  WhPriceComparison *comparison = g_new0 (WhPriceComparison, 1);

  comparison->index = wh_price_index_ref (index);
  comparison->offers = g_array_new (FALSE, FALSE, sizeof (WhOffer));
  comparison->grams_low = comparison->grams_high = NAN;
  return comparison;
}

static WhPriceComparison *
search_prices (WhPriceIndex *index, const WhPriceQuestion *question, const WhCard *card, char *const *words)
{
  g_autofree double *miles = measure_shops (index, question);
  g_autofree WhBits *texts = *words ? match_texts (index, words) : NULL;
  g_autofree guint *counts = g_new0 (guint, index->likenesses->len + 1);
  g_autoptr (GArray) meant = g_array_new (FALSE, FALSE, sizeof (guint32));
  Search search = { index, question, miles, texts, counts, meant, wh_clock_now (), comparison_new (index) };

  compare (&search, card);
  search.out->n_unpriced = count_unpriced (index, card);
  return search.out;
}

WhPriceComparison *
wh_analyst_compare_prices (WhAnalyst *analyst, const WhPrincipal *principal, const WhPriceQuestion *question, GError **error)
{
  g_auto (GStrv) words = words_of (question->product_name ? question->product_name : "");
  g_autoptr (WhPriceIndex) index = NULL;
  g_autoptr (WhSnapshot) snapshot = NULL;
  const WhCard *card = NULL;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !check_question (question, words, error)
      || !(index = wh_analyst_price_index (analyst, principal, &snapshot, error)))
    return NULL;
  if (question->strain_id && !(card = wh_snapshot_find (snapshot, question->strain_id)))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
      return NULL;
    }
  return search_prices (index, question, card, words);
}

void
wh_price_comparison_free (WhPriceComparison *comparison)
{
  g_clear_pointer (&comparison->doors, g_hash_table_unref);   /* its keys are of the index */
  g_array_unref (comparison->offers);
  wh_price_index_unref (comparison->index);
  g_free (comparison);
}
