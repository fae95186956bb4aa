/* wh-watch.h: prices somebody waits for, and which products are at or under them now.
 *
 * A watch is a noun (core/wh-nouns-shop.h). Sold-out products do not hit; a price older than its limit (core/wh-freshness.h) hits as
 * stale, never silently. Watches belong to their owners: others than administrators see their own and those of nobody. Limits are in
 * US dollars. They are written like every row, by the ledger (wh-ledger.h). */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

#define WH_WATCH_MOST 1000              /* in one store */
#define WH_WATCH_MOST_CENTS 100000000   /* of a limit */

typedef struct {
  WhWatch *watch;
  char    *name;             /* of strain or product; NULL: it is gone */
  char    *shop;             /* NULL: any, or gone */
  guint    n_hits, n_stale;  /* n_stale of these */
} WhWatched;

typedef struct {
  guint         watched;     /* place in `watches` */
  WhProduct    *product;
  WhDispensary *shop;        /* NULL: nobody knows it */
  double        price;       /* dollars for the package */
  double        per_gram;    /* NAN unknown */
  gboolean      stale;
} WhWatchHit;

typedef struct {
  GArray *watches;           /* of WhWatched, oldest first */
  GArray *hits;              /* of WhWatchHit: by watch; fresh before stale, cheapest first */
  gint64  revision;          /* of the store: the next `since` */
  gint64  since;
  gboolean demonstration;    /* a hit is made up */
} WhWatchReport;

/* `since` 0: every product as it is. Else only products whose price is another one than at that revision, and all of watches that are
 * new or changed since. It reads the change log, or the products where the log is longer. */
WhWatchReport *wh_watch_check       (WhStore *store, const WhPrincipal *principal, gint64 since, GError **error);
void           wh_watch_report_free (WhWatchReport *report);

/* "10/g", "$9.50/gram", "35", "35.00/package". FALSE when it is no limit. `out_unit` is a constant. */
gboolean       wh_watch_parse_limit (const char *text, gint64 *out_cents, const char **out_unit);
/* {revision, since, watches[{watch_id, strain_id, product_id, name, dispensary_id, dispensary, category, limit, limit_unit, owner, hits,
 *  stale}], hits[{watch_id, product{}, dispensary{}, price, currency, price_per_gram, limit, limit_unit, in_stock, observed_at, stale}],
 *  demonstration} */
void           wh_present_watches   (WhJsonWriter *writer, const WhWatchReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhWatchReport, wh_watch_report_free)

G_END_DECLS
