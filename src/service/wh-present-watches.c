#include <math.h>

#include "wh-present.h"
#include "wh-watch.h"

#define MONEY_DECIMALS 2

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  g_autofree char *text = wh_id_is_none (id) ? NULL : wh_id_to_string (id);

  wh_json_writer_add_string (writer, key, text);
}

static void
add_limit (WhJsonWriter *writer, const WhWatch *watch)
{
  wh_json_writer_add_number (writer, "limit", watch->limit_cents / 100.0, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "limit_unit", watch->limit_unit);
}

static void
write_watched (WhJsonWriter *writer, const WhWatched *watched)
{
  const WhWatch *watch = watched->watch;

  wh_json_writer_begin_object (writer);
  add_id (writer, "watch_id", &watch->entity.id);
  add_id (writer, "strain_id", &watch->strain_id);
  add_id (writer, "product_id", &watch->product_id);
  wh_json_writer_add_string (writer, "name", watched->name);
  add_id (writer, "dispensary_id", &watch->dispensary_id);
  wh_json_writer_add_string (writer, "dispensary", watched->shop);
  wh_json_writer_add_string (writer, "category", watch->category);
  add_limit (writer, watch);
  wh_json_writer_add_string (writer, "owner", watch->owner);
  wh_json_writer_add_integer (writer, "hits", watched->n_hits);
  wh_json_writer_add_integer (writer, "stale", watched->n_stale);
  wh_json_writer_end_object (writer);
}

static void
write_hit (WhJsonWriter *writer, const WhWatch *watch, const WhWatchHit *hit)
{
  g_autofree char *observed = wh_clock_format (hit->product->price_observed_at);

  wh_json_writer_begin_object (writer);
  add_id (writer, "watch_id", &watch->entity.id);
  wh_present_product_at (writer, hit->product, hit->shop);
  wh_json_writer_add_number (writer, "price", hit->price, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "currency", hit->product->currency);
  wh_json_writer_add_number (writer, "price_per_gram", hit->per_gram, MONEY_DECIMALS);
  add_limit (writer, watch);
  wh_json_writer_key (writer, "in_stock");
  if (hit->product->in_stock == WH_INTEGER_UNSET)
    wh_json_writer_null (writer);
  else
    wh_json_writer_boolean (writer, hit->product->in_stock != 0);
  wh_json_writer_add_string (writer, "observed_at", observed);
  wh_json_writer_add_boolean (writer, "stale", hit->stale);
  wh_json_writer_end_object (writer);
}

void
wh_present_watches (WhJsonWriter *writer, const WhWatchReport *report)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "revision", report->revision);
  wh_json_writer_add_integer (writer, "since", report->since);
  wh_json_writer_key (writer, "watches");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < report->watches->len; i++)
    write_watched (writer, &g_array_index (report->watches, WhWatched, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_key (writer, "hits");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < report->hits->len; i++)
    {
      const WhWatchHit *hit = &g_array_index (report->hits, WhWatchHit, i);
      write_hit (writer, g_array_index (report->watches, WhWatched, hit->watched).watch, hit);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_add_boolean (writer, "demonstration", report->demonstration);
  wh_json_writer_end_object (writer);
}
