#include "wh-naming.h"

#include <stdlib.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-private.h"

/* Shares of right answers among names judged by hand, rounded down. */
#define CONFIDENCE_AS_WRITTEN 0.99
#define CONFIDENCE_BESIDE 0.98
#define CONFIDENCE_ALIAS 0.97
#define CONFIDENCE_PLURAL 0.97
#define CONFIDENCE_TYPO 0.96
#define CONFIDENCE_DOUBTFUL 0.50

/* A word in this many names is a flavour or a family as often as a strain, once something flavoured is left out beside it. */
#define FAMILY_WORD 8
#define FAMILY_ALIAS 3
#define FAMILY_PLURAL 2
#define SHORT_NAME 3   /* letters; fewer are an abbreviation of anything */
#define TYPO_LETTERS 9 /* shorter names forgive no slip */
#define TWO_TYPOS_LETTERS 13
#define SHORT_WORD 4   /* a slip in a shorter word makes another word */
#define SMALL_WORD 5   /* up to here, a letter left out or two swapped is a slip; another letter is another word */
#define PART_LETTERS 3 /* of words written together */
#define PLURAL_LETTERS 5
#define PLURAL_EDITS 3

const char *
wh_naming_outcome_word (WhNamingOutcome outcome)
{
  static const char *const words[] = { "certain", "review", "unknown" };

  return words[outcome];
}

const char *
wh_naming_ground_word (WhNamingGround ground)
{
  static const char *const words[] = { "as_written", "beside", "alias", "plural", "typo", "words" };

  return words[ground];
}

WhNamer *
wh_namer_new (WhSnapshot *snapshot)
{
  WhNamer *namer = g_new0 (WhNamer, 1);
  gsize n_words = wh_bits_words (wh_snapshot_length (snapshot)) + 1;

  namer->snapshot = wh_snapshot_ref (snapshot);
  namer->text = g_string_chunk_new (64 * 1024);
  namer->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  namer->words = g_ptr_array_new ();
  namer->counts = g_array_new (FALSE, FALSE, sizeof (guint));
  namer->ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  namer->titles = g_array_new (FALSE, FALSE, sizeof (WhNamingTitle));
  namer->near = g_new0 (WhBits, n_words);
  for (guint i = 0; i < WH_N_LEVELS; i++)
    namer->levels[i] = g_new0 (WhBits, n_words);
  wh_namer_build (namer);
  return namer;
}

void
wh_namer_free (WhNamer *namer)
{
  for (guint i = 0; i < WH_N_LEVELS; i++)
    g_free (namer->levels[i]);
  g_free (namer->near);
  g_free (namer->first_title);
  g_array_unref (namer->titles);
  g_array_unref (namer->ids);
  g_array_unref (namer->counts);
  g_ptr_array_unref (namer->words);
  g_hash_table_unref (namer->numbers);
  g_string_chunk_free (namer->text);
  wh_snapshot_unref (namer->snapshot);
  g_free (namer);
}

/* -- the very name ------------------------------------------------------------------------------------------------ */

/* Words `first` to `end` of a name, without their spaces; `all`: also those beside the name. */
static char *
squeeze (const WhNamingText *text, guint first, guint end, gboolean all)
{
  GString *squeezed = g_string_sized_new (64);

  for (guint i = first; i < end; i++)
    if (text->kinds[i] != WH_WORD_AMOUNT && (all || !wh_naming_is_beside (text->kinds[i])))
      g_string_append (squeezed, text->words[i]);
  return g_string_free (squeezed, FALSE);
}

/* Whether a strain goes by another's name. */
static gboolean
goes_by (const WhNamer *namer, guint strain, guint other)
{
  const char *name = wh_namer_title (namer, namer->first_title[other])->squeezed;

  for (guint i = namer->first_title[strain]; i < namer->first_title[strain + 1]; i++)
    if (strcmp (wh_namer_title (namer, i)->squeezed, name) == 0)
      return TRUE;
  return FALSE;
}

/* Whether one strain is listed twice. */
static gboolean
are_same (const WhNamer *namer, guint strain, guint other)
{
  return strain == other || goes_by (namer, strain, other) || goes_by (namer, other, strain);
}

/* The one strain that goes by this name. A name comes before all aliases, and two strains may share neither. */
static const WhTitle *
only_title (const WhNamer *namer, const char *squeezed)
{
  guint n;
  const WhTitle *titles = wh_search_index_titles (namer->snapshot->index, squeezed, FALSE, &n);

  for (guint i = 1; i < n; i++)
    if (titles[i].is_alias == titles[0].is_alias && !are_same (namer, titles[0].strain, titles[i].strain))
      return NULL;
  return n > 0 ? titles : NULL;
}

/* "Cookies", "Strawberry": one word that is part of many names. */
static gboolean
is_family (const WhNamer *namer, const char *squeezed, guint names)
{
  return wh_namer_count (namer, wh_namer_word (namer, squeezed)) >= names;
}

/* What was left out beside the name. */
typedef enum
{
  LEFT_NOTHING,
  LEFT_PACKAGE,
  LEFT_EXTRACT,
} Left;

/* "The Mac" goes by the name of "Mac", whoever else claims it. */
static gboolean
is_disputed (const WhNamer *namer, const WhTitle *title)
{
  const WhTitle *other = g_str_has_prefix (title->text, "the") ? only_title (namer, title->text + strlen ("the")) : NULL;

  return other && other->strain != title->strain;
}

static double
title_confidence (const WhNamer *namer, const WhTitle *title, Left left)
{
  if (title->length < SHORT_NAME)
    return CONFIDENCE_DOUBTFUL;
  if (title->is_alias)
    return is_family (namer, title->text, FAMILY_ALIAS) || is_disputed (namer, title) ? CONFIDENCE_DOUBTFUL : CONFIDENCE_ALIAS;
  if (left == LEFT_EXTRACT && is_family (namer, title->text, FAMILY_WORD))
    return CONFIDENCE_DOUBTFUL;
  return left ? CONFIDENCE_BESIDE : CONFIDENCE_AS_WRITTEN;
}

static gboolean
take_title (const WhNamer *namer, const char *squeezed, Left left, WhNaming *out_naming)
{
  const WhTitle *title = *squeezed ? only_title (namer, squeezed) : NULL;

  if (!title)
    return FALSE;
  out_naming->candidates[0] = (WhNamingCandidate){
    .card = wh_snapshot_card (namer->snapshot, title->strain),
    .confidence = title_confidence (namer, title, left),
    .ground = title->is_alias ? WH_NAMING_ALIAS
              : left          ? WH_NAMING_BESIDE
                              : WH_NAMING_AS_WRITTEN,
  };
  out_naming->n = 1;
  return TRUE;
}

/* What the words from `end` on, left out, say of what is sold; sizes and types say nothing. */
static Left
left_out (const WhNamingText *text, guint end)
{
  Left left = LEFT_NOTHING;

  for (guint i = end; i < text->n; i++)
    if (text->kinds[i] == WH_WORD_EXTRACT)
      left = LEFT_EXTRACT;
    else if (left == LEFT_NOTHING && (text->kinds[i] == WH_WORD_PACKAGE || text->kinds[i] == WH_WORD_MAKER))
      left = LEFT_PACKAGE;
  return left;
}

/* The whole name from `first` on; then without its last words that are beside the name, one by one, so that "Orange Bud
 * Preroll" is "Orange Bud" before it is "Orange"; then without all of these. */
static gboolean
take_name_from (const WhNamer *namer, const WhNamingText *text, guint first, WhNaming *out_naming)
{
  Left least = first > 0 ? LEFT_PACKAGE : LEFT_NOTHING;

  for (guint end = text->n; end > first; end = MAX (first, text->phrases[end - 1]))
    {
      g_autofree char *squeezed = squeeze (text, first, end, TRUE);
      if (take_title (namer, squeezed, MAX (least, left_out (text, end)), out_naming))
        return TRUE;
      if (!wh_naming_is_beside (text->kinds[end - 1]))
        break;
    }
  g_autofree char *bare = squeeze (text, first, text->n, FALSE);
  guint article = text->n > first + 2 && strcmp (text->words[first], "the") == 0 ? strlen ("the") : 0;
  Left left = MAX (least, left_out (text, first));
  return take_title (namer, bare, left, out_naming) || (article > 0 && take_title (namer, bare + article, left, out_naming));
}

/* "Somebody: Blue Dream". Where the words before are a strain, too, nobody can tell which of the two it is. */
static gboolean
take_name_after_maker (const WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  g_autofree char *maker = squeeze (text, 0, text->after_maker, FALSE);

  return text->after_maker > 0 && text->after_maker < text->n && !only_title (namer, maker)
         && take_name_from (namer, text, text->after_maker, out_naming);
}

static gboolean
take_very_name (const WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  return take_name_from (namer, text, 0, out_naming) || take_name_after_maker (namer, text, out_naming);
}

/* -- the name with a slip ----------------------------------------------------------------------------------------- */

typedef struct
{
  const WhNamer *namer;
  guint n;
  const char *words[WH_NAMING_MAX_WORDS];
  char *squeezed;
} Bare;

static void
read_bare (const WhNamer *namer, const WhNamingText *text, Bare *bare)
{
  *bare = (Bare){ .namer = namer, .squeezed = squeeze (text, 0, text->n, FALSE) };
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
  return *(const char *)a - *(const char *)b;
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
typedef struct
{
  guint distance, n;
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
    nearest->n += !are_same (bare->namer, nearest->title->strain, title->strain);
  if (distance < nearest->distance)
    *nearest = (Nearest){ distance, 1, title, plural, is_typo (bare, title, edits) };
}

/* "Pineapples" may be fruit, "Papayaz" a cross with Zkittlez. */
static double
near_confidence (const WhNamer *namer, const Nearest *nearest)
{
  if (nearest->plural && nearest->title->n == 1 && is_family (namer, nearest->title->squeezed, FAMILY_PLURAL))
    return CONFIDENCE_DOUBTFUL;
  return nearest->plural ? CONFIDENCE_PLURAL : CONFIDENCE_TYPO;
}

static gboolean
take_near_name (WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
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

/* -- the outcome -------------------------------------------------------------------------------------------------- */

/* What the words found adds to a doubtful first candidate, for those who decide. */
static void
add_others (WhNaming *naming, const WhNaming *others)
{
  for (guint i = 0; i < others->n && naming->n < WH_NAMING_CANDIDATES; i++)
    if (others->candidates[i].card != naming->candidates[0].card
        && others->candidates[i].confidence < naming->candidates[0].confidence)
      naming->candidates[naming->n++] = others->candidates[i];
}

void
wh_namer_resolve (WhNamer *namer, const char *typed, WhNaming *out_naming)
{
  g_auto (WhNamingText) text = { 0 };
  WhNaming others = { .outcome = WH_NAMING_REVIEW };
  gboolean found;

  *out_naming = (WhNaming){ .outcome = WH_NAMING_UNKNOWN };
  wh_naming_text_init (&text, typed);
  found = take_very_name (namer, &text, out_naming)
          || (!(text.marks & ~WH_NAMING_LINEAGE) && take_near_name (namer, &text, out_naming));
  if (found && out_naming->candidates[0].confidence >= WH_NAMING_AUTOMATIC)
    {
      out_naming->outcome = WH_NAMING_CERTAIN;
      return;
    }
  if (text.marks & (WH_NAMING_CROSS | WH_NAMING_MIXED))
    {
      out_naming->n = 0; /* neither of those it names */
      return;
    }
  wh_namer_rank (namer, &text, &others);
  if (found)
    add_others (out_naming, &others);
  else
    *out_naming = others;
  out_naming->outcome = out_naming->n > 0 ? WH_NAMING_REVIEW : WH_NAMING_UNKNOWN;
}
