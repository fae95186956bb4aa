/* wh-opencl-proxy.h: one OpenCL device as an engine, through a child process of its own.
 *
 * The child is started with the first call and kept; it is killed when it is silent for too long or says what cannot be, and
 * started anew at most twice. After three failures the device is off until the program ends. Whatever goes wrong, the call
 * returns WH_RUN_UNABLE and another engine takes it. One call at a time: while one is under way others are WH_RUN_UNABLE at once,
 * since the CPU is free for them. */
#pragma once

#include "wh-operation.h"
#include "wh-opencl-wire.h"

G_BEGIN_DECLS

typedef struct _WhOpenclProxy WhOpenclProxy;

/* What a device is, as it says itself; texts are clean. */
typedef struct {
  char    *platform, *name, *version, *driver;
  guint64  memory;
  guint    units;
  gboolean doubles, is_cpu;
} WhOpenclIdentity;

WhOpenclIdentity *wh_opencl_identity_copy (const WhOpenclIdentity *identity);
void              wh_opencl_identity_free (WhOpenclIdentity *identity);
gboolean          wh_opencl_identity_is   (const WhOpenclIdentity *a, const WhOpenclIdentity *b);

/* Time limits in seconds. Tests have shorter ones. */
typedef struct {
  double list;      /* to say which devices there are */
  double open;      /* to compile its programs */
  double call;      /* beside what the work takes at the slowest pace that is waited for */
} WhOpenclLimits;

extern const WhOpenclLimits wh_opencl_limits;

/* How a thing went that is no operation. */
typedef enum {
  WH_OPENCL_WENT_WELL,
  WH_OPENCL_WAS_STOPPED,   /* cancelled */
  WH_OPENCL_FAILED,        /* said itself that it cannot; with words */
  WH_OPENCL_CRASHED,
  WH_OPENCL_HUNG,
  WH_OPENCL_TALKED_NONSENSE,
  WH_OPENCL_NO_PROCESS,    /* no child could be started */
  WH_OPENCL_CHANGED,       /* it is another device than it was, or another driver */
  WH_OPENCL_LIED,          /* its numbers are not those of the CPU */
  WH_OPENCL_DENIED,        /* not tried, since somebody said so */
  WH_OPENCL_N_COURSES
} WhOpenclCourse;

/* The devices of one driver (WhOpenclIdentity, free with g_ptr_array_unref), asked in a child that lives only for this. out_words: what
 * it said where it failed, NULL elsewhere; free with g_free. */
WhOpenclCourse    wh_opencl_proxy_list    (const char *program, const char *vendors, const char *cache_dir, const WhOpenclLimits *limits,
                                           GCancellable *cancellable, GPtrArray **out_devices, char **out_words);

/* `device` is its place in the list. Nothing is started yet. */
WhOpenclProxy    *wh_opencl_proxy_new     (const char *program, const char *vendors, const char *cache_dir, guint device,
                                           const WhOpenclIdentity *identity, const WhOpenclLimits *limits);
/* Starts the child and opens the device, where that is not done yet. */
WhOpenclCourse    wh_opencl_proxy_open    (WhOpenclProxy *proxy, GCancellable *cancellable, char **out_words);
gboolean          wh_opencl_proxy_is_open (WhOpenclProxy *proxy);
/* Off for the session, after how many failures and what the last one was. */
gboolean          wh_opencl_proxy_is_off  (WhOpenclProxy *proxy, WhOpenclCourse *out_last);
/* What the last failure was; WH_OPENCL_WENT_WELL when there was none. */
WhOpenclCourse    wh_opencl_proxy_last    (WhOpenclProxy *proxy);
/* Whether the operation is worth asking for: FALSE after the device declined it three times in a row. */
gboolean          wh_opencl_proxy_does    (WhOpenclProxy *proxy, WhOperation operation);
/* Whether the child still has this matrix, so that it need not be handed over again. A guess. */
gboolean          wh_opencl_proxy_holds   (WhOpenclProxy *proxy, const WhMatrix *matrix);
/* Ends the child and lets no other be started: calls under way return at once. From any thread. */
void              wh_opencl_proxy_stop    (WhOpenclProxy *proxy);
/* The child's process, 0 for none. For tests. */
GPid              wh_opencl_proxy_pid     (WhOpenclProxy *proxy);

/* The engine whose state is a WhOpenclProxy; `close` frees it. */
extern const WhEngineOps wh_opencl_proxy_ops;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclIdentity, wh_opencl_identity_free)

G_END_DECLS
