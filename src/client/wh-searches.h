/* wh-searches.h: what is searched for in a window that works on this machine's store, counted there (service/wh-search-tally.h).
 *
 * Main thread only. Written in a thread, once a minute where there is something new. While a server holds the store nothing is written,
 * and what was counted is kept for the next time. */
#pragma once

#include "core/wh-principal.h"
#include "service/wh-search-tally.h"

G_BEGIN_DECLS

typedef struct _WhSearches WhSearches;

WhSearches *wh_searches_new   (const char *data_dir, const WhPrincipal *principal);
/* Writes what is left, too. */
void        wh_searches_free  (WhSearches *searches);
/* `text` as it is being typed, folded; may be NULL. */
void        wh_searches_typed (WhSearches *searches, const char *text, guint n_found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearches, wh_searches_free)

G_END_DECLS
