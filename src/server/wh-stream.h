/* wh-stream.h: a body that comes bit by bit for as long as its peer stays, as a value. Who makes one knows no HTTP library; the
 * listener reads it when the peer takes more, and lets the connection sleep in between, without a thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhStream WhStream;
typedef void (*WhStreamWakeFunc) (gpointer data);

/* The first member of whatever a stream is. A stream that was never started is only freed. */
struct _WhStream {
  /* Once, before anything is read. From then on `wake (data)` tells, on any thread, that there is something to read again. */
  void   (*start) (WhStream *stream, WhStreamWakeFunc wake, gpointer data);
  /* At most `size` bytes, at least one; 0: nothing now, it will wake; -1: that was all. On a thread of the listener. */
  gssize (*read)  (WhStream *stream, char *buffer, gsize size);
  /* Does not return while a wake runs; none comes afterwards. */
  void   (*free)  (WhStream *stream);
};

static inline void
wh_stream_free (WhStream *stream)
{
  if (stream)
    stream->free (stream);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStream, wh_stream_free)

G_END_DECLS
