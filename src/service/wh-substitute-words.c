/* Why something may stand in for another, and what nobody knows about that. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/wh-freshness.h"
#include "wh-engine.h"
#include "wh-flavours.h"
#include "wh-substitute.h"

#define LEAST_POINTS 0.05     /* below these, nothing is seen of a difference */
#define LEAST_MONEY 0.005
#define LEAST_MG 0.5

/* Takes `words`; NULL is nothing to say. */
static void
say (GStrvBuilder *builder, char *words)
{
  if (words)
    g_strv_builder_add (builder, words);
  g_free (words);
}

/* -- why --------------------------------------------------------------------------------------------------------- */

static char *
say_same_strain (const WhSubstitutes *found, const WhSubstituteSide *side)
{
  const WhPriceProduct *asked = found->asked.product;

  if (!asked)
    return g_strdup (_("it is this very strain"));
  if (!side->product->brand || !asked->brand)
    return g_strdup (_("the same strain, the best there is in its place; whether the brand is the same is not known"));
  if (strcmp (side->product->brand, asked->brand) != 0)
    return g_strdup_printf (_("the same strain from another brand, %s: the best there is in its place"), side->product->brand);
  return g_strdup (_("the same strain and brand in another package: the best there is in its place"));
}

static char *
say_chemistry (const WhSubstitute *substitute)
{
  const WhCloseness *closeness = &substitute->closeness;

  if (isnan (closeness->hellinger_distance))
    return NULL;
  if (isnan (closeness->percentile))
    return g_strdup_printf (_("distance of the terpenes %.2f, of 0 to 1; too few strains to say how much that is"),
                            closeness->hellinger_distance);
  return wh_present_closeness_words (closeness);
}

/* The first of its leading terpenes that leads in the other, too. */
static char *
say_terpenes (const WhCard *asked, const WhCard *card)
{
  for (guint i = 0; i < card->n_terpenes; i++)
    for (guint j = 0; j < asked->n_terpenes; j++)
      if (card->terpenes[i].analyte == asked->terpenes[j].analyte)
        return g_strdup_printf (i == 0 && j == 0 ? _("also led by %s") : _("%s is among the leading terpenes of both"),
                                wh_analyte_get (card->terpenes[i].analyte)->name);
  return NULL;
}

static char *
say_flavours (const WhCard *asked, const WhCard *card)
{
  g_autoptr (GString) shared = g_string_new (NULL);

  return wh_flavours_shared (asked->flavours, card->flavours, shared) ? g_strdup_printf (_("people reported %s of both"), shared->str)
                                                                      : NULL;
}

/* "3.5 g", "100mg"; NULL unknown. */
static char *
size_words (const WhSubstituteSide *side)
{
  return isnan (side->grams) ? g_strdup (side->amount) : g_strdup_printf (_("%g g"), side->grams);
}

static char *
say_format (const WhSubstituteSide *asked, const WhSubstituteSide *side)
{
  g_autofree char *size = size_words (side), *other = size_words (asked);
  gboolean same = asked->category == side->category;

  if (asked->category && !same)
    return g_strdup_printf (_("%s %s instead of %s"), size ? size : "", side->category, asked->category);
  if (!size)
    return g_strdup_printf (same ? _("%s, too") : "%s", side->category);
  if (!other)
    return g_strdup_printf ("%s %s", size, side->category);
  if (strcmp (size, other) == 0)
    return g_strdup_printf (_("same %s %s"), size, side->category);
  return g_strdup_printf (_("%s, %s instead of %s"), side->category, size, other);
}

static char *
say_strength (const WhSubstituteSide *asked, const WhSubstitute *substitute)
{
  double points = substitute->thc_difference, mg = substitute->thc_mg_difference;
  gboolean measured = asked->thc_measured || substitute->side.thc_measured;
  const char *of = measured ? _(" (by tests of the strain)") : "";

  if (!isnan (points) && fabs (points) < LEAST_POINTS)
    return g_strdup_printf (_("as much THC%s"), of);
  if (!isnan (points))
    return g_strdup_printf (points < 0 ? _("%.1f points less THC%s") : _("%.1f points more THC%s"), fabs (points), of);
  if (!isnan (mg) && fabs (mg) < LEAST_MG)
    return g_strdup (_("as much THC in the package"));
  if (!isnan (mg))
    return g_strdup_printf (mg < 0 ? _("%.0f mg less THC in the package") : _("%.0f mg more THC in the package"), fabs (mg));
  return NULL;
}

static char *
age_words (const WhSubstituteSide *side)
{
  g_autofree char *age = wh_freshness_age (side->observed_at, wh_clock_now ());

  if (!side->stale)
    return g_strdup ("");
  return age ? g_strdup_printf (_(" (price %s old)"), age) : g_strdup (_(" (nobody knows how old the price is)"));
}

static char *
say_price (const WhSubstitute *substitute)
{
  double difference = substitute->price_difference, much = fabs (difference);
  g_autofree char *age = age_words (&substitute->side);

  if (isnan (substitute->side.price))
    return NULL;
  if (isnan (difference))
    return *age ? g_strdup_printf ("%.2f %s%s", substitute->side.price, substitute->side.currency, age) : NULL;
  if (much < LEAST_MONEY)
    return g_strdup_printf (substitute->per_gram ? _("same price a gram%s") : _("same price%s"), age);
  if (substitute->per_gram)
    return g_strdup_printf (difference < 0 ? _("%.2f a gram cheaper%s") : _("%.2f a gram dearer%s"), much, age);
  return g_strdup_printf (difference < 0 ? _("%.2f a package cheaper%s") : _("%.2f a package dearer%s"), much, age);
}

char **
wh_substitute_reasons (const WhSubstitutes *substitutes, const WhSubstitute *substitute)
{
  const WhCard *asked = substitutes->asked.card, *card = substitute->side.card;
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();

  if (substitute->same_strain)
    say (reasons, say_same_strain (substitutes, &substitute->side));
  else
    say (reasons, say_chemistry (substitute));
  if (asked && card && !substitute->same_strain)
    {
      say (reasons, say_terpenes (asked, card));
      say (reasons, say_flavours (asked, card));
    }
  say (reasons, say_format (&substitutes->asked, &substitute->side));
  say (reasons, say_strength (&substitutes->asked, substitute));
  say (reasons, say_price (substitute));
  return g_strv_builder_end (reasons);
}

/* -- what nobody knows ------------------------------------------------------------------------------------------- */

static char *
miss_chemistry (const WhSubstitutes *found, const WhSubstitute *substitute)
{
  guint shared = substitute->closeness.shared_analytes;

  if (!found->asked.card)
    return g_strdup (_("the strain of what was asked about, and so its chemistry and aroma"));
  if (!substitute->side.card)
    return g_strdup (_("which strain it is, and so its chemistry and aroma"));
  if (shared < WH_ENGINE_MIN_SHARED)
    return g_strdup_printf (_("how close the terpenes are: %u were tested for in both, at least %d are needed"), shared,
                            WH_ENGINE_MIN_SHARED);
  return g_strdup (_("how close the terpenes are: in one of both none was found"));
}

static char *
miss_aroma (const WhSubstitutes *found, const WhSubstitute *substitute)
{
  return found->asked.card && substitute->side.card
             ? g_strdup (_("aroma: leading terpenes or flavours are not known of both"))
             : NULL;   /* said with the chemistry */
}

static char *
miss_price (const WhSubstitutes *found, const WhSubstitute *substitute)
{
  if (isnan (substitute->side.price))
    return g_strdup (_("its price"));
  if (isnan (found->asked.price) && isnan (found->asked.per_gram))
    return g_strdup (_("the price of what was asked about"));
  return g_strdup (_("prices for an equal measure"));
}

static char *
miss_freshness (const WhSubstitutes *found, const WhSubstitute *substitute)
{
  if (substitute->side.stale)
    return g_strdup (_("whether its price still holds"));
  if (found->asked.stale && !isnan (substitute->price_difference))
    return g_strdup (_("whether the price of what was asked about still holds"));
  return NULL;
}

char **
wh_substitute_not_known (const WhSubstitutes *substitutes, const WhSubstitute *substitute)
{
  const WhSubstituteSide *asked = &substitutes->asked, *side = &substitute->side;
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();

  if (substitute->unknown & 1u << WH_PART_CHEMISTRY)
    say (missing, miss_chemistry (substitutes, substitute));
  if (substitute->unknown & 1u << WH_PART_AROMA)
    say (missing, miss_aroma (substitutes, substitute));
  if (isnan (side->grams) && !side->amount)
    g_strv_builder_add (missing, _("how much is in the package"));
  if (substitute->unknown & 1u << WH_PART_STRENGTH)
    g_strv_builder_add (missing, isnan (side->thc_percentage) && isnan (side->thc_mg) ? _("how much THC it has")
                                 : isnan (asked->thc_percentage) && isnan (asked->thc_mg)
                                     ? _("how much THC is in what was asked about")
                                     : _("THC in an equal measure"));
  if (substitute->unknown & 1u << WH_PART_PRICE)
    say (missing, miss_price (substitutes, substitute));
  say (missing, miss_freshness (substitutes, substitute));
  return g_strv_builder_end (missing);
}
