/* wh-chart.h: analyses as pictures: PNG, PDF or SVG, drawn with Cairo.
 *
 * A picture carries its source, its assumptions and, where there are any, the mark of demonstration data. Colour never stands
 * alone: terpenes are named or carry their two-letter code. Text is drawn as it is, never read as markup. */
#pragma once

#include "wh-compare.h"
#include "wh-correlations.h"
#include "wh-map.h"
#include "wh-price-history.h"

G_BEGIN_DECLS

#define WH_CHART_SCALE 2   /* pixels of a PNG per unit of a page */

typedef enum {
  WH_CHART_PNG,
  WH_CHART_PDF,
  WH_CHART_SVG,
} WhChartFormat;

/* By the ending of a file name, in either case. WH_ERROR_INVALID with any other ending. */
gboolean wh_chart_format_of    (const char *path, WhChartFormat *out_format, GError **error);

/* The points by dominant terpene, the pull of the terpenes, and `cards` (of const WhCard*, may be empty: the best known) with
 * their names and ellipses. */
GBytes  *wh_chart_map          (const WhMap *map, const GPtrArray *cards, WhChartFormat format, GError **error);
/* WH_ERROR_INVALID where none of the strains was tested for anything that is compared. */
GBytes  *wh_chart_comparison   (const WhComparison *comparison, WhChartFormat format, GError **error);
/* A triangle of all pairs, or bars where every pair has one terpene in common. */
GBytes  *wh_chart_correlations (const WhCorrelations *correlations, WhChartFormat format, GError **error);

/* A step from each price seen to the next, dashed where nobody looked in time. WH_ERROR_INVALID without a price of known time. */
GBytes  *wh_chart_prices       (const WhPriceHistory *history, WhChartFormat format, GError **error);

/* Whole or not at all; replaces a regular file, nothing else. */
gboolean wh_chart_save         (GBytes *picture, const char *path, GError **error);

G_END_DECLS
