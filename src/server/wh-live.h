/* wh-live.h: what happens in the store, told at once to all who listen (GET /api/events), as Server-Sent Events.
 *
 * One thread reads the change log, at once after a change made here and twice a second for those that other processes made, and
 * writes every event once, into a ring that all streams read from. So a stream is a place in the ring and nothing else: it costs
 * nothing while nothing happens, and no client can make the server keep something for it. Who comes back and whose place is still in
 * the ring goes on from there, also after a restart; who is too far behind, or comes from another history, is told to fetch the
 * changes itself and goes on from now. Without a listener the log is not read. */
#pragma once

#include "core/wh-principal.h"
#include "store/wh-store.h"
#include "wh-stream.h"

G_BEGIN_DECLS

typedef struct _WhLive WhLive;

/* `store` and `reader`, a principal that may read, are borrowed. `history`: events of the ring. */
WhLive   *wh_live_new     (WhStore *store, const WhPrincipal *reader, guint history);
/* No stream may be left. */
void      wh_live_free    (WhLive *live);
/* Tells that the store has moved on. */
void      wh_live_changed (WhLive *live);
/* Ends all streams, in order, and refuses new ones. */
void      wh_live_close   (WhLive *live);
guint     wh_live_count   (WhLive *live);

#define WH_LIVE_PEER_SIZE 16

typedef struct {
  const WhPrincipal *principal;
  const guint8      *peer;        /* whose streams are counted together: WH_LIVE_PEER_SIZE bytes */
  guint              kinds;       /* a bit for each WhKind that is asked for; 0: all */
  const char        *epoch;       /* where it left: epoch and seq of the last id it got; NULL: from now on */
  gint64             seq;
  guint              most;        /* streams in all */
  guint              most_each;   /* streams of an address */
  guint              seconds;     /* how long it may last */
} WhLiveQuestion;

/* WH_ERROR_BUSY when there are as many as there may be; *out_too_many: of this address alone. */
WhStream *wh_live_open    (WhLive *live, const WhLiveQuestion *question, gboolean *out_too_many, GError **error);

G_END_DECLS
