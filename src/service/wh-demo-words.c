#include "wh-demo-words.h"

#include <gio/gio.h>

#include "wh-demo-resources.h"

#define PREFIX "/com/weedhounds/demo/"

static gpointer
register_resource (gpointer data)
{
  wh_demo_register_resource ();
  return NULL;
}

static GBytes *
load (const char *name)
{
  static GOnce once = G_ONCE_INIT;
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);

  g_once (&once, register_resource, NULL);
  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* Rows of a tab-separated table, its header left out. */
static GPtrArray *
load_table (const char *name)
{
  g_autoptr (GBytes) bytes = load (name);
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (char **line = lines + 1; *line; line++)
    if (**line)
      g_ptr_array_add (rows, g_strsplit (*line, "\t", -1));
  return rows;
}

WhDemoWords *
wh_demo_words_load (void)
{
  WhDemoWords *words = g_new0 (WhDemoWords, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) bytes = load ("words.ini");

  g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL);
  words->first = g_key_file_get_string_list (file, "words", "first", NULL, NULL);
  words->second = g_key_file_get_string_list (file, "words", "second", NULL, NULL);
  words->brands = g_key_file_get_string_list (file, "words", "brands", NULL, NULL);
  words->shops = g_key_file_get_string_list (file, "words", "shops", NULL, NULL);
  words->kinds = g_key_file_get_string_list (file, "words", "kinds", NULL, NULL);
  words->labs = g_key_file_get_string_list (file, "words", "labs", NULL, NULL);
  words->known = load_table ("known.tsv");
  words->cities = load_table ("cities.tsv");
  return words;
}

void
wh_demo_words_free (WhDemoWords *words)
{
  g_strfreev (words->first);
  g_strfreev (words->second);
  g_strfreev (words->brands);
  g_strfreev (words->shops);
  g_strfreev (words->kinds);
  g_strfreev (words->labs);
  g_ptr_array_unref (words->known);
  g_ptr_array_unref (words->cities);
  g_free (words);
}
