#include "wh-search-words.h"

#include <gio/gio.h>
#include <string.h>

#include "wh-service-resources.h"

#define MIN_STEM 3

typedef struct {
  GHashTable *aliases;    /* slug -> GStrv */
  GHashTable *stops;      /* set */
  char      **endings;    /* longest first */
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

static void
load_aliases (Words *words)
{
  g_auto (GStrv) lines = resource_lines ("/com/weedhounds/service/aliases.tsv");

  words->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  for (guint i = 0; lines[i]; i++)
    {
      char *slug = NULL;
      char **values = line_values (lines[i], &slug);
      if (values)
        g_hash_table_replace (words->aliases, slug, values);
    }
}

static void
load_language (Words *words)
{
  g_auto (GStrv) lines = resource_lines ("/com/weedhounds/service/search-words.tsv");

  words->stops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; lines[i]; i++)
    {
      g_autofree char *key = NULL;
      g_auto (GStrv) values = line_values (lines[i], &key);
      if (g_strcmp0 (key, "ending") == 0)
        words->endings = g_steal_pointer (&values);
      for (guint v = 0; values && values[v]; v++)
        g_hash_table_add (words->stops, g_strdup (values[v]));
    }
}

static const Words *
words_get (void)
{
  static Words words;
  static gsize loaded = 0;

  if (g_once_init_enter (&loaded))
    {
      wh_service_register_resource ();
      load_aliases (&words);
      load_language (&words);
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

char *
wh_search_words_stem (const char *word)
{
  char **endings = words_get ()->endings;

  for (guint i = 0; endings && endings[i]; i++)
    if (g_str_has_suffix (word, endings[i]) && strlen (word) >= strlen (endings[i]) + MIN_STEM)
      return g_strndup (word, strlen (word) - strlen (endings[i]));
  return NULL;
}
