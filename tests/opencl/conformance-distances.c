/* Nearest neighbours, pairs, distances, the bootstrap. */
#include <math.h>
#include <string.h>

#include "wh-conformance.h"
#include "wh-draw.h"
#include "wh-matrix-private.h"

#define DRAW_TOLERANCE 2e-4    /* of a draw's squared distance: amounts are drawn in single precision, logarithm and cosine included */

static const gsize sizes[] = { 0, 1, 2, 63, 64, 65, 300 };
static const gsize columns[] = { 1, 5, 14, 33, 64 };

static gsize
any_of (const gsize *list, gsize n)
{
  return list[g_test_rand_int_range (0, (int) n)];
}

/* -- nearest neighbours -- */

typedef struct {
  const WhSubject *subject;
  const WhRows    *rows;
  gsize            k, n_queries;
  gsize           *chosen;       /* the row that each query repeats */
  guint32         *excludes;     /* NULL: none */
  WhNeighbour     *found;
  gsize           *counts;
} Search;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Fars of all rows that a query may find, ascending; those of single rows by number in out_fars, NAN where there is none. */
static gsize
true_fars (const Search *search, gsize query, double *out_sorted, double *out_fars)
{
  gsize n = 0;

  for (gsize row = 0; row < search->rows->n_rows; row++)
    {
      out_fars[row] = search->excludes && search->excludes[query] == row ? NAN : wh_rows_far (search->rows, search->chosen[query], row);
      if (!isnan (out_fars[row]))
        out_sorted[n++] = out_fars[row];
    }
  qsort (out_sorted, n, sizeof *out_sorted, compare_doubles);
  return n;
}

static void
check_neighbour (const Search *search, gsize query, gsize i, const double *sorted, const double *fars, GString *wrong)
{
  const WhNeighbour *found = search->found + query * search->k + i;
  const guint64 *masks = search->rows->masks;
  gsize own = search->chosen[query];
  double far = wh_far (search->rows->metric, found->distance), tolerance;

  if (found->row >= search->rows->n_rows || isnan (fars[found->row]))
    {
      wh_conformance_note (wrong, "query %zu: row %u has no distance or is left out", query, found->row);
      return;
    }
  tolerance = wh_rows_tolerance (search->rows, own, found->row);
  if (found->shared != (guint32) __builtin_popcountll (masks[own] & masks[found->row]))
    wh_conformance_note (wrong, "query %zu: row %u shares %u", query, found->row, found->shared);
  if (!(fabs (far - fars[found->row]) <= tolerance))
    wh_conformance_note (wrong, "query %zu: row %u is %g, not %g", query, found->row, far, fars[found->row]);
  if (!(fars[found->row] <= sorted[i] + 2 * tolerance))
    wh_conformance_note (wrong, "query %zu: row %u at place %zu, where %g belongs", query, found->row, i, sorted[i]);
  if (i > 0 && !(found[-1].distance < found->distance || (found[-1].distance == found->distance && found[-1].row < found->row)))
    wh_conformance_note (wrong, "query %zu: places %zu and %zu in the wrong order", query, i - 1, i);
}

static void
check_search (const Search *search, GString *wrong)
{
  g_autofree double *sorted = g_new (double, search->rows->n_rows + 1);
  g_autofree double *fars = g_new (double, search->rows->n_rows + 1);

  for (gsize query = 0; query < search->n_queries; query++)
    {
      gsize expected = MIN (search->k, true_fars (search, query, sorted, fars));
      if (search->counts[query] != expected)
        wh_conformance_note (wrong, "query %zu: %zu found of %zu", query, search->counts[query], expected);
      for (gsize i = 0; i < MIN (search->counts[query], expected); i++)
        check_neighbour (search, query, i, sorted, fars, wrong);
    }
}

static WhRun
run_search (const Search *search, GCancellable *cancellable)
{
  const WhRows *rows = search->rows;
  g_autofree float *values = g_new0 (float, search->n_queries * rows->n_columns + 1);
  g_autofree guint64 *masks = g_new0 (guint64, search->n_queries + 1);
  const WhQueries queries = { search->n_queries, values, masks, search->excludes };

  for (gsize i = 0; i < search->n_queries; i++)
    {
      memcpy (values + i * rows->n_columns, rows->values + search->chosen[i] * rows->n_columns, rows->n_columns * sizeof (float));
      masks[i] = rows->masks[search->chosen[i]];
    }
  return search->subject->ops->nearest (search->subject->state, rows->matrix, &queries, search->k, search->found, search->counts,
                                        cancellable);
}

static void
try_search (const WhSubject *subject, const WhRows *rows, gsize n_queries, gsize k, gboolean exclude, GString *wrong)
{
  g_autofree gsize *chosen = g_new0 (gsize, n_queries + 1);
  g_autofree gsize *counts = g_new (gsize, n_queries + 1);
  g_autofree guint32 *excludes = g_new (guint32, n_queries + 1);
  g_autofree WhNeighbour *found = g_new (WhNeighbour, n_queries * k + 1);
  Search search = { subject, rows, k, n_queries, chosen, exclude ? excludes : NULL, found, counts };
  WhRun run;

  for (gsize i = 0; i < n_queries; i++)
    {
      chosen[i] = rows->n_rows ? (gsize) g_test_rand_int_range (0, (int) rows->n_rows) : 0;
      excludes[i] = g_test_rand_int_range (0, 3) ? (guint32) chosen[i] : G_MAXUINT32;
    }
  run = run_search (&search, NULL);
  if (run == WH_RUN_UNABLE && k > subject->most_nearest)
    return;
  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "%zu nearest to %zu queries of %zu x %zu: run %d", k, n_queries, rows->n_rows, rows->n_columns, run);
  else
    check_search (&search, wrong);
}

/* Queries are rows of the matrix, so an engine must also find each row at no distance from itself. */
static void
check_nearest (const WhSubject *subject, GString *wrong)
{
  static const gsize ks[] = { 0, 1, 10, 32, 400 };

  for (WhMetric metric = 0; metric < WH_N_METRICS; metric++)
    for (WhMasks kind = 0; kind < WH_N_MASKS; kind++)
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr (WhRows) rows = wh_rows_new (metric, sizes[i], any_of (columns, G_N_ELEMENTS (columns)), kind);
          gsize n_queries = sizes[i] ? (gsize) g_test_rand_int_range (0, 20) : 0;
          try_search (subject, rows, n_queries, any_of (ks, G_N_ELEMENTS (ks)), g_test_rand_bit (), wrong);
        }
}

static void
check_nearest_of_many (const WhSubject *subject, GString *wrong)
{
  for (WhMetric metric = 0; metric < WH_N_METRICS; metric++)
    {
      g_autoptr (WhRows) rows = wh_rows_new (metric, metric ? 4096 : 100000, 12, (WhMasks) g_test_rand_int_range (0, WH_N_MASKS));
      try_search (subject, rows, 3, 10, TRUE, wrong);
    }
}

/* More queries than rows, and more than a tile of any engine. */
static void
check_many_queries (const WhSubject *subject, GString *wrong)
{
  g_autoptr (WhRows) rows = wh_rows_new (WH_METRIC_HELLINGER, 700, 20, WH_MASKS_GROUPS);

  try_search (subject, rows, 1500, 5, TRUE, wrong);
}

/* Equal rows, more of them than are asked for: the first ones are kept, in their order. */
static void
check_ties (const WhSubject *subject, GString *wrong)
{
  enum { N = 5000, COLUMNS = 6, K = 7, EXCLUDED = 3 };
  g_autoptr (WhRows) rows = wh_rows_new (WH_METRIC_HELLINGER, N, COLUMNS, WH_MASKS_ONE);
  WhNeighbour found[K] = { 0 };
  gsize count = 0;
  const WhQueries queries = { 1, rows->values, rows->masks, (const guint32[]) { EXCLUDED } };
  WhRun run;

  for (guint i = 0; i < N * COLUMNS; i++)
    rows->values[i] = (float) (1 + i % COLUMNS);
  wh_matrix_unref (rows->matrix);
  rows->matrix = wh_matrix_new (WH_METRIC_HELLINGER, rows->values, rows->masks, N, COLUMNS, NULL);
  run = subject->ops->nearest (subject->state, rows->matrix, &queries, K, found, &count, NULL);
  if (run != WH_RUN_DONE || count != K)
    wh_conformance_note (wrong, "run %d, %zu found", run, count);
  for (guint i = 0; i < K; i++)
    if (found[i].row != (i < EXCLUDED ? i : i + 1))
      wh_conformance_note (wrong, "row %u at place %u", found[i].row, i);
}

/* -- pairs -- */

typedef struct {
  gsize   n_bins;
  float   bin_width;
  guint64 histogram[200];
  guint64 near[200];          /* pairs that rounding may move into or out of a bin */
  WhPairSums sums;
  double  sum_tolerance, squares_tolerance;   /* what each pair may be off by, added up */
} Pairs;

static gsize
bin_of (const Pairs *pairs, double distance)
{
  return (gsize) CLAMP (floor (distance / pairs->bin_width), 0, (double) pairs->n_bins - 1);
}

static double
distance_of (WhMetric metric, double far)
{
  return metric == WH_METRIC_COSINE ? MAX (0, far) : sqrt (MAX (0, far));
}

/* A pair that occurs `times` times. */
static void
add_pair (Pairs *pairs, const WhRows *rows, gsize a, gsize b, guint64 times)
{
  double far = wh_rows_far (rows, a, b), tolerance = wh_rows_tolerance (rows, a, b), distance = distance_of (rows->metric, far);
  gsize lowest, highest;

  if (isnan (far))
    return;
  pairs->sums.n_pairs += times;
  pairs->sums.sum += (double) times * distance;
  pairs->sums.sum_squares += (double) times * distance * distance;
  pairs->sum_tolerance += (double) times * (distance_of (rows->metric, far + tolerance) - distance);
  pairs->squares_tolerance += (double) times * (rows->metric == WH_METRIC_COSINE ? 2 * tolerance : tolerance);
  if (pairs->n_bins == 0)
    return;
  lowest = bin_of (pairs, distance_of (rows->metric, far - tolerance));
  highest = bin_of (pairs, distance_of (rows->metric, far + tolerance));
  pairs->histogram[bin_of (pairs, distance)] += times;
  for (gsize bin = lowest; bin <= highest && lowest < highest; bin++)
    pairs->near[bin] += times;
}

static void
compare_pairs (const Pairs *truth, const guint64 *histogram, const WhPairSums *sums, GString *wrong)
{
  if (sums->n_pairs != truth->sums.n_pairs)
    wh_conformance_note (wrong, "%" G_GUINT64_FORMAT " pairs, not %" G_GUINT64_FORMAT, sums->n_pairs, truth->sums.n_pairs);
  if (!(fabs (sums->sum - truth->sums.sum) <= truth->sum_tolerance))
    wh_conformance_note (wrong, "sum %.9g, not %.9g", sums->sum, truth->sums.sum);
  if (!(fabs (sums->sum_squares - truth->sums.sum_squares) <= truth->squares_tolerance))
    wh_conformance_note (wrong, "sum of squares %.9g, not %.9g", sums->sum_squares, truth->sums.sum_squares);
  for (gsize bin = 0; bin < truth->n_bins; bin++)
    if (MAX (histogram[bin], truth->histogram[bin]) - MIN (histogram[bin], truth->histogram[bin]) > truth->near[bin])
      wh_conformance_note (wrong, "bin %zu: %" G_GUINT64_FORMAT " pairs, not %" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT " on the border)",
                           bin, histogram[bin], truth->histogram[bin], truth->near[bin]);
}

static void
run_pairs (const WhSubject *subject, const WhMatrix *matrix, const Pairs *truth, GString *wrong)
{
  guint64 histogram[G_N_ELEMENTS (truth->histogram)] = { 99 };
  WhPairSums sums = { 99, 99, 99 };
  WhRun run = subject->ops->pairs (subject->state, matrix, truth->n_bins, truth->bin_width, truth->n_bins ? histogram : NULL, &sums,
                                   NULL);

  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "pairs of %zu: run %d", wh_matrix_rows (matrix), run);
  else
    compare_pairs (truth, histogram, &sums, wrong);
}

static void
try_pairs (const WhSubject *subject, const WhRows *rows, gsize n_bins, GString *wrong)
{
  Pairs truth = { .n_bins = n_bins, .bin_width = rows->metric == WH_METRIC_AITCHISON ? 0.1f : 0.007f };

  for (gsize a = 0; a < rows->n_rows; a++)
    for (gsize b = 0; b < a; b++)
      add_pair (&truth, rows, a, b, 1);
  run_pairs (subject, rows->matrix, &truth, wrong);
}

static void
check_pairs (const WhSubject *subject, GString *wrong)
{
  static const gsize bins[] = { 0, 1, 20, 200 };

  for (WhMetric metric = 0; metric < WH_N_METRICS; metric++)
    for (WhMasks kind = 0; kind < WH_N_MASKS; kind++)
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr (WhRows) rows = wh_rows_new (metric, sizes[i], any_of (columns, G_N_ELEMENTS (columns)), kind);
          try_pairs (subject, rows, any_of (bins, G_N_ELEMENTS (bins)), wrong);
        }
}

/* An odd and an even number of an engine's blocks, the last not full. */
static void
check_many_pairs (const WhSubject *subject, GString *wrong)
{
  static const gsize many[] = { 1025, 1200, 1536 };

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    {
      g_autoptr (WhRows) rows = wh_rows_new (WH_METRIC_HELLINGER, many[i], 10, (WhMasks) g_test_rand_int_range (0, WH_N_MASKS));
      try_pairs (subject, rows, 150, wrong);
    }
}

/* So many rows that no definition could be asked for every pair: a few of them over and over. */
static void
check_repeated_pairs (const WhSubject *subject, GString *wrong)
{
  enum { FEW = 150, COLUMNS = 12 };
  const gsize n = subject->many_rows;
  g_autoptr (WhRows) few = wh_rows_new (WH_METRIC_HELLINGER, FEW, COLUMNS, WH_MASKS_GROUPS);
  g_autofree float *values = g_new (float, n * COLUMNS);
  g_autofree guint64 *masks = g_new (guint64, n);
  g_autoptr (WhMatrix) matrix = NULL;
  Pairs truth = { .n_bins = 150, .bin_width = 0.007f };

  for (gsize row = 0; row < n; row++)
    {
      memcpy (values + row * COLUMNS, few->values + row % FEW * COLUMNS, COLUMNS * sizeof (float));
      masks[row] = few->masks[row % FEW];
    }
  for (gsize a = 0; a < FEW; a++)
    for (gsize b = 0; b <= a; b++)
      {
        guint64 times_a = n / FEW + (a < n % FEW), times_b = n / FEW + (b < n % FEW);
        add_pair (&truth, few, a, b, a == b ? times_a * (times_a - 1) / 2 : times_a * times_b);
      }
  matrix = wh_matrix_new (WH_METRIC_HELLINGER, values, masks, n, COLUMNS, NULL);
  run_pairs (subject, matrix, &truth, wrong);
}

/* -- all distances -- */

static void
try_distances (const WhSubject *subject, const WhRows *rows, gsize step, GString *wrong)
{
  const gsize n = rows->n_rows;
  g_autofree float *distances = g_new0 (float, n * n + 1);
  WhRun run = subject->ops->distances (subject->state, rows->matrix, distances, NULL);

  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "distances of %zu: run %d", n, run);
  for (gsize a = 0; a < n && run == WH_RUN_DONE; a += step)
    for (gsize b = 0; b < n; b++)
      {
        double truth = a == b ? 0 : wh_rows_far (rows, a, b), far = wh_far (rows->metric, distances[a * n + b]);
        if (isnan (truth) != isnan (far) || fabs (truth - far) > (a == b ? 0 : wh_rows_tolerance (rows, a, b)))
          wh_conformance_note (wrong, "rows %zu and %zu are %g, not %g", a, b, far, truth);
      }
}

static void
check_distances (const WhSubject *subject, GString *wrong)
{
  for (WhMetric metric = 0; metric < WH_N_METRICS; metric++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autoptr (WhRows) rows = wh_rows_new (metric, sizes[i], any_of (columns, G_N_ELEMENTS (columns)),
                                               (WhMasks) g_test_rand_int_range (0, WH_N_MASKS));
        try_distances (subject, rows, 1, wrong);
      }
}

static void
check_most_distances (const WhSubject *subject, GString *wrong)
{
  g_autoptr (WhRows) rows = wh_rows_new (WH_METRIC_HELLINGER, WH_ENGINE_FULL_ROWS, 12, WH_MASKS_GROUPS);

  try_distances (subject, rows, 61, wrong);
}

/* -- bootstrap -- */

typedef struct {
  WhIntervals   intervals;
  float        *estimates, *lows, *highs;
  guint64      *masks;
  WhPairOfRows *pairs;
  gsize         n_pairs, n_draws;
  WhMetric      metric;
  float         rsd, *distances;
  guint64       seed;
} Bootstrap;

/* Measured amounts, amounts below a limit, zeros known to be zeros. */
static void
fill_cell (Bootstrap *bootstrap, gsize cell)
{
  int kind = g_test_rand_int_range (0, 5);
  float amount = kind ? (float) g_test_rand_double_range (0.01, 20) : 0;

  bootstrap->estimates[cell] = amount;
  bootstrap->lows[cell] = kind == 1 ? 0 : amount;
  bootstrap->highs[cell] = amount;
}

static void
bootstrap_init (Bootstrap *bootstrap, gsize n_profiles, gsize n_columns, gsize n_pairs, gsize n_draws, WhMetric metric, WhMasks kind)
{
  const gsize cells = n_profiles * n_columns;

  *bootstrap = (Bootstrap) { .n_pairs = n_pairs, .n_draws = n_draws, .metric = metric, .rsd = 0.1f };
  bootstrap->seed = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
  bootstrap->estimates = g_new0 (float, cells);
  bootstrap->lows = g_new0 (float, cells);
  bootstrap->highs = g_new0 (float, cells);
  bootstrap->masks = g_new0 (guint64, n_profiles);
  bootstrap->pairs = g_new0 (WhPairOfRows, n_pairs + 1);
  bootstrap->distances = g_new0 (float, n_pairs * n_draws + 1);
  for (gsize cell = 0; cell < cells; cell++)
    fill_cell (bootstrap, cell);
  for (gsize i = 0; i < n_profiles; i++)
    bootstrap->masks[i] = kind == WH_MASKS_ONE ? G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns)
                                               : ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ());
  memset (bootstrap->estimates, 0, n_columns * sizeof (float));   /* the first profile holds nothing */
  memset (bootstrap->lows, 0, n_columns * sizeof (float));
  memset (bootstrap->highs, 0, n_columns * sizeof (float));
  for (gsize i = 0; i < n_pairs; i++)
    bootstrap->pairs[i] = (WhPairOfRows) { (guint32) g_test_rand_int_range (0, (int) n_profiles),
                                           (guint32) g_test_rand_int_range (0, (int) n_profiles) };
  bootstrap->intervals = (WhIntervals) { n_profiles, n_columns, bootstrap->estimates, bootstrap->lows, bootstrap->highs, bootstrap->masks };
}

static void
bootstrap_clear (Bootstrap *bootstrap)
{
  g_free (bootstrap->estimates);
  g_free (bootstrap->lows);
  g_free (bootstrap->highs);
  g_free (bootstrap->masks);
  g_free (bootstrap->pairs);
  g_free (bootstrap->distances);
}

static void
draw_profile (const Bootstrap *bootstrap, guint32 profile, guint32 draw, float *out)
{
  const gsize n_columns = bootstrap->intervals.n_columns;
  const float sigma = sqrtf (logf (1 + bootstrap->rsd * bootstrap->rsd));

  for (gsize column = 0; column < n_columns; column++)
    {
      gsize cell = profile * n_columns + column;
      out[column] = wh_draw_amount (bootstrap->estimates[cell], bootstrap->lows[cell], bootstrap->highs[cell], (guint32) column, draw,
                                    profile, bootstrap->seed, sigma);
    }
}

static double
drawn_far (const Bootstrap *bootstrap, WhPairOfRows pair, guint32 draw)
{
  float first[WH_ENGINE_COLUMNS], second[WH_ENGINE_COLUMNS];

  draw_profile (bootstrap, pair.first, draw, first);
  draw_profile (bootstrap, pair.second, draw, second);
  return wh_far (bootstrap->metric, wh_engine_distance (bootstrap->metric, first, bootstrap->masks[pair.first], second,
                                                        bootstrap->masks[pair.second], bootstrap->intervals.n_columns, NULL));
}

static void
try_bootstrap (const WhSubject *subject, const Bootstrap *bootstrap, GString *wrong)
{
  WhRun run = subject->ops->bootstrap (subject->state, bootstrap->metric, &bootstrap->intervals, bootstrap->pairs, bootstrap->n_pairs,
                                       bootstrap->n_draws, bootstrap->rsd, bootstrap->seed, bootstrap->distances, NULL);

  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "bootstrap of %zu pairs: run %d", bootstrap->n_pairs, run);
  for (gsize i = 0; i < bootstrap->n_pairs * bootstrap->n_draws && run == WH_RUN_DONE; i++)
    {
      double truth = drawn_far (bootstrap, bootstrap->pairs[i / bootstrap->n_draws], (guint32) (i % bootstrap->n_draws));
      double far = wh_far (bootstrap->metric, bootstrap->distances[i]);
      if (isnan (truth) != isnan (far) || fabs (truth - far) > DRAW_TOLERANCE)
        wh_conformance_note (wrong, "pair %zu, draw %zu: %g, not %g", i / bootstrap->n_draws, i % bootstrap->n_draws, far, truth);
    }
}

static void
check_bootstrap (const WhSubject *subject, GString *wrong)
{
  static const struct { gsize n_profiles, n_columns, n_pairs, n_draws; } shapes[]
      = { { 9, 14, 20, 130 }, { 3, 5, 1, 1 }, { 40, 64, 65, 64 }, { 3000, 8, 1100, 3 }, { 4, 4, 5, 5 }, { 2, 9, 0, 5 }, { 2, 9, 5, 0 } };

  for (WhMetric metric = 0; metric < WH_METRIC_AITCHISON; metric++)
    for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
      {
        Bootstrap bootstrap;
        bootstrap_init (&bootstrap, shapes[i].n_profiles, shapes[i].n_columns, shapes[i].n_pairs, shapes[i].n_draws, metric,
                        g_test_rand_bit () ? WH_MASKS_ONE : WH_MASKS_RANDOM);
        try_bootstrap (subject, &bootstrap, wrong);
        bootstrap_clear (&bootstrap);
      }
}

/* -- stopped before it began -- */

static void
check_cancelled (const WhSubject *subject, GString *wrong)
{
  g_autoptr (WhRows) rows = wh_rows_new (WH_METRIC_HELLINGER, 300, 9, WH_MASKS_GROUPS);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree float *distances = g_new (float, 300 * 300);
  WhNeighbour found[5];
  gsize chosen = 0, count;
  const Search search = { subject, rows, 5, 1, &chosen, NULL, found, &count };
  Bootstrap bootstrap;
  WhPairSums sums;

  g_cancellable_cancel (cancelled);
  if (run_search (&search, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "nearest goes on");
  if (subject->ops->pairs (subject->state, rows->matrix, 0, 1, NULL, &sums, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "pairs go on");
  if (subject->ops->distances (subject->state, rows->matrix, distances, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "distances go on");
  bootstrap_init (&bootstrap, 9, 9, 9, 9, WH_METRIC_HELLINGER, WH_MASKS_ONE);
  if (subject->ops->bootstrap (subject->state, bootstrap.metric, &bootstrap.intervals, bootstrap.pairs, bootstrap.n_pairs,
                               bootstrap.n_draws, bootstrap.rsd, bootstrap.seed, bootstrap.distances, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "the bootstrap goes on");
  bootstrap_clear (&bootstrap);
}

const WhConformanceCheck wh_conformance_distances[] = {
  { "nearest", check_nearest },
  { "nearest-of-many", check_nearest_of_many },
  { "many-queries", check_many_queries },
  { "ties", check_ties },
  { "pairs", check_pairs },
  { "many-pairs", check_many_pairs },
  { "repeated-pairs", check_repeated_pairs },
  { "distances", check_distances },
  { "most-distances", check_most_distances },
  { "bootstrap", check_bootstrap },
  { "cancelled", check_cancelled },
  { NULL, NULL },
};
