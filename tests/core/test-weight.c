/* Weights of packages as menus and labels write them, and what is none. */
#include <math.h>

#include "core/wh-weight.h"
#include "support/wh-test.h"

typedef struct {
  const char *text;
  double      grams;
} Spelling;

static void
expect_all (const Spelling *spellings, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("“%s”: %g, is to be %g", spellings[i].text, wh_weight_parse (spellings[i].text), spellings[i].grams);
      g_assert_cmpfloat_with_epsilon (wh_weight_parse (spellings[i].text), spellings[i].grams, 1e-9);
    }
}

static void
test_single (void)
{
  static const Spelling spellings[] = {
    { "3.5g", 3.5 },          { "3.5 g", 3.5 },            { "3.5G", 3.5 },              { " 3.5 grams ", 3.5 },
    { "3.5 gr", 3.5 },        { "3.5gm", 3.5 },            { "3,5 g", 3.5 },             { ".5g", 0.5 },
    { "0.5 Gram", 0.5 },      { "28 g", 28 },              { "28 grams", 28 },           { "14-gram", 14 },
    { "100mg", 0.1 },         { "100 mg", 0.1 },           { "1,000 mg", 1 },            { "500 milligrams", 0.5 },
    { "1/8 oz", 3.5 },        { "1/8oz", 3.5 },            { "1/8 ounce", 3.5 },         { "1/8th oz", 3.5 },
    { "1/4 oz", 7 },          { "1/2 OZ", 14 },            { "0.5 oz", 14 },             { "1 oz", 28 },
    { "1oz.", 28 },           { "1 1/2 oz", 42 },          { "2 ounces", 56 },           { "½ oz", 14 },
    { "⅛ ounce", 3.5 },       { "1½ oz", 42 },             { "1 lb", 448 },              { "1/4 lb", 112 },
    { "2 pounds", 896 },      { "0.1 kg", 100 },
  };

  expect_all (spellings, G_N_ELEMENTS (spellings));
}

static void
test_words (void)
{
  static const Spelling spellings[] = {
    { "eighth", 3.5 },      { "Eighth", 3.5 },       { "an eighth", 3.5 },           { "eighth of an ounce", 3.5 }, { "eighth oz", 3.5 },
    { "quarter", 7 },       { "quarter ounce", 7 },  { "Half Ounce", 14 },           { "half an ounce", 14 },       { "half oz", 14 },
    { "ounce", 28 },        { "half gram", 0.5 },    { "quarter pound", 112 },       { "pound", 448 },
  };

  expect_all (spellings, G_N_ELEMENTS (spellings));
}

static void
test_packs (void)
{
  static const Spelling spellings[] = {
    { "10pk x 0.5g", 5 },     { "2 x 0.5 g", 1 },         { "2x0.5g", 1 },              { "5 × 0.7g", 3.5 },
    { "0.5g x 5", 2.5 },      { "0.5g (5 pack)", 2.5 },   { "5pk (0.5g each)", 2.5 },   { "5 pack of 0.5g", 2.5 },
    { "10pk 0.5g", 5 },       { "10pk | 0.35g", 3.5 },    { "5pk 2.5g Pre Rolls", 2.5 }, { "5pk 1.75g-S", 1.75 },
    { "1pk 1g", 1 },          { "3ct 1.5g", 1.5 },        { "0.7g 5-Pack", 3.5 },       { "5pk 2.5g (0.5g each)", 2.5 },
    { "7 Pack - 3.5g", 3.5 }, { "5pk x 350mg", 1.75 },
  };

  expect_all (spellings, G_N_ELEMENTS (spellings));
}

static void
test_within_names (void)
{
  static const Spelling spellings[] = {
    { "Blue Dream | 3.5g", 3.5 },         { "Blue Dream-3.5g Flower", 3.5 },  { "Kush (1/8 oz / 3.5g)", 3.5 },
    { "Gelato #33 7g", 7 },               { "Infused Joint 1g 300mg THC", 1 }, { "Quarter Pounder OG 14g", 14 },
    { "Eighth Wonder 1g", 1 },            { "1oz (28g)", 28 },                { "24k Gold 3.5g/jar", 3.5 },
  };

  expect_all (spellings, G_N_ELEMENTS (spellings));
}

static void
test_nonsense (void)
{
  static const char *const texts[] = {
    NULL,       "",          " ",          "g",          "12",        "3.5",        "0g",       "0 oz",     "-3.5g",   "1/0 oz",
    "abc",      "g 3.5",     "3.5%",       "100ml",      "1 fl oz",   "5 gal",      "28 grains", "2.5gb",   "G6",      "1..5 g",
    "1.2.3g",   "10pk",      "5 gummies",  "9999 kg",    "10000 g",   "nan g",      "inf g",    "0x10g",    "180 mg/g", "25mg per serving",
    "1/8",      "half",      "8th Wonder", "Eighth Street Kush", "Quarter Pounder", "Half Moon", "2pk 1g",
    "0pk x 1g", "500 x 1g", "7g or 14g",
    "3.5g, 7g", "10pk 100mg", "\xff 3.5g", "1e5 g",      "5g5",       "ounces",     "1 1/4 papers", "3.5 g/ml",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("text %u: %g", i, wh_weight_parse (texts[i]));
      g_assert_true (isnan (wh_weight_parse (texts[i])));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weight/single", test_single);
  g_test_add_func ("/weight/words", test_words);
  g_test_add_func ("/weight/packs", test_packs);
  g_test_add_func ("/weight/within-names", test_within_names);
  g_test_add_func ("/weight/nonsense", test_nonsense);
  return g_test_run ();
}
