/* wh-search.h: the parts of a search, inside the room. */
#pragma once

#include "wh-snapshot.h"

G_BEGIN_DECLS

#define WH_SEARCH_MAX_WORDS 8

/* What was typed, taken apart. */
typedef struct {
  char    *squeezed;                     /* all of it, folded, without spaces */
  guint    n_words;
  char    *words[WH_SEARCH_MAX_WORDS];   /* those that say something */
  GArray  *analytes[WH_SEARCH_MAX_WORDS];/* of WhAnalyteIndex: terpenes a word names or smells of */
  gboolean descriptive;                  /* "that lemon one", "lemony": a description rather than a name */
} WhSearchText;

/* Takes at most WH_SEARCH_MAX_WORDS words; more say no more. */
WhSearchText *wh_search_text_new  (const WhSearchIndex *index, const char *text);
void          wh_search_text_free (WhSearchText *text);

gboolean      wh_search_has_filters (const WhQuery *query);
/* Whether a strain passes all filters of the query. A value nobody measured passes no bound. */
gboolean      wh_search_passes    (const WhSnapshot *snapshot, const WhQuery *query, guint64 state_bit, guint strain);

WhHits       *wh_search_run       (WhSnapshot *snapshot, const WhQuery *query, GError **error);

/* Fills highlight and matched of a hit. */
void          wh_highlight_hit    (WhHit *hit, const WhSearchText *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchText, wh_search_text_free)

G_END_DECLS
