/* wh-change.h: the only atom that sync carries, the ledger stores, importers emit and the audit trail records. */
#pragma once

#include "wh-entity.h"

G_BEGIN_DECLS

typedef enum {
  WH_CHANGE_PUT,      /* create or replace */
  WH_CHANGE_DELETE,   /* leaves a tombstone */
} WhChangeOp;

typedef struct {
  gint64     seq;      /* commit order; 0 before it is stored */
  gint64     base_revision;   /* of the row it was made on; 0: there was none, or it does not matter */
  gboolean   follows;  /* whoever applies the changes beside it makes this one himself */
  guint64    given;    /* fields that PUT means, a bit per field of the kind's table; 0: all of them */
  WhChangeOp op;
  WhKind     kind;
  WhId       id;
  WhEntity  *entity;   /* the row for PUT, owned; NULL for DELETE */
} WhChange;

WhChange *wh_change_new_put    (gconstpointer entity);               /* takes a reference */
WhChange *wh_change_new_delete (WhKind kind, WhId id);
void      wh_change_free       (WhChange *change);
const char *wh_change_op_key   (WhChangeOp op);                      /* "put", "delete" */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhChange, wh_change_free)

G_END_DECLS
