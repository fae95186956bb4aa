#include "wh-cache-redis-link.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-limits.h"

/* Of one reply; a value comes with a head of its own. */
#define MOST_REPLY (WH_LIMIT_CACHE_VALUE + 4096)
#define BUFFER_BYTES (64 * 1024)

struct _WhRedisLink {
  int          fd;
  redisReader *reader;
  char         buffer[BUFFER_BYTES];
};

/* -- commands and replies ---------------------------------------------------------------------------------------- */

void
wh_redis_command_add (WhRedisCommand *command, const char *word, gssize length)
{
  g_return_if_fail (command->n < WH_REDIS_MOST_ARGUMENTS);
  command->words[command->n] = word;
  command->lengths[command->n] = length < 0 ? strlen (word) : (gsize) length;
  command->n++;
}

void
wh_redis_command_init (WhRedisCommand *command, const char *name)
{
  command->n = 0;
  wh_redis_command_add (command, name, -1);
}

void
wh_redis_reply_free (WhRedisReply *reply)
{
  g_clear_pointer (&reply->bytes, g_bytes_unref);
  g_free (reply);
}

gboolean
wh_redis_reply_begins (const WhRedisReply *reply, const char *text)
{
  gsize length = strlen (text);

  return (reply->type == WH_REDIS_STATUS || reply->type == WH_REDIS_ERROR) && g_bytes_get_size (reply->bytes) >= length
         && memcmp (g_bytes_get_data (reply->bytes, NULL), text, length) == 0;
}

static WhRedisReply *
reply_new (WhRedisType type)
{
  WhRedisReply *reply = g_new0 (WhRedisReply, 1);

  reply->type = type;
  return reply;
}

static void *
create_string (const redisReadTask *task, char *text, size_t length)
{
  WhRedisReply *reply = reply_new (task->type == REDIS_REPLY_STRING   ? WH_REDIS_STRING
                                   : task->type == REDIS_REPLY_STATUS ? WH_REDIS_STATUS
                                                                      : WH_REDIS_ERROR);

  reply->bytes = g_bytes_new (text, length);
  return reply;
}

/* No command of ours is answered by a list, and a list's length is memory that somebody else chooses: it ends the reading. */
static void *
create_array (const redisReadTask *task, int length)
{
  return NULL;
}

static void *
create_integer (const redisReadTask *task, long long value)
{
  WhRedisReply *reply = reply_new (WH_REDIS_INTEGER);

  reply->integer = value;
  return reply;
}

static void *
create_nil (const redisReadTask *task)
{
  return reply_new (WH_REDIS_NIL);
}

static void
free_object (void *object)
{
  wh_redis_reply_free (object);
}

/* By their names: newer versions of the library have more of them in between. */
static redisReplyObjectFunctions functions = { .createString = create_string, .createArray = create_array,
                                               .createInteger = create_integer, .createNil = create_nil, .freeObject = free_object };

/* -- the socket -------------------------------------------------------------------------------------------------- */

/* FALSE when the deadline has passed. */
static gboolean
wait_for (int fd, short events, gint64 deadline)
{
  struct pollfd wanted = { .fd = fd, .events = events };

  for (;;)
    {
      gint64 left = deadline - wh_clock_monotonic ();
      int ready = left > 0 ? poll (&wanted, 1, (int) ((left + 999) / 1000)) : 0;
      if (ready >= 0 || errno != EINTR)
        return ready > 0;
    }
}

static gboolean
send_all (int fd, const char *text, gsize length, gint64 deadline)
{
  while (length > 0)
    {
      /* A server that died must not end this process by a signal. */
      gssize n = send (fd, text, length, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return FALSE;
      if (n < 0 && !wait_for (fd, POLLOUT, deadline))
        return FALSE;
      text += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
receive_some (WhRedisLink *link, gsize *total, gint64 deadline)
{
  gssize n = recv (link->fd, link->buffer, sizeof link->buffer, 0);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return wait_for (link->fd, POLLIN, deadline);
  if (n <= 0)
    return FALSE;
  *total += (gsize) n;
  return *total <= MOST_REPLY && redisReaderFeed (link->reader, link->buffer, (size_t) n) == REDIS_OK;
}

WhRedisReply *
wh_redis_link_ask (WhRedisLink *link, const WhRedisCommand *command, gint64 deadline)
{
  char *text = NULL;
  int length = redisFormatCommandArgv (&text, command->n, (const char **) command->words, command->lengths);
  gboolean sent = length > 0 && send_all (link->fd, text, (gsize) length, deadline);
  gsize total = 0;
  void *reply = NULL;

  if (length > 0)
    redisFreeCommand (text);
  /* The first look at the socket would come too early. */
  if (!sent || !wait_for (link->fd, POLLIN, deadline))
    return NULL;
  while (!reply)
    if (!receive_some (link, &total, deadline) || redisReaderGetReply (link->reader, &reply) != REDIS_OK)
      return NULL;
  return reply;
}

static gboolean
connect_until (int fd, GSocketAddress *address, gint64 deadline)
{
  struct sockaddr_storage native = { 0 };
  gssize length = g_socket_address_get_native_size (address);
  int failure = 0;
  socklen_t size = sizeof failure;

  if (fd < 0 || !g_socket_address_to_native (address, &native, sizeof native, NULL))
    return FALSE;
  if (connect (fd, (struct sockaddr *) &native, (socklen_t) length) == 0)
    return TRUE;
  return errno == EINPROGRESS && wait_for (fd, POLLOUT, deadline) && getsockopt (fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0
         && failure == 0;
}

static gboolean
say_ok (WhRedisLink *link, const WhRedisCommand *command, gint64 deadline)
{
  g_autoptr (WhRedisReply) reply = wh_redis_link_ask (link, command, deadline);

  return reply && reply->type == WH_REDIS_STATUS && wh_redis_reply_begins (reply, "OK");
}

static gboolean
introduce (WhRedisLink *link, const WhCacheAddress *address, gint64 deadline)
{
  g_autofree char *database = g_strdup_printf ("%u", address->database);
  WhRedisCommand command;

  wh_redis_command_init (&command, "AUTH");
  if (address->user)
    wh_redis_command_add (&command, address->user, -1);
  if (address->password)
    wh_redis_command_add (&command, address->password, -1);
  if (address->password && !say_ok (link, &command, deadline))
    return FALSE;
  wh_redis_command_init (&command, "SELECT");
  wh_redis_command_add (&command, database, -1);
  return address->database == 0 || say_ok (link, &command, deadline);
}

WhRedisLink *
wh_redis_link_open (const WhCacheAddress *address, gint64 deadline)
{
  g_autoptr (WhRedisLink) link = g_new0 (WhRedisLink, 1);

  link->fd = socket (g_socket_address_get_family (address->socket), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  link->reader = redisReaderCreateWithFunctions (&functions);
  link->reader->maxbuf = 4 * BUFFER_BYTES;
  return connect_until (link->fd, address->socket, deadline) && introduce (link, address, deadline) ? g_steal_pointer (&link) : NULL;
}

void
wh_redis_link_close (WhRedisLink *link)
{
  if (link->fd >= 0)
    close (link->fd);
  redisReaderFree (link->reader);
  g_free (link);
}

gboolean
wh_redis_link_is_quiet (WhRedisLink *link)
{
  char byte;

  return recv (link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR)
         && link->reader->len == link->reader->pos;
}
