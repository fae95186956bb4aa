/* wh-edit.h: a change that somebody asks for, before anybody has looked whether it may be made.
 *
 * It names the fields it means; the rest of the row stays as it is. What becomes of it is a WhChange. */
#pragma once

#include "wh-entity.h"

G_BEGIN_DECLS

typedef enum {
  WH_EDIT_CREATE,     /* a row that is not there yet */
  WH_EDIT_CHANGE,     /* the given fields of a row that is there */
  WH_EDIT_REPLACE,    /* the whole row, there or not; fields that are not given become empty */
  WH_EDIT_DELETE,
  WH_N_EDIT_OPS
} WhEditOp;

typedef struct {
  WhEditOp  op;
  WhKind    kind;
  WhId      id;           /* of a new row: its id, or none for a fresh one */
  gint64    base;         /* revision of the row it was made on; 0: whatever is there */
  gboolean  with_parts;   /* DELETE: what belongs to the row alone goes along */
  WhEntity *row;          /* values of the given fields; NULL for DELETE; owned */
  guint64   given;        /* a bit per field of the kind's table */
} WhEdit;

WhEdit     *wh_edit_new      (WhEditOp op, WhKind kind, WhId id);
void        wh_edit_free     (WhEdit *edit);
const char *wh_edit_op_key   (WhEditOp op);                        /* "create", "change", "replace", "delete" */
gboolean    wh_edit_op_parse (const char *key, WhEditOp *out_op);

/* Marks a field of edit->row as given. */
void        wh_edit_give     (WhEdit *edit, const WhField *field);
/* All fields of edit->row, as they are. */
void        wh_edit_give_all (WhEdit *edit);
gboolean    wh_edit_gives    (const WhEdit *edit, const WhField *field);
/* The row as the edit would have it: `stored` (NULL: none) with the given fields. Not for DELETE. Caller unrefs. */
WhEntity   *wh_edit_result   (const WhEdit *edit, const WhEntity *stored);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhEdit, wh_edit_free)

G_END_DECLS
