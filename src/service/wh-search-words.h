/* wh-search-words.h: what the search knows about language, shipped as data (data/aliases.tsv, data/search-words.tsv). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Hands every line "key<TAB>value, value, …" of a file in the program to `each`, which owns what it gets. */
typedef void (*WhSearchWordsFunc) (char *key, char **values, gpointer user_data);
void               wh_search_words_read    (const char *path, WhSearchWordsFunc each, gpointer user_data);
/* Well-known other names of the strain with this slug, NULL-terminated; NULL when there are none. Owned by the program. */
const char *const *wh_search_words_aliases (const char *slug);
/* Words that say nothing about a strain ("that", "the", "one"). `word` is folded. */
gboolean           wh_search_words_is_stop (const char *word);
/* "lemony" -> "lemon", "piney" -> "pine"; NULL when the word has no ending to drop. Caller frees. */
char              *wh_search_words_stem    (const char *word);
/* Another word for the same aroma: "gassy" -> "diesel"; NULL when there is none. Owned by the program. */
const char        *wh_search_words_meaning (const char *word);

G_END_DECLS
