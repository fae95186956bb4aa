/* Deletes what is kept for longer than the settings say, a page a transaction. What the law asks to be kept (lab results, batches, stock
 * movements, the audit trail) is not touched, and neither are the tombstones of what is deleted: mirrors that were away need them. */
#include "base/wh-error.h"
#include "core/wh-listing.h"
#include "wh-job-kinds.h"
#include "wh-settings.h"
#include "store/wh-store-jobs.h"

#define PAGE 500
#define REGULATORY_DAYS 2555

typedef struct {
  WhJobRun  *run;
  WhListing *listing;
  WhKind     kind;
  GPtrArray *rows;        /* of the page */
  char      *cursor;      /* of the next; NULL: that was the last */
  gint64     before;      /* moment */
  guint      deleted;     /* in this transaction */
  guint      total;
} Sweep;

static gboolean
page_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Sweep *sweep = user_data;

  g_clear_pointer (&sweep->cursor, g_free);
  sweep->rows = wh_reader_list (reader, sweep->listing, &sweep->cursor, error);
  return sweep->rows != NULL;
}

/* The newest observation of a product stays, however old: it is what the product is shown with. */
static gboolean
may_go (WhReader *reader, const WhEntity *row, gboolean *out_may, GError **error)
{
  const WhPrice *price = (const WhPrice *) row;
  g_autoptr (WhEntity) product = NULL;
  gpointer found = NULL;

  *out_may = TRUE;
  if (row->kind != WH_KIND_PRICE)
    return TRUE;
  if (!wh_reader_look (reader, WH_KIND_PRODUCT, &price->product_id, &found, error))
    return FALSE;
  product = found;
  *out_may = !product || (((WhProduct *) found)->price_observed_at != WH_TIME_UNSET
                          && ((WhProduct *) found)->price_observed_at > price->observed_at);
  return TRUE;
}

static gboolean
delete_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Sweep *sweep = user_data;

  sweep->deleted = 0;
  for (guint i = 0; i < sweep->rows->len; i++)
    {
      const WhEntity *row = sweep->rows->pdata[i];
      gboolean may;
      if (!may_go (wh_writer_reader (writer), row, &may, error) || (may && !wh_writer_delete (writer, row->kind, &row->id, error)))
        return FALSE;
      sweep->deleted += may;
    }
  return TRUE;
}

static gboolean
sweep_page (Sweep *sweep, GError **error)
{
  WhStore *store = sweep->run->host->store;
  gboolean done;

  if (wh_job_run_ended (sweep->run, error) || !wh_store_read (store, sweep->run->principal, page_cb, sweep, error))
    return FALSE;
  done = sweep->rows->len == 0
         || wh_store_write (store, sweep->run->principal, WH_PERMISSION_WRITE_CATALOGUE, "retention", delete_cb, sweep, NULL, error);
  g_clear_pointer (&sweep->rows, g_ptr_array_unref);
  if (!done)
    return FALSE;
  sweep->total += sweep->deleted;
  g_free (sweep->listing->cursor);
  sweep->listing->cursor = g_steal_pointer (&sweep->cursor);
  return TRUE;
}

static gint64
days_ago (gint64 days)
{
  return wh_clock_now () - days * WH_TIME_DAY;
}

/* Rows whose field `most` is older than so many days; 0 keeps all. */
static gboolean
sweep_kind (WhJobRun *run, WhKind kind, const char *filter, gint64 days, guint *out_deleted, GError **error)
{
  g_autofree char *moment = wh_clock_format_date (days_ago (days));
  g_autoptr (WhListing) listing = wh_listing_new (kind);
  Sweep sweep = { .run = run, .listing = listing, .kind = kind };
  gboolean done;

  *out_deleted = 0;
  if (days == 0)
    return TRUE;
  listing->limit = PAGE;
  wh_job_run_tell (run, NAN, wh_entity_class (kind)->name);
  done = wh_listing_add_filter (listing, filter, moment, error);
  while (done && (done = sweep_page (&sweep, error)) && listing->cursor)
    ;
  g_free (sweep.cursor);
  *out_deleted = sweep.total;
  return done;
}

static gboolean
drop_jobs_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Sweep *sweep = user_data;

  return wh_writer_drop_jobs (writer, sweep->before, PAGE, &sweep->deleted, error);
}

static gboolean
sweep_jobs (WhJobRun *run, gint64 days, guint *out_deleted, GError **error)
{
  Sweep sweep = { .run = run, .before = days_ago (days), .deleted = 1 };

  while (days > 0 && sweep.deleted > 0)
    {
      if (wh_job_run_ended (run, error)
          || !wh_store_write (run->host->store, run->principal, WH_PERMISSION_ADMINISTER, "retention", drop_jobs_cb, &sweep, NULL, error))
        return FALSE;
      sweep.total += sweep.deleted;
    }
  *out_deleted = sweep.total;
  return TRUE;
}

char *
wh_job_retention (WhJobRun *run, GError **error)
{
  const WhSettings *settings = wh_host_settings (run->host);
  guint searches = 0, prices = 0, jobs = 0;

  /* How far it came is told also where one of them failed. */
  if (sweep_kind (run, WH_KIND_SEARCH_DAY, "max.day", wh_settings_integer (settings, WH_SETTING_RETENTION_SEARCH_DAYS), &searches, error)
      && sweep_kind (run, WH_KIND_PRICE, "max.observed_at", wh_settings_integer (settings, WH_SETTING_RETENTION_PRICE_DAYS), &prices,
                     error))
    sweep_jobs (run, wh_settings_integer (settings, WH_SETTING_RETENTION_JOB_DAYS), &jobs, error);
  return g_strdup_printf ("{\"search_days\":%u,\"prices\":%u,\"jobs\":%u,\"untouched\":[\"audit\",\"batch\",\"lab_result\",\"stock\"],"
                          "\"regulatory_days\":%d}", searches, prices, jobs, REGULATORY_DAYS);
}
