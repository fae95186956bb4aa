/* wh-notes-view.h: the notes of the staff on one thing, and an entry for another. */
#pragma once

#include <gtk/gtk.h>

#include "core/wh-nouns-shop.h"

G_BEGIN_DECLS

#define WH_TYPE_NOTES_VIEW (wh_notes_view_get_type ())
/* Signal "add-note" (text): somebody has written one; it stays in the entry until wh_notes_view_kept. */
G_DECLARE_FINAL_TYPE (WhNotesView, wh_notes_view, WH, NOTES_VIEW, GtkWidget)

/* `notes` (WhNote*) of the thing with this id; what was typed about another thing waits there for it. NULL: none may be read or written. */
void wh_notes_view_set_notes (WhNotesView *view, const WhId *object, const GPtrArray *notes);
void wh_notes_view_write     (WhNotesView *view);   /* the keyboard goes to the entry */
/* The text is safe: the entry may let go of it. */
void wh_notes_view_kept      (WhNotesView *view, const WhId *object, const char *text);

G_END_DECLS
