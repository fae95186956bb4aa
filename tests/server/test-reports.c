/* Failures told to a service that takes Sentry's envelopes: what is said of them, how often, and that nobody waits. */
#include <libsoup/soup.h>
#include <string.h>

#include "base/wh-error.h"
#include "server/wh-reports.h"

static void
test_scrub (void)
{
  static const struct {
    const char *text, *scrubbed;
  } cases[] = {
    { "the store is full", "the store is full" },
    { "“Blue Dream” has 3 batches", "“…” has # batches" },
    { "mail to ana.lopez+x@example.org failed", "mail to <mail> failed" },
    { "https://user:secret@host:1/a?b=c is away", "<url> is away" },
    { "/var/lib/weedhounds/store.db: disk I/O error (10)", "<path>: disk I/O error (#)" },
    { "row 0190a6c0-0000-7000-8000-000000000001 at 10.1.2.3:8000", "row <id> at #" },
    { "key 0123456789abcdef0123", "key <id>" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *scrubbed = wh_reports_scrub (cases[i].text);
      g_assert_cmpstr (scrubbed, ==, cases[i].scrubbed);
    }
}

static void
test_places (void)
{
  static const char *const wrong[] = { "", "nonsense", "https://host/1", "https://key@host", "https://key@host/", "https:///1" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WhReports) reports = wh_reports_new (wrong[i], NULL, &error);
      g_assert_null (reports);
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

/* -- a real service, as far as it goes -- */

typedef struct {
  guint   n;
  char   *path, *authorization, *body;
} Service;

static void
take_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Service *service = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  service->n++;
  g_free (service->path);
  g_free (service->authorization);
  g_free (service->body);
  service->path = g_strdup (path);
  service->authorization = g_strdup (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "X-Sentry-Auth"));
  service->body = g_strndup (body->data, (gsize) body->length);
  soup_server_message_set_status (message, 200, NULL);
}

static void
wait_for (Service *service, guint n)
{
  for (guint i = 0; i < 500 && service->n < n; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
}

static void
test_told (void)
{
  Service service = { 0 };
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autofree char *dsn = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WhReports) reports = NULL;
  WhReportsCounts counts;
  GSList *uris;

  soup_server_add_handler (server, NULL, take_cb, &service, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server);
  dsn = g_strdup_printf ("http://thekey@127.0.0.1:%d/in/7", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  reports = wh_reports_new (dsn, NULL, &error);
  g_assert_no_error (error);
  wh_reports_log_cb (G_LOG_LEVEL_WARNING, "place", "row 17 of “Ana's file” is lost", "the-request", reports);
  wh_reports_log_cb (G_LOG_LEVEL_WARNING, "place", "row 18 of “Bob's file” is lost", "another", reports);   /* the same in other words */
  wait_for (&service, 1);
  g_assert_cmpuint (service.n, ==, 1);
  g_assert_cmpstr (service.path, ==, "/in/api/7/envelope/");
  g_assert_nonnull (strstr (service.authorization, "sentry_key=thekey"));
  g_assert_nonnull (strstr (service.body, "row # of “…” is lost"));
  g_assert_nonnull (strstr (service.body, "the-request"));
  g_assert_null (strstr (service.body, "Ana"));
  for (guint i = 0; i < 100; i++, g_usleep (10000))
    {
      wh_reports_counts (reports, &counts);
      if (counts.sent)
        break;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (counts.sent, ==, 1);
  g_assert_cmpuint (counts.dropped, ==, 1);
  g_free (service.path);
  g_free (service.authorization);
  g_free (service.body);
}

/* Nobody is there: it counts, and ends in time. */
static void
test_away (void)
{
  g_autoptr (WhReports) reports = wh_reports_new ("http://k@127.0.0.1:1/1", NULL, NULL);
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < 1000; i++)
    {
      const char words[] = { (char) ('a' + i % 26), (char) ('a' + i / 26 % 26), (char) ('a' + i / 676), '\0' };
      wh_reports_log_cb (G_LOG_LEVEL_CRITICAL, "place", words, NULL, reports);
    }
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 2 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/reports/scrub", test_scrub);
  g_test_add_func ("/server/reports/places", test_places);
  g_test_add_func ("/server/reports/told", test_told);
  g_test_add_func ("/server/reports/away", test_away);
  return g_test_run ();
}
