#include "wh-listing.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"

/* What every row has beside the fields of its kind, as columns of the same names. */
static const WhField shared_fields[] = {
  { "created_at", WH_FIELD_TIME, offsetof (WhEntity, created_at), WH_LIMIT_TEXT, FALSE },
  { "updated_at", WH_FIELD_TIME, offsetof (WhEntity, updated_at), WH_LIMIT_TEXT, FALSE },
  { "revision", WH_FIELD_INTEGER, offsetof (WhEntity, revision), WH_LIMIT_TEXT, FALSE },
  { "source", WH_FIELD_TEXT, offsetof (WhEntity, source), WH_LIMIT_TEXT, FALSE },
};

static const struct {
  const char *prefix;
  WhFilterOp  op;
} prefixes[] = {
  { "min.", WH_FILTER_LEAST },
  { "max.", WH_FILTER_MOST },
  { "contains.", WH_FILTER_CONTAINS },
  { "has.", WH_FILTER_SET },
};

static void
filter_clear (gpointer data)
{
  g_free (((WhFilter *) data)->text);
}

WhListing *
wh_listing_new (WhKind kind)
{
  WhListing *listing = g_new0 (WhListing, 1);

  listing->kind = kind;
  listing->limit = WH_LISTING_LIMIT;
  listing->filters = g_array_new (FALSE, FALSE, sizeof (WhFilter));
  g_array_set_clear_func (listing->filters, filter_clear);
  return listing;
}

void
wh_listing_free (WhListing *listing)
{
  if (!listing)
    return;
  g_array_unref (listing->filters);
  g_free (listing->cursor);
  g_free (listing);
}

const WhField *
wh_listing_field (WhKind kind, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (shared_fields); i++)
    if (g_strcmp0 (shared_fields[i].name, name) == 0)
      return &shared_fields[i];
  return wh_entity_field (kind, name);
}

const WhField *
wh_listing_field_at (WhKind kind, guint place)
{
  const WhEntityClass *class = wh_entity_class (kind);

  if (place < G_N_ELEMENTS (shared_fields))
    return &shared_fields[place];
  place -= G_N_ELEMENTS (shared_fields);
  return place < class->n_fields ? &class->fields[place] : NULL;
}

/* -- filters ------------------------------------------------------------------------------------------------------- */

static gboolean
is_ordered (const WhField *field)
{
  return field->type == WH_FIELD_REAL || field->type == WH_FIELD_INTEGER || field->type == WH_FIELD_TIME || field->type == WH_FIELD_DATE;
}

gboolean
wh_listing_takes (WhFilterOp op, const WhField *field)
{
  switch (op)
    {
    case WH_FILTER_EQUAL:
      return field->type != WH_FIELD_LIST && field->type != WH_FIELD_PANEL;
    case WH_FILTER_LEAST:
    case WH_FILTER_MOST:
      return is_ordered (field);
    case WH_FILTER_CONTAINS:
      return field->type == WH_FIELD_TEXT || field->type == WH_FIELD_LIST;
    default:
      return field->type != WH_FIELD_PANEL;
    }
}

static gboolean
parse_flag (const char *value, gint64 *out_flag)
{
  *out_flag = strcmp (value, "true") == 0 || strcmp (value, "yes") == 0 || strcmp (value, "1") == 0;
  return *out_flag || strcmp (value, "false") == 0 || strcmp (value, "no") == 0 || strcmp (value, "0") == 0;
}

/* A list's entries stand with commas between them; one that is a comma could not be told from those. */
static gboolean
take_text (const char *value, const WhField *field, WhFilter *filter)
{
  if (strlen (value) > WH_LISTING_TEXT || (field->type == WH_FIELD_LIST && strcmp (value, ",") == 0))
    return FALSE;
  filter->text = g_strdup (value);
  return TRUE;
}

static gboolean
take_value (const char *value, const WhField *field, WhFilter *filter)
{
  if (filter->op == WH_FILTER_SET)
    return parse_flag (value, &filter->integer);
  switch (field->type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      return take_text (value, field, filter);
    case WH_FIELD_REAL:
      return wh_text_to_number (value, &filter->real);
    case WH_FIELD_INTEGER:
      return g_ascii_string_to_signed (value, 10, WH_INTEGER_UNSET + 1, G_MAXINT64, &filter->integer, NULL);
    case WH_FIELD_FLAG:
      return parse_flag (value, &filter->integer);
    case WH_FIELD_ID:
      return wh_id_parse (value, &filter->id);
    default:
      return wh_clock_parse (value, &filter->integer);
    }
}

static const char *
expected_of (const WhFilter *filter)
{
  if (filter->op == WH_FILTER_SET || filter->field->type == WH_FIELD_FLAG)
    return _("true or false");
  switch (filter->field->type)
    {
    case WH_FIELD_REAL:
      return _("a number");
    case WH_FIELD_INTEGER:
      return _("a whole number");
    case WH_FIELD_ID:
      return _("an id of 36 characters");
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      return _("a date such as 2026-11-24, or a date and time");
    default:
      return _("text that is not too long");
    }
}

/* Splits "min.price_cents" into the operation and the name of the field. */
static const char *
split_key (const char *key, WhFilterOp *out_op)
{
  *out_op = WH_FILTER_EQUAL;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (key, prefixes[i].prefix))
      {
        *out_op = prefixes[i].op;
        return key + strlen (prefixes[i].prefix);
      }
  return key;
}

gboolean
wh_listing_add_filter (WhListing *listing, const char *key, const char *value, GError **error)
{
  WhFilter filter = { NULL };

  filter.field = wh_listing_field (listing->kind, split_key (key, &filter.op));
  if (!filter.field || !wh_listing_takes (filter.op, filter.field))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no filter of %s."), key, wh_entity_class (listing->kind)->plural);
      return FALSE;
    }
  if (listing->filters->len >= WH_LISTING_FILTERS)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("A list takes at most %d filters."), WH_LISTING_FILTERS);
      return FALSE;
    }
  if (!take_value (value, filter.field, &filter))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” must be %s."), key, expected_of (&filter));
      return FALSE;
    }
  g_array_append_val (listing->filters, filter);
  return TRUE;
}

/* -- order --------------------------------------------------------------------------------------------------------- */

static gboolean
is_sortable (const WhField *field)
{
  return is_ordered (field) || (field->type == WH_FIELD_TEXT && field->max_bytes <= WH_LIMIT_TEXT);
}

char *
wh_listing_sort_names (WhKind kind)
{
  const WhEntityClass *class = wh_entity_class (kind);
  GString *names = g_string_new ("id, created_at, updated_at, revision, source");

  for (guint i = 0; i < class->n_fields; i++)
    if (is_sortable (&class->fields[i]))
      g_string_append_printf (names, ", %s", class->fields[i].name);
  return g_string_free (names, FALSE);
}

gboolean
wh_listing_set_sort (WhListing *listing, const char *name, GError **error)
{
  const WhField *field = wh_listing_field (listing->kind, name);
  g_autofree char *names = NULL;

  if ((field && is_sortable (field)) || strcmp (name, "id") == 0)
    {
      listing->sort = field;
      return TRUE;
    }
  names = wh_listing_sort_names (listing->kind);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no order of %s; it is one of: %s."), name,
               wh_entity_class (listing->kind)->plural, names);
  return FALSE;
}

char *
wh_listing_sorted_text (const char *text)
{
  gsize length = 0;

  for (guint i = 0; i < WH_LISTING_SORTED && text[length]; i++)
    length = (gsize) (g_utf8_next_char (text + length) - text);
  return g_ascii_strdown (text, (gssize) length);
}
