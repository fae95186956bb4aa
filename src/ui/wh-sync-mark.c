#include "wh-sync-mark.h"

#include <glib/gi18n.h>

#include "wh-children.h"

struct _WhSyncMark {
  GtkWidget      parent;
  GtkMenuButton *button;
  GtkImage      *dot;
  GtkLabel      *words;
  GtkWidget     *sync;
  WhSession     *session;
  gulong         handler, changed_handler;
};

G_DEFINE_FINAL_TYPE (WhSyncMark, wh_sync_mark, GTK_TYPE_WIDGET)

static const char *
icon_of (WhSyncState state)
{
  switch (state)
    {
    case WH_SYNC_STANDALONE:
      return "drive-harddisk-symbolic";
    case WH_SYNC_RUNNING:
      return "emblem-synchronizing-symbolic";
    case WH_SYNC_CURRENT:
      return "emblem-ok-symbolic";
    case WH_SYNC_FAILED:
      return "dialog-warning-symbolic";
    default:
      return "network-offline-symbolic";
    }
}

/* "14:02" today, otherwise with its date. */
static char *
moment_words (gint64 moment)
{
  g_autoptr (GDateTime) then = moment == WH_TIME_UNSET ? NULL : g_date_time_new_from_unix_local (moment / WH_TIME_SECOND);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (wh_clock_now () / WH_TIME_SECOND);

  if (!then)
    return NULL;
  if (g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now)
      && g_date_time_get_year (then) == g_date_time_get_year (now))
    return g_date_time_format (then, "%H:%M");
  return g_date_time_format (then, "%x %H:%M");
}

static char *
state_words (WhSession *session)
{
  g_autofree char *moment = moment_words (wh_session_synced_at (session));

  switch (wh_session_sync_state (session))
    {
    case WH_SYNC_STANDALONE:
      return g_strdup (_("Working on this machine’s own store; no server is set."));
    case WH_SYNC_RUNNING:
      return g_strdup_printf (_("Syncing, %.0f %% done"), 100 * wh_session_sync_progress (session));
    case WH_SYNC_CURRENT:
      return g_strdup_printf (_("Everything the server had as of %s"), moment);
    case WH_SYNC_FAILED:
      return g_strdup_printf (_("Sync failed: %s What is shown is safe."), wh_session_sync_error (session));
    case WH_SYNC_OFFLINE:
      return moment ? g_strdup_printf (_("Working offline; facts as of %s"), moment)
                    : g_strdup (_("Working offline; the first sync is not complete"));
    default:
      return g_strdup (_("Nothing synced from the server yet"));
    }
}

/* "Working offline; facts as of 13:40 · 3 changes wait to be sent" */
static char *
words_with_waiting (WhSession *session)
{
  g_autofree char *words = state_words (session);
  guint waiting = wh_session_waiting (session);
  g_autofree char *waits = g_strdup_printf (ngettext ("%u change waits to be sent", "%u changes wait to be sent", waiting), waiting);

  return waiting ? g_strdup_printf ("%s · %s", words, waits) : g_steal_pointer (&words);
}

static void
update_cb (WhSyncMark *mark)
{
  g_autofree char *words = words_with_waiting (mark->session);

  gtk_image_set_from_icon_name (mark->dot, icon_of (wh_session_sync_state (mark->session)));
  gtk_label_set_text (mark->words, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (mark->button), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (mark->button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (mark->sync, wh_session_server_url (mark->session) != NULL);
}

static void
wh_sync_mark_dispose (GObject *object)
{
  WhSyncMark *mark = WH_SYNC_MARK (object);

  if (mark->session)
    {
      g_clear_signal_handler (&mark->handler, mark->session);
      g_clear_signal_handler (&mark->changed_handler, mark->session);
    }
  g_clear_object (&mark->session);
  wh_children_unparent (GTK_WIDGET (object));
  G_OBJECT_CLASS (wh_sync_mark_parent_class)->dispose (object);
}

static void
wh_sync_mark_class_init (WhSyncMarkClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_sync_mark_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-sync-mark.ui");
  gtk_widget_class_bind_template_child (widget_class, WhSyncMark, button);
  gtk_widget_class_bind_template_child (widget_class, WhSyncMark, dot);
  gtk_widget_class_bind_template_child (widget_class, WhSyncMark, words);
  gtk_widget_class_bind_template_child (widget_class, WhSyncMark, sync);
}

static void
wh_sync_mark_init (WhSyncMark *mark)
{
  gtk_widget_init_template (GTK_WIDGET (mark));
}

void
wh_sync_mark_set_session (WhSyncMark *mark, WhSession *session)
{
  mark->session = g_object_ref (session);
  mark->handler = g_signal_connect_swapped (session, "notify::sync-state", G_CALLBACK (update_cb), mark);
  mark->changed_handler = g_signal_connect_swapped (session, "changed", G_CALLBACK (update_cb), mark);
  update_cb (mark);
}
