#include "wh-chart-pen.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-hue.h"

#define FAMILIES "Cantarell, Noto Sans, DejaVu Sans, sans-serif"
#define MOST_BYTES 1024        /* of one text: what is longer cannot be seen anyway */
#define HALO 3.2
#define DARKER 0.72
#define LETTER_PARTS 8         /* of a line's height that stay above and below it when letters pile up */

void
wh_chart_pen_init (WhChartPen *pen, cairo_t *cairo)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  cairo_font_options_t *options = cairo_font_options_create ();

  pen->cairo = cairo;
  pen->layout = pango_cairo_create_layout (cairo);
  /* The same picture on every screen. */
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (pango_layout_get_context (pen->layout), options);
  cairo_font_options_destroy (options);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (pen->layout, attributes);
  pango_layout_set_single_paragraph_mode (pen->layout, TRUE);
}

void
wh_chart_pen_clear (WhChartPen *pen)
{
  g_clear_object (&pen->layout);
}

/* Separators of lines (U+2028) and paragraphs (U+2029) become spaces (U+2002) of as many bytes: with one of them between isolates
 * FriBidi reads what is not its own. */
static void
join_paragraphs (char *text)
{
  for (char *c = strstr (text, "\xe2\x80"); c; c = strstr (c + 1, "\xe2\x80"))
    if (c[2] == '\xa8' || c[2] == '\xa9')
      c[2] = '\x82';
}

static void
set_text (WhChartPen *pen, const WhChartText *how, const char *text)
{
  g_autofree char *clean = wh_text_clean (text, MOST_BYTES);
  PangoFontDescription *font = pango_font_description_from_string (FAMILIES);

  join_paragraphs (clean);
  pango_font_description_set_absolute_size (font, how->size * PANGO_SCALE);
  pango_font_description_set_weight (font, how->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (pen->layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (pen->layout, how->width > 0 ? (int) (how->width * PANGO_SCALE) : -1);
  pango_layout_set_height (pen->layout, -(int) MAX (1, how->lines));
  pango_layout_set_wrap (pen->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (pen->layout, how->width > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text (pen->layout, clean, -1);
}

gboolean
wh_chart_pen_has_font (WhChartPen *pen)
{
  set_text (pen, &(WhChartText) { .size = 10 }, "A");
  return pango_layout_get_unknown_glyphs_count (pen->layout) == 0;
}

/* Of the letters alone: a layout with a width, right to left, begins somewhere else. */
static PangoRectangle
extent (WhChartPen *pen)
{
  PangoRectangle logical;

  pango_layout_get_extents (pen->layout, NULL, &logical);
  return logical;
}

double
wh_chart_pen_measure (WhChartPen *pen, const WhChartText *how, const char *text)
{
  set_text (pen, how, text);
  return extent (pen).width / (double) PANGO_SCALE;
}

/* Accents without end may pile up to any height: they stay in their line. */
static void
clip_to_lines (WhChartPen *pen, const PangoRectangle *logical)
{
  double height = logical->height / (double) PANGO_SCALE, beyond = height / LETTER_PARTS;

  cairo_rectangle (pen->cairo, logical->x / (double) PANGO_SCALE - HALO, -beyond, logical->width / (double) PANGO_SCALE + 2 * HALO,
                   height + 2 * beyond);
  cairo_clip (pen->cairo);
}

double
wh_chart_pen_write (WhChartPen *pen, const WhChartText *how, double x, double y, const char *text)
{
  PangoRectangle logical;

  set_text (pen, how, text);
  logical = extent (pen);
  cairo_save (pen->cairo);
  cairo_translate (pen->cairo, x - (logical.x + how->align * logical.width) / PANGO_SCALE,
                   y - pango_layout_get_baseline (pen->layout) / (double) PANGO_SCALE);
  clip_to_lines (pen, &logical);
  cairo_move_to (pen->cairo, 0, 0);
  if (how->halo)
    {
      pango_cairo_layout_path (pen->cairo, pen->layout);
      wh_chart_pen_colour (pen, WH_CHART_PAPER, 0.85);
      cairo_set_line_width (pen->cairo, HALO);
      cairo_set_line_join (pen->cairo, CAIRO_LINE_JOIN_ROUND);
      cairo_stroke (pen->cairo);
      cairo_move_to (pen->cairo, 0, 0);
    }
  wh_chart_pen_colour (pen, how->colour, 1);
  pango_cairo_show_layout (pen->cairo, pen->layout);
  cairo_restore (pen->cairo);
  return logical.height / (double) PANGO_SCALE;
}

void
wh_chart_pen_colour (WhChartPen *pen, guint32 colour, double alpha)
{
  cairo_set_source_rgba (pen->cairo, (colour >> 16) / 255.0, (colour >> 8 & 0xff) / 255.0, (colour & 0xff) / 255.0, alpha);
}

void
wh_chart_pen_line (WhChartPen *pen, double x1, double y1, double x2, double y2, double width)
{
  cairo_move_to (pen->cairo, x1, y1);
  cairo_line_to (pen->cairo, x2, y2);
  cairo_set_line_width (pen->cairo, width);
  cairo_stroke (pen->cairo);
}

void
wh_chart_pen_dot (WhChartPen *pen, double x, double y, double radius)
{
  cairo_new_sub_path (pen->cairo);
  cairo_arc (pen->cairo, x, y, radius, 0, 2 * G_PI);
}

void
wh_chart_pen_box (WhChartPen *pen, double x, double y, double width, double height, double radius)
{
  double round = MIN (radius, MIN (width, height) / 2);

  cairo_new_sub_path (pen->cairo);
  cairo_arc (pen->cairo, x + width - round, y + round, round, -G_PI / 2, 0);
  cairo_arc (pen->cairo, x + width - round, y + height - round, round, 0, G_PI / 2);
  cairo_arc (pen->cairo, x + round, y + height - round, round, G_PI / 2, G_PI);
  cairo_arc (pen->cairo, x + round, y + round, round, G_PI, 3 * G_PI / 2);
  cairo_close_path (pen->cairo);
}

guint32
wh_chart_pen_letters (const WhAnalyte *analyte)
{
  guint32 hue = wh_hue_of_analyte (analyte);

  return (guint32) ((hue >> 16) * DARKER) << 16 | (guint32) ((hue >> 8 & 0xff) * DARKER) << 8 | (guint32) ((hue & 0xff) * DARKER);
}
