/* How well recommendations find what a person took: of everybody with five strains or more, one is held back and ranked among all
 * strains of the table that the person is not known to have taken. Prints hit@10, hit@50 and the mean reciprocal rank beside four
 * baselines, and the same on a second strain held back from what is left, on which the constants of wh-taste.c were chosen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-csv.h"
#include "base/wh-random.h"
#include "service/wh-taste.h"

#define TABLE "../shared/data/strains/effects-flavours.csv"
#define REVIEWS "../shared/data/reviews/reviews-anonymous.csv.gz"
#define FIRST_FEATURE 4 /* slug, type, n_reports, filter */
#define LEAST_STRAINS 5

typedef struct {
  guint   user;
  GArray *strains;   /* of guint32, in the order of their slugs */
} Person;

typedef struct {
  guint       n, n_features;
  GHashTable *numbers;    /* slug -> number + 1 */
  GPtrArray  *slugs;
  GArray     *features;   /* of float, rows of unit length */
  GPtrArray  *people;     /* of Person */
} Data;

/* What is ranked for one person. */
typedef struct {
  guint    user;
  guint32  held;
  guint32 *known;
  guint    n_known;
} Question;

typedef struct {
  const Data *data;
  GArray     *questions;
  WhTaste    *taste;     /* of what is left */
  float      *cosines;   /* n x n: people of both over the root of the product */
} Round;

typedef void (*Score) (const Round *round, const Question *question, double *scores);

/* -- data -------------------------------------------------------------------------------------------------------- */

static void
add_features (Data *data, const WhCsvRow *row)
{
  double square = 0;

  for (guint i = FIRST_FEATURE; i < row->n_cells; i++)
    square += pow (g_ascii_strtod (row->cells[i], NULL), 2);
  data->n_features = row->n_cells - FIRST_FEATURE;
  for (guint i = FIRST_FEATURE; i < row->n_cells; i++)
    {
      float value = square > 0 ? (float) (g_ascii_strtod (row->cells[i], NULL) / sqrt (square)) : 0;
      g_array_append_val (data->features, value);
    }
}

static gboolean
read_table (Data *data, GError **error)
{
  g_autoptr (WhCsv) csv = wh_csv_open (TABLE, error);
  WhCsvRow row;

  if (!csv || !wh_csv_next (csv, &row, NULL))
    return FALSE;
  while (wh_csv_next (csv, &row, NULL))
    {
      char *slug = g_strdup (row.cells[0]);
      g_ptr_array_add (data->slugs, slug);
      g_hash_table_insert (data->numbers, slug, GUINT_TO_POINTER (++data->n));
      add_features (data, &row);
    }
  return TRUE;
}

static void
take_review (Data *data, GHashTable *people, const char *user, const char *slug)
{
  guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (data->numbers, slug));
  gpointer key = GUINT_TO_POINTER ((guint) g_ascii_strtoull (user, NULL, 10));
  Person *person = g_hash_table_lookup (people, key);

  if (!*user || number-- == 0)
    return;
  if (!person)
    {
      person = g_new (Person, 1);
      *person = (Person) { GPOINTER_TO_UINT (key), g_array_new (FALSE, FALSE, sizeof number) };
      g_hash_table_insert (people, key, person);
      g_ptr_array_add (data->people, person);
    }
  for (guint i = 0; i < person->strains->len; i++)
    if (g_array_index (person->strains, guint32, i) == number)
      return;
  g_array_append_val (person->strains, number);
}

static int
by_slug_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const GPtrArray *slugs = user_data;

  return strcmp (g_ptr_array_index (slugs, *(const guint32 *) a), g_ptr_array_index (slugs, *(const guint32 *) b));
}

static gboolean
read_reviews (Data *data, GError **error)
{
  g_autoptr (WhCsv) csv = wh_csv_open (REVIEWS, error);
  g_autoptr (GHashTable) people = g_hash_table_new (NULL, NULL);
  WhCsvRow row;

  if (!csv || !wh_csv_next (csv, &row, NULL))
    return FALSE;
  while (wh_csv_next (csv, &row, NULL))
    take_review (data, people, row.cells[2], row.cells[0]);
  for (guint i = 0; i < data->people->len; i++)
    {
      Person *person = g_ptr_array_index (data->people, i);
      g_array_sort_with_data (person->strains, by_slug_cb, data->slugs);
    }
  return TRUE;
}

/* -- holding back ------------------------------------------------------------------------------------------------ */

static void
take_out (GArray *strains, guint user, guint32 *out_held)
{
  guint place = user % strains->len;

  *out_held = g_array_index (strains, guint32, place);
  g_array_remove_index (strains, place);
}

/* Holds one strain of everybody back, or (`choosing`) that one for good and another one. */
static void
round_init (Round *round, const Data *data, gboolean choosing)
{
  *round = (Round) { data, g_array_new (FALSE, FALSE, sizeof (Question)), wh_taste_new (data->n), NULL };
  for (guint i = 0; i < data->people->len; i++)
    {
      const Person *person = g_ptr_array_index (data->people, i);
      g_autoptr (GArray) left = g_array_copy (person->strains);
      Question question = { .user = person->user };
      if (left->len >= LEAST_STRAINS)
        {
          take_out (left, person->user, &question.held);
          if (choosing)
            take_out (left, person->user, &question.held);
          question.n_known = left->len;
          question.known = g_memdup2 (left->data, left->len * sizeof (guint32));
          g_array_append_val (round->questions, question);
        }
      wh_taste_add_person (round->taste, (const guint32 *) left->data, left->len);
    }
  wh_taste_finish (round->taste);
}

static void
count_both (Round *round)
{
  guint n = round->data->n;

  round->cosines = g_new0 (float, (gsize) n *n);
  for (guint a = 0; a < n; a++)
    for (guint b = 0; b < a; b++)
      {
        double people = (double) wh_taste_people (round->taste, a) * wh_taste_people (round->taste, b);
        float cosine = people > 0 ? (float) (wh_taste_together (round->taste, a, b).both / sqrt (people)) : 0;
        round->cosines[(gsize) a * n + b] = round->cosines[(gsize) b * n + a] = cosine;
      }
}

static void
round_clear (Round *round)
{
  for (guint i = 0; i < round->questions->len; i++)
    g_free (g_array_index (round->questions, Question, i).known);
  g_array_unref (round->questions);
  wh_taste_free (round->taste);
  g_free (round->cosines);
}

/* -- ways to rank ------------------------------------------------------------------------------------------------ */

static void
score_random (const Round *round, const Question *question, double *scores)
{
  WhRng rng;

  wh_rng_init (&rng, question->user);
  for (guint i = 0; i < round->data->n; i++)
    scores[i] = wh_rng_uniform (&rng);
}

/* Mean cosine of effects and flavours as people reported them. */
static void
score_content (const Round *round, const Question *question, double *scores)
{
  guint n_features = round->data->n_features;
  const float *features = (const float *) round->data->features->data;
  g_autofree double *sum = g_new0 (double, n_features);

  for (guint k = 0; k < question->n_known; k++)
    for (guint f = 0; f < n_features; f++)
      sum[f] += features[(gsize) question->known[k] * n_features + f] / question->n_known;
  for (guint i = 0; i < round->data->n; i++)
    {
      scores[i] = 0;
      for (guint f = 0; f < n_features; f++)
        scores[i] += sum[f] * features[(gsize) i * n_features + f];
    }
}

static void
score_items (const Round *round, const Question *question, double *scores)
{
  guint n = round->data->n;

  memset (scores, 0, n * sizeof *scores);
  for (guint k = 0; k < question->n_known; k++)
    for (guint i = 0; i < n; i++)
      scores[i] += round->cosines[(gsize) question->known[k] * n + i];
}

static void
score_popularity (const Round *round, const Question *question, double *scores)
{
  for (guint i = 0; i < round->data->n; i++)
    scores[i] = wh_taste_people (round->taste, i);
}

static void
score_ours (const Round *round, const Question *question, double *scores)
{
  g_autofree double *likeness = g_new (double, round->data->n);

  score_content (round, question, likeness);
  wh_taste_score (round->taste, question->known, question->n_known, scores);
  for (guint i = 0; i < round->data->n; i++)
    scores[i] += WH_TASTE_LIKENESS * likeness[i];
}

/* -- measuring --------------------------------------------------------------------------------------------------- */

/* From 1; what is equal stands in the order of the table. */
static guint
rank_of_held (const Question *question, guint n, double *scores)
{
  double held = scores[question->held];
  guint rank = 1;

  for (guint k = 0; k < question->n_known; k++)
    scores[question->known[k]] = -INFINITY;
  for (guint i = 0; i < n; i++)
    rank += scores[i] > held || (scores[i] == held && i < question->held);
  return rank;
}

static void
measure (const Round *round, const char *what, Score score)
{
  g_autofree double *scores = g_new (double, round->data->n);
  double in_ten = 0, in_fifty = 0, reciprocal = 0, n = round->questions->len;
  gint64 begin = wh_clock_monotonic ();

  for (guint i = 0; i < round->questions->len; i++)
    {
      const Question *question = &g_array_index (round->questions, Question, i);
      score (round, question, scores);
      guint rank = rank_of_held (question, round->data->n, scores);
      in_ten += rank <= 10;
      in_fifty += rank <= 50;
      reciprocal += 1.0 / rank;
    }
  printf ("%-32s hit@10 %.4f   hit@50 %.4f   MRR %.4f   %.3f ms a person\n", what, in_ten / n, in_fifty / n, reciprocal / n,
          (wh_clock_monotonic () - begin) / 1e3 / n);
}

static void
measure_all (const Data *data)
{
  Round round;

  round_init (&round, data, FALSE);
  count_both (&round);
  printf ("%u people with %d strains or more; one strain of each held back, ranked among %u without those known\n",
          round.questions->len, LEAST_STRAINS, data->n);
  measure (&round, "random", score_random);
  measure (&round, "content", score_content);
  measure (&round, "item-item (cosine)", score_items);
  measure (&round, "popularity", score_popularity);
  measure (&round, "together + popularity + content", score_ours);
  round_clear (&round);
  round_init (&round, data, TRUE);
  printf ("on another strain held back from the rest, where the constants were chosen\n");
  measure (&round, "popularity", score_popularity);
  measure (&round, "together + popularity + content", score_ours);
  round_clear (&round);
}

int
main (void)
{
  Data data = { .numbers = g_hash_table_new (g_str_hash, g_str_equal),
                .slugs = g_ptr_array_new_with_free_func (g_free),
                .features = g_array_new (FALSE, FALSE, sizeof (float)),
                .people = g_ptr_array_new () };
  g_autoptr (GError) error = NULL;

  if (!read_table (&data, &error) || !read_reviews (&data, &error))
    {
      printf ("skipped: %s\n", error ? error->message : "the tables are empty");
      return 77;
    }
  measure_all (&data);
  return 0;
}
