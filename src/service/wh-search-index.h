/* wh-search-index.h: names, aliases and words of all strains, arranged for being searched. Immutable once finished.
 *
 * Titles (whole names and aliases) are kept sorted without their spaces, so "grand daddy p" begins "granddaddypurple".
 * Words are kept sorted, so a prefix is a range; each has the ascending list of strains it occurs in. A mistyped word is
 * found by a pass over all words: a mask of letters rules out nearly all of them before any distance is computed. */
#pragma once

#include "wh-bits.h"

G_BEGIN_DECLS

typedef enum {
  WH_INDEX_NAME,
  WH_INDEX_ALIAS,
  WH_INDEX_FLAVOUR,
  WH_INDEX_INITIALS,   /* "bd" of "Blue Dream" */
} WhIndexField;

/* How well a word fits a strain, best first. */
typedef enum {
  WH_LEVEL_WORD,       /* a word of the name */
  WH_LEVEL_PREFIX,     /* the beginning of one */
  WH_LEVEL_ALIAS,      /* in an alias, or the beginning of a word there */
  WH_LEVEL_CLOSE,      /* one slip of the finger away */
  WH_LEVEL_LOOSE,      /* two slips, or the initials */
  WH_LEVEL_MEANING,    /* a flavour, an aroma, a terpene, a type */
  WH_N_LEVELS
} WhLevel;

typedef struct _WhSearchIndex WhSearchIndex;

typedef struct {
  const char *text;    /* folded, without spaces */
  guint32     strain;
  guint16     length;  /* bytes, at most G_MAXUINT16 */
  guint16     is_alias;
} WhTitle;

WhSearchIndex *wh_search_index_new    (guint n_strains);
void           wh_search_index_free   (WhSearchIndex *index);
/* A whole name or alias; strains come in ascending order. */
void           wh_search_index_add_title (WhSearchIndex *index, guint strain, const char *text, WhIndexField field);
void           wh_search_index_add_words (WhSearchIndex *index, guint strain, const char *text, WhIndexField field);
void           wh_search_index_finish (WhSearchIndex *index);

/* Titles equal to `squeezed` (or beginning with it), names before aliases, popular before unknown among equals. */
const WhTitle *wh_search_index_titles (const WhSearchIndex *index, const char *squeezed, gboolean prefix, guint *out_n);
/* Titles at most `max_edits` slips from `squeezed`, into `bits`. */
void           wh_search_index_near_titles (const WhSearchIndex *index, const char *squeezed, guint max_edits, WhBits *bits);
/* Sets, per level, the strains that a word fits as it is written (levels is WH_N_LEVELS sets). `whole`: not as a beginning. */
void           wh_search_index_match  (const WhSearchIndex *index, const char *word, gboolean whole, WhBits *const *levels);
/* The strains with a flavour that has each of the folded `words`, or where no flavour has a word, its beginning. */
void           wh_search_index_match_flavour (const WhSearchIndex *index, const char *words, WhBits *bits);
gboolean       wh_search_index_has_flavour (const WhSearchIndex *index, const char *word);
gboolean       wh_search_index_has_word (const WhSearchIndex *index, const char *word);
/* Sets CLOSE and LOOSE by the words that look like it. */
void           wh_search_index_match_typos (const WhSearchIndex *index, const char *word, WhBits *const *levels);
/* Slips that are forgiven in a word: none below four letters, one below six, else two. */
guint          wh_search_index_max_edits (const char *word);
/* A folded text without its spaces. */
char          *wh_search_index_squeeze (const char *folded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchIndex, wh_search_index_free)

G_END_DECLS
