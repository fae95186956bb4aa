#include <cblas.h>
#include <math.h>
#include <string.h>

#include "wh-bench.h"

#define STRETCH 2048      /* rows of one product, which then is still in the cache when it is looked through */
#define LOOK 16

static const float *table;
static gsize n_table_rows, n_table_columns;
static float *products;   /* [queries][STRETCH] */
static gsize products_size;

static gboolean
open_blas (const float *rows, gsize n_rows, gsize n_columns)
{
  openblas_set_num_threads (1);
  table = rows;
  n_table_rows = n_rows;
  n_table_columns = n_columns;
  return TRUE;
}

static void
close_blas (void)
{
  g_clear_pointer (&products, g_free);
  products_size = 0;
}

/* Sorted insertion: k is small and it happens rarely. */
static void
insert (float *best, gint64 *rows, gsize k, float product, gint64 row)
{
  gsize at = k - 1;

  for (; at > 0 && best[at - 1] < product; at--)
    {
      best[at] = best[at - 1];
      rows[at] = rows[at - 1];
    }
  best[at] = product;
  rows[at] = row;
}

/* Sixteen products at once against the smallest of the best, so that the peer loses nothing by looking one by one. */
static void
look_through (const float *row, gsize n, gsize first_row, gsize k, float *best, gint64 *rows)
{
  gsize i = 0;

  for (; i + LOOK <= n; i += LOOK)
    {
      guint32 over = 0;
      for (guint j = 0; j < LOOK; j++)
        over |= row[i + j] > best[k - 1];
      for (guint j = 0; over && j < LOOK; j++)
        if (row[i + j] > best[k - 1])
          insert (best, rows, k, row[i + j], (gint64) (first_row + i + j));
    }
  for (; i < n; i++)
    if (row[i] > best[k - 1])
      insert (best, rows, k, row[i], (gint64) (first_row + i));
}

static void
top_blas (const float *queries, gsize n_queries, gsize k, float *out_products, gint64 *out_rows)
{
  if (products_size < n_queries)
    {
      products = g_renew (float, products, n_queries * STRETCH);
      products_size = n_queries;
    }
  for (gsize i = 0; i < n_queries * k; i++)
    out_products[i] = -INFINITY;
  for (gsize first = 0; first < n_table_rows; first += STRETCH)
    {
      gsize n = MIN (STRETCH, n_table_rows - first);
      cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n_queries, (int) n, (int) n_table_columns, 1, queries,
                   (int) n_table_columns, table + first * n_table_columns, (int) n_table_columns, 0, products, STRETCH);
      for (gsize query = 0; query < n_queries; query++)
        look_through (products + query * STRETCH, n, first, k, out_products + query * k, out_rows + query * k);
    }
}

const WhBenchPeer wh_bench_blas = { "OpenBLAS", open_blas, top_blas, close_blas };

gboolean
wh_bench_multiply (const float *queries, gsize n_queries, const float *rows, gsize n_rows, gsize n_columns, float *out)
{
  openblas_set_num_threads (1);
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n_queries, (int) n_rows, (int) n_columns, 1, queries, (int) n_columns, rows,
               (int) n_columns, 0, out, (int) n_rows);
  return TRUE;
}

const char *
wh_bench_blas_core (void)
{
  return openblas_get_corename ();
}
