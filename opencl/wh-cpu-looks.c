/* Whole queries over a group: every row is estimated from its bytes with a bound on the error; the rows that may be among the
 * nearest are noted, and only they are computed in full, at the end. The result is that of computing all. */
#include <math.h>
#include <string.h>

#include "wh-cpu-search.h"

#define STRETCH_BYTES (64 * 1024)    /* of rows: with the queries well inside the second-level cache */
#define FEW_QUERIES 2                /* for which a tile would mostly be empty */
#define MOST_PAIR_STEPS 126          /* of two neighbouring columns together: 255 times as much, and rounding, still fits sixteen bits */
#define MOST_PRODUCT 32700           /* of steps with steps: sixteen bits, and a little for the rounding of the steps' length itself */
#define ROUNDING 2e-6f               /* of single precision, in an estimate */
#define LINE (64 / sizeof (float))   /* of the cache */
#define MOST_NOTES 8192              /* rows noted before they are looked at */

typedef struct {
  guint32 position;    /* in the group */
  float   estimate;
} Note;

typedef struct {
  gsize       query;
  WhHeap     *heap;                          /* of rows computed in full */
  WhHeap      best;                          /* of estimates, as negative distances */
  Note       *notes;                         /* room for MOST_NOTES */
  guint       n_notes;
  float       features[WH_ENGINE_COLUMNS];   /* filled up with 0 */
  float       base;                          /* product with the group's middle */
  float       doubt;                         /* by which an estimate can be off */
  float       floor;                         /* what those computed in full leave open */
  signed char steps[WH_ENGINE_COLUMNS];
  gint32      offset;
  float       scale;
} Look;

struct _WhCpuLooks {
  const WhCpuSearch *search;
  const WhGroup     *group;
  gsize              n;
  Look              *looks;
};

/* The data of hits. */
typedef struct {
  WhCpuLooks *looks;
  Look       *first;      /* of the tile */
  WhCpuBatch *batch;
} Tile;

/* -- making a look -- */

/* The step that keeps every sum of products within sixteen bits: a sum is at most the product of both lengths, and rounding lengthens
 * what stands in one half of the quads by half a step a column at most. */
static float
step_of (const WhCoarse *coarse, const float *away, guint n)
{
  double longest = (double) coarse->longest / coarse->step, rounding = 0.5 * sqrt (2.0 * coarse->n_quads);
  double most = 1e-6, squares = 0;

  for (guint i = 0; i < n; i += 2)
    most = MAX (most, fabs (away[i]) + fabs (away[i + 1]));
  for (guint i = 0; i < n; i++)
    squares += (double) away[i] * away[i];
  return (float) MAX (most / MOST_PAIR_STEPS, sqrt (squares) * longest / (MOST_PRODUCT - rounding * longest));
}

static void
take_steps (Look *look, const WhCoarse *coarse, const float *away, guint n)
{
  float step = step_of (coarse, away, n);
  gint32 sums[2] = { 0 };
  double off = 0, sum = 0;

  for (guint i = 0; i < n; i++)
    {
      look->steps[i] = (signed char) lrintf (away[i] / step);
      sums[i % 4 / 2] += look->steps[i];
      sum += fabs (away[i]);
      off += ((double) away[i] - look->steps[i] * (double) step) * ((double) away[i] - look->steps[i] * (double) step);
    }
  look->offset = (gint32) ((guint16) (-128 * sums[0]) | (guint32) (guint16) (-128 * sums[1]) << 16);
  look->scale = step * coarse->step;
  look->doubt = (float) (sum * coarse->step / 2 + sqrt (off) * coarse->longest) * 1.0001f + ROUNDING;
}

/* Within the doubt of the k-th nearest. */
static void
find_floor (const WhCpuLooks *looks, Look *look)
{
  look->floor = 1 - wh_cpu_search_limit (looks->search, look->heap) - look->base - look->doubt;
}

void
wh_cpu_looks_add (WhCpuLooks *looks, const WhCpuPart *part, gsize query, WhHeap *heap)
{
  const WhCoarse *coarse = looks->group->coarse;
  Look *look = &looks->looks[looks->n++];
  float away[WH_ENGINE_COLUMNS + 1] = { 0 };
  double base = 0;

  *look = (Look) { .query = query, .heap = heap, .notes = g_new (Note, MOST_NOTES) };
  look->best = (WhHeap) { g_new (WhNeighbour, looks->search->k), 0, looks->search->k };
  for (guint i = 0; i < part->n; i++)
    {
      look->features[i] = part->features[i];
      away[i] = part->features[i] - coarse->middle[i];
      base += (double) part->features[i] * coarse->middle[i];
    }
  look->base = (float) base;
  take_steps (look, coarse, away, part->n);
  find_floor (looks, look);
}

WhCpuLooks *
wh_cpu_looks_new (const WhCpuSearch *search, const WhGroup *group, gsize most)
{
  WhCpuLooks *looks = g_new0 (WhCpuLooks, 1);

  looks->search = search;
  looks->group = group;
  looks->looks = g_new (Look, most);
  return looks;
}

void
wh_cpu_looks_free (WhCpuLooks *looks)
{
  for (gsize i = 0; i < looks->n; i++)
    {
      g_free (looks->looks[i].notes);
      g_free (looks->looks[i].best.entries);
    }
  g_free (looks->looks);
  g_free (looks);
}

/* -- noting, and looking at what was noted -- */

/* What a row must be estimated at: within twice the doubt of the k-th best estimate, and not below the floor. */
static float
threshold_of (const Look *look)
{
  float among = look->best.n == look->best.k ? -look->best.entries[0].distance - 2 * look->doubt : -INFINITY;

  return MAX (among, look->floor);
}

static void
settle (const WhCpuLooks *looks, Look *look)
{
  const WhGroup *group = looks->group;
  const WhCoarse *coarse = group->coarse;
  float threshold = threshold_of (look);

  for (guint i = 0; i < look->n_notes; i++)
    {
      const Note *note = &look->notes[i];
      for (gsize column = 0; note->estimate >= threshold && column < coarse->stride; column += LINE)
        __builtin_prefetch (coarse->lines + note->position * coarse->stride + column);
    }
  for (guint i = 0; i < look->n_notes; i++)
    {
      const Note *note = &look->notes[i];
      float product;
      if (note->estimate < threshold)
        continue;
      product = looks->search->cpu->path->dot (coarse->lines + note->position * coarse->stride, look->features, coarse->stride);
      wh_cpu_search_offer (looks->search, look->query, look->heap, group->rows[note->position], 1 - product);
      find_floor (looks, look);
      threshold = MAX (threshold, look->floor);
    }
  look->n_notes = 0;
  look->best.n = 0;
}

static void
hit_cb (gpointer data, guint query, gsize block, guint32 reached, const float *estimates)
{
  Tile *tile = data;
  Look *look = &tile->first[query];
  const WhCpuSearch *search = tile->looks->search;
  guint32 exclude = search->queries->excludes ? search->queries->excludes[look->query] : G_MAXUINT32;

  for (; reached; reached &= reached - 1)
    {
      guint lane = (guint) __builtin_ctz (reached);
      Note note = { (guint32) (block * WH_MATRIX_BLOCK + lane), estimates[lane] };
      if (note.position >= tile->looks->group->n_rows || tile->looks->group->rows[note.position] == exclude)
        continue;
      wh_heap_offer (&look->best, (WhNeighbour) { note.position, 0, -note.estimate });
      look->notes[look->n_notes++] = note;
    }
  if (look->n_notes > MOST_NOTES - WH_MATRIX_BLOCK)
    settle (tile->looks, look);
  tile->batch->thresholds[query] = threshold_of (look);
}

/* -- running -- */

/* Looks side by side, `width` of them; places without one never hit. */
static void
pack (const WhCpuLooks *looks, gsize first, guint width, WhCpuBatch *out_batch)
{
  memset (out_batch, 0, sizeof *out_batch);
  for (guint i = 0; i < width; i++)
    {
      const Look *look = first + i < looks->n ? &looks->looks[first + i] : NULL;
      out_batch->thresholds[i] = look ? threshold_of (look) : INFINITY;
      for (gsize quad = 0; look && quad < looks->group->coarse->n_quads; quad++)
        memcpy (&out_batch->steps[quad * width + i], look->steps + 4 * quad, 4);
      out_batch->offsets[i] = look ? look->offset : 0;
      out_batch->scales[i] = look ? look->scale : 0;
    }
}

static void
run_tiles (WhCpuLooks *looks, gsize from, gsize to)
{
  const WhCpuPath *path = looks->search->cpu->path;
  gsize n_tiles = (looks->n + path->tile - 1) / path->tile;
  gsize stretch = MAX (1, STRETCH_BYTES / (looks->group->coarse->n_quads * 4 * WH_MATRIX_BLOCK));
  g_autofree WhCpuBatch *batches = g_new (WhCpuBatch, n_tiles);

  for (gsize i = 0; i < n_tiles; i++)
    pack (looks, i * path->tile, path->tile, &batches[i]);
  for (; from < to; from += stretch)
    for (gsize i = 0; i < n_tiles; i++)
      {
        Tile tile = { looks, looks->looks + i * path->tile, &batches[i] };
        path->scan (looks->group->coarse, from, MIN (to, from + stretch), &batches[i], hit_cb, &tile);
      }
}

void
wh_cpu_looks_run (WhCpuLooks *looks, gsize from, gsize to)
{
  WhCpuBatch batch;

  if (looks->n > FEW_QUERIES)
    run_tiles (looks, from, to);
  else
    for (gsize i = 0; i < looks->n; i++)
      {
        Tile tile = { looks, looks->looks + i, &batch };
        pack (looks, i, 1, &batch);
        looks->search->cpu->path->scan_one (looks->group->coarse, from, to, &batch, hit_cb, &tile);
      }
  for (gsize i = 0; i < looks->n; i++)
    settle (looks, &looks->looks[i]);
}
