#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "wh-present.h"
#include "wh-price-history.h"

#define MONEY_DECIMALS 2
#define PERCENT_DECIMALS 1

static const char *const steps[] = { [WH_PRICE_DAYS] = "day", [WH_PRICE_WEEKS] = "week", [WH_PRICE_MONTHS] = "month" };

char *
wh_present_price_unit (const WhPriceHistory *history)
{
  return history->currency ? g_strconcat (history->currency, history->per_gram ? "/g" : "/package", NULL) : NULL;
}

char *
wh_present_price_check (const WhPriceHistory *history, const WhPriceObservation *observation)
{
  const WhPriceLine *line = &g_array_index (history->lines, WhPriceLine, observation->line);
  g_autoptr (GString) others = NULL;

  if (!observation->check)
    return NULL;
  others = g_string_new (NULL);
  for (guint i = line->first; i < line->first + line->n; i++)
    {
      const WhPriceObservation *other = &g_array_index (history->observations, WhPriceObservation, i);
      if (other != observation && other->check && other->price->observed_at == observation->price->observed_at
          && other->price->amount_cents != observation->price->amount_cents)
        g_string_append_printf (others, "%s%.2f", others->len ? ", " : "", other->amount);
    }
  /* Translators: one price or several. */
  return g_strdup_printf (_("check: %s at the same time, too"), others->str);
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
add_moment (WhJsonWriter *writer, const char *key, gint64 moment)
{
  g_autofree char *text = wh_clock_format (moment);

  wh_json_writer_add_string (writer, key, text);
}

static void
write_proof (WhJsonWriter *writer, const WhPriceHistory *history, const WhPriceObservation *observation)
{
  const WhPrice *price = observation->price;
  g_autofree char *check = wh_present_price_check (history, observation);

  wh_json_writer_add_string (writer, "tax_basis", price->tax_basis);
  add_moment (writer, "observed_at", price->observed_at);
  add_moment (writer, "until", observation->until);
  wh_json_writer_add_boolean (writer, "gap", observation->gap);
  wh_json_writer_add_string (writer, "source", price->entity.source);
  wh_json_writer_add_string (writer, "observed_by", price->observed_by);
  wh_json_writer_add_string (writer, "photo_hash", price->photo_hash);
  wh_json_writer_add_string (writer, "check", check);
}

static void
write_observation (WhJsonWriter *writer, const WhPriceHistory *history, const WhPriceObservation *observation)
{
  const WhPrice *price = observation->price;
  const WhPriceLine *line = &g_array_index (history->lines, WhPriceLine, observation->line);
  double list = price->list_cents == WH_INTEGER_UNSET ? NAN : price->list_cents / 100.0;

  wh_json_writer_begin_object (writer);
  add_id (writer, "price_id", &price->entity.id);
  wh_present_product_at (writer, line->product, line->shop);
  wh_json_writer_add_number (writer, "price", observation->amount, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "list_price", list, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "currency", price->currency);
  wh_json_writer_add_string (writer, "unit", price->unit);
  wh_json_writer_add_number (writer, "price_per_gram", observation->per_gram, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "value", observation->value, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "change", observation->change, MONEY_DECIMALS);
  write_proof (writer, history, observation);
  wh_json_writer_end_object (writer);
}

static void
write_periods (WhJsonWriter *writer, const WhPriceHistory *history)
{
  wh_json_writer_key (writer, "periods");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < history->periods->len; i++)
    {
      const WhPricePeriod *period = &g_array_index (history->periods, WhPricePeriod, i);
      g_autofree char *from = wh_clock_format_date (period->from), *to = wh_clock_format_date (period->to);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "from", from);
      wh_json_writer_add_string (writer, "to", to);
      wh_json_writer_add_integer (writer, "observations", period->n);
      wh_json_writer_add_number (writer, "lowest", period->lowest, MONEY_DECIMALS);
      wh_json_writer_add_number (writer, "highest", period->highest, MONEY_DECIMALS);
      wh_json_writer_add_number (writer, "median", period->median, MONEY_DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_statistics (WhJsonWriter *writer, const WhPriceHistory *history)
{
  const WhPriceObservation *last = wh_price_history_last (history);
  double change = last ? last->change : NAN;

  wh_json_writer_key (writer, "statistics");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "lowest", history->lowest, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "highest", history->highest, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "median", history->median, MONEY_DECIMALS);
  wh_json_writer_add_integer (writer, "counted", history->n_counted);
  wh_json_writer_add_integer (writer, "observations", history->observations->len);
  wh_json_writer_add_integer (writer, "products", history->lines->len);
  wh_json_writer_add_integer (writer, "checks", history->n_checks);
  wh_json_writer_add_number (writer, "last", last ? last->value : NAN, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "change", change, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "change_percent", last ? 100 * change / (last->value - change) : NAN, PERCENT_DECIMALS);
  wh_json_writer_end_object (writer);
}

static void
write_subject (WhJsonWriter *writer, const WhPriceHistory *history)
{
  wh_json_writer_key (writer, "of");
  wh_json_writer_begin_object (writer);
  if (history->card)
    add_id (writer, "strain_id", &history->card->id);
  else
    add_id (writer, "product_id", &g_array_index (history->lines, WhPriceLine, 0).product->entity.id);
  wh_json_writer_add_string (writer, "name", history->title);
  wh_json_writer_end_object (writer);
}

void
wh_present_price_history (WhJsonWriter *writer, const WhPriceHistory *history, guint offset, guint limit)
{
  g_autofree char *unit = wh_present_price_unit (history);

  wh_json_writer_begin_object (writer);
  write_subject (writer, history);
  add_moment (writer, "since", history->since);
  wh_json_writer_add_string (writer, "unit", unit);
  wh_json_writer_add_string (writer, "currency", history->currency);
  wh_json_writer_add_string (writer, "category", history->category);
  wh_json_writer_add_string (writer, "step", steps[history->step]);
  wh_json_writer_key (writer, "observations");
  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < history->newest->len && (limit == 0 || i - offset < limit); i++)
    write_observation (writer, history, history->newest->pdata[i]);
  wh_json_writer_end_array (writer);
  write_periods (writer, history);
  write_statistics (writer, history);
  wh_json_writer_add_boolean (writer, "demonstration", history->demonstration);
  wh_json_writer_end_object (writer);
}
