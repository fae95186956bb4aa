/* wh-documents.h: finished answers that took long, kept in the cache, so that servers that share one make each once. Thread-safe.
 *
 * A document is found only by who has the same store in the same state, with all that led to it, asks the same in the same
 * language, and runs the same version of this program; so a changed catalogue never gets an old one. Who asks makes no
 * difference: what depends on that is not kept here. */
#pragma once

#include "service/wh-catalogue.h"
#include "store/wh-cache.h"
#include "wh-request.h"
#include "wire/wh-wire.h"

G_BEGIN_DECLS

typedef struct _WhDocuments WhDocuments;

/* Both are borrowed. */
WhDocuments *wh_documents_new  (WhCache *cache, WhStore *store);
void         wh_documents_free (WhDocuments *documents);
/* What the answer to this request from this snapshot is kept under, which holds `until` a revision (wh_catalogue_snapshot_until); its
 * parameters were checked. `also` (may be NULL) is what it depends on besides, such as the day. NULL: the store has moved on, so nothing
 * can be said of the snapshot. */
char        *wh_documents_key  (WhDocuments *documents, const WhSnapshot *snapshot, gint64 until, const WhRequest *request,
                                const char *also);
/* What was kept under the key, with what its envelope says of the list; NULL: nothing. */
char        *wh_documents_find (WhDocuments *documents, const char *key, WhMeta *meta);
void         wh_documents_keep (WhDocuments *documents, const char *key, const WhMeta *meta, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDocuments, wh_documents_free)

G_END_DECLS
