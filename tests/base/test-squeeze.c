#include <glib.h>
#include <string.h>

#include "base/wh-random.h"
#include "base/wh-squeeze.h"

static const char dictionary[] =
    "{\"analyte\":\"beta_myrcene\",\"name\":\"Myrcene\",\"state\":\"value\",\"value\":null,\"unit\":\"mg/g\"},";

/* Returns the size of the small form. */
static gsize
round_trip (const WhSqueezer *squeezer, const char *text, gsize length)
{
  g_autoptr (GByteArray) small = g_byte_array_new ();
  g_autofree char *again = g_malloc (length + WH_SQUEEZE_SLACK);

  wh_squeeze (squeezer, text, length, small);
  g_assert_true (wh_unsqueeze (squeezer, small->data, small->len, again, length));
  g_assert_cmpmem (again, length, text, length);
  return small->len;
}

static void
test_lengths (void)
{
  g_autoptr (WhSqueezer) squeezer = wh_squeezer_new (dictionary, strlen (dictionary)), bare = wh_squeezer_new ("", 0);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint length = 0; length < 700; length++)
    {
      round_trip (squeezer, text->str, text->len);
      round_trip (bare, text->str, text->len);
      g_string_append_c (text, length % 50 < 30 ? dictionary[length % 30] : (char) ('a' + length % 23));
    }
}

static void
test_repeats (void)
{
  g_autoptr (WhSqueezer) squeezer = wh_squeezer_new (dictionary, strlen (dictionary));

  for (guint period = 1; period < 40; period++)
    {
      g_autofree char *text = g_malloc (5000);
      for (guint i = 0; i < 5000; i++)
        text[i] = (char) ('a' + i % period);
      g_assert_cmpuint (round_trip (squeezer, text, 5000), <, 200);
    }
}

/* Of pieces that come again and of noise, across more than can be named by how far back it is. */
static void
test_mixed (void)
{
  g_autoptr (WhSqueezer) squeezer = wh_squeezer_new (dictionary, strlen (dictionary));
  WhRng rng;

  for (guint seed = 0; seed < 60; seed++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      wh_rng_init (&rng, seed);
      while (text->len < 2000 + seed * 3000)
        {
          guint what = wh_rng_below (&rng, 4);
          if (what == 0)
            g_string_append_c (text, (char) wh_rng_below (&rng, 256));
          else if (what == 1)
            g_string_append_len (text, dictionary + wh_rng_below (&rng, 40), wh_rng_below (&rng, 48));
          else if (text->len > 300)
            {
              g_autofree char *piece = g_memdup2 (text->str + wh_rng_below (&rng, (guint32) text->len - 300), 300);
              g_string_append_len (text, piece, wh_rng_below (&rng, 300));
            }
        }
      round_trip (squeezer, text->str, text->len);
    }
}

/* Whatever the bytes are, nothing is read or written outside. */
static void
test_nonsense (void)
{
  g_autoptr (WhSqueezer) squeezer = wh_squeezer_new (dictionary, strlen (dictionary));
  WhRng rng;

  for (guint seed = 0; seed < 20000; seed++)
    {
      guint8 bytes[64];
      gsize length = seed % 500;
      g_autofree char *out = g_malloc (length + WH_SQUEEZE_SLACK);
      wh_rng_init (&rng, seed);
      for (guint i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8) wh_rng_below (&rng, 256);
      wh_unsqueeze (squeezer, bytes, seed % sizeof bytes, out, length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/squeeze/lengths", test_lengths);
  g_test_add_func ("/base/squeeze/repeats", test_repeats);
  g_test_add_func ("/base/squeeze/mixed", test_mixed);
  g_test_add_func ("/base/squeeze/nonsense", test_nonsense);
  return g_test_run ();
}
