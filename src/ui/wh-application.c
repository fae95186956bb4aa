#include "wh-application.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/wh-session.h"
#include "wh-config.h"
#include "wh-ui-resources.h"
#include "wh-window.h"

#define WATCH_SECONDS 5

typedef struct {
  const char *data_dir;
  const char *server_url;
  WhSession  *session;
} Desk;

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (parent, "application-name", _("WeedHounds"), "application-icon", "com.weedhounds.Desktop", "version",
                         WH_VERSION, "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _("Measured chemistry, prices and stock for the counter, offline."), NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *window;

  while ((window = gtk_application_get_windows (GTK_APPLICATION (user_data))))
    gtk_window_destroy (window->data);
}

static const GActionEntry actions[] = { { "about", about_cb, NULL, NULL, NULL, { 0 } }, { "quit", quit_cb, NULL, NULL, NULL, { 0 } } };

static void
startup_cb (GApplication *application, gpointer user_data)
{
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", (const char *[]) { "<Control>q", NULL });
}

/* Without a session there is nothing to work on: a window that says why and what to do. */
static void
show_failure (GApplication *application, const GError *error)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-error-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("WeedHounds cannot open its data"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), escaped);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _("WeedHounds"));
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 480);
  gtk_window_present (GTK_WINDOW (window));
}

static void
activate_cb (GApplication *application, gpointer user_data)
{
  Desk *desk = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  g_autoptr (GError) error = NULL;

  if (!window && !desk->session)
    desk->session = wh_session_new (desk->data_dir, desk->server_url, &error);
  if (error)
    {
      show_failure (application, error);
      return;
    }
  if (!window)
    {
      window = GTK_WINDOW (wh_window_new (ADW_APPLICATION (application), desk->session));
      wh_session_watch (desk->session, WATCH_SECONDS);
    }
  gtk_window_present (window);
}

int
wh_application_run (int argc, char **argv, const char *data_dir, const char *server_url)
{
  Desk desk = { data_dir, server_url, NULL };
  /* One process per data directory and server, so two of them do not show each other's data. */
  g_autoptr (AdwApplication) application = adw_application_new ("com.weedhounds.Desktop", G_APPLICATION_NON_UNIQUE);
  char *only_name[] = { argc ? argv[0] : (char *) "weedhounds", NULL };
  int status;

  wh_ui_register_resource ();
  g_set_prgname ("com.weedhounds.Desktop");
  g_signal_connect (application, "startup", G_CALLBACK (startup_cb), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &desk);
  status = g_application_run (G_APPLICATION (application), 1, only_name);
  g_clear_object (&desk.session);
  return status;
}
