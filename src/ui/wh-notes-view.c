#include "wh-notes-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "service/wh-notebook.h"
#include "wh-children.h"
#include "wh-words.h"

struct _WhNotesView {
  GtkWidget    parent;
  GtkListBox  *list;
  AdwEntryRow *entry;
  GPtrArray   *rows;      /* GtkWidget* of the notes, borrowed from the list */
  GHashTable  *drafts;    /* WhId -> text that was typed and not kept yet */
  WhId         object;
};

enum { ADD_NOTE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WhNotesView, wh_notes_view, GTK_TYPE_WIDGET)

static void
apply_cb (WhNotesView *view)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (view->entry))));

  if (*text)
    g_signal_emit (view, signals[ADD_NOTE], 0, text);
}

/* "anna · 2 days ago": the user of this machine without the word for it. */
static char *
note_words (const WhNote *note)
{
  g_autofree char *ago = wh_words_ago (note->entity.created_at);
  const char *author = note->author ? note->author : _("nobody named");

  if (g_str_has_prefix (author, "local:"))
    author += strlen ("local:");
  return ago ? g_strdup_printf ("%s · %s", author, ago) : g_strdup (author);
}

static GtkWidget *
note_row_new (const WhNote *note)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *words = note_words (note);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), note->text);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  if (wh_notebook_is_pending (note))
    {
      GtkWidget *mark = gtk_label_new (_("not sent yet"));
      gtk_widget_add_css_class (mark, "pending-tag");
      gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (mark, _("Kept on this machine until the server can be reached"));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
    }
  return row;
}

static void
wh_notes_view_finalize (GObject *object)
{
  WhNotesView *view = WH_NOTES_VIEW (object);

  g_ptr_array_unref (view->rows);
  g_hash_table_unref (view->drafts);
  G_OBJECT_CLASS (wh_notes_view_parent_class)->finalize (object);
}

static void
wh_notes_view_dispose (GObject *object)
{
  wh_children_unparent (GTK_WIDGET (object));
  G_OBJECT_CLASS (wh_notes_view_parent_class)->dispose (object);
}

static void
wh_notes_view_class_init (WhNotesViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = wh_notes_view_dispose;
  G_OBJECT_CLASS (class)->finalize = wh_notes_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/com/weedhounds/Desktop/wh-notes-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WhNotesView, list);
  gtk_widget_class_bind_template_child (widget_class, WhNotesView, entry);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  signals[ADD_NOTE] = g_signal_new ("add-note", WH_TYPE_NOTES_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
}

static void
wh_notes_view_init (WhNotesView *view)
{
  view->rows = g_ptr_array_new ();
  view->drafts = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (view));
}

/* A half-written note must neither be lost nor end up on the next strain. */
static void
turn_to (WhNotesView *view, const WhId *object)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (view->entry)), *draft;

  if (wh_id_equal (&view->object, object))
    return;
  if (*typed)
    g_hash_table_insert (view->drafts, g_memdup2 (&view->object, sizeof view->object), g_strdup (typed));
  else
    g_hash_table_remove (view->drafts, &view->object);
  view->object = *object;
  draft = g_hash_table_lookup (view->drafts, object);
  gtk_editable_set_text (GTK_EDITABLE (view->entry), draft ? draft : "");
}

void
wh_notes_view_set_notes (WhNotesView *view, const WhId *object, const GPtrArray *notes)
{
  gtk_widget_set_visible (GTK_WIDGET (view), notes != NULL);
  turn_to (view, object);
  for (guint i = 0; i < view->rows->len; i++)
    gtk_list_box_remove (view->list, view->rows->pdata[i]);
  g_ptr_array_set_size (view->rows, 0);
  for (guint i = 0; notes && i < notes->len; i++)
    {
      GtkWidget *row = note_row_new (notes->pdata[i]);
      g_ptr_array_add (view->rows, row);
      gtk_list_box_prepend (view->list, row);   /* the newest next to the entry, which is last */
    }
}

void
wh_notes_view_write (WhNotesView *view)
{
  gtk_widget_grab_focus (GTK_WIDGET (view->entry));
}

void
wh_notes_view_kept (WhNotesView *view, const WhId *object, const char *text)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (view->entry))));

  if (!wh_id_equal (&view->object, object))
    g_hash_table_remove (view->drafts, object);
  else if (strcmp (typed, text) == 0)
    gtk_editable_set_text (GTK_EDITABLE (view->entry), "");
}
