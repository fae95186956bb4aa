/* wh-search-text.h: what was typed into a search, taken apart. Inside the room. */
#pragma once

#include "wh-search-index.h"

G_BEGIN_DECLS

#define WH_SEARCH_MAX_WORDS 8

/* What was typed, taken apart. */
typedef struct {
  char    *squeezed;                     /* all of it, folded, without spaces */
  guint    n_words;
  char    *words[WH_SEARCH_MAX_WORDS];   /* those that say something */
  char    *meant[WH_SEARCH_MAX_WORDS];   /* another word for the same aroma: "gassy" is "diesel"; NULL */
  gboolean whole[WH_SEARCH_MAX_WORDS];   /* was "piney": a whole word, no beginning of "pineapple" */
  GArray  *analytes[WH_SEARCH_MAX_WORDS];/* of WhAnalyteIndex: terpenes a word names or smells of */
  gboolean descriptive;                  /* "that lemon one", "lemony": a description rather than a name */
} WhSearchText;

/* Takes at most WH_SEARCH_MAX_WORDS words; more say no more. */
WhSearchText *wh_search_text_new  (const WhSearchIndex *index, const char *text);
void          wh_search_text_free (WhSearchText *text);
/* Whether the folded text has a word that word `i` means or begins. */
gboolean      wh_search_text_fits (const WhSearchText *text, guint i, const char *folded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchText, wh_search_text_free)

G_END_DECLS
