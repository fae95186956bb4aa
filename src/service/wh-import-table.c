#include "wh-import-table.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/wh-csv.h"
#include "base/wh-error.h"
#include "base/wh-json.h"
#include "base/wh-limits.h"

#define MAX_JSON (64 * 1024 * 1024)

#define HEAD_ROWS 20      /* read before it is decided which row is the header */
#define TABLE_CELLS 4     /* a table with fewer columns has no title that could be told from it */

struct _WhTable {
  GPtrArray *header;     /* of char*, NULL-terminated */
  WhCsv     *csv;        /* NULL for JSON */
  WhUnit     unit;       /* of the title */
  gboolean   decimal_comma;
  GPtrArray *rows;       /* of char**: of a JSON file all, of CSV those that were read to find the header */
  GArray    *lines;      /* of guint */
  guint      next;
};

void
wh_table_free (WhTable *table)
{
  g_ptr_array_unref (table->header);
  g_clear_pointer (&table->csv, wh_csv_free);
  g_clear_pointer (&table->rows, g_ptr_array_unref);
  g_clear_pointer (&table->lines, g_array_unref);
  g_free (table);
}

static void
set_header (WhTable *table, char **cells, guint n_cells)
{
  for (guint i = 0; i < n_cells; i++)
    {
      char *name = g_strstrip (g_strdup (cells[i]));
      if (!*name)
        {
          g_free (name);
          name = g_strdup_printf ("column %u", i + 1);
        }
      g_ptr_array_add (table->header, name);
    }
  g_ptr_array_add (table->header, NULL);
}

/* -- the header of a CSV file, which need not be its first row -- */

static guint
count_filled (char **cells)
{
  guint n = 0;

  for (; *cells; cells++)
    n += (*cells)[strspn (*cells, " \t")] != '\0';
  return n;
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* How many filled cells the rows have, in the middle. */
static guint
usual_width (const WhTable *table)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < table->rows->len; i++)
    {
      int n = (int) count_filled (table->rows->pdata[i]);
      g_array_append_val (counts, n);
    }
  g_array_sort (counts, compare_counts);
  return (guint) g_array_index (counts, int, counts->len / 2);
}

static gboolean
is_unit (const char *cell, WhUnit *out_unit)
{
  g_autofree char *bare = g_strstrip (g_strdelimit (g_strdup (cell), "()[]", ' '));

  return wh_unit_parse (bare, out_unit);
}

/* Two units or more and nothing else. */
static gboolean
is_row_of_units (char **cells)
{
  WhUnit unit;
  guint n = 0;

  for (; *cells; cells++)
    if ((*cells)[strspn (*cells, " \t")] != '\0')
      {
        if (!is_unit (*cells, &unit))
          return FALSE;
        n++;
      }
  return n > 1;
}

static void
read_title (WhTable *table, char **cells, gboolean *contradictory)
{
  for (; *cells; cells++)
    {
      g_auto (GStrv) words = g_strsplit_set (*cells, " \t\n()[]{},;:=", -1);
      for (char **word = words; *word; word++)
        {
          WhUnit unit;
          if (!**word || !wh_unit_parse (*word, &unit))
            continue;
          *contradictory |= table->unit != WH_UNIT_UNKNOWN && table->unit != unit;
          table->unit = unit;
        }
    }
  if (*contradictory)
    table->unit = WH_UNIT_UNKNOWN;
}

static void
name_units (WhTable *table, char **units)
{
  for (guint i = 0; units[i] && i < wh_table_columns (table); i++)
    {
      char *name = table->header->pdata[i];
      WhUnit unit;
      if (!is_unit (units[i], &unit))
        continue;
      table->header->pdata[i] = g_strdup_printf ("%s (%s)", name, wh_unit_key (unit));
      g_free (name);
    }
}

static gboolean
read_head (WhTable *table, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhCsvRow row;

  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  while (table->rows->len < HEAD_ROWS && wh_csv_next (table->csv, &row, &failure))
    {
      g_ptr_array_add (table->rows, g_strdupv (row.cells));
      g_array_append_val (table->lines, row.line);
    }
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (table->rows->len == 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("the file is empty; it needs a header row"));
  else
    return TRUE;
  return FALSE;
}

static void
find_header (WhTable *table)
{
  guint width = usual_width (table), at = 0;
  char **units = NULL;
  gboolean contradictory = FALSE;

  for (; width >= TABLE_CELLS && at + 1 < table->rows->len; at++)
    {
      char **cells = table->rows->pdata[at];
      if (is_row_of_units (cells))
        units = cells;
      else if (2 * count_filled (cells) < width)
        read_title (table, cells, &contradictory);
      else
        break;
    }
  set_header (table, table->rows->pdata[at], g_strv_length (table->rows->pdata[at]));
  at++;
  if (!units && at < table->rows->len && is_row_of_units (table->rows->pdata[at]))
    units = table->rows->pdata[at++];
  if (units)
    name_units (table, units);
  table->next = at;
}

/* Whether the first rows have numbers with this for a point. */
static gboolean
has_point (const WhTable *table, char point)
{
  for (guint i = table->next; i < table->rows->len; i++)
    for (char **cells = table->rows->pdata[i]; *cells; cells++)
      {
        const char *at = *cells + strspn (*cells, " <0123456789");
        if (*at == point && at > *cells && g_ascii_isdigit (at[-1]) && g_ascii_isdigit (at[1]))
          return TRUE;
      }
  return FALSE;
}

static gboolean
open_csv (WhTable *table, const char *path, GError **error)
{
  table->csv = wh_csv_open (path, error);
  if (!table->csv || !read_head (table, error))
    return FALSE;
  find_header (table);
  /* A comma in a number may also part thousands or be a slip; unless cells are parted as where it is the rule, or all have it. */
  table->decimal_comma = wh_csv_delimiter (table->csv) == ';' || (has_point (table, ',') && !has_point (table, '.'));
  return TRUE;
}

/* -- a menu export: a list of products, each with variants (sizes) that have prices -- */

static const char *const product_keys[] = { "jointId", "businessId", "name", "category", "subCategory", "brandName", "strainType",
                                            "description" };
static const char *const variant_keys[] = { "option", "price", "specialPrice", "quantity", "updatedAt" };
#define N_PRODUCT G_N_ELEMENTS (product_keys)
#define N_VARIANT G_N_ELEMENTS (variant_keys)
#define N_MENU (N_PRODUCT + N_VARIANT + 2)   /* and thc, cbd as printed */

static char *
scalar (const WhJsonNode *node)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (wh_json_is_number (node))
    return g_strdup (g_ascii_dtostr (number, sizeof number, wh_json_number (node, 0)));
  return g_strdup (wh_json_string (node, ""));
}

static void
add_variant (WhTable *table, const WhJsonNode *product, const WhJsonNode *variant, guint line)
{
  char **cells = g_new0 (char *, N_MENU + 1);
  guint n = 0;

  for (guint i = 0; i < N_PRODUCT; i++)
    cells[n++] = scalar (wh_json_member (product, product_keys[i]));
  for (guint i = 0; i < N_VARIANT; i++)
    cells[n++] = scalar (wh_json_member (variant, variant_keys[i]));
  cells[n++] = scalar (wh_json_member (product, "potencyThcDisplayValue"));
  cells[n++] = scalar (wh_json_member (product, "potencyCbdDisplayValue"));
  g_ptr_array_add (table->rows, cells);
  g_array_append_val (table->lines, line);
}

static void
add_product (WhTable *table, const WhJsonNode *product, guint line)
{
  const WhJsonNode *variants = wh_json_member (product, "variants");

  for (guint i = 0; i < wh_json_length (variants); i++)
    add_variant (table, product, wh_json_element (variants, i), line);
  if (wh_json_length (variants) == 0)
    add_variant (table, product, NULL, line);
}

static gboolean
open_json (WhTable *table, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (WhJson) json = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, &failure))
    {
      wh_error_take_io (error, g_steal_pointer (&failure), path);
      return FALSE;
    }
  json = wh_json_parse (text, length, MAX_JSON, error);
  if (!json)
    return FALSE;
  if (!wh_json_is_array (wh_json_root (json)))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("the JSON is no list of products"));
      return FALSE;
    }
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  set_header (table, (char **) product_keys, N_PRODUCT);
  g_ptr_array_set_size (table->header, N_PRODUCT);   /* without the end mark, to go on */
  set_header (table, (char **) variant_keys, N_VARIANT);
  g_ptr_array_set_size (table->header, N_PRODUCT + N_VARIANT);
  set_header (table, (char *[]) { (char *) "thc", (char *) "cbd" }, 2);
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    add_product (table, wh_json_element (wh_json_root (json), i), i + 1);
  return TRUE;
}

/* Opening a pipe waits for somebody to write into it, for ever if need be; and a file is read twice. */
static gboolean
check_file (const char *path, gboolean json, GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      wh_error_set_errno (error, errno, path);
      return FALSE;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is a directory, pipe or device; name a file"), path);
      return FALSE;
    }
  if (json && info.st_size > MAX_JSON)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("the file is larger than can be imported; split it"));
      return FALSE;
    }
  return TRUE;
}

WhTable *
wh_table_open (const char *path, GError **error)
{
  g_autoptr (WhTable) table = g_new0 (WhTable, 1);
  gboolean json = g_str_has_suffix (path, ".json");

  table->header = g_ptr_array_new_with_free_func (g_free);
  if (!check_file (path, json, error) || !(json ? open_json (table, path, error) : open_csv (table, path, error)))
    return NULL;
  if (wh_table_columns (table) > WH_LIMIT_IMPORT_COLUMNS)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("more than %d columns"), WH_LIMIT_IMPORT_COLUMNS);
      return NULL;
    }
  return g_steal_pointer (&table);
}

const char *const *
wh_table_header (const WhTable *table)
{
  return (const char *const *) table->header->pdata;
}

guint
wh_table_columns (const WhTable *table)
{
  return table->header->len - 1;
}

gboolean
wh_table_next (WhTable *table, char ***out_cells, guint *out_n_cells, guint *out_line, GError **error)
{
  WhCsvRow row;

  if (table->next < table->rows->len)
    {
      *out_cells = table->rows->pdata[table->next];
      *out_n_cells = g_strv_length (*out_cells);
      *out_line = g_array_index (table->lines, guint, table->next);
      table->next++;
      return TRUE;
    }
  if (table->csv)
    {
      if (!wh_csv_next (table->csv, &row, error))
        return FALSE;
      *out_cells = row.cells;
      *out_n_cells = row.n_cells;
      *out_line = row.line;
      return TRUE;
    }
  return FALSE;
}

WhUnit
wh_table_unit (const WhTable *table)
{
  return table->unit;
}

gboolean
wh_table_decimal_comma (const WhTable *table)
{
  return table->decimal_comma;
}

double
wh_table_progress (WhTable *table)
{
  return table->csv ? wh_csv_progress (table->csv) : (double) table->next / MAX (1, table->rows->len);
}

/* -- samples side by side -- */

char **
wh_table_first_cells (const WhTable *table)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = table->next; i < table->rows->len; i++)
    if (*(char **) table->rows->pdata[i])
      g_strv_builder_add (builder, *(char **) table->rows->pdata[i]);
  return g_strv_builder_end (builder);
}

/* The header as a row, then the rest of the table. */
static GPtrArray *
read_all (WhTable *table, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GError) failure = NULL;
  char **cells;
  guint n_cells, line;

  g_ptr_array_add (rows, g_strdupv ((char **) table->header->pdata));
  while (rows->len <= WH_LIMIT_IMPORT_COLUMNS && wh_table_next (table, &cells, &n_cells, &line, &failure))
    g_ptr_array_add (rows, g_strdupv (cells));
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (rows->len > WH_LIMIT_IMPORT_COLUMNS)
    g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("more than %d rows in a table whose samples stand side by side"),
                 WH_LIMIT_IMPORT_COLUMNS);
  else
    return g_steal_pointer (&rows);
  return NULL;
}

/* Cells of one column; a short row has no cell there. */
static char **
column_of (GPtrArray *rows, guint column)
{
  char **cells = g_new0 (char *, rows->len + 1);

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      cells[i] = g_strdup (column < g_strv_length (row) ? row[column] : "");
    }
  return cells;
}

/* Each column but the first as a row; a column of units, which may be the second, is none of the samples. */
static void
take_columns (WhTable *table, GPtrArray *rows, guint n_columns)
{
  for (guint i = 1; i < n_columns; i++)
    {
      g_auto (GStrv) cells = column_of (rows, i);
      if (i == 1 && is_row_of_units (cells + 1))
        {
          name_units (table, cells);
          continue;
        }
      g_ptr_array_add (table->rows, g_steal_pointer (&cells));
      g_array_append_vals (table->lines, (guint[]) { i + 1 }, 1);
    }
}

gboolean
wh_table_turn (WhTable *table, const char *corner, GError **error)
{
  g_autoptr (GPtrArray) rows = read_all (table, error);
  guint n_columns = wh_table_columns (table);
  g_auto (GStrv) names = NULL;

  if (!rows)
    return FALSE;
  names = column_of (rows, 0);
  if (corner)
    {
      g_free (names[0]);
      names[0] = g_strdup (corner);
    }
  g_ptr_array_set_size (table->rows, 0);
  g_array_set_size (table->lines, 0);
  g_ptr_array_set_size (table->header, 0);
  set_header (table, names, g_strv_length (names));
  take_columns (table, rows, n_columns);
  table->next = 0;
  return TRUE;
}
