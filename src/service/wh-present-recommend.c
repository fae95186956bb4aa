#include <glib/gi18n.h>

#include "wh-present.h"
#include "wh-recommend.h"

#define SCORE_DECIMALS 4
#define MONEY_DECIMALS 2

static void
add_strain (WhJsonWriter *writer, const WhCard *card)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&card->id, text);
  wh_json_writer_add_string (writer, "strain_id", text);
  wh_json_writer_add_string (writer, "name", card->name);
}

static void
add_words (WhJsonWriter *writer, const char *key, const char *const *words)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_array (writer);
  for (; *words; words++)
    wh_json_writer_string (writer, *words);
  wh_json_writer_end_array (writer);
}

static void
write_availability (WhJsonWriter *writer, const WhRecommendation *recommendation)
{
  wh_json_writer_key (writer, "availability");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "dispensaries_count", recommendation->n_dispensaries);
  wh_json_writer_add_number (writer, "avg_price", recommendation->average_price, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "unit", "g");
  wh_json_writer_add_integer (writer, "stale_prices", recommendation->n_stale);
  wh_json_writer_add_boolean (writer, "in_stock", recommendation->card->n_in_stock > 0);
  wh_json_writer_end_object (writer);
}

static void
write_recommendation (WhJsonWriter *writer, const WhRecommendation *recommendation)
{
  wh_json_writer_begin_object (writer);
  add_strain (writer, recommendation->card);
  wh_json_writer_add_string (writer, "type", recommendation->card->type);
  wh_json_writer_add_number (writer, "match_score", recommendation->score, SCORE_DECIMALS);
  add_words (writer, "match_reasons", (const char *const *) recommendation->reasons);
  write_availability (writer, recommendation);
  wh_json_writer_key (writer, "strain");
  wh_present_card (writer, recommendation->card);
  wh_json_writer_add_boolean (writer, "demonstration", recommendation->card->demonstration);
  wh_json_writer_end_object (writer);
}

static void
write_counterfactuals (WhJsonWriter *writer, const WhRecommendations *recommendations)
{
  wh_json_writer_key (writer, "counterfactuals");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < recommendations->counterfactuals->len; i++)
    {
      const WhCounterfactual *counterfactual = &g_array_index (recommendations->counterfactuals, WhCounterfactual, i);
      wh_json_writer_begin_object (writer);
      add_strain (writer, counterfactual->card);
      wh_json_writer_add_string (writer, "change", counterfactual->change);
      wh_json_writer_add_string (writer, "words", counterfactual->words);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_recommendations (WhJsonWriter *writer, const WhRecommendations *recommendations, const char *const *refused)
{
  g_autofree char *id = wh_id_to_string (&recommendations->id);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "recommendation_id", id);
  wh_json_writer_key (writer, "recommendations");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < recommendations->recommendations->len; i++)
    write_recommendation (writer, &g_array_index (recommendations->recommendations, WhRecommendation, i));
  wh_json_writer_end_array (writer);
  write_counterfactuals (writer, recommendations);
  if (refused)
    {
      wh_json_writer_key (writer, "not_supported");
      wh_json_writer_begin_object (writer);
      add_words (writer, "fields", refused);
      wh_json_writer_add_string (
          writer, "reason",
          _ ("Measured chemistry does not support claims about effects or medical use; distances are not known here"));
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}
