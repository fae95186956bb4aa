#include "wh-recommend.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-freshness.h"
#include "wh-analyst-private.h"
#include "wh-price-index.h"
#include "wh-recommend-private.h"
#include "wh-snapshot.h"

#define ALL_WISHES G_MAXUINT
#define NOBODY G_MAXUINT

/* Why a strain is not among those that are ranked, as bits. */
typedef enum {
  OUT_NAMED = 1 << 0, /* liked or disliked */
  OUT_OF_STOCK = 1 << 1,
  OUT_OF_PRICE = 1 << 2,
  OUT_ELSEWHERE = 1 << 3, /* not sold in the state, or not as what was asked for */
} Out;

typedef struct {
  const WhWeighing *weighing;
  guint8           *out;      /* per strain, of Out */
  double           *scores;   /* per strain, with all wishes */
} Ranking;

WhTaste *
wh_recommend_read_taste (const WhSnapshot *snapshot, const char *path, GError **error)
{
  guint n = wh_snapshot_length (snapshot);
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);

  /* Backwards: where two strains have one slug, the better known is meant. */
  for (guint i = n; i-- > 0;)
    if (snapshot->cards[i].slug)
      g_hash_table_insert (numbers, (gpointer) snapshot->cards[i].slug, GUINT_TO_POINTER (i + 1));
  return wh_taste_read (path, numbers, n, error);
}

/* -- ranking ----------------------------------------------------------------------------------------------------- */

static guint8
why_out (const WhWeighing *weighing, const WhCard *card, guint64 state)
{
  const WhPreferences *preferences = weighing->preferences;
  guint8 out = 0;

  if (preferences->in_stock && card->n_in_stock == 0)
    out |= OUT_OF_STOCK;
  if (!isnan (preferences->max_price) && !(card->price_per_gram <= preferences->max_price))
    out |= OUT_OF_PRICE;
  if (preferences->state && !(weighing->snapshot->sold_in[card->index] & state))
    out |= OUT_ELSEWHERE;
  if (preferences->sold_as && !(card->sold_as & preferences->sold_as))
    out |= OUT_ELSEWHERE;
  return out;
}

static void
ranking_init (Ranking *ranking, const WhWeighing *weighing)
{
  const WhPreferences *preferences = weighing->preferences;
  guint64 state = preferences->state ? wh_snapshot_state_bit (weighing->snapshot, preferences->state) : 0;

  *ranking = (Ranking) { weighing, g_new0 (guint8, weighing->n + 1), g_new (double, weighing->n + 1) };
  for (guint i = 0; i < weighing->n; i++)
    {
      ranking->out[i] = why_out (weighing, wh_snapshot_card (weighing->snapshot, i), state);
      ranking->scores[i] = wh_weighing_score (weighing, i, ALL_WISHES);
    }
  for (guint i = 0; i < weighing->n_wishes; i++)
    {
      const WhWish *wish = &g_array_index (preferences->wishes, WhWish, i);
      if (wish->kind == WH_WISH_LIKE || wish->kind == WH_WISH_DISLIKE)
        ranking->out[wish->strain] |= OUT_NAMED;
    }
}

static void
ranking_clear (Ranking *ranking)
{
  g_free (ranking->out);
  g_free (ranking->scores);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ranking, ranking_clear)

static gboolean
is_before (const WhSnapshot *snapshot, guint a, double score_a, guint b, double score_b)
{
  const WhCard *x = &snapshot->cards[a], *y = &snapshot->cards[b];

  if (score_a != score_b)
    return score_a > score_b;
  if (x->popularity == y->popularity || (isnan (x->popularity) && isnan (y->popularity)))
    return wh_id_compare (&x->id, &y->id) < 0;
  return a < b;   /* numbers run by popularity */
}

static gboolean
leads (const Ranking *ranking, guint32 a, guint32 b)
{
  return is_before (ranking->weighing->snapshot, a, ranking->scores[a], b, ranking->scores[b]);
}

/* As many as are wanted, best first: each strain looks for its place among those that lead so far, and few find one. */
static GArray *
rank (const Ranking *ranking, guint most)
{
  GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint32), most + 1);

  for (guint32 i = 0; i < ranking->weighing->n; i++)
    {
      guint place = order->len;
      while (!ranking->out[i] && place > 0 && leads (ranking, i, g_array_index (order, guint32, place - 1)))
        place--;
      if (ranking->out[i] || place == most)
        continue;
      g_array_insert_val (order, place, i);
      g_array_set_size (order, MIN (order->len, most));
    }
  return order;
}

/* -- what else would lead ---------------------------------------------------------------------------------------- */

/* The best of the strains whose only fault is `out`; `without` leaves a wish aside. NOBODY: there is none. */
static guint
best_of (const Ranking *ranking, guint8 out, guint without)
{
  const WhWeighing *weighing = ranking->weighing;
  guint best = NOBODY;
  double best_score = 0;

  for (guint i = 0; i < weighing->n; i++)
    {
      double score = ranking->out[i] != out  ? -1
                     : without == ALL_WISHES ? ranking->scores[i]
                                             : wh_weighing_score (weighing, i, without);
      if (score >= 0 && (best == NOBODY || is_before (weighing->snapshot, i, score, best, best_score)))
        {
          best = i;
          best_score = score;
        }
    }
  return best;
}

/* Takes `words`. */
static void
add_change (WhRecommendations *found, guint strain, const char *change, char *words)
{
  WhCounterfactual counterfactual = { wh_snapshot_card (found->snapshot, strain), change, words };

  g_array_append_val (found->counterfactuals, counterfactual);
}

static gboolean
would_lead (const Ranking *ranking, guint strain, guint first)
{
  return strain != NOBODY
         && (first == NOBODY
             || is_before (ranking->weighing->snapshot, strain, ranking->scores[strain], first, ranking->scores[first]));
}

static void
find_conditions (WhRecommendations *found, const Ranking *ranking, guint first)
{
  guint sold_out = best_of (ranking, OUT_OF_STOCK, ALL_WISHES), dear = best_of (ranking, OUT_OF_PRICE, ALL_WISHES);
  double limit = ranking->weighing->preferences->max_price;

  if (would_lead (ranking, sold_out, first))
    add_change (
        found, sold_out, "in_stock",
        g_strdup_printf (_ ("%s would rank first if it were in stock"), wh_snapshot_card (found->snapshot, sold_out)->name));
  if (!would_lead (ranking, dear, first))
    return;
  const WhCard *card = wh_snapshot_card (found->snapshot, dear);
  add_change (found, dear, "price",
              isnan (card->price_per_gram)
                  ? g_strdup_printf (_ ("%s would rank first if its price were known to be at most $%.2f/g"), card->name, limit)
                  : g_strdup_printf (_ ("%s would rank first if it cost $%.2f/g instead of $%.2f/g"), card->name, limit,
                                     card->price_per_gram));
}

static void
find_wishes (WhRecommendations *found, const Ranking *ranking, guint first)
{
  for (guint wish = 0; first != NOBODY && wish < ranking->weighing->n_wishes; wish++)
    {
      guint leader = best_of (ranking, 0, wish);
      if (leader == first)
        continue;
      g_autofree char *name = wh_weighing_name_wish (ranking->weighing, wish);
      add_change (found, leader, "wish",
                  g_strdup_printf (_ ("without %s, %s would lead"), name, wh_snapshot_card (found->snapshot, leader)->name));
    }
}

/* -- what shops have --------------------------------------------------------------------------------------------- */

/* Offers of a strain while they are counted. */
typedef struct {
  WhRecommendation *recommendation;
  GHashTable       *shops;    /* of WhId, borrowed */
  double            sum;      /* of the prices a gram that are known, */
  guint             n;        /* and how many those are */
} Offers;

static void
offers_init (Offers *offers, WhRecommendation *recommendation)
{
  *offers = (Offers) { recommendation, g_hash_table_new (wh_id_hash, wh_id_equal), 0, 0 };
}

/* One that is in stock. */
static void
add_offer (Offers *offers, const WhId *shop, double per_gram, gint64 observed_at)
{
  g_hash_table_add (offers->shops, (gpointer) shop);
  if (isnan (per_gram))
    return;
  offers->sum += per_gram;
  offers->n++;
  offers->recommendation->n_stale += wh_freshness_is_stale (WH_FACT_PRICE, observed_at, wh_clock_now ());
}

static void
offers_end (Offers *offers)
{
  offers->recommendation->n_dispensaries = g_hash_table_size (offers->shops);
  offers->recommendation->average_price = offers->n ? offers->sum / offers->n : NAN;
  g_hash_table_unref (offers->shops);
}

static gboolean
look_at_shops (WhReader *reader, WhRecommendation *recommendation, GError **error)
{
  g_autoptr (GPtrArray) products = wh_reader_find (reader, WH_KIND_PRODUCT, "strain_id", &recommendation->card->id, 0, error);
  Offers offers;

  offers_init (&offers, recommendation);
  for (guint i = 0; products && i < products->len; i++)
    {
      const WhProduct *product = products->pdata[i];
      if (product->in_stock == 1)
        add_offer (&offers, &product->dispensary_id, wh_product_price_per_gram (product), product->price_observed_at);
    }
  offers_end (&offers);
  return products != NULL;
}

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhRecommendations *found = user_data;

  for (guint i = 0; i < found->recommendations->len; i++)
    if (!look_at_shops (reader, &g_array_index (found->recommendations, WhRecommendation, i), error))
      return FALSE;
  return TRUE;
}

static void
look_into_index (WhRecommendation *recommendation, const WhPriceIndex *index)
{
  guint strain = recommendation->card->index;
  Offers offers;

  offers_init (&offers, recommendation);
  for (guint32 i = index->strain_first[strain]; i < index->strain_first[strain + 1]; i++)
    {
      const WhPriceProduct *product = &g_array_index (index->products, WhPriceProduct, i);
      if (product->in_stock == 1)
        add_offer (&offers, &g_array_index (index->shops, WhPriceShop, product->shop).id, product->price / product->grams,
                   product->observed_at);
    }
  offers_end (&offers);
}

/* A well-known strain is sold a hundred times: where all products are packed already, their rows need not be read. */
static gboolean
look (WhRecommendations *found, WhAnalyst *analyst, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhPriceIndex) index = wh_analyst_kept_price_index (analyst, found->snapshot);

  if (!index)
    return wh_store_read (wh_analyst_store (analyst), principal, look_cb, found, error);
  for (guint i = 0; i < found->recommendations->len; i++)
    look_into_index (&g_array_index (found->recommendations, WhRecommendation, i), index);
  return TRUE;
}

/* -- all together ------------------------------------------------------------------------------------------------ */

static void
recommendation_clear (gpointer data)
{
  g_strfreev (((WhRecommendation *) data)->reasons);
}

static void
counterfactual_clear (gpointer data)
{
  g_free (((WhCounterfactual *) data)->words);
}

static WhRecommendations *
recommendations_new (WhSnapshot *snapshot)
{
  WhRecommendations *found = g_new0 (WhRecommendations, 1);

  found->snapshot = wh_snapshot_ref (snapshot);
  found->recommendations = g_array_new (FALSE, TRUE, sizeof (WhRecommendation));
  found->counterfactuals = g_array_new (FALSE, TRUE, sizeof (WhCounterfactual));
  g_array_set_clear_func (found->recommendations, recommendation_clear);
  g_array_set_clear_func (found->counterfactuals, counterfactual_clear);
  return found;
}

void
wh_recommendations_free (WhRecommendations *recommendations)
{
  g_array_unref (recommendations->recommendations);
  g_array_unref (recommendations->counterfactuals);
  wh_snapshot_unref (recommendations->snapshot);
  g_free (recommendations);
}

/* Everything that the answer depends on. */
static WhId
id_of_question (const WhWeighing *weighing)
{
  const WhPreferences *preferences = weighing->preferences;
  g_autoptr (GString) key = g_string_new (NULL);

  g_string_append_printf (key, "%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%d|%g|%s|%u|%u|%d",
                          wh_snapshot_revision (weighing->snapshot), weighing->opinions->revision, preferences->in_stock,
                          preferences->max_price, preferences->state ? preferences->state : "", preferences->sold_as,
                          preferences->limit, weighing->taste != NULL);
  for (guint i = 0; i < preferences->wishes->len; i++)
    {
      const WhWish *wish = &g_array_index (preferences->wishes, WhWish, i);
      g_string_append_printf (key, "|%d %u %s %s %g %g", wish->kind, wish->strain, wish->word ? wish->word : "",
                              wish->terpene ? wish->terpene->key : "", wish->low, wish->high);
    }
  return wh_id_from_key ("recommendation", "local", key->str);
}

static void
take_best (WhRecommendations *found, const Ranking *ranking, const GArray *order)
{
  for (guint i = 0; i < MIN (order->len, ranking->weighing->preferences->limit); i++)
    {
      guint32 strain = g_array_index (order, guint32, i);
      const WhCard *card = wh_snapshot_card (found->snapshot, strain);
      WhRecommendation recommendation = { card, ranking->scores[strain], wh_weighing_reasons (ranking->weighing, card), 0, NAN };
      g_array_append_val (found->recommendations, recommendation);
    }
}

WhRecommendations *
wh_analyst_recommend (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot *snapshot, const WhPreferences *preferences,
                      const WhTaste *taste, GError **error)
{
  g_auto (WhWeighing) weighing = { 0 };
  g_auto (Ranking) ranking = { 0 };
  g_autoptr (WhRecommendations) found = NULL;
  g_autoptr (WhProfiles) profiles = NULL;
  g_autoptr (WhOpinions) opinions = NULL;
  g_autoptr (GArray) order = NULL;
  guint first;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  g_return_val_if_fail (!taste || wh_taste_length (taste) == wh_snapshot_length (snapshot), NULL);
  profiles = wh_analyst_profiles (analyst, error);
  opinions = profiles ? wh_analyst_opinions (analyst, principal, snapshot, error) : NULL;
  if (!opinions)
    return NULL;
  wh_weighing_init (&weighing, snapshot, profiles->snapshot == snapshot ? profiles : NULL, preferences, taste, opinions);
  ranking_init (&ranking, &weighing);
  found = recommendations_new (snapshot);
  found->id = id_of_question (&weighing);
  order = rank (&ranking, MAX (preferences->limit, 1));
  first = order->len ? g_array_index (order, guint32, 0) : NOBODY;
  take_best (found, &ranking, order);
  find_conditions (found, &ranking, first);
  find_wishes (found, &ranking, first);
  return look (found, analyst, principal, error) ? g_steal_pointer (&found) : NULL;
}
