#include "wh-result-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "wh-children.h"
#include "wh-result-model.h"
#include "wh-result-row.h"

#define NATURAL_WIDTH 440   /* a row with its price, type and leading terpenes */

struct _WhResultList {
  GtkWidget           parent;
  GtkWidget          *content;
  GtkLabel           *summary;
  GtkStack           *stack;
  GtkListView        *list;
  AdwStatusPage      *no_catalogue;
  GtkSingleSelection *selection;
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WhResultList, wh_result_list, GTK_TYPE_WIDGET)

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, wh_result_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  wh_result_row_set_item (WH_RESULT_ROW (gtk_list_item_get_child (list_item)), gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  wh_result_row_set_item (WH_RESULT_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
emit_chosen (WhResultList *list, gboolean activated)
{
  WhResultItem *item = list->selection ? gtk_single_selection_get_selected_item (list->selection) : NULL;

  if (item)
    {
      g_autofree char *id = wh_id_to_string (&wh_result_item_get_card (item)->id);
      g_signal_emit (list, signals[CHOSEN], 0, id, activated);
    }
}

static void
activate_cb (WhResultList *list, guint position)
{
  gtk_single_selection_set_selected (list->selection, position);
  emit_chosen (list, TRUE);
}

static void
selected_cb (WhResultList *list)
{
  emit_chosen (list, FALSE);
}

static void
wh_result_list_dispose (GObject *object)
{
  WhResultList *list = WH_RESULT_LIST (object);

  if (list->selection)
    g_signal_handlers_disconnect_by_data (list->selection, list);
  g_clear_object (&list->selection);
  wh_children_unparent (GTK_WIDGET (object));
  G_OBJECT_CLASS (wh_result_list_parent_class)->dispose (object);
}

static void
wh_result_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (WH_RESULT_LIST (widget)->content, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, NATURAL_WIDTH);
}

static void
wh_result_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (WH_RESULT_LIST (widget)->content, &(GtkAllocation) { 0, 0, width, height }, baseline);
}

static void
wh_result_list_class_init (WhResultListClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_result_list_dispose;
  widget_class->measure = wh_result_list_measure;
  widget_class->size_allocate = wh_result_list_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-result-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WhResultList, content);
  gtk_widget_class_bind_template_child (widget_class, WhResultList, summary);
  gtk_widget_class_bind_template_child (widget_class, WhResultList, stack);
  gtk_widget_class_bind_template_child (widget_class, WhResultList, list);
  gtk_widget_class_bind_template_child (widget_class, WhResultList, no_catalogue);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  signals[CHOSEN] = g_signal_new ("chosen", WH_TYPE_RESULT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
wh_result_list_init (WhResultList *list)
{
  gtk_widget_init_template (GTK_WIDGET (list));
}

/* The row that shows `id`, or GTK_INVALID_LIST_POSITION. Only the rows near the top are looked at: a kept selection further
 * down would not be on screen. */
static guint
position_of (GListModel *model, const WhId *id)
{
  for (guint i = 0; i < MIN (100, g_list_model_get_n_items (model)); i++)
    {
      g_autoptr (WhResultItem) item = g_list_model_get_item (model, i);
      if (wh_id_equal (&wh_result_item_get_card (item)->id, id))
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* A new search is a new model and a new selection: resetting the old model would make an item of every row. */
static void
show_hits (WhResultList *list, WhHits *hits)
{
  g_autoptr (WhResultModel) model = wh_result_model_new (hits);
  GtkSingleSelection *selection = gtk_single_selection_new (NULL);
  WhResultItem *old = list->selection ? gtk_single_selection_get_selected_item (list->selection) : NULL;
  guint position = old ? position_of (G_LIST_MODEL (model), &wh_result_item_get_card (old)->id) : GTK_INVALID_LIST_POSITION;

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_model (selection, G_LIST_MODEL (model));
  gtk_single_selection_set_selected (selection, position);
  if (list->selection)
    g_signal_handlers_disconnect_by_data (list->selection, list);
  g_set_object (&list->selection, selection);
  g_signal_connect_swapped (selection, "notify::selected", G_CALLBACK (selected_cb), list);
  gtk_list_view_set_model (list->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

static void
show_summary (WhResultList *list, const WhHits *hits, const char *typed)
{
  g_autofree char *words = hits->hits->len < hits->total
                               ? g_strdup_printf (_("First %u of %u strains"), hits->hits->len, hits->total)
                               : g_strdup_printf (g_dngettext (NULL, "%u strain", "%u strains", hits->total), hits->total);
  gboolean demonstration = wh_snapshot_has_demonstration (hits->snapshot);
  g_autofree char *summary = demonstration ? g_strdup_printf (_("%s · with demonstration data"), words) : g_strdup (words);

  gtk_label_set_text (list->summary, summary);
  gtk_stack_set_visible_child_name (list->stack, hits->total || (typed && *typed) ? (hits->total ? "list" : "nothing") : "no-catalogue");
}

static void
show_no_catalogue (WhResultList *list, const char *what)
{
  gtk_label_set_text (list->summary, "");
  adw_status_page_set_description (list->no_catalogue, what);
  gtk_stack_set_visible_child_name (list->stack, "no-catalogue");
}

void
wh_result_list_search (WhResultList *list, WhSession *session, const char *typed)
{
  WhCatalogue *catalogue = wh_session_catalogue (session);
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (GError) error = NULL;
  WhHits *hits;

  adw_status_page_set_description (list->no_catalogue, _("Make the demonstration catalogue with “weedhounds demo”, or import "
                                                         "your own files with “weedhounds import”."));
  if (!catalogue)
    {
      show_no_catalogue (list, _("The first sync with the server is not complete yet."));
      return;
    }
  wh_query_set_typed (query, typed);
  query->limit = G_MAXUINT;
  hits = wh_catalogue_search (catalogue, wh_session_principal (session), query, &error);
  if (!hits)
    {
      show_no_catalogue (list, error->message);
      return;
    }
  wh_session_searched (session, query->text, hits->total);
  show_summary (list, hits, typed);
  show_hits (list, hits);
}

gboolean
wh_result_list_choose_first (WhResultList *list)
{
  if (!list->selection || g_list_model_get_n_items (G_LIST_MODEL (list->selection)) == 0)
    return FALSE;
  gtk_single_selection_set_selected (list->selection, 0);
  emit_chosen (list, TRUE);
  return TRUE;
}

void
wh_result_list_unselect (WhResultList *list)
{
  if (list->selection)
    gtk_single_selection_set_selected (list->selection, GTK_INVALID_LIST_POSITION);
}

void
wh_result_list_focus (WhResultList *list)
{
  gtk_widget_grab_focus (GTK_WIDGET (list->list));
}
