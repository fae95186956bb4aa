/* wh-test-redis.h: a Redis of the test's own, on a Unix socket in a folder of its own, to be killed and started again. */
#pragma once

#include <gio/gio.h>

typedef struct {
  char        *dir;
  char        *socket;     /* its path */
  char        *address;    /* "unix:" and the path */
  GSubprocess *process;    /* NULL: not running */
} WhTestRedis;

/* FALSE after g_test_skip where redis-server is not installed. Not started yet. */
gboolean wh_test_redis_init   (WhTestRedis *redis);
void     wh_test_redis_clear  (WhTestRedis *redis);
/* Until it answers. `option` and `value` (may be NULL) go to its command line. */
void     wh_test_redis_start  (WhTestRedis *redis, const char *option, const char *value);
void     wh_test_redis_kill   (WhTestRedis *redis);   /* -9 */
/* SIGSTOP: returns once it stands still. */
void     wh_test_redis_signal (WhTestRedis *redis, int signal);
/* The first line of the reply to an inline command. Caller frees. */
char    *wh_test_redis_say    (WhTestRedis *redis, const char *command);
