#include "wh-import-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"

int
wh_import_column (WhImport *import, const char *field)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (import->fields, field));

  if (found == 0)
    {
      found = (guint) (wh_preset_column (import->preset, wh_table_header (import->table), field) + 2);
      g_hash_table_insert (import->fields, g_strdup (field), GUINT_TO_POINTER (found));
    }
  return (int) found - 2;
}

const char *
wh_import_cell (WhImport *import, int column)
{
  return column >= 0 && (guint) column < import->n_cells ? g_strstrip (import->cells[column]) : "";
}

const char *
wh_import_text (WhImport *import, const char *field)
{
  return wh_import_cell (import, wh_import_column (import, field));
}

const char *
wh_import_column_name (WhImport *import, const char *field)
{
  int column = wh_import_column (import, field);

  return column >= 0 ? wh_table_header (import->table)[column] : "";
}

char *
wh_import_copy (WhImport *import, const char *field)
{
  g_autofree char *clean = wh_text_clean (wh_import_text (import, field), WH_LIMIT_TEXT);

  return *clean ? g_steal_pointer (&clean) : NULL;
}

/* "$1,234.50" and "21.4 %" are numbers, too; so is "8,5" where commas are decimal. */
static gboolean
lenient_number (const char *text, gboolean decimal_comma, double *out_value)
{
  g_autofree char *plain = g_strdup (text);
  char *out = plain;
  WhMeasure measure = WH_MEASURE_INIT;
  WhUnit unit;

  if (decimal_comma && strchr (text, ',') && wh_import_read_cell (text, TRUE, &measure, &unit) && measure.state == WH_STATE_VALUE)
    {
      *out_value = measure.value;
      return TRUE;
    }

  for (const char *in = text; *in; in++)
    if (!strchr ("$, %", *in))
      *out++ = *in;
  *out = '\0';
  return wh_text_to_number (plain, out_value);
}

double
wh_import_number (WhImport *import, const char *field)
{
  const char *text = wh_import_text (import, field);
  double value;

  if (!*text)
    return NAN;
  if (lenient_number (text, wh_table_decimal_comma (import->table), &value))
    return value;
  wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, field), text, "%s",
                  _("This is no number; the cell was left out."));
  return NAN;
}

gint64
wh_import_date (WhImport *import, const char *field)
{
  const char *text = wh_import_text (import, field);
  gint64 moment;

  if (!*text)
    return WH_TIME_UNSET;
  if (wh_clock_parse (text, &moment))
    return moment;
  wh_import_warn (import, import->line, "bad_date", wh_import_column_name (import, field), text, "%s",
                  _("This is no date; write it as 2026-11-24. The cell was left out."));
  return WH_TIME_UNSET;
}

gint64
wh_import_cents (WhImport *import, const char *field)
{
  double value = wh_import_number (import, field);

  if (isnan (value))
    return WH_INTEGER_UNSET;
  if (value < 0 || value > 1e7)
    {
      wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, field), wh_import_text (import, field), "%s",
                      _("This is no price; the cell was left out."));
      return WH_INTEGER_UNSET;
    }
  return (gint64) llround (value * 100);
}

static char *
join_row (WhImport *import)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < import->n_cells; i++)
    g_string_append_printf (joined, "%s\x1f", import->cells[i]);
  return g_string_free (joined, FALSE);
}

WhId
wh_import_row_id (WhImport *import)
{
  g_autofree char *joined = join_row (import);

  return wh_id_from_key ("row", import->source, joined);
}

/* The key columns of the row, joined; NULL when the layout has none or all are empty. */
static char *
own_key (WhImport *import)
{
  g_auto (GStrv) columns = wh_preset_key (import->preset);
  GString *key = g_string_new (NULL);
  gboolean any = FALSE;

  for (char **column = columns; column && *column; column++)
    for (guint i = 0; i < wh_table_columns (import->table); i++)
      if (strcmp (wh_table_header (import->table)[i], *column) == 0)
        {
          const char *cell = wh_import_cell (import, (int) i);
          any |= *cell != '\0';
          g_string_append_printf (key, "%s\x1f", cell);
        }
  return g_string_free (key, !any);
}

/* A menu whose layout names no key. Its product is what it is called and how it is packed, in one shop: that stays itself when price,
 * stock or potency change. */
static gboolean
is_plain_menu (WhImport *import)
{
  g_auto (GStrv) columns = wh_preset_key (import->preset);

  return import->options->kind == WH_IMPORT_MENU && (!columns || !*columns);
}

static char *
product_key (WhImport *import)
{
  static const char *const fields[] = { "shop", "state", "name", "brand", "category", "subcategory", "strain", "amount", "grams" };
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_string_append_printf (key, "%s\x1f", wh_import_text (import, fields[i]));
  return g_string_free (key, FALSE);
}

/* The row without what changes from one look at a menu to the next. */
static char *
join_lasting (WhImport *import)
{
  const int passing[] = { wh_import_column (import, "price"), wh_import_column (import, "discount_price"),
                          wh_import_column (import, "date"), wh_import_column (import, "in_stock"),
                          wh_import_column (import, "stock_quantity") };
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < import->n_cells; i++)
    {
      gboolean passes = FALSE;
      for (guint j = 0; j < G_N_ELEMENTS (passing); j++)
        passes |= passing[j] == (int) i;
      g_string_append_printf (joined, "%s\x1f", passes ? "" : import->cells[i]);
    }
  return g_string_free (joined, FALSE);
}

WhId
wh_import_lasting_id (WhImport *import)
{
  g_autofree char *joined = is_plain_menu (import) ? join_lasting (import) : join_row (import);

  return wh_id_from_key ("row", import->source, joined);
}

char *
wh_import_key (WhImport *import)
{
  gboolean plain = is_plain_menu (import);
  g_autofree char *key = plain ? product_key (import) : own_key (import);

  if (key && !g_hash_table_contains (import->shared_keys, key))
    return g_steal_pointer (&key);
  return plain ? join_lasting (import) : join_row (import);
}

char *
wh_import_type (const char *text)
{
  static const char *const types[] = { "hybrid", "indica", "sativa" };
  g_autofree char *folded = wh_text_fold (text);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strstr (folded, types[i]))
      return g_strdup (types[i]);
  return NULL;
}

char **
wh_import_list (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",;|", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (char **part = parts; *part && n < WH_LIMIT_LIST; part++)
    if (*g_strstrip (*part))
      {
        g_strv_builder_add (builder, *part);
        n++;
      }
  return n ? g_strv_builder_end (builder) : NULL;
}

static gboolean
is_abbreviation (WhImport *import, const char *word)
{
  for (guint i = 0; i < import->capitals->len; i++)
    if (strcmp (((char **) import->capitals->pdata[i])[0], word) == 0)
      return TRUE;
  return FALSE;
}

char *
wh_import_title (WhImport *import, const char *slug)
{
  g_auto (GStrv) words = g_strsplit_set (slug, "- ", -1);
  GString *title = g_string_new (NULL);

  for (char **word = words; *word; word++)
    {
      g_autofree char *upper = g_utf8_strup (*word, is_abbreviation (import, *word) ? -1 : (gssize) (g_utf8_next_char (*word) - *word));
      if (!**word)
        continue;
      g_string_append_printf (title, "%s%s%s", title->len ? " " : "", upper,
                              is_abbreviation (import, *word) ? "" : g_utf8_next_char (*word));
    }
  return g_string_free (title, FALSE);
}

WhStrain *
wh_import_strain (WhImport *import, const char *name)
{
  g_autofree char *slug = wh_text_slug (name);
  WhStrain *strain;

  if (!*slug)
    return NULL;
  /* The same slug is the same strain, whatever file names it. */
  strain = wh_strain_new (wh_id_from_key ("strain", "name", slug));
  strain->slug = g_steal_pointer (&slug);
  strain->name = wh_text_clean (name, WH_LIMIT_TEXT);
  return strain;
}
