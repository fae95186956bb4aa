#include "wh-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-clock.h"

#define NOTHING "–"

char *
wh_words_percent (double mg_per_g)
{
  if (!isfinite (mg_per_g))
    return g_strdup (NOTHING);
  /* Translators: a percentage by weight, as "21.4 %". */
  return g_strdup_printf (_("%.1f %%"), mg_per_g / 10);
}

char *
wh_words_total (const WhAmount *total)
{
  /* Translators: not detected, in the short form that labs use. */
  return total->n && total->high <= 0 ? g_strdup (_("ND")) : wh_words_percent (total->estimate);
}

/* Two significant decimals: 12.3, 3.21, 0.045. */
static int
decimals_of (double value)
{
  double magnitude = fabs (value);

  if (magnitude >= 10)
    return 1;
  return magnitude >= 0.1 || magnitude == 0 ? 2 : 3;
}

char *
wh_words_amount (double mg_per_g)
{
  if (!isfinite (mg_per_g))
    return g_strdup (NOTHING);
  return g_strdup_printf (_("%.*f mg/g"), decimals_of (mg_per_g), mg_per_g);
}

char *
wh_words_price_per_gram (double price)
{
  /* Translators: a price per gram. */
  return isfinite (price) ? g_strdup_printf (_("$%.2f/g"), price) : NULL;
}

char *
wh_words_price (gint64 cents)
{
  return cents == WH_INTEGER_UNSET ? NULL : g_strdup_printf (_("$%.2f"), cents / 100.0);
}

static gint64
days_since (gint64 moment)
{
  return MAX (0, (wh_clock_now () - moment) / WH_TIME_DAY);
}

char *
wh_words_age (gint64 moment)
{
  gint64 days;

  if (moment == WH_TIME_UNSET)
    return NULL;
  days = days_since (moment);
  if (days == 0)
    return g_strdup (_("today"));
  /* Translators: short ages in days and years. */
  return days < 1000 ? g_strdup_printf (_("%" G_GINT64_FORMAT " d"), days)
                     : g_strdup_printf (_("%" G_GINT64_FORMAT " y"), days / 365);
}

char *
wh_words_ago (gint64 moment)
{
  gint64 days;

  if (moment == WH_TIME_UNSET)
    return NULL;
  days = days_since (moment);
  if (days == 0)
    return g_strdup (_("today"));
  if (days >= 2 * 365)
    return g_strdup_printf (_("%" G_GINT64_FORMAT " years ago"), days / 365);
  return g_strdup_printf (g_dngettext (NULL, "%" G_GINT64_FORMAT " day ago", "%" G_GINT64_FORMAT " days ago", (gulong) days), days);
}

char *
wh_words_type (const char *type)
{
  if (!type)
    return NULL;
  if (strcmp (type, "indica") == 0)
    return g_strdup (_("Indica"));
  if (strcmp (type, "sativa") == 0)
    return g_strdup (_("Sativa"));
  if (strcmp (type, "hybrid") == 0)
    return g_strdup (_("Hybrid"));
  return g_strdup (type);
}

/* The first of an analyte's aroma words: "lemon" of "lemon, citrus". */
static char *
first_aroma (const WhAnalyte *analyte)
{
  g_auto (GStrv) words = NULL;

  if (!analyte || !*analyte->aroma)
    return NULL;
  words = g_strsplit (analyte->aroma, ",", 2);
  return g_strdup (g_strstrip (words[0]));
}

char *
wh_words_aroma (const WhCard *card)
{
  g_autofree char *first = NULL, *second = NULL;
  const WhAnalyte *a, *b;

  if (card->n_terpenes == 0)
    return NULL;
  a = wh_analyte_get (card->terpenes[0].analyte);
  b = card->n_terpenes > 1 ? wh_analyte_get (card->terpenes[1].analyte) : NULL;
  first = first_aroma (a);
  second = first_aroma (b);
  if (first && second)
    /* Translators: aroma words, then the terpenes they belong to. */
    return g_strdup_printf (_("Smells of %s and %s (%s, %s)"), first, second, a->name, b->name);
  return first ? g_strdup_printf (_("Smells of %s (%s)"), first, a->name) : NULL;
}

char *
wh_words_terpenes (const WhCard *card)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < card->n_terpenes; i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (card->terpenes[i].analyte);
      g_string_append_printf (text, "%s%s", i ? " · " : "", analyte ? analyte->name : "?");
    }
  return g_string_free (text, card->n_terpenes == 0);
}

static char *
limit_words (double value, WhUnit unit)
{
  return unit == WH_UNIT_MG_PER_G ? wh_words_amount (value) : g_strdup_printf ("%g %s", value, wh_unit_key (unit));
}

/* Breaks before the bracket, if at all. Takes the words. */
static char *
keep_bracket_together (char *words)
{
  g_autofree char *owned = words;
  char *bracket = strchr (words, '(');

  if (!bracket)
    return g_steal_pointer (&owned);
  g_auto (GStrv) parts = g_strsplit (bracket, " ", 0);
  g_autofree char *unbroken = g_strjoinv ("\u00a0", parts);
  *bracket = '\0';
  return g_strconcat (owned, unbroken, NULL);
}

char *
wh_words_measure (const WhMeasure *measure)
{
  g_autofree char *limit = NULL;

  switch (measure->state)
    {
    case WH_STATE_VALUE:
      return limit_words (measure->value, measure->unit);
    case WH_STATE_BELOW_LOQ:
      if (!isfinite (measure->loq))
        return g_strdup (_("below LOQ"));
      limit = limit_words (measure->loq, measure->unit);
      return keep_bracket_together (g_strdup_printf (_("below LOQ (%s)"), limit));
    case WH_STATE_NOT_DETECTED:
      if (!isfinite (measure->lod))
        return g_strdup (_("not detected"));
      limit = limit_words (measure->lod, measure->unit);
      return keep_bracket_together (g_strdup_printf (_("not detected (LOD %s)"), limit));
    case WH_STATE_NOT_APPLICABLE:
      return g_strdup (_("not applicable"));
    default:
      return g_strdup (_("not tested"));
    }
}

const char *
wh_words_chemotype (WhChemotype type)
{
  switch (type)
    {
    case WH_TYPE_THC_DOMINANT:
      return _("THC-dominant");
    case WH_TYPE_BALANCED:
      return _("Balanced THC and CBD");
    case WH_TYPE_CBD_DOMINANT:
      return _("CBD-dominant");
    default:
      return NULL;
    }
}
