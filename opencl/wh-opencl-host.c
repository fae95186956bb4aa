#include "wh-opencl-host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wh-matrix-private.h"

#define MOST_MATRICES 4
#define MOST_MATRIX_BYTES ((gsize) 1 << 30)      /* kept in all; the newest is kept whatever it takes */
#define FIRST_TO_GO "700"                        /* when memory runs out, this process rather than the one that serves */

typedef struct {
  WhOpenclRequest request;
  WhOpenclParcel  input, output;
} Task;

typedef struct {
  const WhOpenclDrive *drive;
  gpointer      state;       /* NULL: no device is open */
  GAsyncQueue  *tasks;       /* of Task, from the thread that listens */
  GMutex        lock;        /* guards the two below */
  guint64       current;     /* number of the request under way */
  GCancellable *cancellable;
  GQueue        matrices;    /* of WhOpenclMatrix, the one used last first */
} Host;

/* -- matrices -- */

static const WhMatrix *
find_matrix (Host *host, guint64 serial)
{
  for (GList *link = host->matrices.head; link; link = link->next)
    if (wh_opencl_wire_matrix_get (link->data)->serial == serial)
      {
        g_queue_unlink (&host->matrices, link);
        g_queue_push_head_link (&host->matrices, link);
        return wh_opencl_wire_matrix_get (link->data);
      }
  return NULL;
}

static void
forget_matrices (Host *host)
{
  gsize bytes = 0;
  guint n = 0;

  for (GList *link = host->matrices.head, *next; link; link = next)
    {
      next = link->next;
      bytes += wh_opencl_wire_matrix_size (link->data);
      if (n++ == 0 || (n <= MOST_MATRICES && bytes <= MOST_MATRIX_BYTES))
        continue;
      wh_opencl_wire_matrix_free (link->data);
      g_queue_delete_link (&host->matrices, link);
    }
}

static WhOpenclAnswer
keep_matrix (Host *host, Task *task)
{
  WhOpenclMatrix *matrix = wh_opencl_wire_matrix_new (&task->request, &task->input);

  if (!matrix)
    return WH_OPENCL_UNABLE;
  g_queue_push_head (&host->matrices, matrix);
  forget_matrices (host);
  return WH_OPENCL_DONE;
}

/* -- operations -- */

#define TAKE(parcel, count, type) ((type *) wh_opencl_wire_take (&(parcel), (count), sizeof (type)))

static WhOpenclAnswer
nearest (Host *host, Task *task, const WhMatrix *matrix)
{
  const guint64 *sizes = task->request.sizes;      /* queries, k, whether they exclude rows */
  gsize cells;
  gboolean fits = !__builtin_mul_overflow (sizes[0], matrix->n_columns, &cells);
  WhQueries queries = { .n = sizes[0] };
  WhNeighbour *neighbours;
  gsize *counts;

  queries.values = fits ? TAKE (task->input, cells, float) : NULL;
  queries.masks = TAKE (task->input, sizes[0], guint64);
  queries.excludes = sizes[2] ? TAKE (task->input, sizes[0], guint32) : NULL;
  fits = queries.values && queries.masks && (queries.excludes || !sizes[2]) && !__builtin_mul_overflow (sizes[0], sizes[1], &cells);
  neighbours = fits ? TAKE (task->output, cells, WhNeighbour) : NULL;
  counts = TAKE (task->output, sizes[0], gsize);
  if (!neighbours || !counts)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->nearest (host->state, matrix, &queries, sizes[1], neighbours, counts, host->cancellable);
}

static WhOpenclAnswer
pairs (Host *host, Task *task, const WhMatrix *matrix)
{
  gsize n_bins = task->request.sizes[0];
  guint64 *histogram = TAKE (task->output, n_bins, guint64);
  WhPairSums *sums = TAKE (task->output, 1, WhPairSums);

  if (!histogram || !sums)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->pairs (host->state, matrix, n_bins, (float) task->request.parameter,
                                                   n_bins ? histogram : NULL, sums, host->cancellable);
}

static WhOpenclAnswer
distances (Host *host, Task *task, const WhMatrix *matrix)
{
  float *out = matrix->n_rows <= WH_ENGINE_FULL_ROWS ? TAKE (task->output, matrix->n_rows * matrix->n_rows, float) : NULL;

  return out ? (WhOpenclAnswer) host->drive->ops->distances (host->state, matrix, out, host->cancellable) : WH_OPENCL_UNABLE;
}

static WhOpenclAnswer
bootstrap (Host *host, Task *task)
{
  const guint64 *sizes = task->request.sizes;      /* metric, profiles, columns, pairs, draws */
  gsize cells, n_out;
  gboolean fits = !__builtin_mul_overflow (sizes[1], sizes[2], &cells) && !__builtin_mul_overflow (sizes[3], sizes[4], &n_out)
                  && sizes[0] < WH_N_METRICS && sizes[2] <= WH_ENGINE_COLUMNS;
  WhIntervals intervals = { .n_profiles = sizes[1], .n_columns = sizes[2] };
  const WhPairOfRows *pairs_of;
  float *out;

  if (!fits)
    return WH_OPENCL_UNABLE;
  intervals.estimates = TAKE (task->input, cells, float);
  intervals.lows = TAKE (task->input, cells, float);
  intervals.highs = TAKE (task->input, cells, float);
  intervals.masks = TAKE (task->input, sizes[1], guint64);
  pairs_of = TAKE (task->input, sizes[3], WhPairOfRows);
  out = TAKE (task->output, n_out, float);
  if (!intervals.estimates || !intervals.lows || !intervals.highs || !intervals.masks || !pairs_of || !out)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->bootstrap (host->state, (WhMetric) sizes[0], &intervals, pairs_of, sizes[3], sizes[4],
                                                       (float) task->request.parameter, task->request.seed, out, host->cancellable);
}

static gboolean
take_points (Task *task, WhPoints *points)
{
  gsize cells;

  *points = (WhPoints) { .n_rows = task->request.sizes[0], .n_columns = task->request.sizes[1] };
  points->values = __builtin_mul_overflow (points->n_rows, points->n_columns, &cells) ? NULL : TAKE (task->input, cells, float);
  return points->values != NULL;
}

static WhOpenclAnswer
lloyd (Host *host, Task *task)
{
  const guint64 *sizes = task->request.sizes;      /* rows, columns, k, starts, most rounds */
  gsize cells;
  WhPoints points;
  gboolean fits = take_points (task, &points) && sizes[2] <= WH_ENGINE_CLUSTERS && !__builtin_mul_overflow (sizes[3], sizes[2], &cells)
                  && !__builtin_mul_overflow (cells, sizes[1], &cells);
  const float *starts = fits ? TAKE (task->input, cells, float) : NULL;
  guint *labels = TAKE (task->output, sizes[0], guint);
  gsize *start = TAKE (task->output, 1, gsize);

  if (!starts || !labels || !start)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->lloyd (host->state, &points, (guint) sizes[2], sizes[3], starts, (guint) sizes[4], labels,
                                                   start, host->cancellable);
}

static WhOpenclAnswer
spreads (Host *host, Task *task)
{
  const guint64 *sizes = task->request.sizes;      /* rows, columns, k, step */
  WhPoints points;
  gboolean fits = take_points (task, &points) && sizes[2] >= 1 && sizes[2] <= WH_ENGINE_CLUSTERS && sizes[3] >= 1;
  const guint *labels = fits ? TAKE (task->input, sizes[0], guint) : NULL;
  double *sums = labels ? TAKE (task->output, (sizes[0] + sizes[3] - 1) / sizes[3] * sizes[2], double) : NULL;

  for (gsize row = 0; labels && row < sizes[0]; row++)
    if (labels[row] >= sizes[2])
      return WH_OPENCL_UNABLE;
  if (!sums)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->spreads (host->state, &points, (guint) sizes[2], labels, sizes[3], sums, host->cancellable);
}

static WhOpenclAnswer
moments (Host *host, Task *task)
{
  const guint64 *sizes = task->request.sizes;      /* rows, columns */
  gsize cells;
  gboolean fits = sizes[1] <= 256 && !__builtin_mul_overflow (sizes[0], sizes[1], &cells);
  const double *columns = fits ? TAKE (task->input, cells, double) : NULL;
  WhMoments *out = fits ? TAKE (task->output, sizes[1] * (sizes[1] + 1) / 2, WhMoments) : NULL;

  if (!columns || !out)
    return WH_OPENCL_UNABLE;
  return (WhOpenclAnswer) host->drive->ops->moments (host->state, columns, sizes[0], sizes[1], out, host->cancellable);
}

/* -- devices -- */

static WhOpenclAnswer
list_devices (Host *host, Task *task, WhOpenclReply *reply)
{
  WhOpenclRecord *records = TAKE (task->output, WH_OPENCL_WIRE_DEVICES, WhOpenclRecord);
  int n = records ? host->drive->list (records, reply->text) : -1;

  reply->count = (guint64) MAX (n, 0);
  return n >= 0 ? WH_OPENCL_DONE : WH_OPENCL_UNABLE;
}

static WhOpenclAnswer
open_device (Host *host, Task *task, WhOpenclReply *reply)
{
  gsize length = task->request.sizes[1];
  const char *text = wh_opencl_wire_take (&task->input, length, 1);
  g_autofree char *cache_dir = text && length ? g_strndup (text, length) : NULL;

  if (!host->state && host->drive->ops->version == WH_ENGINE_OPS_VERSION)
    host->state = host->drive->open ((guint) task->request.sizes[0], cache_dir, reply->text);
  return host->state ? WH_OPENCL_DONE : WH_OPENCL_UNABLE;
}

static WhOpenclAnswer
answer (Host *host, Task *task, WhOpenclReply *reply)
{
  const WhMatrix *matrix;

  switch (task->request.verb)
    {
    case WH_OPENCL_LIST:
      return list_devices (host, task, reply);
    case WH_OPENCL_OPEN:
      return open_device (host, task, reply);
    case WH_OPENCL_MATRIX:
      return keep_matrix (host, task);
    default:
      break;
    }
  if (!host->state)
    return WH_OPENCL_UNABLE;
  switch (task->request.verb)
    {
    case WH_OPENCL_NEAREST:
      return (matrix = find_matrix (host, task->request.serial)) ? nearest (host, task, matrix) : WH_OPENCL_UNKNOWN_MATRIX;
    case WH_OPENCL_PAIRS:
      return (matrix = find_matrix (host, task->request.serial)) ? pairs (host, task, matrix) : WH_OPENCL_UNKNOWN_MATRIX;
    case WH_OPENCL_DISTANCES:
      return (matrix = find_matrix (host, task->request.serial)) ? distances (host, task, matrix) : WH_OPENCL_UNKNOWN_MATRIX;
    case WH_OPENCL_BOOTSTRAP:
      return bootstrap (host, task);
    case WH_OPENCL_LLOYD:
      return lloyd (host, task);
    case WH_OPENCL_SPREADS:
      return spreads (host, task);
    case WH_OPENCL_MOMENTS:
      return moments (host, task);
    default:
      return WH_OPENCL_UNABLE;
    }
}

/* -- listening: in a thread of its own, so that the parent is heard, and missed, whatever the driver does -- */

static void
cancel_current (Host *host, guint64 number)
{
  g_mutex_lock (&host->lock);
  if (host->current == number)
    g_cancellable_cancel (host->cancellable);
  g_mutex_unlock (&host->lock);
}

static void
begin (Host *host, guint64 number)
{
  g_mutex_lock (&host->lock);
  host->current = number;
  g_cancellable_reset (host->cancellable);
  g_mutex_unlock (&host->lock);
}

static void
accept_task (Host *host, const WhOpenclRequest *request, int input, int output)
{
  Task *task = g_new0 (Task, 1);

  task->request = *request;
  if (!wh_opencl_wire_map (&task->input, input, request->input_bytes, FALSE)
      || !wh_opencl_wire_map (&task->output, output, request->output_bytes, TRUE))
    _exit (EXIT_FAILURE);
  close (input);
  close (output);
  begin (host, request->number);
  g_async_queue_push (host->tasks, task);
}

static gpointer
listener_thread (gpointer data)
{
  Host *host = data;
  WhOpenclRequest request;
  int input, output;

  while (wh_opencl_wire_receive (WH_OPENCL_WIRE_FD, &request, sizeof request, &input, &output) && request.version == WH_OPENCL_WIRE_VERSION)
    if (request.verb == WH_OPENCL_CANCEL)
      cancel_current (host, request.number);
    else
      accept_task (host, &request, input, output);
  /* Nobody is there any more: not even the end of a driver is worth waiting for. */
  _exit (EXIT_SUCCESS);
}

static void
work (Host *host)
{
  for (;;)
    {
      Task *task = g_async_queue_pop (host->tasks);
      WhOpenclReply reply = { .version = WH_OPENCL_WIRE_VERSION, .number = task->request.number };

      reply.answer = answer (host, task, &reply);
      wh_opencl_wire_unmap (&task->input);
      wh_opencl_wire_unmap (&task->output);
      g_free (task);
      if (!wh_opencl_wire_send (WH_OPENCL_WIRE_FD, &reply, sizeof reply, -1, -1))
        return;
    }
}

/* -- the process -- */

static void
limit_itself (const char *parent)
{
  const struct rlimit no_core = { 0, 0 };
  int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (g_ascii_strtoull (parent, NULL, 10) != (guint64) getppid ())
    _exit (EXIT_FAILURE);
  setpgid (0, 0);
  setrlimit (RLIMIT_CORE, &no_core);
  if (fd >= 0)
    {
      if (write (fd, FIRST_TO_GO, strlen (FIRST_TO_GO)) < 0)
        errno = 0;
      close (fd);
    }
}

gboolean
wh_opencl_host_wanted (int argc, char **argv)
{
  return argc == 3 && strcmp (argv[1], WH_OPENCL_WIRE_COMMAND) == 0;
}

int
wh_opencl_host_main (int argc, char **argv, const WhOpenclDrive *drive)
{
  Host host = { .drive = drive };
  int type = 0;
  socklen_t length = sizeof type;

  if (getsockopt (WH_OPENCL_WIRE_FD, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_SEQPACKET)
    {
      fputs ("weedhounds: opencl-host is started by weedhounds itself\n", stderr);
      return 2;
    }
  limit_itself (argv[2]);
  fcntl (WH_OPENCL_WIRE_FD, F_SETFD, FD_CLOEXEC);
  g_mutex_init (&host.lock);
  g_queue_init (&host.matrices);
  host.cancellable = g_cancellable_new ();
  host.tasks = g_async_queue_new ();
  g_thread_unref (g_thread_new ("listener", listener_thread, &host));
  work (&host);
  _exit (EXIT_SUCCESS);
}
