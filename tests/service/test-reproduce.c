/* Published figures from the shared files. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-reproduce.h"
#include "support/wh-test.h"

#define SMITH_FILE "data/lab/mcr-ma-2014-2023.csv"
#define WATTS_FILE "data/lab/watts2021-netherlands.csv"
#define STRAINS_FILE "data/strains/strain-info-2021.csv"

static GPtrArray *
try_reproduce (const char *study, const char *path, const char *strains, GPtrArray **out_notes, GError **error)
{
  const WhReproduceOptions options = { .study = study, .path = path, .strains = strains };

  return wh_reproduce (&options, out_notes, NULL, error);
}

static GPtrArray *
reproduce (const char *study, const char *path, const char *strains)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *figures = try_reproduce (study, path, strains, NULL, &error);

  g_assert_no_error (error);
  return figures;
}

static double
computed (const GPtrArray *figures, const char *key)
{
  for (guint i = 0; i < figures->len; i++)
    if (strcmp (((WhFigure *) figures->pdata[i])->key, key) == 0)
      return ((WhFigure *) figures->pdata[i])->computed;
  g_assert_not_reached ();
}

/* One percent of a count or percentage, a hundredth of a ratio; what the studies' own rounding allows. */
static double
tolerance_of (const WhFigure *figure)
{
  if (strcmp (figure->key, "kmeans_inertia") == 0)
    return figure->published * 0.001;
  return fabs (figure->published) > 1.5 ? MAX (figure->published * 0.01, 0.06) : 0.01;
}

static void
test_smith (void)
{
  g_autofree char *path = wh_test_shared (SMITH_FILE);
  g_autofree char *strains = wh_test_shared (STRAINS_FILE);
  g_autoptr (GPtrArray) figures = path && strains ? reproduce ("smith2022", path, strains) : NULL;

  for (guint i = 0; figures && i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      g_test_message ("%s: %g, %g", figure->key, figure->published, figure->computed);
      g_assert_cmpfloat_with_epsilon (figure->computed, figure->published, tolerance_of (figure));
    }
}

static void
test_watts (void)
{
  g_autofree char *path = wh_test_shared (WATTS_FILE);
  g_autoptr (GPtrArray) figures = path ? reproduce ("watts2021", path, NULL) : NULL;
  guint correlations = 0;

  for (guint i = 0; figures && i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      gboolean is_correlation = g_str_has_prefix (figure->key, "r_");
      g_test_message ("%s: %g, %g", figure->key, figure->published, figure->computed);
      g_assert_cmpfloat_with_epsilon (figure->computed, figure->published, is_correlation ? 0.0005001 : 0.005001);
      correlations += is_correlation;
    }
  if (figures)
    g_assert_cmpuint (correlations, ==, 44);
}

/* What a file does not tell is not computed; a file that tells nothing is refused. */
static void
test_little_to_tell (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "little.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) figures = NULL;

  g_assert_true (g_file_set_contents (path, "Strain,THCA (%),CBD (%)\nA,20,0.1\nB,10,0.2\n", -1, NULL));
  figures = reproduce ("smith2022", path, NULL);
  g_assert_cmpfloat (((WhFigure *) figures->pdata[0])->computed, ==, 2);
  g_assert_true (isnan (((WhFigure *) figures->pdata[figures->len - 1])->computed));
  g_clear_pointer (&figures, g_ptr_array_unref);
  figures = reproduce ("watts2021", path, NULL);
  g_assert_true (isnan (((WhFigure *) figures->pdata[figures->len - 1])->computed));
  g_assert_null (try_reproduce ("darwin1859", path, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "Strain,THCA (%)\nA,\nB,\n", -1, NULL));
  g_assert_null (try_reproduce ("smith2022", path, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  wh_test_remove_dir (dir);
}

/* Which names are strains: a list tells, or a column of slugs; without either the figures about strains stay empty. */
static void
test_strains (void)
{
  static const char head[] = "Strain,Product Type,THCA (%),Myrcene (%),Limonene (%),Linalool (%),Humulene (%),a-Pinene (%),b-Pinene (%)\n";
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "lab.csv", NULL);
  g_autofree char *list = g_build_filename (dir, "list.csv", NULL);
  g_autoptr (GString) text = g_string_new (head);
  g_autoptr (GPtrArray) without = NULL;
  g_autoptr (GPtrArray) with = NULL;
  g_autoptr (GPtrArray) notes = NULL;

  for (guint i = 0; i < 5; i++)
    g_string_append_printf (text, "Girl's Best #4 (GSC),Flower,2%u,1,0,.1,.1,.1,.1\nOther,Buds,2%u,0,1,.1,.1,.1,.1\n", i, i);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_assert_true (g_file_set_contents (list, "slug\ngirls-best-4\nunseen\n", -1, NULL));
  without = try_reproduce ("smith2022", path, NULL, &notes, NULL);
  g_assert_true (isnan (computed (without, "samples_named")));
  g_assert_cmpuint (notes->len, ==, 1);
  g_assert_nonnull (strstr (notes->pdata[0], "--strains"));
  with = reproduce ("smith2022", path, list);
  g_assert_cmpfloat (computed (with, "samples_terpenes"), ==, 10);
  g_assert_cmpfloat (computed (with, "samples_named"), ==, 5);
  g_assert_cmpfloat (computed (with, "strains_repeated"), ==, 1);
  g_assert_cmpfloat_with_epsilon (computed (with, "cosine_same_name"), 1, 1e-9);
  g_assert_true (isnan (computed (with, "cosine_other_name")));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reproduce/smith2022", test_smith);
  g_test_add_func ("/reproduce/watts2021", test_watts);
  g_test_add_func ("/reproduce/strains", test_strains);
  g_test_add_func ("/reproduce/little-to-tell", test_little_to_tell);
  return g_test_run ();
}
