/* A search goes through stages, best first. Each stage is a set of strains; what an earlier one found is taken out. Within a
 * stage the popular come first, which is the order of the bits, so a page costs as much as it shows; the total is a count. */
#include "wh-search.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"

#define ENOUGH 5    /* matches as typed that make looking for typos unnecessary */

/* Scores: where a stage begins and how much popularity (or the share of the terpene) adds. The three name stages lie close
 * together, so that a popular strain overtakes an unknown one: "kush" shows OG Kush, "blue" shows Blueberry. */
typedef struct {
  double base, weight;
} Score;

static const Score SCORE_NAME = { 1.00, 0 }, SCORE_ALIAS = { 0.98, 0 }, SCORE_DESCRIBED = { 0.93, 0.03 };
static const Score SCORE_FIRST_WORDS = { 0.87, 0.10 }, SCORE_WORDS = { 0.86, 0.10 }, SCORE_BEGINS = { 0.855, 0.10 };
static const Score SCORE_PREFIXES = { 0.75, 0.10 };
static const Score SCORE_ALIAS_WORDS = { 0.70, 0.08 };
static const Score SCORE_ONE_CLOSE = { 0.62, 0.06 }, SCORE_NEAR_TITLE = { 0.59, 0.06 }, SCORE_ONE_LOOSE = { 0.53, 0.06 };
static const Score SCORE_ALL_CLOSE = { 0.47, 0.05 }, SCORE_ALL_LOOSE = { 0.41, 0.05 };
static const Score SCORE_AROMA = { 0.30, 0.10 }, SCORE_AROMA_MEANT = { 0.80, 0.15 }, SCORE_MEANING = { 0.25, 0.05 };
static const Score SCORE_MEANING_MEANT = { 0.72, 0.08 };
static const Score SCORE_ALL_BUT_ONE = { 0.15, 0.05 }, SCORE_ANY_WORD = { 0.05, 0.05 };

typedef struct {
  guint32 strain;
  float   score;
} Found;

typedef struct {
  WhSnapshot    *snapshot;
  const WhQuery *query;
  WhSearchFilter *filter;      /* NULL: everything passes */
  WhSearchText  *text;
  gsize          n_bits;       /* 64-bit words of one set */
  WhBits        *memory;       /* all sets below */
  WhBits        *levels[WH_SEARCH_MAX_WORDS][WH_N_LEVELS];
  WhBits        *stage;        /* the set that is being made */
  WhBits        *scratch;
  WhBits        *seen;         /* found by some stage */
  WhBits        *matches;      /* those of them that pass the filters */
  guint          wanted;       /* places up to the end of the page */
  GArray        *found;        /* of Found */
  float         *scores;       /* by strain, where the page is not ordered by score; else NULL */
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->filter, wh_search_filter_free);
  g_clear_pointer (&search->text, wh_search_text_free);
  g_clear_pointer (&search->memory, g_free);
  g_clear_pointer (&search->found, g_array_unref);
  g_clear_pointer (&search->scores, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
search_init (Search *search, WhSnapshot *snapshot, const WhQuery *query, gboolean page)
{
  *search = (Search){ .snapshot = snapshot, .query = query, .n_bits = wh_bits_words (MAX (snapshot->n, 1)) };
  search->filter = wh_search_filter_new (snapshot, query);
  if (page)
    search->wanted = (guint) MIN ((guint64) query->offset + MIN (query->limit, WH_LIMIT_PAGE), snapshot->n);
  search->found = g_array_new (FALSE, FALSE, sizeof (Found));
  search->text = wh_search_text_new (snapshot->index, query->text);
  guint n_sets = search->text->n_words * WH_N_LEVELS;
  search->memory = g_new0 (WhBits, (n_sets + 4) * search->n_bits);
  WhBits *next = search->memory;
  for (guint i = 0; i < n_sets; i++, next += search->n_bits)
    search->levels[i / WH_N_LEVELS][i % WH_N_LEVELS] = next;
  WhBits **const singles[] = { &search->stage, &search->scratch, &search->seen, &search->matches };
  for (guint i = 0; i < G_N_ELEMENTS (singles); i++, next += search->n_bits)
    *singles[i] = next;
  if (page && query->sort != WH_SORT_RELEVANCE)
    search->scores = g_new0 (float, MAX (snapshot->n, 1));
}

/* -- stages ------------------------------------------------------------------------------------------------------ */

static double
popularity (const Search *search, guint strain)
{
  double value = search->snapshot->cards[strain].popularity;

  return isnan (value) ? 0 : CLAMP (value, 0, 1);
}

static void
add_found (Search *search, guint strain, double score)
{
  Found found = { strain, (float) score };

  if (search->scores)
    search->scores[strain] = found.score;
  else
    g_array_append_val (search->found, found);
}

/* Takes what is new and passes the filters out of the stage; leaves exactly those in it. */
static void
settle_stage (Search *search)
{
  wh_bits_remove (search->stage, search->seen, search->n_bits);
  wh_bits_unite (search->seen, search->stage, search->n_bits);
  wh_search_filter_apply (search->filter, search->stage);
  wh_bits_unite (search->matches, search->stage, search->n_bits);
}

static void
take_by_popularity (Search *search, Score score)
{
  guint n_taken = 0;

  WH_BITS_EACH (search->stage, search->snapshot->n, strain)
    {
      if (n_taken++ == search->wanted && !search->scores)
        break;
      add_found (search, strain, score.base + score.weight * popularity (search, strain));
    }
}

static void
end_stage (Search *search, Score score)
{
  settle_stage (search);
  take_by_popularity (search, score);
  memset (search->stage, 0, search->n_bits * sizeof (WhBits));
}

static void
set_titles (Search *search, gboolean prefix, gboolean aliases, WhBits *bits)
{
  guint n;
  const WhTitle *titles = wh_search_index_titles (search->snapshot->index, search->text->squeezed, prefix, &n);

  for (guint i = 0; i < n; i++)
    if (!titles[i].is_alias == !aliases)
      wh_bits_set (bits, titles[i].strain);
}

static void
stage_titles (Search *search, gboolean prefix, gboolean aliases, Score score)
{
  set_titles (search, prefix, aliases, search->stage);
  end_stage (search, score);
}

/* Adds to the stage the strains that every word but `except` fits at `level` or better, and that one at
 * `except_level` (WH_N_LEVELS: that one need not fit). */
static void
unite_all_words (Search *search, WhLevel level, guint except, WhLevel except_level)
{
  guint n_taken = 0;

  for (guint i = 0; i < search->text->n_words; i++)
    {
      if (i == except && except_level == WH_N_LEVELS)
        continue;
      const WhBits *fits = search->levels[i][i == except ? except_level : level];
      if (n_taken++ == 0)
        memcpy (search->scratch, fits, search->n_bits * sizeof (WhBits));
      else
        wh_bits_intersect (search->scratch, fits, search->n_bits);
    }
  if (n_taken > 0)
    wh_bits_unite (search->stage, search->scratch, search->n_bits);
}

static void
stage_all_words (Search *search, WhLevel level, Score score)
{
  unite_all_words (search, level, G_MAXUINT, level);
  end_stage (search, score);
}

/* Names that begin with what was typed, in whole words: "og" fits "OG Kush" better than "Ogre". */
static void
stage_first_words (Search *search)
{
  unite_all_words (search, WH_LEVEL_WORD, G_MAXUINT, WH_LEVEL_WORD);
  memset (search->scratch, 0, search->n_bits * sizeof (WhBits));
  set_titles (search, TRUE, FALSE, search->scratch);
  wh_bits_intersect (search->stage, search->scratch, search->n_bits);
  end_stage (search, SCORE_FIRST_WORDS);
}

static void
stage_one_mistyped (Search *search, WhLevel level, Score score)
{
  for (guint i = 0; i < search->text->n_words; i++)
    unite_all_words (search, WH_LEVEL_ALIAS, i, level);
  end_stage (search, score);
}

/* A level holds all better ones, so "fits at this level or better" is one set. */
static void
accumulate_levels (Search *search)
{
  for (guint i = 0; i < search->text->n_words; i++)
    for (guint level = 1; level < WH_N_LEVELS; level++)
      wh_bits_unite (search->levels[i][level], search->levels[i][level - 1], search->n_bits);
}

/* -- meanings ---------------------------------------------------------------------------------------------------- */

static const GArray *
leaders_of (const Search *search, WhAnalyteIndex analyte)
{
  return search->snapshot->leaders[analyte];
}

static void
set_leaders (Search *search, const GArray *analytes, WhBits *bits)
{
  for (guint i = 0; i < analytes->len; i++)
    {
      const GArray *leaders = leaders_of (search, g_array_index (analytes, WhAnalyteIndex, i));
      for (guint l = 0; leaders && l < leaders->len; l++)
        wh_bits_set (bits, g_array_index (leaders, WhLeader, l).strain);
    }
}

static gboolean
is_type_word (const char *word)
{
  static const char *const types[] = { "indica", "sativa", "hybrid" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (word, types[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
match_meanings (Search *search)
{
  const WhSnapshot *snapshot = search->snapshot;

  for (guint i = 0; i < search->text->n_words; i++)
    {
      WhBits *bits = search->levels[i][WH_LEVEL_MEANING];
      set_leaders (search, search->text->analytes[i], bits);
      if (search->text->meant[i])
        wh_search_index_match_flavour (snapshot->index, search->text->meant[i], bits);
      for (guint strain = 0; is_type_word (search->text->words[i]) && strain < snapshot->n; strain++)
        if (snapshot->cards[strain].type && g_ascii_strcasecmp (snapshot->cards[strain].type, search->text->words[i]) == 0)
          wh_bits_set (bits, strain);
    }
}

/* Lists of leaders are walked side by side, the largest share next. */
static const WhLeader *
next_leader (const Search *search, const GArray *analytes, guint *places)
{
  const WhLeader *best = NULL;
  guint best_list = 0;

  for (guint i = 0; i < analytes->len; i++)
    {
      const GArray *leaders = leaders_of (search, g_array_index (analytes, WhAnalyteIndex, i));
      const WhLeader *leader = leaders && places[i] < leaders->len ? &g_array_index (leaders, WhLeader, places[i]) : NULL;
      if (leader && (!best || leader->share > best->share))
        {
          best = leader;
          best_list = i;
        }
    }
  if (best)
    places[best_list]++;
  return best;
}

/* Takes the strains of the settled stage in which the terpenes of one word are strongest. */
static void
take_by_share (Search *search, const GArray *analytes, Score score)
{
  g_autofree guint *places = g_new0 (guint, analytes->len + 1);
  const WhLeader *leader;
  guint n_taken = 0;

  while ((n_taken < search->wanted || search->scores) && (leader = next_leader (search, analytes, places)))
    if (wh_bits_test (search->stage, leader->strain))
      {
        wh_bits_clear (search->stage, leader->strain);
        add_found (search, leader->strain, score.base + score.weight * leader->share);
        n_taken++;
      }
}

static const GArray *
meant_analytes (const Search *search)
{
  for (guint i = 0; i < search->text->n_words; i++)
    if (search->text->analytes[i]->len > 0)
      return search->text->analytes[i];
  return NULL;
}

static void
stage_meanings (Search *search)
{
  const GArray *analytes = meant_analytes (search);

  unite_all_words (search, WH_LEVEL_MEANING, G_MAXUINT, WH_LEVEL_MEANING);
  settle_stage (search);
  if (analytes)
    take_by_share (search, analytes, search->text->descriptive ? SCORE_AROMA_MEANT : SCORE_AROMA);
  take_by_popularity (search, search->text->descriptive ? SCORE_MEANING_MEANT : SCORE_MEANING);
  memset (search->stage, 0, search->n_bits * sizeof (WhBits));
}

/* "that lemon one": named after lemon and full of limonene comes before either alone. */
static void
stage_described (Search *search)
{
  const GArray *analytes = meant_analytes (search);

  if (!search->text->descriptive || !analytes)
    return;
  unite_all_words (search, WH_LEVEL_ALIAS, G_MAXUINT, WH_LEVEL_ALIAS);
  memset (search->scratch, 0, search->n_bits * sizeof (WhBits));
  set_leaders (search, analytes, search->scratch);
  wh_bits_intersect (search->stage, search->scratch, search->n_bits);
  end_stage (search, SCORE_DESCRIBED);
}

/* -- the whole search -------------------------------------------------------------------------------------------- */

static void
match_as_typed (Search *search)
{
  for (guint i = 0; i < search->text->n_words; i++)
    wh_search_index_match (search->snapshot->index, search->text->words[i], search->text->whole[i], search->levels[i]);
  match_meanings (search);
  accumulate_levels (search);
}

static void
match_mistyped (Search *search)
{
  for (guint i = 0; i < search->text->n_words; i++)
    wh_search_index_match_typos (search->snapshot->index, search->text->words[i], search->levels[i]);
  accumulate_levels (search);
}

static void
stages_mistyped (Search *search)
{
  const char *squeezed = search->text->squeezed;

  match_mistyped (search);
  stage_one_mistyped (search, WH_LEVEL_CLOSE, SCORE_ONE_CLOSE);
  wh_search_index_near_titles (search->snapshot->index, squeezed, wh_search_index_max_edits (squeezed), search->stage);
  end_stage (search, SCORE_NEAR_TITLE);
  stage_one_mistyped (search, WH_LEVEL_LOOSE, SCORE_ONE_LOOSE);
  stage_all_words (search, WH_LEVEL_CLOSE, SCORE_ALL_CLOSE);
}

/* Nothing fits all words: leave one out, then take any. */
static void
stages_relaxed (Search *search)
{
  guint n = search->text->n_words;

  for (guint i = 0; n > 1 && i < n; i++)
    unite_all_words (search, WH_LEVEL_LOOSE, i, WH_N_LEVELS);
  end_stage (search, SCORE_ALL_BUT_ONE);
  if (wh_bits_count (search->seen, search->n_bits) > 0)
    return;
  for (guint i = 0; n > 2 && i < n; i++)
    wh_bits_unite (search->stage, search->levels[i][WH_LEVEL_LOOSE], search->n_bits);
  end_stage (search, SCORE_ANY_WORD);
}

static void
search_text (Search *search)
{
  match_as_typed (search);
  stage_titles (search, FALSE, FALSE, SCORE_NAME);
  stage_titles (search, FALSE, TRUE, SCORE_ALIAS);
  stage_described (search);
  stage_first_words (search);
  stage_all_words (search, WH_LEVEL_WORD, SCORE_WORDS);
  stage_titles (search, TRUE, FALSE, SCORE_BEGINS);
  stage_all_words (search, WH_LEVEL_PREFIX, SCORE_PREFIXES);
  stage_titles (search, TRUE, TRUE, SCORE_ALIAS_WORDS);
  stage_all_words (search, WH_LEVEL_ALIAS, SCORE_ALIAS_WORDS);
  if (search->query->fuzzy && wh_bits_count (search->seen, search->n_bits) < ENOUGH)
    stages_mistyped (search);
  stage_all_words (search, WH_LEVEL_LOOSE, SCORE_ALL_LOOSE);
  stage_meanings (search);
  if (search->query->fuzzy && wh_bits_count (search->seen, search->n_bits) == 0)
    stages_relaxed (search);
}

static void
search_all (Search *search)
{
  for (guint strain = 0; strain < search->snapshot->n; strain++)
    wh_bits_set (search->stage, strain);
  end_stage (search, SCORE_NAME);
}

/* -- the page ---------------------------------------------------------------------------------------------------- */

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *x = a, *y = b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return (x->strain > y->strain) - (x->strain < y->strain);
}

/* The strains that match, in the order that was asked for, with the scores they were given. */
static void
take_ordered (Search *search)
{
  g_autoptr (GArray) strains = wh_search_order (search->snapshot, search->query, search->filter, search->matches, search->wanted);

  for (guint i = 0; i < strains->len; i++)
    {
      guint32 strain = g_array_index (strains, guint32, i);
      Found found = { strain, search->scores[strain] };
      g_array_append_val (search->found, found);
    }
}

static void
hit_clear_cb (gpointer data)
{
  WhHit *hit = data;

  g_free (hit->highlight);
  g_free (hit->matched);
}

static WhHit
make_hit (const Search *search, const Found *found)
{
  const WhCard *card = &search->snapshot->cards[found->strain];
  WhHit hit = { .card = card, .score = found->score, .n_in_stock = card->n_in_stock, .price_per_gram = card->price_per_gram };

  if (wh_search_filter_asks_products (search->filter))
    {
      WhShelf shelf = wh_search_filter_shelf (search->filter, found->strain);
      hit.n_in_stock = shelf.n_in_stock;
      hit.price_per_gram = shelf.price;
    }
  if (search->text->n_words > 0)
    wh_highlight_hit (&hit, search->snapshot, search->text);
  return hit;
}

static WhHits *
make_page (Search *search)
{
  WhHits *hits = g_new0 (WhHits, 1);

  if (search->scores)
    take_ordered (search);
  else
    g_array_sort (search->found, compare_found);
  hits->snapshot = wh_snapshot_ref (search->snapshot);
  hits->total = wh_bits_count (search->matches, search->n_bits);
  hits->hits = g_array_new (FALSE, FALSE, sizeof (WhHit));
  g_array_set_clear_func (hits->hits, hit_clear_cb);
  for (guint i = search->query->offset; i < MIN (search->wanted, search->found->len); i++)
    {
      WhHit hit = make_hit (search, &g_array_index (search->found, Found, i));
      g_array_append_val (hits->hits, hit);
    }
  return hits;
}

static gboolean
run (Search *search, WhSnapshot *snapshot, const WhQuery *query, gboolean page, GError **error)
{
  if (query->text && strlen (query->text) > WH_LIMIT_QUERY)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("The search is too long: at most %d bytes are read"), WH_LIMIT_QUERY);
      return FALSE;
    }
  search_init (search, snapshot, query, page);
  if (search->text->n_words > 0)
    search_text (search);
  else
    search_all (search);
  return TRUE;
}

WhHits *
wh_search_run (WhSnapshot *snapshot, const WhQuery *query, GError **error)
{
  g_auto (Search) search = { 0 };

  return run (&search, snapshot, query, TRUE, error) ? make_page (&search) : NULL;
}

WhFacets *
wh_search_facets (WhSnapshot *snapshot, const WhQuery *query, GError **error)
{
  g_auto (Search) search = { 0 };

  if (!run (&search, snapshot, query, FALSE, error))
    return NULL;
  return wh_facets_count (snapshot, search.filter, search.matches);
}

void
wh_hits_free (WhHits *hits)
{
  g_array_unref (hits->hits);
  wh_snapshot_unref (hits->snapshot);
  g_free (hits);
}
