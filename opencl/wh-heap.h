/* wh-heap.h: the k nearest so far, the farthest on top; of equally far ones the higher row counts as farther. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

typedef struct {
  WhNeighbour *entries;   /* room for k */
  gsize        n, k;
} WhHeap;

/* Takes the candidate in if it is among the k nearest. */
void wh_heap_offer (WhHeap *heap, WhNeighbour candidate);
/* Nearest first; the heap is one no more. */
void wh_heap_sort  (WhHeap *heap);

G_END_DECLS
