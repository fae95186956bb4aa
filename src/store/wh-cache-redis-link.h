/* wh-cache-redis-link.h: one connection to Redis. A command and its reply have one deadline for all of their steps, since a server
 * that sends a byte now and then would never run into a time-out of the socket's. Used by one thread at a time. */
#pragma once

#include "wh-cache-address.h"

G_BEGIN_DECLS

typedef struct _WhRedisLink WhRedisLink;

typedef enum {
  WH_REDIS_NIL,
  WH_REDIS_STATUS,
  WH_REDIS_STRING,
  WH_REDIS_INTEGER,
  WH_REDIS_ERROR,
} WhRedisType;

typedef struct {
  WhRedisType type;
  gint64      integer;
  GBytes     *bytes;      /* of a string, status or error; else NULL */
} WhRedisReply;

#define WH_REDIS_MOST_ARGUMENTS 80

/* The words of a command; they are borrowed. */
typedef struct {
  int         n;
  const char *words[WH_REDIS_MOST_ARGUMENTS];
  gsize       lengths[WH_REDIS_MOST_ARGUMENTS];
} WhRedisCommand;

void          wh_redis_command_init (WhRedisCommand *command, const char *name);
void          wh_redis_command_add  (WhRedisCommand *command, const char *word, gssize length);   /* -1: a C string */

/* Until `deadline` (wh_clock_monotonic). NULL: not there, in time, or not for us. */
WhRedisLink  *wh_redis_link_open  (const WhCacheAddress *address, gint64 deadline);
void          wh_redis_link_close (WhRedisLink *link);
/* FALSE: it was closed by the other side, or holds bytes nobody asked for. */
gboolean      wh_redis_link_is_quiet (WhRedisLink *link);
/* NULL: no reply in time, or none that is one. The link is of no use then: what is still under way would answer the next command. */
WhRedisReply *wh_redis_link_ask   (WhRedisLink *link, const WhRedisCommand *command, gint64 deadline);

void          wh_redis_reply_free (WhRedisReply *reply);
/* Whether a status or an error begins so. */
gboolean      wh_redis_reply_begins (const WhRedisReply *reply, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRedisLink, wh_redis_link_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRedisReply, wh_redis_reply_free)

G_END_DECLS
