#include <string.h>

#include "wh-matrix-private.h"
#include "wh-opencl-wire.h"

/* What a group is, beside its arrays. */
typedef struct {
  guint64 mask, n_rows, n_blocks;
  guint32 n_columns, is_mixed;
  guint8  columns[WH_ENGINE_COLUMNS];
} Head;

struct _WhOpenclMatrix {
  WhMatrix       matrix;
  WhOpenclParcel parcel;
};

static void
add_piece (GArray *pieces, gconstpointer data, gsize bytes)
{
  WhOpenclPiece piece = { (void *) data, bytes };

  g_array_append_val (pieces, piece);
}

GArray *
wh_opencl_wire_matrix (const WhMatrix *matrix, WhOpenclRequest *request, gpointer *out_heads)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (WhOpenclPiece));
  Head *heads = g_new0 (Head, matrix->n_groups + 1);

  request->serial = matrix->serial;
  request->sizes[0] = matrix->metric;
  request->sizes[1] = matrix->n_rows;
  request->sizes[2] = matrix->n_columns;
  request->sizes[3] = matrix->n_groups;
  add_piece (pieces, matrix->masks, matrix->n_rows * sizeof *matrix->masks);
  add_piece (pieces, heads, matrix->n_groups * sizeof *heads);
  for (guint i = 0; i < matrix->n_groups; i++)
    {
      const WhGroup *group = &matrix->groups[i];
      gsize n_places = group->n_blocks * WH_MATRIX_BLOCK, cells = n_places * group->n_columns * sizeof (float);
      heads[i] = (Head) { group->mask, group->n_rows, group->n_blocks, group->n_columns, group->tested != NULL, { 0 } };
      memcpy (heads[i].columns, group->columns, sizeof heads[i].columns);
      add_piece (pieces, group->rows, n_places * sizeof *group->rows);
      add_piece (pieces, group->features, cells);
      add_piece (pieces, group->tested, group->tested ? cells : 0);
    }
  *out_heads = heads;
  return pieces;
}

static gboolean
take_group (WhOpenclMatrix *held, WhGroup *group, const Head *head)
{
  WhOpenclParcel *parcel = &held->parcel;
  gsize n_places;

  if (head->n_columns > held->matrix.n_columns || head->n_rows > held->matrix.n_rows
      || head->n_blocks != (head->n_rows + WH_MATRIX_BLOCK - 1) / WH_MATRIX_BLOCK)
    return FALSE;
  n_places = head->n_blocks * WH_MATRIX_BLOCK;
  *group = (WhGroup) { .mask = head->mask, .n_rows = head->n_rows, .n_blocks = head->n_blocks, .n_columns = head->n_columns };
  for (guint i = 0; i < head->n_columns; i++)
    if ((group->columns[i] = head->columns[i]) >= held->matrix.n_columns)
      return FALSE;
  group->rows = wh_opencl_wire_take (parcel, n_places, sizeof *group->rows);
  group->features = wh_opencl_wire_take (parcel, n_places * head->n_columns, sizeof *group->features);
  group->tested = wh_opencl_wire_take (parcel, head->is_mixed ? n_places * head->n_columns : 0, sizeof *group->tested);
  if (!group->rows || !group->features || !group->tested)
    return FALSE;
  if (!head->is_mixed)
    group->tested = NULL;
  for (gsize i = 0; i < n_places; i++)
    if (i < head->n_rows ? group->rows[i] >= held->matrix.n_rows : group->rows[i] != G_MAXUINT32)
      return FALSE;
  return TRUE;
}

static gboolean
take_groups (WhOpenclMatrix *held)
{
  WhMatrix *matrix = &held->matrix;
  const Head *heads;

  matrix->masks = wh_opencl_wire_take (&held->parcel, matrix->n_rows, sizeof *matrix->masks);
  heads = wh_opencl_wire_take (&held->parcel, matrix->n_groups, sizeof *heads);
  for (guint i = 0; matrix->masks && heads && i < matrix->n_groups; i++)
    if (!take_group (held, &matrix->groups[i], &heads[i]))
      return FALSE;
  return matrix->masks && heads;
}

WhOpenclMatrix *
wh_opencl_wire_matrix_new (const WhOpenclRequest *request, WhOpenclParcel *parcel)
{
  WhOpenclMatrix *held = g_new0 (WhOpenclMatrix, 1);
  const guint64 *sizes = request->sizes;

  held->parcel = *parcel;
  parcel->base = NULL;
  if (sizes[0] < WH_N_METRICS && sizes[1] < G_MAXUINT32 && sizes[2] >= 1 && sizes[2] <= WH_ENGINE_COLUMNS && sizes[3] <= sizes[1])
    {
      held->matrix = (WhMatrix) { .serial = request->serial, .metric = (WhMetric) sizes[0], .n_rows = sizes[1], .n_columns = sizes[2],
                                  .n_groups = (guint) sizes[3], .groups = g_new0 (WhGroup, sizes[3] + 1) };
      g_atomic_ref_count_init (&held->matrix.ref_count);
      if (take_groups (held))
        return held;
    }
  wh_opencl_wire_matrix_free (held);
  return NULL;
}

const WhMatrix *
wh_opencl_wire_matrix_get (const WhOpenclMatrix *matrix)
{
  return &matrix->matrix;
}

gsize
wh_opencl_wire_matrix_size (const WhOpenclMatrix *matrix)
{
  return matrix->parcel.bytes;
}

void
wh_opencl_wire_matrix_free (WhOpenclMatrix *matrix)
{
  g_free (matrix->matrix.groups);
  wh_opencl_wire_unmap (&matrix->parcel);
  g_free (matrix);
}
