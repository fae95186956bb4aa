#include "base/wh-id.h"

#include "base/wh-clock.h"
#include "base/wh-hash.h"
#include "base/wh-random.h"

#include <string.h>

static void
stamp_version (WhId *id, guint version)
{
  id->bytes[6] = (guint8) ((version << 4) | (id->bytes[6] & 0x0f));
  id->bytes[8] = 0x80 | (id->bytes[8] & 0x3f);
}

WhId
wh_id_new (void)
{
  gint64 now = MAX (wh_clock_now (), 0);
  guint64 milliseconds = (guint64) now / 1000;
  /* RFC 9562 method 3: the twelve bits after the time hold its fraction, so ids sort to the microsecond. */
  guint fraction = (guint) (now % 1000) * 4096 / 1000;
  WhId id;

  for (guint i = 0; i < 6; i++)
    id.bytes[i] = (guint8) (milliseconds >> (40 - 8 * i));
  id.bytes[6] = (guint8) (fraction >> 8);
  id.bytes[7] = (guint8) fraction;
  wh_random_bytes (id.bytes + 8, 8);
  stamp_version (&id, 7);
  return id;
}

WhId
wh_id_from_key (const char *kind, const char *source, const char *natural_key)
{
  WhHasher *hasher = wh_hasher_new ();
  WhHash hash;
  WhId id;

  wh_hasher_text (hasher, kind);
  wh_hasher_text (hasher, source);
  wh_hasher_text (hasher, natural_key);
  hash = wh_hasher_finish (hasher);
  memcpy (id.bytes, hash.bytes, sizeof id.bytes);
  stamp_version (&id, 8);
  return id;
}

static gboolean
is_dash_place (guint place)
{
  return place == 8 || place == 13 || place == 18 || place == 23;
}

gboolean
wh_id_parse (const char *text, WhId *out_id)
{
  WhId id = WH_ID_NONE;
  guint n_digits = 0;

  if (!text || strnlen (text, WH_ID_TEXT_LENGTH + 1) != WH_ID_TEXT_LENGTH)
    return FALSE;
  for (guint i = 0; i < WH_ID_TEXT_LENGTH; i++)
    {
      if (is_dash_place (i))
        {
          if (text[i] != '-')
            return FALSE;
          continue;
        }
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      id.bytes[n_digits / 2] = (guint8) (id.bytes[n_digits / 2] << 4 | g_ascii_xdigit_value (text[i]));
      n_digits++;
    }
  *out_id = id;
  return TRUE;
}

void
wh_id_format (const WhId *id, char out_text[WH_ID_TEXT_LENGTH + 1])
{
  static const char digits[] = "0123456789abcdef";
  char *end = out_text;

  for (guint i = 0; i < sizeof id->bytes; i++)
    {
      if (is_dash_place ((guint) (end - out_text)))
        *end++ = '-';
      *end++ = digits[id->bytes[i] >> 4];
      *end++ = digits[id->bytes[i] & 0x0f];
    }
  *end = '\0';
}

char *
wh_id_to_string (const WhId *id)
{
  char *text = g_malloc (WH_ID_TEXT_LENGTH + 1);

  wh_id_format (id, text);
  return text;
}

gboolean
wh_id_is_none (const WhId *id)
{
  return wh_id_equal (id, &WH_ID_NONE);
}

int
wh_id_compare (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (WhId));
}

guint
wh_id_hash (gconstpointer id)
{
  guint64 half[2];

  memcpy (half, id, sizeof half);
  /* The first half of a UUIDv7 is mostly time: the product spreads what differs over the upper bits. */
  return (guint) (((half[0] ^ half[1]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32);
}

gboolean
wh_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (WhId)) == 0;
}
