/* What people who liked one thing liked besides, on five people whose sums can be done by hand. */
#include <math.h>

#include "base/wh-error.h"
#include "service/wh-taste.h"
#include "support/wh-test.h"

static WhTaste *
make_taste (void)
{
  static const guint32 people[][3] = { { 0, 1, 2 }, { 0, 1, 3 }, { 3, 0, 2 }, { 4, 0, 0 }, { 2, 0, 0 } };
  static const guint lengths[] = { 3, 3, 3, 1, 1 };
  WhTaste *taste = wh_taste_new (6);

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    wh_taste_add_person (taste, people[i], lengths[i]);
  wh_taste_finish (taste);
  return taste;
}

static void
test_counts (void)
{
  g_autoptr (WhTaste) taste = make_taste ();
  WhTogether together = wh_taste_together (taste, 1, 0);

  g_assert_cmpuint (wh_taste_length (taste), ==, 6);
  g_assert_cmpuint (wh_taste_people (taste, 0), ==, 3);
  g_assert_cmpuint (wh_taste_people (taste, 5), ==, 0);
  g_assert_cmpuint (together.both, ==, 2);
  g_assert_cmpuint (together.liked, ==, 3);
  together = wh_taste_together (taste, 5, 5);
  g_assert_cmpuint (together.both + together.liked, ==, 0);
}

/* The formula of wh-taste.h, pair by pair. */
static void
test_scores (void)
{
  static const double people[] = { 3, 2, 3, 2, 1, 0 };
  static const double both[6][6] = { { 0, 2, 2, 2 }, { 2, 0, 1, 1 }, { 2, 1, 0, 1 }, { 2, 1, 1, 0 } };
  static const guint32 liked[] = { 1, 3 };
  g_autoptr (WhTaste) taste = make_taste ();
  double scores[6], pairs[6][6], mean = 0;

  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < 6; j++)
      {
        pairs[i][j] = both[i][j] / sqrt (2) * pow (people[i] + 20, -0.2) * pow (people[j] + 20, -0.5);
        mean += pairs[i][j] / 36;
      }
  wh_taste_score (taste, liked, 2, scores);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (scores[i], (pairs[i][1] + pairs[i][3]) / (2 * mean) + people[i] / (11 / 6.0), 1e-9);
}

static void
test_without_likes (void)
{
  g_autoptr (WhTaste) taste = make_taste ();
  g_autoptr (WhTaste) empty = wh_taste_new (3);
  double scores[6];

  wh_taste_score (taste, NULL, 0, scores);
  g_assert_cmpfloat (scores[0], ==, scores[2]);
  g_assert_cmpfloat (scores[0], >, scores[1]);
  g_assert_cmpfloat (scores[5], ==, 0);
  wh_taste_finish (empty);
  wh_taste_score (empty, (const guint32[]) { 1 }, 1, scores);
  g_assert_cmpfloat (scores[0], ==, 0);
}

static WhTaste *
read_text (const char *text, GError **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "reviews.csv", NULL);
  WhTaste *taste;

  g_hash_table_insert (numbers, (gpointer) "blue-dream", GUINT_TO_POINTER (1));
  g_hash_table_insert (numbers, (gpointer) "og-kush", GUINT_TO_POINTER (2));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  taste = wh_taste_read (path, numbers, 2, error);
  wh_test_remove_dir (dir);
  return taste;
}

static void
test_reading (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhTaste) taste = read_text ("user,text,strain_slug\n7,x,blue-dream\n7,x,OG Kush\n7,again,blue-dream\n,x,og-kush\n"
                                         "8,x,unknown\n9,x,og-kush\n7\n",
                                         &error);

  g_assert_no_error (error);
  g_assert_cmpuint (wh_taste_people (taste, 0), ==, 1);
  g_assert_cmpuint (wh_taste_people (taste, 1), ==, 2);
  g_assert_cmpuint (wh_taste_together (taste, 1, 0).both, ==, 1);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_text ("who,what\n1,blue-dream\n", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (read_text ("", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_taste_read ("/nowhere/at/all.csv", NULL, 0, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/taste/counts", test_counts);
  g_test_add_func ("/taste/scores", test_scores);
  g_test_add_func ("/taste/without-likes", test_without_likes);
  g_test_add_func ("/taste/reading", test_reading);
  g_test_add_func ("/taste/refused", test_refused);
  return g_test_run ();
}
