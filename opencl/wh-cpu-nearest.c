#include <math.h>
#include <string.h>

#include "wh-cpu-private.h"
#include "wh-heap.h"

#define BUNCH_TILES 8                /* tiles of queries that go over a stretch of rows while it is in the cache */
#define STRETCH_BYTES (96 * 1024)    /* of features: with the queries well inside the second-level cache */
#define FEWEST_BLOCKS 4096           /* of a slice: less is done before another thread is awake */
#define FEW_QUERIES 2                /* for which a tile would mostly be empty */

typedef struct {
  const WhCpu     *cpu;
  const WhMatrix  *matrix;
  const WhQueries *queries;
  const float     *features;        /* of the queries, n x n_columns */
  gsize            bunch, n_bunches, n_slices, n_blocks;
  WhHeap          *heaps;           /* slice by slice, one per query */
} Search;

/* A query that goes over a group by coarse products first: what it was rounded to, and by how much a coarse product can be off. */
typedef struct {
  gsize     query;
  WhHeap   *heap;
  float     features[WH_ENGINE_COLUMNS];
  gint32    pairs[WH_ENGINE_COLUMNS / 2];   /* two columns each, sixteen bits a column */
  float     doubt;
} Coarse;

/* Queries that go over a group together; the data of their hits. */
typedef struct {
  const Search  *search;
  const WhGroup *group;
  guint          n;
  Coarse         coarse[WH_CPU_TILE];
  gint32         thresholds[WH_CPU_TILE];
  gint32         packed[WH_ENGINE_COLUMNS / 2 * WH_CPU_TILE];   /* [pair][tile] */
} Tile;

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

/* The far above which no row can be among the nearest any more; a little more than exact, since rounding comes after. */
static float
limit_of (const Search *search, const WhHeap *heap)
{
  float worst = heap->n ? heap->entries[0].distance : 0;

  if (heap->n < heap->k)
    return INFINITY;
  return (search->matrix->metric == WH_METRIC_COSINE ? worst : worst * worst) * 1.000001f + 5e-7f;
}

static void
offer (const Search *search, gsize query, WhHeap *heap, guint32 row, float far)
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

/* What a coarse product must reach for the row to be looked at. */
static gint32
threshold_of (const Search *search, const Coarse *coarse)
{
  float limit = limit_of (search, coarse->heap);

  if (limit == INFINITY)
    return G_MININT32 + 1;
  return (gint32) floor ((1.0 - limit - coarse->doubt) * WH_MATRIX_COARSE * WH_MATRIX_COARSE);
}

static void
hit_cb (gpointer data, guint query, gsize block)
{
  Tile *tile = data;
  const Coarse *coarse = &tile->coarse[query];
  float products[WH_MATRIX_BLOCK], least = 1 - limit_of (tile->search, coarse->heap);

  tile->search->cpu->path->dots (tile->group->features, tile->group->n_columns, block, coarse->features, products);
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    if (products[lane] >= least)
      offer (tile->search, coarse->query, coarse->heap, tile->group->rows[block * WH_MATRIX_BLOCK + lane], 1 - products[lane]);
  tile->thresholds[query] = threshold_of (tile->search, coarse);
}

/* A product is off by what the row was rounded by, at most half a step a column, and by what the query was. */
static void
coarse_init (Coarse *coarse, const WhCpuPart *part, gsize query, WhHeap *heap)
{
  double sum = 0, squares = 0;

  *coarse = (Coarse) { .query = query, .heap = heap };
  for (guint i = 0; i < part->n; i++)
    {
      gint32 rounded = (gint32) lrintf (part->features[i] * WH_MATRIX_COARSE);
      double off = part->features[i] - (double) rounded / WH_MATRIX_COARSE;
      coarse->features[i] = part->features[i];
      coarse->pairs[i / 2] |= (gint32) ((guint32) rounded << (i % 2 * 16));
      sum += (double) rounded / WH_MATRIX_COARSE;
      squares += off * off;
    }
  coarse->doubt = (float) (0.5 / WH_MATRIX_COARSE * sum + sqrt (squares)) * 1.001f + 1e-6f;
}

/* -- over the rows of a group -- */

static void
search_part (const Search *search, const WhGroup *group, const WhCpuPart *part, gsize query, WhHeap *heap, gsize from, gsize to)
{
  float fars[WH_MATRIX_BLOCK], limit = limit_of (search, heap);

  for (gsize block = from; block < to; block++)
    {
      search->cpu->path->far[search->matrix->metric](group, block, part, fars);
      for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
        if (fars[lane] <= limit)
          {
            offer (search, query, heap, group->rows[block * WH_MATRIX_BLOCK + lane], fars[lane]);
            limit = limit_of (search, heap);
          }
    }
}

static void
tile_add (Tile *tile, guint width, const WhCpuPart *part, gsize query, WhHeap *heap)
{
  Coarse *coarse = &tile->coarse[tile->n];

  coarse_init (coarse, part, query, heap);
  for (guint pair = 0; pair < (part->n + 1) / 2; pair++)
    tile->packed[pair * width + tile->n] = coarse->pairs[pair];
  tile->n++;
}

static void
search_tile (const Search *search, Tile *tile, gsize from, gsize to)
{
  gsize n_pairs = (tile->group->n_columns + 1) / 2;

  for (guint i = 0; i < search->cpu->path->tile; i++)
    tile->thresholds[i] = i < tile->n ? threshold_of (search, &tile->coarse[i]) : G_MAXINT32;
  search->cpu->path->scan (tile->group->coarse, n_pairs, from, to, tile->packed, tile->thresholds, hit_cb, tile);
}

static void
search_one (const Search *search, const WhGroup *group, const WhCpuPart *part, gsize query, WhHeap *heap, gsize from, gsize to)
{
  Tile tile = { .search = search, .group = group };

  tile_add (&tile, 1, part, query, heap);
  tile.thresholds[0] = threshold_of (search, &tile.coarse[0]);
  search->cpu->path->scan_one (group->coarse, (group->n_columns + 1) / 2, from, to, tile.packed, tile.thresholds, hit_cb, &tile);
}

/* Queries that tested all that the group did, tile by tile over one stretch of rows after the other. */
typedef struct {
  guint n_tiles;
  Tile  tiles[BUNCH_TILES];
} Bunch;

static void
bunch_add (Bunch *bunch, const Search *search, const WhGroup *group, const WhCpuPart *part, gsize query, WhHeap *heap)
{
  guint width = search->cpu->path->tile;

  if (bunch->n_tiles == 0 || bunch->tiles[bunch->n_tiles - 1].n == width)
    bunch->tiles[bunch->n_tiles++] = (Tile) { .search = search, .group = group };
  tile_add (&bunch->tiles[bunch->n_tiles - 1], width, part, query, heap);
}

static void
search_bunch (const Search *search, Bunch *bunch, const WhGroup *group, gsize from, gsize to)
{
  gsize stretch = MAX (1, STRETCH_BYTES / (group->n_columns * WH_MATRIX_BLOCK * sizeof (gint16)));

  for (; bunch->n_tiles && from < to; from += stretch)
    for (guint i = 0; i < bunch->n_tiles; i++)
      search_tile (search, &bunch->tiles[i], from, MIN (to, from + stretch));
}

static void
search_group (const Search *search, const WhGroup *group, gsize slice, gsize first, gsize last, gsize from, gsize to)
{
  g_autofree Bunch *bunch = last - first > FEW_QUERIES ? g_new (Bunch, 1) : NULL;

  if (bunch)
    bunch->n_tiles = 0;
  for (gsize query = first; query < last; query++)
    {
      WhHeap *heap = &search->heaps[slice * search->queries->n + query];
      WhCpuPart part;
      if (!wh_cpu_part (group, search->matrix->metric, search->features + query * search->matrix->n_columns,
                        search->queries->masks[query], &part))
        continue;
      if (!wh_cpu_is_whole (group, search->matrix->metric, &part))
        search_part (search, group, &part, query, heap, from, to);
      else if (bunch)
        bunch_add (bunch, search, group, &part, query, heap);
      else
        search_one (search, group, &part, query, heap, from, to);
    }
  if (bunch)
    search_bunch (search, bunch, group, from, to);
}

/* -- the whole search: slices of rows x bunches of queries -- */

static void
search_item (gpointer data, gsize item, guint thread)
{
  const Search *search = data;
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
merge (const Search *search, gsize *out_counts)
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
plan (Search *search)
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
  Search search = { .cpu = cpu, .matrix = matrix, .queries = queries };
  g_autofree float *features = g_new (float, queries->n * matrix->n_columns + 1);
  g_autofree WhHeap *heaps = NULL;
  g_autofree WhNeighbour *others = NULL;
  gboolean complete;

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
