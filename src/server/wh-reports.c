#include "wh-reports.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-id.h"
#include "base/wh-json-writer.h"
#include "wh-config.h"
#include "wh-log.h"
#include "wh-outgoing.h"

#define SEND_SECONDS 5u
#define LAST_US (2 * G_USEC_PER_SEC)
#define MOST_KINDS 256
#define MOST_TEXT 1000
#define CLIENT "weedhounds/" WH_VERSION

struct _WhReports {
  WhOutgoing   *outgoing;
  char         *url, *authorization;
  GThread      *thread;
  GAsyncQueue  *waiting;     /* of GBytes; an empty one ends the thread */
  GCancellable *cancellable;
  GMutex        lock;
  GHashTable   *told;        /* text -> second in which it was told */
  WhReportsCounts counts;
};

/* -- what may be said -- */

char *
wh_reports_scrub (const char *text)
{
  static const struct {
    const char *pattern, *with;
  } rules[] = {
    { "“[^”]*”|\"[^\"]*\"|'[^']*'", "“…”" },
    { "[a-z][a-z0-9+.-]*://[^\\s]+", "<url>" },
    { "[\\w.+-]+@[\\w.-]+", "<mail>" },
    { "(?<![\\w<])/[^\\s:,;]+", "<path>" },
    { "[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\\b[0-9a-fA-F]{16,}\\b", "<id>" },
    { "[0-9]+([.:,][0-9]+)*", "#" },
  };
  char *out = g_utf8_make_valid (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (rules[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      char *next = g_regex_replace_literal (regex, out, -1, 0, rules[i].with, 0, NULL);
      g_free (out);
      out = next ? next : g_strdup ("");
    }
  if (strlen (out) > MOST_TEXT)
    *g_utf8_find_prev_char (out, out + MOST_TEXT) = '\0';
  return out;
}

static const char *
word_of (GLogLevelFlags level)
{
  return level & G_LOG_LEVEL_ERROR ? "fatal" : level & G_LOG_LEVEL_CRITICAL ? "error" : "warning";
}

static void
write_event (GString *out, const char *id, GLogLevelFlags level, const char *domain, const char *text, const char *request_id)
{
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);
  g_autofree char *now = wh_clock_format (wh_clock_now ());

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "event_id", id);
  wh_json_writer_add_string (writer, "timestamp", now);
  wh_json_writer_add_string (writer, "platform", "c");
  wh_json_writer_add_string (writer, "level", word_of (level));
  wh_json_writer_add_string (writer, "logger", domain);
  wh_json_writer_add_string (writer, "release", CLIENT);
  wh_json_writer_key (writer, "message");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "formatted", text);
  wh_json_writer_end_object (writer);
  if (request_id)
    {
      wh_json_writer_key (writer, "tags");
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "request_id", request_id);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}

/* What such a service takes: a line that says whose it is, a line that says what follows, the event. */
static GBytes *
make_envelope (GLogLevelFlags level, const char *domain, const char *text, const char *request_id)
{
  WhId random = wh_id_new ();
  g_autofree char *dashed = wh_id_to_string (&random);
  g_auto (GStrv) parts = g_strsplit (dashed, "-", -1);
  g_autofree char *id = g_strjoinv ("", parts);
  GString *out = g_string_new (NULL);
  gsize length;

  g_string_append_printf (out, "{\"event_id\":\"%s\"}\n{\"type\":\"event\"}\n", id);
  write_event (out, id, level, domain, text, request_id);
  g_string_append_c (out, '\n');
  length = out->len;
  return g_bytes_new_take (g_string_free (out, FALSE), length);
}

/* -- which are told -- */

/* Whether this was not told in a while. */
static gboolean
is_news (WhReports *reports, const char *text)
{
  gint64 now = wh_clock_monotonic () / G_USEC_PER_SEC;
  gpointer before;
  gboolean news;

  g_mutex_lock (&reports->lock);
  news = !g_hash_table_lookup_extended (reports->told, text, NULL, &before)
         || now - GPOINTER_TO_INT (before) >= WH_REPORTS_QUIET_SECONDS;
  if (news && g_hash_table_size (reports->told) >= MOST_KINDS)
    g_hash_table_remove_all (reports->told);
  if (news)
    g_hash_table_replace (reports->told, g_strdup (text), GINT_TO_POINTER ((gint) now));
  reports->counts.dropped += !news;
  g_mutex_unlock (&reports->lock);
  return news;
}

static void
count (WhReports *reports, guint64 *counter)
{
  g_mutex_lock (&reports->lock);
  (*counter)++;
  g_mutex_unlock (&reports->lock);
}

void
wh_reports_log_cb (GLogLevelFlags level, const char *domain, const char *message, const char *request_id, gpointer user_data)
{
  WhReports *reports = user_data;
  g_autofree char *text = wh_reports_scrub (message ? message : "");

  if (g_thread_self () == reports->thread || !is_news (reports, text))
    return;
  if (g_async_queue_length (reports->waiting) >= WH_REPORTS_MOST_WAITING)
    count (reports, &reports->counts.dropped);
  else
    g_async_queue_push (reports->waiting, make_envelope (level, domain, text, request_id));
}

/* -- sending -- */

static void
send_one (WhReports *reports, GBytes *envelope)
{
  const char *const headers[] = { "X-Sentry-Auth", reports->authorization, NULL };
  const WhOutgoingCall call = { .method = "POST", .url = reports->url, .headers = headers, .seconds = SEND_SECONDS,
                                .content_type = "application/x-sentry-envelope", .body = envelope, .cut = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhOutgoingReply) reply = wh_outgoing_send (reports->outgoing, &call, reports->cancellable, &error);

  count (reports, reply && reply->status / 100 == 2 ? &reports->counts.sent : &reports->counts.failed);
}

static gpointer
send_thread (gpointer data)
{
  WhReports *reports = data;
  GBytes *envelope;

  while ((envelope = g_async_queue_pop (reports->waiting)) && g_bytes_get_size (envelope) > 0)
    {
      send_one (reports, envelope);
      g_bytes_unref (envelope);
    }
  g_bytes_unref (envelope);
  return NULL;
}

/* -- a place to send to -- */

/* Where it is sent to is the operator's word, so private networks are as good as others. */
static WhOutgoing *
open_door (const char *ca_file, GError **error)
{
  const char *const everywhere[] = { "0.0.0.0/0", "::/0", NULL };
  const WhOutgoingOptions options = { .allowed = everywhere, .ca_file = ca_file, .seconds = SEND_SECONDS, .max_bytes = 65536 };

  return wh_outgoing_new (&options, error);
}

static gboolean
read_dsn (WhReports *reports, const char *dsn, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (dsn, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *path = uri ? g_uri_get_path (uri) : "", *slash = strrchr (path, '/');
  const char *key = uri ? g_uri_get_user (uri) : NULL;
  g_autofree char *before = slash ? g_strndup (path, slash - path) : NULL, *port = NULL;

  if (!key || !*key || !slash || !slash[1] || !g_uri_get_host (uri))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("dsn in [reports] is written https://KEY@HOST/PROJECT"));
      return FALSE;
    }
  port = g_uri_get_port (uri) > 0 ? g_strdup_printf (":%d", g_uri_get_port (uri)) : g_strdup ("");
  reports->url = g_strdup_printf ("%s://%s%s%s/api/%s/envelope/", g_uri_get_scheme (uri), g_uri_get_host (uri), port, before, slash + 1);
  reports->authorization = g_strdup_printf ("Sentry sentry_version=7, sentry_client=" CLIENT ", sentry_key=%s", key);
  return TRUE;
}

WhReports *
wh_reports_new (const char *dsn, const char *ca_file, GError **error)
{
  WhReports *reports = g_new0 (WhReports, 1);

  g_mutex_init (&reports->lock);
  reports->waiting = g_async_queue_new_full ((GDestroyNotify) g_bytes_unref);
  reports->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reports->cancellable = g_cancellable_new ();
  reports->outgoing = read_dsn (reports, dsn, error) ? open_door (ca_file, error) : NULL;
  if (reports->outgoing)
    {
      reports->thread = g_thread_new ("reports", send_thread, reports);
      return reports;
    }
  wh_reports_free (reports);
  return NULL;
}

void
wh_reports_free (WhReports *reports)
{
  gint64 deadline = g_get_monotonic_time () + LAST_US;

  if (reports->thread)
    {
      while (g_async_queue_length (reports->waiting) > 0 && g_get_monotonic_time () < deadline)
        g_usleep (10000);
      g_cancellable_cancel (reports->cancellable);
      g_async_queue_push_front (reports->waiting, g_bytes_new (NULL, 0));
      g_thread_join (reports->thread);
    }
  g_async_queue_unref (reports->waiting);
  g_hash_table_unref (reports->told);
  g_clear_pointer (&reports->outgoing, wh_outgoing_unref);
  g_object_unref (reports->cancellable);
  g_mutex_clear (&reports->lock);
  g_free (reports->url);
  g_free (reports->authorization);
  g_free (reports);
}

void
wh_reports_counts (WhReports *reports, WhReportsCounts *out_counts)
{
  g_mutex_lock (&reports->lock);
  *out_counts = reports->counts;
  g_mutex_unlock (&reports->lock);
}
