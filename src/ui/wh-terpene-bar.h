/* wh-terpene-bar.h: a thin stacked bar of a strain's leading terpenes. Decoration: the words stand beside it. */
#pragma once

#include <gtk/gtk.h>

#include "service/wh-catalogue.h"

G_BEGIN_DECLS

#define WH_TYPE_TERPENE_BAR (wh_terpene_bar_get_type ())
G_DECLARE_FINAL_TYPE (WhTerpeneBar, wh_terpene_bar, WH, TERPENE_BAR, GtkWidget)

/* Copies what it needs; NULL clears. */
void wh_terpene_bar_set_card (WhTerpeneBar *bar, const WhCard *card);

G_END_DECLS
