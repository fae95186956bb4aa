#include "base/wh-random.h"
#include "base/wh-text.h"
#include "support/wh-test.h"

#include <string.h>

typedef struct {
  const char *text;
  const char *expected;
} Case;

static void
assert_all (char *(*reduce) (const char *), const Case *cases, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *result = reduce (cases[i].text);

      g_assert_cmpstr (result, ==, cases[i].expected);
    }
}

static void
test_fold (void)
{
  static const Case cases[] = {
    { "Granddaddy-Purple #1 ", "granddaddy purple 1" }, { "  Jalapeño\tCrème  ", "jalapeno creme" }, { "Ünique ßtrain", "unique sstrain" },
    { "α-Pinene", "α pinene" }, { "Δ9-THC", "δ9 thc" }, { "ﬁnest", "finest" }, { "---", "" }, { "", "" }, { NULL, "" },
    { "a\xff" "b", "a b" }, { "Ａｋ４７", "ak47" }, { "İstanbul", "istanbul" }, { "e\xcc\x81lan", "elan" },
  };

  assert_all (wh_text_fold, cases, G_N_ELEMENTS (cases));
}

static void
test_slug (void)
{
  static const Case cases[] = {
    { "Gorilla Glue #4", "gorilla-glue-4" }, { "GG#4", "gg4" }, { "(Blue) [Dream]", "blue-dream" }, { "AC/DC", "ac-dc" },
    { "  --OG  Kush--", "og-kush" }, { "Crème Brûlée", "creme-brulee" }, { "###", "" }, { NULL, "" },
  };

  assert_all (wh_text_slug, cases, G_N_ELEMENTS (cases));
}

static void
test_idempotent (void)
{
  WhRng rng;

  wh_rng_init (&rng, 5);
  for (guint i = 0; i < 5000; i++)
    {
      char text[13] = { 0 };

      for (guint j = 0; j < sizeof text - 1; j++)
        text[j] = (char) wh_rng_below (&rng, 256);
      g_autofree char *fold = wh_text_fold (text);
      g_autofree char *fold_again = wh_text_fold (fold);
      g_autofree char *slug = wh_text_slug (text);
      g_autofree char *slug_again = wh_text_slug (slug);
      g_autofree char *clean = wh_text_clean (text, 9);
      g_autofree char *clean_again = wh_text_clean (clean, 9);

      g_assert_cmpstr (fold, ==, fold_again);
      g_assert_cmpstr (slug, ==, slug_again);
      g_assert_cmpstr (clean, ==, clean_again);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
      g_assert_cmpuint (strlen (clean), <=, 9);
    }
}

static void
test_clean (void)
{
  static const struct { const char *text; gsize max; const char *expected; } cases[] = {
    { "  a\tb\r\nc ", 100, "a b  c" }, { "bell\a here\x7f", 100, "bell here" }, { "e\xcc\x81", 100, "é" }, { "é", 1, "" },
    { "aé", 2, "a" }, { "aé", 3, "aé" }, { "ab cd", 3, "ab" }, { "x\xc0\x80", 100, "x\xef\xbf\xbd\xef\xbf\xbd" }, { NULL, 5, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = wh_text_clean (cases[i].text, cases[i].max);

      g_assert_cmpstr (clean, ==, cases[i].expected);
    }
}

/* The definition, without band or cut-off. */
static guint
plain_distance (const char *a, const char *b)
{
  guint n_a = (guint) strlen (a), n_b = (guint) strlen (b);
  guint table[24][24];

  for (guint i = 0; i <= n_a; i++)
    for (guint j = 0; j <= n_b; j++)
      {
        if (i == 0 || j == 0)
          {
            table[i][j] = i + j;
            continue;
          }
        table[i][j] = MIN (MIN (table[i - 1][j], table[i][j - 1]) + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          table[i][j] = MIN (table[i][j], table[i - 2][j - 2] + 1);
      }
  return table[n_a][n_b];
}

static void
random_word (WhRng *rng, char *out, guint most)
{
  guint length = wh_rng_below (rng, most + 1);

  for (guint i = 0; i < length; i++)
    out[i] = (char) ('a' + wh_rng_below (rng, 3));
  out[length] = '\0';
}

static void
test_distance_is_the_definition (void)
{
  WhRng rng;

  wh_rng_init (&rng, 9);
  for (guint i = 0; i < 100000; i++)
    {
      char a[24], b[24];
      guint max = wh_rng_below (&rng, 8), expected;

      random_word (&rng, a, 12);
      random_word (&rng, b, 12);
      expected = MIN (plain_distance (a, b), max + 1);
      if (wh_text_edit_distance (a, b, max) != expected)
        g_error ("'%s' '%s' within %u: %u, not %u", a, b, max, wh_text_edit_distance (a, b, max), expected);
      g_assert_cmpuint (wh_text_edit_distance (b, a, max), ==, expected);
    }
}

static void
test_distance_of_names (void)
{
  g_autofree char *long_a = g_strnfill (200, 'a');
  g_autofree char *long_b = g_strconcat ("x", long_a, "yz", NULL);

  g_assert_cmpuint (wh_text_edit_distance ("blue dream", "bleu dream", 2), ==, 1);
  g_assert_cmpuint (wh_text_edit_distance ("α pinene", "β pinene", 2), ==, 1);
  g_assert_cmpuint (wh_text_edit_distance ("", "", 0), ==, 0);
  g_assert_cmpuint (wh_text_edit_distance ("", "abc", 5), ==, 3);
  g_assert_cmpuint (wh_text_edit_distance ("abc", "", 2), ==, 3);
  g_assert_cmpuint (wh_text_edit_distance ("kitten", "sitting", G_MAXUINT - 1), ==, 3);
  g_assert_cmpuint (wh_text_edit_distance (long_a, long_b, 5), ==, 3);
  g_assert_cmpuint (wh_text_edit_distance (long_a, long_b, 2), ==, 3);
}

static void
test_numbers (void)
{
  static const struct { const char *text; double value; } right[] = {
    { "1.5", 1.5 }, { "-2e3", -2000 }, { " 7 ", 7 }, { "+0.25", 0.25 }, { ".5", 0.5 }, { "5.", 5 }, { "1E-2", 0.01 }, { "007", 7 },
  };
  static const char *const wrong[] = {
    "", " ", ".", "-", "+", "e5", "1e", "1e+", "1 2", "1,5", "0x10", "inf", "nan", "-Infinity", "9..9", "1.2.3", "--1", "5%", "1e999",
  };
  double value = 0;

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_assert_true (wh_text_to_number (right[i].text, &value));
      g_assert_cmpfloat (value, ==, right[i].value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (wh_text_to_number (wrong[i], &value))
      g_error ("'%s' was taken for a number", wrong[i]);
  g_assert_false (wh_text_to_number (NULL, &value));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/text/fold", test_fold);
  g_test_add_func ("/base/text/slug", test_slug);
  g_test_add_func ("/base/text/idempotent", test_idempotent);
  g_test_add_func ("/base/text/clean", test_clean);
  g_test_add_func ("/base/text/distance-is-the-definition", test_distance_is_the_definition);
  g_test_add_func ("/base/text/distance-of-names", test_distance_of_names);
  g_test_add_func ("/base/text/numbers", test_numbers);
  return g_test_run ();
}
