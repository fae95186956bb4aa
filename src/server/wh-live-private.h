/* wh-live-private.h: what the thread that reads the log and the streams share. Everything is guarded by the one lock, which is held
 * for moments only. */
#pragma once

#include "wh-live.h"

G_BEGIN_DECLS

#define WH_LIVE_BEAT_SECONDS 15

typedef struct {
  gint64 seq;
  WhKind kind;
  char  *owner;    /* NULL: none */
  char  *text;     /* as it is sent */
  guint  length;
} WhLiveEvent;

struct _WhLive {
  WhStore           *store;
  const WhPrincipal *reader;
  guint              history;

  GMutex       lock;
  GCond        wake;
  GThread     *thread;
  gboolean     stop, closing;
  gboolean     is_stale;     /* somebody said so */
  GQueue       streams;      /* of Stream, each with its own link */
  guint64      begun, done;  /* looks at the store */

  char        *epoch;        /* of the store as it was last seen; NULL: not yet */
  char        *token;        /* of epoch and seq */
  gint64       seq;          /* how far the log was read */
  gint64       since;        /* the ring has every event after this */
  guint        generation;   /* of the history; grows when it turned out to be another one */
  WhLiveEvent *ring;         /* of `history` places */
  guint64      first, end;   /* numbers of the oldest event and of the next one; the place is the number modulo `history` */
};

typedef struct {
  WhStream     stream;
  WhLive      *live;
  GList        link;
  WhPrincipal *principal;
  guint8       peer[WH_LIVE_PEER_SIZE];
  guint        kinds;
  char        *epoch;        /* where it left, until it has a place */
  gint64       seq;
  WhStreamWakeFunc wake;     /* NULL: not started */
  gpointer     wake_data;
  guint64      look;         /* the look at the store that it waits for; then it has a place */
  gboolean     is_placed;
  guint        generation;
  guint64      next;         /* number of the event it has not seen */
  GString     *out;          /* to be sent, from `sent` on; some thousand bytes at most */
  gsize        sent;
  gint64       touched;      /* wh_clock_monotonic when something was last sent */
  gint64       until;        /* wh_clock_monotonic when it ends */
  gboolean     beat;         /* to be sent */
  gboolean     ending, ended;
} WhLiveStream;

static inline const WhLiveEvent *
wh_live_event (const WhLive *live, guint64 number)
{
  return &live->ring[number % live->history];
}

/* All with the lock held. */
gboolean wh_live_stream_wants (const WhLiveStream *stream, const WhLiveEvent *event);
/* What came since `end`, when it had seen all: wakes it where something is for it. */
void     wh_live_stream_tell  (WhLiveStream *stream, guint64 end);
/* The time that has passed: a sign of life, or its end. */
void     wh_live_stream_age   (WhLiveStream *stream, gint64 now);
void     wh_live_stream_end   (WhLiveStream *stream);
/* Tells one that waits for a look that it is done. */
void     wh_live_stream_looked (WhLiveStream *stream);

G_END_DECLS
