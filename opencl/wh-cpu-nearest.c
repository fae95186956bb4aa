#include <math.h>
#include <string.h>

#include "wh-cpu-search.h"

#define BUNCH_TILES 16               /* tiles of queries that go over the rows together */
#define STRETCH 32                   /* blocks that stay in the cache while all queries go over them */
#define FEWEST_BLOCKS 4096           /* of a slice: less is done before another thread is awake */

/* -- parts: a query cut down to a group -- */

gboolean
wh_cpu_part (const WhGroup *group, WhMetric metric, const float *features, guint64 mask, WhCpuPart *out_part)
{
  double norm = 0;

  out_part->n = 0;
  if (__builtin_popcountll (group->mask & mask) < WH_ENGINE_MIN_SHARED)
    return FALSE;
  for (guint place = 0; place < group->n_columns; place++)
    if (mask >> group->columns[place] & 1)
      {
        float feature = features[group->columns[place]];
        out_part->places[out_part->n] = (guint8) place;
        out_part->features[out_part->n++] = feature;
        norm += (double) feature * feature;
      }
  out_part->norm = metric == WH_METRIC_AITCHISON ? 1 : (float) sqrt (norm);
  for (guint i = 0; i < out_part->n && out_part->norm > 0 && metric != WH_METRIC_JENSEN_SHANNON; i++)
    out_part->features[i] /= out_part->norm;
  return out_part->norm > 0;
}

gboolean
wh_cpu_is_whole (const WhGroup *group, WhMetric metric, const WhCpuPart *part)
{
  return (metric == WH_METRIC_HELLINGER || metric == WH_METRIC_COSINE) && !group->tested && part->n == group->n_columns;
}

float
wh_cpu_distance (WhMetric metric, float far)
{
  float positive = MAX (0, far);

  return metric == WH_METRIC_COSINE ? positive : sqrtf (positive);
}

/* -- offering rows -- */

float
wh_cpu_search_limit (const WhCpuSearch *search, const WhHeap *heap)
{
  float worst = heap->n ? heap->entries[0].distance : 0;

  if (heap->n < heap->k)
    return INFINITY;
  return (search->matrix->metric == WH_METRIC_COSINE ? worst : worst * worst) * 1.000001f + 5e-7f;
}

void
wh_cpu_search_offer (const WhCpuSearch *search, gsize query, WhHeap *heap, guint32 row, float far)
{
  guint32 exclude = search->queries->excludes ? search->queries->excludes[query] : G_MAXUINT32;
  WhNeighbour candidate = { row, 0, 0 };

  if (row == G_MAXUINT32 || row == exclude || far == INFINITY)
    return;
  candidate.shared = (guint32) __builtin_popcountll (search->queries->masks[query] & search->matrix->masks[row]);
  candidate.distance = wh_cpu_distance (search->matrix->metric, far);
  if (candidate.shared >= WH_ENGINE_MIN_SHARED)
    wh_heap_offer (heap, candidate);
}

/* -- over the rows of a group -- */

/* Queries that tested only a part of what a group did, or any query of a mixed group. */
typedef struct {
  gsize     query;
  WhHeap   *heap;
  WhCpuPart part;
} PartQuery;

static void
search_part (const WhCpuSearch *search, const WhGroup *group, const PartQuery *query, gsize from, gsize to)
{
  float fars[WH_MATRIX_BLOCK], limit = wh_cpu_search_limit (search, query->heap);

  for (gsize block = from; block < to; block++)
    {
      search->cpu->path->far[search->matrix->metric](group, block, &query->part, fars);
      for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
        if (fars[lane] <= limit)
          {
            wh_cpu_search_offer (search, query->query, query->heap, group->rows[block * WH_MATRIX_BLOCK + lane], fars[lane]);
            limit = wh_cpu_search_limit (search, query->heap);
          }
    }
}

/* One stretch of rows after the other, so that it is read once for all queries. */
static void
search_parts (const WhCpuSearch *search, const WhGroup *group, const PartQuery *queries, gsize n, gsize from, gsize to)
{
  for (; n > 0 && from < to; from += STRETCH)
    for (gsize i = 0; i < n; i++)
      search_part (search, group, &queries[i], from, MIN (to, from + STRETCH));
}

static void
search_group (const WhCpuSearch *search, const WhGroup *group, gsize slice, gsize first, gsize last, gsize from, gsize to)
{
  g_autoptr (WhCpuLooks) looks = group->coarse ? wh_cpu_looks_new (search, group, last - first) : NULL;
  g_autofree PartQuery *parts = g_new (PartQuery, last - first);
  gsize n_parts = 0;

  for (gsize query = first; query < last; query++)
    {
      PartQuery *next = &parts[n_parts];
      *next = (PartQuery) { .query = query, .heap = &search->heaps[slice * search->queries->n + query] };
      if (!wh_cpu_part (group, search->matrix->metric, search->features + query * search->matrix->n_columns,
                        search->queries->masks[query], &next->part))
        continue;
      if (wh_cpu_is_whole (group, search->matrix->metric, &next->part))
        wh_cpu_looks_add (looks, &next->part, query, next->heap);
      else
        n_parts++;
    }
  search_parts (search, group, parts, n_parts, from, to);
  if (looks)
    wh_cpu_looks_run (looks, from, to);
}

/* -- the whole search: slices of rows x bunches of queries -- */

static void
search_item (gpointer data, gsize item, guint thread)
{
  const WhCpuSearch *search = data;
  gsize slice = item / search->n_bunches, first = item % search->n_bunches * search->bunch;
  gsize from = slice * search->n_blocks / search->n_slices, to = (slice + 1) * search->n_blocks / search->n_slices, start = 0;

  for (guint i = 0; i < search->matrix->n_groups; start += search->matrix->groups[i++].n_blocks)
    {
      const WhGroup *group = &search->matrix->groups[i];
      gsize begin = MAX (from, start), end = MIN (to, start + group->n_blocks);
      if (begin < end)
        search_group (search, group, slice, first, MIN (search->queries->n, first + search->bunch), begin - start, end - start);
    }
}

/* The first slice's heaps are where the result goes; the others' are taken into them at the end. */
static void
merge (const WhCpuSearch *search, gsize *out_counts)
{
  gsize n = search->queries->n;

  for (gsize query = 0; query < n; query++)
    {
      WhHeap *heap = &search->heaps[query];
      for (gsize slice = 1; slice < search->n_slices; slice++)
        for (gsize i = 0; i < search->heaps[slice * n + query].n; i++)
          wh_heap_offer (heap, search->heaps[slice * n + query].entries[i]);
      wh_heap_sort (heap);
      out_counts[query] = heap->n;
    }
}

static void
plan (WhCpuSearch *search)
{
  gsize threads = wh_workers_count (search->cpu->workers), n = search->queries->n;

  for (guint i = 0; i < search->matrix->n_groups; i++)
    search->n_blocks += search->matrix->groups[i].n_blocks;
  search->bunch = MIN ((gsize) search->cpu->path->tile * BUNCH_TILES, MAX (1, (n + threads - 1) / threads));
  search->n_bunches = (n + search->bunch - 1) / search->bunch;
  search->n_slices = search->n_bunches >= threads ? 1 : threads;
  search->n_slices = CLAMP (search->n_slices, 1, MAX (1, search->n_blocks / FEWEST_BLOCKS));
}

WhRun
wh_cpu_nearest (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours, gsize *out_counts,
                GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  WhCpuSearch search = { .cpu = cpu, .matrix = matrix, .queries = queries, .k = k };
  g_autofree float *features = g_new (float, queries->n * matrix->n_columns + 1);
  g_autofree WhHeap *heaps = NULL;
  g_autofree WhNeighbour *others = NULL;
  gboolean complete;

  memset (out_counts, 0, queries->n * sizeof *out_counts);
  if (k == 0)
    return WH_RUN_DONE;
  plan (&search);
  search.features = features;
  search.heaps = heaps = g_new0 (WhHeap, search.n_slices * queries->n + 1);
  others = g_new (WhNeighbour, (search.n_slices - 1) * queries->n * k + 1);
  for (gsize query = 0; query < queries->n; query++)
    wh_matrix_features (matrix->metric, queries->values + query * matrix->n_columns, queries->masks[query], matrix->n_columns,
                        features + query * matrix->n_columns);
  for (gsize i = 0; i < search.n_slices * queries->n; i++)
    heaps[i] = (WhHeap) { i < queries->n ? out_neighbours + i * k : others + (i - queries->n) * k, 0, k };
  complete = wh_workers_run (cpu->workers, search.n_slices * search.n_bunches, search_item, &search, cancellable);
  merge (&search, out_counts);
  return complete ? WH_RUN_DONE : WH_RUN_CANCELLED;
}
