#include "base/wh-hash.h"

#include <string.h>

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

static guint64
fold_product (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

/* Two lanes, each mixing eight bytes at a time by a product of 128 bits. */
WhQuickHash
wh_hash_quick (const void *data, gsize length)
{
  static const guint64 odd[] = { G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9),
                                 G_GUINT64_CONSTANT (0x94d049bb133111eb), G_GUINT64_CONSTANT (0xd6e8feb86659fd93) };
  guint64 lanes[2] = { odd[0] ^ length, odd[1] ^ length }, words[2];
  const guint8 *place = data;

  for (; length >= sizeof words; place += sizeof words, length -= sizeof words)
    {
      memcpy (words, place, sizeof words);
      lanes[0] = fold_product (lanes[0] ^ words[0], odd[2] ^ words[1]);
      lanes[1] = fold_product (lanes[1] ^ words[1], odd[3] + words[0]);
    }
  memset (words, 0, sizeof words);
  if (length > 0)
    memcpy (words, place, length);
  return (WhQuickHash){ { fold_product (lanes[0] ^ words[0], lanes[1] ^ odd[2] ^ words[1]),
                          fold_product (lanes[1] ^ odd[3] ^ words[0], (lanes[0] ^ words[1]) | 1) } };
}

static inline guint64
rotate (guint64 value, guint bits)
{
  return value << bits | value >> (64 - bits);
}

static void
sip_rounds (guint64 v[4], guint n)
{
  while (n-- > 0)
    {
      v[0] += v[1], v[1] = rotate (v[1], 13) ^ v[0], v[0] = rotate (v[0], 32);
      v[2] += v[3], v[3] = rotate (v[3], 16) ^ v[2];
      v[0] += v[3], v[3] = rotate (v[3], 21) ^ v[0];
      v[2] += v[1], v[1] = rotate (v[1], 17) ^ v[2], v[2] = rotate (v[2], 32);
    }
}

static void
sip_word (guint64 v[4], guint64 word)
{
  v[3] ^= word;
  sip_rounds (v, 2);
  v[0] ^= word;
}

guint64
wh_hash_keyed (const guint64 key[2], const void *data, gsize length)
{
  guint64 v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
  const guint8 *place = data;
  guint64 word;

  for (gsize left = length; left >= sizeof word; left -= sizeof word, place += sizeof word)
    {
      memcpy (&word, place, sizeof word);
      sip_word (v, GUINT64_FROM_LE (word));
    }
  word = (guint64) length << 56;
  for (gsize i = 0; i < length % sizeof word; i++)
    word |= (guint64) place[i] << (8 * i);
  sip_word (v, word);
  v[2] ^= 0xff;
  sip_rounds (v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

char *
wh_hash_sign (const char *key, const void *data, gsize length)
{
  return g_compute_hmac_for_data (G_CHECKSUM_SHA256, (const guchar *) key, strlen (key), data, length);
}
