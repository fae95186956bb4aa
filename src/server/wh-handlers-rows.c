#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-handlers-private.h"
#include "wire/wh-wire.h"

void
wh_handlers_write_rows (WhJsonWriter *writer, const GPtrArray *rows)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < rows->len; i++)
    wh_wire_write_entity (writer, rows->pdata[i], TRUE);
  wh_json_writer_end_array (writer);
}

void
wh_handlers_set_not_found (WhRequest *request, WhKind kind)
{
  g_autofree char *word = g_ascii_strup (wh_entity_class (kind)->name, -1);

  g_free (request->code_kept);
  request->error_code = request->code_kept = g_strconcat (word, "_NOT_FOUND", NULL);
}

/* -- a page of rows -------------------------------------------------------------------------------------------------- */

typedef struct {
  WhRequest *request;
  WhListing *listing;
  gboolean   counted;
  gint64     total;
  GPtrArray *rows;
} Page;

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Page *page = user_data;

  page->rows = wh_reader_list (reader, page->listing, &page->request->next_cursor, error);
  if (page->rows && page->counted)
    page->total = wh_reader_list_count (reader, page->listing, error);
  return page->rows && (!page->counted || page->total >= 0);
}

/* What is no filter by itself. */
static gboolean
is_about_page (const char *name)
{
  static const char *const names[] = { "limit", "cursor", "sort", "order", "count", NULL };

  return g_strv_contains (names, name);
}

static gboolean
take_filters (WhRequest *request, WhListing *listing, GError **error)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      request->error_field = parameter->name;
      if (!is_about_page (parameter->name) && !wh_listing_add_filter (listing, parameter->name, parameter->value, error))
        return FALSE;
    }
  request->error_field = NULL;
  return TRUE;
}

/* Of what belongs to single people, everybody lists his own. */
static gboolean
take_owner (WhRequest *request, WhListing *listing, GError **error)
{
  return !wh_permission_has_owner (listing->kind) || wh_principal_allows (request->principal, WH_PERMISSION_ADMINISTER)
         || wh_listing_add_filter (listing, "owner", request->principal->who, error);
}

static gboolean
take_sort (WhRequest *request, WhListing *listing, GError **error)
{
  const char *sort = wh_request_parameter (request, "sort");

  request->error_field = "sort";
  if (sort && !wh_listing_set_sort (listing, sort, error))
    return FALSE;
  request->error_field = NULL;
  return TRUE;
}

/* How many there are is told with the first page, where nobody says otherwise: it does not change with the next. */
static gboolean
is_counted (const WhRequest *request, const WhListing *listing)
{
  int flag = wh_parameters_flag (request, "count");

  return flag < 0 ? !listing->cursor : flag;
}

char *
wh_handle_rows (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhListing) listing = wh_listing_new (request->route->kind);
  g_autoptr (GPtrArray) rows = NULL;
  Page page = { request, listing, FALSE, -1, NULL };
  gboolean found;

  listing->cursor = g_strdup (wh_request_parameter (request, "cursor"));
  listing->limit = wh_parameters_unsigned (request, "limit");
  listing->descending = wh_parameters_descending (request);
  page.counted = is_counted (request, listing);
  if (!take_sort (request, listing, error) || !take_filters (request, listing, error) || !take_owner (request, listing, error))
    return NULL;
  request->error_field = listing->cursor ? "cursor" : NULL;   /* all that may still be wrong */
  found = wh_store_read (host->store, request->principal, list_cb, &page, error);
  rows = page.rows;
  if (!found)
    return NULL;
  meta->total_count = page.total;
  meta->per_page = listing->limit;
  meta->offset = listing->cursor ? WH_META_NO_OFFSET : 0;
  meta->next_cursor = request->next_cursor;
  WH_WRITE_DOCUMENT (wh_handlers_write_rows (writer, rows));
}

/* -- one row --------------------------------------------------------------------------------------------------------- */

typedef struct {
  const WhPrincipal *principal;
  WhKind    kind;
  WhId      id;
  WhEntity *row;
} Get;

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Get *get = user_data;

  get->row = wh_reader_get (reader, get->kind, &get->id, error);
  if (!wh_principal_is_others (get->principal, get->row))
    return get->row != NULL;
  /* Whether somebody else has one is not told. */
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no %s with this id."), wh_entity_class (get->kind)->name);
  g_clear_pointer (&get->row, wh_entity_unref);
  return FALSE;
}

gboolean
wh_handlers_take_id (WhHost *host, WhRequest *request, WhId *out_id, GError **error)
{
  WhKind kind = request->route->kind;

  if (wh_id_parse (request->value, out_id) && !wh_id_is_none (out_id))
    return TRUE;
  if (kind == WH_KIND_STRAIN)
    return wh_handlers_resolve (host, request, request->value, out_id, error);
  if (kind == WH_KIND_DISPENSARY)
    return wh_handlers_resolve_shop (host, request, out_id, error);
  wh_handlers_set_not_found (request, kind);
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("“%s” is no id: one has 36 characters."), request->value);
  return FALSE;
}

char *
wh_handle_row (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  Get get = { request->principal, request->route->kind, WH_ID_NONE, NULL };
  g_autoptr (WhEntity) row = NULL;

  if (!wh_handlers_take_id (host, request, &get.id, error))
    return NULL;
  if (!wh_store_read (host->store, request->principal, get_cb, &get, error))
    {
      if (g_error_matches (*error, WH_ERROR, WH_ERROR_NOT_FOUND))
        wh_handlers_set_not_found (request, get.kind);
      return NULL;
    }
  row = get.row;
  request->revision = row->revision;
  WH_WRITE_DOCUMENT (wh_wire_write_entity (writer, row, TRUE));
}
