/* wh-opencl-child.h: a child process that uses OpenCL in our place, and how it is asked. Whatever a driver does to it, the one who
 * asks gets an answer in time. */
#pragma once

#include "wh-opencl-wire.h"

G_BEGIN_DECLS

typedef struct _WhOpenclChild WhOpenclChild;

typedef enum {
  WH_OPENCL_REPLIED,     /* what it said is in the reply; WH_OPENCL_CANCELLED among it */
  WH_OPENCL_GAVE_UP,     /* cancelled, and it did not stop in time: the child is ended */
  WH_OPENCL_DIED,
  WH_OPENCL_SILENT,      /* over the time limit: the child is ended */
  WH_OPENCL_GARBLED,     /* said what makes no sense: the child is ended */
  WH_OPENCL_REFUSED,     /* no memory or descriptors to ask it with; the child is as it was */
} WhOpenclOutcome;

typedef struct {
  WhOpenclRequest      request;
  const WhOpenclPiece *input;
  gsize                n_input;
  const WhOpenclPiece *output;      /* filled when the answer is WH_OPENCL_DONE */
  gsize                n_output;
  double               seconds;     /* time limit */
} WhOpenclQuestion;

/* Starts `program` opencl-host with OCL_ICD_VENDORS set to `vendors`; NULL when it cannot be started. From any thread: the child ends with
 * the process, not with the thread. `cache_dir` (may be NULL) is where a driver may keep compiled kernels. */
WhOpenclChild   *wh_opencl_child_start  (const char *program, const char *vendors, const char *cache_dir);
/* One question at a time. */
WhOpenclOutcome  wh_opencl_child_ask    (WhOpenclChild *child, WhOpenclQuestion *question, GCancellable *cancellable,
                                         WhOpenclReply *out_reply);
/* Ends it, from any thread; a question under way comes back with WH_OPENCL_DIED. */
void             wh_opencl_child_kill   (WhOpenclChild *child);
/* Its process; 0 when it has ended. For tests. */
GPid             wh_opencl_child_pid    (WhOpenclChild *child);
/* Ends it and frees. Does not wait for one that cannot end (a driver stuck in the kernel). */
void             wh_opencl_child_free   (WhOpenclChild *child);

/* How many were started by this process. For tests. */
guint            wh_opencl_child_starts (void);

G_END_DECLS
