/* A body that comes bit by bit: the connection sleeps while there is nothing to send. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "wh-listener-private.h"

#define BLOCK 4096
/* A peer that takes nothing for so long is gone. */
#define STUCK_MS 30000
/* What the kernel keeps for a peer that reads slowly. */
#define SEND_BYTES 32768

typedef struct {
  WhStream              *stream;
  struct MHD_Connection *connection;
  int                    fd;
  GMutex                 lock;     /* of the next two; taken while the stream may hold a lock of its own, never the other way */
  gboolean               asleep;
  gboolean               woken;    /* since it was last looked at */
} Pipe;

static void
wake_cb (gpointer data)
{
  Pipe *pipe = data;

  g_mutex_lock (&pipe->lock);
  pipe->woken = TRUE;
  if (pipe->asleep)
    MHD_resume_connection (pipe->connection);
  pipe->asleep = FALSE;
  g_mutex_unlock (&pipe->lock);
}

/* FALSE: somebody woke it meanwhile. */
static gboolean
fall_asleep (Pipe *pipe)
{
  g_mutex_lock (&pipe->lock);
  pipe->asleep = !pipe->woken;
  if (pipe->asleep)
    MHD_suspend_connection (pipe->connection);
  g_mutex_unlock (&pipe->lock);
  return pipe->asleep;
}

/* Nobody looks at the socket of a connection that sleeps, so it is looked at when it wakes. */
static gboolean
peer_is_gone (const Pipe *pipe)
{
  char byte;

  return recv (pipe->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static ssize_t
read_cb (void *user_data, uint64_t position, char *buffer, size_t size)
{
  Pipe *pipe = user_data;
  gssize length;

  if (peer_is_gone (pipe))
    return MHD_CONTENT_READER_END_WITH_ERROR;
  do
    {
      g_mutex_lock (&pipe->lock);
      pipe->woken = FALSE;
      g_mutex_unlock (&pipe->lock);
      length = pipe->stream->read (pipe->stream, buffer, size);
    }
  while (length == 0 && !fall_asleep (pipe));
  return length < 0 ? MHD_CONTENT_READER_END_OF_STREAM : length;
}

static void
free_cb (void *user_data)
{
  Pipe *pipe = user_data;

  wh_stream_free (pipe->stream);
  g_mutex_clear (&pipe->lock);
  g_free (pipe);
}

struct MHD_Response *
wh_listener_stream_response (struct MHD_Connection *connection, WhStream *stream)
{
  Pipe *pipe = g_new0 (Pipe, 1);
  int stuck = STUCK_MS, room = SEND_BYTES;

  pipe->stream = stream;
  pipe->connection = connection;
  g_mutex_init (&pipe->lock);
  pipe->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  setsockopt (pipe->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  /* Fails on the local socket, where no network can lose a peer. */
  setsockopt (pipe->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &stuck, sizeof stuck);
  stream->start (stream, wake_cb, pipe);
  return MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK, read_cb, pipe, free_cb);
}
