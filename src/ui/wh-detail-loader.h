/* wh-detail-loader.h: everything the strain page shows, read on a worker thread so that the window never waits. */
#pragma once

#include "client/wh-session.h"

G_BEGIN_DECLS

typedef struct {
  WhStrainDetail *detail;
  WhSimilars     *similars;         /* NULL when there is nothing to compare */
  char           *similars_reason;  /* why there is none, a sentence; NULL when there are some */
} WhPageFacts;

void         wh_detail_loader_load_async  (WhSession *session, const WhId *strain_id, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
/* Caller frees with wh_page_facts_free. */
WhPageFacts *wh_detail_loader_load_finish (GAsyncResult *result, GError **error);
void         wh_page_facts_free           (WhPageFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPageFacts, wh_page_facts_free)

G_END_DECLS
