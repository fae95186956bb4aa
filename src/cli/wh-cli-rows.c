#include "wh-cli-rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-limits.h"
#include "wh-cli-command.h"
#include "wh-cli-fields.h"
#include "wh-cli-output.h"
#include "wh-cli-shop.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"
#include "wire/wh-wire.h"

#define COLUMNS_SHOWN 8      /* besides the id */
#define LEAST_COLUMN 8

/* -- finding one ---------------------------------------------------------------------------------------------------- */

static int
resolve_strain (const WhCliOptions *options, const char *typed, WhId *out_id, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  const WhCard *card;
  int status = session ? wh_cli_strain_resolve (options, snapshot, typed, &card, error) : WH_EXIT_FAILED;

  if (status == WH_EXIT_DONE)
    *out_id = card->id;
  return status;
}

static int
resolve_shop (const WhCliOptions *options, const char *typed, WhId *out_id, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);
  g_autoptr (WhDispensary) shop = NULL;
  int status = WH_EXIT_FAILED;

  if (session)
    status = wh_cli_shop_resolve (options, wh_session_catalogue (session), wh_session_principal (session), typed, &shop, error);
  if (status == WH_EXIT_DONE)
    *out_id = shop->entity.id;
  return status;
}

gboolean
wh_cli_rows_take_kind (const WhCliOptions *options, guint n, WhKind *out_kind, GError **error)
{
  if (g_strv_length (options->words) <= n)
    return wh_cli_fields_kind (options->words[0], out_kind, error);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is one word too many"), options->words[n]);
  return FALSE;
}

int
wh_cli_rows_take_id (const WhCliOptions *options, WhKind kind, const char *typed, WhId *out_id, GError **error)
{
  if (wh_id_parse (typed, out_id) && !wh_id_is_none (out_id))
    return WH_EXIT_DONE;
  if (kind == WH_KIND_STRAIN)
    return resolve_strain (options, typed, out_id, error);
  if (kind == WH_KIND_DISPENSARY)
    return resolve_shop (options, typed, out_id, error);
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("“%s” is no id: one has 36 characters"), typed);
  return WH_EXIT_FAILED;
}

/* -- showing -------------------------------------------------------------------------------------------------------- */

/* A field's value for people; NULL when it has none. */
static char *
value_of (const WhEntity *row, const WhField *field)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (wh_entity_is_absent (row, field))
    return NULL;
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      return g_strdup (WH_FIELD_AT (row, field, char *));
    case WH_FIELD_LIST:
      return g_strjoinv (", ", WH_FIELD_AT (row, field, char **));
    case WH_FIELD_REAL:
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.10g", WH_FIELD_AT (row, field, double)));
    case WH_FIELD_ID:
      return wh_id_to_string (&WH_FIELD_AT (row, field, WhId));
    case WH_FIELD_FLAG:
      return g_strdup (WH_FIELD_AT (row, field, gint64) ? _("yes") : _("no"));
    case WH_FIELD_TIME:
      return wh_clock_format (WH_FIELD_AT (row, field, gint64));
    case WH_FIELD_DATE:
      return wh_clock_format_date (WH_FIELD_AT (row, field, gint64));
    case WH_FIELD_PANEL:
      return g_strdup_printf ("%u", wh_panel_length (WH_FIELD_AT (row, field, WhPanel *)));
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, WH_FIELD_AT (row, field, gint64));
    }
}

static void
print_row (const WhEntity *row)
{
  const WhEntityClass *class = wh_entity_class (row->kind);
  g_autofree char *id = wh_id_to_string (&row->id), *updated = wh_clock_format (row->updated_at);

  wh_cli_output_line ("%s: %s", class->id_key, id);
  for (guint i = 0; i < class->n_fields; i++)
    {
      g_autofree char *value = value_of (row, &class->fields[i]);
      if (value)
        wh_cli_output_line ("%s: %s", wh_wire_field_key (&class->fields[i]), value);
    }
  wh_cli_output_line ("revision: %" G_GINT64_FORMAT, row->revision);
  wh_cli_output_line ("updated_at: %s", updated);
}

/* Ids of other rows and long lists are for --json and `get`. */
static gboolean
fits_column (const WhField *field, const GPtrArray *rows)
{
  if (field->type == WH_FIELD_ID || field->type == WH_FIELD_LIST || field->type == WH_FIELD_PANEL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!wh_entity_is_absent (rows->pdata[i], field))
      return TRUE;
  return FALSE;
}

/* The fields that are shown, in their order. */
typedef struct {
  const WhField *fields[COLUMNS_SHOWN];
  guint          n;
} Columns;

static void
add_column (Columns *columns, const WhField *field, const GPtrArray *rows)
{
  for (guint i = 0; i < columns->n; i++)
    if (columns->fields[i] == field)
      return;
  if (columns->n < COLUMNS_SHOWN && field && fits_column (field, rows))
    columns->fields[columns->n++] = field;
}

/* The first field, mostly a name; what was asked for; the others as long as there is room. */
static void
choose_columns (const WhListing *listing, const GPtrArray *rows, Columns *columns)
{
  const WhEntityClass *class = wh_entity_class (listing->kind);

  for (guint i = 0; i < class->n_fields && columns->n == 0; i++)
    add_column (columns, &class->fields[i], rows);
  add_column (columns, listing->sort, rows);
  for (guint i = 0; i < listing->filters->len; i++)
    add_column (columns, g_array_index (listing->filters, WhFilter, i).field, rows);
  for (guint i = 0; i < class->n_fields; i++)
    add_column (columns, &class->fields[i], rows);
}

static gboolean
is_number (const WhField *field)
{
  return field->type == WH_FIELD_REAL || field->type == WH_FIELD_INTEGER;
}

static void
print_table (const WhCliOptions *options, const WhListing *listing, const GPtrArray *rows)
{
  WhCliColumn columns[COLUMNS_SHOWN + 1] = { { wh_entity_class (listing->kind)->id_key, FALSE, 0, FALSE, NULL } };
  Columns chosen = { { NULL }, 0 };
  g_autoptr (WhCliTable) table = NULL;

  choose_columns (listing, rows, &chosen);
  for (guint i = 0; i < chosen.n; i++)
    {
      const WhField *field = chosen.fields[i];
      columns[i + 1] = (WhCliColumn){ field->name, is_number (field), is_number (field) ? 0 : LEAST_COLUMN, i > 0, NULL };
    }
  table = wh_cli_table_new (columns, chosen.n + 1);
  for (guint i = 0; i < rows->len; i++)
    {
      const WhEntity *row = rows->pdata[i];
      char *cells[COLUMNS_SHOWN + 1] = { wh_id_to_string (&row->id) };
      for (guint j = 0; j < chosen.n; j++)
        cells[j + 1] = value_of (row, chosen.fields[j]);
      wh_cli_table_add (table, (const char *const *) cells);
      for (guint j = 0; j <= chosen.n; j++)
        g_free (cells[j]);
    }
  wh_cli_output_table (options, table);
}

/* -- list ------------------------------------------------------------------------------------------------------------ */

typedef struct {
  const WhListing *listing;
  GPtrArray       *rows;
  char            *cursor;
  gint64           total;
} Page;

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Page *page = user_data;

  page->rows = wh_reader_list (reader, page->listing, &page->cursor, error);
  if (page->rows)
    page->total = wh_reader_list_count (reader, page->listing, error);
  return page->rows && page->total >= 0;
}

static gboolean
print_page (const WhCliOptions *options, const Page *page, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      if (page->rows->len)
        print_table (options, page->listing, page->rows);
      wh_cli_output_line (_("%u of %" G_GINT64_FORMAT), page->rows->len, page->total);
    }
  else
    {
      wh_json_writer_begin_array (writer);
      for (guint i = 0; i < page->rows->len; i++)
        wh_wire_write_entity (writer, page->rows->pdata[i], TRUE);
      wh_json_writer_end_array (writer);
      if (!wh_cli_output_document (options, json, NULL, error))
        return FALSE;
    }
  if (page->cursor)
    wh_cli_output_note (_("more with --cursor %s"), page->cursor);
  return TRUE;
}

static gboolean
read_question (const WhCliOptions *options, WhListing *listing, GError **error)
{
  for (char **where = options->where; where && *where; where++)
    if (!wh_cli_fields_where (listing, *where, error))
      return FALSE;
  if (options->sort && !wh_listing_set_sort (listing, options->sort, error))
    return FALSE;
  listing->descending = options->descending;
  listing->limit = options->limit ? (guint) options->limit : WH_LISTING_LIMIT;
  listing->cursor = g_strdup (options->cursor);
  return TRUE;
}

/* A session whose principal may read rows of a kind. */
static WhSession *
open_to_read (const WhCliOptions *options, WhKind kind, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);

  if (!session || !wh_principal_require (wh_session_principal (session), wh_permission_to_read (kind), error))
    return NULL;
  return g_steal_pointer (&session);
}

static int
list_rows (const WhCliOptions *options, const WhListing *listing, GError **error)
{
  g_autoptr (WhSession) session = open_to_read (options, listing->kind, error);
  Page page = { listing, NULL, NULL, 0 };
  gboolean done = session && wh_store_read (wh_session_store (session), wh_session_principal (session), list_cb, &page, error)
                  && print_page (options, &page, error);

  g_clear_pointer (&page.rows, g_ptr_array_unref);
  g_free (page.cursor);
  return done ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_list (const WhCliOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (WhListing) listing = NULL;
  WhKind kind;

  if (wh_cli_rows_take_kind (options, 1, &kind, &wrong))
    {
      listing = wh_listing_new (kind);
      if (read_question (options, listing, &wrong))
        return list_rows (options, listing, error);
    }
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}

/* -- get ------------------------------------------------------------------------------------------------------------- */

typedef struct {
  WhKind    kind;
  WhId      id;
  WhEntity *row;
} Get;

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Get *get = user_data;

  get->row = wh_reader_get (reader, get->kind, &get->id, error);
  return get->row != NULL;
}

static int
get_row (const WhCliOptions *options, WhKind kind, WhId id, GError **error)
{
  g_autoptr (WhSession) session = open_to_read (options, kind, error);
  Get get = { kind, id, NULL };
  g_autoptr (WhEntity) row = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (!session || !wh_store_read (wh_session_store (session), wh_session_principal (session), get_cb, &get, error))
    return WH_EXIT_FAILED;
  row = get.row;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_row (row);
      return WH_EXIT_DONE;
    }
  wh_wire_write_entity (writer, row, TRUE);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_get (const WhCliOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  WhKind kind;
  WhId id;
  int status;

  if (!wh_cli_rows_take_kind (options, 2, &kind, &wrong))
    {
      wh_cli_output_error (options, "usage", wrong->message, NULL);
      return WH_EXIT_USAGE;
    }
  status = wh_cli_rows_take_id (options, kind, options->words[1], &id, error);
  return status == WH_EXIT_DONE ? get_row (options, kind, id, error) : status;
}
