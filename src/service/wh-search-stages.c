#include "wh-search-stages.h"

#include <string.h>

static const WhScore SCORE_NAME = { 1.00, 0 }, SCORE_ALIAS = { 0.98, 0 };
static const WhScore SCORE_FIRST_WORDS = { 0.87, 0.10 }, SCORE_WORDS = { 0.86, 0.10 }, SCORE_BEGINS = { 0.855, 0.10 };
static const WhScore SCORE_PREFIXES = { 0.75, 0.10 };
static const WhScore SCORE_ALIAS_WORDS = { 0.70, 0.08 };
static const WhScore SCORE_ONE_CLOSE = { 0.62, 0.06 }, SCORE_NEAR_TITLE = { 0.59, 0.06 }, SCORE_ONE_LOOSE = { 0.53, 0.06 };
static const WhScore SCORE_ALL_CLOSE = { 0.47, 0.05 }, SCORE_ALL_LOOSE = { 0.41, 0.05 };
static const WhScore SCORE_ALL_BUT_ONE = { 0.15, 0.05 }, SCORE_ANY_WORD = { 0.05, 0.05 };

void
wh_stages_init (WhStages *stages, const WhSearched *searched, const char *text, guint wanted, gboolean by_score)
{
  *stages = (WhStages){ .searched = *searched, .wanted = MIN (wanted, searched->n) };
  stages->n_bits = wh_bits_words (MAX (searched->n, 1));
  stages->found = g_array_new (FALSE, FALSE, sizeof (WhFound));
  stages->text = wh_search_text_new (searched->index, text);
  guint n_sets = stages->text->n_words * WH_N_LEVELS;
  stages->memory = g_new0 (WhBits, (n_sets + 4) * stages->n_bits);
  WhBits *next = stages->memory;
  for (guint i = 0; i < n_sets; i++, next += stages->n_bits)
    stages->levels[i / WH_N_LEVELS][i % WH_N_LEVELS] = next;
  WhBits **const singles[] = { &stages->stage, &stages->scratch, &stages->seen, &stages->matches };
  for (guint i = 0; i < G_N_ELEMENTS (singles); i++, next += stages->n_bits)
    *singles[i] = next;
  if (!by_score)
    stages->scores = g_new0 (float, MAX (searched->n, 1));
}

void
wh_stages_clear (WhStages *stages)
{
  g_clear_pointer (&stages->text, wh_search_text_free);
  g_clear_pointer (&stages->memory, g_free);
  g_clear_pointer (&stages->found, g_array_unref);
  g_clear_pointer (&stages->scores, g_free);
}

/* -- one stage --------------------------------------------------------------------------------------------------- */

void
wh_stages_add (WhStages *stages, guint item, double score)
{
  WhFound found = { item, (float) score };

  if (stages->scores)
    stages->scores[item] = found.score;
  else
    g_array_append_val (stages->found, found);
}

void
wh_stages_settle (WhStages *stages)
{
  wh_bits_remove (stages->stage, stages->seen, stages->n_bits);
  wh_bits_unite (stages->seen, stages->stage, stages->n_bits);
  stages->searched.pass (stages->searched.owner, stages->stage);
  wh_bits_unite (stages->matches, stages->stage, stages->n_bits);
}

void
wh_stages_take_popular (WhStages *stages, WhScore score)
{
  guint n_taken = 0;

  WH_BITS_EACH (stages->stage, stages->searched.n, item)
    {
      if (n_taken++ == stages->wanted && !stages->scores)
        break;
      wh_stages_add (stages, item, score.base + score.weight * stages->searched.popularity (stages->searched.owner, item));
    }
}

void
wh_stages_empty (WhStages *stages)
{
  memset (stages->stage, 0, stages->n_bits * sizeof (WhBits));
}

void
wh_stages_end (WhStages *stages, WhScore score)
{
  wh_stages_settle (stages);
  wh_stages_take_popular (stages, score);
  wh_stages_empty (stages);
}

static void
set_titles (WhStages *stages, gboolean prefix, gboolean aliases, WhBits *bits)
{
  guint n;
  const WhTitle *titles = wh_search_index_titles (stages->searched.index, stages->text->squeezed, prefix, &n);

  for (guint i = 0; i < n; i++)
    if (!titles[i].is_alias == !aliases)
      wh_bits_set (bits, titles[i].strain);
}

static void
stage_titles (WhStages *stages, gboolean prefix, gboolean aliases, WhScore score)
{
  set_titles (stages, prefix, aliases, stages->stage);
  wh_stages_end (stages, score);
}

/* Adds to the stage the items that every word but `except` fits at `level` or better, and that one at
 * `except_level` (WH_N_LEVELS: that one need not fit). */
static void
unite_words (WhStages *stages, WhLevel level, guint except, WhLevel except_level)
{
  guint n_taken = 0;

  for (guint i = 0; i < stages->text->n_words; i++)
    {
      if (i == except && except_level == WH_N_LEVELS)
        continue;
      const WhBits *fits = stages->levels[i][i == except ? except_level : level];
      if (n_taken++ == 0)
        memcpy (stages->scratch, fits, stages->n_bits * sizeof (WhBits));
      else
        wh_bits_intersect (stages->scratch, fits, stages->n_bits);
    }
  if (n_taken > 0)
    wh_bits_unite (stages->stage, stages->scratch, stages->n_bits);
}

void
wh_stages_unite (WhStages *stages, WhLevel level)
{
  unite_words (stages, level, G_MAXUINT, level);
}

static void
stage_all_words (WhStages *stages, WhLevel level, WhScore score)
{
  wh_stages_unite (stages, level);
  wh_stages_end (stages, score);
}

/* Names that begin with what was typed, in whole words: "og" fits "OG Kush" better than "Ogre". */
static void
stage_first_words (WhStages *stages)
{
  wh_stages_unite (stages, WH_LEVEL_WORD);
  memset (stages->scratch, 0, stages->n_bits * sizeof (WhBits));
  set_titles (stages, TRUE, FALSE, stages->scratch);
  wh_bits_intersect (stages->stage, stages->scratch, stages->n_bits);
  wh_stages_end (stages, SCORE_FIRST_WORDS);
}

static void
stage_one_mistyped (WhStages *stages, WhLevel level, WhScore score)
{
  for (guint i = 0; i < stages->text->n_words; i++)
    unite_words (stages, WH_LEVEL_ALIAS, i, level);
  wh_stages_end (stages, score);
}

/* A level holds all better ones, so "fits at this level or better" is one set. */
static void
accumulate_levels (WhStages *stages)
{
  for (guint i = 0; i < stages->text->n_words; i++)
    for (guint level = 1; level < WH_N_LEVELS; level++)
      wh_bits_unite (stages->levels[i][level], stages->levels[i][level - 1], stages->n_bits);
}

static void
match_mistyped (WhStages *stages)
{
  for (guint i = 0; i < stages->text->n_words; i++)
    wh_search_index_match_typos (stages->searched.index, stages->text->words[i], stages->levels[i]);
  accumulate_levels (stages);
}

static void
stages_mistyped (WhStages *stages)
{
  const char *squeezed = stages->text->squeezed;

  match_mistyped (stages);
  stage_one_mistyped (stages, WH_LEVEL_CLOSE, SCORE_ONE_CLOSE);
  wh_search_index_near_titles (stages->searched.index, squeezed, wh_search_index_max_edits (squeezed), stages->stage);
  wh_stages_end (stages, SCORE_NEAR_TITLE);
  stage_one_mistyped (stages, WH_LEVEL_LOOSE, SCORE_ONE_LOOSE);
  stage_all_words (stages, WH_LEVEL_CLOSE, SCORE_ALL_CLOSE);
}

/* Nothing fits all words: leave one out, then take any. */
void
wh_stages_relaxed (WhStages *stages)
{
  guint n = stages->text->n_words;

  for (guint i = 0; n > 1 && i < n; i++)
    unite_words (stages, WH_LEVEL_LOOSE, i, WH_N_LEVELS);
  wh_stages_end (stages, SCORE_ALL_BUT_ONE);
  if (wh_bits_count (stages->seen, stages->n_bits) > 0)
    return;
  for (guint i = 0; n > 2 && i < n; i++)
    wh_bits_unite (stages->stage, stages->levels[i][WH_LEVEL_LOOSE], stages->n_bits);
  wh_stages_end (stages, SCORE_ANY_WORD);
}

/* -- all of them ------------------------------------------------------------------------------------------------- */

void
wh_stages_match (WhStages *stages)
{
  for (guint i = 0; i < stages->text->n_words; i++)
    wh_search_index_match (stages->searched.index, stages->text->words[i], stages->text->whole[i], stages->levels[i]);
}

void
wh_stages_names (WhStages *stages)
{
  accumulate_levels (stages);
  stage_titles (stages, FALSE, FALSE, SCORE_NAME);
  stage_titles (stages, FALSE, TRUE, SCORE_ALIAS);
}

void
wh_stages_words (WhStages *stages, gboolean fuzzy)
{
  stage_first_words (stages);
  stage_all_words (stages, WH_LEVEL_WORD, SCORE_WORDS);
  stage_titles (stages, TRUE, FALSE, SCORE_BEGINS);
  stage_all_words (stages, WH_LEVEL_PREFIX, SCORE_PREFIXES);
  stage_titles (stages, TRUE, TRUE, SCORE_ALIAS_WORDS);
  stage_all_words (stages, WH_LEVEL_ALIAS, SCORE_ALIAS_WORDS);
  if (fuzzy && wh_bits_count (stages->seen, stages->n_bits) < WH_STAGES_ENOUGH)
    stages_mistyped (stages);
  stage_all_words (stages, WH_LEVEL_LOOSE, SCORE_ALL_LOOSE);
}

void
wh_stages_all (WhStages *stages)
{
  for (guint item = 0; item < stages->searched.n; item++)
    wh_bits_set (stages->stage, item);
  wh_stages_end (stages, SCORE_NAME);
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const WhFound *x = a, *y = b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return (x->item > y->item) - (x->item < y->item);
}

void
wh_stages_sort (WhStages *stages)
{
  g_array_sort (stages->found, compare_found);
}
