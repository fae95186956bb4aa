/* wh-search-tally.h: how often things are looked for, without who looked or when exactly.
 *
 * Counted in memory; written as one row a day and term (core/wh-nouns-shop.h) by wh_search_tally_flush. A term is written by itself only
 * once it was looked for WH_SEARCH_KEPT_FROM times; what is rarer is written as one sum under WH_SEARCH_REST when the day or the program
 * ends, since a rare search may tell who searched. Long texts and terms past the first WH_SEARCH_TERMS of a day go into that sum, too.
 * All functions may be called from any thread. */
#pragma once

#include "store/wh-store.h"

G_BEGIN_DECLS

#define WH_SEARCH_KEPT_FROM 3
#define WH_SEARCH_TERMS 2000      /* a day */
#define WH_SEARCH_TERM_BYTES 64
#define WH_SEARCH_REST "*"        /* no folded text */

typedef struct _WhSearchTally WhSearchTally;

WhSearchTally *wh_search_tally_new   (void);
void           wh_search_tally_free  (WhSearchTally *tally);
/* Somebody searched: `text` is folded (WhQuery); NULL or "" (a list without words) does not count. */
void           wh_search_tally_count (WhSearchTally *tally, const char *text, guint n_found);
/* The same while somebody types: counts once the text has stood for a moment. */
void           wh_search_tally_typed (WhSearchTally *tally, const char *text, guint n_found);
/* Adds what was counted to the rows of the store, in one transaction; nothing where there is nothing. `last`: the program ends. After an
 * error everything is still counted. Needs WRITE_CATALOGUE. */
gboolean       wh_search_tally_flush (WhSearchTally *tally, WhStore *store, const WhPrincipal *principal, gboolean last, GError **error);
/* Whether a flush would write; cheap. */
gboolean       wh_search_tally_is_due (WhSearchTally *tally, gboolean last);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchTally, wh_search_tally_free)

G_END_DECLS
