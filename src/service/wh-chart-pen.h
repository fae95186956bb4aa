/* wh-chart-pen.h: lines, marks and text of a chart. Units are those of the page, y grows downwards. Not for other rooms. */
#pragma once

#include <pango/pangocairo.h>

#include "core/wh-analyte.h"

G_BEGIN_DECLS

#define WH_CHART_PAPER 0xffffff
#define WH_CHART_INK 0x241f31
#define WH_CHART_DIM 0x5e5c64      /* words beside: 6.6:1 on the paper */
#define WH_CHART_FAINT 0xdeddda    /* lines behind */

typedef struct {
  cairo_t     *cairo;
  PangoLayout *layout;
} WhChartPen;

/* How text is set. Zero is: not bold, from `x` rightwards, as wide as it is, without a halo. */
typedef struct {
  double   size;      /* of the letters, units */
  guint32  colour;    /* 0xRRGGBB */
  gboolean bold;
  double   align;     /* part of its width that lies left of `x`: 0, 0.5, 1 */
  double   width;     /* cut with an ellipsis to fit; 0: never */
  guint    lines;     /* broken into so many lines of `width`; 0: one */
  gboolean halo;      /* paper around the letters, for text over marks */
} WhChartText;

void   wh_chart_pen_init   (WhChartPen *pen, cairo_t *cairo);
void   wh_chart_pen_clear  (WhChartPen *pen);
/* Whether there is a font at all; a chart without words says nothing. */
gboolean wh_chart_pen_has_font (WhChartPen *pen);
/* Both of the cut text. The first baseline is at `y`; returns the height of all lines. */
double wh_chart_pen_write  (WhChartPen *pen, const WhChartText *how, double x, double y, const char *text);
double wh_chart_pen_measure (WhChartPen *pen, const WhChartText *how, const char *text);

void   wh_chart_pen_colour (WhChartPen *pen, guint32 colour, double alpha);
void   wh_chart_pen_line   (WhChartPen *pen, double x1, double y1, double x2, double y2, double width);
void   wh_chart_pen_dot    (WhChartPen *pen, double x, double y, double radius);
/* Adds a box with round corners to the path. */
void   wh_chart_pen_box    (WhChartPen *pen, double x, double y, double width, double height, double radius);
/* The hue of a terpene, darkened so that letters in it are read on paper. */
guint32 wh_chart_pen_letters (const WhAnalyte *analyte);

G_END_DECLS
