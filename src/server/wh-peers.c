#include "wh-peers.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/wh-clock.h"

#define TICK_US 100000          /* unit of time here */
#define TICKS_PER_SECOND (G_USEC_PER_SEC / TICK_US)
#define SWEEP_US 250000
#define ROUNDS 4                /* sweeps in which each resting peer is looked at once */
#define UNKNOWN G_MAXUINT64

typedef enum {
  RESTING,
  HEAD,
  BODY,
  WORKING,
  REPLYING,
} Phase;

/* A slot per descriptor. `phase` and `due` are set by the peer's own thread and by the sweeper, which gives way to it. */
struct _WhPeer {
  WhPeers    *peers;
  const void *door;
  int         fd;
  gboolean    used, counted, trusted, lingers;
  guint8      address[WH_PEERS_ADDRESS];
  gint        phase;    /* atomic */
  gint        due;      /* atomic: tick; 0: none */
  gint        since;    /* tick at which the body began */
  guint64     bytes;    /* received when it began to rest, or taken when last looked at; UNKNOWN: to be looked up */
};

struct _WhPeers {
  GMutex      lock;
  GCond       wake;
  WhPeer     *slots;
  guint       n_slots;
  GHashTable *crowds;   /* address → how many */
  guint       n, most;
  gint        highest;  /* atomic: slot that was ever used */
  gint        idle, head, grace, rate;   /* atomic: of WhPeersPace */
  GThread    *sweeper;
  gboolean    stop;
};

static gint
tick_now (void)
{
  return (gint) (wh_clock_monotonic () / TICK_US) + 1;
}

/* Of IPv6 a /64 is one neighbour: it has all of its addresses. */
static GBytes *
crowd_of (const guint8 address[WH_PEERS_ADDRESS])
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

  return g_bytes_new (address, memcmp (address, mapped, sizeof mapped) == 0 ? WH_PEERS_ADDRESS : WH_PEERS_ADDRESS / 2);
}

/* -- the sweeper -- */

static gboolean
look (const WhPeer *peer, struct tcp_info *out_info)
{
  socklen_t length = sizeof *out_info;

  memset (out_info, 0, sizeof *out_info);
  return getsockopt (peer->fd, IPPROTO_TCP, TCP_INFO, out_info, &length) == 0
         && length >= G_STRUCT_OFFSET (struct tcp_info, tcpi_segs_out);
}

/* The library's buffer is not to be looked into, but the kernel counts: once bytes have come to a resting peer, its head has begun. */
static void
look_at_resting (WhPeer *peer, gint due)
{
  struct tcp_info info;

  if (!look (peer, &info))
    return;
  if (peer->bytes == UNKNOWN)
    peer->bytes = info.tcpi_bytes_received;
  if (info.tcpi_bytes_received == peer->bytes)
    return;
  if (g_atomic_int_compare_and_exchange (&peer->phase, RESTING, HEAD))
    g_atomic_int_compare_and_exchange (&peer->due, due,
                                       tick_now () - (gint) MIN (info.tcpi_last_data_recv / 100, 10u)
                                           + g_atomic_int_get (&peer->peers->head));
}

/* A reply is late only when less of it was taken since the last look than the pace wants. */
static gboolean
reply_gets_on (WhPeer *peer, gint due)
{
  const gint grace = g_atomic_int_get (&peer->peers->grace);
  const guint64 least = (guint64) g_atomic_int_get (&peer->peers->rate) * (guint) grace / TICKS_PER_SECOND;
  struct tcp_info info;
  gboolean well;

  if (!look (peer, &info))
    return FALSE;
  well = peer->bytes == UNKNOWN || info.tcpi_bytes_acked >= peer->bytes + least;
  peer->bytes = info.tcpi_bytes_acked;
  if (well)
    g_atomic_int_compare_and_exchange (&peer->due, due, tick_now () + grace);
  return well;
}

/* The library then sees the end of the stream and closes; the descriptor stays its own. */
static void
look_after (WhPeers *peers, WhPeer *peer, gint now, gboolean look_closer)
{
  gint due, phase;

  g_mutex_lock (&peers->lock);
  due = g_atomic_int_get (&peer->due);
  phase = g_atomic_int_get (&peer->phase);
  if (peer->used && !peer->trusted && due)
    {
      if (phase == RESTING && look_closer)
        look_at_resting (peer, due);
      if (now > due && !(phase == REPLYING && reply_gets_on (peer, due)) && g_atomic_int_compare_and_exchange (&peer->due, due, 0))
        shutdown (peer->fd, SHUT_RDWR);
    }
  g_mutex_unlock (&peers->lock);
}

static void
sweep (WhPeers *peers, guint round)
{
  gint now = tick_now ();

  for (guint i = 0; i <= (guint) g_atomic_int_get (&peers->highest); i++)
    {
      WhPeer *peer = &peers->slots[i];
      gint due = g_atomic_int_get (&peer->due);
      gboolean look_closer = i % ROUNDS == round % ROUNDS && g_atomic_int_get (&peer->phase) == RESTING;
      if (due && (now > due || look_closer))
        look_after (peers, peer, now, look_closer);
    }
}

static gpointer
sweeper_thread (gpointer data)
{
  WhPeers *peers = data;

  g_mutex_lock (&peers->lock);
  for (guint round = 0; !peers->stop; round++)
    {
      g_mutex_unlock (&peers->lock);
      sweep (peers, round);
      g_mutex_lock (&peers->lock);
      if (!peers->stop)
        g_cond_wait_until (&peers->wake, &peers->lock, g_get_monotonic_time () + SWEEP_US);
    }
  g_mutex_unlock (&peers->lock);
  return NULL;
}

/* -- the list -- */

WhPeers *
wh_peers_new (guint most, guint descriptors)
{
  const WhPeersPace pace = { 60, 5, 15, 512 };
  WhPeers *peers = g_new0 (WhPeers, 1);

  g_mutex_init (&peers->lock);
  g_cond_init (&peers->wake);
  peers->most = most;
  peers->n_slots = descriptors;
  peers->slots = g_new0 (WhPeer, descriptors);
  peers->crowds = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  wh_peers_set_pace (peers, &pace);
  peers->sweeper = g_thread_new ("peers", sweeper_thread, peers);
  return peers;
}

void
wh_peers_free (WhPeers *peers)
{
  g_mutex_lock (&peers->lock);
  peers->stop = TRUE;
  g_cond_signal (&peers->wake);
  g_mutex_unlock (&peers->lock);
  g_thread_join (peers->sweeper);
  g_hash_table_unref (peers->crowds);
  g_mutex_clear (&peers->lock);
  g_cond_clear (&peers->wake);
  g_free (peers->slots);
  g_free (peers);
}

void
wh_peers_set_pace (WhPeers *peers, const WhPeersPace *pace)
{
  g_atomic_int_set (&peers->idle, (gint) (pace->idle_seconds * TICKS_PER_SECOND));
  g_atomic_int_set (&peers->head, (gint) (pace->head_seconds * TICKS_PER_SECOND));
  g_atomic_int_set (&peers->grace, (gint) (pace->grace_seconds * TICKS_PER_SECOND));
  g_atomic_int_set (&peers->rate, (gint) pace->bytes_a_second);
}

guint
wh_peers_count (WhPeers *peers)
{
  guint n;

  g_mutex_lock (&peers->lock);
  n = peers->n;
  g_mutex_unlock (&peers->lock);
  return n;
}

/* FALSE: its address has enough. */
static gboolean
join_crowd (WhPeers *peers, const guint8 address[WH_PEERS_ADDRESS], guint most)
{
  GBytes *crowd = crowd_of (address);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (peers->crowds, crowd));

  if (n >= most)
    {
      g_bytes_unref (crowd);
      return FALSE;
    }
  g_hash_table_replace (peers->crowds, crowd, GUINT_TO_POINTER (n + 1));
  return TRUE;
}

static void
leave_crowd (WhPeers *peers, const guint8 address[WH_PEERS_ADDRESS])
{
  GBytes *crowd = crowd_of (address);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (peers->crowds, crowd));

  if (n > 1)
    g_hash_table_replace (peers->crowds, g_bytes_ref (crowd), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (peers->crowds, crowd);
  g_bytes_unref (crowd);
}

WhPeersVerdict
wh_peers_add (WhPeers *peers, int fd, const guint8 address[WH_PEERS_ADDRESS], guint most_of_address, gboolean trusted, const void *door)
{
  WhPeersVerdict verdict = WH_PEERS_FULL;
  WhPeer *peer;

  g_mutex_lock (&peers->lock);
  if (peers->n < peers->most && (guint) fd < peers->n_slots)
    verdict = most_of_address && !join_crowd (peers, address, most_of_address) ? WH_PEERS_CROWDED : WH_PEERS_WELCOME;
  if (verdict == WH_PEERS_WELCOME)
    {
      peer = &peers->slots[fd];
      *peer = (WhPeer){ .peers = peers, .door = door, .fd = fd, .used = TRUE, .counted = most_of_address > 0, .trusted = trusted };
      memcpy (peer->address, address, WH_PEERS_ADDRESS);
      g_atomic_int_set (&peer->due, tick_now () + g_atomic_int_get (&peers->idle));
      peers->n++;
      if (fd > g_atomic_int_get (&peers->highest))
        g_atomic_int_set (&peers->highest, fd);
    }
  g_mutex_unlock (&peers->lock);
  return verdict;
}

WhPeer *
wh_peers_find (WhPeers *peers, int fd)
{
  return &peers->slots[fd];
}

void
wh_peers_remove (WhPeers *peers, WhPeer *peer)
{
  g_mutex_lock (&peers->lock);
  g_atomic_int_set (&peer->due, 0);
  peer->used = FALSE;
  peers->n--;
  if (peer->counted)
    leave_crowd (peers, peer->address);
  g_mutex_unlock (&peers->lock);
}

/* -- one of them -- */

const void *
wh_peer_door (const WhPeer *peer)
{
  return peer->door;
}

void
wh_peer_linger (WhPeer *peer)
{
  peer->lingers = TRUE;
}

gboolean
wh_peer_lingers (const WhPeer *peer)
{
  return peer->lingers;
}

static void
await (WhPeer *peer, Phase phase, gint ticks)
{
  g_atomic_int_set (&peer->phase, phase);
  g_atomic_int_set (&peer->due, ticks ? tick_now () + ticks : 0);
}

void
wh_peer_rest (WhPeer *peer)
{
  peer->bytes = UNKNOWN;
  await (peer, RESTING, g_atomic_int_get (&peer->peers->idle));
}

void
wh_peer_head (WhPeer *peer)
{
  if (g_atomic_int_get (&peer->phase) != HEAD)
    await (peer, HEAD, g_atomic_int_get (&peer->peers->head));
}

void
wh_peer_body (WhPeer *peer)
{
  peer->since = tick_now ();
  await (peer, BODY, g_atomic_int_get (&peer->peers->grace));
}

void
wh_peer_progress (WhPeer *peer, gsize received)
{
  gint ticks = (gint) MIN (received * TICKS_PER_SECOND / (gsize) g_atomic_int_get (&peer->peers->rate), G_MAXINT / 4);

  g_atomic_int_set (&peer->due, peer->since + g_atomic_int_get (&peer->peers->grace) + ticks);
}

void
wh_peer_work (WhPeer *peer)
{
  await (peer, WORKING, 0);
}

void
wh_peer_reply (WhPeer *peer)
{
  peer->bytes = UNKNOWN;
  await (peer, REPLYING, g_atomic_int_get (&peer->peers->grace));
}
