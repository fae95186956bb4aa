#include "wh-chart-labels.h"

#define LINE 1.25    /* height of a line of text, of its size */
#define BASE 0.95    /* where in it the baseline is */
#define MOST_RINGS 14
#define GAP 2.0      /* between two labels */

void
wh_chart_labels_init (WhChartLabels *labels, const WhChartArea *bounds)
{
  labels->bounds = *bounds;
  labels->taken = g_array_new (FALSE, FALSE, sizeof (WhChartArea));
}

void
wh_chart_labels_clear (WhChartLabels *labels)
{
  g_clear_pointer (&labels->taken, g_array_unref);
}

void
wh_chart_labels_block (WhChartLabels *labels, double x, double y, double width, double height)
{
  const WhChartArea area = { x, y, width, height };

  g_array_append_val (labels->taken, area);
}

static gboolean
overlap (const WhChartArea *a, const WhChartArea *b)
{
  return a->x < b->x + b->width + GAP && b->x < a->x + a->width + GAP && a->y < b->y + b->height && b->y < a->y + a->height;
}

static gboolean
is_free (const WhChartLabels *labels, const WhChartArea *area)
{
  const WhChartArea *bounds = &labels->bounds;

  if (area->x < bounds->x || area->y < bounds->y || area->x + area->width > bounds->x + bounds->width
      || area->y + area->height > bounds->y + bounds->height)
    return FALSE;
  for (guint i = 0; i < labels->taken->len; i++)
    if (overlap (area, &g_array_index (labels->taken, WhChartArea, i)))
      return FALSE;
  return TRUE;
}

static double
hold (double place, double extent, double start, double room)
{
  return CLAMP (place, start, MAX (start, start + room - extent));
}

gboolean
wh_chart_labels_write (WhChartLabels *labels, WhChartPen *pen, const WhChartText *how, double x, double y, double away,
                       WhChartSide side, gboolean must, const char *text)
{
  /* In the order of WhChartSide, then the corners: where the middle of the words lies from the mark. */
  static const double places[][2] = { { 1, 0 }, { -1, 0 }, { 0, -1 }, { 0, 1 }, { 0.8, -1 }, { 0.8, 1 }, { -0.8, -1 }, { -0.8, 1 } };
  double width = wh_chart_pen_measure (pen, how, text), height = LINE * how->size;
  WhChartArea area = { 0, 0, width, height };
  gboolean found = FALSE;

  for (guint ring = 1; ring <= (must ? MOST_RINGS : 2) && !found; ring++)
    for (guint i = 0; i < G_N_ELEMENTS (places) && !found; i++)
      {
        const double *place = places[(side + i) % G_N_ELEMENTS (places)];
        area.x = x + place[0] * (width / 2 + ring * away) - width / 2;
        area.y = y + place[1] * (height / 2 + ring * away * 0.7) - height / 2;
        found = is_free (labels, &area);
      }
  if (!found && !must)
    return FALSE;
  if (!found)
    {
      area.x = hold (x + away, width, labels->bounds.x, labels->bounds.width);
      area.y = hold (y - height / 2, height, labels->bounds.y, labels->bounds.height);
    }
  wh_chart_pen_write (pen, how, area.x, area.y + BASE * how->size, text);
  g_array_append_val (labels->taken, area);
  return TRUE;
}
