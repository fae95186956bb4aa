#include "wh-strain-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-clock.h"
#include "core/wh-chemistry.h"
#include "wh-chemistry-view.h"
#include "wh-children.h"
#include "wh-strain-rows.h"
#include "wh-words.h"

#define SHOPS_SHOWN 12

struct _WhStrainPage {
  GtkWidget          parent;
  GtkStack          *stack;
  AdwStatusPage     *error;
  GtkScrolledWindow *scroller;
  GtkLabel          *demonstration;
  GtkLabel          *title;
  GtkLabel          *subtitle;
  GtkLabel          *aroma;
  GtkFlowBox        *figures;
  GtkDropDown       *results;
  GtkLabel          *provenance;
  GtkLabel          *checks;
  WhChemistryView   *chemistry;
  GtkLabel          *similar_note;
  GtkListBox        *similar;
  GtkBox            *shops_section;
  GtkListBox        *shops;
  WhPageFacts       *facts;
};

enum { OPEN_STRAIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WhStrainPage, wh_strain_page, GTK_TYPE_WIDGET)

/* "measured by MCR Labs on 2023-09-06, 1174 days ago, as received" */
static char *
provenance_words (const WhLabResult *result)
{
  g_autofree char *date = wh_clock_format_date (result->test_date);
  g_autofree char *ago = wh_words_ago (result->test_date);
  const char *lab = result->lab_name ? result->lab_name : _("a lab that is not named");

  if (!date)
    return g_strdup_printf (_("Measured by %s, date not known"), lab);
  return g_strdup_printf (_("Measured by %s on %s, %s"), lab, date, ago);
}

static void
show_result (WhStrainPage *page, const WhLabResult *result)
{
  g_autofree char *provenance = result ? provenance_words (result) : NULL;
  g_autofree char *codes = result && result->checks ? g_strjoinv (", ", result->checks) : NULL;
  /* Translators: codes of what looked suspicious on import follow. */
  g_autofree char *notice = codes ? g_strdup_printf (_("Check: %s"), codes) : NULL;

  gtk_label_set_text (page->provenance, provenance ? provenance : "");
  gtk_widget_set_visible (GTK_WIDGET (page->provenance), provenance != NULL);
  gtk_label_set_text (page->checks, notice ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (page->checks), notice != NULL);
  wh_chemistry_view_set_result (page->chemistry, result);
}

static void
result_selected_cb (WhStrainPage *page)
{
  guint position = gtk_drop_down_get_selected (page->results);

  if (page->facts && position < page->facts->detail->results->len)
    show_result (page, g_ptr_array_index (page->facts->detail->results, position));
}

static void
similar_activated_cb (WhStrainPage *page, GtkListBoxRow *row)
{
  g_signal_emit (page, signals[OPEN_STRAIN], 0, g_object_get_data (G_OBJECT (row), "strain-id"));
}

static void
wh_strain_page_dispose (GObject *object)
{
  WhStrainPage *page = WH_STRAIN_PAGE (object);

  g_clear_pointer (&page->facts, wh_page_facts_free);
  wh_children_unparent (GTK_WIDGET (object));
  G_OBJECT_CLASS (wh_strain_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, WhStrainPage, stack);
  gtk_widget_class_bind_template_child (class, WhStrainPage, error);
  gtk_widget_class_bind_template_child (class, WhStrainPage, scroller);
  gtk_widget_class_bind_template_child (class, WhStrainPage, demonstration);
  gtk_widget_class_bind_template_child (class, WhStrainPage, title);
  gtk_widget_class_bind_template_child (class, WhStrainPage, subtitle);
  gtk_widget_class_bind_template_child (class, WhStrainPage, aroma);
  gtk_widget_class_bind_template_child (class, WhStrainPage, figures);
  gtk_widget_class_bind_template_child (class, WhStrainPage, results);
  gtk_widget_class_bind_template_child (class, WhStrainPage, provenance);
  gtk_widget_class_bind_template_child (class, WhStrainPage, checks);
  gtk_widget_class_bind_template_child (class, WhStrainPage, chemistry);
  gtk_widget_class_bind_template_child (class, WhStrainPage, similar_note);
  gtk_widget_class_bind_template_child (class, WhStrainPage, similar);
  gtk_widget_class_bind_template_child (class, WhStrainPage, shops_section);
  gtk_widget_class_bind_template_child (class, WhStrainPage, shops);
}

static void
wh_strain_page_class_init (WhStrainPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_strain_page_dispose;
  g_type_ensure (WH_TYPE_CHEMISTRY_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-strain-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, result_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, similar_activated_cb);
  signals[OPEN_STRAIN] = g_signal_new ("open-strain", WH_TYPE_STRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_STRING);
}

static void
wh_strain_page_init (WhStrainPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
}

static void
clear_list (GtkListBox *list)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))))
    gtk_list_box_remove (list, child);
}

/* "Hybrid on the label · also GDP, Grand Daddy · Purple Urkle x Big Bud" */
static char *
subtitle_words (const WhStrain *strain)
{
  g_autofree char *type = wh_words_type (strain->type);
  g_autofree char *aliases = strain->aliases ? g_strjoinv (", ", strain->aliases) : NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (type)
    /* Translators: indica, sativa or hybrid, as printed on the package. */
    g_ptr_array_add (parts, g_strdup_printf (_("%s on the label"), type));
  if (aliases && *aliases)
    g_ptr_array_add (parts, g_strdup_printf (_("also %s"), aliases));
  if (strain->genetics)
    g_ptr_array_add (parts, g_strdup (strain->genetics));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static void
show_head (WhStrainPage *page, const WhStrainDetail *detail)
{
  g_autofree char *subtitle = subtitle_words (detail->strain);
  g_autofree char *aroma = wh_words_aroma (detail->card);

  gtk_label_set_text (page->title, detail->strain->name);
  gtk_label_set_text (page->subtitle, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (page->subtitle), *subtitle != '\0');
  gtk_label_set_text (page->aroma, aroma ? aroma : "");
  gtk_widget_set_visible (GTK_WIDGET (page->aroma), aroma != NULL);
  gtk_widget_set_visible (GTK_WIDGET (page->demonstration), detail->card->demonstration);
}

/* Two figures that stay side by side; two pairs share a line where there is room. */
static void
add_figures (WhStrainPage *page, GtkWidget *first, GtkWidget *second)
{
  GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
  gtk_box_append (GTK_BOX (pair), first);
  gtk_box_append (GTK_BOX (pair), second);
  gtk_flow_box_append (page->figures, pair);
}

static void
show_figures (WhStrainPage *page, const WhCard *card)
{
  g_autofree char *thc = wh_words_total (&card->thc);
  g_autofree char *cbd = wh_words_total (&card->cbd);
  g_autofree char *price = wh_words_price_per_gram (card->price_per_gram);
  g_autofree char *batches = g_strdup_printf ("%u", card->n_batches);
  g_autofree char *basis = g_strdup_printf (_("THC + 0.877 × THCA; median of %u tested batches"), card->thc.n);
  const char *type = wh_words_chemotype (card->chemotype);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (page->figures))))
    gtk_flow_box_remove (page->figures, child);
  add_figures (page, wh_strain_rows_figure (thc, _("Total THC"), basis), wh_strain_rows_figure (cbd, _("Total CBD"), type));
  add_figures (page, wh_strain_rows_figure (price ? price : "–", _("From, per gram"), NULL),
               wh_strain_rows_figure (batches, g_dngettext (NULL, "Batch", "Batches", card->n_batches), NULL));
}

/* The newest result that tells of terpenes; where none does, the newest. */
static guint
telling_result (const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      const WhLabResult *result = g_ptr_array_index (results, i);
      if (result->panel && wh_chemistry_terpenes (result->panel).n > 0)
        return i;
    }
  return 0;
}

static void
show_results (WhStrainPage *page, const WhStrainDetail *detail)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint shown = telling_result (detail->results);

  for (guint i = 0; i < detail->results->len; i++)
    {
      const WhLabResult *result = g_ptr_array_index (detail->results, i);
      g_autofree char *date = wh_clock_format_date (result->test_date);
      gtk_string_list_append (names, date ? date : result->sample_id ? result->sample_id : _("undated"));
    }
  gtk_drop_down_set_model (page->results, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (page->results), detail->results->len > 1);
  gtk_drop_down_set_selected (page->results, shown);
  show_result (page, detail->results->len ? g_ptr_array_index (detail->results, shown) : NULL);
}

static void
show_similar (WhStrainPage *page)
{
  const WhSimilars *similars = page->facts->similars;
  guint n = similars ? similars->similar->len : 0;

  clear_list (page->similar);
  for (guint i = 0; i < n; i++)
    gtk_list_box_append (page->similar, wh_strain_rows_similar (&g_array_index (similars->similar, WhSimilar, i)));
  gtk_widget_set_visible (GTK_WIDGET (page->similar), n > 0);
  gtk_label_set_text (page->similar_note, similars ? _("By terpene shares, on what both labs tested; compared with random pairs "
                                                       "of this catalogue.")
                                                   : page->facts->similars_reason);
}

static void
show_shops (WhStrainPage *page, const WhStrainDetail *detail)
{
  clear_list (page->shops);
  for (guint i = 0; i < MIN (SHOPS_SHOWN, detail->products->len); i++)
    gtk_list_box_append (page->shops, wh_strain_rows_product (g_ptr_array_index (detail->products, i),
                                                              g_ptr_array_index (detail->dispensaries, i)));
  gtk_widget_set_visible (GTK_WIDGET (page->shops_section), detail->products->len > 0);
}

void
wh_strain_page_set_facts (WhStrainPage *page, WhPageFacts *facts)
{
  g_clear_pointer (&page->facts, wh_page_facts_free);
  page->facts = facts;
  if (facts)
    {
      show_head (page, facts->detail);
      show_figures (page, facts->detail->card);
      show_results (page, facts->detail);
      show_similar (page);
      show_shops (page, facts->detail);
      gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (page->scroller), 0);
    }
  gtk_stack_set_visible_child_name (page->stack, facts ? "strain" : "empty");
}

void
wh_strain_page_set_error (WhStrainPage *page, const char *message)
{
  adw_status_page_set_description (page->error, message);
  gtk_stack_set_visible_child_name (page->stack, "error");
}
