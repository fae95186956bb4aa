/* wh-naming-private.h: names and aliases of a snapshot as numbered words, for comparing them with a typed name. */
#pragma once

#include "wh-naming-text.h"
#include "wh-naming.h"
#include "wh-snapshot.h"

G_BEGIN_DECLS

#define WH_NAMING_NO_WORD G_MAXUINT32

typedef struct {
  const char *squeezed;   /* folded, without spaces */
  guint32     strain;
  guint32     first;      /* of its words in `ids` */
  guint16     n;
  guint16     is_alias;
} WhNamingTitle;

struct _WhNamer {
  WhSnapshot   *snapshot;
  GStringChunk *text;
  GHashTable   *numbers;       /* plain word -> number + 1 */
  GPtrArray    *words;         /* of plain words by number */
  GArray       *counts;        /* of guint: strains whose name has the word */
  GArray       *ids;           /* of guint32: words of all titles */
  GArray       *titles;        /* of WhNamingTitle, ascending by strain */
  guint32      *first_title;   /* per strain, and the end */
  WhBits       *levels[WH_N_LEVELS], *near;
};

void    wh_namer_build       (WhNamer *namer);
/* "Mintz", "mint" and "mints" are one. Caller frees. */
char   *wh_naming_plain_word (const char *word);
/* "and", "n": one writes them, another does not. */
gboolean wh_naming_is_and    (const char *word);
/* WH_NAMING_NO_WORD when no title has it. */
guint32 wh_namer_word        (const WhNamer *namer, const char *word);
/* Strains whose name has the word. */
guint   wh_namer_count       (const WhNamer *namer, guint32 word);
/* What a word says about a strain: rare words say more. */
double  wh_namer_weight      (const WhNamer *namer, guint32 word);

static inline const WhNamingTitle *
wh_namer_title (const WhNamer *namer, guint i)
{
  return &g_array_index (namer->titles, WhNamingTitle, i);
}

/* -- wh-naming.c -- */
/* Share of right answers where a name may mean something else as well. */
#define WH_NAMING_DOUBTFUL 0.50
/* Words `first` to `end` of a name, without their spaces; `all`: also those beside the name. Caller frees. */
char    *wh_naming_squeeze   (const WhNamingText *text, guint first, guint end, gboolean all);
/* Whether one strain is listed twice. */
gboolean wh_namer_same       (const WhNamer *namer, guint strain, guint other);
/* Whether the one word of a title is part of so many names. */
gboolean wh_namer_is_family  (const WhNamer *namer, const char *squeezed, guint names);

/* -- wh-naming-near.c: a plural, or a slip -- */
gboolean wh_namer_take_near  (WhNamer *namer, const WhNamingText *text, WhNaming *out_naming);

/* -- wh-naming-words.c: by words shared -- */
/* Fills `out_naming` with strains that share words with the name or are written alike, best first; confidence may be low. */
void    wh_namer_rank        (WhNamer *namer, const WhNamingText *text, WhNaming *out_naming);

G_END_DECLS
