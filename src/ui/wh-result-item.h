/* wh-result-item.h: one search result as the list model hands it out. Holds the snapshot its card lives in. */
#pragma once

#include <glib-object.h>

#include "service/wh-catalogue.h"

G_BEGIN_DECLS

#define WH_TYPE_RESULT_ITEM (wh_result_item_get_type ())
G_DECLARE_FINAL_TYPE (WhResultItem, wh_result_item, WH, RESULT_ITEM, GObject)

WhResultItem *wh_result_item_new           (WhSnapshot *snapshot, const WhHit *hit);
const WhCard *wh_result_item_get_card      (WhResultItem *item);
const char   *wh_result_item_get_highlight (WhResultItem *item);   /* see WhHit; may be NULL */
const char   *wh_result_item_get_matched   (WhResultItem *item);   /* wh_hit_words; may be NULL */
/* Of the products that the search was about. */
guint         wh_result_item_get_in_stock  (WhResultItem *item);
double        wh_result_item_get_price     (WhResultItem *item);   /* per gram; NAN unknown */

G_END_DECLS
