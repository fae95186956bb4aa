/* Addresses, nets and lists of them. */
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "server/wh-network.h"

static gboolean
parses (const char *text)
{
  WhNetworkAddress address;

  return wh_network_parse (text, strlen (text), &address);
}

static void
expect_text (const char *text, const char *wanted)
{
  WhNetworkAddress address;
  char buffer[WH_NETWORK_TEXT];

  g_assert_true (wh_network_parse (text, strlen (text), &address));
  g_assert_cmpstr (wh_network_format (&address, buffer), ==, wanted);
}

static void
test_addresses (void)
{
  static const char *const wrong[] = { "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
                                       "1.2.3.4:80", "[::1]", "::1%lo", "fe80::1%eth0", ":", ":::", "1::2::3", "12345::", "1.2.3.4/8",
                                       "::ffff:1.2.3.400", "2001:db8:0:0:0:0:0:0:0", "localhost", "1.2.3.-4", "1..2.3", "１.2.3.4",
                                       "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (parses (wrong[i]));
  g_assert_false (wh_network_parse ("1.2.3.4\0", 8, &(WhNetworkAddress){ 0 }));
  g_assert_false (wh_network_parse ("1.2\0.3.4", 8, &(WhNetworkAddress){ 0 }));
  g_assert_true (wh_network_parse ("1.2.3.45", 7, &(WhNetworkAddress){ 0 }));
  expect_text ("192.0.2.7", "192.0.2.7");
  expect_text ("::ffff:192.0.2.7", "192.0.2.7");
  expect_text ("::FFFF:c000:207", "192.0.2.7");
  expect_text ("2001:DB8:0:0:0::1", "2001:db8::1");
  expect_text ("::", "::");
}

static gboolean
contains (const char *nets, const char *text)
{
  g_auto (GStrv) list = g_strsplit (nets, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhNetworks) networks = wh_networks_new ((const char *const *) list, &error);
  WhNetworkAddress address;

  g_assert_no_error (error);
  g_assert_true (wh_network_parse (text, strlen (text), &address));
  return wh_networks_contain (networks, &address);
}

static void
test_nets (void)
{
  g_assert_true (contains ("10.0.0.0/8", "10.255.255.255"));
  g_assert_true (contains ("10.0.0.0/8", "::ffff:10.1.2.3"));
  g_assert_true (contains ("::ffff:10.0.0.0/104", "10.1.2.3"));
  g_assert_false (contains ("10.0.0.0/8", "11.0.0.0"));
  g_assert_false (contains ("10.0.0.0/8", "9.255.255.255"));
  g_assert_true (contains ("192.0.2.7", "192.0.2.7"));
  g_assert_false (contains ("192.0.2.7", "192.0.2.8"));
  g_assert_true (contains ("192.0.2.7/32", "192.0.2.7"));
  g_assert_true (contains ("0.0.0.0/0", "255.255.255.255"));
  g_assert_false (contains ("0.0.0.0/0", "2001:db8::1"));
  g_assert_true (contains ("::/0", "2001:db8::1"));
  g_assert_false (contains ("::/0", "192.0.2.7"));
  g_assert_true (contains ("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"));
  g_assert_false (contains ("2001:db8::/32", "2001:db9::"));
  g_assert_true (contains ("2001:db8::/64", "2001:db8::ffff:1"));
  g_assert_false (contains ("2001:db8::/64", "2001:db8:0:1::"));
  g_assert_true (contains ("2001:db8::/65", "2001:db8::7fff:0:0:0"));
  g_assert_false (contains ("2001:db8::/65", "2001:db8::8000:0:0:0"));
  g_assert_true (contains ("10.1.0.0/16 10.0.0.0/8 10.2.0.0/16", "10.200.0.1"));
  g_assert_true (contains ("10.0.0.0/9 10.128.0.0/9", "10.128.0.0"));
}

static void
expect_refused (const char *net, const char *words)
{
  const char *const list[] = { "127.0.0.1", net, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_networks_new (list, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refused (void)
{
  expect_refused ("10.0.0.1/8", "10.0.0.0/8");
  expect_refused ("2001:db8::1/32", "2001:db8::/32");
  expect_refused ("10.0.0.0/33", "10.0.0.0/33");
  expect_refused ("::/129", "::/129");
  expect_refused ("10.0.0.0/", "10.0.0.0/");
  expect_refused ("10.0.0.0/+8", "10.0.0.0/+8");
  expect_refused ("10.0.0.0/08", "10.0.0.0/08");
  expect_refused ("10.0.0.0/-1", "10.0.0.0/-1");
  expect_refused ("10.0.0.0/8/8", "10.0.0.0/8/8");
  expect_refused ("10.0.0.0/255.0.0.0", "255.0.0.0");
  expect_refused ("10/8", "10/8");
  expect_refused ("all", "all");
}

/* Against looking at every net. */
static void
test_many (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  WhNetworkAddress nets[500];
  guint bits[500];
  g_autoptr (WhNetworks) networks = NULL;
  WhRng rng;

  wh_rng_init (&rng, 420);
  for (guint i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      char buffer[WH_NETWORK_TEXT];
      gboolean is_ipv4 = i % 2;
      WhNetworkAddress address = { is_ipv4 ? 0 : 0x20010db8ULL << 32 | (wh_rng_next (&rng) & 0xffff),
                                   is_ipv4 ? 0xffff00000000 | (guint32) wh_rng_next (&rng) : wh_rng_next (&rng) };
      bits[i] = (is_ipv4 ? 96 : 48) + (is_ipv4 ? 4 : 0) + wh_rng_below (&rng, is_ipv4 ? 29 : 81);
      nets[i] = wh_network_prefix (&address, bits[i]);
      g_ptr_array_add (texts, g_strdup_printf ("%s/%u", wh_network_format (&nets[i], buffer), is_ipv4 ? bits[i] - 96 : bits[i]));
    }
  g_ptr_array_add (texts, NULL);
  networks = wh_networks_new ((const char *const *) texts->pdata, NULL);
  g_assert_nonnull (networks);
  for (guint i = 0; i < 20000; i++)
    {
      WhNetworkAddress near = nets[i % G_N_ELEMENTS (nets)];
      gboolean found = FALSE;
      near.low += (guint64) ((gint64) wh_rng_below (&rng, 5) - 2);
      for (guint j = 0; j < G_N_ELEMENTS (nets) && !found; j++)
        {
          WhNetworkAddress prefix = wh_network_prefix (&near, bits[j]);
          found = wh_network_equal (&prefix, &nets[j]);
        }
      g_assert_cmpint (wh_networks_contain (networks, &near), ==, found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/network/addresses", test_addresses);
  g_test_add_func ("/server/network/nets", test_nets);
  g_test_add_func ("/server/network/refused", test_refused);
  g_test_add_func ("/server/network/many", test_many);
  return g_test_run ();
}
