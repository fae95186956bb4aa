/* wh-store-tables.h: all tables of a store as they stand in every database, for who copies or compares them whole. Not for other
 * rooms. */
#pragma once

#include "wh-store-move.h"
#include "wh-store-private.h"

G_BEGIN_DECLS

/* The notes by which both sides of a move know themselves; they belong to a place and are never copied. */
#define WH_NOTE_MOVING_FROM "moving_from"   /* in a target that is not whole yet: which store comes, and as what */
#define WH_NOTE_MOVING_HEAD "moving_head"   /* and at which audit entry that was */
#define WH_NOTE_MOVED_TO    "moved_to"      /* in a source that is sealed: where it went, for people */

typedef struct {
  const char *name;
  char       *columns;     /* "row, id, …"; the key comes first */
  GString    *types;       /* a letter for each: i integer, r real, t text, b bytes */
  guint       n_keys;      /* columns that make the key and the order */
  const char *where;       /* NULL: all rows */
} WhStoreTable;

/* All but the notes, in the order in which they are copied. Elements WhStoreTable. */
GPtrArray    *wh_store_tables_new     (void);
/* The notes of a store, without those of a move. */
WhStoreTable      *wh_store_table_of_notes (void);
void          wh_store_table_free     (WhStoreTable *table);
/* Rows after the key that is bound (`after`), or all, in the order of the key; the caller's own. */
WhStatement  *wh_store_table_walk     (WhConnection *connection, const WhStoreTable *table, gboolean after, GError **error);
/* The insertion of one row; kept by the connection. */
WhStatement  *wh_store_table_insert   (WhConnection *connection, const WhStoreTable *table, GError **error);
/* Binds the current row's first `n` columns to placeholders 1 …; they are borrowed until the next step of `from`. */
void          wh_store_table_copy     (WhStatement *from, WhStatement *to, const WhStoreTable *table, guint n);
/* The greatest key there is; *out_step is DONE when the table is empty. The caller resets it. */
WhStatement  *wh_store_table_last     (WhConnection *connection, const WhStoreTable *table, WhStep *out_step, GError **error);
gboolean      wh_store_table_clear    (WhConnection *connection, const WhStoreTable *table, GError **error);
gboolean      wh_store_table_count    (WhConnection *connection, const WhStoreTable *table, gint64 *out_rows, GError **error);

/* -- wh-store-digest.c -- */
/* In a transaction of the caller. */
gboolean      wh_store_table_digest   (WhConnection *connection, const WhStoreTable *table, GCancellable *cancellable,
                                       WhStoreTableDigest *out, GError **error);
WhStoreDigest *wh_store_digest_new (void);
/* Once all tables are in. */
void          wh_store_digest_finish (WhStoreDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStoreTable, wh_store_table_free)

G_END_DECLS
