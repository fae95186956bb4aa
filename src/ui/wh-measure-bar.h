/* wh-measure-bar.h: one measurement as a bar; each of the five states is drawn in its own way.
 *
 * Measured: solid. Below LOQ: an outline up to the LOQ. Not detected: a hollow tick at zero (and the LOD, if known).
 * Not tested and not applicable: a dash. The words stand beside it; the bar itself is a picture with that label. */
#pragma once

#include <gtk/gtk.h>

#include "core/wh-measure.h"

G_BEGIN_DECLS

#define WH_TYPE_MEASURE_BAR (wh_measure_bar_get_type ())
G_DECLARE_FINAL_TYPE (WhMeasureBar, wh_measure_bar, WH, MEASURE_BAR, GtkWidget)

/* `scale` is the amount at full width, in the measure's unit. */
GtkWidget *wh_measure_bar_new (const WhMeasure *measure, double scale);

G_END_DECLS
