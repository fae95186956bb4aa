/* wh-import-column.c: what the columns of a lab table are called, and which way the table lies. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-import-private.h"

#define BETWEEN " _([{,:;-|/\n\t"   /* what stands between an analyte and its unit */
#define WIDE_ANALYTES 3             /* so many columns that are analytes make a table wide */
#define TURNED_ANALYTES 5           /* so many rows of the first twenty that are analytes make it one of samples across */

/* Words around an analyte that tell nothing about it. */
static const char *const noise[] = {
  "terpene", "terpenes", "terp", "terps", "cannabinoid", "cannabinoids", "potency", "profile", "analysis", "result", "results",
  "lab", "test", "tested", "conc", "concentration", "content", "amount", "value", "level", "measured", "reported", "average", "avg", "mean",
};

static gboolean
is_noise (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (noise); i++)
    if (g_ascii_strcasecmp (noise[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Such words before and behind; NULL when there are none. */
static char *
without_noise (const char *name)
{
  g_auto (GStrv) words = g_strsplit_set (name, " _:./", -1);
  guint n = g_strv_length (words), start = 0, end = n;
  GString *rest;

  while (start < n && (!*words[start] || is_noise (words[start])))
    start++;
  while (end > start && (!*words[end - 1] || is_noise (words[end - 1])))
    end--;
  if (start == 0 && end == n)
    return NULL;
  rest = g_string_new (NULL);
  for (guint i = start; i < end; i++)
    g_string_append_printf (rest, "%s ", words[i]);
  return g_string_free (rest, FALSE);
}

/* Words that make an amount of an analyte one of something else. */
static const char *const others[] = { "total", "max", "sum", "norm", "relative", "share", "rank", "error", "uncertainty", "loq", "lod" };

/* "Eucalyptol (1,8-Cineole)" without its last brackets; NULL where there are none or they say it is something else. */
static char *
without_brackets (const char *name)
{
  static GRegex *brackets;
  g_autofree char *folded = NULL;

  if (g_once_init_enter (&brackets))
    g_once_init_leave (&brackets, g_regex_new ("[([][^])]*[])]\\s*$", G_REGEX_OPTIMIZE, 0, NULL));
  if (!g_regex_match (brackets, name, 0, NULL))
    return NULL;
  folded = wh_text_fold (name);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (strstr (folded, others[i]))
      return NULL;
  return g_regex_replace_literal (brackets, name, -1, 0, "", 0, NULL);
}

static const WhAnalyte *
lookup (const char *name)
{
  const WhAnalyte *analyte = wh_analyte_lookup (name);
  g_autofree char *bare = analyte ? NULL : without_brackets (name);
  g_autofree char *quiet = NULL;

  if (!analyte && bare)
    analyte = wh_analyte_lookup (bare);
  if (!analyte)
    quiet = without_noise (bare ? bare : name);
  return quiet ? wh_analyte_lookup (quiet) : analyte;
}

/* "mg/g DW": on what the unit is based is told beside it. */
static char *
without_basis (const char *piece)
{
  static GRegex *basis;

  if (g_once_init_enter (&basis))
    g_once_init_leave (&basis, g_regex_new ("\\b(dw|dm|dry|fresh|weight|matter|basis|as received|as is|of)\\b",
                                            G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  return g_regex_replace_literal (basis, piece, -1, 0, "", 0, NULL);
}

/* A piece of a column name that is nothing but a unit: "(%)", "[% w/w]", "_percent", "mg_per_g". */
static gboolean
is_unit (const char *piece, WhUnit *out_unit)
{
  g_autofree char *spaced = g_strstrip (g_strdelimit (g_strdup (piece), "_()[]{},:;-|\n\t", ' '));
  g_autofree char *joined = g_strdelimit (g_strdup (spaced), " ", '_');
  g_autofree char *bare = *spaced ? without_basis (spaced) : NULL;

  return bare && (wh_unit_parse (spaced, out_unit) || wh_unit_parse (joined, out_unit) || wh_unit_parse (bare, out_unit));
}

const WhAnalyte *
wh_import_split_name (const char *name, WhUnit *out_unit)
{
  const WhAnalyte *analyte = NULL;

  for (const char *c = name + 1; *name && !analyte && *c; c++)
    if (strchr (BETWEEN, *c))
      {
        g_autofree char *head = g_strndup (name, c - name);
        analyte = is_unit (c, out_unit) ? lookup (head) : is_unit (head, out_unit) ? lookup (c) : NULL;
      }
  if (analyte)
    return analyte;
  *out_unit = WH_UNIT_UNKNOWN;
  return lookup (name);
}

WhUnit
wh_import_heading_unit (const char *name, char **out_bare)
{
  WhUnit unit = WH_UNIT_UNKNOWN;

  for (const char *c = name + 1; *name && *c; c++)
    if (strchr (BETWEEN, *c) && is_unit (c, &unit))
      {
        if (out_bare)
          *out_bare = g_strndup (name, c - name);
        return unit;
      }
  return WH_UNIT_UNKNOWN;
}

static guint
count_analytes (const char *const *names)
{
  guint n = 0;
  WhUnit unit;

  for (; *names; names++)
    n += wh_import_split_name (*names, &unit) != NULL;
  return n;
}

/* A table with analytes for columns is wide, whatever else its columns are called. */
static gboolean
has_long_columns (const WhPreset *preset, const char *const *header)
{
  return wh_preset_column (preset, header, "analyte") >= 0 && wh_preset_column (preset, header, "value") >= 0
         && count_analytes (header) < WIDE_ANALYTES;
}

gboolean
wh_import_is_long (WhImport *import)
{
  return g_strcmp0 (wh_preset_constant (import->preset, "layout"), "long") == 0
         || has_long_columns (import->preset, wh_table_header (import->table));
}

/* Samples across: analytes stand in the first column and none in the header. */
static gboolean
is_turned (const WhTable *table, const WhPreset *preset)
{
  g_auto (GStrv) first = NULL;

  if (count_analytes (wh_table_header (table)) >= WIDE_ANALYTES || has_long_columns (preset, wh_table_header (table)))
    return FALSE;
  first = wh_table_first_cells (table);
  return count_analytes ((const char *const *) first) >= TURNED_ANALYTES;
}

WhTable *
wh_import_open_lab (const char *path, const char *format, WhPreset **out_preset, GError **error)
{
  g_autoptr (WhTable) table = wh_table_open (path, error);
  g_autoptr (WhPreset) preset = table ? wh_preset_choose (WH_IMPORT_LAB, format, wh_table_header (table), error) : NULL;

  if (preset && is_turned (table, preset))
    {
      gboolean names_analytes = wh_preset_column (preset, wh_table_header (table), "analyte") == 0
                                || g_str_has_prefix (wh_table_header (table)[0], "column ");
      g_clear_pointer (&preset, wh_preset_free);
      if (wh_table_turn (table, names_analytes ? "name" : NULL, error))
        preset = wh_preset_choose (WH_IMPORT_LAB, format, wh_table_header (table), error);
    }
  if (!preset)
    return NULL;
  *out_preset = g_steal_pointer (&preset);
  return g_steal_pointer (&table);
}
