/* Who is connected: how many there may be, in all and of an address, and what an address is. */
#include "server/wh-access.h"
#include "server/wh-peers.h"
#include "support/wh-test.h"

#define MOST 6
#define DESCRIPTORS 64

static WhPeers *peers;

static const guint8 shop[WH_PEERS_ADDRESS] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7 };
static const guint8 neighbour[WH_PEERS_ADDRESS] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 8 };
static const guint8 six[WH_PEERS_ADDRESS] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 };
static const guint8 same_net[WH_PEERS_ADDRESS] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 9, 9, 9, 9, 0, 0, 0, 2 };
static const guint8 other_net[WH_PEERS_ADDRESS] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1 };
static const guint8 here[WH_PEERS_ADDRESS] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 8, 0, 1 };
static const guint8 here_six[WH_PEERS_ADDRESS] = { [WH_PEERS_ADDRESS - 1] = 1 };

/* The descriptors are none: nobody is hung up on here. */
static WhPeersVerdict
add (int fd, const guint8 address[WH_PEERS_ADDRESS], guint most_of_address)
{
  return wh_peers_add (peers, fd, address, most_of_address, FALSE, peers);
}

static void
leave (int fd)
{
  wh_peers_remove (peers, wh_peers_find (peers, fd));
}

static void
test_of_address (void)
{
  peers = wh_peers_new (MOST, DESCRIPTORS);
  g_assert_cmpint (add (10, shop, 2), ==, WH_PEERS_WELCOME);
  g_assert_cmpint (add (11, shop, 2), ==, WH_PEERS_WELCOME);
  g_assert_cmpint (add (12, shop, 2), ==, WH_PEERS_CROWDED);
  g_assert_cmpint (add (12, neighbour, 2), ==, WH_PEERS_WELCOME);
  g_assert_cmpint (add (13, shop, 0), ==, WH_PEERS_WELCOME);   /* exempt */
  g_assert_true (wh_peer_door (wh_peers_find (peers, 10)) == peers);
  leave (13);
  g_assert_cmpint (add (13, shop, 2), ==, WH_PEERS_CROWDED);   /* who is exempt was not counted */
  leave (10);
  g_assert_cmpint (add (10, shop, 2), ==, WH_PEERS_WELCOME);
  g_assert_cmpuint (wh_peers_count (peers), ==, 3);
  leave (10);
  leave (11);
  leave (12);
  wh_peers_free (peers);
}

/* Of IPv6, a /64 is one neighbour. */
static void
test_of_net (void)
{
  peers = wh_peers_new (MOST, DESCRIPTORS);
  g_assert_cmpint (add (10, six, 1), ==, WH_PEERS_WELCOME);
  g_assert_cmpint (add (11, same_net, 1), ==, WH_PEERS_CROWDED);
  g_assert_cmpint (add (11, other_net, 1), ==, WH_PEERS_WELCOME);
  leave (10);
  leave (11);
  wh_peers_free (peers);
}

static void
test_in_all (void)
{
  peers = wh_peers_new (MOST, DESCRIPTORS);
  for (int i = 0; i < MOST; i++)
    g_assert_cmpint (add (10 + i, shop, 0), ==, WH_PEERS_WELCOME);
  g_assert_cmpint (add (10 + MOST, neighbour, 0), ==, WH_PEERS_FULL);
  leave (10);
  g_assert_cmpint (add (DESCRIPTORS, neighbour, 0), ==, WH_PEERS_FULL);   /* no place for that descriptor */
  g_assert_cmpint (add (10, neighbour, 0), ==, WH_PEERS_WELCOME);
  for (int i = 0; i < MOST; i++)
    leave (10 + i);
  g_assert_cmpuint (wh_peers_count (peers), ==, 0);
  wh_peers_free (peers);
}

static void
test_loopback (void)
{
  g_assert_true (wh_access_is_loopback (here));
  g_assert_true (wh_access_is_loopback (here_six));
  g_assert_false (wh_access_is_loopback (shop));
  g_assert_false (wh_access_is_loopback (six));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/peers/of-address", test_of_address);
  g_test_add_func ("/server/peers/of-net", test_of_net);
  g_test_add_func ("/server/peers/in-all", test_in_all);
  g_test_add_func ("/server/peers/loopback", test_loopback);
  return g_test_run ();
}
