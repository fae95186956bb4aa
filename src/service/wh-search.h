/* wh-search.h: the parts of a search, inside the room. */
#pragma once

#include "wh-facets.h"
#include "wh-search-filter.h"

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

WhHits       *wh_search_run       (WhSnapshot *snapshot, const WhQuery *query, GError **error);

/* The first `wanted` of the strains in `matches`, by a sort other than relevance: guint32. Caller frees. */
GArray       *wh_search_order     (const WhSnapshot *snapshot, const WhQuery *query, const WhSearchFilter *filter, const WhBits *matches,
                                   guint wanted);
/* Counts over all that the query finds. */
WhFacets     *wh_search_facets    (WhSnapshot *snapshot, const WhQuery *query, GError **error);
WhFacets     *wh_facets_count     (WhSnapshot *snapshot, const WhSearchFilter *filter, const WhBits *matches);

/* Fills highlight, matched and matched_by of a hit. */
void          wh_highlight_hit    (WhHit *hit, const WhSnapshot *snapshot, const WhSearchText *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchText, wh_search_text_free)

G_END_DECLS
