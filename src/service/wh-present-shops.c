#include "wh-shops.h"
#include "wire/wh-wire.h"

#define MILES_DECIMALS 1

void
wh_present_shops (WhJsonWriter *writer, const WhShops *shops, guint offset, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < shops->shops->len && (limit == 0 || i - offset < limit); i++)
    {
      const WhShopFound *found = &g_array_index (shops->shops, WhShopFound, i);
      wh_json_writer_begin_object (writer);
      wh_wire_write_entity (writer, found->shop, FALSE);
      wh_json_writer_add_number (writer, "distance_miles", found->miles, MILES_DECIMALS);
      wh_shop_figures_present (writer, found->shop, &found->figures);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
