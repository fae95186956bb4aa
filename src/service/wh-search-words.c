#include "wh-search-words.h"

#include <gio/gio.h>
#include <string.h>

#include "wh-service-resources.h"

#define MIN_STEM 3

typedef struct {
  GHashTable *aliases;    /* slug -> GStrv */
  GHashTable *stops;      /* set */
  GHashTable *meanings;   /* word -> another */
  char      **endings; 
} Words;

static char **
resource_lines (const char *path)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (wh_service_get_resource (), path, 0, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data, length);

  return g_strsplit (text, "\n", -1);
}

/* Every line of the files is "key<TAB>value, value, …"; '#' starts a comment. */
static char **
line_values (const char *line, char **out_key)
{
  const char *tab = strchr (line, '\t');

  if (line[0] == '#' || !tab)
    return NULL;
  char **values = g_strsplit (tab + 1, ",", -1);
  for (guint i = 0; values[i]; i++)
    g_strstrip (values[i]);
  *out_key = g_strndup (line, tab - line);
  return values;
}

void
wh_search_words_read (const char *path, WhSearchWordsFunc each, gpointer user_data)
{
  wh_service_register_resource ();
  g_auto (GStrv) lines = resource_lines (path);

  for (guint i = 0; lines[i]; i++)
    {
      char *key = NULL;
      char **values = line_values (lines[i], &key);
      if (values)
        each (key, values, user_data);
    }
}

static void
take_aliases_cb (char *slug, char **values, gpointer user_data)
{
  Words *words = user_data;

  g_hash_table_replace (words->aliases, slug, values);
}

/* "gassy=diesel" */
static void
take_meaning (Words *words, const char *pair)
{
  const char *equals = strchr (pair, '=');

  g_return_if_fail (equals != NULL);
  g_hash_table_insert (words->meanings, g_strndup (pair, equals - pair), g_strdup (equals + 1));
}

static void
take_language_cb (char *key, char **values, gpointer user_data)
{
  Words *words = user_data;

  for (guint v = 0; values[v]; v++)
    if (strcmp (key, "stop") == 0)
      g_hash_table_add (words->stops, g_strdup (values[v]));
    else if (strcmp (key, "meaning") == 0)
      take_meaning (words, values[v]);
  if (strcmp (key, "ending") == 0)
    words->endings = values;
  else
    g_strfreev (values);
  g_free (key);
}

static const Words *
words_get (void)
{
  static Words words;
  static gsize loaded = 0;

  if (g_once_init_enter (&loaded))
    {
      words.aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
      words.stops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      words.meanings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      wh_search_words_read ("/com/weedhounds/service/aliases.tsv", take_aliases_cb, &words);
      wh_search_words_read ("/com/weedhounds/service/search-words.tsv", take_language_cb, &words);
      g_once_init_leave (&loaded, 1);
    }
  return &words;
}

const char *const *
wh_search_words_aliases (const char *slug)
{
  return slug ? g_hash_table_lookup (words_get ()->aliases, slug) : NULL;
}

gboolean
wh_search_words_is_stop (const char *word)
{
  return g_hash_table_contains (words_get ()->stops, word);
}

const char *
wh_search_words_meaning (const char *word)
{
  return g_hash_table_lookup (words_get ()->meanings, word);
}

char *
wh_search_words_stem (const char *word)
{
  char **endings = words_get ()->endings;

  for (guint i = 0; endings && endings[i]; i++)
    if (g_str_has_suffix (word, endings[i]) && strlen (word) >= strlen (endings[i]) + MIN_STEM)
      return g_strndup (word, strlen (word) - strlen (endings[i]));
  return NULL;
}
