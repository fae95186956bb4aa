#include "wh-strain-rows.h"

#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-present.h"
#include "wh-terpene-bar.h"
#include "wh-words.h"

GtkWidget *
wh_strain_rows_figure (const char *value, const char *name, const char *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *figure = gtk_label_new (value);
  GtkWidget *caption = gtk_label_new (name);

  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "figure");
  gtk_widget_add_css_class (figure, "title-3");
  gtk_widget_add_css_class (figure, "numeric");
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (caption), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), figure);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_widget_set_tooltip_text (box, detail);
  return box;
}

/* As many as "$49.00/g", so that what stands before stands in one line from row to row. */
#define PRICE_CHARS 8

static GtkWidget *
suffix_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_width_chars (GTK_LABEL (label), PRICE_CHARS);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* How close, then what it comes from and what it rests on. */
static char *
similar_words (const WhCloseness *closeness)
{
  g_autofree char *words = wh_present_closeness_words (closeness);
  g_autofree char *differs = wh_present_contribution_words (closeness);
  g_autofree char *shared = g_strdup_printf (g_dngettext (NULL, "%u terpene compared", "%u terpenes compared",
                                                          closeness->shared_analytes), closeness->shared_analytes);

  return differs ? g_strdup_printf ("%s\n%s · %s", words, differs, shared) : g_strdup_printf ("%s\n%s", words, shared);
}

static char *
band_words (const WhCloseness *closeness)
{
  if (isnan (closeness->hellinger_low))
    return NULL;
  return g_strdup_printf (_("Hellinger distance %.3f, 90 %% between %.3f and %.3f assuming that tests scatter by %.0f %%"),
                          closeness->hellinger_distance, closeness->hellinger_low, closeness->hellinger_high, 100 * WH_CLOSENESS_RSD);
}

GtkWidget *
wh_strain_rows_similar (const WhSimilar *similar)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  g_autofree char *subtitle = similar_words (&similar->closeness);
  g_autofree char *band = band_words (&similar->closeness);
  g_autofree char *name = g_markup_escape_text (similar->card->name, -1);
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);
  g_autofree char *price = wh_words_price_per_gram (similar->card->price_per_gram);
  GtkWidget *bar = g_object_new (WH_TYPE_TERPENE_BAR, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (row, escaped);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), band);
  wh_terpene_bar_set_card (WH_TERPENE_BAR (bar), similar->card);
  adw_action_row_add_suffix (row, bar);
  if (price)
    adw_action_row_add_suffix (row, suffix_label (price, "price"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "strain-id", wh_id_to_string (&similar->card->id), g_free);
  return GTK_WIDGET (row);
}

/* "3.5g · Green Corner, Newark NJ · 2 d" */
static char *
product_words (const WhProduct *product, const WhDispensary *dispensary)
{
  g_autofree char *age = wh_words_age (product->price_observed_at);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (product->amount)
    g_ptr_array_add (parts, g_strdup (product->amount));
  if (dispensary)
    g_ptr_array_add (parts, dispensary->city ? g_strdup_printf ("%s, %s", dispensary->name, dispensary->city)
                                             : g_strdup (dispensary->name));
  if (age)
    /* Translators: how old a price is. */
    g_ptr_array_add (parts, g_strdup_printf (_("price %s"), age));
  g_ptr_array_add (parts, g_strdup (product->in_stock == 1 ? _("in stock") : product->in_stock == 0 ? _("sold out")
                                                                                                       : _("stock not known")));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

GtkWidget *
wh_strain_rows_product (const WhProduct *product, const WhDispensary *dispensary)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  g_autofree char *words = product_words (product, dispensary);
  g_autofree char *title = g_markup_escape_text (product->name, -1);
  g_autofree char *subtitle = g_markup_escape_text (words, -1);
  g_autofree char *price = wh_words_price (product->price_cents);
  g_autofree char *per_gram = wh_words_price_per_gram (wh_product_price_per_gram (product));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  adw_action_row_set_title_lines (row, 2);
  if (per_gram)
    adw_action_row_add_suffix (row, suffix_label (per_gram, "dim-label"));
  if (price)
    adw_action_row_add_suffix (row, suffix_label (price, "price"));
  return GTK_WIDGET (row);
}
