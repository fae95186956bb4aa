/* wh-strain-page.h: one strain: figures, chemistry of a chosen lab result, similar strains, where to buy it. */
#pragma once

#include <gtk/gtk.h>

#include "wh-detail-loader.h"

G_BEGIN_DECLS

#define WH_TYPE_STRAIN_PAGE (wh_strain_page_get_type ())
/* Signal "open-strain" (id as text): a similar strain was chosen. */
G_DECLARE_FINAL_TYPE (WhStrainPage, wh_strain_page, WH, STRAIN_PAGE, GtkWidget)

/* Takes the facts. NULL shows the empty state. */
void wh_strain_page_set_facts (WhStrainPage *page, WhPageFacts *facts);
/* What happened and what to do, instead of a strain. */
void wh_strain_page_set_error (WhStrainPage *page, const char *message);

G_END_DECLS
