#include "wh-preset.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-import-private.h"
#include "wh-presets-resources.h"

#define PREFIX "/com/weedhounds/presets/"
#define GENERIC "generic-"

struct _WhPreset {
  char       *name;
  GKeyFile   *file;
  GHashTable *strings;   /* borrowed by callers of wh_preset_constant */
};

static const char *const kind_words[] = { "lab", "strains", "dispensaries", "menu", "reviews", "analytes" };

gboolean
wh_import_kind_parse (const char *word, WhImportKind *out_kind)
{
  for (guint i = 0; word && i < G_N_ELEMENTS (kind_words); i++)
    if (strcmp (kind_words[i], word) == 0)
      {
        *out_kind = i;
        return TRUE;
      }
  return FALSE;
}

static gpointer
register_resource (gpointer data)
{
  wh_presets_register_resource ();
  return NULL;
}

static GBytes *
load_bytes (const char *name)
{
  static GOnce once = G_ONCE_INIT;
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);

  g_once (&once, register_resource, NULL);
  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

GPtrArray *
wh_preset_table (const char *name)
{
  g_autoptr (GBytes) bytes = load_bytes (name);
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (char **line = lines; *line; line++)
    if (**line)
      g_ptr_array_add (rows, g_strsplit (*line, "\t", -1));
  return rows;
}

static WhPreset *
preset_load (const char *name)
{
  g_autofree char *file_name = g_strconcat (name, ".ini", NULL);
  g_autoptr (GBytes) bytes = load_bytes (file_name);
  WhPreset *preset;

  if (!bytes)
    return NULL;
  preset = g_new0 (WhPreset, 1);
  preset->name = g_strdup (name);
  preset->file = g_key_file_new ();
  preset->strings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_key_file_load_from_bytes (preset->file, bytes, G_KEY_FILE_NONE, NULL);
  return preset;
}

void
wh_preset_free (WhPreset *preset)
{
  g_free (preset->name);
  g_key_file_unref (preset->file);
  g_hash_table_unref (preset->strings);
  g_free (preset);
}

const char *
wh_preset_name (const WhPreset *preset)
{
  return preset->name;
}

/* All of the columns in `match` stand in the header. */
static gboolean
fits (const WhPreset *preset, WhImportKind kind, const char *const *header)
{
  g_auto (GStrv) wanted = g_key_file_get_string_list (preset->file, "preset", "match", NULL, NULL);

  if (!wanted || g_strcmp0 (wh_preset_constant (preset, "kind"), kind_words[kind]) != 0)
    return FALSE;
  for (char **column = wanted; *column; column++)
    if (!g_strv_contains (header, *column))
      return FALSE;
  return TRUE;
}

static WhPreset *
find_fitting (WhImportKind kind, const char *const *header)
{
  g_auto (GStrv) names = g_resources_enumerate_children (PREFIX, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (char **name = names; name && *name; name++)
    {
      g_autoptr (WhPreset) preset = NULL;
      if (!g_str_has_suffix (*name, ".ini"))
        continue;
      (*name)[strlen (*name) - strlen (".ini")] = '\0';
      preset = preset_load (*name);
      if (fits (preset, kind, header))
        return g_steal_pointer (&preset);
    }
  return NULL;
}

WhPreset *
wh_preset_choose (WhImportKind kind, const char *format, const char *const *header, GError **error)
{
  g_autofree char *generic = g_strconcat (GENERIC, kind_words[kind], NULL);
  WhPreset *preset = preset_load (format ? format : generic);

  if (preset && !format)
    {
      WhPreset *fitting = find_fitting (kind, header);
      if (fitting)
        {
          wh_preset_free (preset);
          preset = fitting;
        }
    }
  if (preset && strcmp (wh_preset_constant (preset, "kind"), kind_words[kind]) != 0)
    g_clear_pointer (&preset, wh_preset_free);
  if (!preset)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("There is no format “%s” for this kind of file; leave --format out."), format);
  return preset;
}

/* "Total THC (%)" is meant where "total thc" is wanted; "Total THC (normalised)" is not. */
static gboolean
is_meant (const char *name, const char *wanted)
{
  g_autofree char *folded = wh_text_fold (name);
  g_autofree char *bare = NULL;
  g_autofree char *folded_bare = NULL;

  if (!g_str_has_prefix (folded, wanted) || folded[strlen (wanted)] == '\0')
    return strcmp (folded, wanted) == 0;
  if (wh_import_heading_unit (name, &bare) == WH_UNIT_UNKNOWN)
    return FALSE;
  folded_bare = wh_text_fold (bare);
  return strcmp (folded_bare, wanted) == 0;
}

int
wh_preset_column (const WhPreset *preset, const char *const *header, const char *field)
{
  g_autofree char *names = g_key_file_get_string (preset->file, "columns", field, NULL);
  g_auto (GStrv) list = names ? g_strsplit (names, "|", -1) : NULL;

  for (char **name = list; name && *name; name++)
    {
      g_autofree char *wanted = wh_text_fold (*name);
      for (int i = 0; header[i]; i++)
        if (is_meant (header[i], wanted))
          return i;
    }
  return -1;
}

gboolean
wh_preset_ignores (const WhPreset *preset, const char *column)
{
  const char *const header[] = { column, NULL };
  g_autofree char *suffix = g_key_file_get_string (preset->file, "columns", "ignore_suffix", NULL);

  return wh_preset_column (preset, header, "ignore") == 0 || (suffix && g_str_has_suffix (column, suffix));
}

const char *
wh_preset_constant (const WhPreset *preset, const char *key)
{
  char *value = g_hash_table_lookup (preset->strings, key);

  if (value)
    return value;
  value = g_key_file_get_string (preset->file, "constants", key, NULL);
  if (!value)
    value = g_key_file_get_string (preset->file, "preset", key, NULL);
  if (value)
    g_hash_table_insert (preset->strings, g_strdup (key), value);
  return value;
}

char **
wh_preset_key (const WhPreset *preset)
{
  return g_key_file_get_string_list (preset->file, "preset", "key", NULL, NULL);
}
