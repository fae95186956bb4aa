#include "base/wh-hash.h"

struct _WhHasher {
  GChecksum *sum;
};

WhHasher *
wh_hasher_new (void)
{
  WhHasher *hasher = g_new (WhHasher, 1);

  hasher->sum = g_checksum_new (G_CHECKSUM_SHA256);
  return hasher;
}

void
wh_hasher_data (WhHasher *hasher, const void *data, gsize length)
{
  if (length > 0)
    g_checksum_update (hasher->sum, data, (gssize) length);
}

void
wh_hasher_text (WhHasher *hasher, const char *text)
{
  gsize length = text ? strlen (text) : 0;
  /* No text is as long as the mark for NULL. */
  guint64 prefix = GUINT64_TO_LE (text ? (guint64) length : G_MAXUINT64);

  wh_hasher_data (hasher, &prefix, sizeof prefix);
  wh_hasher_data (hasher, text, length);
}

WhHash
wh_hasher_finish (WhHasher *hasher)
{
  WhHash hash;
  gsize length = sizeof hash.bytes;

  g_checksum_get_digest (hasher->sum, hash.bytes, &length);
  g_checksum_free (hasher->sum);
  g_free (hasher);
  return hash;
}

WhHash
wh_hash_data (const void *data, gsize length)
{
  WhHasher *hasher = wh_hasher_new ();

  wh_hasher_data (hasher, data, length);
  return wh_hasher_finish (hasher);
}

char *
wh_hash_to_string (const WhHash *hash)
{
  GString *text = g_string_sized_new (2 * WH_HASH_LENGTH + 1);

  for (guint i = 0; i < WH_HASH_LENGTH; i++)
    g_string_append_printf (text, "%02x", hash->bytes[i]);
  return g_string_free (text, FALSE);
}
