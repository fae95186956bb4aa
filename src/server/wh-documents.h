/* wh-documents.h: finished answers, kept so that the same question is not worked out again while the store stands still. Thread-safe.
 *
 * Quick ones are kept in this process, under the question, who may see what it shows, and the state of the catalogue; for half a minute,
 * since an answer says whether a price is old. A hit asks no store and reads no JSON. One that shows rows of the store is given out only
 * while the catalogue is known to have everything that this process has written or seen (wh_store_seen): what was acknowledged here is
 * never older in any answer. What other servers wrote is seen when the catalogue next looks, which it does every second. A question that
 * comes as a body is that body, byte for byte.
 *
 * Those that took long are kept in the cache that servers may share, so that each is made once. They are found only by who has the same
 * store in the same state, with all that led to it, asks the same in the same language, and runs the same version of this program. Who
 * asks makes no difference: what depends on that is not kept there. */
#pragma once

#include "service/wh-catalogue.h"
#include "store/wh-cache.h"
#include "wh-request.h"
#include "wire/wh-wire.h"

G_BEGIN_DECLS

typedef struct _WhDocuments WhDocuments;

/* The data of an answer as it is kept. */
typedef struct {
  GBytes     *bytes;      /* holds all texts */
  const char *data;       /* JSON, `length` bytes */
  gsize       length;
  const char *tag;        /* its entity tag; NULL: it has none */
  const char *searched;   /* as in WhRequest */
  WhMeta      list;       /* what the envelope says of the list */
} WhDocument;

/* Both are borrowed. `bytes` for quick answers; 0: none are kept. */
WhDocuments *wh_documents_new    (WhCache *cache, WhCatalogue *catalogue, gsize bytes);
void         wh_documents_free   (WhDocuments *documents);

/* -- quick answers -- */

/* FALSE: it must be made; request->kept_under then says where to keep it. */
gboolean     wh_documents_find   (WhDocuments *documents, WhRequest *request, WhDocument *out_document);
void         wh_documents_keep   (WhDocuments *documents, const WhRequest *request, const WhMeta *meta, const char *tag, const char *data,
                                  gsize length);
void         wh_document_clear   (WhDocument *document);
void         wh_documents_stats  (WhDocuments *documents, WhCacheStats *out_stats);

/* -- those that took long -- */

/* What the answer to this request from this snapshot is kept under, which holds `until` a revision (wh_catalogue_snapshot_until); its
 * parameters were checked. `also` (may be NULL) is what it depends on besides, such as the day. NULL: the store has moved on, so nothing
 * can be said of the snapshot. */
char        *wh_documents_shared_key  (WhDocuments *documents, const WhSnapshot *snapshot, gint64 until, const WhRequest *request,
                                       const char *also);
gboolean     wh_documents_find_shared (WhDocuments *documents, const char *key, WhDocument *out_document);
void         wh_documents_keep_shared (WhDocuments *documents, const char *key, const WhMeta *meta, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDocuments, wh_documents_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhDocument, wh_document_clear)

G_END_DECLS
