#include "wh-webhook-runner.h"

#include <glib/gi18n.h>

#include "base/wh-backoff.h"
#include "service/wh-webhooks.h"
#include "wh-webhook-call.h"

#define PAGE 500                       /* entries of the log at once */
#define MOST_WAITING 1000              /* deliveries of a webhook; what comes after them stays in the log */
#define BATCH 20                       /* calls of a webhook before others have their turn */
#define SENDERS 4
#define LOOK_US G_USEC_PER_SEC
#define LEAST_US (50 * 1000)           /* between two looks */
#define LEASE (120 * WH_TIME_SECOND)   /* longer than a call may take */
#define LEAST_REST WH_TIME_SECOND      /* after a failure nothing is sent to that address for a while, */
#define MOST_REST (60 * WH_TIME_SECOND)   /* so that one that is down is not asked by everything that waits */

/* What this process knows of a webhook. */
typedef struct {
  WhId      id;
  gint64    seen;     /* the log was looked at so far, though there was nothing to write down */
  gboolean  busy;     /* a sender has it */
  WhBackoff rest;
  gint64    resume;   /* wh_clock_monotonic */
} Known;

struct _WhWebhookRunner {
  WhHost       *host;
  char         *holder;
  GCancellable *cancellable;
  GThreadPool  *senders;
  GThread      *thread;
  GMutex        lock;       /* guards what follows */
  GCond         woken;
  gboolean      stop, is_stale;
  GHashTable   *known;      /* set of Known, by id */
};

/* With the lock. */
static Known *
known_of (WhWebhookRunner *runner, const WhId *id)
{
  Known *known = g_hash_table_lookup (runner->known, id);

  if (known)
    return known;
  known = g_new0 (Known, 1);
  known->id = *id;
  wh_backoff_init (&known->rest, LEAST_REST, MOST_REST);
  g_hash_table_insert (runner->known, &known->id, known);
  return known;
}

/* -- from the log to deliveries -------------------------------------------------------------------------------------- */

typedef struct {
  WhWebhookRunner *runner;
  const WhWebhook *webhook;
  gint64           since, to, revision;
  GPtrArray       *deliveries;
  gboolean         is_full, is_due, moved;
} Round;

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Round *round = user_data;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (WhDelivery) due = NULL;

  round->revision = wh_reader_revision (reader);
  if (round->revision < 0 || !wh_reader_due_delivery (reader, &round->webhook->id, &due, error))
    return FALSE;
  round->is_due = due != NULL;
  round->is_full = wh_reader_waiting (reader, &round->webhook->id) >= MOST_WAITING;
  if (round->is_full || round->since >= round->revision)
    return TRUE;
  entries = wh_reader_log (reader, round->since, PAGE, &round->to, error);
  round->deliveries = entries ? wh_webhook_deliveries_of (reader, round->webhook, entries, error) : NULL;
  return round->deliveries != NULL;
}

static gboolean
spread_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Round *round = user_data;

  return wh_writer_spread (writer, &round->webhook->id, round->webhook->cursor, round->to, round->deliveries, &round->moved, error);
}

/* A history that ends before the webhook's place is another one: it goes on from its end. */
static void
spread (Round *round, Known *known)
{
  WhHost *host = round->runner->host;
  gboolean other = round->webhook->cursor > round->revision;

  if (other)
    {
      round->deliveries = g_ptr_array_new ();
      round->to = round->revision;
    }
  if (!round->deliveries)
    return;
  if ((other || round->deliveries->len > 0 || round->to - round->webhook->cursor > PAGE)
      && (!wh_store_write (host->store, host->local, WH_PERMISSION_ADMINISTER, "webhook.spread", spread_cb, round, NULL, NULL)
          || !round->moved))
    return;
  known->seen = round->to;
  round->is_due |= round->deliveries->len > 0;
}

/* Only this thread touches `seen`. Whether there is more to look at. */
static gboolean
look_at_webhook (WhWebhookRunner *runner, const WhWebhook *webhook, Known *known)
{
  Round round = { .runner = runner, .webhook = webhook, .since = MAX (webhook->cursor, known->seen) };
  gboolean send = FALSE;

  round.to = round.since;
  if (!wh_store_read (runner->host->store, runner->host->local, look_cb, &round, NULL))
    {
      g_clear_pointer (&round.deliveries, g_ptr_array_unref);
      return FALSE;
    }
  if (known->seen > round.revision)
    known->seen = 0;
  spread (&round, known);
  g_clear_pointer (&round.deliveries, g_ptr_array_unref);
  g_mutex_lock (&runner->lock);
  if (round.is_due && !known->busy && g_get_monotonic_time () >= known->resume)
    send = known->busy = TRUE;
  g_mutex_unlock (&runner->lock);
  if (send)
    g_thread_pool_push (runner->senders, known, NULL);
  return !round.is_full && round.to > round.since && round.to < round.revision;
}

/* -- the calls -------------------------------------------------------------------------------------------------------- */

typedef struct {
  WhWebhookRunner *runner;
  const WhId      *id;
  WhWebhook       *webhook;
  WhDelivery      *delivery;
  gint64           now;
  const char      *reason;    /* why it is disabled; NULL: it is not */
} Sending;

static gboolean
hold_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Sending *sending = user_data;

  return wh_writer_hold_webhook (writer, sending->id, sending->runner->holder, LEASE, &sending->webhook, error);
}

static gboolean
next_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Sending *sending = user_data;

  g_clear_pointer (&sending->delivery, wh_delivery_free);
  return wh_reader_due_delivery (reader, sending->id, &sending->delivery, error) && wh_reader_clock (reader, &sending->now, error);
}

/* And holds it for the next one, unless somebody paused it meanwhile. */
static gboolean
end_try_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Sending *sending = user_data;
  gint64 most = wh_settings_integer (wh_host_settings (sending->runner->host), WH_SETTING_WEBHOOKS_DEAD);

  return wh_writer_end_try (writer, sending->delivery, sending->reason, (guint) most, error) && hold_cb (writer, sending, error);
}

static gboolean
release_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Sending *sending = user_data;

  return wh_writer_release_webhook (writer, sending->id, sending->runner->holder, error);
}

static gboolean
write_down (Sending *sending, WhWriteFunc func)
{
  WhHost *host = sending->runner->host;

  return wh_store_write (host->store, host->local, WH_PERMISSION_ADMINISTER, "webhook.deliver", func, sending, NULL, NULL);
}

/* FALSE: enough for now. */
static gboolean
send_next (Sending *sending, gboolean *out_failed)
{
  WhWebhookRunner *runner = sending->runner;
  WhHost *host = runner->host;
  WhCallOutcome outcome;

  *out_failed = FALSE;
  if (!sending->webhook || !wh_store_read (host->store, host->local, next_cb, sending, NULL) || !sending->delivery)
    return FALSE;
  outcome = wh_webhook_call (host->outgoing, wh_host_settings (host), sending->webhook, sending->delivery, sending->now,
                             runner->cancellable);
  if (outcome == WH_CALL_BROKEN_OFF)
    return FALSE;
  sending->reason = outcome == WH_CALL_GONE ? _("The receiver said that nobody wants this any more (410).") : NULL;
  *out_failed = outcome != WH_CALL_TAKEN;
  return write_down (sending, end_try_cb) && outcome == WH_CALL_TAKEN;
}

static void
send_cb (gpointer data, gpointer user_data)
{
  WhWebhookRunner *runner = user_data;
  Known *known = data;
  Sending sending = { .runner = runner, .id = &known->id };
  gboolean failed = FALSE, sent = FALSE;

  if (!g_cancellable_is_cancelled (runner->cancellable) && write_down (&sending, hold_cb) && sending.webhook)
    {
      for (guint i = 0; i < BATCH && send_next (&sending, &failed); i++)
        sent = TRUE;
      write_down (&sending, release_cb);
    }
  g_clear_pointer (&sending.webhook, wh_webhook_free);
  g_clear_pointer (&sending.delivery, wh_delivery_free);
  g_mutex_lock (&runner->lock);
  known->busy = FALSE;
  if (failed)
    known->resume = g_get_monotonic_time () + wh_backoff_pause (&known->rest, ++known->rest.failures);
  else if (sent)
    known->rest.failures = 0;
  runner->is_stale |= sent;
  g_cond_signal (&runner->woken);
  g_mutex_unlock (&runner->lock);
}

/* -- the thread ------------------------------------------------------------------------------------------------------- */

static gboolean
look (WhWebhookRunner *runner)
{
  g_autoptr (GPtrArray) webhooks = wh_webhooks_list (runner->host->store, runner->host->local, NULL);
  gboolean more = FALSE;

  for (guint i = 0; webhooks && i < webhooks->len; i++)
    {
      const WhWebhook *webhook = webhooks->pdata[i];
      Known *known;
      if (webhook->state != WH_WEBHOOK_ACTIVE)
        continue;
      g_mutex_lock (&runner->lock);
      known = known_of (runner, &webhook->id);
      g_mutex_unlock (&runner->lock);
      more |= look_at_webhook (runner, webhook, known);
    }
  return more;
}

static gpointer
runner_thread (gpointer data)
{
  WhWebhookRunner *runner = data;
  gint64 last = 0;

  g_mutex_lock (&runner->lock);
  while (!runner->stop)
    {
      runner->is_stale = FALSE;
      g_mutex_unlock (&runner->lock);
      gboolean more = look (runner);
      g_mutex_lock (&runner->lock);
      last = g_get_monotonic_time ();
      runner->is_stale |= more;
      while (!runner->stop && g_cond_wait_until (&runner->woken, &runner->lock, last + (runner->is_stale ? LEAST_US : LOOK_US)))
        ;
    }
  g_mutex_unlock (&runner->lock);
  return NULL;
}

/* A file has one server, whose leases nobody else can hold: the next one goes on at once where this one was killed. */
static char *
holder_of (WhHost *host)
{
  WhId id = wh_id_new ();

  return wh_settings_text (wh_host_settings (host), WH_SETTING_STORE) ? wh_id_to_string (&id) : g_strdup ("this server");
}

WhWebhookRunner *
wh_webhook_runner_new (WhHost *host)
{
  WhWebhookRunner *runner = g_new0 (WhWebhookRunner, 1);

  runner->host = host;
  runner->holder = holder_of (host);
  runner->cancellable = g_cancellable_new ();
  runner->known = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, g_free);
  g_mutex_init (&runner->lock);
  g_cond_init (&runner->woken);
  runner->senders = g_thread_pool_new (send_cb, runner, SENDERS, FALSE, NULL);
  runner->thread = g_thread_new ("webhooks", runner_thread, runner);
  return runner;
}

void
wh_webhook_runner_free (WhWebhookRunner *runner)
{
  g_mutex_lock (&runner->lock);
  runner->stop = TRUE;
  g_cond_signal (&runner->woken);
  g_mutex_unlock (&runner->lock);
  g_cancellable_cancel (runner->cancellable);
  g_thread_join (runner->thread);
  g_thread_pool_free (runner->senders, FALSE, TRUE);
  g_hash_table_unref (runner->known);
  g_object_unref (runner->cancellable);
  g_mutex_clear (&runner->lock);
  g_cond_clear (&runner->woken);
  g_free (runner->holder);
  g_free (runner);
}

void
wh_webhook_runner_wake (WhWebhookRunner *runner)
{
  if (!runner)
    return;
  g_mutex_lock (&runner->lock);
  runner->is_stale = TRUE;
  g_cond_signal (&runner->woken);
  g_mutex_unlock (&runner->lock);
}
