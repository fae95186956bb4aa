#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-hash.h"
#include "wh-listing.h"

/* version, check, whether the value is unset, id; then the value. */
#define VERSION 1
#define CHECK_BYTES 12
#define HEAD_BYTES (1 + CHECK_BYTES + 1 + sizeof (WhId))
#define MOST_BYTES (HEAD_BYTES + 4 * WH_LISTING_SORTED)

/* What a cursor must agree with: the listing, page size aside, and everything behind the check itself. */
static WhHash
check_of (const WhListing *listing, const guint8 *rest, gsize length)
{
  WhHasher *hasher = wh_hasher_new ();

  wh_hasher_text (hasher, wh_entity_class (listing->kind)->name);
  wh_hasher_text (hasher, listing->sort ? listing->sort->name : NULL);
  wh_hasher_data (hasher, &listing->descending, sizeof listing->descending);
  for (guint i = 0; i < listing->filters->len; i++)
    {
      const WhFilter *filter = &g_array_index (listing->filters, WhFilter, i);
      wh_hasher_text (hasher, filter->field->name);
      wh_hasher_data (hasher, &filter->op, sizeof filter->op);
      wh_hasher_text (hasher, filter->text);
      wh_hasher_data (hasher, &filter->real, sizeof filter->real);
      wh_hasher_data (hasher, &filter->integer, sizeof filter->integer);
      wh_hasher_data (hasher, &filter->id, sizeof filter->id);
    }
  wh_hasher_data (hasher, rest, length);
  return wh_hasher_finish (hasher);
}

static void
append_big_endian (GByteArray *bytes, guint64 value)
{
  guint64 big_endian = GUINT64_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big_endian, sizeof big_endian);
}

static void
append_value (GByteArray *bytes, gconstpointer entity, const WhField *field)
{
  guint64 bits = 0;

  if (field->type == WH_FIELD_TEXT)
    {
      g_autofree char *text = wh_listing_sorted_text (WH_FIELD_AT (entity, field, char *));
      g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
    }
  else if (field->type == WH_FIELD_REAL)
    {
      memcpy (&bits, &WH_FIELD_AT (entity, field, double), sizeof bits);
      append_big_endian (bytes, bits);
    }
  else
    append_big_endian (bytes, (guint64) WH_FIELD_AT (entity, field, gint64));
}

/* An empty text is a value here, as it is in the store. */
static gboolean
has_no_value (gconstpointer entity, const WhField *field)
{
  return field->type == WH_FIELD_TEXT ? WH_FIELD_AT (entity, field, char *) == NULL : wh_entity_is_absent (entity, field);
}

static char *
encode (const guint8 *bytes, gsize length)
{
  char *cursor = g_base64_encode (bytes, length);

  cursor[strcspn (cursor, "=")] = '\0';
  return g_strdelimit (g_strdelimit (cursor, "+", '-'), "/", '_');
}

char *
wh_listing_cursor (const WhListing *listing, gconstpointer data)
{
  const WhEntity *entity = data;
  guint8 unset = listing->sort && has_no_value (entity, listing->sort);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 head[1 + CHECK_BYTES] = { VERSION };
  WhHash check;

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, &unset, sizeof unset);
  g_byte_array_append (bytes, entity->id.bytes, sizeof entity->id);
  if (listing->sort && !unset)
    append_value (bytes, entity, listing->sort);
  check = check_of (listing, bytes->data + sizeof head, bytes->len - sizeof head);
  memcpy (bytes->data + 1, &check, CHECK_BYTES);
  return encode (bytes->data, bytes->len);
}

/* Only what `encode` writes: the last letter has bits that do not count, and must not differ either. */
static guint8 *
decode (const char *cursor, gsize *out_length)
{
  gsize length = strlen (cursor);
  g_autofree char *padded = NULL, *again = NULL;
  g_autofree guint8 *bytes = NULL;

  *out_length = 0;
  if (length > 4 * MOST_BYTES / 3 + 4 || length % 4 == 1
      || strspn (cursor, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") != length)
    return NULL;
  padded = g_strconcat (cursor, length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "", NULL);
  g_strdelimit (g_strdelimit (padded, "-", '+'), "_", '/');
  bytes = g_base64_decode (padded, out_length);
  again = encode (bytes, *out_length);
  return strcmp (again, cursor) == 0 ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
take_value (const WhListing *listing, const guint8 *value, gsize length, WhListingPlace *place)
{
  guint64 bits;

  if (!listing->sort || place->unset)
    return length == 0;
  if (listing->sort->type == WH_FIELD_TEXT)
    {
      place->text = g_strndup ((const char *) value, length);
      return g_utf8_validate (place->text, (gssize) length, NULL);
    }
  if (length != sizeof bits)
    return FALSE;
  memcpy (&bits, value, sizeof bits);
  bits = GUINT64_FROM_BE (bits);
  place->integer = (gint64) bits;
  memcpy (&place->real, &bits, sizeof bits);
  return TRUE;
}

static gboolean
read_place (const WhListing *listing, const guint8 *bytes, gsize length, WhListingPlace *place)
{
  const guint8 *rest = bytes + 1 + CHECK_BYTES;
  WhHash check;

  if (length < HEAD_BYTES || bytes[0] != VERSION)
    return FALSE;
  check = check_of (listing, rest, length - 1 - CHECK_BYTES);
  if (memcmp (&check, bytes + 1, CHECK_BYTES) != 0)
    return FALSE;
  place->unset = rest[0] != 0;
  memcpy (&place->id, rest + 1, sizeof place->id);
  return take_value (listing, bytes + HEAD_BYTES, length - HEAD_BYTES, place);
}

gboolean
wh_listing_place (const WhListing *listing, WhListingPlace *out_place, GError **error)
{
  gsize length;
  g_autofree guint8 *bytes = decode (listing->cursor, &length);

  *out_place = (WhListingPlace){ FALSE };
  if (bytes && read_place (listing, bytes, length, out_place))
    return TRUE;
  wh_listing_place_clear (out_place);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The cursor does not belong to this list; begin with the first page."));
  return FALSE;
}

void
wh_listing_place_clear (WhListingPlace *place)
{
  g_clear_pointer (&place->text, g_free);
}
