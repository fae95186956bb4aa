/* wh-sync-page.h: one page of changes: from the bytes of a reply into the mirror, all of it or nothing. */
#pragma once

#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct {
  char      *server_id;
  char      *epoch;
  char      *token;      /* asks for what follows */
  gint64     revision;   /* the server's sequence number when it answered */
  gboolean   has_more;
  GPtrArray *changes;    /* WhChange*; kinds this program does not know are left out */
} WhSyncPage;

/* From the envelope of GET /api/sync/changes. WH_ERROR_INVALID. */
WhSyncPage *wh_sync_page_parse    (GBytes *body, GError **error);
void        wh_sync_page_free     (WhSyncPage *page);
/* WH_ERROR_CONFLICT when the mirror no longer stands at `asked` (the token the page was asked with, NULL: none), and
 * WH_ERROR_INVALID when the page holds changes from before. */
gboolean    wh_sync_page_apply    (const WhSyncPage *page, WhStore *mirror, const WhPrincipal *principal, const char *server_url,
                                   const char *asked, GError **error);
/* Share of the server's changes that are in once this page is. */
double      wh_sync_page_fraction (const WhSyncPage *page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSyncPage, wh_sync_page_free)

G_END_DECLS
