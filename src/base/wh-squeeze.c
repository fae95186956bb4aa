#include "base/wh-squeeze.h"

#include <string.h>

/* A step is a byte with two counts, the bytes by which each is more than fits there, what is new, and how far back what follows stood.
 * The last one has nothing to follow. */
#define LEAST_MATCH 4u
#define MOST_DICTIONARY (32 * 1024)
#define MOST_BACK 65535u
#define COUNT_BITS 4
#define COUNT_MORE 15u         /* more bytes say how many more */
#define HASH_BITS 13
#define N_PLACES (1u << HASH_BITS)
#define CHUNK 16               /* copied at a time */

struct _WhSqueezer {
  char   *dictionary;
  gsize   length;
  guint32 places[N_PLACES];    /* by the hash of four bytes: the last place in the dictionary where they stand, and one more */
};

static guint
hash_of (const char *place)
{
  guint32 word;

  memcpy (&word, place, sizeof word);
  return word * 2654435761u >> (32 - HASH_BITS);
}

WhSqueezer *
wh_squeezer_new (const char *dictionary, gsize length)
{
  WhSqueezer *squeezer = g_new0 (WhSqueezer, 1);

  squeezer->length = MIN (length, MOST_DICTIONARY);
  squeezer->dictionary = g_malloc (squeezer->length + CHUNK);
  memcpy (squeezer->dictionary, dictionary + length - squeezer->length, squeezer->length);
  for (gsize i = 0; i + LEAST_MATCH <= squeezer->length; i++)
    squeezer->places[hash_of (squeezer->dictionary + i)] = (guint32) i + 1;
  return squeezer;
}

void
wh_squeezer_free (WhSqueezer *squeezer)
{
  g_free (squeezer->dictionary);
  g_free (squeezer);
}

/* -- small ------------------------------------------------------------------------------------------------------------ */

static void
put_more (GByteArray *out, gsize count)
{
  guint8 byte = 255;

  if (count < COUNT_MORE)
    return;
  for (count -= COUNT_MORE; count >= 255; count -= 255)
    g_byte_array_append (out, &byte, 1);
  byte = (guint8) count;
  g_byte_array_append (out, &byte, 1);
}

/* `match` 0: it is the last step. */
static void
put_step (GByteArray *out, const char *fresh, gsize n_fresh, gsize match, gsize back)
{
  gsize follows = match ? match - LEAST_MATCH : 0;
  guint8 counts = (guint8) (MIN (n_fresh, COUNT_MORE) << COUNT_BITS | MIN (follows, COUNT_MORE));
  guint8 far[2] = { (guint8) back, (guint8) (back >> 8) };

  g_byte_array_append (out, &counts, 1);
  put_more (out, n_fresh);
  g_byte_array_append (out, (const guint8 *) fresh, (guint) n_fresh);
  if (!match)
    return;
  g_byte_array_append (out, far, sizeof far);
  put_more (out, follows);
}

static gsize
common_length (const char *a, const char *end_a, const char *b, const char *end_b)
{
  const char *start = a;

  while (a < end_a && b < end_b && *a == *b)
    a++, b++;
  return (gsize) (a - start);
}

/* Places count through dictionary and text. How long what stands at `place` in the text stood at `before`; 0: too short. */
static gsize
match_length (const WhSqueezer *squeezer, const char *text, gsize length, gsize place, gsize before)
{
  gsize in_text = before - squeezer->length, match;

  if (before >= squeezer->length)
    match = common_length (text + place, text + length, text + in_text, text + length);
  else
    match = common_length (text + place, text + length, squeezer->dictionary + before, squeezer->dictionary + squeezer->length);
  return match >= LEAST_MATCH ? match : 0;
}

void
wh_squeeze (const WhSqueezer *squeezer, const char *text, gsize length, GByteArray *out)
{
  g_autofree guint32 *places = g_memdup2 (squeezer->places, sizeof squeezer->places);
  gsize fresh = 0, place = 0;

  while (place + LEAST_MATCH <= length)
    {
      guint32 *slot = &places[hash_of (text + place)];
      gsize here = squeezer->length + place, before = *slot, match = 0;
      if (before && here - (before - 1) <= MOST_BACK)
        match = match_length (squeezer, text, length, place, before - 1);
      *slot = (guint32) here + 1;
      if (!match)
        {
          place++;
          continue;
        }
      put_step (out, text + fresh, place - fresh, match, here - (before - 1));
      for (gsize i = place + 1; i < place + match && i + LEAST_MATCH <= length; i += 2)
        places[hash_of (text + i)] = (guint32) (squeezer->length + i) + 1;
      place += match;
      fresh = place;
    }
  put_step (out, text + fresh, length - fresh, 0, 0);
}

/* -- large again ------------------------------------------------------------------------------------------------------- */

/* FALSE: the bytes end before the count does. */
static inline gboolean
take_more (const guint8 **place, const guint8 *end, gsize *count)
{
  guint8 byte;

  if (*count < COUNT_MORE)
    return TRUE;
  do
    {
      if (*place >= end)
        return FALSE;
      byte = *(*place)++;
      *count += byte;
    }
  while (byte == 255);
  return TRUE;
}

/* In whole chunks, so beyond the end. What is nearer than a chunk repeats itself and goes byte by byte. */
static inline void
copy_back (char *out, gsize back, gsize length)
{
  const char *from = out - back;

  if (back < CHUNK)
    for (gsize i = 0; i < length; i++)
      out[i] = from[i];
  else
    for (gsize i = 0; i < length; i += CHUNK)
      memcpy (out + i, from + i, CHUNK);
}

/* What follows begins in the dictionary, and may go on in the text. */
static inline void
copy_from_dictionary (const WhSqueezer *squeezer, char *out, gsize done, gsize back, gsize length)
{
  gsize there = squeezer->length + done - back, n = MIN (length, squeezer->length - there);

  memcpy (out, squeezer->dictionary + there, n);
  if (n < length)
    copy_back (out + n, done + n, length - n);
}

gboolean
wh_unsqueeze (const WhSqueezer *squeezer, const guint8 *bytes, gsize n_bytes, char *out_text, gsize length)
{
  const guint8 *place = bytes, *end = bytes + n_bytes;
  gsize done = 0;

  while (place < end)
    {
      gsize fresh = *place >> COUNT_BITS, match = *place & COUNT_MORE, back;
      place++;
      if (!take_more (&place, end, &fresh) || fresh > (gsize) (end - place) || fresh > length - done)
        return FALSE;
      memcpy (out_text + done, place, fresh);
      place += fresh;
      done += fresh;
      if (place == end)
        break;
      if (end - place < 2)
        return FALSE;
      back = place[0] | (gsize) place[1] << 8;
      place += 2;
      if (!take_more (&place, end, &match) || match + LEAST_MATCH > length - done || back == 0 || back > done + squeezer->length)
        return FALSE;
      match += LEAST_MATCH;
      if (back <= done)
        copy_back (out_text + done, back, match);
      else
        copy_from_dictionary (squeezer, out_text + done, done, back, match);
      done += match;
    }
  return done == length;
}
