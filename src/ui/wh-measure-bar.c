#include "wh-measure-bar.h"

#include <math.h>

#include "wh-palette.h"

#define BAR_HEIGHT 12
#define TICK_WIDTH 6
#define DASH_WIDTH 14

struct _WhMeasureBar {
  GtkWidget parent;
  WhState   state;
  double    amount;   /* value, LOQ or LOD; NAN when unknown */
  double    scale;
  GdkRGBA   colour;
};

G_DEFINE_FINAL_TYPE (WhMeasureBar, wh_measure_bar, GTK_TYPE_WIDGET)

static void
wh_measure_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : BAR_HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : BAR_HEIGHT;
}

static void
outline (GtkSnapshot *snapshot, const graphene_rect_t *area, const GdkRGBA *colour)
{
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (&shape, area, 2);
  gtk_snapshot_append_border (snapshot, &shape, (float[4]) { 1.5f, 1.5f, 1.5f, 1.5f },
                              (GdkRGBA[4]) { *colour, *colour, *colour, *colour });
}

static void
solid (GtkSnapshot *snapshot, const graphene_rect_t *area, const GdkRGBA *colour)
{
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (&shape, area, 2);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, colour, area);
  gtk_snapshot_pop (snapshot);
}

static void
wh_measure_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WhMeasureBar *bar = WH_MEASURE_BAR (widget);
  float width = gtk_widget_get_width (widget), y = (gtk_widget_get_height (widget) - BAR_HEIGHT) / 2.0f;
  float length = isfinite (bar->amount) && bar->scale > 0 ? width * CLAMP (bar->amount / bar->scale, 0, 1) : 0;
  GdkRGBA faint;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &faint);
  faint.alpha *= 0.55f;
  switch (bar->state)
    {
    case WH_STATE_VALUE:
      solid (snapshot, &GRAPHENE_RECT_INIT (0, y, MAX (2, length), BAR_HEIGHT), &bar->colour);
      break;
    case WH_STATE_BELOW_LOQ:
      outline (snapshot, &GRAPHENE_RECT_INIT (0, y, MAX (TICK_WIDTH * 2, length), BAR_HEIGHT), &bar->colour);
      break;
    case WH_STATE_NOT_DETECTED:
      outline (snapshot, &GRAPHENE_RECT_INIT (0, y, TICK_WIDTH, BAR_HEIGHT), &faint);
      break;
    default:
      gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, y + BAR_HEIGHT / 2.0f, DASH_WIDTH, 1.5f));
    }
}

static void
wh_measure_bar_class_init (WhMeasureBarClass *class)
{
  GTK_WIDGET_CLASS (class)->measure = wh_measure_bar_measure;
  GTK_WIDGET_CLASS (class)->snapshot = wh_measure_bar_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
wh_measure_bar_init (WhMeasureBar *bar)
{
  gtk_widget_set_valign (GTK_WIDGET (bar), GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (GTK_WIDGET (bar), TRUE);
}

GtkWidget *
wh_measure_bar_new (const WhMeasure *measure, double scale)
{
  WhMeasureBar *bar = g_object_new (WH_TYPE_MEASURE_BAR, NULL);

  bar->state = measure->state;
  bar->scale = scale;
  bar->colour = wh_palette_colour (wh_analyte_get (measure->analyte));
  bar->amount = measure->state == WH_STATE_VALUE ? measure->value : measure->state == WH_STATE_BELOW_LOQ ? measure->loq : measure->lod;
  return GTK_WIDGET (bar);
}
