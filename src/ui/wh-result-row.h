/* wh-result-row.h: two lines that answer a customer: name, label, stock, price; then chemistry and age of the facts. */
#pragma once

#include <gtk/gtk.h>

#include "wh-result-item.h"

G_BEGIN_DECLS

#define WH_TYPE_RESULT_ROW (wh_result_row_get_type ())
G_DECLARE_FINAL_TYPE (WhResultRow, wh_result_row, WH, RESULT_ROW, GtkWidget)

GtkWidget *wh_result_row_new      (void);
/* NULL empties the row. */
void       wh_result_row_set_item (WhResultRow *row, WhResultItem *item);

G_END_DECLS
