/* wh-cache-debts.h: what a shared cache could not be told. A key whose value was replaced or removed in vain may still have its old
 * one there, which must not come back: the key is owed until its removal was confirmed. Thread-safe. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhCacheDebts WhCacheDebts;

WhCacheDebts *wh_cache_debts_new    (void);
void          wh_cache_debts_free   (WhCacheDebts *debts);
/* Of too many keys becomes a debt of everything. */
void          wh_cache_debts_owe    (WhCacheDebts *debts, const char *key);
void          wh_cache_debts_owe_all (WhCacheDebts *debts);
gboolean      wh_cache_debts_has    (WhCacheDebts *debts, const char *key);
gboolean      wh_cache_debts_has_all (WhCacheDebts *debts);
/* At most `most` of the keys owed, NULL-terminated. *out_mark is for settling them. */
char        **wh_cache_debts_list   (WhCacheDebts *debts, guint most, guint64 *out_mark);
/* What was owed again since the mark stays owed. */
void          wh_cache_debts_settle (WhCacheDebts *debts, const char *key, guint64 mark);
void          wh_cache_debts_settle_all (WhCacheDebts *debts, guint64 mark);
guint64       wh_cache_debts_mark   (WhCacheDebts *debts);

G_END_DECLS
