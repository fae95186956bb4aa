/* wh-host.h: what the handlers work on: store, catalogue, analyst, the administrator key, jobs, counters. Thread-safe. */
#pragma once

#include <gio/gio.h>

#include "service/wh-analyst.h"
#include "service/wh-search-tally.h"
#include "service/wh-stats.h"
#include "service/wh-strain-pages.h"
#include "wh-documents.h"
#include "wh-live.h"
#include "wh-metrics.h"
#include "wh-once.h"
#include "wh-outgoing.h"
#include "wh-rate-limits.h"
#include "wh-settings.h"

G_BEGIN_DECLS

typedef struct _WhJobRunner WhJobRunner;   /* wh-job-runner.h */
typedef struct _WhWebhookRunner WhWebhookRunner;   /* wh-webhook-runner.h */

typedef struct {
  char        *data_dir;
  WhStore     *store;
  WhCatalogue *catalogue;
  WhAnalyst   *analyst;
  WhMetrics   *metrics;
  WhStats     *stats;
  WhSearchTally *searches;
  char        *admin_key;
  WhPrincipal *anonymous;
  WhPrincipal *stranger;     /* the same where reading takes a key: may what is public */
  WhPrincipal *administrator;
  WhPrincipal *local;
  gint         ready;        /* atomic: the first snapshot is built */
  gint         draining;     /* atomic: no new work */
  GThreadPool *jobs;         /* one at a time: imports, demonstration data */
  GThreadPool *writes;       /* one at a time: changes of single rows, between the transactions of a job */
  GThreadPool *analyses;     /* of one strain or profile: milliseconds each */
  GThreadPool *surveys;      /* of the whole catalogue, one at a time: who asks for the same then finds it kept */
  struct _WhReports *reports;  /* of failures; NULL: nowhere. Owned by who runs the server */
  WhJobRunner *runner;       /* of what is done without anybody waiting; NULL: not yet, or no longer */
  WhWebhookRunner *webhooks; /* NULL: not yet, or no longer */
  WhOutgoing  *outgoing;     /* for files that are fetched, and webhooks */
  WhCache     *cache;        /* shared with other servers where one is configured */
  WhRateLimits *limits;      /* of requests; NULL: nothing is counted */
  WhLive      *live;         /* who listens to changes */
  WhOnce      *once;         /* requests with an idempotency key that are being answered */
  WhStrainPages *pages;      /* what rows say of single strains */
  WhDocuments *documents;    /* of analyses, until the catalogue changes */
  GCancellable *cancellable; /* of those jobs */
  GMutex       refreshing;   /* wakes the refresher */
  GCond        stale;
  gboolean     is_stale;
  gboolean     refresh_failed;   /* the refresher's own: it has said so */
  gboolean     stop;
  GThread     *refresher;
  WhSettings  *settings;     /* atomic pointer */
  GPtrArray   *past_settings;   /* somebody may still read them */
} WhHost;

/* Opens the store for writing: the database at `store`, or store.db (NULL; the caller holds writer.lock). Makes admin.key when
 * there is none, starts the thread that keeps the catalogue current. `replicas` may be NULL;
 * `cache` is borrowed, `settings` taken, also where it fails; NULL: the usual ones. */
WhHost  *wh_host_new     (const char *data_dir, const char *store, const char *const *replicas, WhCache *cache, WhSettings *settings,
                          GError **error);
/* Ends jobs and threads; waits for them. */
void     wh_host_free    (WhHost *host);
/* What is set now. Lives as long as the host; ask anew for every use, since SIGHUP may have brought others. */
const WhSettings *wh_host_settings (WhHost *host);
/* Takes `settings`. What cannot change without a restart is left as it was, and a warning says so. */
void     wh_host_take_settings (WhHost *host, WhSettings *settings);
/* Tells that the store has moved on. */
void     wh_host_changed (WhHost *host);
/* Writes what was searched for since. Whoever reads the catalogue is not told: it has not changed. */
void     wh_host_keep_searches (WhHost *host, gboolean last);
/* The principal of a request: local socket, bearer of the administrator key, else anonymous. NULL with WH_ERROR_DENIED for a wrong key. */
WhPrincipal *wh_host_authenticate (WhHost *host, gboolean local, const char *authorization, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhHost, wh_host_free)

G_END_DECLS
