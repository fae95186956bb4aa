/* Clusters and moments. */
#include <math.h>
#include <string.h>

#include "wh-conformance.h"

/* A row between two centres may go to either in single precision, which moves the sum of squares by no more than rounding does;
 * near zero what counts is the size of what is subtracted, the squared length of the table. */
#define INERTIA_TOLERANCE 1e-4
#define INERTIA_ROUNDING 1e-9
#define BORDER_TOLERANCE 1e-5     /* of the largest squared length of a row: how far beyond the middle a row may be taken for nearer */
#define SPREAD_TOLERANCE 1e-4
#define MOMENT_TOLERANCE 1e-9     /* of the sum of absolute terms */

/* -- Lloyd's method -- */

typedef struct {
  WhPoints points;
  float   *values;
  guint    k;
  gsize    n_starts;
  float   *starts;
  gboolean apart;       /* no row lies between two clusters */
} Task;

typedef struct {
  double *centres;
  guint  *labels;
} Plain;

static double
squared (const float *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static double
to_centre (const Task *task, const Plain *plain, gsize row, guint centre)
{
  const gsize n = task->points.n_columns;

  return squared (task->values + row * n, plain->centres + centre * n, n);
}

static gboolean
plain_assign (const Task *task, Plain *plain)
{
  gboolean moved = FALSE;

  for (gsize row = 0; row < task->points.n_rows; row++)
    {
      guint best = 0;
      for (guint centre = 1; centre < task->k; centre++)
        if (to_centre (task, plain, row, centre) < to_centre (task, plain, row, best))
          best = centre;
      moved |= plain->labels[row] != best;
      plain->labels[row] = best;
    }
  return moved;
}

static double
plain_inertia (const Task *task, const Plain *plain)
{
  double sum = 0;

  for (gsize row = 0; row < task->points.n_rows; row++)
    sum += to_centre (task, plain, row, plain->labels[row]);
  return sum;
}

static void
count_rows (const Task *task, const Plain *plain, gsize *counts)
{
  memset (counts, 0, task->k * sizeof *counts);
  for (gsize row = 0; row < task->points.n_rows; row++)
    counts[plain->labels[row]]++;
}

/* The row that is farthest from its own centre, and not alone there, goes to a centre that has none. */
static void
fill_centre (const Task *task, Plain *plain, guint centre, gsize *counts)
{
  gsize farthest = G_MAXSIZE;

  for (gsize row = 0; row < task->points.n_rows; row++)
    if (counts[plain->labels[row]] > 1
        && (farthest == G_MAXSIZE
            || to_centre (task, plain, row, plain->labels[row]) > to_centre (task, plain, farthest, plain->labels[farthest])))
      farthest = row;
  plain->labels[farthest] = centre;
  count_rows (task, plain, counts);
}

/* Centres into the middle of their rows. */
static void
set_middles (const Task *task, Plain *plain, const gsize *counts)
{
  const gsize n = task->points.n_columns;

  memset (plain->centres, 0, task->k * n * sizeof (double));
  for (gsize row = 0; row < task->points.n_rows; row++)
    for (gsize column = 0; column < n; column++)
      plain->centres[plain->labels[row] * n + column] += task->values[row * n + column] / (double) counts[plain->labels[row]];
}

/* Inertia from one set of starts. */
static double
plain_lloyd (const Task *task, gsize start, guint most_rounds)
{
  const gsize cells = task->k * task->points.n_columns;
  g_autofree double *centres = g_new (double, cells);
  g_autofree guint *labels = g_new (guint, task->points.n_rows);
  g_autofree gsize *counts = g_new (gsize, task->k);
  Plain plain = { centres, labels };

  for (gsize i = 0; i < cells; i++)
    centres[i] = task->starts[start * cells + i];
  memset (labels, 0xff, task->points.n_rows * sizeof *labels);
  for (guint round = 0; round < MAX (1, most_rounds) && plain_assign (task, &plain); round++)
    {
      count_rows (task, &plain, counts);
      for (guint centre = 0; centre < task->k; centre++)
        if (counts[centre] == 0)
          fill_centre (task, &plain, centre, counts);
      set_middles (task, &plain, counts);
    }
  return plain_inertia (task, &plain);
}

/* Inertia of rows around the middles of their labels: what labels are worth. */
static double
inertia_of (const Task *task, guint *labels)
{
  g_autofree double *centres = g_new (double, task->k * task->points.n_columns);
  g_autofree gsize *counts = g_new (gsize, task->k);
  Plain plain = { centres, labels };

  count_rows (task, &plain, counts);
  set_middles (task, &plain, counts);
  return plain_inertia (task, &plain);
}

/* At the end no row is nearer to the middle of another cluster than to its own. */
static void
check_borders (const Task *task, guint *labels, GString *wrong)
{
  const gsize n = task->points.n_columns;
  g_autofree double *centres = g_new0 (double, task->k * n);
  g_autofree gsize *counts = g_new (gsize, task->k);
  const double origin[64] = { 0 };
  Plain plain = { centres, labels };
  double tolerance = 0;

  count_rows (task, &plain, counts);
  set_middles (task, &plain, counts);
  for (gsize row = 0; row < task->points.n_rows; row++)
    tolerance = MAX (tolerance, BORDER_TOLERANCE * squared (task->values + row * n, origin, n));
  for (gsize row = 0; row < task->points.n_rows; row++)
    for (guint centre = 0; centre < task->k; centre++)
      if (counts[centre] > 0 && to_centre (task, &plain, row, labels[row]) > to_centre (task, &plain, row, centre) + tolerance)
        wh_conformance_note (wrong, "row %zu is with %u, but nearer to %u", row, labels[row], centre);
}

static double
size_of (const Task *task)
{
  double sum = 0;

  for (gsize i = 0; i < task->points.n_rows * task->points.n_columns; i++)
    sum += (double) task->values[i] * task->values[i];
  return sum;
}

static void
compare_lloyd (const Task *task, guint most_rounds, guint *labels, gsize start, GString *wrong)
{
  double best = INFINITY, own, limit;

  if (start >= task->n_starts)
    {
      wh_conformance_note (wrong, "start %zu of %zu", start, task->n_starts);
      return;
    }
  for (gsize row = 0; row < task->points.n_rows; row++)
    if (labels[row] >= task->k)
      {
        wh_conformance_note (wrong, "label %u of %u", labels[row], task->k);
        return;
      }
  if (most_rounds > 1)
    check_borders (task, labels, wrong);
  if (!task->apart)   /* here a row on a border leads two runs to different ends, each as good as the other */
    return;
  for (gsize i = 0; i < task->n_starts; i++)
    best = MIN (best, plain_lloyd (task, i, most_rounds));
  limit = best * (1 + INERTIA_TOLERANCE) + INERTIA_ROUNDING * size_of (task);
  own = inertia_of (task, labels);
  if (!(own <= limit))
    wh_conformance_note (wrong, "%u clusters of %zu x %zu: inertia %.9g, not %.9g", task->k, task->points.n_rows, task->points.n_columns,
                         own, best);
  if (most_rounds <= 1 && !(plain_lloyd (task, start, most_rounds) <= limit))   /* later a row on a border may lead two runs apart */
    wh_conformance_note (wrong, "start %zu is not the best", start);
}

static void
try_lloyd (const WhSubject *subject, const Task *task, guint most_rounds, GString *wrong)
{
  g_autofree guint *labels = g_new0 (guint, task->points.n_rows + 1);
  gsize start = 99;
  WhRun run = subject->ops->lloyd (subject->state, &task->points, task->k, task->n_starts, task->starts, most_rounds, labels, &start,
                                   NULL);

  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "%u clusters of %zu: run %d", task->k, task->points.n_rows, run);
  else
    compare_lloyd (task, most_rounds, labels, start, wrong);
}

/* Rows around as many middles as clusters, some of them twice. Starts are rows; the last start has one of each cluster, so that
 * the best end is known however a row on a border is rounded, if clusters lie apart. */
static void
task_init (Task *task, gsize n_rows, gsize n_columns, guint k, gsize n_starts, gboolean apart)
{
  const double width = apart ? 1 : 25;
  g_autofree double *middles = g_new (double, k * n_columns);

  *task = (Task) { .points = { n_rows, n_columns, NULL }, .k = k, .n_starts = n_starts, .apart = apart };
  task->values = g_new0 (float, n_rows * n_columns);
  task->starts = g_new0 (float, n_starts * k * n_columns);
  task->points.values = task->values;
  for (gsize i = 0; i < k * n_columns; i++)
    middles[i] = g_test_rand_double_range (-30, 30);
  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      {
        double around = middles[row % k * n_columns + column] + g_test_rand_double_range (-width, width);
        gboolean twice = row >= k + 10 && row % 10 == 0;
        task->values[row * n_columns + column] = twice ? task->values[(row - 10) * n_columns + column] : (float) around;
      }
  for (gsize i = 0; i < n_starts * k; i++)
    memcpy (task->starts + i * n_columns, task->values + (gsize) g_test_rand_int_range (0, (int) n_rows) * n_columns,
            n_columns * sizeof (float));
  memcpy (task->starts + (n_starts - 1) * k * n_columns, task->values, k * n_columns * sizeof (float));
}

static void
task_clear (Task *task)
{
  g_free (task->values);
  g_free (task->starts);
}

static void
check_lloyd (const WhSubject *subject, GString *wrong)
{
  static const struct { gsize n_rows, n_columns; guint k; gsize n_starts; gboolean apart; } shapes[]
      = { { 1, 1, 1, 1, TRUE },     { 63, 3, 2, 4, TRUE },   { 64, 7, 5, 3, TRUE },  { 65, 64, 64, 2, TRUE },   { 4096, 14, 3, 3, TRUE },
          { 5000, 5, 17, 5, TRUE }, { 65, 3, 4, 3, FALSE }, { 4096, 14, 6, 2, FALSE }, { 100000, 4, 3, 2, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      Task task;
      task_init (&task, shapes[i].n_rows, shapes[i].n_columns, shapes[i].k, shapes[i].n_starts, shapes[i].apart);
      try_lloyd (subject, &task, 1000, wrong);
      task_clear (&task);
    }
}

/* As many clusters as rows; all rows equal; a start so far away that it loses all rows; one round, and none. */
static void
check_degenerate (const WhSubject *subject, GString *wrong)
{
  Task task;

  task_init (&task, 9, 3, 9, 2, TRUE);
  try_lloyd (subject, &task, 300, wrong);
  for (guint i = 0; i < 9 * 3; i++)
    task.values[i] = (float) (1 + i % 3);
  try_lloyd (subject, &task, 300, wrong);
  task_clear (&task);
  task_init (&task, 500, 4, 3, 1, TRUE);
  for (guint i = 0; i < 4; i++)
    task.starts[4 + i] = 1e4f;
  try_lloyd (subject, &task, 300, wrong);
  task_clear (&task);
  task_init (&task, 500, 4, 3, 4, TRUE);
  try_lloyd (subject, &task, 1, wrong);
  try_lloyd (subject, &task, 0, wrong);
  task_clear (&task);
}

/* -- spreads -- */

static void
try_spreads (const WhSubject *subject, gsize n_rows, gsize n_columns, guint k, gsize step, GString *wrong)
{
  const gsize n_samples = (n_rows + step - 1) / step;
  g_autofree guint *labels = g_new (guint, n_rows + 1);
  g_autofree double *sums = g_new0 (double, n_samples * k + 1);
  g_autofree double *truth = g_new (double, k);
  Task task;
  WhRun run;

  task_init (&task, n_rows, n_columns, k, 1, FALSE);
  for (gsize row = 0; row < n_rows; row++)
    labels[row] = (guint) g_test_rand_int_range (0, (int) MAX (1, k - 1));   /* the last cluster is empty */
  run = subject->ops->spreads (subject->state, &task.points, k, labels, step, sums, NULL);
  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "spreads of %zu: run %d", n_rows, run);
  for (gsize sample = 0; sample < n_samples && run == WH_RUN_DONE; sample++)
    {
      memset (truth, 0, k * sizeof *truth);
      for (gsize row = 0; row < n_rows; row++)
        {
          const float *a = task.values + sample * step * n_columns, *b = task.values + row * n_columns;
          double sum = 0;
          for (gsize column = 0; column < n_columns; column++)
            sum += ((double) a[column] - b[column]) * ((double) a[column] - b[column]);
          truth[labels[row]] += sqrt (sum);
        }
      for (guint cluster = 0; cluster < k; cluster++)
        if (!(fabs (sums[sample * k + cluster] - truth[cluster]) <= SPREAD_TOLERANCE * truth[cluster]))
          wh_conformance_note (wrong, "row %zu, cluster %u: %.9g, not %.9g", sample * step, cluster, sums[sample * k + cluster],
                               truth[cluster]);
    }
  task_clear (&task);
}

static void
check_spreads (const WhSubject *subject, GString *wrong)
{
  try_spreads (subject, 1, 1, 1, 1, wrong);
  try_spreads (subject, 63, 5, 2, 1, wrong);
  try_spreads (subject, 65, 64, 64, 7, wrong);
  try_spreads (subject, 1500, 9, 4, 1, wrong);
  try_spreads (subject, 100000, 3, 3, 4999, wrong);
}

/* -- moments -- */

static void
compare_moments (const double *x, const double *y, gsize n, const WhMoments *found, GString *wrong)
{
  const double *sums = (const double *) found;
  double truth[6] = { 0 }, sizes[6] = { 0 };

  for (gsize row = 0; row < n; row++)
    if (!isnan (x[row]) && !isnan (y[row]))
      {
        const double terms[6] = { 1, x[row], y[row], x[row] * x[row], y[row] * y[row], x[row] * y[row] };
        for (guint i = 0; i < 6; i++)
          {
            truth[i] += terms[i];
            sizes[i] += fabs (terms[i]);
          }
      }
  for (guint i = 0; i < 6; i++)
    if (!(fabs (sums[i] - truth[i]) <= MOMENT_TOLERANCE * sizes[i]))
      wh_conformance_note (wrong, "sum %u of %zu rows: %.15g, not %.15g", i, n, sums[i], truth[i]);
}

static void
try_moments (const WhSubject *subject, gsize n_rows, gsize n_columns, GString *wrong)
{
  g_autofree double *columns = g_new (double, n_rows * n_columns + 1);
  g_autofree WhMoments *moments = g_new0 (WhMoments, n_columns * (n_columns + 1) / 2 + 1);
  WhRun run;

  for (gsize i = 0; i < n_rows * n_columns; i++)
    columns[i] = i / MAX (1, n_rows) == 2 || g_test_rand_int_range (0, 4) == 0 ? NAN : g_test_rand_double_range (-3, 20);
  run = subject->ops->moments (subject->state, columns, n_rows, n_columns, moments, NULL);
  if (run == WH_RUN_UNABLE && !subject->doubles)
    return;
  if (run != WH_RUN_DONE)
    wh_conformance_note (wrong, "moments of %zu x %zu: run %d", n_rows, n_columns, run);
  for (gsize i = 0; i < n_columns && run == WH_RUN_DONE; i++)
    for (gsize j = 0; j <= i; j++)
      compare_moments (columns + i * n_rows, columns + j * n_rows, n_rows, &moments[i * (i + 1) / 2 + j], wrong);
}

static void
check_moments (const WhSubject *subject, GString *wrong)
{
  static const gsize rows[] = { 0, 1, 63, 64, 65, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    try_moments (subject, rows[i], (gsize) g_test_rand_int_range (1, 20), wrong);
  try_moments (subject, 30, 256, wrong);
  try_moments (subject, 100000, 5, wrong);
}

static void
check_cancelled (const WhSubject *subject, GString *wrong)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  const double columns[8] = { 0 };
  WhMoments moments[3];
  guint labels[100] = { 0 };
  double sums[100 * 2];
  gsize start;
  Task task;

  g_cancellable_cancel (cancelled);
  task_init (&task, 100, 4, 2, 1, TRUE);
  if (subject->ops->lloyd (subject->state, &task.points, 2, 1, task.starts, 300, labels, &start, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "clusters go on");
  memset (labels, 0, sizeof labels);
  if (subject->ops->spreads (subject->state, &task.points, 2, labels, 1, sums, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "spreads go on");
  if (subject->ops->moments (subject->state, columns, 4, 2, moments, cancelled) != WH_RUN_CANCELLED)
    wh_conformance_note (wrong, "moments go on");
  task_clear (&task);
}

const WhConformanceCheck wh_conformance_tables[] = {
  { "lloyd", check_lloyd },
  { "degenerate-clusters", check_degenerate },
  { "spreads", check_spreads },
  { "moments", check_moments },
  { "cancelled-tables", check_cancelled },
  { NULL, NULL },
};
