#include <math.h>

#include "wh-menu.h"
#include "wire/wh-wire.h"

#define MONEY_DECIMALS 2
#define THC_DECIMALS 4
#define MG_DECIMALS 1
#define HOUR_DECIMALS 1
#define HOUR (3600 * WH_TIME_SECOND)

static const char *
source_of_thc (const WhMenuItem *item)
{
  return isnan (item->thc_mg) ? NULL : item->thc_computed ? "label_percentage" : "label";
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
write_result (WhJsonWriter *writer, const WhLabResult *result)
{
  g_autofree char *date = result ? wh_clock_format_date (result->test_date) : NULL;

  wh_json_writer_key (writer, "lab_results");
  if (!result)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  add_id (writer, "lab_result_id", &result->entity.id);
  add_id (writer, "batch_id", &result->batch_id);
  wh_json_writer_add_string (writer, "lab_name", result->lab_name);
  wh_json_writer_add_string (writer, "test_date", date);
  wh_json_writer_end_object (writer);
}

/* As the laboratory says it, in all states: what it did not test is not there, or not tested. */
static void
write_terpenes (WhJsonWriter *writer, const WhPanel *panel)
{
  wh_json_writer_key (writer, "terpene_profile");
  if (!panel)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < wh_panel_length (panel); i++)
    if (wh_analyte_is_terpene (wh_analyte_get (wh_panel_at (panel, i)->analyte)))
      wh_wire_write_measure (writer, wh_panel_at (panel, i));
  wh_json_writer_end_array (writer);
}

static void
write_item (WhJsonWriter *writer, const WhMenuItem *item, gint64 now)
{
  gint64 observed = item->product->price_observed_at;

  wh_json_writer_begin_object (writer);
  wh_wire_write_entity (writer, item->product, FALSE);
  wh_json_writer_add_string (writer, "category_given", item->category_given);
  wh_json_writer_add_string (writer, "strain", item->card ? item->card->name : NULL);
  wh_json_writer_add_number (writer, "price", item->price, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "unit", "package");
  wh_json_writer_add_number (writer, "price_per_gram", item->per_gram, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "thc_mg_label", item->thc_mg, MG_DECIMALS);
  wh_json_writer_add_string (writer, "thc_mg_source", source_of_thc (item));
  wh_json_writer_add_number (writer, "price_per_mg_thc", item->per_mg_thc, THC_DECIMALS);
  wh_json_writer_add_boolean (writer, "stale", item->stale);
  wh_json_writer_add_boolean (writer, "menu_stale", item->menu_stale);
  wh_json_writer_add_number (writer, "price_age_hours", observed == WH_TIME_UNSET ? NAN : (double) MAX (now - observed, 0) / HOUR,
                             HOUR_DECIMALS);
  write_result (writer, item->result);
  write_terpenes (writer, item->result ? item->result->panel : NULL);
  wh_json_writer_end_object (writer);
}

void
wh_present_menu (WhJsonWriter *writer, const WhMenu *menu, guint offset, guint limit)
{
  gint64 now = wh_clock_now ();

  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < menu->items->len && (limit == 0 || i - offset < limit); i++)
    write_item (writer, menu->items->pdata[i], now);
  wh_json_writer_end_array (writer);
}
