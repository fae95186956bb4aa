/* cache-fixture.h: values that tell whether they are whole and whose they are. */
#pragma once

#include <string.h>

#include "store/wh-cache-ops.h"
#include "support/wh-test-redis.h"
#include "support/wh-test.h"

#define FIXTURE_PATIENCE_MS 10000   /* for what must work also on a busy machine */
#define FIXTURE_LONG 3600

/* Bytes of "key", 0, `number`, then `filler` bytes that follow from the number. */
static inline GBytes *
fixture_value (const char *key, guint32 number, gsize filler)
{
  gsize head = strlen (key) + 1 + sizeof number, length = head + filler;
  guint8 *bytes = g_malloc (length);

  memcpy (bytes, key, strlen (key) + 1);
  memcpy (bytes + strlen (key) + 1, &number, sizeof number);
  for (gsize i = 0; i < filler; i++)
    bytes[head + i] = (guint8) (number * 31 + i * 7);
  return g_bytes_new_take (bytes, length);
}

/* The number, after it was seen that every byte is as it was put and the value is this key's. */
static inline guint32
fixture_number (const char *key, GBytes *value)
{
  gsize length, head = strlen (key) + 1 + sizeof (guint32);
  const guint8 *bytes = g_bytes_get_data (value, &length);
  guint32 number;
  gsize wrong = 0;

  g_assert_cmpuint (length, >=, head);
  g_assert_cmpmem (bytes, strlen (key) + 1, key, strlen (key) + 1);
  memcpy (&number, bytes + strlen (key) + 1, sizeof number);
  for (gsize i = 0; i < length - head; i++)
    wrong += bytes[head + i] != (guint8) (number * 31 + i * 7);
  g_assert_cmpuint (wrong, ==, 0);
  return number;
}

static inline gboolean
fixture_put (WhCache *cache, const char *key, guint32 number, gsize filler, guint seconds)
{
  g_autoptr (GBytes) value = fixture_value (key, number, filler);

  return wh_cache_put (cache, key, value, seconds);
}

/* The number kept under the key; -1: a miss. */
static inline gint64
fixture_get (WhCache *cache, const char *key)
{
  g_autoptr (GBytes) value = wh_cache_get (cache, key);

  return value ? (gint64) fixture_number (key, value) : -1;
}
