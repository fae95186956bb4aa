#include <stdlib.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-private.h"

/* Shares of right answers among names looked through by hand, rounded down. */
#define CONFIDENCE_PLURAL 0.97
#define CONFIDENCE_TYPO 0.96
#define TYPO_LETTERS 9          /* shorter names forgive no slip */
#define TWO_TYPOS_LETTERS 13
#define SHORT_WORD 4            /* a slip in a shorter word makes another word */
#define SMALL_WORD 5            /* up to here, a letter left out or two swapped is a slip; another letter is another word */
#define PART_LETTERS 3          /* of words written together */
#define PLURAL_LETTERS 5
#define PLURAL_EDITS 3
#define FAMILY_PLURAL 2

typedef struct {
  const WhNamer *namer;
  guint          n;
  const char    *words[WH_NAMING_MAX_WORDS];
  char          *squeezed;
} Bare;

static void
read_bare (const WhNamer *namer, const WhNamingText *text, Bare *bare)
{
  *bare = (Bare){ .namer = namer, .squeezed = wh_naming_squeeze (text, 0, text->n, FALSE) };
  for (guint i = 0; i < text->n; i++)
    if (!wh_naming_is_beside (text->kinds[i]) && !wh_naming_is_and (text->words[i]))
      bare->words[bare->n++] = text->words[i];
}

static const char *
title_word (const WhNamer *namer, const WhNamingTitle *title, guint i)
{
  return namer->words->pdata[g_array_index (namer->ids, guint32, title->first + i)];
}

/* The same words but for a plural: "Animal Cookie", "Kush Mintz". */
static gboolean
is_plural (const Bare *bare, const WhNamingTitle *title)
{
  if (bare->n != title->n || strlen (bare->squeezed) < PLURAL_LETTERS)
    return FALSE;
  for (guint i = 0; i < bare->n; i++)
    {
      g_autofree char *plain = wh_naming_plain_word (bare->words[i]);
      if (strcmp (plain, title_word (bare->namer, title, i)) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Digits of two names in their order. */
static gboolean
same_digits (const char *a, const char *b)
{
  for (;; a++, b++)
    {
      a += strcspn (a, "0123456789");
      b += strcspn (b, "0123456789");
      if (*a != *b)
        return FALSE;
      if (!*a)
        return TRUE;
    }
}

/* "lemonhaze": two words that both occur in names. */
static gboolean
is_joined (const WhNamer *namer, const char *word)
{
  gsize length = strlen (word);

  for (gsize first = PART_LETTERS; first + PART_LETTERS <= length; first++)
    {
      g_autofree char *beginning = g_strndup (word, first);
      if (wh_namer_word (namer, beginning) != WH_NAMING_NO_WORD && wh_namer_word (namer, word + first) != WH_NAMING_NO_WORD)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_in_title (const Bare *bare, const WhNamingTitle *title, guint word)
{
  guint32 id = wh_namer_word (bare->namer, bare->words[word]);

  for (guint i = 0; i < title->n; i++)
    if (g_array_index (bare->namer->ids, guint32, title->first + i) == id)
      return TRUE;
  return FALSE;
}

/* Whether the words that the title has not may be slips: no title has them, and they are long enough. Where every word is
 * in the title and some of the title's are missing, that is another name ("White Fire Alien" of "White Fire Alien OG"). */
static gboolean
may_be_slips (const Bare *bare, const WhNamingTitle *title)
{
  guint n_slips = 0;

  for (guint i = 0; i < bare->n; i++)
    {
      const char *word = bare->words[i];
      if (is_in_title (bare, title, i))
        continue;
      if (wh_namer_word (bare->namer, word) != WH_NAMING_NO_WORD || strlen (word) < SHORT_WORD || is_joined (bare->namer, word))
        return FALSE;
      n_slips++;
    }
  return n_slips > 0;
}

/* The length of the title's word in which the two first differ. */
static gsize
differing_word (const Bare *bare, const WhNamingTitle *title)
{
  gsize same = 0, end = 0, length = 0;

  while (title->squeezed[same] && title->squeezed[same] == bare->squeezed[same])
    same++;
  for (guint i = 0; i < title->n && end <= same; i++)
    {
      length = strlen (title_word (bare->namer, title, i));
      end += length;
    }
  return length;
}

static int
compare_letters (gconstpointer a, gconstpointer b)
{
  return *(const char *) a - *(const char *) b;
}

static gboolean
same_letters (const char *a, const char *b)
{
  g_autofree char *x = g_strdup (a), *y = g_strdup (b);

  qsort (x, strlen (x), 1, compare_letters);
  qsort (y, strlen (y), 1, compare_letters);
  return strcmp (x, y) == 0;
}

/* "Drip" is not "Drop", but "Diesl" is "Diesel" and "Ckae" "Cake". */
static gboolean
is_other_word (const Bare *bare, const WhNamingTitle *title)
{
  return differing_word (bare, title) <= SMALL_WORD && strlen (bare->squeezed) >= strlen (title->squeezed)
         && !same_letters (bare->squeezed, title->squeezed);
}

/* A slip at the front of a word makes another word more often than a slip within. */
static gboolean
same_beginnings (const Bare *bare, const WhNamingTitle *title)
{
  for (guint i = 0; bare->n == title->n && i < bare->n; i++)
    if (bare->words[i][0] != title_word (bare->namer, title, i)[0])
      return FALSE;
  return bare->squeezed[0] == title->squeezed[0];
}

static gboolean
is_typo (const Bare *bare, const WhNamingTitle *title, guint edits)
{
  gsize length = MIN (strlen (bare->squeezed), strlen (title->squeezed));
  guint allowed = length < TYPO_LETTERS ? 0 : length < TWO_TYPOS_LETTERS ? 1 : 2;

  if (edits > allowed || (title->is_alias && title->n == 1) || !same_digits (bare->squeezed, title->squeezed)
      || !same_beginnings (bare, title) || is_other_word (bare, title))
    return FALSE;
  return may_be_slips (bare, title);
}

/* Among titles a few letters away: the nearest, names before aliases, and how many strains are as near. */
typedef struct {
  guint    distance, n;
  const WhNamingTitle *title;
  gboolean plural, typo;
} Nearest;

static void
consider (const Bare *bare, const WhNamingTitle *title, Nearest *nearest)
{
  gboolean plural = is_plural (bare, title);
  guint edits = plural ? 0 : wh_text_edit_distance (bare->squeezed, title->squeezed, PLURAL_EDITS);
  guint distance = 2 * edits + title->is_alias;

  if (nearest->title && distance == nearest->distance)
    nearest->n += !wh_namer_same (bare->namer, nearest->title->strain, title->strain);
  if (distance < nearest->distance)
    *nearest = (Nearest){ distance, 1, title, plural, is_typo (bare, title, edits) };
}

/* "Pineapples" may be fruit, "Papayaz" a cross with Zkittlez. */
static double
near_confidence (const WhNamer *namer, const Nearest *nearest)
{
  if (nearest->plural && nearest->title->n == 1 && wh_namer_is_family (namer, nearest->title->squeezed, FAMILY_PLURAL))
    return WH_NAMING_DOUBTFUL;
  return nearest->plural ? CONFIDENCE_PLURAL : CONFIDENCE_TYPO;
}

gboolean
wh_namer_take_near (WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  guint n = wh_snapshot_length (namer->snapshot);
  Nearest nearest = { .distance = 2 * PLURAL_EDITS };
  Bare bare;

  read_bare (namer, text, &bare);
  memset (namer->near, 0, wh_bits_words (n) * sizeof (WhBits));
  wh_search_index_near_titles (namer->snapshot->index, bare.squeezed, PLURAL_EDITS, namer->near);
  WH_BITS_EACH (namer->near, n, strain)
    for (guint i = namer->first_title[strain]; i < namer->first_title[strain + 1]; i++)
      consider (&bare, wh_namer_title (namer, i), &nearest);
  g_free (bare.squeezed);
  if (nearest.n != 1 || !(nearest.plural || nearest.typo))
    return FALSE;
  out_naming->candidates[0] = (WhNamingCandidate){
    .card = wh_snapshot_card (namer->snapshot, nearest.title->strain),
    .confidence = near_confidence (namer, &nearest),
    .ground = nearest.plural ? WH_NAMING_PLURAL : WH_NAMING_TYPO,
  };
  out_naming->n = 1;
  return TRUE;
}
