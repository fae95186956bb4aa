#include <glib/gi18n.h>
#include <math.h>

#include "core/wh-hue.h"
#include "wh-chart-page.h"

#define CELL 44.0
#define CELL_GAP 2.0
#define NAME_ROOM 210.0          /* right of the last cell of a row, for its name */
#define MOST_TERPENES 18
#define BARS_MOST 24
#define BAR_LINE 26.0
#define BAR 14.0
#define BAR_NAME 190.0
#define BAR_VALUE 60.0
#define LEAST_WIDTH 640.0
#define BARS_WIDTH 760.0
#define PLAIN 13.0
#define SMALL 11.5
#define KEY_WIDTH 180.0
#define KEY_HEIGHT 12.0
#define KEY_STEPS 90
#define DOT 5.0
#define LEFT 12.0                /* room of a name before its code */
/* Blue against orange: told apart with every common colour vision. */
#define AGAINST 0x2166ac
#define TOGETHER 0xb35806
#define DARK 0.22                /* luminance of a cell below which its letters are light */

typedef struct {
  const WhCorrelations *correlations;
  GPtrArray            *order;      /* of const WhAnalyte*: rows and columns */
  const WhAnalyte      *common;     /* in every pair, or NULL */
} Scene;

static const WhCorrelation *
pair_at (const WhCorrelations *correlations, guint i)
{
  return &g_array_index (correlations->pairs, WhCorrelation, i);
}

static const WhCorrelation *
find_pair (const WhCorrelations *correlations, const WhAnalyte *a, const WhAnalyte *b)
{
  for (guint i = 0; i < correlations->pairs->len; i++)
    {
      const WhCorrelation *pair = pair_at (correlations, i);
      if ((pair->first == a && pair->second == b) || (pair->first == b && pair->second == a))
        return pair;
    }
  return NULL;
}

/* -- colours -- */

/* Returns its luminance, 0 to 1, as WCAG has it; near enough with a plain power for the curve. */
static double
set_colour (WhChartPen *pen, double rho)
{
  guint32 full = rho < 0 ? AGAINST : TOGETHER;
  double part = pow (fabs (rho), 0.85);
  double red = 1 - part * (1 - (full >> 16) / 255.0), green = 1 - part * (1 - (full >> 8 & 0xff) / 255.0);
  double blue = 1 - part * (1 - (full & 0xff) / 255.0);

  cairo_set_source_rgb (pen->cairo, red, green, blue);
  return 0.2126 * pow (red, 2.2) + 0.7152 * pow (green, 2.2) + 0.0722 * pow (blue, 2.2);
}

static void
draw_key (WhChartPen *pen, double x, double y)
{
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM }, end = { .size = SMALL, .colour = WH_CHART_DIM, .align = 1 };
  const WhChartText middle = { .size = SMALL, .colour = WH_CHART_DIM, .align = 0.5 };

  for (guint i = 0; i < KEY_STEPS; i++)
    {
      set_colour (pen, 2.0 * i / (KEY_STEPS - 1) - 1);
      cairo_rectangle (pen->cairo, x + i * KEY_WIDTH / KEY_STEPS, y, KEY_WIDTH / KEY_STEPS + 0.5, KEY_HEIGHT);
      cairo_fill (pen->cairo);
    }
  wh_chart_pen_write (pen, &how, x, y + KEY_HEIGHT + 16, "−1");
  wh_chart_pen_write (pen, &middle, x + KEY_WIDTH / 2, y + KEY_HEIGHT + 16, "0");
  wh_chart_pen_write (pen, &end, x + KEY_WIDTH, y + KEY_HEIGHT + 16, "+1");
  wh_chart_pen_write (pen, &how, x, y - 8, _("one without the other"));
  wh_chart_pen_write (pen, &end, x + KEY_WIDTH, y - 8, _("together"));
}

/* -- the order: alike ones beside each other -- */

static double
rho_of (const WhCorrelations *correlations, const WhAnalyte *a, const WhAnalyte *b)
{
  const WhCorrelation *pair = find_pair (correlations, a, b);

  return pair ? pair->spearman : 0;
}

/* The terpenes of the strongest pairs. */
static GPtrArray *
take_terpenes (const WhCorrelations *correlations)
{
  GPtrArray *terpenes = g_ptr_array_new ();

  for (guint i = 0; i < correlations->pairs->len && terpenes->len < MOST_TERPENES; i++)
    {
      const WhAnalyte *both[] = { pair_at (correlations, i)->first, pair_at (correlations, i)->second };
      for (guint j = 0; j < 2 && terpenes->len < MOST_TERPENES; j++)
        if (!g_ptr_array_find (terpenes, both[j], NULL))
          g_ptr_array_add (terpenes, (gpointer) both[j]);
    }
  return terpenes;
}

/* The one of `left` that goes best with `end`; out_rho how well. */
static guint
best_with (const WhCorrelations *correlations, const GPtrArray *left, const WhAnalyte *end, double *out_rho)
{
  guint best = 0;

  *out_rho = -INFINITY;
  for (guint i = 0; i < left->len; i++)
    {
      double rho = rho_of (correlations, end, left->pdata[i]);
      if (rho > *out_rho)
        {
          *out_rho = rho;
          best = i;
        }
    }
  return best;
}

/* A chain from the strongest pair, which grows at the end where the next one goes best. */
static GPtrArray *
order_of (const WhCorrelations *correlations)
{
  g_autoptr (GPtrArray) left = take_terpenes (correlations);
  GPtrArray *order = g_ptr_array_new ();

  g_ptr_array_add (order, g_ptr_array_steal_index (left, 0));
  while (left->len > 0)
    {
      double at_start, at_end;
      guint start = best_with (correlations, left, order->pdata[0], &at_start);
      guint end = best_with (correlations, left, order->pdata[order->len - 1], &at_end);
      if (at_start > at_end)
        g_ptr_array_insert (order, 0, g_ptr_array_steal_index (left, start));
      else
        g_ptr_array_add (order, g_ptr_array_steal_index (left, end));
    }
  return order;
}

/* -- the triangle -- */

static void
draw_cell (WhChartPen *pen, const WhCorrelation *pair, double x, double y)
{
  WhChartText how = { .size = SMALL, .align = 0.5, .colour = WH_CHART_DIM };
  g_autofree char *words = pair ? wh_chart_page_signed (pair->spearman, 2) : g_strdup ("–");

  wh_chart_pen_box (pen, x + CELL_GAP / 2, y + CELL_GAP / 2, CELL - CELL_GAP, CELL - CELL_GAP, 4);
  if (pair)
    how.colour = set_colour (pen, pair->spearman) < DARK ? WH_CHART_PAPER : WH_CHART_INK;
  else
    wh_chart_pen_colour (pen, WH_CHART_FAINT, 0.35);
  cairo_fill (pen->cairo);
  wh_chart_pen_write (pen, &how, x + CELL / 2, y + CELL / 2 + SMALL * 0.36, words);
}

static void
draw_name (WhChartPen *pen, const WhAnalyte *analyte, double x, double y, double width)
{
  const WhChartText code = { .size = PLAIN, .colour = wh_chart_pen_letters (analyte), .bold = TRUE };
  double after = *analyte->code ? wh_chart_pen_measure (pen, &code, analyte->code) + 7 : 0;
  const WhChartText name = { .size = PLAIN, .colour = WH_CHART_INK, .width = width - LEFT - after };

  wh_chart_pen_dot (pen, x + DOT, y, DOT);
  wh_chart_pen_colour (pen, wh_hue_of_analyte (analyte), 1);
  cairo_fill (pen->cairo);
  wh_chart_pen_write (pen, &code, x + LEFT + 5, y + PLAIN * 0.36, analyte->code);
  wh_chart_pen_write (pen, &name, x + LEFT + 5 + after, y + PLAIN * 0.36, analyte->name);
}

/* A name stands at the end of its row, which is the head of its column. */
static void
draw_triangle (WhChartPen *pen, const WhChartArea *area, gconstpointer data)
{
  const Scene *scene = data;

  for (guint row = 0; row < scene->order->len; row++)
    {
      double y = area->y + row * CELL;
      for (guint column = 0; column < row; column++)
        draw_cell (pen, find_pair (scene->correlations, scene->order->pdata[row], scene->order->pdata[column]), area->x + column * CELL, y);
      draw_name (pen, scene->order->pdata[row], area->x + row * CELL + 8, y + CELL / 2, NAME_ROOM);
    }
  draw_key (pen, area->x + area->width - KEY_WIDTH, area->y + SMALL + 8);
}

/* -- bars: one terpene with each other -- */

static void
draw_bar (WhChartPen *pen, const WhCorrelation *pair, const WhAnalyte *other, const WhChartArea *area, double y)
{
  double middle = area->x + BAR_NAME + (area->width - BAR_NAME - BAR_VALUE) / 2, half = (area->width - BAR_NAME - BAR_VALUE) / 2;
  const WhChartText how = { .size = PLAIN, .colour = WH_CHART_INK, .align = 1 };
  g_autofree char *words = wh_chart_page_signed (pair->spearman, 2);

  draw_name (pen, other, area->x, y + BAR_LINE / 2, BAR_NAME);
  wh_chart_pen_box (pen, pair->spearman < 0 ? middle + pair->spearman * half : middle, y + (BAR_LINE - BAR) / 2,
                    MAX (1.5, fabs (pair->spearman) * half), BAR, 2);
  wh_chart_pen_colour (pen, pair->spearman < 0 ? AGAINST : TOGETHER, 1);
  cairo_fill (pen->cairo);
  wh_chart_pen_write (pen, &how, area->x + area->width, y + BAR_LINE / 2 + PLAIN * 0.36, words);
}

static void
draw_bars_scale (WhChartPen *pen, const WhChartArea *area, double height)
{
  double middle = area->x + BAR_NAME + (area->width - BAR_NAME - BAR_VALUE) / 2, half = (area->width - BAR_NAME - BAR_VALUE) / 2;
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM, .align = 0.5 };

  for (int i = -4; i <= 4; i++)
    {
      g_autofree char *words = wh_chart_page_signed (i / 4.0, 1);
      wh_chart_pen_colour (pen, i ? WH_CHART_FAINT : WH_CHART_DIM, 0.9);
      wh_chart_pen_line (pen, middle + i * half / 4, area->y + 22, middle + i * half / 4, area->y + 22 + height, i ? 0.7 : 1);
      if (i % 2 == 0)
        wh_chart_pen_write (pen, &how, middle + i * half / 4, area->y + 14, words);
    }
}

static void
draw_bars (WhChartPen *pen, const WhChartArea *area, gconstpointer data)
{
  const Scene *scene = data;
  guint n = MIN (BARS_MOST, scene->correlations->pairs->len);

  draw_bars_scale (pen, area, n * BAR_LINE + 8);
  for (guint i = 0; i < n; i++)
    {
      const WhCorrelation *pair = pair_at (scene->correlations, i);
      draw_bar (pen, pair, pair->first == scene->common ? pair->second : pair->first, area, area->y + 26 + i * BAR_LINE);
    }
}

/* -- the chart -- */

static gboolean
is_in_all (const WhCorrelations *correlations, const WhAnalyte *analyte)
{
  for (guint i = 0; i < correlations->pairs->len; i++)
    if (pair_at (correlations, i)->first != analyte && pair_at (correlations, i)->second != analyte)
      return FALSE;
  return TRUE;
}

static const WhAnalyte *
common_of (const WhCorrelations *correlations)
{
  const WhCorrelation *first = pair_at (correlations, 0);

  if (correlations->pairs->len < 2)
    return NULL;
  return is_in_all (correlations, first->first) ? first->first : is_in_all (correlations, first->second) ? first->second : NULL;
}

static char *
footnote_of (const WhCorrelations *correlations)
{
  guint fewest = G_MAXUINT, most = 0;

  for (guint i = 0; i < correlations->pairs->len; i++)
    {
      fewest = MIN (fewest, pair_at (correlations, i)->n);
      most = MAX (most, pair_at (correlations, i)->n);
    }
  g_autofree char *low = wh_chart_page_count (fewest);
  g_autofree char *high = wh_chart_page_count (most);
  g_autofree char *range = fewest == most ? g_strdup (low) : g_strdup_printf ("%s–%s", low, high);
  /* Translators: a number, or two with a dash. */
  return g_strdup_printf (_("Rank correlation (Spearman) of amounts in mg/g; each pair over the strains tested for both (n = %s). Amounts "
                            "rise and fall with the total, so weak positive ones say little."),
                          range);
}

static char *
source_of (const WhCorrelations *correlations)
{
  guint n = wh_snapshot_length (correlations->snapshot);
  g_autofree char *count = wh_chart_page_count (n);
  gint64 newest = WH_TIME_UNSET;

  for (guint i = 0; i < n; i++)
    newest = MAX (newest, wh_snapshot_card (correlations->snapshot, i)->tested_at);
  g_autofree char *date = wh_chart_page_newest (newest);
  /* Translators: a number of strains, then maybe ", newest test" and a date. */
  return g_strdup_printf (g_dngettext (NULL, "%s strain%s", "%s strains%s", n), count, date);
}

GBytes *
wh_chart_correlations (const WhCorrelations *correlations, WhChartFormat format, GError **error)
{
  Scene scene = { correlations, NULL, common_of (correlations) };
  g_autofree char *footnote = footnote_of (correlations);
  g_autofree char *source = source_of (correlations);
  /* Translators: a terpene. */
  g_autofree char *title = scene.common ? g_strdup_printf (_("What %s goes with"), scene.common->name)
                                        : g_strdup (_("Which terpenes go together"));
  g_autoptr (GPtrArray) order = order_of (correlations);
  double bars = MIN (BARS_MOST, correlations->pairs->len) * BAR_LINE + 34, side = order->len * CELL;
  const WhChartPage page = {
    scene.common ? BARS_WIDTH : MAX (LEAST_WIDTH, side - CELL + NAME_ROOM + 2 * WH_CHART_MARGIN),
    wh_chart_page_beside () + (scene.common ? bars : side) + 8,
    title, source, footnote, wh_snapshot_has_demonstration (correlations->snapshot), scene.common ? draw_bars : draw_triangle, &scene,
  };

  scene.order = order;
  return wh_chart_page_draw (&page, format, error);
}
