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

struct _WhTable {
  GPtrArray *header;     /* of char*, NULL-terminated */
  WhCsv     *csv;        /* NULL for JSON */
  GPtrArray *rows;       /* of char**: all rows of a JSON file */
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

static gboolean
open_csv (WhTable *table, const char *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhCsvRow row;

  table->csv = wh_csv_open (path, error);
  if (!table->csv)
    return FALSE;
  if (wh_csv_next (table->csv, &row, &failure))
    {
      set_header (table, row.cells, row.n_cells);
      return TRUE;
    }
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("the file is empty; it needs a header row"));
  return FALSE;
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

  if (table->csv)
    {
      if (!wh_csv_next (table->csv, &row, error))
        return FALSE;
      *out_cells = row.cells;
      *out_n_cells = row.n_cells;
      *out_line = row.line;
      return TRUE;
    }
  if (table->next >= table->rows->len)
    return FALSE;
  *out_cells = table->rows->pdata[table->next];
  *out_n_cells = N_MENU;
  *out_line = g_array_index (table->lines, guint, table->next);
  table->next++;
  return TRUE;
}

double
wh_table_progress (WhTable *table)
{
  return table->csv ? wh_csv_progress (table->csv) : (double) table->next / MAX (1, table->rows->len);
}
