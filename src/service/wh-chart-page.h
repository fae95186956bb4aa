/* wh-chart-page.h: the page around a chart: title, source, mark of demonstration data, footnote; and its file. Not for other rooms. */
#pragma once

#include "wh-chart-pen.h"
#include "wh-chart.h"

G_BEGIN_DECLS

#define WH_CHART_MARGIN 40.0

typedef struct {
  double x, y, width, height;
} WhChartArea;

/* Draws into `area`, which the page leaves free. */
typedef void (*WhChartDraw) (WhChartPen *pen, const WhChartArea *area, gconstpointer data);

typedef struct {
  double      width, height;    /* of all, with margins */
  const char *title;
  const char *source;           /* the line below the title */
  const char *footnote;         /* may be NULL */
  gboolean    demonstration;
  WhChartDraw draw;
  gconstpointer data;
} WhChartPage;

GBytes *wh_chart_page_draw   (const WhChartPage *page, WhChartFormat format, GError **error);
/* What is left of a page's height for the chart. */
double  wh_chart_page_beside (void);

/* "12,412". Caller frees. */
char   *wh_chart_page_count  (guint n);
/* "+0.71", "−0.20" with a true minus, "0.00" without a sign. Caller frees. */
char   *wh_chart_page_signed (double value, int decimals);
/* "newest test 6 Sep 2023", with a comma before; empty where no date is known. Caller frees. */
char   *wh_chart_page_newest (gint64 tested_at);

G_END_DECLS
