/* wh-search-stages.h: a search goes through stages, best first. Each stage is a set of items (strains, listings of products); what an
 * earlier one found is taken out. Items are numbered by popularity, and within a stage the popular come first, which is the order of
 * the bits, so a page costs as much as it shows; the total is a count. Inside the room. */
#pragma once

#include "wh-search-index.h"
#include "wh-search-text.h"

G_BEGIN_DECLS

#define WH_STAGES_ENOUGH 5    /* matches as typed that make looking for typos unnecessary */

/* Where a stage begins and how much popularity adds. The stages of names lie close together, so that a popular item overtakes an unknown
 * one: "kush" shows OG Kush, "blue" shows Blueberry. */
typedef struct {
  double base, weight;
} WhScore;

typedef struct {
  guint32 item;
  float   score;
} WhFound;

/* What is searched. */
typedef struct {
  const WhSearchIndex *index;
  guint                n;
  void   (*pass)       (gpointer owner, WhBits *items);   /* leaves those that pass the query's filters */
  double (*popularity) (gpointer owner, guint item);      /* 0..1 */
  gpointer             owner;
} WhSearched;

typedef struct {
  WhSearched    searched;
  WhSearchText *text;
  gsize         n_bits;       /* 64-bit words of one set */
  WhBits       *memory;       /* all sets below */
  WhBits       *levels[WH_SEARCH_MAX_WORDS][WH_N_LEVELS];
  WhBits       *stage;        /* the set that is being made */
  WhBits       *scratch;
  WhBits       *seen;         /* found by some stage */
  WhBits       *matches;      /* those of them that pass the filters */
  guint         wanted;       /* places up to the end of the page */
  GArray       *found;        /* of WhFound */
  float        *scores;       /* by item, where the page is not ordered by score; else NULL */
} WhStages;

/* `by_score`: the first `wanted` of the best are found; else every match is given its score. */
void     wh_stages_init          (WhStages *stages, const WhSearched *searched, const char *text, guint wanted, gboolean by_score);
void     wh_stages_clear         (WhStages *stages);

/* Fills the levels by the words as typed. */
void     wh_stages_match         (WhStages *stages);
/* The stages of names, aliases and beginnings; of slips where those found little and `fuzzy`. */
void     wh_stages_names         (WhStages *stages);
void     wh_stages_words         (WhStages *stages, gboolean fuzzy);
/* Where nothing was found: all words but one, then any. */
void     wh_stages_relaxed       (WhStages *stages);
/* Everything, where there is no text. */
void     wh_stages_all           (WhStages *stages);

/* For stages of one's own: items that every word fits at `level` or better, added to the stage. */
void     wh_stages_unite         (WhStages *stages, WhLevel level);
/* Takes what is new and passes the filters out of the stage; leaves exactly those in it. */
void     wh_stages_settle        (WhStages *stages);
void     wh_stages_add           (WhStages *stages, guint item, double score);
void     wh_stages_take_popular  (WhStages *stages, WhScore score);
/* Settles, takes the popular, empties the stage. */
void     wh_stages_end           (WhStages *stages, WhScore score);
void     wh_stages_empty         (WhStages *stages);

/* Orders what was found by score, then popularity. */
void     wh_stages_sort          (WhStages *stages);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhStages, wh_stages_clear)

G_END_DECLS
