#include <glib/gi18n.h>
#include <math.h>

#include "core/wh-freshness.h"
#include "wh-substitute.h"

#define MONEY_DECIMALS 2
#define GRAM_DECIMALS 3
#define THC_DECIMALS 2
#define MG_DECIMALS 1
#define SCORE_DECIMALS 4
#define HOUR_DECIMALS 1
#define HOUR (3600 * WH_TIME_SECOND)

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
write_product (WhJsonWriter *writer, const WhPriceProduct *product)
{
  wh_json_writer_key (writer, "product");
  if (!product)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  add_id (writer, "product_id", &product->id);
  wh_json_writer_add_string (writer, "name", product->name);
  wh_json_writer_add_string (writer, "brand", product->brand);
  wh_json_writer_end_object (writer);
}

static void
write_shop (WhJsonWriter *writer, const WhPriceShop *shop)
{
  wh_json_writer_key (writer, "dispensary");
  if (!shop)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  add_id (writer, "dispensary_id", &shop->id);
  wh_json_writer_add_string (writer, "name", shop->name);
  wh_json_writer_add_string (writer, "city", shop->city);
  wh_json_writer_add_string (writer, "state", shop->state);
  wh_json_writer_end_object (writer);
}

static void
add_strain (WhJsonWriter *writer, const WhCard *card)
{
  if (card)
    add_id (writer, "strain_id", &card->id);
  else
    wh_json_writer_add_string (writer, "strain_id", NULL);
  wh_json_writer_add_string (writer, "strain", card ? card->name : NULL);
}

static const char *
strength_source (const WhSubstituteSide *side)
{
  return isnan (side->thc_percentage) && isnan (side->thc_mg) ? NULL : side->thc_measured ? "strain_tests" : "label";
}

/* null: nobody knows. */
static void
add_stock (WhJsonWriter *writer, const WhPriceProduct *product)
{
  wh_json_writer_key (writer, "in_stock");
  if (!product || product->in_stock < 0)
    wh_json_writer_null (writer);
  else
    wh_json_writer_boolean (writer, product->in_stock);
}

static void
add_age (WhJsonWriter *writer, const WhSubstituteSide *side)
{
  g_autofree char *observed = wh_clock_format (side->observed_at);
  gboolean known = side->observed_at != WH_TIME_UNSET;

  wh_json_writer_add_string (writer, "observed_at", observed);
  wh_json_writer_add_boolean (writer, "stale", side->stale);
  wh_json_writer_add_number (writer, "price_age_hours",
                             known ? (double) MAX (wh_clock_now () - side->observed_at, 0) / HOUR : NAN, HOUR_DECIMALS);
}

static void
write_side (WhJsonWriter *writer, const WhSubstituteSide *side)
{
  add_strain (writer, side->card);
  wh_json_writer_add_string (writer, "category", side->category);
  wh_json_writer_add_string (writer, "subcategory", side->subcategory);
  wh_json_writer_add_string (writer, "amount", side->product ? side->product->amount : NULL);
  wh_json_writer_add_number (writer, "weight_grams", side->grams, GRAM_DECIMALS);
  wh_json_writer_add_number (writer, "thc_percentage", side->thc_percentage, THC_DECIMALS);
  wh_json_writer_add_string (writer, "thc_source", strength_source (side));
  wh_json_writer_add_number (writer, "thc_mg", side->thc_mg, MG_DECIMALS);
  wh_json_writer_add_number (writer, "price", side->price, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "currency", side->currency);
  wh_json_writer_add_number (writer, "price_per_gram", side->per_gram, MONEY_DECIMALS);
  add_stock (writer, side->product);
  add_age (writer, side);
}

static void
write_parts (WhJsonWriter *writer, const WhSubstitute *substitute)
{
  wh_json_writer_key (writer, "parts");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < WH_N_PARTS; i++)
    {
      wh_json_writer_key (writer, wh_substitute_part_key (i));
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_number (writer, "weight", wh_substitute_weight (i), SCORE_DECIMALS);
      wh_json_writer_add_number (writer, "value", substitute->parts[i], SCORE_DECIMALS);
      wh_json_writer_add_boolean (writer, "known", !(substitute->unknown & 1u << i));
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}

/* Takes the words. */
static void
add_words (WhJsonWriter *writer, const char *key, char **words)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_array (writer);
  for (char **place = words; *place; place++)
    wh_json_writer_string (writer, *place);
  wh_json_writer_end_array (writer);
  g_strfreev (words);
}

static void
add_differences (WhJsonWriter *writer, const WhSubstitute *substitute)
{
  wh_json_writer_add_number (writer, "thc_difference", substitute->thc_difference, THC_DECIMALS);
  wh_json_writer_add_number (writer, "thc_mg_difference", substitute->thc_mg_difference, MG_DECIMALS);
  wh_json_writer_add_number (writer, "price_difference", substitute->price_difference, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "price_by",
                             isnan (substitute->price_difference) ? NULL : substitute->per_gram ? "price_per_gram" : "price");
  wh_json_writer_add_number (writer, "weight_difference", substitute->weight_difference, GRAM_DECIMALS);
}

static void
write_substitute (WhJsonWriter *writer, const WhSubstitutes *found, const WhSubstitute *substitute)
{
  wh_json_writer_begin_object (writer);
  write_product (writer, substitute->side.product);
  write_shop (writer, substitute->shop);
  write_side (writer, &substitute->side);
  wh_json_writer_add_boolean (writer, "same_strain", substitute->same_strain);
  wh_json_writer_add_number (writer, "score", substitute->score, SCORE_DECIMALS);
  write_parts (writer, substitute);
  add_words (writer, "reasons", wh_substitute_reasons (found, substitute));
  wh_present_closeness (writer, &substitute->closeness);
  add_differences (writer, substitute);
  wh_json_writer_add_integer (writer, "dispensaries", substitute->n_shops);
  add_words (writer, "not_known", wh_substitute_not_known (found, substitute));
  wh_json_writer_add_boolean (writer, "demonstration", substitute->side.product->demonstration);
  wh_json_writer_end_object (writer);
}

char *
wh_present_substitutes_words (const WhSubstitutes *substitutes)
{
  GString *words = g_string_new (NULL);

  if (substitutes->substitutes->len == 0)
    g_string_append (words, substitutes->at ? _("Nothing in stock in this shop fits. ") : _("Nothing in stock fits. "));
  if (substitutes->n_stock_unknown > 0)
    g_string_append_printf (words, ngettext ("Nobody knows whether %u other is in stock: ask for it. ",
                                               "Nobody knows whether %u others are in stock: ask for them. ", substitutes->n_stock_unknown),
                            substitutes->n_stock_unknown);
  g_string_append (words,
                   _("Chemistry is compared by strain, the median over its tests, not by batch; what is not known counts one half."));
  return g_string_free (words, FALSE);
}

void
wh_present_substitutes (WhJsonWriter *writer, const WhSubstitutes *substitutes)
{
  g_autofree char *words = wh_present_substitutes_words (substitutes);

  wh_json_writer_begin_object (writer);
  add_id (writer, "substitution_id", &substitutes->id);
  wh_json_writer_key (writer, "asked");
  wh_json_writer_begin_object (writer);
  write_product (writer, substitutes->asked.product);
  write_shop (writer, substitutes->shop);
  write_side (writer, &substitutes->asked);
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "searched");
  wh_json_writer_begin_object (writer);
  write_shop (writer, substitutes->at);
  wh_json_writer_add_string (writer, "category", substitutes->category);
  wh_json_writer_end_object (writer);
  wh_json_writer_add_integer (writer, "same_product_elsewhere", substitutes->n_elsewhere);
  wh_json_writer_add_integer (writer, "stock_not_known", substitutes->n_stock_unknown);
  wh_json_writer_key (writer, "substitutes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < substitutes->substitutes->len; i++)
    write_substitute (writer, substitutes, &g_array_index (substitutes->substitutes, WhSubstitute, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_add_string (writer, "words", words);
  wh_json_writer_add_boolean (writer, "demonstration", substitutes->demonstration);
  wh_json_writer_end_object (writer);
}
