#include "wh-pages.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-hash.h"
#include "wh-parameters.h"

#define VERSION 1
#define CHECK_BYTES 10

typedef struct {
  guint8 version;
  guint8 offset[4];      /* big endian */
  guint8 check[CHECK_BYTES];
} Cursor;

static gboolean
has_pages (const WhRoute *route)
{
  return wh_spec_find (route->parameters, "cursor") && wh_spec_find (route->parameters, "offset");
}

static gboolean
is_about_page (const char *name)
{
  return strcmp (name, "limit") == 0 || strcmp (name, "offset") == 0 || strcmp (name, "cursor") == 0;
}

static int
compare_parameters (const void *a, const void *b)
{
  return strcmp ((*(const WhParameter *const *) a)->name, (*(const WhParameter *const *) b)->name);
}

/* What a cursor must agree with: the question, page size aside, and where it stands. */
static void
fill_check (const WhRequest *request, Cursor *cursor)
{
  WhHasher *hasher = wh_hasher_new ();
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  WhHash hash;

  for (guint i = 0; i < request->parameters->len; i++)
    g_ptr_array_add (sorted, &g_array_index (request->parameters, WhParameter, i));
  g_ptr_array_sort (sorted, compare_parameters);
  wh_hasher_text (hasher, request->route->path);
  wh_hasher_text (hasher, request->value);
  for (guint i = 0; i < sorted->len; i++)
    {
      const WhParameter *parameter = sorted->pdata[i];
      if (is_about_page (parameter->name))
        continue;
      wh_hasher_text (hasher, parameter->name);
      wh_hasher_text (hasher, parameter->value);
    }
  wh_hasher_data (hasher, cursor->offset, sizeof cursor->offset);
  hash = wh_hasher_finish (hasher);
  cursor->version = VERSION;
  memcpy (cursor->check, hash.bytes, sizeof cursor->check);
}

/* base64url without padding, which a cursor of 15 bytes never has. */
static char *
write_cursor (const WhRequest *request, guint offset)
{
  guint32 big_endian = GUINT32_TO_BE (offset);
  Cursor cursor;

  memcpy (cursor.offset, &big_endian, sizeof big_endian);
  fill_check (request, &cursor);
  return g_strdelimit (g_strdelimit (g_base64_encode ((const guchar *) &cursor, sizeof cursor), "+", '-'), "/", '_');
}

static gboolean
read_cursor (const WhRequest *request, const char *text, guint *out_offset)
{
  g_autofree char *standard = g_strdelimit (g_strdelimit (g_strdup (text), "-", '+'), "_", '/'), *same = NULL;
  gsize length;
  g_autofree guint8 *bytes = g_base64_decode (standard, &length);
  guint32 big_endian;

  if (length != sizeof (Cursor))
    return FALSE;
  memcpy (&big_endian, ((const Cursor *) bytes)->offset, sizeof big_endian);
  *out_offset = GUINT32_FROM_BE (big_endian);
  same = write_cursor (request, *out_offset);
  return strcmp (same, text) == 0;
}

static WhParameter *
find_cursor (WhRequest *request)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      if (strcmp (parameter->name, "cursor") == 0)
        return parameter;
    }
  return NULL;
}

gboolean
wh_pages_take (WhRequest *request, GError **error)
{
  WhParameter *cursor = find_cursor (request);
  guint offset;

  if (!cursor || !has_pages (request->route))
    return TRUE;
  if (wh_request_parameter (request, "offset"))
    return wh_parameters_refuse (request, "cursor", _("Give “cursor” or “offset”, not both: a cursor says where its page begins."), error);
  if (!read_cursor (request, cursor->value, &offset))
    return wh_parameters_refuse (request, "cursor", _("The cursor is not one of this list; begin with the first page."), error);
  g_free (cursor->name);
  g_free (cursor->value);
  cursor->name = g_strdup ("offset");
  cursor->value = g_strdup_printf ("%u", offset);
  return TRUE;
}

void
wh_pages_end (WhRequest *request, WhMeta *meta)
{
  gint64 next = (gint64) meta->offset + meta->per_page;

  if (meta->next_cursor || meta->per_page == 0 || next >= meta->total_count || next > G_MAXUINT32 || !has_pages (request->route))
    return;
  g_free (request->next_cursor);
  meta->next_cursor = request->next_cursor = write_cursor (request, (guint) next);
}
