#include "wh-search-index.h"

#include <stdlib.h>
#include <string.h>

#include "base/wh-text.h"

#define FIELD_BITS 2
#define FIELD_MASK ((1u << FIELD_BITS) - 1)
#define MIN_FLAVOUR_PREFIX 3
#define MAX_TYPO_WORD 63

typedef struct {
  const char *text;
  guint32     letters;    /* which letters and digits occur */
  guint32     length;
  guint32     first;      /* of its postings; they end where those of the next word begin */
} Word;

typedef struct {
  guint32 word;
  guint32 posting;        /* strain << FIELD_BITS | field */
} Entry;

struct _WhSearchIndex {
  guint         n_strains;
  GStringChunk *text;
  GHashTable   *numbers;   /* text -> number of the word + 1, until finished */
  GArray       *entries;   /* of Entry, until finished */
  GArray       *words;     /* of Word, sorted; one more at the end that closes the last list */
  GArray       *titles;    /* of WhTitle, sorted */
  GArray       *masks;     /* of guint32: letters of each title */
  guint32      *postings;
  guint         n_postings;
};

WhSearchIndex *
wh_search_index_new (guint n_strains)
{
  WhSearchIndex *index = g_new0 (WhSearchIndex, 1);

  index->n_strains = n_strains;
  index->text = g_string_chunk_new (64 * 1024);
  index->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  index->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  index->words = g_array_new (FALSE, FALSE, sizeof (Word));
  index->titles = g_array_new (FALSE, FALSE, sizeof (WhTitle));
  index->masks = g_array_new (FALSE, FALSE, sizeof (guint32));
  return index;
}

void
wh_search_index_free (WhSearchIndex *index)
{
  g_clear_pointer (&index->numbers, g_hash_table_unref);
  g_clear_pointer (&index->entries, g_array_unref);
  g_array_unref (index->words);
  g_array_unref (index->titles);
  g_array_unref (index->masks);
  g_string_chunk_free (index->text);
  g_free (index->postings);
  g_free (index);
}

/* Letters and digits get a bit each, everything else shares one. */
static guint32
letters_of (const char *text)
{
  guint32 letters = 0;

  for (; *text; text++)
    if (*text >= 'a' && *text <= 'z')
      letters |= 1u << (*text - 'a');
    else if (*text >= '0' && *text <= '9')
      letters |= 1u << (26 + (*text - '0') / 2);
    else
      letters |= 1u << 31;
  return letters;
}

char *
wh_search_index_squeeze (const char *folded)
{
  char *squeezed = g_strdup (folded);
  char *to = squeezed;

  for (const char *from = folded; *from; from++)
    if (*from != ' ')
      *to++ = *from;
  *to = '\0';
  return squeezed;
}

/* -- building ---------------------------------------------------------------------------------------------------- */

static guint
word_number (WhSearchIndex *index, const char *text)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (index->numbers, text));

  if (number)
    return number - 1;
  Word word = { g_string_chunk_insert (index->text, text), letters_of (text), (guint32) strlen (text), 0 };
  g_array_append_val (index->words, word);
  g_hash_table_insert (index->numbers, (gpointer) word.text, GUINT_TO_POINTER (index->words->len));
  return index->words->len - 1;
}

static void
add_word (WhSearchIndex *index, guint strain, const char *word, WhIndexField field)
{
  Entry entry = { word_number (index, word), strain << FIELD_BITS | field };

  g_array_append_val (index->entries, entry);
}

static void
add_initials (WhSearchIndex *index, guint strain, char **words)
{
  g_autoptr (GString) initials = g_string_new (NULL);

  for (guint i = 0; words[i]; i++)
    g_string_append_unichar (initials, g_utf8_get_char (words[i]));
  if (g_strv_length (words) > 1)
    add_word (index, strain, initials->str, WH_INDEX_INITIALS);
}

static void
add_folded (WhSearchIndex *index, guint strain, const char *folded, WhIndexField field)
{
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);

  for (guint i = 0; words[i]; i++)
    if (words[i][0])
      add_word (index, strain, words[i], field);
  if (field == WH_INDEX_NAME && words[0])
    add_initials (index, strain, words);
}

void
wh_search_index_add_words (WhSearchIndex *index, guint strain, const char *text, WhIndexField field)
{
  g_autofree char *folded = wh_text_fold (text);

  add_folded (index, strain, folded, field);
}

void
wh_search_index_add_title (WhSearchIndex *index, guint strain, const char *text, WhIndexField field)
{
  g_autofree char *folded = wh_text_fold (text);
  g_autofree char *squeezed = wh_search_index_squeeze (folded);

  if (!squeezed[0])
    return;
  WhTitle title = { g_string_chunk_insert (index->text, squeezed), strain, (guint16) MIN (strlen (squeezed), G_MAXUINT16),
                    field == WH_INDEX_ALIAS };
  g_array_append_val (index->titles, title);
  add_folded (index, strain, folded, field);
}

static int
compare_titles (gconstpointer a, gconstpointer b)
{
  const WhTitle *x = a, *y = b;
  int order = strcmp (x->text, y->text);

  if (order)
    return order;
  if (x->is_alias != y->is_alias)
    return x->is_alias ? 1 : -1;
  return (x->strain > y->strain) - (x->strain < y->strain);
}

/* Sorts the numbers of the words by their text. */
static int
compare_words_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Word *words = user_data;

  return strcmp (words[*(const guint32 *) a].text, words[*(const guint32 *) b].text);
}

/* Returns the place that each word number moves to. */
static guint32 *
sort_words (WhSearchIndex *index)
{
  guint n = index->words->len;
  const Word *old = (const Word *) index->words->data;
  g_autofree guint32 *order = g_new (guint32, n);
  guint32 *places = g_new (guint32, n);
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (Word), n + 1);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) n, sizeof *order, compare_words_cb, (gpointer) old);
  for (guint i = 0; i < n; i++)
    {
      places[order[i]] = i;
      g_array_append_val (sorted, old[order[i]]);
    }
  g_array_unref (index->words);
  index->words = sorted;
  return places;
}

/* A counting sort by word: entries came in strain order, so every list comes out ascending. */
static void
arrange_postings (WhSearchIndex *index, const guint32 *places)
{
  guint n = index->words->len;
  g_autofree guint32 *next = g_new0 (guint32, n + 1);
  Word end = { "", 0, 0, index->entries->len };

  for (guint i = 0; i < index->entries->len; i++)
    next[places[g_array_index (index->entries, Entry, i).word] + 1]++;
  for (guint i = 0; i < n; i++)
    {
      next[i + 1] += next[i];
      g_array_index (index->words, Word, i).first = next[i];
    }
  g_array_append_val (index->words, end);
  index->n_postings = index->entries->len;
  index->postings = g_new (guint32, MAX (index->n_postings, 1));
  for (guint i = 0; i < index->entries->len; i++)
    {
      const Entry *entry = &g_array_index (index->entries, Entry, i);
      index->postings[next[places[entry->word]]++] = entry->posting;
    }
}

void
wh_search_index_finish (WhSearchIndex *index)
{
  g_clear_pointer (&index->numbers, g_hash_table_unref);
  g_autofree guint32 *places = sort_words (index);

  arrange_postings (index, places);
  g_clear_pointer (&index->entries, g_array_unref);
  g_array_sort (index->titles, compare_titles);
  for (guint i = 0; i < index->titles->len; i++)
    {
      guint32 letters = letters_of (g_array_index (index->titles, WhTitle, i).text);
      g_array_append_val (index->masks, letters);
    }
}

/* -- asking ------------------------------------------------------------------------------------------------------ */

/* The first element of a sorted array whose text is not below `text`. Both Word and WhTitle begin with their text. */
static guint
lower_bound (const GArray *array, guint n, gsize size, const char *text)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const char *const *element = (const char *const *) (array->data + middle * size);
      if (strcmp (*element, text) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The end of those that begin with `prefix`: "ab\377" is above them all, since UTF-8 has no such byte. */
static guint
prefix_end (const GArray *array, guint n, gsize size, const char *prefix)
{
  g_autofree char *above = g_strconcat (prefix, "\377", NULL);

  return lower_bound (array, n, size, above);
}

const WhTitle *
wh_search_index_titles (const WhSearchIndex *index, const char *squeezed, gboolean prefix, guint *out_n)
{
  guint n = index->titles->len;
  const WhTitle *titles = (const WhTitle *) index->titles->data;
  guint first = lower_bound (index->titles, n, sizeof (WhTitle), squeezed);
  guint end = first;

  if (prefix)
    end = prefix_end (index->titles, n, sizeof (WhTitle), squeezed);
  else
    while (end < n && strcmp (titles[end].text, squeezed) == 0)
      end++;
  *out_n = end - first;
  return titles + first;
}

static guint
words_count (const WhSearchIndex *index)
{
  return index->words->len - 1;
}

static void
match_word (const WhSearchIndex *index, const Word *word, gboolean whole, gboolean long_enough, WhBits *const *levels)
{
  for (guint i = word->first; i < word[1].first; i++)
    {
      guint strain = index->postings[i] >> FIELD_BITS;
      switch (index->postings[i] & FIELD_MASK)
        {
        case WH_INDEX_NAME:
          wh_bits_set (levels[whole ? WH_LEVEL_WORD : WH_LEVEL_PREFIX], strain);
          break;
        case WH_INDEX_ALIAS:
          wh_bits_set (levels[WH_LEVEL_ALIAS], strain);
          break;
        case WH_INDEX_FLAVOUR:
          if (whole || long_enough)
            wh_bits_set (levels[WH_LEVEL_MEANING], strain);
          break;
        default:
          if (whole)
            wh_bits_set (levels[WH_LEVEL_LOOSE], strain);
        }
    }
}

void
wh_search_index_match (const WhSearchIndex *index, const char *word, gboolean whole, WhBits *const *levels)
{
  guint n = words_count (index);
  guint first = lower_bound (index->words, n, sizeof (Word), word);
  guint end = prefix_end (index->words, n, sizeof (Word), word);
  gsize length = strlen (word);

  for (guint i = first; i < end; i++)
    {
      const Word *found = &g_array_index (index->words, Word, i);
      if (!whole || found->length == length)
        match_word (index, found, found->length == length, length >= MIN_FLAVOUR_PREFIX, levels);
    }
}

/* Sets the strains that report a flavour among the words from `first` to `end`; FALSE when there is none. */
static gboolean
take_flavour (const WhSearchIndex *index, guint first, guint end, WhBits *bits)
{
  gboolean any = FALSE;

  for (guint i = first; i < end; i++)
    {
      const Word *word = &g_array_index (index->words, Word, i);
      for (guint p = word->first; p < word[1].first; p++)
        if ((index->postings[p] & FIELD_MASK) == WH_INDEX_FLAVOUR)
          {
            wh_bits_set (bits, index->postings[p] >> FIELD_BITS);
            any = TRUE;
          }
    }
  return any;
}

void
wh_search_index_match_flavour (const WhSearchIndex *index, const char *words, WhBits *bits)
{
  gsize n_bits = wh_bits_words (MAX (index->n_strains, 1));
  guint n = words_count (index);
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  for (guint i = 0; list[i]; i++)
    {
      g_autofree WhBits *one = g_new0 (WhBits, n_bits);
      guint first = lower_bound (index->words, n, sizeof (Word), list[i]);
      gboolean is_word = first < n && strcmp (g_array_index (index->words, Word, first).text, list[i]) == 0;
      if (!is_word || !take_flavour (index, first, first + 1, one))
        take_flavour (index, first, prefix_end (index->words, n, sizeof (Word), list[i]), one);
      if (i == 0)
        wh_bits_unite (bits, one, n_bits);
      else
        wh_bits_intersect (bits, one, n_bits);
    }
}

gboolean
wh_search_index_has_word (const WhSearchIndex *index, const char *word)
{
  guint place = lower_bound (index->words, words_count (index), sizeof (Word), word);

  return strcmp (g_array_index (index->words, Word, place).text, word) == 0;
}

gboolean
wh_search_index_has_flavour (const WhSearchIndex *index, const char *word)
{
  guint place = lower_bound (index->words, words_count (index), sizeof (Word), word);
  const Word *found = &g_array_index (index->words, Word, place);

  if (strcmp (found->text, word) != 0)
    return FALSE;
  for (guint p = found->first; p < found[1].first; p++)
    if ((index->postings[p] & FIELD_MASK) == WH_INDEX_FLAVOUR)
      return TRUE;
  return FALSE;
}

guint
wh_search_index_max_edits (const char *word)
{
  gsize length = strlen (word);

  return length < 4 || length > MAX_TYPO_WORD ? 0 : length < 6 ? 1 : 2;
}

/* One slip changes at most two letters of the mask, so words that differ in more need no closer look. */
static inline gboolean
may_be_near (guint32 letters, guint32 other, guint max_edits)
{
  guint32 different = letters ^ other;

  for (guint i = 0; i < 2 * max_edits; i++)
    different &= different - 1;   /* drops one bit */
  return different == 0;
}

static inline gboolean
similar_length (guint length, guint other, guint max_edits)
{
  return length <= other + max_edits && other <= length + max_edits;
}

static void
take_lookalike (const WhSearchIndex *index, const Word *word, WhBits *bits)
{
  for (guint i = word->first; i < word[1].first; i++)
    if ((index->postings[i] & FIELD_MASK) <= WH_INDEX_ALIAS)
      wh_bits_set (bits, index->postings[i] >> FIELD_BITS);
}

void
wh_search_index_match_typos (const WhSearchIndex *index, const char *word, WhBits *const *levels)
{
  guint max_edits = wh_search_index_max_edits (word);
  guint32 letters = letters_of (word);
  guint length = (guint) strlen (word);

  for (guint i = 0; max_edits > 0 && i < words_count (index); i++)
    {
      const Word *other = &g_array_index (index->words, Word, i);
      if (!may_be_near (letters, other->letters, max_edits) || !similar_length (length, other->length, max_edits))
        continue;
      guint edits = wh_text_edit_distance (word, other->text, max_edits);
      if (edits <= max_edits)
        take_lookalike (index, other, levels[edits <= 1 ? WH_LEVEL_CLOSE : WH_LEVEL_LOOSE]);
    }
}

void
wh_search_index_near_titles (const WhSearchIndex *index, const char *squeezed, guint max_edits, WhBits *bits)
{
  guint32 letters = letters_of (squeezed);
  const WhTitle *titles = (const WhTitle *) index->titles->data;
  const guint32 *masks = (const guint32 *) index->masks->data;
  guint length = (guint) strlen (squeezed);

  for (guint i = 0; max_edits > 0 && i < index->titles->len; i++)
    if (may_be_near (letters, masks[i], max_edits) && similar_length (length, titles[i].length, max_edits)
        && wh_text_edit_distance (squeezed, titles[i].text, max_edits) <= max_edits)
      wh_bits_set (bits, titles[i].strain);
}
