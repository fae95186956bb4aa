/* wh-chart-labels.h: words beside marks that do not lie on one another. Not for other rooms. */
#pragma once

#include "wh-chart-page.h"

G_BEGIN_DECLS

typedef struct {
  WhChartArea bounds;
  GArray     *taken;    /* of WhChartArea */
} WhChartLabels;

void     wh_chart_labels_init  (WhChartLabels *labels, const WhChartArea *bounds);
void     wh_chart_labels_clear (WhChartLabels *labels);
/* Nothing may lie here. */
void     wh_chart_labels_block (WhChartLabels *labels, double x, double y, double width, double height);
typedef enum {
  WH_CHART_RIGHT,
  WH_CHART_LEFT,
  WH_CHART_ABOVE,
  WH_CHART_BELOW,
} WhChartSide;

/* Writes `text` beside a mark, `away` from its middle, on that side or else where there is room. FALSE, nothing written, where there
 * is none, unless it `must` be written. */
gboolean wh_chart_labels_write (WhChartLabels *labels, WhChartPen *pen, const WhChartText *how, double x, double y, double away,
                                WhChartSide side, gboolean must, const char *text);

G_END_DECLS
