#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-freshness.h"
#include "wh-chart-page.h"

#define PAGE_WIDTH 1000.0
#define PAGE_HEIGHT 600.0
#define MONEY_SPACE 64.0         /* left of the frame, for what the lines across stand for */
#define NAME_SPACE 190.0         /* right of it, for the names of the lines */
#define TIME_SPACE 26.0
#define SMALL 11.0
#define PLAIN 13.0
#define NAME_LINE 30.0           /* from one name to the next */
#define MOST_NAMED 8
#define STEPS_WANTED 6           /* across */
#define TICK_WIDTH 110.0
#define ROOM 0.08                /* above the highest and below the lowest */
#define HOUR (3600 * WH_TIME_SECOND)
#define MONTH_DAYS 30.44
#define UNNAMED 0x9a9996
#define COUNTS(observation) (!isnan ((observation)->value) && (observation)->price->observed_at != WH_TIME_UNSET)

/* Told apart with every common colour vision; the names stand beside the lines. */
static const guint32 colours[MOST_NAMED] = { 0x0072b2, 0xd55e00, 0x007a5a, 0x9a4f7f, 0x8a6d00, 0x3584c9, 0x5e4b8b, 0x241f31 };

typedef struct {
  const WhPriceHistory *history;
  WhChartArea frame;
  gint64      from, to;
  double      low, high;
  GArray     *order;      /* of guint: lines by how often they were observed, the named ones first */
} Scene;

static const WhPriceLine *
line_at (const WhPriceHistory *history, guint i)
{
  return &g_array_index (history->lines, WhPriceLine, i);
}

static const WhPriceObservation *
observation_at (const WhPriceHistory *history, guint i)
{
  return &g_array_index (history->observations, WhPriceObservation, i);
}

/* -- the frame --------------------------------------------------------------------------------------------------- */

static double
to_x (const Scene *scene, gint64 moment)
{
  double part = (double) (moment - scene->from) / (double) (scene->to - scene->from);

  return scene->frame.x + CLAMP (part, 0, 1) * scene->frame.width;
}

static double
to_y (const Scene *scene, double value)
{
  return scene->frame.y + scene->frame.height * (scene->high - value) / (scene->high - scene->low);
}

static void
fit (Scene *scene)
{
  const WhPriceHistory *history = scene->history;
  gint64 first = history->now;
  double room;

  scene->low = history->lowest;
  scene->high = history->highest;
  for (guint i = 0; i < history->observations->len; i++)
    if (COUNTS (observation_at (history, i)))
      first = MIN (first, observation_at (history, i)->price->observed_at);
  for (guint i = 0; i < history->lines->len; i++)
    {
      scene->low = fmin (scene->low, line_at (history, i)->held_value);
      scene->high = fmax (scene->high, line_at (history, i)->held_value);
    }
  scene->from = history->since == WH_TIME_UNSET ? first : MIN (first, history->since);
  scene->to = MAX (history->now, scene->from + HOUR);
  room = ROOM * MAX (scene->high - scene->low, 0.1 * scene->high);
  scene->low = MAX (0, scene->low - room);
  scene->high += room;
}

/* 1, 2 or 5 times a power of ten. */
static double
round_step (double wanted)
{
  double power = pow (10, floor (log10 (wanted)));

  return wanted / power > 5 ? 10 * power : wanted / power > 2 ? 5 * power : wanted / power > 1 ? 2 * power : power;
}

static void
draw_money (WhChartPen *pen, const Scene *scene)
{
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM, .align = 1 };
  const WhChartArea *frame = &scene->frame;
  double step = MAX (0.01, round_step ((scene->high - scene->low) / STEPS_WANTED));

  for (double at = ceil (scene->low / step); at * step <= scene->high; at++)
    {
      g_autofree char *text = g_strdup_printf ("%.2f", at * step);
      wh_chart_pen_colour (pen, WH_CHART_FAINT, 0.9);
      wh_chart_pen_line (pen, frame->x, to_y (scene, at * step), frame->x + frame->width, to_y (scene, at * step), 0.7);
      wh_chart_pen_write (pen, &how, frame->x - 8, to_y (scene, at * step) + SMALL * 0.36, text);
    }
}

/* How far ticks are apart: in hours, days, or months; one of the three. */
typedef struct {
  guint       hours, days, months;
  const char *format;
} Tick;

static Tick
choose_tick (const Scene *scene)
{
  static const Tick ticks[] = { { 1, 0, 0, "%H:%M" },    { 3, 0, 0, "%H:%M" },    { 6, 0, 0, "%e %b %H:%M" }, { 12, 0, 0, "%e %b %H:%M" },
                                { 0, 1, 0, "%e %b" },    { 0, 2, 0, "%e %b" },    { 0, 7, 0, "%e %b" },       { 0, 14, 0, "%e %b" },
                                { 0, 0, 1, "%b %Y" },    { 0, 0, 2, "%b %Y" },    { 0, 0, 3, "%b %Y" },       { 0, 0, 6, "%b %Y" },
                                { 0, 0, 12, "%Y" },      { 0, 0, 24, "%Y" },      { 0, 0, 60, "%Y" } };
  double days = (double) (scene->to - scene->from) / WH_TIME_DAY, most = scene->frame.width / TICK_WIDTH;

  for (guint i = 0; i < G_N_ELEMENTS (ticks) - 1; i++)
    if (days / (ticks[i].hours / 24.0 + ticks[i].days + ticks[i].months * MONTH_DAYS) <= most)
      return ticks[i];
  return ticks[G_N_ELEMENTS (ticks) - 1];
}

static GDateTime *
first_tick (const Scene *scene, const Tick *tick)
{
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (scene->from / WH_TIME_SECOND);
  int year = g_date_time_get_year (from), month = g_date_time_get_month (from), day = g_date_time_get_day_of_month (from);

  if (tick->hours)
    return g_date_time_new_utc (year, month, day, (int) (g_date_time_get_hour (from) / tick->hours * tick->hours), 0, 0);
  if (tick->days)
    return g_date_time_new_utc (year, month, day, 0, 0, 0);
  return g_date_time_new_utc (year, (int) ((month - 1) / tick->months * tick->months) % 12 + 1, 1, 0, 0, 0);
}

static GDateTime *
next_tick (GDateTime *at, const Tick *tick)
{
  if (tick->hours)
    return g_date_time_add_hours (at, (int) tick->hours);
  return tick->days ? g_date_time_add_days (at, (int) tick->days) : g_date_time_add_months (at, (int) tick->months);
}

static void
draw_time (WhChartPen *pen, const Scene *scene)
{
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM, .align = 0.5 };
  const WhChartArea *frame = &scene->frame;
  const Tick tick = choose_tick (scene);
  g_autoptr (GDateTime) at = first_tick (scene, &tick);

  while (at && g_date_time_to_unix (at) * WH_TIME_SECOND <= scene->to)
    {
      gint64 moment = g_date_time_to_unix (at) * WH_TIME_SECOND;
      g_autofree char *text = g_date_time_format (at, tick.format);
      GDateTime *next = next_tick (at, &tick);
      if (moment >= scene->from)
        {
          wh_chart_pen_colour (pen, WH_CHART_FAINT, 0.9);
          wh_chart_pen_line (pen, to_x (scene, moment), frame->y, to_x (scene, moment), frame->y + frame->height, 0.7);
          wh_chart_pen_write (pen, &how, to_x (scene, moment), frame->y + frame->height + 18, g_strstrip (text));
        }
      g_date_time_unref (at);
      at = next;
    }
}

/* -- the lines --------------------------------------------------------------------------------------------------- */

static void
hold (WhChartPen *pen, const Scene *scene, gint64 from, gint64 to, double value, gboolean known)
{
  const double dash[] = { 3, 4 };

  if (to <= from)
    return;
  if (!known)
    cairo_set_dash (pen->cairo, dash, G_N_ELEMENTS (dash), 0);
  wh_chart_pen_line (pen, to_x (scene, from), to_y (scene, value), to_x (scene, to), to_y (scene, value), known ? 2.4 : 1.3);
  cairo_set_dash (pen->cairo, NULL, 0, 0);
}

/* Whole as long as it is fresh, dashed from then on: it may have held, and nobody looked. */
static void
hold_fresh (WhChartPen *pen, const Scene *scene, gint64 observed_at, gint64 from, gint64 to, double value)
{
  gint64 known_to = CLAMP (observed_at + wh_freshness_limit (WH_FACT_PRICE), from, to);

  hold (pen, scene, from, known_to, value, TRUE);
  hold (pen, scene, known_to, to, value, FALSE);
}

/* The next one that counts; G_MAXUINT: none. */
static guint
next_counted (const WhPriceHistory *history, const WhPriceLine *line, guint from)
{
  for (guint i = from; i < line->first + line->n; i++)
    if (COUNTS (observation_at (history, i)))
      return i;
  return G_MAXUINT;
}

static void
draw_marks (WhChartPen *pen, const Scene *scene, const WhPriceLine *line, guint32 colour)
{
  for (guint i = line->first; i < line->first + line->n; i++)
    {
      const WhPriceObservation *observation = observation_at (scene->history, i);
      if (!COUNTS (observation))
        continue;
      double x = to_x (scene, observation->price->observed_at), y = to_y (scene, observation->value);
      wh_chart_pen_dot (pen, x, y, scene->history->observations->len > 60 ? 2 : 3.2);
      wh_chart_pen_colour (pen, colour, 1);
      cairo_fill (pen->cairo);
      if (!observation->check)
        continue;
      wh_chart_pen_dot (pen, x, y, 7);
      wh_chart_pen_colour (pen, WH_CHART_INK, 1);
      cairo_set_line_width (pen->cairo, 1.3);
      cairo_stroke (pen->cairo);
    }
}

/* A step from one observation to the next. Returns the value it ends with; NAN: there is none. */
static double
draw_line (WhChartPen *pen, const Scene *scene, const WhPriceLine *line, guint32 colour)
{
  const WhPriceHistory *history = scene->history;
  gint64 observed_at = line->held_at, from = scene->from;
  double value = line->held_value;
  guint next = line->first;

  wh_chart_pen_colour (pen, colour, 1);
  while ((next = next_counted (history, line, next)) != G_MAXUINT)
    {
      const WhPriceObservation *observation = observation_at (history, next++);
      gint64 at = observation->price->observed_at;
      if (!isnan (value))
        {
          hold_fresh (pen, scene, observed_at, from, at, value);
          wh_chart_pen_line (pen, to_x (scene, at), to_y (scene, value), to_x (scene, at), to_y (scene, observation->value), 1);
        }
      observed_at = from = at;
      value = observation->value;
    }
  if (!isnan (value))
    hold_fresh (pen, scene, observed_at, from, scene->to, value);
  draw_marks (pen, scene, line, colour);
  return value;
}

static int
compare_lines (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhPriceHistory *history = user_data;
  guint x = *(const guint *) a, y = *(const guint *) b;

  if (line_at (history, x)->n != line_at (history, y)->n)
    return line_at (history, x)->n > line_at (history, y)->n ? -1 : 1;
  return (x > y) - (x < y);
}

/* -- names ------------------------------------------------------------------------------------------------------- */

typedef struct {
  guint  line;
  guint32 colour;
  double value, y;
} Name;

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const Name *x = a, *y = b;

  return (x->y > y->y) - (x->y < y->y);
}

/* Each beside the end of its line, or as near as the others leave room. */
static void
spread_names (const Scene *scene, GArray *names)
{
  double bottom = scene->frame.y + scene->frame.height;

  g_array_sort (names, compare_names);
  for (guint i = 1; i < names->len; i++)
    g_array_index (names, Name, i).y = MAX (g_array_index (names, Name, i).y, g_array_index (names, Name, i - 1).y + NAME_LINE);
  for (guint i = names->len; i-- > 0;)
    {
      g_array_index (names, Name, i).y = MIN (g_array_index (names, Name, i).y, bottom);
      bottom = g_array_index (names, Name, i).y - NAME_LINE;
    }
}

static void
write_names (WhChartPen *pen, const Scene *scene, GArray *names)
{
  double x = scene->frame.x + scene->frame.width;

  spread_names (scene, names);
  for (guint i = 0; i < names->len; i++)
    {
      const Name *name = &g_array_index (names, Name, i);
      const WhPriceLine *line = line_at (scene->history, name->line);
      g_autofree char *beside = g_strdup_printf ("%.2f%s%s", name->value, line->product->amount ? " · " : "",
                                                 line->product->amount ? line->product->amount : "");
      wh_chart_pen_colour (pen, name->colour, 0.7);
      wh_chart_pen_line (pen, x + 2, to_y (scene, name->value), x + 14, name->y, 0.8);
      wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = name->colour, .bold = TRUE, .width = NAME_SPACE - 20 }, x + 18,
                          name->y, line->shop ? line->shop->name : line->product->name);
      wh_chart_pen_write (pen, &(WhChartText) { .size = SMALL, .colour = WH_CHART_DIM, .width = NAME_SPACE - 20 }, x + 18,
                          name->y + SMALL + 2, beside);
    }
}

/* -- the chart --------------------------------------------------------------------------------------------------- */

static void
draw_scene (WhChartPen *pen, const WhChartArea *area, gconstpointer data)
{
  Scene scene = *(const Scene *) data;
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (Name));

  scene.frame = (WhChartArea) { area->x + MONEY_SPACE, area->y, area->width - MONEY_SPACE - NAME_SPACE, area->height - TIME_SPACE };
  draw_money (pen, &scene);
  draw_time (pen, &scene);
  for (guint i = scene.order->len; i-- > 0;)   /* the named ones lie above */
    {
      guint number = g_array_index (scene.order, guint, i);
      guint32 colour = i < MOST_NAMED ? colours[i] : UNNAMED;
      double value = draw_line (pen, &scene, line_at (scene.history, number), colour);
      const Name name = { number, colour, value, to_y (&scene, value) };
      if (i < MOST_NAMED && !isnan (value))
        g_array_append_val (names, name);
    }
  write_names (pen, &scene, names);
}

/* "35.00 to 40.00 USD/package; 12 prices of 1 product seen, last on 5 Mar 2026". */
static char *
source_of (const WhPriceHistory *history)
{
  const WhPriceObservation *newest = history->newest->pdata[0];
  g_autofree char *unit = wh_present_price_unit (history);
  g_autofree char *seen = wh_clock_format_date (newest->price->observed_at);

  /* Translators: lowest and highest price, a unit such as USD/g, numbers of observations and products, a date. */
  return g_strdup_printf (_("%.2f to %.2f %s; observations: %u, products: %u, the last of %s"), history->lowest, history->highest, unit,
                          history->n_counted, history->lines->len, seen ? seen : _("an unknown time"));
}

static char *
footnote_of (const WhPriceHistory *history)
{
  const int hours = (int) (wh_freshness_limit (WH_FACT_PRICE) / HOUR);
  GString *text = g_string_new (NULL);

  /* Translators: a number of hours. */
  g_string_append_printf (text, _("Dots: observations. Dashed: the last price seen is older than %d h, nobody looked. Prices as the shops "
                                  "give them, with or without tax."), hours);
  if (history->n_checks > 0)
    g_string_append_printf (text, " %s", _("Ringed: two prices at one time, to check."));
  if (history->lines->len > MOST_NAMED)
    g_string_append_printf (text, " %s", _("Grey: products seen less often."));
  return g_string_free (text, FALSE);
}

GBytes *
wh_chart_prices (const WhPriceHistory *history, WhChartFormat format, GError **error)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  Scene scene = { .history = history, .order = order };
  g_autofree char *title = NULL, *source = NULL, *footnote = NULL;
  gboolean any = FALSE;

  for (guint i = 0; i < history->observations->len; i++)
    any |= COUNTS (observation_at (history, i));
  if (!any)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("There is nothing to draw: no price whose time is known was seen."));
      return NULL;
    }
  for (guint i = 0; i < history->lines->len; i++)
    g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_lines, (gpointer) history);
  fit (&scene);
  title = g_strdup_printf (_("Prices of %s"), history->title);
  source = source_of (history);
  footnote = footnote_of (history);
  const WhChartPage page = { PAGE_WIDTH, PAGE_HEIGHT, title, source, footnote, history->demonstration, draw_scene, &scene };
  return wh_chart_page_draw (&page, format, error);
}
