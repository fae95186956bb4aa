#include <glib/gi18n.h>
#include <math.h>

#include "wh-compare.h"
#include "wh-present.h"

#define AMOUNT_DECIMALS 4

static void
add_id (WhJsonWriter *writer, const char *key, const WhCard *card)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&card->id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
write_amounts (WhJsonWriter *writer, const WhComparison *comparison, const WhContrast *contrast)
{
  wh_json_writer_key (writer, "amounts");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < comparison->n; i++)
    {
      const WhAmount *amount = &contrast->amounts[i];
      wh_json_writer_begin_object (writer);
      add_id (writer, "strain_id", comparison->cards[i]);
      wh_json_writer_add_number (writer, "amount", amount->n ? amount->estimate : NAN, AMOUNT_DECIMALS);
      wh_json_writer_add_number (writer, "low", amount->n ? amount->low : NAN, AMOUNT_DECIMALS);
      wh_json_writer_add_number (writer, "high", amount->n ? amount->high : NAN, AMOUNT_DECIMALS);
      wh_json_writer_add_integer (writer, "n", amount->n);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_contrasts (WhJsonWriter *writer, const WhComparison *comparison)
{
  wh_json_writer_key (writer, "differences");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < comparison->contrasts->len; i++)
    {
      const WhContrast *contrast = &g_array_index (comparison->contrasts, WhContrast, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", contrast->analyte->key);
      wh_json_writer_add_string (writer, "name", contrast->analyte->name);
      wh_json_writer_add_number (writer, "difference", contrast->difference, AMOUNT_DECIMALS);
      wh_json_writer_add_string (writer, "unit", wh_unit_key (WH_UNIT_MG_PER_G));
      write_amounts (writer, comparison, contrast);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_pairs (WhJsonWriter *writer, const WhComparison *comparison)
{
  wh_json_writer_key (writer, "pairs");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < comparison->pairs->len; i++)
    {
      const WhPair *pair = &g_array_index (comparison->pairs, WhPair, i);
      g_autofree char *words = wh_present_pair_words (comparison, pair);
      g_autofree char *closeness = wh_present_closeness_words (&pair->closeness);
      g_autofree char *differs = wh_present_contribution_words (&pair->closeness);
      wh_json_writer_begin_object (writer);
      add_id (writer, "strain_id", comparison->cards[pair->first]);
      add_id (writer, "other_strain_id", comparison->cards[pair->second]);
      wh_present_closeness (writer, &pair->closeness);
      wh_json_writer_add_string (writer, "words", closeness);
      wh_json_writer_add_string (writer, "differs", differs);
      wh_json_writer_add_string (writer, "in_words", words);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_comparison (WhJsonWriter *writer, const WhComparison *comparison)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "strains");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < comparison->n; i++)
    wh_present_card (writer, comparison->cards[i]);
  wh_json_writer_end_array (writer);
  write_contrasts (writer, comparison);
  wh_json_writer_add_string (writer, "engine", comparison->engine);
  write_pairs (writer, comparison);
  wh_json_writer_end_object (writer);
}

/* -- in words -- */

/* The terpene of which `more` has most beyond `less`, as far as the tests can tell; NULL: none. */
static const WhContrast *
most_beyond (const WhComparison *comparison, guint more, guint less)
{
  const WhContrast *found = NULL;
  double greatest = 0;

  for (guint i = 0; i < comparison->contrasts->len; i++)
    {
      const WhContrast *contrast = &g_array_index (comparison->contrasts, WhContrast, i);
      const WhAmount *a = &contrast->amounts[more], *b = &contrast->amounts[less];
      if (wh_analyte_is_terpene (contrast->analyte) && a->n && b->n && a->low - b->high > greatest)
        {
          greatest = a->low - b->high;
          found = contrast;
        }
    }
  return found;
}

/* "Blue Dream has more β-Myrcene (5.15 against 1.42 mg/g)"; what lies below a limit is no number. */
static char *
more_words (const WhComparison *comparison, guint more, guint less)
{
  const WhContrast *contrast = most_beyond (comparison, more, less);
  const char *strain = comparison->cards[more]->name, *terpene = contrast ? contrast->analyte->name : NULL;
  double amount = contrast ? contrast->amounts[more].estimate : NAN;
  const WhAmount *other = contrast ? &contrast->amounts[less] : NULL;

  if (!contrast)
    return NULL;
  if (other->estimate <= 0)
    /* Translators: a strain, a terpene, the amount in this strain; in the other it was not detected. */
    return g_strdup_printf (_("%s has more %s (%.2f mg/g against ND)"), strain, terpene, amount);
  if (wh_chemistry_is_below (other))
    /* Translators: a strain, a terpene, the amount in this strain, and the limit that it lies below in the other. */
    return g_strdup_printf (_("%s has more %s (%.2f against less than %.2f mg/g)"), strain, terpene, amount, other->high);
  /* Translators: a strain, a terpene, the amount in this strain and in the other. */
  return g_strdup_printf (_("%s has more %s (%.2f against %.2f mg/g)"), strain, terpene, amount, other->estimate);
}

/* Why there is no difference to tell: what was not tested in both is none that anybody knows of. */
static const char *
no_difference_words (const WhComparison *comparison, const WhPair *pair)
{
  for (guint i = 0; i < comparison->contrasts->len; i++)
    {
      const WhContrast *contrast = &g_array_index (comparison->contrasts, WhContrast, i);
      if (wh_analyte_is_terpene (contrast->analyte) && contrast->amounts[pair->first].n && contrast->amounts[pair->second].n)
        return _("No terpene that both were tested for differs by more than the tests can tell");
    }
  return _("No terpene was tested in both");
}

char *
wh_present_pair_words (const WhComparison *comparison, const WhPair *pair)
{
  g_autofree char *closeness = wh_present_closeness_words (&pair->closeness);
  g_autofree char *first = more_words (comparison, pair->first, pair->second);
  g_autofree char *second = more_words (comparison, pair->second, pair->first);
  g_autofree char *differences = first && second ? g_strjoin ("; ", first, second, NULL) : g_strdup (first ? first : second);

  /* Translators: two strains, how close they are, and what differs. */
  return g_strdup_printf (_("%s and %s: %s. %s."), comparison->cards[pair->first]->name, comparison->cards[pair->second]->name, closeness,
                          differences ? differences : no_difference_words (comparison, pair));
}
