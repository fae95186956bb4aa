#include <glib/gi18n.h>
#include <math.h>

#include "core/wh-hue.h"
#include "wh-chart-labels.h"

#define PAGE_WIDTH 1000.0
#define PAGE_HEIGHT 840.0
#define LEGEND_WIDTH 196.0
#define LEGEND_LINE 22.0
#define LEGEND_MOST 13         /* twelve hues and those without */
#define AXIS_SPACE 44.0
#define SMALL 11.0
#define PLAIN 13.0
#define CODE 17.0
#define FAR_OUT 0.002          /* of the points on either side may lie beyond the frame */
#define ROOM 1.08              /* around the outermost point in the frame */
#define DENSITY_CELL 12.0
#define ARROW_PART 0.36        /* of the frame's shorter side: the longest arrow */
#define ARROWS_MOST 9
#define ARROW_LEAST 0.25       /* of the longest */
#define KNOWN_MOST 8
#define CODE_LEAST 0.03        /* of the points: a terpene's code is written into them */
#define NAME_WIDTH 190.0

/* The strains one terpene leads in. */
typedef struct {
  const WhAnalyte *analyte;   /* NULL: all without a hue of their own */
  GArray          *xs, *ys;   /* of double, units of the page */
} Group;

typedef struct {
  const WhMap     *map;
  const GPtrArray *cards;
  WhChartArea      frame;
  double           middle_x, middle_y, scale;   /* of the map, in the middle of the frame */
  GArray          *groups;    /* of Group, largest first */
  guint16         *density;   /* points per cell of the frame */
  guint            across;    /* cells */
  GPtrArray       *arrows;    /* of WhMapTerpene* */
  guint            beyond;    /* points outside the frame */
  WhChartLabels    labels;
} Scene;

static const WhMapPoint *
point_at (const Scene *scene, guint i)
{
  return &g_array_index (scene->map->points, WhMapPoint, i);
}

static double
to_x (const Scene *scene, double x)
{
  return scene->frame.x + scene->frame.width / 2 + (x - scene->middle_x) * scene->scale;
}

static double
to_y (const Scene *scene, double y)
{
  return scene->frame.y + scene->frame.height / 2 - (y - scene->middle_y) * scene->scale;
}

/* -- the frame -- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* How far an ellipse reaches along one axis. */
static double
reach (const WhMap *map, const WhMapPoint *point, gboolean vertical)
{
  WhMapEllipse ellipse = wh_map_ellipse (map, point);
  double angle = ellipse.angle + (vertical ? G_PI / 2 : 0);

  return hypot (ellipse.major * cos (angle), ellipse.minor * sin (angle));
}

/* What the frame must show of one axis: nearly all points, all chosen ones, the origin. */
static void
range_of (const Scene *scene, gboolean vertical, double *out_low, double *out_high)
{
  guint n = scene->map->points->len, out = (guint) (FAR_OUT * n);
  g_autofree double *values = g_new (double, n);

  for (guint i = 0; i < n; i++)
    values[i] = vertical ? point_at (scene, i)->y : point_at (scene, i)->x;
  qsort (values, n, sizeof *values, compare_doubles);
  *out_low = MIN (0, values[out]);
  *out_high = MAX (0, values[n - 1 - out]);
  for (guint i = 0; i < scene->cards->len; i++)
    {
      const WhMapPoint *point = wh_map_find (scene->map, scene->cards->pdata[i]);
      double value = point ? (vertical ? point->y : point->x) : 0, beside = point ? reach (scene->map, point, vertical) : 0;
      *out_low = MIN (*out_low, value - beside);
      *out_high = MAX (*out_high, value + beside);
    }
}

/* One scale for both axes: distances mean the same in all directions. */
static void
fit (Scene *scene)
{
  double low_x, high_x, low_y, high_y;

  range_of (scene, FALSE, &low_x, &high_x);
  range_of (scene, TRUE, &low_y, &high_y);
  scene->middle_x = (low_x + high_x) / 2;
  scene->middle_y = (low_y + high_y) / 2;
  scene->scale = MIN (scene->frame.width / MAX (1e-3, ROOM * (high_x - low_x)), scene->frame.height / MAX (1e-3, ROOM * (high_y - low_y)));
}

/* 1, 2 or 5 times a power of ten that leaves about 100 units between two lines. */
static double
step_of (double scale)
{
  double wanted = 100 / scale, power = pow (10, floor (log10 (wanted)));

  return wanted / power >= 5 ? 5 * power : wanted / power >= 2 ? 2 * power : power;
}

/* "−2": a tick of the axis needs no plus. */
static char *
tick_words (double value, double step)
{
  g_autofree char *words = wh_chart_page_signed (value, step < 1 ? 1 : 0);

  return g_strdup (*words == '+' ? words + 1 : words);
}

static void
draw_grid (WhChartPen *pen, const Scene *scene)
{
  const WhChartArea *frame = &scene->frame;
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM, .align = 0.5 };
  const WhChartText beside = { .size = SMALL, .colour = WH_CHART_DIM, .align = 1 };
  double step = step_of (scene->scale), half_x = frame->width / 2 / scene->scale, half_y = frame->height / 2 / scene->scale;

  for (double at = ceil ((scene->middle_x - half_x) / step); at * step <= scene->middle_x + half_x; at++)
    {
      g_autofree char *text = tick_words (at * step, step);
      wh_chart_pen_colour (pen, at == 0 ? WH_CHART_DIM : WH_CHART_FAINT, at == 0 ? 0.7 : 0.8);
      wh_chart_pen_line (pen, to_x (scene, at * step), frame->y, to_x (scene, at * step), frame->y + frame->height, at == 0 ? 0.8 : 0.6);
      wh_chart_pen_write (pen, &how, to_x (scene, at * step), frame->y + frame->height + 15, text);
    }
  for (double at = ceil ((scene->middle_y - half_y) / step); at * step <= scene->middle_y + half_y; at++)
    {
      g_autofree char *text = tick_words (at * step, step);
      wh_chart_pen_colour (pen, at == 0 ? WH_CHART_DIM : WH_CHART_FAINT, at == 0 ? 0.7 : 0.8);
      wh_chart_pen_line (pen, frame->x, to_y (scene, at * step), frame->x + frame->width, to_y (scene, at * step), at == 0 ? 0.8 : 0.6);
      wh_chart_pen_write (pen, &beside, frame->x - 7, to_y (scene, at * step) + SMALL * 0.36, text);
    }
}

static void
draw_axes (WhChartPen *pen, const Scene *scene)
{
  const WhChartText how = { .size = PLAIN, .colour = WH_CHART_INK, .align = 0.5 };
  const WhChartArea *frame = &scene->frame;
  /* Translators: an axis of a map, with its part of the variance in percent. */
  g_autofree char *first = g_strdup_printf (_("Component %d, %.0f %% of the variance"), 1, 100 * scene->map->shares[0]);
  g_autofree char *second = g_strdup_printf (_("Component %d, %.0f %% of the variance"), 2, 100 * scene->map->shares[1]);

  draw_grid (pen, scene);
  wh_chart_pen_write (pen, &how, frame->x + frame->width / 2, frame->y + frame->height + 36, first);
  cairo_save (pen->cairo);
  cairo_translate (pen->cairo, frame->x - 36, frame->y + frame->height / 2);
  cairo_rotate (pen->cairo, -G_PI / 2);
  wh_chart_pen_write (pen, &how, 0, 0, second);
  cairo_restore (pen->cairo);
}

/* -- points -- */

static gboolean
has_hue (const WhAnalyte *analyte)
{
  return analyte && wh_hue_of_analyte (analyte) != WH_HUE_NEUTRAL;
}

static void
group_clear (gpointer data)
{
  Group *group = data;

  g_array_unref (group->xs);
  g_array_unref (group->ys);
}

static Group *
group_of (Scene *scene, const WhAnalyte *dominant)
{
  const WhAnalyte *analyte = has_hue (dominant) ? dominant : NULL;

  for (guint i = 0; i < scene->groups->len; i++)
    if (g_array_index (scene->groups, Group, i).analyte == analyte)
      return &g_array_index (scene->groups, Group, i);
  Group group = { analyte, g_array_new (FALSE, FALSE, sizeof (double)), g_array_new (FALSE, FALSE, sizeof (double)) };
  g_array_append_val (scene->groups, group);
  return &g_array_index (scene->groups, Group, scene->groups->len - 1);
}

/* Those without a hue of their own last. */
static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *x = a, *y = b;

  if (!x->analyte != !y->analyte)
    return !x->analyte ? 1 : -1;
  return (int) y->xs->len - (int) x->xs->len;
}

static guint16 *
cell_of (const Scene *scene, double x, double y)
{
  guint column = (guint) ((x - scene->frame.x) / DENSITY_CELL), row = (guint) ((y - scene->frame.y) / DENSITY_CELL);

  return &scene->density[row * scene->across + column];
}

/* In the frame, or at its edge; FALSE where the point lies beyond. */
static gboolean
place_of (const Scene *scene, const WhMapPoint *point, double *out_x, double *out_y)
{
  const WhChartArea *frame = &scene->frame;

  *out_x = CLAMP (to_x (scene, point->x), frame->x, frame->x + frame->width);
  *out_y = CLAMP (to_y (scene, point->y), frame->y, frame->y + frame->height);
  return *out_x == to_x (scene, point->x) && *out_y == to_y (scene, point->y);
}

static void
take_points (Scene *scene)
{
  for (guint i = 0; i < scene->map->points->len; i++)
    {
      const WhMapPoint *point = point_at (scene, i);
      Group *group = group_of (scene, point->dominant);
      guint16 *cell;
      double x, y;
      scene->beyond += !place_of (scene, point, &x, &y);
      g_array_append_val (group->xs, x);
      g_array_append_val (group->ys, y);
      cell = cell_of (scene, x, y);
      *cell += *cell < G_MAXUINT16;
    }
  g_array_sort (scene->groups, compare_groups);
}

/* The best known are drawn last. */
static void
draw_points (WhChartPen *pen, const Scene *scene)
{
  double radius = CLAMP (110 / sqrt (scene->map->points->len), 1.9, 4.5);

  for (guint i = scene->map->points->len; i-- > 0;)
    {
      const WhMapPoint *point = point_at (scene, i);
      double x, y;
      place_of (scene, point, &x, &y);
      wh_chart_pen_dot (pen, x, y, radius);
      wh_chart_pen_colour (pen, wh_hue_of_analyte (point->dominant), CLAMP (1.4 / sqrt (*cell_of (scene, x, y)), 0.2, 0.8));
      cairo_fill (pen->cairo);
    }
}

static void
draw_codes (WhChartPen *pen, Scene *scene)
{
  for (guint i = 0; i < scene->groups->len; i++)
    {
      const Group *group = &g_array_index (scene->groups, Group, i);
      const WhChartText how = { .size = CODE, .colour = wh_chart_pen_letters (group->analyte), .bold = TRUE, .halo = TRUE };
      if (!group->analyte || group->xs->len < CODE_LEAST * scene->map->points->len)
        continue;
      g_array_sort (group->xs, compare_doubles);
      g_array_sort (group->ys, compare_doubles);
      wh_chart_labels_write (&scene->labels, pen, &how, g_array_index (group->xs, double, group->xs->len / 2),
                             g_array_index (group->ys, double, group->ys->len / 2), 6, WH_CHART_RIGHT, FALSE,
                             group->analyte->code);
    }
}

/* -- the pull of the terpenes -- */

static double
pull (const WhMapTerpene *terpene)
{
  return hypot (terpene->loadings[0], terpene->loadings[1]);
}

static int
compare_pull (gconstpointer a, gconstpointer b)
{
  double x = pull (*(WhMapTerpene *const *) a), y = pull (*(WhMapTerpene *const *) b);

  return (x < y) - (x > y);
}

static void
draw_arrow (WhChartPen *pen, guint32 colour, double x1, double y1, double x2, double y2)
{
  double angle = atan2 (y2 - y1, x2 - x1);

  wh_chart_pen_colour (pen, WH_CHART_PAPER, 0.7);
  wh_chart_pen_line (pen, x1, y1, x2 - 5 * cos (angle), y2 - 5 * sin (angle), 4);
  wh_chart_pen_colour (pen, colour, 1);
  wh_chart_pen_line (pen, x1, y1, x2 - 5 * cos (angle), y2 - 5 * sin (angle), 1.6);
  cairo_move_to (pen->cairo, x2, y2);
  cairo_line_to (pen->cairo, x2 - 9 * cos (angle - 0.4), y2 - 9 * sin (angle - 0.4));
  cairo_line_to (pen->cairo, x2 - 9 * cos (angle + 0.4), y2 - 9 * sin (angle + 0.4));
  cairo_close_path (pen->cairo);
  cairo_fill (pen->cairo);
}

/* The terpenes that pull most, strongest first. */
static GPtrArray *
take_arrows (const WhMap *map)
{
  GPtrArray *terpenes = g_ptr_array_new ();

  for (guint i = 0; i < map->terpenes->len; i++)
    g_ptr_array_add (terpenes, &g_array_index (map->terpenes, WhMapTerpene, i));
  g_ptr_array_sort (terpenes, compare_pull);
  for (guint i = terpenes->len; i-- > 0;)
    if (i >= ARROWS_MOST || !(pull (terpenes->pdata[i]) > ARROW_LEAST * pull (terpenes->pdata[0])))
      g_ptr_array_remove_index (terpenes, i);
  return terpenes;
}

static void
tip_of (const Scene *scene, const WhMapTerpene *terpene, double longest, double *out_x, double *out_y)
{
  double length = ARROW_PART * MIN (scene->frame.width, scene->frame.height) / longest;

  *out_x = to_x (scene, 0) + terpene->loadings[0] * length;
  *out_y = to_y (scene, 0) - terpene->loadings[1] * length;
}

static void
draw_arrows (WhChartPen *pen, Scene *scene)
{
  for (guint i = 0; i < scene->arrows->len; i++)
    {
      const WhMapTerpene *terpene = scene->arrows->pdata[i];
      double x, y;
      tip_of (scene, terpene, pull (scene->arrows->pdata[0]), &x, &y);
      draw_arrow (pen, wh_chart_pen_letters (terpene->analyte), to_x (scene, 0), to_y (scene, 0), x, y);
    }
}

static void
write_arrows (WhChartPen *pen, Scene *scene)
{
  for (guint i = 0; i < scene->arrows->len; i++)
    {
      const WhMapTerpene *terpene = scene->arrows->pdata[i];
      const WhChartText how = { .size = PLAIN, .colour = wh_chart_pen_letters (terpene->analyte), .halo = TRUE };
      double across = terpene->loadings[0], up = terpene->loadings[1], x, y;
      WhChartSide outward = fabs (across) > fabs (up) ? (across > 0 ? WH_CHART_RIGHT : WH_CHART_LEFT)
                                                      : (up > 0 ? WH_CHART_ABOVE : WH_CHART_BELOW);
      tip_of (scene, terpene, pull (scene->arrows->pdata[0]), &x, &y);
      wh_chart_labels_write (&scene->labels, pen, &how, x, y, 6, outward, TRUE, terpene->analyte->name);
    }
}

/* -- strains by name -- */

static void
draw_ellipse (WhChartPen *pen, const Scene *scene, const WhMapPoint *point)
{
  WhMapEllipse ellipse = wh_map_ellipse (scene->map, point);
  guint32 hue = wh_hue_of_analyte (point->dominant);

  cairo_save (pen->cairo);
  cairo_rectangle (pen->cairo, scene->frame.x, scene->frame.y, scene->frame.width, scene->frame.height);
  cairo_clip (pen->cairo);
  cairo_save (pen->cairo);
  cairo_translate (pen->cairo, to_x (scene, point->x), to_y (scene, point->y));
  cairo_rotate (pen->cairo, -ellipse.angle);
  cairo_scale (pen->cairo, MAX (1, ellipse.major * scene->scale), MAX (1, ellipse.minor * scene->scale));
  wh_chart_pen_dot (pen, 0, 0, 1);
  cairo_restore (pen->cairo);
  wh_chart_pen_colour (pen, hue, 0.16);
  cairo_fill_preserve (pen->cairo);
  wh_chart_pen_colour (pen, wh_chart_pen_letters (point->dominant), 0.9);
  cairo_set_line_width (pen->cairo, 1.2);
  cairo_stroke (pen->cairo);
  cairo_restore (pen->cairo);
}

static void
draw_mark (WhChartPen *pen, const Scene *scene, const WhMapPoint *point, double radius)
{
  double x, y;

  place_of (scene, point, &x, &y);
  wh_chart_pen_dot (pen, x, y, radius + 1.6);
  wh_chart_pen_colour (pen, WH_CHART_PAPER, 1);
  cairo_fill (pen->cairo);
  wh_chart_pen_dot (pen, x, y, radius);
  wh_chart_pen_colour (pen, wh_chart_pen_letters (point->dominant), 1);
  cairo_fill (pen->cairo);
}

static gboolean
write_name (WhChartPen *pen, Scene *scene, const WhMapPoint *point, gboolean chosen)
{
  const WhChartText how = { .size = chosen ? PLAIN : SMALL + 1, .colour = WH_CHART_INK, .bold = chosen, .width = NAME_WIDTH,
                            .halo = TRUE };
  const char *code = point->dominant ? point->dominant->code : "";
  g_autofree char *text = *code ? g_strdup_printf ("%s · \u2068%s\u2069", code, point->card->name) : g_strdup (point->card->name);
  double x, y;

  place_of (scene, point, &x, &y);
  return wh_chart_labels_write (&scene->labels, pen, &how, x, y, 8, WH_CHART_RIGHT, chosen, chosen ? text : point->card->name);
}

static void
draw_ellipses (WhChartPen *pen, const Scene *scene)
{
  for (guint i = 0; i < scene->cards->len; i++)
    if (wh_map_find (scene->map, scene->cards->pdata[i]))
      draw_ellipse (pen, scene, wh_map_find (scene->map, scene->cards->pdata[i]));
}

static void
draw_chosen (WhChartPen *pen, Scene *scene)
{
  for (guint i = 0; i < scene->cards->len; i++)
    {
      const WhMapPoint *point = wh_map_find (scene->map, scene->cards->pdata[i]);
      if (!point)
        continue;
      draw_mark (pen, scene, point, 4.5);
      wh_chart_labels_block (&scene->labels, to_x (scene, point->x) - 5, to_y (scene, point->y) - 5, 10, 10);
    }
  for (guint i = 0; i < scene->cards->len; i++)
    if (wh_map_find (scene->map, scene->cards->pdata[i]))
      write_name (pen, scene, wh_map_find (scene->map, scene->cards->pdata[i]), TRUE);
}

/* Better known, or else tested more often. */
static int
compare_known (gconstpointer a, gconstpointer b)
{
  const WhCard *x = (*(WhMapPoint *const *) a)->card, *y = (*(WhMapPoint *const *) b)->card;
  double known_x = isnan (x->popularity) ? -1 : x->popularity, known_y = isnan (y->popularity) ? -1 : y->popularity;

  if (known_x != known_y)
    return known_x > known_y ? -1 : 1;
  return x->n_batches != y->n_batches ? (int) y->n_batches - (int) x->n_batches : (int) x->index - (int) y->index;
}

/* Without chosen ones the best known, so that one knows where one is. */
static void
draw_known (WhChartPen *pen, Scene *scene)
{
  g_autoptr (GPtrArray) points = g_ptr_array_new ();
  guint written = 0;

  for (guint i = 0; i < scene->map->points->len; i++)
    g_ptr_array_add (points, &g_array_index (scene->map->points, WhMapPoint, i));
  g_ptr_array_sort (points, compare_known);
  for (guint i = 0; i < points->len && written < KNOWN_MOST && i < 4 * KNOWN_MOST; i++)
    if (write_name (pen, scene, points->pdata[i], FALSE))
      {
        draw_mark (pen, scene, points->pdata[i], 3);
        written++;
      }
}

/* -- the legend -- */

static void
draw_legend_line (WhChartPen *pen, double x, double y, const WhAnalyte *analyte, guint n)
{
  g_autofree char *count = wh_chart_page_count (n);

  wh_chart_pen_dot (pen, x + 5, y - 4.5, 5);
  wh_chart_pen_colour (pen, wh_hue_of_analyte (analyte), 1);
  cairo_fill (pen->cairo);
  wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = wh_chart_pen_letters (analyte), .bold = TRUE }, x + 18, y,
                      analyte ? analyte->code : "–");
  wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = WH_CHART_INK, .width = LEGEND_WIDTH - 90 }, x + 44, y,
                      analyte ? analyte->name : _("another"));
  wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = WH_CHART_DIM, .align = 1 }, x + LEGEND_WIDTH, y, count);
}

static void
draw_legend (WhChartPen *pen, const Scene *scene, double x, double y)
{
  const WhChartText words = { .size = SMALL, .colour = WH_CHART_DIM, .width = LEGEND_WIDTH, .lines = 6 };
  guint shown = MIN (LEGEND_MOST, scene->groups->len);

  wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = WH_CHART_INK, .bold = TRUE }, x, y + PLAIN, _("Leading terpene"));
  y += PLAIN + LEGEND_LINE;
  for (guint i = 0; i < shown; i++, y += LEGEND_LINE)
    draw_legend_line (pen, x, y, g_array_index (scene->groups, Group, i).analyte, g_array_index (scene->groups, Group, i).xs->len);
  y += 14;
  y += 8 + wh_chart_pen_write (pen, &words, x, y, _("Near each other: like proportions of the terpenes. An arrow points to where "
                                                    "strains have more of its terpene."));
  if (scene->cards->len > 0)
    y += 8 + wh_chart_pen_write (pen, &words, x, y, _("An ellipse shows what the tests leave open: the point lies in it 95 times of "
                                                      "100."));
  if (scene->beyond > 0)
    {
      g_autofree char *beyond = g_strdup_printf (g_dngettext (NULL, "%u strain lies farther out than the edge it is drawn at.",
                                                              "%u strains lie farther out than the edge they are drawn at.",
                                                              scene->beyond), scene->beyond);
      wh_chart_pen_write (pen, &words, x, y, beyond);
    }
}

/* -- the chart -- */

static void
draw_scene (WhChartPen *pen, const WhChartArea *area, gconstpointer data)
{
  Scene scene = *(const Scene *) data;

  scene.frame = (WhChartArea) { area->x + AXIS_SPACE, area->y, area->width - AXIS_SPACE - LEGEND_WIDTH - 28, area->height - AXIS_SPACE };
  fit (&scene);
  scene.across = (guint) (scene.frame.width / DENSITY_CELL) + 1;
  scene.density = g_new0 (guint16, (gsize) scene.across * ((guint) (scene.frame.height / DENSITY_CELL) + 1));
  scene.groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_array_set_clear_func (scene.groups, group_clear);
  scene.arrows = take_arrows (scene.map);
  wh_chart_labels_init (&scene.labels, &scene.frame);
  take_points (&scene);
  draw_axes (pen, &scene);
  draw_points (pen, &scene);
  draw_ellipses (pen, &scene);
  draw_arrows (pen, &scene);
  draw_chosen (pen, &scene);
  draw_codes (pen, &scene);
  write_arrows (pen, &scene);
  if (scene.cards->len == 0)
    draw_known (pen, &scene);
  draw_legend (pen, &scene, area->x + area->width - LEGEND_WIDTH, area->y);
  wh_chart_labels_clear (&scene.labels);
  g_ptr_array_unref (scene.arrows);
  g_array_unref (scene.groups);
  g_free (scene.density);
}

static char *
source_of (const WhMap *map)
{
  gint64 newest = WH_TIME_UNSET;
  g_autofree char *placed = wh_chart_page_count (map->points->len);
  g_autofree char *all = wh_chart_page_count (wh_snapshot_length (map->snapshot));

  for (guint i = 0; i < map->points->len; i++)
    newest = MAX (newest, g_array_index (map->points, WhMapPoint, i).card->tested_at);
  g_autofree char *date = wh_chart_page_newest (newest);
  /* Translators: two numbers of strains, a number of terpenes, then maybe ", newest test" and a date. */
  return g_strdup_printf (_("%s of %s strains were tested for the same %u terpenes%s"), placed, all, map->terpenes->len, date);
}

GBytes *
wh_chart_map (const WhMap *map, const GPtrArray *cards, WhChartFormat format, GError **error)
{
  const Scene scene = { .map = map, .cards = cards };
  g_autofree char *source = source_of (map);
  g_autofree char *assumption = wh_present_map_assumption (map);
  const WhChartPage page = { PAGE_WIDTH, PAGE_HEIGHT, _("Map of the strains by their terpenes"), source, assumption,
                             wh_snapshot_has_demonstration (map->snapshot), draw_scene, &scene };

  return wh_chart_page_draw (&page, format, error);
}
