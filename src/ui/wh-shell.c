#include "wh-shell.h"

#include <adwaita.h>

#define PANE_WIDTH 340   /* the least at which two panes stand side by side */

struct _WhShell {
  GtkWidget  parent;
  AdwLeaflet *leaflet;
  GtkWidget  *list;
  GtkWidget  *detail;
};

enum { PROP_FOLDED = 1 };
enum { BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WhShell, wh_shell, GTK_TYPE_WIDGET)

static void
folded_cb (WhShell *shell)
{
  gtk_widget_set_hexpand (shell->list, adw_leaflet_get_folded (shell->leaflet));
  g_object_notify (G_OBJECT (shell), "folded");
}

static void
visible_child_cb (WhShell *shell)
{
  if (adw_leaflet_get_folded (shell->leaflet) && adw_leaflet_get_visible_child (shell->leaflet) == shell->list)
    g_signal_emit (shell, signals[BACK], 0);
}

static void
wh_shell_dispose (GObject *object)
{
  WhShell *shell = WH_SHELL (object);

  if (shell->leaflet)
    g_signal_handlers_disconnect_by_data (shell->leaflet, shell);
  g_clear_pointer ((GtkWidget **) &shell->leaflet, gtk_widget_unparent);
  G_OBJECT_CLASS (wh_shell_parent_class)->dispose (object);
}

static void
wh_shell_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_FOLDED)
    g_value_set_boolean (value, wh_shell_get_folded (WH_SHELL (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
wh_shell_class_init (WhShellClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = wh_shell_dispose;
  object_class->get_property = wh_shell_get_property;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  g_object_class_install_property (object_class, PROP_FOLDED,
                                   g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  signals[BACK] = g_signal_new ("back", WH_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wh_shell_init (WhShell *shell)
{
  shell->leaflet = ADW_LEAFLET (adw_leaflet_new ());
  adw_leaflet_set_can_navigate_back (shell->leaflet, TRUE);
  gtk_widget_set_parent (GTK_WIDGET (shell->leaflet), GTK_WIDGET (shell));
}

GtkWidget *
wh_shell_new (void)
{
  return g_object_new (WH_TYPE_SHELL, NULL);
}

void
wh_shell_set_panes (WhShell *shell, GtkWidget *list, GtkWidget *detail)
{
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  shell->list = list;
  shell->detail = detail;
  gtk_widget_set_size_request (list, PANE_WIDTH, -1);
  gtk_widget_set_size_request (detail, PANE_WIDTH, -1);
  gtk_widget_set_hexpand (detail, TRUE);
  adw_leaflet_append (shell->leaflet, list);
  adw_leaflet_page_set_navigatable (adw_leaflet_append (shell->leaflet, separator), FALSE);
  adw_leaflet_append (shell->leaflet, detail);
  g_signal_connect_swapped (shell->leaflet, "notify::folded", G_CALLBACK (folded_cb), shell);
  g_signal_connect_swapped (shell->leaflet, "notify::visible-child", G_CALLBACK (visible_child_cb), shell);
  folded_cb (shell);
}

void
wh_shell_show_detail (WhShell *shell, gboolean detail)
{
  adw_leaflet_set_visible_child (shell->leaflet, detail ? shell->detail : shell->list);
}

gboolean
wh_shell_get_folded (WhShell *shell)
{
  return adw_leaflet_get_folded (shell->leaflet);
}
