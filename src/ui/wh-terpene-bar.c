#include "wh-terpene-bar.h"

#include "wh-palette.h"

#define BAR_WIDTH 84
#define BAR_HEIGHT 8

struct _WhTerpeneBar {
  GtkWidget parent;
  GdkRGBA   colours[WH_CARD_TERPENES];
  double    amounts[WH_CARD_TERPENES];
  guint     n;
};

G_DEFINE_FINAL_TYPE (WhTerpeneBar, wh_terpene_bar, GTK_TYPE_WIDGET)

static void
wh_terpene_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? BAR_WIDTH : BAR_HEIGHT;
}

static void
wh_terpene_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WhTerpeneBar *bar = WH_TERPENE_BAR (widget);
  double width = gtk_widget_get_width (widget), total = 0, x = 0;
  float y = (gtk_widget_get_height (widget) - BAR_HEIGHT) / 2.0f;
  GskRoundedRect outline;

  for (guint i = 0; i < bar->n; i++)
    total += bar->amounts[i];
  if (total <= 0)
    return;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, y, width, BAR_HEIGHT), BAR_HEIGHT / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  for (guint i = 0; i < bar->n; i++)
    {
      double part = width * bar->amounts[i] / total;
      /* A hairline between neighbours keeps them apart without colour. */
      gtk_snapshot_append_color (snapshot, &bar->colours[i], &GRAPHENE_RECT_INIT (x, y, MAX (1, part - 1.5), BAR_HEIGHT));
      x += part;
    }
  gtk_snapshot_pop (snapshot);
}

static void
wh_terpene_bar_class_init (WhTerpeneBarClass *class)
{
  GTK_WIDGET_CLASS (class)->measure = wh_terpene_bar_measure;
  GTK_WIDGET_CLASS (class)->snapshot = wh_terpene_bar_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
wh_terpene_bar_init (WhTerpeneBar *bar)
{
  gtk_widget_set_valign (GTK_WIDGET (bar), GTK_ALIGN_CENTER);
}

void
wh_terpene_bar_set_card (WhTerpeneBar *bar, const WhCard *card)
{
  bar->n = card ? card->n_terpenes : 0;
  for (guint i = 0; i < bar->n; i++)
    {
      bar->colours[i] = wh_palette_colour (wh_analyte_get (card->terpenes[i].analyte));
      bar->amounts[i] = card->terpenes[i].amount;
    }
  gtk_widget_queue_draw (GTK_WIDGET (bar));
}
