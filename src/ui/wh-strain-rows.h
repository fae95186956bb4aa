/* wh-strain-rows.h: the small pieces of the strain page: figure tiles, similar rows, product rows. */
#pragma once

#include <adwaita.h>

#include "service/wh-analyst.h"

G_BEGIN_DECLS

/* A tile: a large value over its name; `detail` as tooltip, may be NULL. */
GtkWidget *wh_strain_rows_figure  (const char *value, const char *name, const char *detail);
/* Shows calibrated words; its data "strain-id" is the id as text. */
GtkWidget *wh_strain_rows_similar (const WhSimilar *similar);
/* `dispensary` may be NULL. */
GtkWidget *wh_strain_rows_product (const WhProduct *product, const WhDispensary *dispensary);

G_END_DECLS
