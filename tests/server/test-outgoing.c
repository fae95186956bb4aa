/* The door outwards: whom it calls, whom it does not, and when it has enough. */
#include <string.h>

#include "base/wh-error.h"
#include "server/wh-outgoing-address.h"
#include "server/wh-outgoing.h"
#include "support/wh-test-web.h"
#include "support/wh-test.h"

static const char *const loopback[] = { "127.0.0.0/8", "::1", NULL };

static WhOutgoing *
make_door (const WhOutgoingOptions *options)
{
  g_autoptr (GError) error = NULL;
  WhOutgoing *door = wh_outgoing_new (options, &error);

  g_assert_no_error (error);
  return door;
}

static WhOutgoingReply *
get (WhOutgoing *door, const char *url, GError **error)
{
  return wh_outgoing_send (door, &(WhOutgoingCall){ .method = "GET", .url = url }, NULL, error);
}

static void
test_addresses (void)
{
  static const char *const shut[] = { "127.0.0.1", "10.0.0.1", "172.16.5.4", "172.31.255.255", "192.168.1.1", "169.254.169.254",
                                      "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1",
                                      "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
                                      "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b::127.0.0.1", "2002:7f00:1::1", "2002:a00:1::", "2001:db8::1",
                                      "2001::1", "100::1", "64:ff9b:1::1" };
  static const char *const open[] = { "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1", "11.0.0.1", "223.255.255.255", "100.128.0.1",
                                      "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1" };

  for (guint i = 0; i < G_N_ELEMENTS (shut); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (shut[i]);
      if (wh_outgoing_may_reach (NULL, address))
        g_error ("%s may be reached", shut[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (open[i]);
      if (!wh_outgoing_may_reach (NULL, address))
        g_error ("%s may not be reached", open[i]);
    }
}

static void
test_allowed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) networks = wh_outgoing_networks ((const char *const[]) { "10.1.0.0/16", "fd00::/8", NULL }, &error);
  g_autoptr (GInetAddress) inside = g_inet_address_new_from_string ("10.1.2.3");
  g_autoptr (GInetAddress) outside = g_inet_address_new_from_string ("10.2.2.3");
  g_autoptr (GInetAddress) mapped = g_inet_address_new_from_string ("::ffff:10.1.2.3");

  g_assert_no_error (error);
  g_assert_true (wh_outgoing_may_reach (networks, inside));
  g_assert_true (wh_outgoing_may_reach (networks, mapped));
  g_assert_false (wh_outgoing_may_reach (networks, outside));
  g_assert_null (wh_outgoing_networks ((const char *const[]) { "10.1.0.0/33", NULL }, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static void
test_urls (void)
{
  static const struct {
    const char *url;
    int         code;   /* -1: fine */
  } cases[] = {
    { "https://example.com/menu.csv?x=1", -1 },
    { "http://example.com:8080/", -1 },
    { "HTTPS://EXAMPLE.com", -1 },
    { "http://93.184.216.34/", -1 },
    { "ftp://example.com/", WH_ERROR_INVALID },
    { "file:///etc/passwd", WH_ERROR_INVALID },
    { "https://user:secret@example.com/", WH_ERROR_INVALID },
    { "https://user@example.com/", WH_ERROR_INVALID },
    { "http:///path", WH_ERROR_INVALID },
    { "http://example.com:0/", WH_ERROR_INVALID },
    { "http://exa mple.com/", WH_ERROR_INVALID },
    { "example.com", WH_ERROR_INVALID },
    { "", WH_ERROR_INVALID },
    { "http://127.0.0.1:9/", WH_ERROR_DENIED },
    { "http://[::1]/", WH_ERROR_DENIED },
    { "http://[::ffff:7f00:1]/", WH_ERROR_DENIED },
    { "http://169.254.169.254/latest/meta-data/", WH_ERROR_DENIED },
  };
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ 0 });

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean fine = wh_outgoing_check_url (door, cases[i].url, &error);
      if (fine != (cases[i].code < 0) || (error && error->code != cases[i].code))
        g_error ("%s: %s", cases[i].url, error ? error->message : "fine");
    }
}

static void
test_get (void)
{
  WhTestWeb *web = wh_test_web_start (NULL);
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ .allowed = loopback });
  g_autofree char *url = wh_test_web_url (web, NULL, "/menu"), *gone = wh_test_web_url (web, NULL, "/gone"), *request = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WhOutgoingReply) reply = NULL, other = NULL;

  wh_test_web_set (web, "/menu", "200 OK\r\nETag: \"7\"\r\nContent-Type: text/csv; charset=utf-8", "name,price\n");
  reply = wh_outgoing_send (door, &(WhOutgoingCall){ .method = "GET", .url = url,
                                                     .headers = (const char *const[]) { "If-None-Match", "\"6\"", NULL } }, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->etag, ==, "\"7\"");
  g_assert_cmpstr (reply->content_type, ==, "text/csv");
  g_assert_cmpmem (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body), "name,price\n", 11);
  request = wh_test_web_request (web, "/menu");
  g_assert_nonnull (strstr (request, "If-None-Match: \"6\"\r\n"));
  g_assert_null (strstr (request, "Cookie"));
  other = get (door, gone, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (other->status, ==, 404);
  wh_test_web_stop (web);
}

static void
test_post (void)
{
  WhTestWeb *web = wh_test_web_start (NULL);
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ .allowed = loopback, .redirects = 3 });
  g_autofree char *url = wh_test_web_url (web, NULL, "/hook"), *request = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhOutgoingReply) reply = NULL;

  /* What is posted is not sent on. */
  wh_test_web_set (web, "/hook", "307 Temporary Redirect\r\nLocation: /elsewhere", "a long answer");
  wh_test_web_set (web, "/elsewhere", "200 OK", "");
  reply = wh_outgoing_send (door, &(WhOutgoingCall){ .method = "POST", .url = url, .content_type = "application/json", .body = body,
                                                     .max_bytes = 6, .cut = TRUE }, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 307);
  g_assert_cmpmem (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body), "a long", 6);
  g_assert_cmpuint (wh_test_web_asked (web, "/elsewhere"), ==, 0);
  request = wh_test_web_request (web, "/hook");
  g_assert_true (g_str_has_prefix (request, "POST /hook HTTP/1.1\r\n"));
  g_assert_true (g_str_has_suffix (request, "\r\n\r\n{\"a\":1}"));
  wh_test_web_stop (web);
}

/* By number and by name, at first and after a redirect. */
static void
test_private (void)
{
  static const char *const hosts[] = { "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f000001" };
  WhTestWeb *web = wh_test_web_start (NULL);
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ .seconds = 5 });

  wh_test_web_set (web, "/", "200 OK", "secret");
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *url = wh_test_web_url (web, hosts[i], "/");
      g_autoptr (GError) error = NULL;
      g_autoptr (WhOutgoingReply) reply = get (door, url, &error);
      g_assert_null (reply);
      g_assert_nonnull (error);
      if (i < 2)
        g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
    }
  g_assert_cmpuint (wh_test_web_asked (web, "/"), ==, 0);
  wh_test_web_stop (web);
}

static void
test_redirects (void)
{
  WhTestWeb *web = wh_test_web_start (NULL);
  /* Only this one address, so that the way out of it is shut. */
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ .allowed = (const char *const[]) { "127.0.0.1", NULL }, .redirects = 2 });
  g_autofree char *start = wh_test_web_url (web, NULL, "/1"), *out = wh_test_web_url (web, NULL, "/out");
  g_autofree char *loop = wh_test_web_url (web, NULL, "/loop"), *target = wh_test_web_url (web, "127.0.0.2", "/4");
  g_autofree char *head = g_strconcat ("302 Found\r\nLocation: ", target, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhOutgoingReply) reply = NULL, looped = NULL;

  wh_test_web_set (web, "/1", "301 Moved\r\nLocation: /2", "");
  wh_test_web_set (web, "/2", "302 Found\r\nLocation: 3", "");
  wh_test_web_set (web, "/3", "200 OK", "there");
  wh_test_web_set (web, "/out", head, "");
  wh_test_web_set (web, "/4", "200 OK", "");
  wh_test_web_set (web, "/loop", "302 Found\r\nLocation: /loop", "");
  reply = get (door, start, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (g_str_has_suffix (reply->url, "/3"));
  looped = get (door, loop, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (looped->status, ==, 302);
  g_assert_cmpuint (wh_test_web_asked (web, "/loop"), ==, 3);
  g_assert_null (get (door, out, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_assert_cmpuint (wh_test_web_asked (web, "/4"), ==, 0);
  wh_test_web_stop (web);
}

static void
test_ends (void)
{
  WhTestWeb *web = wh_test_web_start (NULL);
  g_autoptr (WhOutgoing) door = make_door (&(WhOutgoingOptions){ .allowed = loopback, .seconds = 1, .max_bytes = 100000 });
  g_autofree char *hang = wh_test_web_url (web, NULL, "/hang"), *endless = wh_test_web_url (web, NULL, "/endless");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  wh_test_web_set (web, "/hang", "hang", NULL);
  wh_test_web_set (web, "/endless", "endless", NULL);
  g_assert_null (get (door, hang, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  g_clear_error (&error);
  g_assert_null (get (door, endless, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (wh_outgoing_send (door, &(WhOutgoingCall){ .method = "GET", .url = hang }, cancellable, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (get (door, "http://127.0.0.1:1/", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
  wh_test_web_stop (web);
}

/* Once the TLS of GLib has run in threads, LeakSanitizer itself falls over ("Tracer caught signal 11") while it looks for leaks at the end.
 * So that happens in a process of its own, where it is not asked to; the rest of this file is looked at as everywhere. */
static gboolean tls_was_used;

__attribute__ ((visibility ("default"))) int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return tls_was_used;
}

static void
call_with_tls (void)
{
  g_autofree char *dir = wh_test_make_dir (), *authority = NULL, *insecure = NULL, *right = NULL, *wrong = NULL, *away = NULL;
  g_autoptr (GTlsCertificate) certificate = wh_test_web_certificate (dir, &authority);
  WhTestWeb *web = certificate ? wh_test_web_start (certificate) : NULL, *plain;
  g_autoptr (WhOutgoing) trusting = NULL, usual = make_door (&(WhOutgoingOptions){ .allowed = loopback, .seconds = 5 });
  g_autoptr (GError) error = NULL;
  g_autoptr (WhOutgoingReply) reply = NULL;

  tls_was_used = TRUE;
  if (web)
    {
      trusting = make_door (&(WhOutgoingOptions){ .allowed = loopback, .ca_file = authority, .seconds = 5, .redirects = 2 });
      plain = wh_test_web_start (NULL);
      insecure = wh_test_web_url (plain, NULL, "/menu");
      right = wh_test_web_url (web, "localhost", "/menu");
      wrong = wh_test_web_url (web, NULL, "/menu");
      away = wh_test_web_url (web, "localhost", "/away");
      g_autofree char *head = g_strconcat ("302 Found\r\nLocation: ", insecure, NULL);
      wh_test_web_set (web, "/menu", "200 OK", "name");
      wh_test_web_set (web, "/away", head, "");
      reply = get (trusting, right, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reply->status, ==, 200);
      /* A certificate of another name, one of an unknown authority, and a way out of encryption. */
      g_assert_null (get (trusting, wrong, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
      g_clear_error (&error);
      g_assert_null (get (usual, right, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
      g_clear_error (&error);
      g_assert_null (get (trusting, away, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
      wh_test_web_stop (plain);
      wh_test_web_stop (web);
    }
  wh_test_remove_dir (dir);
}

static void
test_tls (void)
{
  if (g_test_subprocess ())
    {
      call_with_tls ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outgoing/addresses", test_addresses);
  g_test_add_func ("/outgoing/allowed", test_allowed);
  g_test_add_func ("/outgoing/urls", test_urls);
  g_test_add_func ("/outgoing/get", test_get);
  g_test_add_func ("/outgoing/post", test_post);
  g_test_add_func ("/outgoing/private", test_private);
  g_test_add_func ("/outgoing/redirects", test_redirects);
  g_test_add_func ("/outgoing/ends", test_ends);
  g_test_add_func ("/outgoing/tls", test_tls);
  return g_test_run ();
}
