/* Every wish against every strain, once; whatever is asked afterwards is sums of that. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/wh-freshness.h"
#include "wh-flavours.h"
#include "wh-recommend-private.h"
#include "wh-search-words.h"
#include "wh-snapshot.h"

#define UNKNOWN NAN /* nobody tested or reported */
#define BY_AROMA 0.5f
#define FAR_DISTANCE 0.4 /* Hellinger: where random pairs begin */
#define WORTH_SAYING 90.0 /* of a hundred random pairs are farther apart */
#define MOST_PERCENTILE 99.0
#define SCORE_STEPS 1e9   /* so that sums which should be equal are */
#define POPULARITY_WEIGHT 0.25
#define WELL_KNOWN 20 /* the best known twentieth is worth a word */
#define MG_PER_PERCENT 10.0
#define TOLD_OFFERS 3     /* fewer are no word worth */

/* -- flavours ---------------------------------------------------------------------------------------------------- */

/* Whether `word` stands in the list between other characters than letters and digits. */
static gboolean
has_word (const char *list, const char *word)
{
  gsize length = strlen (word);

  for (const char *place = list; *place; place++)
    if ((place == list || !g_ascii_isalnum (place[-1])) && g_ascii_strncasecmp (place, word, length) == 0
        && !g_ascii_isalnum (place[length]))
      return TRUE;
  return FALSE;
}

static gboolean
has_flavour (const WhCard *card, const char *word, const char *stem)
{
  return card->flavours && (has_word (card->flavours, word) || (stem && has_word (card->flavours, stem)));
}

static gboolean
leads_by_aroma (const WhCard *card, const GPtrArray *smelling)
{
  for (guint i = 0; card->n_terpenes > 0 && i < smelling->len; i++)
    if (((const WhAnalyte *) smelling->pdata[i])->index == card->terpenes[0].analyte)
      return TRUE;
  return FALSE;
}

static GPtrArray *
smelling_of (const char *word, const char *stem)
{
  GPtrArray *smelling = wh_analyte_by_aroma (word);

  if (smelling->len > 0 || !stem)
    return smelling;
  g_ptr_array_unref (smelling);
  return wh_analyte_by_aroma (stem);
}

static void
weigh_flavour (const WhWeighing *weighing, const WhWish *wish, float *strengths)
{
  g_autofree char *stem = wh_search_words_stem (wish->word);
  g_autoptr (GPtrArray) smelling = smelling_of (wish->word, stem);

  for (guint i = 0; i < weighing->n; i++)
    {
      const WhCard *card = wh_snapshot_card (weighing->snapshot, i);
      strengths[i] = has_flavour (card, wish->word, stem)              ? 1
                     : leads_by_aroma (card, smelling)                 ? BY_AROMA
                     : card->flavours == NULL && card->n_terpenes == 0 ? UNKNOWN
                                                                       : 0;
    }
}

/* -- chemistry --------------------------------------------------------------------------------------------------- */

/* From 0; WH_CARD_TERPENES: not among the leading ones. */
static guint
place_of_terpene (const WhCard *card, const WhAnalyte *terpene)
{
  guint place = 0;

  while (place < card->n_terpenes && card->terpenes[place].analyte != terpene->index)
    place++;
  return place < card->n_terpenes ? place : WH_CARD_TERPENES;
}

static void
weigh_terpene (const WhWeighing *weighing, const WhWish *wish, float *strengths)
{
  for (guint i = 0; i < weighing->n; i++)
    {
      const WhCard *card = wh_snapshot_card (weighing->snapshot, i);
      strengths[i] = card->n_terpenes ? 1 - place_of_terpene (card, wish->terpene) / (float) WH_CARD_TERPENES : UNKNOWN;
    }
}

static WhAmount
amount_of (const WhCard *card, WhWishKind kind)
{
  return kind == WH_WISH_THC ? card->thc : card->cbd;
}

static gboolean
within (WhAmount amount, const WhWish *wish)
{
  return amount.n > 0 && amount.high / MG_PER_PERCENT >= wish->low && amount.low / MG_PER_PERCENT <= wish->high;
}

static void
weigh_range (const WhWeighing *weighing, const WhWish *wish, float *strengths)
{
  for (guint i = 0; i < weighing->n; i++)
    {
      WhAmount amount = amount_of (wh_snapshot_card (weighing->snapshot, i), wish->kind);
      strengths[i] = amount.n == 0 ? UNKNOWN : within (amount, wish);
    }
}

/* -- what is liked ----------------------------------------------------------------------------------------------- */

/* Hellinger distance of the terpenes; NAN where there is none. */
static double
distance_of (const WhProfiles *profiles, guint strain, guint liked)
{
  guint n = profiles->n_columns;

  return wh_engine_hellinger (profiles->values + (gsize) liked * n, profiles->masks[liked], profiles->values + (gsize) strain * n,
                              profiles->masks[strain], n, NULL);
}

static void
weigh_alike (const WhWeighing *weighing, const WhWish *wish, float *strengths)
{
  const char *flavours = wh_snapshot_card (weighing->snapshot, wish->strain)->flavours;

  for (guint i = 0; i < weighing->n; i++)
    strengths[i] = UNKNOWN;
  if (weighing->profiles)
    wh_profiles_distances (weighing->profiles, wish->strain, strengths);
  for (guint i = 0; i < weighing->n; i++)
    {
      float near = isnan (strengths[i]) ? UNKNOWN : MAX (0, 1 - strengths[i] / (float) FAR_DISTANCE);
      /* fmaxf passes over NAN. */
      strengths[i] = fmaxf (near, wh_flavours_in_common (flavours, wh_snapshot_card (weighing->snapshot, i)->flavours));
    }
  strengths[wish->strain] = UNKNOWN;   /* to itself it is no example of how alike strains are */
}

static void
weigh_unlike (const WhWeighing *weighing, const WhWish *wish, float *strengths)
{
  const char *flavours = wh_snapshot_card (weighing->snapshot, wish->strain)->flavours;

  for (guint i = 0; i < weighing->n; i++)
    strengths[i] = 1 - wh_flavours_in_common (flavours, wh_snapshot_card (weighing->snapshot, i)->flavours);
  strengths[wish->strain] = UNKNOWN;
}

/* -- all wishes -------------------------------------------------------------------------------------------------- */

static const WhWish *
wish_at (const WhWeighing *weighing, guint number)
{
  return &g_array_index (weighing->preferences->wishes, WhWish, number);
}

static void
weigh (const WhWeighing *weighing, guint number)
{
  const WhWish *wish = wish_at (weighing, number);
  float *strengths = weighing->strengths + (gsize) number * weighing->n;

  switch (wish->kind)
    {
    case WH_WISH_LIKE:
      weigh_alike (weighing, wish, strengths);
      break;
    case WH_WISH_DISLIKE:
      weigh_unlike (weighing, wish, strengths);
      break;
    case WH_WISH_FLAVOUR:
      weigh_flavour (weighing, wish, strengths);
      break;
    case WH_WISH_TERPENE:
      weigh_terpene (weighing, wish, strengths);
      break;
    default:
      weigh_range (weighing, wish, strengths);
    }
}

/* What is not known counts as much as the average of what is. */
static void
fill_unknown (float *strengths, guint n)
{
  double sum = 0;
  guint n_known = 0;

  for (guint i = 0; i < n; i++)
    if (!isnan (strengths[i]))
      {
        sum += strengths[i];
        n_known++;
      }
  for (guint i = 0; i < n; i++)
    if (isnan (strengths[i]))
      strengths[i] = n_known ? (float) (sum / n_known) : 0;
}

static guint
list_liked (const WhWeighing *weighing, guint32 *out_liked)
{
  guint n = 0;

  for (guint i = 0; i < weighing->n_wishes; i++)
    if (wish_at (weighing, i)->kind == WH_WISH_LIKE)
      out_liked[n++] = wish_at (weighing, i)->strain;
  return n;
}

static void
weigh_popularity (WhWeighing *weighing)
{
  weighing->people_weight = POPULARITY_WEIGHT;
  for (guint i = 0; i < weighing->n; i++)
    {
      double popularity = wh_snapshot_card (weighing->snapshot, i)->popularity;
      weighing->people[i] = isnan (popularity) ? 0 : CLAMP (popularity, 0, 1);
    }
}

/* The score of people's lists is measured together with likeness, at WH_TASTE_LIKENESS for all that is liked. */
static void
weigh_people (WhWeighing *weighing)
{
  guint32 liked[WH_WISHES_MOST];
  guint n_liked = list_liked (weighing, liked);
  double highest = 0;

  if (weighing->taste && n_liked > 0)
    wh_taste_score (weighing->taste, liked, n_liked, weighing->people);
  for (guint i = 0; weighing->taste && n_liked > 0 && i < weighing->n; i++)
    highest = MAX (highest, weighing->people[i]);
  if (highest <= 0)
    {
      weigh_popularity (weighing);
      return;
    }
  weighing->people_weight = 1;
  for (guint i = 0; i < weighing->n; i++)
    weighing->people[i] /= highest;
  for (guint i = 0; i < weighing->n_wishes; i++)
    if (wish_at (weighing, i)->kind == WH_WISH_LIKE)
      weighing->weights[i] = WH_TASTE_LIKENESS / (highest * n_liked);
}

/* What people say counts as much more or less as offers of the strain were accepted here. */
static void
learn (WhWeighing *weighing)
{
  for (guint i = 0; i < weighing->n; i++)
    weighing->people[i] = MIN (1, weighing->people[i] * wh_opinions_factor (weighing->opinions, i));
}

static void
add_up (WhWeighing *weighing)
{
  weighing->total_weight = weighing->people_weight;
  for (guint i = 0; i < weighing->n; i++)
    weighing->sums[i] = weighing->people_weight * weighing->people[i];
  for (guint wish = 0; wish < weighing->n_wishes; wish++)
    {
      const float *strengths = weighing->strengths + (gsize) wish * weighing->n;
      weighing->total_weight += weighing->weights[wish];
      for (guint i = 0; i < weighing->n; i++)
        weighing->sums[i] += weighing->weights[wish] * strengths[i];
    }
}

void
wh_weighing_init (WhWeighing *weighing, WhSnapshot *snapshot, WhProfiles *profiles, const WhPreferences *preferences,
                  const WhTaste *taste, WhOpinions *opinions)
{
  *weighing = (WhWeighing) { snapshot, preferences, taste ? taste : opinions->taste, opinions, wh_snapshot_length (snapshot),
                             preferences->wishes->len };
  weighing->strengths = g_new (float, (gsize) weighing->n_wishes * weighing->n + 1);
  weighing->weights = g_new (double, weighing->n_wishes + 1);
  weighing->people = g_new0 (double, weighing->n + 1);
  weighing->sums = g_new (double, weighing->n + 1);
  weighing->profiles = profiles ? wh_profiles_ref (profiles) : NULL;
  for (guint i = 0; i < weighing->n_wishes; i++)
    {
      weighing->weights[i] = 1;
      weigh (weighing, i);
      fill_unknown (weighing->strengths + (gsize) i * weighing->n, weighing->n);
    }
  weigh_people (weighing);
  learn (weighing);
  add_up (weighing);
}

void
wh_weighing_clear (WhWeighing *weighing)
{
  g_clear_pointer (&weighing->strengths, g_free);
  g_clear_pointer (&weighing->weights, g_free);
  g_clear_pointer (&weighing->people, g_free);
  g_clear_pointer (&weighing->sums, g_free);
  g_clear_pointer (&weighing->profiles, wh_profiles_unref);
}

double
wh_weighing_score (const WhWeighing *weighing, guint strain, guint without)
{
  double sum = weighing->sums[strain], weight = weighing->total_weight;

  if (without < weighing->n_wishes)
    {
      sum -= weighing->weights[without] * weighing->strengths[(gsize) without * weighing->n + strain];
      weight -= weighing->weights[without];
    }
  return round (SCORE_STEPS * sum / weight) / SCORE_STEPS;
}

/* -- in words ---------------------------------------------------------------------------------------------------- */

static const char *
name_of (const WhWeighing *weighing, guint strain)
{
  return wh_snapshot_card (weighing->snapshot, strain)->name;
}

static void
say (GStrvBuilder *reasons, char *words)
{
  if (words)
    g_strv_builder_add (reasons, words);
  g_free (words);
}

static void
say_alike (const WhWeighing *weighing, guint number, const WhCard *card, GStrvBuilder *reasons)
{
  guint32 liked = wish_at (weighing, number)->strain;
  double distance = weighing->profiles ? distance_of (weighing->profiles, card->index, liked) : NAN;
  double percentile = weighing->profiles ? wh_profiles_percentile (weighing->profiles, distance) : NAN;
  WhTogether together = weighing->taste ? wh_taste_together (weighing->taste, card->index, liked) : (WhTogether) { 0, 0 };
  g_autoptr (GString) shared = g_string_new (NULL);

  if (together.both > 0)
    say (reasons, g_strdup_printf (_ ("%u of the %u people who wrote about %s, which you like, wrote about it, too"), together.both,
                                   together.liked, name_of (weighing, liked)));
  if (wh_flavours_shared (wh_snapshot_card (weighing->snapshot, liked)->flavours, card->flavours, shared) > 0)
    say (reasons, g_strdup_printf (_ ("people reported %s, as of %s, which you like"), shared->str, name_of (weighing, liked)));
  if (percentile >= WORTH_SAYING)
    say (reasons, g_strdup_printf (_("terpenes closer to those of %s, which you like, than %.0f %% of random pairs"),
                                   name_of (weighing, liked), MIN (floor (percentile), MOST_PERCENTILE)));
}

static void
say_flavour (const WhWish *wish, const WhCard *card, GStrvBuilder *reasons)
{
  g_autofree char *stem = wh_search_words_stem (wish->word);
  g_autoptr (GPtrArray) smelling = smelling_of (wish->word, stem);

  if (has_flavour (card, wish->word, NULL))
    say (reasons, g_strdup_printf (_ ("people reported %s"), wish->word));
  else if (has_flavour (card, wish->word, stem))
    say (reasons, g_strdup_printf (_ ("people reported %s"), stem));
  else if (leads_by_aroma (card, smelling))
    say (reasons, g_strdup_printf (_ ("leads in %s, whose aroma is %s"), wh_analyte_get (card->terpenes[0].analyte)->name,
                                   wh_analyte_get (card->terpenes[0].analyte)->aroma));
}

static void
say_terpene (const WhWish *wish, const WhCard *card, GStrvBuilder *reasons)
{
  guint place = place_of_terpene (card, wish->terpene);

  if (place == 0)
    say (reasons, g_strdup_printf (_ ("leads in %s"), wish->terpene->name));
  else if (place < WH_CARD_TERPENES)
    say (reasons, g_strdup_printf (_ ("%s is among its three leading terpenes"), wish->terpene->name));
}

static void
say_range (const WhWish *wish, const WhCard *card, GStrvBuilder *reasons)
{
  const char *name = wish->kind == WH_WISH_THC ? "THC" : "CBD";
  WhAmount amount = amount_of (card, wish->kind);

  if (amount.n > 0 && amount.high <= 0 && within (amount, wish))
    say (reasons, g_strdup_printf (_ ("%s was not detected, as you wish"), name));
  else if (within (amount, wish) && amount.low == amount.high)
    say (reasons, g_strdup_printf (_ ("%.1f %% %s, as you wish"), amount.estimate / MG_PER_PERCENT, name));
  else if (within (amount, wish))
    say (reasons, g_strdup_printf (_ ("%.1f–%.1f %% %s, which may be as you wish"), amount.low / MG_PER_PERCENT,
                                   amount.high / MG_PER_PERCENT, name));
}

static void
say_wish (const WhWeighing *weighing, guint number, const WhCard *card, GStrvBuilder *reasons)
{
  const WhWish *wish = wish_at (weighing, number);

  switch (wish->kind)
    {
    case WH_WISH_LIKE:
      say_alike (weighing, number, card, reasons);
      break;
    case WH_WISH_DISLIKE:
      break;   /* what it is not, is no reason */
    case WH_WISH_FLAVOUR:
      say_flavour (wish, card, reasons);
      break;
    case WH_WISH_TERPENE:
      say_terpene (wish, card, reasons);
      break;
    default:
      say_range (wish, card, reasons);
    }
}

static char *
say_price (const WhCard *card)
{
  gint64 now = wh_clock_now ();
  g_autofree char *age = wh_freshness_age (card->priced_at, now);

  if (!wh_freshness_is_stale (WH_FACT_PRICE, card->priced_at, now))
    return g_strdup_printf (_ ("in stock from $%.2f/g"), card->price_per_gram);
  return age ? g_strdup_printf (_ ("in stock from $%.2f/g, as seen %s ago"), card->price_per_gram, age)
             : g_strdup_printf (_ ("in stock from $%.2f/g, seen at an unknown time"), card->price_per_gram);
}

static void
say_tally (const WhTally *tally, GStrvBuilder *reasons)
{
  guint offers = tally->accepted + tally->rejected;

  if (offers >= TOLD_OFFERS && tally->accepted > 0)
    say (reasons, g_strdup_printf (_ ("accepted %u of the %u times it was offered here"), tally->accepted, offers));
}

char **
wh_weighing_reasons (const WhWeighing *weighing, const WhCard *card)
{
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();

  for (guint i = 0; i < weighing->n_wishes; i++)
    say_wish (weighing, i, card, reasons);
  say_tally (&weighing->opinions->tallies[card->index], reasons);
  if (card->popularity > 0 && card->index < (weighing->n + WELL_KNOWN - 1) / WELL_KNOWN)
    g_strv_builder_add (reasons, _ ("one of the best known of this catalogue"));
  if (card->n_in_stock > 0 && !isnan (card->price_per_gram))
    say (reasons, say_price (card));
  else if (card->n_in_stock > 0)
    g_strv_builder_add (reasons, _ ("in stock"));
  return g_strv_builder_end (reasons);
}

char *
wh_weighing_name_wish (const WhWeighing *weighing, guint number)
{
  const WhWish *wish = wish_at (weighing, number);

  switch (wish->kind)
    {
    case WH_WISH_LIKE:
      return g_strdup_printf (_ ("%s among what you like"), name_of (weighing, wish->strain));
    case WH_WISH_DISLIKE:
      return g_strdup_printf (_ ("%s among what you do not like"), name_of (weighing, wish->strain));
    case WH_WISH_FLAVOUR:
      return g_strdup_printf (_ ("your wish for %s"), wish->word);
    case WH_WISH_TERPENE:
      return g_strdup_printf (_ ("your wish for %s"), wish->terpene->name);
    case WH_WISH_THC:
      return g_strdup (_ ("your wish about THC"));
    default:
      return g_strdup (_ ("your wish about CBD"));
    }
}
