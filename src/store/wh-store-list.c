#include "wh-store-private.h"

#include "base/wh-json-writer.h"

/* Names in the SQL come from the field tables alone; what somebody typed is always bound. */

/* One thing to bind, in the order of its number in the SQL. */
typedef struct {
  const WhField *field;    /* by its type: what of the rest counts; NULL: an id */
  const char    *text;
  double         real;
  gint64         integer;
  const WhId    *id;
} Bound;

/* SQL as it grows, with what is to be bound to it. */
typedef struct {
  GString   *sql;
  GArray    *bounds;    /* of Bound */
  GPtrArray *texts;     /* made here, for the bounds */
} Query;

static void
query_init (Query *query, const char *sql)
{
  query->sql = g_string_new (sql);
  query->bounds = g_array_new (FALSE, FALSE, sizeof (Bound));
  query->texts = g_ptr_array_new_with_free_func (g_free);
}

static void
query_clear (Query *query)
{
  g_string_free (query->sql, TRUE);
  g_array_unref (query->bounds);
  g_ptr_array_unref (query->texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

/* The number by which the SQL names it. */
static guint
add_bound (Query *query, Bound bound)
{
  g_array_append_val (query->bounds, bound);
  return query->bounds->len;
}

static guint
add_text (Query *query, char *text)
{
  static const WhField any_text = { "text", WH_FIELD_TEXT, 0, 0, FALSE };

  g_ptr_array_add (query->texts, text);
  return add_bound (query, (Bound){ .field = &any_text, .text = text });
}

/* -- filters ------------------------------------------------------------------------------------------------------- */

/* "%before", the text, "%": with A to Z in lower case, as lower () makes the columns, and its own wildcards escaped. */
static char *
pattern (const char *before, const char *text)
{
  GString *pattern = g_string_new ("%");

  g_string_append (pattern, before);
  for (; *text; text++)
    {
      if (*text == '%' || *text == '_' || *text == '\\')
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, g_ascii_tolower (*text));
    }
  g_string_append_c (pattern, '%');
  return g_string_free (pattern, FALSE);
}

/* An entry of a list as the column has it, with quotes. */
static char *
quoted (const char *entry)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_string (writer, entry);
  return g_string_free (text, FALSE);
}

/* A list is kept as a JSON array: an entry begins it or follows a comma. The quote behind that comma cannot be one that ends an entry,
 * unless the entry looked for were a comma itself, which a listing refuses. */
static void
add_contains (Query *query, const WhFilter *filter)
{
  const char *column = filter->field->name;
  g_autofree char *entry = NULL;
  guint first, second;

  if (filter->field->type == WH_FIELD_TEXT)
    {
      first = add_text (query, pattern ("", filter->text));
      g_string_append_printf (query->sql, "lower(%s) LIKE ?%u ESCAPE '\\'", column, first);
      return;
    }
  entry = quoted (filter->text);
  first = add_text (query, pattern ("[", entry));
  second = add_text (query, pattern (",", entry));
  g_string_append_printf (query->sql, "(lower(%s) LIKE ?%u ESCAPE '\\' OR lower(%s) LIKE ?%u ESCAPE '\\')", column, first,
                          column, second);
}

static void
add_comparison (Query *query, const WhFilter *filter, const char *sign)
{
  Bound bound = { filter->field, filter->text, filter->real, filter->integer, &filter->id };

  g_string_append_printf (query->sql, "%s %s ?%u", filter->field->name, sign, add_bound (query, bound));
}

static void
add_filter (Query *query, const WhFilter *filter)
{
  switch (filter->op)
    {
    case WH_FILTER_EQUAL:
      add_comparison (query, filter, "=");
      break;
    case WH_FILTER_LEAST:
      add_comparison (query, filter, ">=");
      break;
    case WH_FILTER_MOST:
      add_comparison (query, filter, "<=");
      break;
    case WH_FILTER_CONTAINS:
      add_contains (query, filter);
      break;
    case WH_FILTER_SET:
      g_string_append_printf (query->sql, "%s IS %sNULL", filter->field->name, filter->integer ? "NOT " : "");
    }
}

static void
add_filters (Query *query, const WhListing *listing)
{
  for (guint i = 0; i < listing->filters->len; i++)
    {
      g_string_append (query->sql, i ? " AND " : " WHERE ");
      add_filter (query, &g_array_index (listing->filters, WhFilter, i));
    }
}

/* -- order and place ----------------------------------------------------------------------------------------------- */

/* What rows are ordered by besides their id. */
static char *
sort_expression (const WhField *field)
{
  return field->type == WH_FIELD_TEXT ? g_strdup_printf ("lower(substr(%s, 1, %d))", field->name, WH_LISTING_SORTED)
                                      : g_strdup (field->name);
}

/* Rows behind a place: with a greater value, or the same and a greater id. */
static void
add_place (Query *query, const WhListing *listing, const WhListingPlace *place, const char *expression)
{
  const char *sign = listing->descending ? "<" : ">";
  guint id = add_bound (query, (Bound){ .id = &place->id });
  guint value;

  if (!expression)
    {
      g_string_append_printf (query->sql, " AND id %s ?%u", sign, id);
      return;
    }
  value = add_bound (query, (Bound){ listing->sort, place->text, place->real, place->integer, NULL });
  g_string_append_printf (query->sql, " AND %s %s= ?%u AND (%s %s ?%u OR id %s ?%u)", expression, sign, value, expression, sign, value,
                          sign, id);
}

/* Rows that have a value (`valued`) and those that have none are asked for one after the other: so neither database's opinion about
 * where NULL belongs matters, and an index on the field serves. */
static void
write_query (Query *query, const WhListing *listing, gboolean valued, const WhListingPlace *place, guint limit)
{
  const char *direction = listing->descending ? " DESC" : "";
  g_autofree char *expression = listing->sort && valued ? sort_expression (listing->sort) : NULL;

  add_filters (query, listing);
  g_string_append (query->sql, listing->filters->len ? " AND " : " WHERE ");
  if (listing->sort)
    g_string_append_printf (query->sql, "%s IS %sNULL", listing->sort->name, valued ? "NOT " : "");
  else
    g_string_append (query->sql, "id IS NOT NULL");
  if (place)
    add_place (query, listing, place, expression);
  if (expression)
    g_string_append_printf (query->sql, " ORDER BY %s%s, id%s LIMIT %u", expression, direction, direction, limit);
  else
    g_string_append_printf (query->sql, " ORDER BY id%s LIMIT %u", direction, limit);
}

/* -- asking -------------------------------------------------------------------------------------------------------- */

static void
bind (WhStatement *statement, int column, const Bound *bound)
{
  WhFieldType type = bound->field ? bound->field->type : WH_FIELD_ID;

  switch (type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      wh_statement_bind_text (statement, column, bound->text);
      break;
    case WH_FIELD_REAL:
      wh_statement_bind_real (statement, column, bound->real);
      break;
    case WH_FIELD_ID:
      wh_statement_bind_bytes (statement, column, bound->id, sizeof (WhId));
      break;
    default:
      wh_statement_bind_integer (statement, column, bound->integer);
    }
}

/* A statement of its own, not one that is kept: there are as many texts as people think of filters. */
static WhStatement *
prepare (WhReader *reader, const Query *query, GError **error)
{
  WhStatement *statement = wh_connection_walk (reader->connection, query->sql->str, error);

  for (guint i = 0; statement && i < query->bounds->len; i++)
    bind (statement, (int) i + 1, &g_array_index (query->bounds, Bound, i));
  return statement;
}

static gboolean
append_rows (WhReader *reader, const WhListing *listing, gboolean valued, const WhListingPlace *place, GPtrArray *rows, GError **error)
{
  g_auto (Query) query = { NULL };
  g_autoptr (WhStatement) statement = NULL;
  GPtrArray *more;

  query_init (&query, wh_store_select_sql (listing->kind));
  write_query (&query, listing, valued, place, listing->limit + 1 - rows->len);
  statement = prepare (reader, &query, error);
  more = statement ? wh_store_collect (statement, listing->kind, error) : NULL;
  if (!more)
    return FALSE;
  g_ptr_array_extend_and_steal (rows, more);
  return TRUE;
}

GPtrArray *
wh_reader_list (WhReader *reader, const WhListing *listing, char **out_cursor, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_auto (WhListingPlace) kept = { FALSE };
  const WhListingPlace *place = listing->cursor ? &kept : NULL;
  gboolean among_unset;

  if (out_cursor)
    *out_cursor = NULL;
  if (wh_store_overlay_count (reader->overlay, listing->kind))
    return wh_store_list_laid (reader, listing, out_cursor, error);
  if (place && !wh_listing_place (listing, &kept, error))
    return NULL;
  among_unset = place && place->unset;
  if (!among_unset && !append_rows (reader, listing, TRUE, place, rows, error))
    return NULL;
  if (listing->sort && rows->len <= listing->limit && !append_rows (reader, listing, FALSE, among_unset ? place : NULL, rows, error))
    return NULL;
  if (rows->len > listing->limit)
    {
      g_ptr_array_set_size (rows, (int) listing->limit);
      if (out_cursor)
        *out_cursor = wh_listing_cursor (listing, g_ptr_array_index (rows, rows->len - 1));
    }
  return g_steal_pointer (&rows);
}

gint64
wh_reader_list_count (WhReader *reader, const WhListing *listing, GError **error)
{
  g_auto (Query) query = { NULL };
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", wh_entity_class (listing->kind)->name);
  g_autoptr (WhStatement) statement = NULL;

  query_init (&query, sql);
  if (wh_store_overlay_count (reader->overlay, listing->kind))
    return wh_store_list_count_laid (reader, listing, error);
  add_filters (&query, listing);
  statement = prepare (reader, &query, error);
  return statement && wh_statement_step (statement, error) == WH_STEP_ROW ? wh_statement_integer (statement, 0) : -1;
}

gboolean
wh_reader_is_deleted (WhReader *reader, WhKind kind, const WhId *id)
{
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT seq FROM tombstone WHERE kind = ?1 AND id = ?2", NULL);
  const WhOverlayRow *laid = wh_store_overlay_row (reader->overlay, kind, id);
  gboolean deleted;

  if (laid)
    return laid->entity == NULL;
  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, kind);
  wh_statement_bind_bytes (statement, 2, id, sizeof *id);
  deleted = wh_statement_step (statement, NULL) == WH_STEP_ROW;
  wh_statement_reset (statement);
  return deleted;
}
