/* wh-search-words.h: what the search knows about language, shipped as data (data/aliases.tsv, data/search-words.tsv). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Well-known other names of the strain with this slug, NULL-terminated; NULL when there are none. Owned by the program. */
const char *const *wh_search_words_aliases (const char *slug);
/* Words that say nothing about a strain ("that", "the", "one"). `word` is folded. */
gboolean           wh_search_words_is_stop (const char *word);
/* "lemony" -> "lemon"; NULL when the word has no ending to drop. Caller frees. */
char              *wh_search_words_stem    (const char *word);

G_END_DECLS
