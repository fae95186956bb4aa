#include "wh-chart-page.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"

#define HEAD 74.0
#define FOOT 46.0
#define TITLE_SIZE 22.0
#define SOURCE_SIZE 13.0
#define FOOTNOTE_SIZE 11.0
#define MARK_SIZE 12.0
#define MARK_HEIGHT 26.0
#define MARK_PAD 12.0
#define STRIPE 7.0
#define AMBER 0xf5c211
#define POINTS_PER_UNIT 0.75   /* 96 units an inch, as on a screen */

double
wh_chart_page_beside (void)
{
  return 2 * WH_CHART_MARGIN + HEAD + FOOT;
}

char *
wh_chart_page_count (guint n)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u", n);
  for (gssize place = (gssize) text->len - 3; place > 0; place -= 3)
    g_string_insert_c (text, place, ',');
  return g_string_free (text, FALSE);
}

char *
wh_chart_page_signed (double value, int decimals)
{
  g_autofree char *number = g_strdup_printf ("%.*f", decimals, fabs (value));
  gboolean nothing = strspn (number, "0.") == strlen (number);

  return g_strconcat (nothing ? "" : value < 0 ? "−" : "+", number, NULL);
}

char *
wh_chart_page_newest (gint64 tested_at)
{
  g_autoptr (GDateTime) moment = tested_at == WH_TIME_UNSET ? NULL : g_date_time_new_from_unix_utc (tested_at / WH_TIME_SECOND);
  g_autofree char *date = moment ? g_date_time_format (moment, "%-e %b %Y") : NULL;

  /* Translators: goes on after a number of strains; a date. */
  return date ? g_strdup_printf (_(", newest test %s"), date) : g_strdup ("");
}

/* -- around the chart -- */

static void
draw_stripes (WhChartPen *pen, double x, double y, double width, double height)
{
  cairo_save (pen->cairo);
  wh_chart_pen_box (pen, x, y, width, height, 6);
  cairo_clip (pen->cairo);
  wh_chart_pen_colour (pen, AMBER, 0.28);
  cairo_paint (pen->cairo);
  wh_chart_pen_colour (pen, AMBER, 0.42);
  for (double place = x - height; place < x + width; place += 2 * STRIPE)
    wh_chart_pen_line (pen, place, y + height, place + height, y, STRIPE / 1.42);
  cairo_restore (pen->cairo);
}

/* Returns how much of the width it takes. */
static double
draw_mark (WhChartPen *pen, const WhChartPage *page)
{
  const WhChartText how = { .size = MARK_SIZE, .colour = WH_CHART_INK, .bold = TRUE };
  const char *words = _("Demonstration data: made up, not measured");
  double width = wh_chart_pen_measure (pen, &how, words) + 2 * MARK_PAD;
  double x = page->width - WH_CHART_MARGIN - width;

  if (!page->demonstration)
    return 0;
  draw_stripes (pen, x, WH_CHART_MARGIN - 4, width, MARK_HEIGHT);
  wh_chart_pen_write (pen, &how, x + MARK_PAD, WH_CHART_MARGIN - 4 + MARK_HEIGHT / 2 + MARK_SIZE * 0.36, words);
  return width + MARK_PAD;
}

static void
draw_page (WhChartPen *pen, const WhChartPage *page)
{
  double inside = page->width - 2 * WH_CHART_MARGIN, bottom = page->height - WH_CHART_MARGIN;
  const WhChartArea area = { WH_CHART_MARGIN, WH_CHART_MARGIN + HEAD, inside, bottom - FOOT - WH_CHART_MARGIN - HEAD };
  double mark;

  wh_chart_pen_colour (pen, WH_CHART_PAPER, 1);
  cairo_paint (pen->cairo);
  mark = draw_mark (pen, page);
  wh_chart_pen_write (pen, &(WhChartText) { .size = TITLE_SIZE, .colour = WH_CHART_INK, .bold = TRUE, .width = inside - mark },
                      WH_CHART_MARGIN, WH_CHART_MARGIN + TITLE_SIZE * 0.75, page->title);
  wh_chart_pen_write (pen, &(WhChartText) { .size = SOURCE_SIZE, .colour = WH_CHART_DIM, .width = inside }, WH_CHART_MARGIN,
                      WH_CHART_MARGIN + TITLE_SIZE * 0.75 + 1.8 * SOURCE_SIZE, page->source);
  if (page->footnote)
    wh_chart_pen_write (pen, &(WhChartText) { .size = FOOTNOTE_SIZE, .colour = WH_CHART_DIM, .width = inside, .lines = 2 },
                        WH_CHART_MARGIN, bottom - 1.35 * FOOTNOTE_SIZE, page->footnote);
  page->draw (pen, &area, page->data);
}

/* -- files -- */

static cairo_status_t
append_cb (gpointer bytes, const guchar *data, guint length)
{
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
describe_pdf (cairo_surface_t *surface, const WhChartPage *page)
{
  g_autofree char *now = wh_clock_format (wh_clock_now ());

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, page->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "WeedHounds");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, now);
}

static cairo_surface_t *
surface_new (const WhChartPage *page, WhChartFormat format, GByteArray *bytes, double *out_scale)
{
  cairo_surface_t *surface;

  *out_scale = format == WH_CHART_PNG ? WH_CHART_SCALE : POINTS_PER_UNIT;
  if (format == WH_CHART_PNG)
    return cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) (page->width * *out_scale), (int) (page->height * *out_scale));
  if (format == WH_CHART_SVG)
    return cairo_svg_surface_create_for_stream (append_cb, bytes, page->width * *out_scale, page->height * *out_scale);
  surface = cairo_pdf_surface_create_for_stream (append_cb, bytes, page->width * *out_scale, page->height * *out_scale);
  describe_pdf (surface, page);
  return surface;
}

static gboolean
set_failure (cairo_status_t status, GError **error)
{
  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("The chart could not be drawn: %s"), cairo_status_to_string (status));
  return status == CAIRO_STATUS_SUCCESS;
}

static gboolean
draw_into (cairo_surface_t *surface, const WhChartPage *page, double scale, GError **error)
{
  cairo_t *cairo = cairo_create (surface);
  cairo_status_t status;
  gboolean has_font;
  WhChartPen pen;

  cairo_scale (cairo, scale, scale);
  wh_chart_pen_init (&pen, cairo);
  has_font = wh_chart_pen_has_font (&pen);
  if (has_font)
    draw_page (&pen, page);
  else
    g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                         _("The chart could not be drawn: there is no font on this machine. Install one, as fonts-dejavu-core."));
  wh_chart_pen_clear (&pen);
  status = cairo_status (cairo);
  cairo_destroy (cairo);
  return has_font && set_failure (status, error);
}

/* Ends the file. */
static gboolean
finish (cairo_surface_t *surface, WhChartFormat format, GByteArray *bytes, GError **error)
{
  cairo_status_t status = format == WH_CHART_PNG ? cairo_surface_write_to_png_stream (surface, append_cb, bytes) : CAIRO_STATUS_SUCCESS;

  cairo_surface_finish (surface);
  return set_failure (status != CAIRO_STATUS_SUCCESS ? status : cairo_surface_status (surface), error);
}

GBytes *
wh_chart_page_draw (const WhChartPage *page, WhChartFormat format, GError **error)
{
  GByteArray *bytes = g_byte_array_new ();
  double scale;
  cairo_surface_t *surface = surface_new (page, format, bytes, &scale);
  gboolean done = draw_into (surface, page, scale, error) && finish (surface, format, bytes, error);

  /* Writes its end into `bytes`, if it did not. */
  cairo_surface_destroy (surface);
  if (done)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  return NULL;
}
