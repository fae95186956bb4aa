/* wh-bits.h: sets of strains as bits. Strain numbers run by popularity, so walking a set walks the popular ones first. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef guint64 WhBits;   /* wh_bits_words (n) of them make one set */

static inline gsize
wh_bits_words (guint n)
{
  return (n + 63) / 64;
}

static inline void
wh_bits_set (WhBits *bits, guint position)
{
  bits[position / 64] |= G_GUINT64_CONSTANT (1) << (position % 64);
}

static inline void
wh_bits_clear (WhBits *bits, guint position)
{
  bits[position / 64] &= ~(G_GUINT64_CONSTANT (1) << (position % 64));
}

static inline gboolean
wh_bits_test (const WhBits *bits, guint position)
{
  return bits[position / 64] >> (position % 64) & 1;
}

static inline void
wh_bits_unite (WhBits *bits, const WhBits *other, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    bits[i] |= other[i];
}

static inline void
wh_bits_intersect (WhBits *bits, const WhBits *other, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    bits[i] &= other[i];
}

static inline void
wh_bits_remove (WhBits *bits, const WhBits *other, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    bits[i] &= ~other[i];
}

static inline guint
wh_bits_count (const WhBits *bits, gsize n_words)
{
  guint count = 0;

  for (gsize i = 0; i < n_words; i++)
    count += __builtin_popcountll (bits[i]);
  return count;
}

static inline guint
wh_bits_count_common (const WhBits *bits, const WhBits *other, gsize n_words)
{
  guint count = 0;

  for (gsize i = 0; i < n_words; i++)
    count += __builtin_popcountll (bits[i] & other[i]);
  return count;
}

/* The first member at or after `from`; `n` when there is none. */
static inline guint
wh_bits_next (const WhBits *bits, guint from, guint n)
{
  for (gsize word = from / 64; word < wh_bits_words (n); word++)
    {
      WhBits left = word == from / 64 ? bits[word] & (~G_GUINT64_CONSTANT (0) << (from % 64)) : bits[word];
      if (left)
        return (guint) (word * 64 + __builtin_ctzll (left));
    }
  return n;
}

#define WH_BITS_EACH(bits, n, member) \
  for (guint member = wh_bits_next ((bits), 0, (n)); member < (n); member = wh_bits_next ((bits), member + 1, (n)))

G_END_DECLS
