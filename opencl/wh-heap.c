#include "wh-heap.h"

static gboolean
farther (const WhNeighbour *a, const WhNeighbour *b)
{
  return a->distance > b->distance || (a->distance == b->distance && a->row > b->row);
}

static void
swap (WhNeighbour *a, WhNeighbour *b)
{
  WhNeighbour kept = *a;

  *a = *b;
  *b = kept;
}

static void
sift_down (WhNeighbour *heap, gsize n, gsize i)
{
  for (;;)
    {
      gsize largest = i, left = 2 * i + 1, right = 2 * i + 2;
      if (left < n && farther (&heap[left], &heap[largest]))
        largest = left;
      if (right < n && farther (&heap[right], &heap[largest]))
        largest = right;
      if (largest == i)
        return;
      swap (&heap[i], &heap[largest]);
      i = largest;
    }
}

static void
sift_up (WhNeighbour *heap, gsize i)
{
  for (; i > 0 && farther (&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
    swap (&heap[i], &heap[(i - 1) / 2]);
}

void
wh_heap_offer (WhHeap *heap, WhNeighbour candidate)
{
  if (heap->n < heap->k)
    {
      heap->entries[heap->n] = candidate;
      sift_up (heap->entries, heap->n++);
    }
  else if (heap->k > 0 && farther (&heap->entries[0], &candidate))
    {
      heap->entries[0] = candidate;
      sift_down (heap->entries, heap->k, 0);
    }
}

void
wh_heap_sort (WhHeap *heap)
{
  for (gsize n = heap->n; n > 1; n--)
    {
      swap (&heap->entries[0], &heap->entries[n - 1]);
      sift_down (heap->entries, n - 1, 0);
    }
}
