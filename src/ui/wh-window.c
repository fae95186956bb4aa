#include "wh-window.h"

#include <glib/gi18n.h>

#include "service/wh-notebook.h"
#include "wh-result-list.h"
#include "wh-shell.h"
#include "wh-strain-page.h"
#include "wh-sync-mark.h"

struct _WhWindow {
  AdwApplicationWindow parent;
  AdwToastOverlay     *toasts;
  GtkButton           *back;
  GtkSearchEntry      *search;
  WhSyncMark          *mark;
  WhShell             *shell;
  WhResultList        *list;
  WhStrainPage        *page;
  WhSession           *session;
  GCancellable        *loading;
  WhId                 shown;    /* the strain on the page */
  char                *told;     /* notice about the outbox */
};

G_DEFINE_FINAL_TYPE (WhWindow, wh_window, ADW_TYPE_APPLICATION_WINDOW)

static void
toast (WhWindow *window, const char *message)
{
  adw_toast_overlay_add_toast (window->toasts, adw_toast_new (message));
}

static void
run_search (WhWindow *window)
{
  wh_result_list_search (window->list, window->session, gtk_editable_get_text (GTK_EDITABLE (window->search)));
}

static void
update_back (WhWindow *window)
{
  gboolean there = wh_shell_get_folded (window->shell) && !wh_id_is_none (&window->shown);

  gtk_widget_set_visible (GTK_WIDGET (window->back), there);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WhWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  WhPageFacts *facts = wh_detail_loader_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !window->session)
    {
      g_clear_pointer (&facts, wh_page_facts_free);
      return;
    }
  if (facts)
    wh_strain_page_set_facts (window->page, facts);
  else
    wh_strain_page_set_error (window->page, error->message);
}

static void
load_strain (WhWindow *window, const WhId *id)
{
  if (window->loading)
    g_cancellable_cancel (window->loading);
  g_clear_object (&window->loading);
  window->loading = g_cancellable_new ();
  window->shown = *id;
  wh_detail_loader_load_async (window->session, id, window->loading, loaded_cb, g_object_ref (window));
  update_back (window);
}

/* Arrow keys select and fill the pane beside; only a click or Enter turns the page where there is just one pane. */
static void
chosen_cb (WhWindow *window, const char *id_text, gboolean activated)
{
  WhId id;

  if (!wh_id_parse (id_text, &id))
    return;
  load_strain (window, &id);
  if (activated || wh_shell_get_folded (window->shell))
    wh_shell_show_detail (window->shell, TRUE);
}

static void
open_strain_cb (WhWindow *window, const char *id_text)
{
  wh_result_list_unselect (window->list);
  chosen_cb (window, id_text, TRUE);
}

static void
back_cb (WhWindow *window)
{
  wh_result_list_unselect (window->list);
  window->shown = WH_ID_NONE;
  update_back (window);
}

static void
search_changed_cb (WhWindow *window)
{
  if (wh_shell_get_folded (window->shell))
    wh_shell_show_detail (window->shell, FALSE);
  run_search (window);
}

static void
search_activate_cb (WhWindow *window)
{
  if (wh_result_list_choose_first (window->list))
    wh_result_list_focus (window->list);
}

static void
stop_search_cb (WhWindow *window)
{
  gtk_editable_set_text (GTK_EDITABLE (window->search), "");
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

/* What was asked for while it is being written. */
typedef struct {
  WhWindow *window;
  WhId      strain;
  char     *note;      /* NULL: not a note */
} Write;

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Write *write = user_data;
  g_autoptr (WhWindow) window = write->window;
  g_autofree char *note = write->note;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = wh_session_write_finish (WH_SESSION (source), result, &error);
  WhId strain = write->strain;

  g_free (write);
  if (!window->session)
    return;
  if (!results)
    toast (window, error->message);
  else if (note)
    wh_strain_page_note_kept (window->page, &strain, note);
  /* Shows what is now so, also where nothing was written. */
  if (wh_id_equal (&strain, &window->shown))
    load_strain (window, &strain);
}

/* Takes the edit, which is about the strain on the page: while another one is being read that is not the one chosen. */
static void
write_edit (WhWindow *window, WhEdit *edit, const char *note)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  Write *write = g_new0 (Write, 1);

  write->window = g_object_ref (window);
  write->strain = *wh_strain_page_strain (window->page);
  write->note = g_strdup (note);
  g_ptr_array_add (edits, edit);
  wh_session_write_async (window->session, edits, written_cb, write);
}

static void
favorite_cb (WhWindow *window, gboolean on)
{
  const WhFavorite *favorite = wh_strain_page_favorite (window->page);

  if (on && !favorite)
    write_edit (window, wh_notebook_favorite (WH_KIND_STRAIN, wh_strain_page_strain (window->page)), NULL);
  else if (!on && favorite)
    write_edit (window, wh_notebook_unfavorite (&favorite->entity.id), NULL);
}

static void
add_note_cb (WhWindow *window, const char *text)
{
  g_autoptr (GError) error = NULL;
  WhEdit *edit = wh_notebook_note (WH_KIND_STRAIN, wh_strain_page_strain (window->page), text, &error);

  if (edit)
    write_edit (window, edit, text);
  else
    toast (window, error->message);
}

/* What had to be done to the outbox, or why what waits is not shown; once. */
static void
tell_outbox (WhWindow *window)
{
  WhOutbox *outbox = wh_session_outbox (window->session);
  g_autofree char *notice = outbox ? wh_outbox_notice (outbox) : NULL;

  if (notice && g_strcmp0 (notice, window->told) != 0)
    {
      AdwToast *told = adw_toast_new (notice);
      adw_toast_set_timeout (told, 0);
      adw_toast_overlay_add_toast (window->toasts, told);
    }
  g_free (window->told);
  window->told = g_steal_pointer (&notice);
}

/* -- the session --------------------------------------------------------------------------------------------------- */

static void
session_changed_cb (WhWindow *window)
{
  WhId shown = window->shown;

  tell_outbox (window);
  run_search (window);
  if (!wh_id_is_none (&shown))
    load_strain (window, &shown);
}

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WhWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!wh_session_sync_finish (WH_SESSION (source), result, &error) && window->session)
    toast (window, error->message);
}

static void
sync_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WhWindow *window = WH_WINDOW (widget);

  wh_session_sync_async (window->session, NULL, synced_cb, g_object_ref (window));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wh_shell_show_detail (WH_WINDOW (widget)->shell, FALSE);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (WH_WINDOW (widget)->search));
}

static void
favorite_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wh_strain_page_toggle_favorite (WH_WINDOW (widget)->page);
}

static void
note_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wh_strain_page_write_note (WH_WINDOW (widget)->page);
}

static void
wh_window_dispose (GObject *object)
{
  WhWindow *window = WH_WINDOW (object);

  if (window->loading)
    g_cancellable_cancel (window->loading);
  g_clear_object (&window->loading);
  if (window->session)
    g_signal_handlers_disconnect_by_data (window->session, window);
  g_clear_object (&window->session);
  g_clear_pointer (&window->told, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), WH_TYPE_WINDOW);
  G_OBJECT_CLASS (wh_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.sync", NULL, sync_action);
  gtk_widget_class_install_action (class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (class, "win.favorite", NULL, favorite_action);
  gtk_widget_class_install_action (class, "win.note", NULL, note_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_d, GDK_CONTROL_MASK, "win.favorite", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_n, GDK_CONTROL_MASK, "win.note", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_r, GDK_CONTROL_MASK, "win.sync", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Left, GDK_ALT_MASK, "win.back", NULL);
}

static void
wh_window_class_init (WhWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_window_dispose;
  g_type_ensure (WH_TYPE_SHELL);
  g_type_ensure (WH_TYPE_SYNC_MARK);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WhWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WhWindow, back);
  gtk_widget_class_bind_template_child (widget_class, WhWindow, search);
  gtk_widget_class_bind_template_child (widget_class, WhWindow, mark);
  gtk_widget_class_bind_template_child (widget_class, WhWindow, shell);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  install_actions (widget_class);
}

static void
wh_window_init (WhWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  window->list = g_object_new (WH_TYPE_RESULT_LIST, NULL);
  window->page = g_object_new (WH_TYPE_STRAIN_PAGE, NULL);
  wh_shell_set_panes (window->shell, GTK_WIDGET (window->list), GTK_WIDGET (window->page));
  g_signal_connect_swapped (window->list, "chosen", G_CALLBACK (chosen_cb), window);
  g_signal_connect_swapped (window->page, "open-strain", G_CALLBACK (open_strain_cb), window);
  g_signal_connect_swapped (window->page, "favorite", G_CALLBACK (favorite_cb), window);
  g_signal_connect_swapped (window->page, "add-note", G_CALLBACK (add_note_cb), window);
  g_signal_connect_swapped (window->shell, "back", G_CALLBACK (back_cb), window);
  g_signal_connect_swapped (window->shell, "notify::folded", G_CALLBACK (update_back), window);
  /* Typing anywhere, and a scanner that types, goes into the search field. */
  gtk_search_entry_set_key_capture_widget (window->search, GTK_WIDGET (window));
}

WhWindow *
wh_window_new (AdwApplication *application, WhSession *session)
{
  WhWindow *window = g_object_new (WH_TYPE_WINDOW, "application", application, NULL);

  window->session = g_object_ref (session);
  wh_sync_mark_set_session (window->mark, session);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.sync", wh_session_server_url (session) != NULL);
  g_signal_connect_swapped (session, "changed", G_CALLBACK (session_changed_cb), window);
  run_search (window);
  gtk_widget_grab_focus (GTK_WIDGET (window->search));
  return window;
}

void
wh_window_search (WhWindow *window, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (window->search), text);
}
