#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-private.h"

#define LEAST_PLAIN 3

char *
wh_naming_plain_word (const char *word)
{
  gsize end = strlen (word);

  /* "princess" is no plural of "prince" */
  while (!g_str_has_suffix (word, "ss") && end > LEAST_PLAIN && (word[end - 1] == 'z' || word[end - 1] == 's'))
    end--;
  return g_strndup (word, end);
}

gboolean
wh_naming_is_and (const char *word)
{
  return strcmp (word, "and") == 0 || strcmp (word, "n") == 0;
}

static guint32
add_word (WhNamer *namer, const char *word)
{
  g_autofree char *plain = wh_naming_plain_word (word);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (namer->numbers, plain));
  guint zero = 0;

  if (number)
    return number - 1;
  char *kept = g_string_chunk_insert (namer->text, plain);
  g_ptr_array_add (namer->words, kept);
  g_array_append_val (namer->counts, zero);
  g_hash_table_insert (namer->numbers, kept, GUINT_TO_POINTER (namer->words->len));
  return namer->words->len - 1;
}

static void
add_title (WhNamer *namer, guint strain, const char *name, gboolean is_alias)
{
  g_autofree char *folded = wh_text_fold (name);
  g_autofree char *squeezed = wh_search_index_squeeze (folded);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  WhNamingTitle title = { g_string_chunk_insert (namer->text, squeezed), strain, namer->ids->len, 0, (guint16) is_alias };

  for (guint i = 0; words[i] && title.n < G_MAXUINT16; i++)
    {
      if (!words[i][0] || wh_naming_is_and (words[i]))
        continue;
      guint32 id = add_word (namer, words[i]);
      g_array_append_val (namer->ids, id);
      title.n++;
      if (!is_alias)
        g_array_index (namer->counts, guint, id)++;
    }
  if (title.n > 0)
    g_array_append_val (namer->titles, title);
}

void
wh_namer_build (WhNamer *namer)
{
  guint n = wh_snapshot_length (namer->snapshot);

  namer->first_title = g_new (guint32, n + 1);
  for (guint strain = 0; strain < n; strain++)
    {
      const WhCard *card = wh_snapshot_card (namer->snapshot, strain);
      namer->first_title[strain] = namer->titles->len;
      add_title (namer, strain, card->name, FALSE);
      for (guint i = 0; card->aliases && card->aliases[i]; i++)
        add_title (namer, strain, card->aliases[i], TRUE);
    }
  namer->first_title[n] = namer->titles->len;
}

guint32
wh_namer_word (const WhNamer *namer, const char *word)
{
  g_autofree char *plain = wh_naming_plain_word (word);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (namer->numbers, plain));

  return number ? number - 1 : WH_NAMING_NO_WORD;
}

guint
wh_namer_count (const WhNamer *namer, guint32 word)
{
  return word == WH_NAMING_NO_WORD ? 0 : g_array_index (namer->counts, guint, word);
}

double
wh_namer_weight (const WhNamer *namer, guint32 word)
{
  return log ((1.0 + wh_snapshot_length (namer->snapshot)) / (1 + wh_namer_count (namer, word)));
}
