#include "wh-present.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-clock.h"
#include "core/wh-freshness.h"
#include "wh-snapshot.h"
#include "wire/wh-wire.h"

#define MG_PER_PERCENT 10.0
#define PERCENT_DECIMALS 4
#define AMOUNT_DECIMALS 4
#define MONEY_DECIMALS 2
#define SCORE_DECIMALS 3
#define GRAM_DECIMALS 3
#define RATING_DECIMALS 2

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
add_percent (WhJsonWriter *writer, const char *key, double mg_per_g)
{
  wh_json_writer_add_number (writer, key, mg_per_g / MG_PER_PERCENT, PERCENT_DECIMALS);
}

static void
add_date (WhJsonWriter *writer, const char *key, gint64 moment)
{
  char text[WH_CLOCK_TEXT];

  wh_json_writer_add_string (writer, key, wh_clock_write_date (moment, text) ? text : NULL);
}

static void
add_moment (WhJsonWriter *writer, const char *key, gint64 moment)
{
  char text[WH_CLOCK_TEXT];

  wh_json_writer_add_string (writer, key, wh_clock_write (moment, text) ? text : NULL);
}

/* -- cards ------------------------------------------------------------------------------------------------------- */

static void
write_card_terpenes (WhJsonWriter *writer, const WhCard *card)
{
  wh_json_writer_key (writer, "terpenes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < card->n_terpenes; i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (card->terpenes[i].analyte);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", analyte->key);
      wh_json_writer_add_string (writer, "name", analyte->name);
      wh_json_writer_add_number (writer, "amount", card->terpenes[i].amount, AMOUNT_DECIMALS);
      wh_json_writer_add_string (writer, "unit", wh_unit_key (WH_UNIT_MG_PER_G));
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

/* What a card knows beyond the fields of the strain itself. */
static void
write_card_chemistry (WhJsonWriter *writer, const WhCard *card)
{
  add_percent (writer, "thc_percentage", card->thc.estimate);
  add_percent (writer, "cbd_percentage", card->cbd.estimate);
  wh_json_writer_add_string (writer, "chemotype", wh_chemotype_key (card->chemotype));
  wh_json_writer_add_string (writer, "dominant_terpene",
                             card->n_terpenes > 0 ? wh_analyte_get (card->terpenes[0].analyte)->key : NULL);
  write_card_terpenes (writer, card);
}

/* null without a price; a price of unknown age is stale. */
static void
write_staleness (WhJsonWriter *writer, const WhCard *card, double price)
{
  wh_json_writer_key (writer, "price_stale");
  if (isnan (price))
    wh_json_writer_null (writer);
  else
    wh_json_writer_boolean (writer, wh_freshness_is_stale (WH_FACT_PRICE, wh_card_price_seen (card, price), wh_clock_now ()));
}

/* `in_stock` and `price`: of the products that are meant. */
static void
write_card_fields (WhJsonWriter *writer, const WhCard *card, guint in_stock, double price)
{
  add_id (writer, "id", &card->id);
  add_id (writer, "strain_id", &card->id);
  wh_json_writer_add_string (writer, "name", card->name);
  wh_json_writer_add_string (writer, "slug", card->slug);
  wh_json_writer_add_string (writer, "type", card->type);
  add_percent (writer, "thc", card->thc.estimate);
  add_percent (writer, "cbd", card->cbd.estimate);
  write_card_chemistry (writer, card);
  wh_json_writer_add_integer (writer, "batches", card->n_batches);
  wh_json_writer_add_integer (writer, "products", card->n_products);
  wh_json_writer_add_integer (writer, "in_stock", in_stock);
  wh_json_writer_add_number (writer, "price_per_gram", price, MONEY_DECIMALS);
  add_date (writer, "tested_at", card->tested_at);
  add_moment (writer, "priced_at", card->priced_at);
  write_staleness (writer, card, price);
  wh_json_writer_add_number (writer, "popularity_score", card->popularity, SCORE_DECIMALS + 1);
  wh_json_writer_add_boolean (writer, "demonstration", card->demonstration);
}

void
wh_present_product_at (WhJsonWriter *writer, const WhProduct *product, const WhDispensary *shop)
{
  wh_json_writer_key (writer, "product");
  wh_json_writer_begin_object (writer);
  add_id (writer, "product_id", &product->entity.id);
  wh_json_writer_add_string (writer, "name", product->name);
  wh_json_writer_add_string (writer, "brand", product->brand);
  wh_json_writer_add_string (writer, "category", product->category);
  wh_json_writer_add_string (writer, "amount", product->amount);
  wh_json_writer_add_number (writer, "weight_grams", product->weight_grams, GRAM_DECIMALS);
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "dispensary");
  wh_json_writer_begin_object (writer);
  add_id (writer, "dispensary_id", &product->dispensary_id);
  wh_json_writer_add_string (writer, "name", shop ? shop->name : NULL);
  wh_json_writer_add_string (writer, "city", shop ? shop->city : NULL);
  wh_json_writer_add_string (writer, "state", shop ? shop->state : NULL);
  wh_json_writer_end_object (writer);
}

void
wh_present_card (WhJsonWriter *writer, const WhCard *card)
{
  wh_json_writer_begin_object (writer);
  write_card_fields (writer, card, card->n_in_stock, card->price_per_gram);
  wh_json_writer_end_object (writer);
}

void
wh_present_hits (WhJsonWriter *writer, const WhHits *hits)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < hits->hits->len; i++)
    {
      const WhHit *hit = &g_array_index (hits->hits, WhHit, i);
      wh_json_writer_begin_object (writer);
      write_card_fields (writer, hit->card, hit->n_in_stock, hit->price_per_gram);
      wh_json_writer_add_number (writer, "match_score", hit->score, SCORE_DECIMALS);
      wh_json_writer_add_string (writer, "highlight", hit->highlight);
      wh_json_writer_add_string (writer, "matched", hit->matched);
      wh_json_writer_add_string (writer, "matched_by", hit->highlight ? wh_match_key (hit->matched_by) : NULL);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

/* -- one strain -------------------------------------------------------------------------------------------------- */

/* {value, low, high, n} with the numbers divided by `per`. */
static void
write_interval (WhJsonWriter *writer, const char *value_key, WhAmount amount, double per)
{
  wh_json_writer_add_number (writer, value_key, amount.estimate / per, AMOUNT_DECIMALS);
  wh_json_writer_add_number (writer, "low", amount.n > 0 ? amount.low / per : NAN, AMOUNT_DECIMALS);
  wh_json_writer_add_number (writer, "high", amount.n > 0 ? amount.high / per : NAN, AMOUNT_DECIMALS);
  wh_json_writer_add_integer (writer, "n", amount.n);
}

/* Medians over the batches in % w/w, each with its interval and the number of batches behind it. */
static void
write_percentages (WhJsonWriter *writer, const WhSnapshot *snapshot, guint index)
{
  static const struct {
    WhSum       sum;
    const char *key;
  } sums[] = {
    { WH_SUM_THC, "thc" },   { WH_SUM_CBD, "cbd" },           { WH_SUM_THCV, "thcv" },
    { WH_SUM_CBG, "cbg" },   { WH_SUM_TERPENES, "terpenes" }, { WH_SUM_CANNABINOIDS, "cannabinoids" },
  };

  wh_json_writer_key (writer, "percentages");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      wh_json_writer_key (writer, sums[i].key);
      wh_json_writer_begin_object (writer);
      write_interval (writer, "value", wh_snapshot_sum (snapshot, index, sums[i].sum), MG_PER_PERCENT);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}

static void
write_terpene_profile (WhJsonWriter *writer, const WhSnapshot *snapshot, guint index)
{
  wh_json_writer_key (writer, "terpene_profile");
  wh_json_writer_begin_array (writer);
  for (guint32 i = snapshot->facts_first[index]; i < snapshot->facts_first[index + 1]; i++)
    {
      const WhAnalyte *analyte = snapshot->facts[i].analyte < wh_analyte_count () ? wh_analyte_get (snapshot->facts[i].analyte) : NULL;
      WhAmount amount;
      if (!analyte || !wh_analyte_is_terpene (analyte) || analyte->total != WH_ANALYTE_NONE)
        continue;
      amount = wh_snapshot_amount (snapshot, index, analyte->index);
      if (amount.n == 0)
        continue;
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", analyte->key);
      wh_json_writer_add_string (writer, "name", analyte->name);
      wh_json_writer_add_string (writer, "code", analyte->code);
      write_interval (writer, "amount", amount, 1);
      wh_json_writer_add_string (writer, "unit", wh_unit_key (WH_UNIT_MG_PER_G));
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_results (WhJsonWriter *writer, const WhStrainDetail *detail, const WhId *batch)
{
  wh_json_writer_key (writer, "lab_results");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < detail->results->len; i++)
    {
      const WhLabResult *result = g_ptr_array_index (detail->results, i);
      if (!batch || wh_id_equal (&result->batch_id, batch))
        wh_wire_write_entity (writer, result, TRUE);
    }
  wh_json_writer_end_array (writer);
}

static void
write_batches (WhJsonWriter *writer, const WhStrainDetail *detail)
{
  wh_json_writer_key (writer, "batches");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < detail->batches->len; i++)
    {
      const WhBatch *batch = g_ptr_array_index (detail->batches, i);
      wh_json_writer_begin_object (writer);
      wh_wire_write_entity (writer, batch, FALSE);
      write_results (writer, detail, &batch->entity.id);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_products (WhJsonWriter *writer, const WhStrainDetail *detail)
{
  wh_json_writer_key (writer, "products");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < detail->products->len; i++)
    {
      const WhProduct *product = g_ptr_array_index (detail->products, i);
      const WhDispensary *shop = g_ptr_array_index (detail->dispensaries, i);
      wh_json_writer_begin_object (writer);
      wh_wire_write_entity (writer, product, FALSE);
      wh_json_writer_add_number (writer, "price_per_gram", wh_product_price_per_gram (product), MONEY_DECIMALS);
      wh_json_writer_add_string (writer, "dispensary_name", shop ? shop->name : NULL);
      wh_json_writer_add_string (writer, "dispensary_state", shop ? shop->state : NULL);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

/* The documented API promises these; chemistry cannot support them, and saying so is the answer. */
static void
write_not_supported (WhJsonWriter *writer)
{
  static const char *const keys[] = { "effects", "medical_uses", "side_effects" };

  wh_json_writer_key (writer, "not_supported");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "fields");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    wh_json_writer_string (writer, keys[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_string (writer, "reason", _("Measured chemistry does not support claims about effects or medical use"));
  wh_json_writer_end_object (writer);
}

void
wh_present_strain_head (WhJsonWriter *writer, const WhStrainDetail *detail)
{
  add_id (writer, "id", &detail->card->id);
  wh_wire_write_entity (writer, detail->strain, FALSE);
  wh_json_writer_add_integer (writer, "review_count", detail->ratings.count);
  wh_json_writer_add_number (writer, "average_rating", detail->ratings.average, RATING_DECIMALS);
}

void
wh_present_strain_facts (WhJsonWriter *writer, const WhSnapshot *snapshot, const WhCard *card)
{
  write_card_chemistry (writer, card);
  add_percent (writer, "thcv_percentage", wh_snapshot_sum (snapshot, card->index, WH_SUM_THCV).estimate);
  add_percent (writer, "cbg_percentage", wh_snapshot_sum (snapshot, card->index, WH_SUM_CBG).estimate);
  write_percentages (writer, snapshot, card->index);
  write_terpene_profile (writer, snapshot, card->index);
  wh_json_writer_add_integer (writer, "in_stock", card->n_in_stock);
  wh_json_writer_add_number (writer, "price_per_gram", card->price_per_gram, MONEY_DECIMALS);
  add_date (writer, "tested_at", card->tested_at);
  add_moment (writer, "priced_at", card->priced_at);
}

void
wh_present_strain_rows (WhJsonWriter *writer, const WhStrainDetail *detail)
{
  write_batches (writer, detail);
  write_results (writer, detail, NULL);
  write_products (writer, detail);
}

void
wh_present_strain_end (WhJsonWriter *writer, const GPtrArray *notes, const WhFavorite *favorite)
{
  wh_json_writer_key (writer, "notes");
  if (!notes)
    wh_json_writer_null (writer);
  else
    wh_present_rows (writer, notes);
  wh_json_writer_key (writer, "favorite");
  if (notes)
    wh_json_writer_boolean (writer, favorite != NULL);
  else
    wh_json_writer_null (writer);
  wh_json_writer_add_string (writer, "medical_uses", NULL);
  write_not_supported (writer);
}

void
wh_present_strain (WhJsonWriter *writer, const WhStrainDetail *detail)
{
  wh_json_writer_begin_object (writer);
  wh_present_strain_head (writer, detail);
  wh_present_strain_facts (writer, detail->snapshot, detail->card);
  wh_present_strain_rows (writer, detail);
  wh_present_strain_end (writer, detail->notes, detail->favorite);
  wh_json_writer_end_object (writer);
}

void
wh_present_rows (WhJsonWriter *writer, const GPtrArray *rows)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < rows->len; i++)
    wh_wire_write_entity (writer, rows->pdata[i], TRUE);
  wh_json_writer_end_array (writer);
}

/* -- similar strains --------------------------------------------------------------------------------------------- */

static void
write_similar (WhJsonWriter *writer, const WhSimilar *similar, const char *engine)
{
  g_autofree char *words = wh_present_closeness_words (&similar->closeness);
  g_autofree char *differs = wh_present_contribution_words (&similar->closeness);

  wh_json_writer_begin_object (writer);
  add_id (writer, "strain_id", &similar->card->id);
  wh_json_writer_add_string (writer, "name", similar->card->name);
  wh_json_writer_add_string (writer, "type", similar->card->type);
  wh_present_closeness (writer, &similar->closeness);
  wh_json_writer_add_string (writer, "engine", engine);
  wh_json_writer_add_string (writer, "words", words);
  wh_json_writer_add_string (writer, "differs", differs);
  wh_json_writer_add_boolean (writer, "demonstration", similar->card->demonstration);
  wh_json_writer_end_object (writer);
}

void
wh_present_similar (WhJsonWriter *writer, const WhSimilars *similars)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < similars->similar->len; i++)
    write_similar (writer, &g_array_index (similars->similar, WhSimilar, i), similars->engine);
  wh_json_writer_end_array (writer);
}
