#include "wh-strain-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-clock.h"
#include "core/wh-chemistry.h"
#include "service/wh-notebook.h"
#include "wh-chemistry-view.h"
#include "wh-children.h"
#include "wh-notes-view.h"
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
  GtkWidget         *write_note;
  GtkToggleButton   *favorite;
  GtkLabel          *favorite_waits;
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
  WhNotesView       *notes;
  WhPageFacts       *facts;
  gboolean           showing;    /* the star follows the facts, not a person */
};

enum { OPEN_STRAIN, FAVORITE, ADD_NOTE, N_SIGNALS };
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

/* The word for what a press does, and the star for what is. */
static void
dress_favorite (WhStrainPage *page)
{
  gboolean active = gtk_toggle_button_get_active (page->favorite);
  const char *words = active ? _("One of your favourites; press to take it off") : _("Mark as a favourite");

  gtk_button_set_icon_name (GTK_BUTTON (page->favorite), active ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (page->favorite), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (page->favorite), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Favourite"), -1);
}

static void
favorite_toggled_cb (WhStrainPage *page)
{
  dress_favorite (page);
  if (page->facts && !page->showing)
    g_signal_emit (page, signals[FAVORITE], 0, gtk_toggle_button_get_active (page->favorite));
}

static void
add_note_cb (WhStrainPage *page, const char *text)
{
  g_signal_emit (page, signals[ADD_NOTE], 0, text);
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
  gtk_widget_class_bind_template_child (class, WhStrainPage, write_note);
  gtk_widget_class_bind_template_child (class, WhStrainPage, favorite);
  gtk_widget_class_bind_template_child (class, WhStrainPage, favorite_waits);
  gtk_widget_class_bind_template_child (class, WhStrainPage, notes);
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
  g_type_ensure (WH_TYPE_NOTES_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-strain-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, result_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, similar_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, favorite_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_note_cb);
  signals[OPEN_STRAIN] = g_signal_new ("open-strain", WH_TYPE_STRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_STRING);
  signals[FAVORITE] = g_signal_new ("favorite", WH_TYPE_STRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_BOOLEAN);
  signals[ADD_NOTE] = g_signal_new ("add-note", WH_TYPE_STRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
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

static void
show_notes (WhStrainPage *page, const WhStrainDetail *detail)
{
  page->showing = TRUE;
  gtk_toggle_button_set_active (page->favorite, detail->favorite != NULL);
  page->showing = FALSE;
  dress_favorite (page);
  gtk_widget_set_visible (GTK_WIDGET (page->favorite), detail->notes != NULL);
  gtk_widget_set_visible (page->write_note, detail->notes != NULL);
  gtk_widget_set_visible (GTK_WIDGET (page->favorite_waits), detail->favorite && wh_notebook_is_pending (detail->favorite));
  wh_notes_view_set_notes (page->notes, &detail->card->id, detail->notes);
}

static gboolean
is_shown (WhStrainPage *page, const WhPageFacts *facts)
{
  return page->facts && facts && wh_id_equal (&page->facts->detail->card->id, &facts->detail->card->id);
}

/* Takes over what people wrote, which is all that can differ within one snapshot. */
static void
take_notes (WhStrainPage *page, WhPageFacts *facts)
{
  WhStrainDetail *shown = page->facts->detail;

  g_clear_pointer (&shown->notes, g_ptr_array_unref);
  g_clear_pointer (&shown->favorite, wh_entity_unref);
  shown->notes = g_steal_pointer (&facts->detail->notes);
  shown->favorite = g_steal_pointer (&facts->detail->favorite);
  wh_page_facts_free (facts);
  show_notes (page, shown);
}

void
wh_strain_page_set_facts (WhStrainPage *page, WhPageFacts *facts)
{
  gboolean same = is_shown (page, facts);

  if (same && page->facts->detail->snapshot == facts->detail->snapshot && !page->facts->similars == !facts->similars)
    {
      take_notes (page, facts);
      gtk_stack_set_visible_child_name (page->stack, "strain");
      return;
    }
  g_clear_pointer (&page->facts, wh_page_facts_free);
  page->facts = facts;
  if (facts)
    {
      show_head (page, facts->detail);
      show_figures (page, facts->detail->card);
      show_results (page, facts->detail);
      show_similar (page);
      show_shops (page, facts->detail);
      show_notes (page, facts->detail);
    }
  if (facts && !same)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (page->scroller), 0);
  gtk_stack_set_visible_child_name (page->stack, facts ? "strain" : "empty");
}

const WhId *
wh_strain_page_strain (WhStrainPage *page)
{
  return page->facts ? &page->facts->detail->card->id : NULL;
}

const WhFavorite *
wh_strain_page_favorite (WhStrainPage *page)
{
  return page->facts ? page->facts->detail->favorite : NULL;
}

void
wh_strain_page_toggle_favorite (WhStrainPage *page)
{
  if (page->facts && page->facts->detail->notes)
    gtk_toggle_button_set_active (page->favorite, !gtk_toggle_button_get_active (page->favorite));
}

void
wh_strain_page_write_note (WhStrainPage *page)
{
  if (page->facts && page->facts->detail->notes)
    wh_notes_view_write (page->notes);
}

void
wh_strain_page_note_kept (WhStrainPage *page, const WhId *strain, const char *text)
{
  wh_notes_view_kept (page->notes, strain, text);
}

void
wh_strain_page_set_error (WhStrainPage *page, const char *message)
{
  adw_status_page_set_description (page->error, message);
  gtk_stack_set_visible_child_name (page->stack, "error");
}
