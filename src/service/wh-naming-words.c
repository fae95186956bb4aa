#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-private.h"

#define NEAR_EDITS 2
#define COMMON_WORD 120        /* strains: such a word alone finds nobody */
#define TYPO_SHARE 0.8         /* of a word's weight, when mistyped */
#define NUMBERS_DIFFER 0.7
#define MARKED 0.8             /* "F2", "with …" */
/* The share of right answers among judged names falls steeply with the score. */
#define CONFIDENCE_AT_ONE 0.5
#define CONFIDENCE_POWER 4

/* The words of a typed name that can name. */
typedef struct {
  guint       n;
  const char *words[WH_NAMING_MAX_WORDS];
  guint32     ids[WH_NAMING_MAX_WORDS];
  double      weight;           /* of all */
  char       *squeezed;
} Typed;

static gboolean
is_number (const char *word)
{
  return word[strspn (word, "0123456789")] == '\0';
}

static gboolean
has_digit (const char *word)
{
  return strpbrk (word, "0123456789") != NULL;
}

/* Numbers are compared on their own: what they say does not depend on how rare they are. */
static double
weight_of (const WhNamer *namer, const char *word, guint32 id)
{
  return is_number (word) ? 0 : wh_namer_weight (namer, id);
}

static void
read_typed (const WhNamer *namer, const WhNamingText *text, Typed *typed)
{
  g_autoptr (GString) squeezed = g_string_new (NULL);

  *typed = (Typed){ 0 };
  for (guint i = 0; i < text->n && text->kinds[i] != WH_WORD_ADDED; i++)
    {
      if (text->kinds[i] != WH_WORD_NAME && text->kinds[i] != WH_WORD_NUMBER)
        continue;
      g_string_append (squeezed, text->words[i]);
      if (wh_naming_is_and (text->words[i]))
        continue;
      typed->words[typed->n] = text->words[i];
      typed->ids[typed->n] = wh_namer_word (namer, text->words[i]);
      typed->weight += weight_of (namer, text->words[i], typed->ids[typed->n]);
      typed->n++;
    }
  typed->squeezed = g_string_free (g_steal_pointer (&squeezed), FALSE);
}

/* -- who comes into question -------------------------------------------------------------------------------------- */

static void
clear_levels (WhNamer *namer)
{
  gsize n_words = wh_bits_words (wh_snapshot_length (namer->snapshot));

  for (guint level = 0; level < WH_N_LEVELS; level++)
    memset (namer->levels[level], 0, n_words * sizeof (WhBits));
}

/* Strains with the word in their name or an alias, or one that looks like it. */
static void
find_by_word (WhNamer *namer, const char *word, guint32 id)
{
  static const WhLevel levels[] = { WH_LEVEL_WORD, WH_LEVEL_ALIAS, WH_LEVEL_CLOSE, WH_LEVEL_LOOSE };
  gsize n_words = wh_bits_words (wh_snapshot_length (namer->snapshot));

  clear_levels (namer);
  wh_search_index_match (namer->snapshot->index, word, FALSE, namer->levels);
  if (id == WH_NAMING_NO_WORD)
    wh_search_index_match_typos (namer->snapshot->index, word, namer->levels);
  else
    wh_search_index_match (namer->snapshot->index, namer->words->pdata[id], FALSE, namer->levels);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    wh_bits_unite (namer->near, namer->levels[levels[i]], n_words);
}

static gboolean
has_telling_word (const WhNamer *namer, const Typed *typed)
{
  for (guint i = 0; i < typed->n; i++)
    if (typed->ids[i] != WH_NAMING_NO_WORD && wh_namer_count (namer, typed->ids[i]) < COMMON_WORD)
      return TRUE;
  return FALSE;
}

static void
find_candidates (WhNamer *namer, const Typed *typed)
{
  gsize n_words = wh_bits_words (wh_snapshot_length (namer->snapshot));
  gboolean telling = has_telling_word (namer, typed);

  memset (namer->near, 0, n_words * sizeof (WhBits));
  wh_search_index_near_titles (namer->snapshot->index, typed->squeezed, NEAR_EDITS, namer->near);
  for (guint i = 0; i < typed->n; i++)
    if (!telling || wh_namer_count (namer, typed->ids[i]) < COMMON_WORD)
      find_by_word (namer, typed->words[i], typed->ids[i]);
}

/* -- how much alike ----------------------------------------------------------------------------------------------- */

/* How well a word of a title was typed: 1, TYPO_SHARE or 0. What has digits is itself or nothing. */
static double
typed_fit (const WhNamer *namer, const Typed *typed, guint32 id)
{
  const char *word = namer->words->pdata[id];

  for (guint i = 0; i < typed->n; i++)
    if (typed->ids[i] == id)
      return 1;
  for (guint i = 0; i < typed->n; i++)
    {
      guint edits = typed->ids[i] == WH_NAMING_NO_WORD && !has_digit (typed->words[i]) ? wh_search_index_max_edits (typed->words[i]) : 0;
      if (edits > 0 && wh_text_edit_distance (typed->words[i], word, edits) <= edits)
        return TYPO_SHARE;
    }
  return 0;
}

static gboolean
same_numbers (const WhNamer *namer, const Typed *typed, const WhNamingTitle *title)
{
  guint n_typed = 0, n_title = 0, n_same = 0;

  for (guint i = 0; i < typed->n; i++)
    n_typed += is_number (typed->words[i]);
  for (guint i = 0; i < title->n; i++)
    {
      guint32 id = g_array_index (namer->ids, guint32, title->first + i);
      gboolean number = is_number (namer->words->pdata[id]);
      n_title += number;
      n_same += number && typed_fit (namer, typed, id) == 1;
    }
  return n_same == n_typed && n_title == n_typed;
}

/* The share of what both say that they say alike, words weighted by rarity. */
static double
word_score (const WhNamer *namer, const Typed *typed, const WhNamingTitle *title)
{
  double shared = 0, whole = typed->weight;

  for (guint i = 0; i < title->n; i++)
    {
      guint32 id = g_array_index (namer->ids, guint32, title->first + i);
      double weight = weight_of (namer, namer->words->pdata[id], id);
      whole += weight;
      shared += weight * typed_fit (namer, typed, id);
    }
  return whole > 0 ? 2 * shared / whole : 0;
}

static double
letter_score (const Typed *typed, const WhNamingTitle *title)
{
  gsize length = MAX (strlen (typed->squeezed), strlen (title->squeezed));
  guint distance = wh_text_edit_distance (typed->squeezed, title->squeezed, NEAR_EDITS);

  return distance <= NEAR_EDITS && length > 0 ? MAX (0, 1 - 2.0 * distance / (double) length) : 0;
}

static double
title_score (const WhNamer *namer, const Typed *typed, const WhNamingTitle *title)
{
  double score = MAX (word_score (namer, typed, title), letter_score (typed, title));

  return same_numbers (namer, typed, title) ? score : score * NUMBERS_DIFFER;
}

static double
strain_score (const WhNamer *namer, const Typed *typed, guint strain)
{
  double best = 0;

  for (guint i = namer->first_title[strain]; i < namer->first_title[strain + 1]; i++)
    best = MAX (best, title_score (namer, typed, wh_namer_title (namer, i)));
  return best;
}

/* Keeps the best; among equals the popular one, which comes first. */
static void
offer (WhNaming *naming, const WhCard *card, double confidence)
{
  guint place = naming->n;

  if (confidence < WH_NAMING_LEAST)
    return;
  while (place > 0 && naming->candidates[place - 1].confidence < confidence)
    place--;
  if (place >= WH_NAMING_CANDIDATES)
    return;
  naming->n = MIN (naming->n + 1, WH_NAMING_CANDIDATES);
  for (guint i = naming->n - 1; i > place; i--)
    naming->candidates[i] = naming->candidates[i - 1];
  naming->candidates[place] = (WhNamingCandidate){ card, confidence, WH_NAMING_WORDS };
}

void
wh_namer_rank (WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  guint n = wh_snapshot_length (namer->snapshot);
  double factor = text->marks ? MARKED : 1;
  Typed typed;

  read_typed (namer, text, &typed);
  if (typed.n > 0)
    {
      find_candidates (namer, &typed);
      WH_BITS_EACH (namer->near, n, strain)
        offer (out_naming, wh_snapshot_card (namer->snapshot, strain),
               CONFIDENCE_AT_ONE * pow (factor * strain_score (namer, &typed, strain), CONFIDENCE_POWER));
    }
  g_free (typed.squeezed);
}
