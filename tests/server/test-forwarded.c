/* Whose request it is: what a proxy says, what a client only claims, and what cannot be read. */
#include <string.h>

#include "base/wh-random.h"
#include "server/wh-forwarded.h"

#define PROXY "10.0.0.1"
#define TRUSTED "10.0.0.0/8 2001:db8:aaaa::/48"

/* `head`: "Name: value|Name: value". */
static GArray *
split_head (const char *head)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (WhGateField));

  while (*head)
    {
      const char *colon = strstr (head, ": "), *end = head + strcspn (head, "|");
      WhGateField field = { head, (gsize) (colon - head), colon + 2, (gsize) (end - colon - 2) };
      g_array_append_val (fields, field);
      head = *end ? end + 1 : end;
    }
  return fields;
}

static void
find (const char *peer_text, const char *head, WhForwardedField field, WhClient *client)
{
  g_auto (GStrv) list = g_strsplit (TRUSTED, " ", -1);
  g_autoptr (WhNetworks) trusted = wh_networks_new ((const char *const *) list, NULL);
  g_autoptr (GArray) fields = split_head (head);
  WhNetworkAddress peer;

  g_assert_true (wh_network_parse (peer_text, strlen (peer_text), &peer));
  wh_forwarded_find (&peer, trusted, field, (const WhGateField *) (void *) fields->data, fields->len, client);
}

static void
expect (const char *peer, const char *head, WhForwardedField field, WhClientSource source, const char *address)
{
  WhClient client;
  char text[WH_NETWORK_TEXT];

  find (peer, head, field, &client);
  g_test_message ("%s: %s, %u", head, wh_network_format (&client.address, text), client.source);
  g_assert_cmpstr (wh_network_format (&client.address, text), ==, address);
  g_assert_cmpint (client.source, ==, source);
  g_assert_cmpint (client.misled, ==, source == WH_CLIENT_MALFORMED);
}

#define LIST WH_FORWARDED_FOR_LIST
#define STANDARD WH_FORWARDED_STANDARD

static void
test_untrusted (void)
{
  expect ("192.0.2.9", "X-Forwarded-For: 1.1.1.1", LIST, WH_CLIENT_PEER, "192.0.2.9");
  expect ("192.0.2.9", "X-Forwarded-For: nonsense", LIST, WH_CLIENT_PEER, "192.0.2.9");
  expect ("192.0.2.9", "Forwarded: for=1.1.1.1", STANDARD, WH_CLIENT_PEER, "192.0.2.9");
  expect ("11.0.0.1", "X-Forwarded-For: 10.0.0.1", LIST, WH_CLIENT_PEER, "11.0.0.1");
}

/* A proxy that writes one field hands the other one on as the client sent it. */
static void
test_other_field (void)
{
  expect (PROXY, "Forwarded: for=1.1.1.1", LIST, WH_CLIENT_PEER, PROXY);
  expect (PROXY, "X-Forwarded-For: 1.1.1.1", STANDARD, WH_CLIENT_PEER, PROXY);
  expect (PROXY, "X-Forwarded-For: 2.2.2.2|Forwarded: for=1.1.1.1", LIST, WH_CLIENT_FORWARDED, "2.2.2.2");
  expect (PROXY, "X-Forwarded-For: 2.2.2.2|Forwarded: for=1.1.1.1", STANDARD, WH_CLIENT_FORWARDED, "1.1.1.1");
  expect (PROXY, "X-Real-IP: 1.1.1.1", LIST, WH_CLIENT_PEER, PROXY);
}

static void
test_list (void)
{
  expect (PROXY, "X-Forwarded-For: 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "x-forwarded-for: 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect ("::ffff:" PROXY, "X-Forwarded-For: 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect ("2001:db8:aaaa::1", "X-Forwarded-For: 2001:db8::7", LIST, WH_CLIENT_FORWARDED, "2001:db8::7");
  expect (PROXY, "X-Forwarded-For: [2001:db8::7]", LIST, WH_CLIENT_FORWARDED, "2001:db8::7");
  expect (PROXY, "X-Forwarded-For: [2001:db8::7]:443", LIST, WH_CLIENT_FORWARDED, "2001:db8::7");
  expect (PROXY, "X-Forwarded-For: 192.0.2.7:5123", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: ::ffff:192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  /* The nearest proxy writes at the right; what stands to the left of the first stranger is that one's claim. */
  expect (PROXY, "X-Forwarded-For: 1.1.1.1, 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: 10.0.0.5, 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: 1.1.1.1,\t192.0.2.7 , 10.0.0.2", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: 1.1.1.1|X-Forwarded-For: 192.0.2.7|X-Forwarded-For: 10.9.9.9", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: <script>, 192.0.2.7", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "X-Forwarded-For: ,192.0.2.7,,", LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  /* All trusted: somebody in our own net. */
  expect (PROXY, "X-Forwarded-For: 10.0.0.9, 10.0.0.2", LIST, WH_CLIENT_FORWARDED, "10.0.0.9");
  expect (PROXY, "X-Forwarded-For: unknown", LIST, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "X-Forwarded-For: 192.0.2.7, unknown, 10.0.0.2", LIST, WH_CLIENT_HIDDEN, "10.0.0.2");
  expect (PROXY, "X-Test: 1", LIST, WH_CLIENT_PEER, PROXY);
}

static void
test_list_malformed (void)
{
  static const char *const values[] = { "", ",", "x", "192.0.2", "192.0.2.256", "192.0.2.7.", "192.0.2.07", "[192.0.2.7]", "[::1", "::1]",
                                        "[::1]x", "[::1]:", "[::1]:x", "[::1]:123456", "192.0.2.7:", "192.0.2.7:x", "192.0.2.7:123456",
                                        "192.0.2.7 192.0.2.8", "192.0.2.7;192.0.2.8", "\"192.0.2.7\"", "fe80::1%eth0", "for=192.0.2.7",
                                        "localhost", "_", "-", "192.0.2.7/32", "0x7f.1", "2130706433", "[]", "[:]", "192.0.2.7\x01" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *alone = g_strconcat ("X-Forwarded-For: ", values[i], NULL);
      g_autofree char *last = g_strconcat ("X-Forwarded-For: 1.1.1.1, ", values[i], NULL);
      g_autofree char *behind = g_strconcat ("X-Forwarded-For: ", values[i], ", 10.0.0.2", NULL);
      gboolean is_empty = *values[i] == '\0' || *values[i] == ',';
      expect (PROXY, alone, LIST, WH_CLIENT_MALFORMED, PROXY);
      if (is_empty)
        continue;
      expect (PROXY, last, LIST, WH_CLIENT_MALFORMED, PROXY);
      expect (PROXY, behind, LIST, WH_CLIENT_MALFORMED, "10.0.0.2");
    }
}

static void
test_standard (void)
{
  expect (PROXY, "Forwarded: for=192.0.2.7", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: For=\"192.0.2.7\"", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=\"192.0.2.7:47011\"", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=\"[2001:db8:cafe::17]:4711\"", STANDARD, WH_CLIENT_FORWARDED, "2001:db8:cafe::17");
  expect (PROXY, "Forwarded: for=\"[2001:db8:cafe::17]\"", STANDARD, WH_CLIENT_FORWARDED, "2001:db8:cafe::17");
  expect (PROXY, "Forwarded: for=\"192.0.2.7:_port\"", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=192.0.2.43;proto=http;by=203.0.113.43", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.43");
  expect (PROXY, "Forwarded: proto=http;;for=192.0.2.43;", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.43");
  expect (PROXY, "Forwarded: for=1.1.1.1, for=192.0.2.7", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=1.1.1.1 ,\tfor=192.0.2.7,for=10.0.0.3", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=1.1.1.1|Forwarded: for=192.0.2.7", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=192.0.2.7;secret=\"a, b; c\\\"for=1.1.1.1\"", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
  expect (PROXY, "Forwarded: for=_hidden, for=_SEVKISEK", STANDARD, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "Forwarded: for=unknown", STANDARD, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "Forwarded: for=\"_gazonk\"", STANDARD, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "Forwarded: for=\"unknown:80\"", STANDARD, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "Forwarded: proto=https", STANDARD, WH_CLIENT_HIDDEN, PROXY);
  expect (PROXY, "Forwarded: for=192.0.2.7,, ", STANDARD, WH_CLIENT_FORWARDED, "192.0.2.7");
}

static void
test_standard_malformed (void)
{
  static const char *const values[] = { "", "for", "for=", "=192.0.2.7", "for =192.0.2.7", "for= 192.0.2.7", "for=\"192.0.2.7",
                                        "for=192.0.2.7\"", "for=\"192.0.2.7\"x", "for=192.0.2.7 for=1.1.1.1", "for=192.0.2.7; for=1.1.1.1",
                                        "for=192.0.2.7;for=1.1.1.1", "for=[2001:db8::1]", "for=\"2001:db8::1\"", "for=192.0.2.7:80",
                                        "for=\"192.0.2.\\7\"", "for=\"\"", "for=_", "for=\"_a b\"", "for=\"[::1]:_\\\"\"", "for=1.1.1.1;x",
                                        "for=1.1.1.1 x", "for=\"1.1.1.1\\", "192.0.2.7", "for=\"192.0.2.7:999999\"", "for={}",
                                        "\"for\"=1.1.1.1" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *alone = g_strconcat ("Forwarded: ", values[i], NULL);
      expect (PROXY, alone, STANDARD, WH_CLIENT_MALFORMED, PROXY);
    }
  /* A quote that a client opens must not swallow what the proxy adds. */
  expect (PROXY, "Forwarded: for=\"1.1.1.1, for=192.0.2.7", STANDARD, WH_CLIENT_MALFORMED, PROXY);
  expect (PROXY, "Forwarded: for=\"|Forwarded: for=192.0.2.7", STANDARD, WH_CLIENT_MALFORMED, PROXY);
}

static void
test_long (void)
{
  GString *head = g_string_new ("X-Forwarded-For: 192.0.2.7");

  for (guint i = 0; i < WH_FORWARDED_HOPS - 1; i++)
    g_string_append (head, ", 10.0.0.2");
  expect (PROXY, head->str, LIST, WH_CLIENT_FORWARDED, "192.0.2.7");
  g_string_append (head, ", 10.0.0.2");
  expect (PROXY, head->str, LIST, WH_CLIENT_MALFORMED, "10.0.0.2");
  g_string_append (head, ", 192.0.2.8");
  expect (PROXY, head->str, LIST, WH_CLIENT_FORWARDED, "192.0.2.8");
  g_string_free (head, TRUE);
}

static void
expect_told (const char *peer, const char *head, WhForwardedField field, const char *scheme, const char *host, gboolean misled)
{
  WhClient client;

  find (peer, head, field, &client);
  g_test_message ("%s", head);
  g_assert_cmpstr (client.scheme, ==, scheme);
  g_assert_cmpstr (client.host, ==, host);
  g_assert_cmpint (client.misled, ==, misled);
}

static void
test_scheme_and_host (void)
{
  expect_told (PROXY, "X-Forwarded-For: 1.1.1.1|X-Forwarded-Proto: https|X-Forwarded-Host: a.example:8443", LIST, "https",
               "a.example:8443", FALSE);
  expect_told (PROXY, "X-Forwarded-Proto: HTTP", LIST, "http", "", FALSE);
  expect_told ("192.0.2.9", "X-Forwarded-Proto: https|X-Forwarded-Host: a.example", LIST, NULL, "", FALSE);
  expect_told (PROXY, "X-Forwarded-For: x|X-Forwarded-Proto: https", LIST, NULL, "", TRUE);
  expect_told (PROXY, "X-Forwarded-Proto: https|X-Forwarded-Proto: http", LIST, NULL, "", TRUE);
  expect_told (PROXY, "X-Forwarded-Proto: javascript", LIST, NULL, "", TRUE);
  expect_told (PROXY, "X-Forwarded-Host: a b", LIST, NULL, "", TRUE);
  expect_told (PROXY, "X-Forwarded-Host: a/../b", LIST, NULL, "", TRUE);
  expect_told (PROXY, "X-Forwarded-Host: a@b", LIST, NULL, "", TRUE);
  expect_told (PROXY, "Forwarded: for=1.1.1.1;proto=https;host=\"a.example:8443\"", STANDARD, "https", "a.example:8443", FALSE);
  expect_told (PROXY, "Forwarded: for=2.2.2.2;proto=https;host=evil, for=1.1.1.1;proto=http;host=a.example", STANDARD, "http",
               "a.example", FALSE);
  expect_told (PROXY, "Forwarded: for=1.1.1.1;proto=https|X-Forwarded-Proto: http", STANDARD, "https", "", FALSE);
  expect_told (PROXY, "Forwarded: for=1.1.1.1;proto=ftp", STANDARD, NULL, "", TRUE);
}

/* Whatever comes, the client is somebody whom a trusted hop has named. */
static void
test_noise (void)
{
  static const char alphabet[] = "for=;,\"\\ []:.0123456789abcf_proto\t";
  WhRng rng;

  wh_rng_init (&rng, 7239);
  for (guint i = 0; i < 200000; i++)
    {
      char value[48];
      gsize length = wh_rng_below (&rng, sizeof value);
      WhGateField field = { i % 2 ? "Forwarded" : "X-Forwarded-For", i % 2 ? 9 : 15, value, length };
      const char *const list[] = { "10.0.0.0/8", NULL };
      g_autoptr (WhNetworks) trusted = wh_networks_new (list, NULL);
      WhNetworkAddress peer;
      WhClient client;
      for (gsize j = 0; j < length; j++)
        value[j] = alphabet[wh_rng_below (&rng, sizeof alphabet - 1)];
      wh_network_parse (PROXY, strlen (PROXY), &peer);
      wh_forwarded_find (&peer, trusted, i % 2 ? STANDARD : LIST, &field, 1, &client);
      if (client.source != WH_CLIENT_FORWARDED)
        g_assert_true (wh_networks_contain (trusted, &client.address));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/forwarded/untrusted", test_untrusted);
  g_test_add_func ("/server/forwarded/other-field", test_other_field);
  g_test_add_func ("/server/forwarded/list", test_list);
  g_test_add_func ("/server/forwarded/list-malformed", test_list_malformed);
  g_test_add_func ("/server/forwarded/standard", test_standard);
  g_test_add_func ("/server/forwarded/standard-malformed", test_standard_malformed);
  g_test_add_func ("/server/forwarded/long", test_long);
  g_test_add_func ("/server/forwarded/scheme-and-host", test_scheme_and_host);
  g_test_add_func ("/server/forwarded/noise", test_noise);
  return g_test_run ();
}
