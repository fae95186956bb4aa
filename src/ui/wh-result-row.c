#include "wh-result-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-clock.h"
#include "core/wh-freshness.h"
#include "wh-children.h"
#include "wh-terpene-bar.h"
#include "wh-words.h"

struct _WhResultRow {
  GtkWidget     parent;
  GtkLabel     *name;
  GtkLabel     *type;
  GtkLabel     *demonstration;
  GtkLabel     *matched;
  GtkLabel     *stock;
  GtkLabel     *price;
  GtkLabel     *potency;
  GtkLabel     *terpenes;
  GtkLabel     *age;
  WhTerpeneBar *bar;
};

G_DEFINE_FINAL_TYPE (WhResultRow, wh_result_row, GTK_TYPE_WIDGET)

static void
wh_result_row_dispose (GObject *object)
{
  wh_children_unparent (GTK_WIDGET (object));
  G_OBJECT_CLASS (wh_result_row_parent_class)->dispose (object);
}

static void
wh_result_row_class_init (WhResultRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_result_row_dispose;
  g_type_ensure (WH_TYPE_TERPENE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-result-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, name);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, type);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, demonstration);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, matched);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, stock);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, price);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, potency);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, terpenes);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, age);
  gtk_widget_class_bind_template_child (widget_class, WhResultRow, bar);
}

static void
wh_result_row_init (WhResultRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));
}

GtkWidget *
wh_result_row_new (void)
{
  return g_object_new (WH_TYPE_RESULT_ROW, NULL);
}

/* The name as markup, its matching parts bold; the parts stand between isolate marks. */
static char *
name_markup (WhResultItem *item)
{
  const char *highlight = wh_result_item_get_highlight (item);
  g_autofree char *escaped = g_markup_escape_text (highlight ? highlight : wh_result_item_get_card (item)->name, -1);
  GString *markup = g_string_new (escaped);

  g_string_replace (markup, "\xe2\x81\xa8", "<b>", 0);
  g_string_replace (markup, "\xe2\x81\xa9", "</b>", 0);
  return g_string_free (markup, FALSE);
}

/* Where there is nothing to say, nothing is there for a screen reader either. */
static void
set_words (GtkLabel *label, const char *words)
{
  gtk_label_set_text (label, words ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (label), words && *words);
}

static void
set_name (WhResultRow *row, WhResultItem *item)
{
  const WhCard *card = wh_result_item_get_card (item);
  const char *matched = wh_result_item_get_matched (item);
  g_autofree char *markup = name_markup (item);
  g_autofree char *type = wh_words_type (card->type);

  if (pango_parse_markup (markup, -1, 0, NULL, NULL, NULL, NULL))
    gtk_label_set_markup (row->name, markup);
  else
    gtk_label_set_text (row->name, card->name);
  set_words (row->type, type);
  set_words (row->matched, matched);
  gtk_widget_set_visible (GTK_WIDGET (row->demonstration), card->demonstration);
}

/* "$9.80/g", and how long ago where that is longer than a price holds. */
static char *
price_words (const WhCard *card, double price)
{
  gint64 seen = wh_card_price_seen (card, price);
  g_autofree char *words = wh_words_price_per_gram (price);
  g_autofree char *age = wh_words_age (seen);

  if (!words || !wh_freshness_is_stale (WH_FACT_PRICE, seen, wh_clock_now ()))
    return g_steal_pointer (&words);
  return age ? g_strdup_printf ("%s · %s", words, age) : g_strdup_printf (_("%s · age unknown"), words);
}

static void
set_stock (WhResultRow *row, WhResultItem *item)
{
  const WhCard *card = wh_result_item_get_card (item);
  gboolean in_stock = wh_result_item_get_in_stock (item) > 0;
  g_autofree char *price = price_words (card, wh_result_item_get_price (item));

  set_words (row->price, price);
  set_words (row->stock, card->n_products == 0 ? NULL : in_stock ? _("● In stock") : _("○ Sold out"));
  if (in_stock)
    gtk_widget_add_css_class (GTK_WIDGET (row->stock), "in-stock");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row->stock), "in-stock");
}

static void
set_chemistry (WhResultRow *row, const WhCard *card)
{
  g_autofree char *thc = wh_words_total (&card->thc);
  g_autofree char *cbd = wh_words_total (&card->cbd);
  g_autofree char *potency = NULL;
  g_autofree char *terpenes = wh_words_terpenes (card);
  g_autofree char *age = wh_words_age (card->tested_at);
  g_autofree char *lab = age ? g_strdup_printf (_("lab %s"), age) : NULL;

  if (card->thc.n || card->cbd.n)
    potency = g_strdup_printf (_("THC %s   CBD %s"), thc, cbd);
  gtk_label_set_text (row->potency, potency ? potency : _("no potency measured"));
  gtk_label_set_text (row->terpenes, terpenes ? terpenes : _("no terpenes measured"));
  set_words (row->age, lab);
  gtk_widget_set_visible (GTK_WIDGET (row->bar), card->n_terpenes > 0);
  wh_terpene_bar_set_card (row->bar, card);
}

void
wh_result_row_set_item (WhResultRow *row, WhResultItem *item)
{
  const WhCard *card;

  if (!item)
    {
      wh_terpene_bar_set_card (row->bar, NULL);
      return;
    }
  card = wh_result_item_get_card (item);
  set_name (row, item);
  set_stock (row, item);
  set_chemistry (row, card);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, card->name, -1);
}
