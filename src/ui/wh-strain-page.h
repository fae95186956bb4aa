/* wh-strain-page.h: one strain: figures, chemistry of a chosen lab result, similar strains, where to buy it. */
#pragma once

#include <gtk/gtk.h>

#include "wh-detail-loader.h"

G_BEGIN_DECLS

#define WH_TYPE_STRAIN_PAGE (wh_strain_page_get_type ())
/* Signals: "open-strain" (id as text): a similar strain was chosen; "favorite" (boolean): the mark was set or taken off, and
 * "add-note" (text): somebody wrote a note; both wait for new facts. */
G_DECLARE_FINAL_TYPE (WhStrainPage, wh_strain_page, WH, STRAIN_PAGE, GtkWidget)

/* Takes the facts. NULL shows the empty state. Of the same strain they change what is new and leave the rest where it is. */
void wh_strain_page_set_facts (WhStrainPage *page, WhPageFacts *facts);
/* The strain on the page; NULL: none. Borrowed. */
const WhId *wh_strain_page_strain (WhStrainPage *page);
/* The favourite's row as it was read last; NULL: none. Borrowed. */
const WhFavorite *wh_strain_page_favorite (WhStrainPage *page);
/* As if the star was pressed; the entry for notes gets the keyboard. Nothing without a strain. */
void wh_strain_page_toggle_favorite (WhStrainPage *page);
void wh_strain_page_write_note      (WhStrainPage *page);
/* The note is safe. */
void wh_strain_page_note_kept (WhStrainPage *page, const WhId *strain, const char *text);
/* What happened and what to do, instead of a strain. */
void wh_strain_page_set_error (WhStrainPage *page, const char *message);

G_END_DECLS
