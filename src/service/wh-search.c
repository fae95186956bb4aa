/* Strains by what was typed: names first, then what words mean, all in the stages of wh-search-stages.h. */
#include "wh-search.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-search-stages.h"

/* How much popularity, or the share of the terpene, adds. */
static const WhScore SCORE_DESCRIBED = { 0.93, 0.03 };
static const WhScore SCORE_AROMA = { 0.30, 0.10 }, SCORE_AROMA_MEANT = { 0.80, 0.15 };
static const WhScore SCORE_MEANING = { 0.25, 0.05 }, SCORE_MEANING_MEANT = { 0.72, 0.08 };

typedef struct {
  WhSnapshot     *snapshot;
  const WhQuery  *query;
  WhSearchFilter *filter;      /* NULL: everything passes */
  WhStages        stages;
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->filter, wh_search_filter_free);
  wh_stages_clear (&search->stages);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
pass (gpointer owner, WhBits *strains)
{
  const Search *search = owner;

  wh_search_filter_apply (search->filter, strains);
}

static double
popularity (gpointer owner, guint strain)
{
  const Search *search = owner;
  double value = search->snapshot->cards[strain].popularity;

  return isnan (value) ? 0 : CLAMP (value, 0, 1);
}

static void
search_init (Search *search, WhSnapshot *snapshot, const WhQuery *query, gboolean page)
{
  WhSearched searched = { snapshot->index, snapshot->n, pass, popularity, search };
  guint64 wanted = page ? (guint64) query->offset + MIN (query->limit, WH_LIMIT_PAGE) : 0;

  search->snapshot = snapshot;
  search->query = query;
  search->filter = wh_search_filter_new (snapshot, query);
  wh_stages_init (&search->stages, &searched, query->text, (guint) MIN (wanted, snapshot->n),
                  !page || query->sort == WH_SORT_RELEVANCE);
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

  for (guint i = 0; i < search->stages.text->n_words; i++)
    {
      WhBits *bits = search->stages.levels[i][WH_LEVEL_MEANING];
      set_leaders (search, search->stages.text->analytes[i], bits);
      if (search->stages.text->meant[i])
        wh_search_index_match_flavour (snapshot->index, search->stages.text->meant[i], bits);
      for (guint strain = 0; is_type_word (search->stages.text->words[i]) && strain < snapshot->n; strain++)
        if (snapshot->cards[strain].type && g_ascii_strcasecmp (snapshot->cards[strain].type, search->stages.text->words[i]) == 0)
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
take_by_share (Search *search, const GArray *analytes, WhScore score)
{
  g_autofree guint *places = g_new0 (guint, analytes->len + 1);
  const WhLeader *leader;
  guint n_taken = 0;

  while ((n_taken < search->stages.wanted || search->stages.scores) && (leader = next_leader (search, analytes, places)))
    if (wh_bits_test (search->stages.stage, leader->strain))
      {
        wh_bits_clear (search->stages.stage, leader->strain);
        wh_stages_add (&search->stages, leader->strain, score.base + score.weight * leader->share);
        n_taken++;
      }
}

static const GArray *
meant_analytes (const Search *search)
{
  for (guint i = 0; i < search->stages.text->n_words; i++)
    if (search->stages.text->analytes[i]->len > 0)
      return search->stages.text->analytes[i];
  return NULL;
}

static void
stage_meanings (Search *search)
{
  const GArray *analytes = meant_analytes (search);

  wh_stages_unite (&search->stages, WH_LEVEL_MEANING);
  wh_stages_settle (&search->stages);
  if (analytes)
    take_by_share (search, analytes, search->stages.text->descriptive ? SCORE_AROMA_MEANT : SCORE_AROMA);
  wh_stages_take_popular (&search->stages, search->stages.text->descriptive ? SCORE_MEANING_MEANT : SCORE_MEANING);
  wh_stages_empty (&search->stages);
}

/* "that lemon one": named after lemon and full of limonene comes before either alone. */
static void
stage_described (Search *search)
{
  const GArray *analytes = meant_analytes (search);

  if (!search->stages.text->descriptive || !analytes)
    return;
  wh_stages_unite (&search->stages, WH_LEVEL_ALIAS);
  memset (search->stages.scratch, 0, search->stages.n_bits * sizeof (WhBits));
  set_leaders (search, analytes, search->stages.scratch);
  wh_bits_intersect (search->stages.stage, search->stages.scratch, search->stages.n_bits);
  wh_stages_end (&search->stages, SCORE_DESCRIBED);
}

/* -- the whole search -------------------------------------------------------------------------------------------- */

static void
search_text (Search *search)
{
  gboolean fuzzy = search->query->fuzzy;

  wh_stages_match (&search->stages);
  match_meanings (search);
  wh_stages_names (&search->stages);
  stage_described (search);
  wh_stages_words (&search->stages, fuzzy);
  stage_meanings (search);
  if (fuzzy && wh_bits_count (search->stages.seen, search->stages.n_bits) == 0)
    wh_stages_relaxed (&search->stages);
}

/* -- the page ---------------------------------------------------------------------------------------------------- */

/* The strains that match, in the order that was asked for, with the scores they were given. */
static void
take_ordered (Search *search)
{
  const WhStages *stages = &search->stages;
  g_autoptr (GArray) strains = wh_search_order (search->snapshot, search->query, search->filter, stages->matches, stages->wanted);

  for (guint i = 0; i < strains->len; i++)
    {
      guint32 strain = g_array_index (strains, guint32, i);
      WhFound found = { strain, stages->scores[strain] };
      g_array_append_val (stages->found, found);
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
make_hit (const Search *search, const WhFound *found)
{
  const WhCard *card = &search->snapshot->cards[found->item];
  WhHit hit = { .card = card, .score = found->score, .n_in_stock = card->n_in_stock, .price_per_gram = card->price_per_gram };

  if (wh_search_filter_asks_products (search->filter))
    {
      WhShelf shelf = wh_search_filter_shelf (search->filter, found->item);
      hit.n_in_stock = shelf.n_in_stock;
      hit.price_per_gram = shelf.price;
    }
  if (search->stages.text->n_words > 0)
    wh_highlight_hit (&hit, search->snapshot, search->stages.text);
  return hit;
}

static WhHits *
make_page (Search *search)
{
  WhHits *hits = g_new0 (WhHits, 1);

  if (search->stages.scores)
    take_ordered (search);
  else
    wh_stages_sort (&search->stages);
  hits->snapshot = wh_snapshot_ref (search->snapshot);
  hits->total = wh_bits_count (search->stages.matches, search->stages.n_bits);
  hits->hits = g_array_new (FALSE, FALSE, sizeof (WhHit));
  g_array_set_clear_func (hits->hits, hit_clear_cb);
  for (guint i = search->query->offset; i < MIN (search->stages.wanted, search->stages.found->len); i++)
    {
      WhHit hit = make_hit (search, &g_array_index (search->stages.found, WhFound, i));
      g_array_append_val (hits->hits, hit);
    }
  return hits;
}

gboolean
wh_search_check (const WhQuery *query, GError **error)
{
  if (!query->text || strlen (query->text) <= WH_LIMIT_QUERY)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("The search is too long: at most %d bytes are read"), WH_LIMIT_QUERY);
  return FALSE;
}

static gboolean
run (Search *search, WhSnapshot *snapshot, const WhQuery *query, gboolean page, GError **error)
{
  if (!wh_search_check (query, error))
    return FALSE;
  search_init (search, snapshot, query, page);
  if (search->stages.text->n_words > 0)
    search_text (search);
  else
    wh_stages_all (&search->stages);
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
  return wh_facets_count (snapshot, search.filter, search.stages.matches);
}

void
wh_hits_free (WhHits *hits)
{
  g_array_unref (hits->hits);
  wh_snapshot_unref (hits->snapshot);
  g_free (hits);
}
