#include "wh-search.h"

#include <string.h>

#include "base/wh-text.h"
#include "wh-search-words.h"

#define MIN_AROMA_WORD 3
#define MIN_TERPENE_WORD 4

/* Keys are lower case words parted by '_': "alpha_pinene" is named by "pin…". */
static gboolean
key_has_word (const char *key, const char *word)
{
  for (const char *place = key; place; place = strchr (place, '_'))
    {
      place += *place == '_';
      if (g_str_has_prefix (place, word))
        return TRUE;
    }
  return FALSE;
}

static void
add_analyte (GArray *analytes, const WhAnalyte *analyte)
{
  WhAnalyteIndex meant = analyte->total != WH_ANALYTE_NONE ? analyte->total : analyte->index;

  for (guint i = 0; i < analytes->len; i++)
    if (g_array_index (analytes, WhAnalyteIndex, i) == meant)
      return;
  g_array_append_val (analytes, meant);
}

/* Terpenes that a word smells of or names. */
static GArray *
analytes_of_word (const char *word)
{
  GArray *analytes = g_array_new (FALSE, FALSE, sizeof (WhAnalyteIndex));
  gsize length = strlen (word);

  if (length < MIN_AROMA_WORD)
    return analytes;
  g_autoptr (GPtrArray) smelling = wh_analyte_by_aroma (word);
  for (guint i = 0; i < smelling->len; i++)
    add_analyte (analytes, g_ptr_array_index (smelling, i));
  for (guint i = 0; length >= MIN_TERPENE_WORD && i < wh_analyte_count (); i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (i);
      if (wh_analyte_is_terpene (analyte) && key_has_word (analyte->key, word))
        add_analyte (analytes, analyte);
    }
  return analytes;
}

/* Whether a word says how something smells: a terpene has that aroma, or people reported it of some strain. */
static gboolean
is_aroma (const WhSearchIndex *index, const char *word)
{
  g_autoptr (GArray) analytes = analytes_of_word (word);

  return analytes->len > 0 || wh_search_index_has_flavour (index, word);
}

/* "lemony" is read as "lemon" where no strain has the word itself and "lemon" is an aroma. */
static char *
plain_word (const WhSearchIndex *index, const char *word)
{
  g_autofree char *stem = wh_search_index_has_word (index, word) ? NULL : wh_search_words_stem (word);

  return stem && is_aroma (index, stem) ? g_steal_pointer (&stem) : NULL;
}

static void
add_word (WhSearchText *text, const WhSearchIndex *index, const char *word)
{
  const char *meaning = wh_search_words_meaning (word);
  char *plain = meaning ? NULL : plain_word (index, word);
  guint i = text->n_words++;

  text->descriptive |= plain != NULL;
  text->words[i] = plain ? plain : g_strdup (word);
  text->whole[i] = plain != NULL;
  text->meant[i] = g_strdup (meaning);
  text->analytes[i] = analytes_of_word (text->words[i]);
}

WhSearchText *
wh_search_text_new (const WhSearchIndex *index, const char *typed)
{
  WhSearchText *text = g_new0 (WhSearchText, 1);
  g_autofree char *folded = wh_text_fold (typed);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  guint n_telling = 0;

  text->squeezed = wh_search_index_squeeze (folded);
  for (guint i = 0; words[i]; i++)
    n_telling += words[i][0] && !wh_search_words_is_stop (words[i]);
  for (guint i = 0; words[i] && text->n_words < WH_SEARCH_MAX_WORDS; i++)
    {
      gboolean stop = n_telling > 0 && wh_search_words_is_stop (words[i]);
      text->descriptive |= stop;
      if (words[i][0] && !stop)
        add_word (text, index, words[i]);
    }
  return text;
}

void
wh_search_text_free (WhSearchText *text)
{
  for (guint i = 0; i < text->n_words; i++)
    {
      g_free (text->words[i]);
      g_free (text->meant[i]);
      g_array_unref (text->analytes[i]);
    }
  g_free (text->squeezed);
  g_free (text);
}

static gboolean
has_word (const char *folded, const char *word, gboolean whole)
{
  gsize length = strlen (word);

  for (const char *place = strstr (folded, word); place; place = strstr (place + 1, word))
    if ((place == folded || place[-1] == ' ') && (!whole || place[length] == ' ' || !place[length]))
      return TRUE;
  return FALSE;
}

gboolean
wh_search_text_fits (const WhSearchText *text, guint i, const char *folded)
{
  return has_word (folded, text->words[i], text->whole[i]) || (text->meant[i] && has_word (folded, text->meant[i], TRUE));
}
