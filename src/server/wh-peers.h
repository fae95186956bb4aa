/* wh-peers.h: who is connected: how many, from where, and how long the server waits for each. Thread-safe; knows descriptors only.
 *
 * A time-out between two bytes forgives a peer that sends one now and then; here every step has its time as a whole, and a peer that
 * misses it is hung up on. One thread looks after all: with 15,000 resting peers the whole process takes two hundredths of a processor. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_PEERS_ADDRESS 16   /* bytes, as in wh_address_to_bytes */

typedef struct _WhPeers WhPeers;
typedef struct _WhPeer  WhPeer;

typedef struct {
  guint idle_seconds;    /* until a request begins */
  guint head_seconds;    /* from its first byte to the end of its head, or of the handshake of TLS */
  guint grace_seconds;   /* for a body besides what its size allows it; between two looks at how a reply gets on */
  guint bytes_a_second;  /* at which a body must come at least, and a reply be taken */
} WhPeersPace;

typedef enum {
  WH_PEERS_WELCOME,
  WH_PEERS_FULL,        /* too many in all */
  WH_PEERS_CROWDED,     /* too many of this address; of IPv6, of its /64 */
} WhPeersVerdict;

/* `most` at a time, and no descriptor from `descriptors` on. */
WhPeers        *wh_peers_new       (guint most, guint descriptors);
/* No peer may be left. */
void            wh_peers_free      (WhPeers *peers);
void            wh_peers_set_pace  (WhPeers *peers, const WhPeersPace *pace);
guint           wh_peers_count     (WhPeers *peers);

/* A descriptor was accepted; it waits for a request. `most_of_address` 0: not counted. `door` is kept for wh_peer_door. `trusted`: is never
 * hung up on. Where it is not welcome, nothing is kept. */
WhPeersVerdict  wh_peers_add       (WhPeers *peers, int fd, const guint8 address[WH_PEERS_ADDRESS], guint most_of_address,
                                    gboolean trusted, const void *door);
/* The peer with this descriptor, which is one that was added. */
WhPeer         *wh_peers_find      (WhPeers *peers, int fd);
/* To be called before the descriptor is closed, since its number is then given to another. */
void            wh_peers_remove    (WhPeers *peers, WhPeer *peer);

const void     *wh_peer_door       (const WhPeer *peer);
/* It is answered before all it sends has come; to be asked when its connection ends. */
void            wh_peer_linger     (WhPeer *peer);
gboolean        wh_peer_lingers    (const WhPeer *peer);
/* What is awaited of it from now on. */
void            wh_peer_rest       (WhPeer *peer);   /* the next request */
void            wh_peer_head       (WhPeer *peer);   /* the rest of a head; its time may run already */
void            wh_peer_body       (WhPeer *peer);   /* a body */
void            wh_peer_progress   (WhPeer *peer, gsize received);   /* so much of the body came since wh_peer_body */
void            wh_peer_work       (WhPeer *peer);   /* nothing: it waits for us */
void            wh_peer_reply      (WhPeer *peer);   /* that it takes a reply */

G_END_DECLS
