#include <string.h>

#include "wh-opencl-private.h"

gsize
wh_opencl_stride (gsize n_rows)
{
  return (MAX (n_rows, 1) + WH_OPENCL_BLOCK - 1) / WH_OPENCL_BLOCK * WH_OPENCL_BLOCK;
}

/* A mask of 0 says that a row has no distance: also of one that is all zero, so that whoever tested the same columns can be
 * compared without looking at sums. For Aitchison zeros are features like others. Caller frees. */
static guint64 *
make_masks (WhMetric metric, const float *features, const guint64 *masks, gsize n_rows, gsize n_columns, gsize stride)
{
  const guint64 all = G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns);
  guint64 *out = g_new0 (guint64, stride);
  gsize empty = n_rows;

  /* Hardly any row goes beyond its first columns. */
  for (gsize column = 0; column < n_columns && empty > 0; column++)
    {
      empty = 0;
      for (gsize row = 0; row < n_rows; row++)
        {
          if (metric == WH_METRIC_AITCHISON || features[column * n_rows + row] > 0)
            out[row] = masks[row] & all;
          empty += out[row] == 0;
        }
    }
  return out;
}

static void
find_one_mask (WhOpenclTable *table, const guint64 *masks)
{
  table->one_mask = TRUE;
  table->mask = 0;
  for (gsize row = 0; row < table->n_rows; row++)
    {
      if (masks[row] && !table->mask)
        table->mask = masks[row];
      table->one_mask &= masks[row] == 0 || masks[row] == table->mask;
    }
}

gboolean
wh_opencl_table_init (WhOpencl *self, WhOpenclTable *table, WhMetric metric, const float *features, const guint64 *masks, gsize n_rows,
                      gsize n_columns)
{
  const gsize stride = wh_opencl_stride (n_rows), width = n_rows * sizeof (float);
  g_autofree guint64 *known = make_masks (metric, features, masks, n_rows, n_columns, stride);

  *table = (WhOpenclTable) { .n_rows = n_rows, .n_columns = n_columns, .stride = stride };
  table->bytes = stride * (n_columns * sizeof (float) + sizeof (guint64));
  find_one_mask (table, known);
  table->features = wh_opencl_buffer (self, stride * n_columns * sizeof (float), NULL);
  table->masks = wh_opencl_buffer (self, stride * sizeof (guint64), known);
  if (table->features && table->masks
      && wh_opencl_write (self, table->features, features, (WhOpenclShape) { width, n_columns, stride * sizeof (float), width }))
    return TRUE;
  wh_opencl_table_clear (table);
  return FALSE;
}

void
wh_opencl_table_clear (WhOpenclTable *table)
{
  g_clear_pointer (&table->features, wh_opencl_release_mem);
  g_clear_pointer (&table->masks, wh_opencl_release_mem);
}

/* -- matrices that stay on the device -- */

static void
drop_last (WhOpencl *self)
{
  WhOpenclTable *table = g_queue_pop_tail (&self->tables);

  self->tables_bytes -= table->bytes;
  wh_opencl_table_clear (table);
  g_free (table);
}

void
wh_opencl_forget (WhOpencl *self)
{
  while (self->tables.length > 0)
    drop_last (self);
}

static WhOpenclTable *
find_table (WhOpencl *self, guint64 serial)
{
  for (GList *link = self->tables.head; link; link = link->next)
    if (((WhOpenclTable *) link->data)->serial == serial)
      {
        g_queue_unlink (&self->tables, link);
        g_queue_push_head_link (&self->tables, link);
        return link->data;
      }
  return NULL;
}

static WhOpenclTable *
upload (WhOpencl *self, const WhMatrix *matrix)
{
  g_autofree float *features = g_try_new (float, matrix->n_rows * matrix->n_columns + 1);
  g_autofree WhOpenclTable *table = g_new0 (WhOpenclTable, 1);

  if (!features)
    return NULL;
  wh_matrix_export (matrix, features);
  if (!wh_opencl_table_init (self, table, matrix->metric, features, matrix->masks, matrix->n_rows, matrix->n_columns))
    return NULL;
  table->serial = matrix->serial;
  g_queue_push_head (&self->tables, table);
  self->tables_bytes += table->bytes;
  return g_steal_pointer (&table);
}

WhOpenclTable *
wh_opencl_matrix (WhOpencl *self, const WhMatrix *matrix)
{
  const gsize bytes = wh_opencl_stride (matrix->n_rows) * (matrix->n_columns * sizeof (float) + sizeof (guint64));
  WhOpenclTable *table = find_table (self, matrix->serial);

  if (table)
    return table;
  if (bytes > self->tables_most)
    return NULL;
  while (self->tables_bytes + bytes > self->tables_most)
    drop_last (self);
  return upload (self, matrix);
}
