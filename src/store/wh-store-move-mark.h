/* wh-store-move-mark.h: the notes by which the sides of a move know themselves, and what they keep others from. Not for other rooms. */
#pragma once

#include "wh-store-tables.h"

G_BEGIN_DECLS

typedef struct {
  char *from;   /* the source's server_id and epoch, and whether a copy is made or the store moves */
  char *head;   /* its newest audit entry */
} WhMark;

typedef enum {
  WH_MARK_EMPTY,     /* nothing there */
  WH_MARK_HALF,      /* half a move of this source, as it is now */
  WH_MARK_CHANGED,   /* of this source, as it was before */
} WhMarkState;

/* WH_ERROR_CONFLICT when it is someone else's place. In a transaction of the caller. */
gboolean wh_store_mark_look (WhConnection *connection, const GPtrArray *tables, const WhMark *mark, WhMarkState *out_state,
                        GError **error);
/* Takes the target: from here on no other program opens it. Half a move of an older state of the source is thrown away. `only_half`:
 * the source is sealed, so there must be half a move that needs no more than its end. */
gboolean wh_store_mark_claim (WhConnection *connection, const GPtrArray *tables, const WhMark *mark, gboolean only_half,
                        WhMarkState *out_state, GError **error);
/* The copy is wrong: the next move begins anew. */
void     wh_store_mark_spoil (WhConnection *connection);
/* The copy is whole: opens the target for everybody. */
gboolean wh_store_mark_lift (WhConnection *connection, GError **error);
/* In a transaction of the caller. */
gboolean wh_store_mark_set (WhConnection *connection, const char *key, const char *value, GError **error);

G_END_DECLS
