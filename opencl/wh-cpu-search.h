/* wh-cpu-search.h: one search for nearest rows, as its parts see it. */
#pragma once

#include "wh-cpu-private.h"
#include "wh-heap.h"

G_BEGIN_DECLS

typedef struct {
  const WhCpu     *cpu;
  const WhMatrix  *matrix;
  const WhQueries *queries;
  const float     *features;        /* of the queries, n x n_columns */
  gsize            k;
  gsize            bunch, n_bunches, n_slices, n_blocks;
  WhHeap          *heaps;           /* slice by slice, one per query */
} WhCpuSearch;

/* The far above which no row can be among the nearest any more; a little more than exact, since rounding comes after. */
float wh_cpu_search_limit (const WhCpuSearch *search, const WhHeap *heap);
void  wh_cpu_search_offer (const WhCpuSearch *search, gsize query, WhHeap *heap, guint32 row, float far);

/* Queries that tested all that a group did, by coarse estimates first. */
typedef struct _WhCpuLooks WhCpuLooks;

WhCpuLooks *wh_cpu_looks_new  (const WhCpuSearch *search, const WhGroup *group, gsize most);
void        wh_cpu_looks_add  (WhCpuLooks *looks, const WhCpuPart *part, gsize query, WhHeap *heap);
/* Blocks from..to for all that were added, into their heaps. */
void        wh_cpu_looks_run  (WhCpuLooks *looks, gsize from, gsize to);
void        wh_cpu_looks_free (WhCpuLooks *looks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCpuLooks, wh_cpu_looks_free)

G_END_DECLS
