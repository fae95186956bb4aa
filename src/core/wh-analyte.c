#include "wh-analyte.h"

#include <gio/gio.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-core-resources.h"

#define RESOURCE "/com/weedhounds/core/analytes.tsv"

/* Columns of data/analytes.tsv. */
enum { KEY, NAME, CODE, CLASS, CAS, ALIASES, AROMA, AROMA_SOURCE, ACID, ACID_FACTOR, TOTAL, N_COLUMNS };

typedef struct {
  GArray     *analytes;   /* of WhAnalyte */
  GHashTable *by_key;     /* key -> index + 1 */
  GHashTable *by_text;    /* squeezed key, name or alias -> index + 1 */
} Dictionary;

static const char *const class_keys[] = { "cannabinoid", "monoterpene", "sesquiterpene", "terpene_other" };

/* Greek letters as labs and people write them. */
static const struct {
  const char *letter;
  const char *word;
} greek[] = {
  { "α", "alpha" }, { "β", "beta" }, { "γ", "gamma" }, { "δ", "delta" }, { "∆", "delta" },
  { "ɑ", "alpha" }, { "ß", "beta" }, { "ɣ", "gamma" },   /* letters that look like them */
};

/* Lower case, Greek letters spelled out, everything but letters and digits dropped: "β-Myrcene" -> "betamyrcene". */
static char *
squeeze (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *lower = g_utf8_strdown (valid, -1);
  g_autoptr (GString) spelled = g_string_new (lower);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (greek); i++)
    g_string_replace (spelled, greek[i].letter, greek[i].word, 0);
  for (const char *c = spelled->str; *c; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (out, *c);
  return g_string_free (out, FALSE);
}

static WhAnalyteClass
class_of (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (class_keys); i++)
    if (strcmp (class_keys[i], key) == 0)
      return i;
  g_error ("analyte dictionary: unknown class %s", key);
}

static void
add_text (Dictionary *dictionary, const char *text, guint position)
{
  g_autofree char *squeezed = squeeze (text);

  if (!*squeezed || g_hash_table_contains (dictionary->by_text, squeezed))
    return;
  g_hash_table_insert (dictionary->by_text, g_steal_pointer (&squeezed), GUINT_TO_POINTER (position + 1));
}

static void
add_analyte (Dictionary *dictionary, char **cells)
{
  guint position = dictionary->analytes->len;
  g_auto (GStrv) aliases = g_strsplit (cells[ALIASES], "|", -1);
  WhAnalyte analyte = { 0 };

  analyte.index = position;
  analyte.key = g_intern_string (cells[KEY]);
  analyte.name = g_intern_string (cells[NAME]);
  analyte.code = g_intern_string (cells[CODE]);
  analyte.cas = g_intern_string (cells[CAS]);
  analyte.analyte_class = class_of (cells[CLASS]);
  analyte.aroma = g_intern_string (cells[AROMA]);
  analyte.aroma_source = g_intern_string (cells[AROMA_SOURCE]);
  analyte.acid = analyte.parent = analyte.total = WH_ANALYTE_NONE;
  analyte.acid_factor = g_ascii_strtod (cells[ACID_FACTOR], NULL);
  g_array_append_val (dictionary->analytes, analyte);
  g_hash_table_insert (dictionary->by_key, (gpointer) analyte.key, GUINT_TO_POINTER (position + 1));
  add_text (dictionary, cells[KEY], position);
  add_text (dictionary, cells[NAME], position);
  for (char **alias = aliases; *alias; alias++)
    add_text (dictionary, *alias, position);
}

static WhAnalyteIndex
index_of (Dictionary *dictionary, const char *key)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (dictionary->by_key, key));

  return found ? found - 1 : WH_ANALYTE_NONE;
}

/* Parts of parts name the outermost total too, so that one look is enough to group them. */
static WhAnalyteIndex
outermost (Dictionary *dictionary, WhAnalyteIndex total)
{
  WhAnalyteIndex outer = total;

  while (outer != WH_ANALYTE_NONE)
    {
      total = outer;
      outer = g_array_index (dictionary->analytes, WhAnalyte, total).parent;
    }
  return total;
}

/* Acids and totals point to other rows, so they are resolved once all are there. */
static void
link_analytes (Dictionary *dictionary, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      char **cells = g_ptr_array_index (rows, i);
      WhAnalyte *analyte = &g_array_index (dictionary->analytes, WhAnalyte, i);
      analyte->acid = index_of (dictionary, cells[ACID]);
      analyte->parent = index_of (dictionary, cells[TOTAL]);
    }
  for (guint i = 0; i < rows->len; i++)
    {
      WhAnalyte *analyte = &g_array_index (dictionary->analytes, WhAnalyte, i);
      analyte->total = outermost (dictionary, analyte->parent);
    }
}

static gpointer
load (gpointer data)
{
  Dictionary *dictionary = g_new0 (Dictionary, 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_auto (GStrv) lines = NULL;

  wh_core_register_resource ();
  bytes = g_resources_lookup_data (RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  dictionary->analytes = g_array_new (FALSE, FALSE, sizeof (WhAnalyte));
  dictionary->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  dictionary->by_text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 1; lines[i]; i++)
    {
      char **cells;
      if (!*lines[i] || *lines[i] == '#')
        continue;
      cells = g_strsplit (lines[i], "\t", -1);
      if (g_strv_length (cells) != N_COLUMNS)
        g_error ("analyte dictionary: line %u has %u columns", i + 1, g_strv_length (cells));
      g_ptr_array_add (rows, cells);
      add_analyte (dictionary, cells);
    }
  link_analytes (dictionary, rows);
  return dictionary;
}

static const Dictionary *
dictionary_get (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, load, NULL);
}

guint
wh_analyte_count (void)
{
  return dictionary_get ()->analytes->len;
}

const WhAnalyte *
wh_analyte_get (WhAnalyteIndex index)
{
  const Dictionary *dictionary = dictionary_get ();

  return index < dictionary->analytes->len ? &g_array_index (dictionary->analytes, WhAnalyte, index) : NULL;
}

static const WhAnalyte *
find (GHashTable *table, const char *text)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (table, text));

  return found ? wh_analyte_get (found - 1) : NULL;
}

const WhAnalyte *
wh_analyte_by_key (const char *key)
{
  return find (dictionary_get ()->by_key, key);
}

const WhAnalyte *
wh_analyte_lookup (const char *text)
{
  g_autofree char *squeezed = squeeze (text);

  return find (dictionary_get ()->by_text, squeezed);
}

gboolean
wh_analyte_is_terpene (const WhAnalyte *analyte)
{
  return analyte->analyte_class != WH_ANALYTE_CANNABINOID;
}

/* The aromas of all, folded once: every search asks. */
static gpointer
fold_aromas (gpointer data)
{
  char **aromas = g_new0 (char *, wh_analyte_count () + 1);

  for (guint i = 0; i < wh_analyte_count (); i++)
    aromas[i] = wh_text_fold (wh_analyte_get (i)->aroma);
  return aromas;
}

static gboolean
has_aroma (const WhAnalyte *analyte, const char *word)
{
  static GOnce once = G_ONCE_INIT;
  char *const *aromas = g_once (&once, fold_aromas, NULL);
  gsize length = strlen (word);

  for (const char *own = aromas[analyte->index]; own; own = strchr (own, ' '))
    {
      own += *own == ' ';
      if (strncmp (own, word, length) == 0)
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
wh_analyte_by_aroma (const char *word)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; *word && i < wh_analyte_count (); i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (i);
      if (has_aroma (analyte, word))
        g_ptr_array_add (found, (gpointer) analyte);
    }
  return found;
}
