#include "wh-opencl-child.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wh-clock.h"

#define GRACE_SECONDS 3.0            /* to stop when cancelled */
#define REAP_MICROSECONDS 300000     /* to wait for a killed process before it is left to a thread */
#define REAP_STEP 1000

struct _WhOpenclChild {
  GMutex  lock;        /* guards the process: it is signalled only until it is reaped */
  GPid    pid;         /* 0: reaped or left to a thread */
  int     socket;
  guint64 number;
};

/* -- starting -- */

typedef struct {
  const char *program, *vendors, *cache_dir;
  int         socket;
  GPid        pid;
  gboolean    done;
} Birth;

static GMutex birth_lock;
static GCond  birth_done;
static guint  n_births;

/* The chatter of drivers goes nowhere. PoCL keeps kernels in the home directory, which a service has not, unless told otherwise. */
static gboolean
spawn (Birth *birth)
{
  g_autofree char *parent = g_strdup_printf ("%d", (int) getpid ());
  const char *const argv[] = { birth->program, WH_OPENCL_WIRE_COMMAND, parent, NULL };
  const int target = WH_OPENCL_WIRE_FD;
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "OCL_ICD_VENDORS", birth->vendors, TRUE);

  if (birth->cache_dir)
    {
      g_autofree char *kernels = g_build_filename (birth->cache_dir, "pocl", NULL);
      environment = g_environ_setenv (environment, "POCL_CACHE_DIR", kernels, FALSE);
    }
  return g_spawn_async_with_pipes_and_fds ("/", argv, (const char *const *) environment,
                                           G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                                           NULL, -1, -1, -1, &birth->socket, &target, 1, &birth->pid, NULL, NULL, NULL, NULL);
}

static void
birth_thread (gpointer data, gpointer user_data)
{
  Birth *birth = data;

  if (!spawn (birth))
    birth->pid = 0;
  g_mutex_lock (&birth_lock);
  birth->done = TRUE;
  n_births += birth->pid > 0;
  g_cond_broadcast (&birth_done);
  g_mutex_unlock (&birth_lock);
}

/* A child asks the kernel to end with its parent, and for the kernel the parent is the thread that made it. So one thread that lives as
 * long as the process makes them all. */
static void
give_birth (Birth *birth)
{
  static GThreadPool *midwife;

  g_mutex_lock (&birth_lock);
  if (!midwife)
    midwife = g_thread_pool_new (birth_thread, NULL, 1, TRUE, NULL);
  if (!midwife || !g_thread_pool_push (midwife, birth, NULL))
    birth->done = TRUE;
  while (!birth->done)
    g_cond_wait (&birth_done, &birth_lock);
  g_mutex_unlock (&birth_lock);
}

WhOpenclChild *
wh_opencl_child_start (const char *program, const char *vendors, const char *cache_dir)
{
  Birth birth = { program, vendors, cache_dir, -1, 0, FALSE };
  int sockets[2];
  WhOpenclChild *child;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    return NULL;
  birth.socket = sockets[1];
  give_birth (&birth);
  close (sockets[1]);
  if (birth.pid <= 0)
    {
      close (sockets[0]);
      return NULL;
    }
  child = g_new0 (WhOpenclChild, 1);
  g_mutex_init (&child->lock);
  child->pid = birth.pid;
  child->socket = sockets[0];
  return child;
}

guint
wh_opencl_child_starts (void)
{
  guint n;

  g_mutex_lock (&birth_lock);
  n = n_births;
  g_mutex_unlock (&birth_lock);
  return n;
}

/* -- ending -- */

static gpointer
reaper_thread (gpointer data)
{
  while (waitpid (GPOINTER_TO_INT (data), NULL, 0) < 0 && errno == EINTR)
    continue;
  return NULL;
}

/* It leads a group of its own, with what a driver may have started; before it could make one it stands alone. */
static void
signal_all (GPid pid)
{
  kill (-pid, SIGKILL);
  kill (pid, SIGKILL);
}

void
wh_opencl_child_kill (WhOpenclChild *child)
{
  g_mutex_lock (&child->lock);
  if (child->pid > 0)
    signal_all (child->pid);
  g_mutex_unlock (&child->lock);
}

static void
end (WhOpenclChild *child)
{
  gint64 deadline = wh_clock_monotonic () + REAP_MICROSECONDS;
  pid_t reaped = 0;

  g_mutex_lock (&child->lock);
  if (child->pid > 0)
    {
      signal_all (child->pid);
      while ((reaped = waitpid (child->pid, NULL, WNOHANG)) == 0 && wh_clock_monotonic () < deadline)
        g_usleep (REAP_STEP);
      if (reaped == 0)
        g_thread_unref (g_thread_new ("reaper", reaper_thread, GINT_TO_POINTER (child->pid)));
      child->pid = 0;
    }
  g_mutex_unlock (&child->lock);
}

GPid
wh_opencl_child_pid (WhOpenclChild *child)
{
  GPid pid;

  g_mutex_lock (&child->lock);
  pid = child->pid;
  g_mutex_unlock (&child->lock);
  return pid;
}

void
wh_opencl_child_free (WhOpenclChild *child)
{
  end (child);
  close (child->socket);
  g_mutex_clear (&child->lock);
  g_free (child);
}

/* -- asking -- */

typedef enum { READABLE, STOPPED, LATE } Wakeup;

/* Until there is a packet, `deadline` is over or `stop` (may be NULL) was cancelled. */
static Wakeup
wait_for (WhOpenclChild *child, gint64 deadline, GCancellable *stop)
{
  GPollFD poll_stop = { -1, 0, 0 };
  gboolean can_stop = stop && g_cancellable_make_pollfd (stop, &poll_stop);
  struct pollfd fds[2] = { { child->socket, POLLIN, 0 }, { can_stop ? poll_stop.fd : -1, POLLIN, 0 } };
  Wakeup wakeup = LATE;

  for (gint64 left; (left = deadline - wh_clock_monotonic ()) > 0 && wakeup == LATE;)
    {
      int n = poll (fds, 2, (int) MIN ((left + 999) / 1000, G_MAXINT));
      if (n > 0)
        wakeup = fds[0].revents ? READABLE : STOPPED;
      else if (n < 0 && errno != EINTR)
        break;
    }
  if (can_stop)
    g_cancellable_release_fd (stop);
  return wakeup;
}

/* That it was cancelled can only be said by one who was told to stop. */
static gboolean
makes_sense (const WhOpenclReply *reply, const WhOpenclRequest *request, gboolean told_to_stop)
{
  return reply->version == WH_OPENCL_WIRE_VERSION && reply->number == request->number && reply->answer < WH_OPENCL_N_ANSWERS
         && (told_to_stop || reply->answer != WH_OPENCL_CANCELLED);
}

static WhOpenclOutcome
take_reply (WhOpenclChild *child, const WhOpenclRequest *request, gboolean told_to_stop, WhOpenclReply *out_reply)
{
  char byte;
  gboolean gone = recv (child->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;

  if (gone)
    return WH_OPENCL_DIED;
  if (!wh_opencl_wire_receive (child->socket, out_reply, sizeof *out_reply, NULL, NULL)
      || !makes_sense (out_reply, request, told_to_stop))
    return WH_OPENCL_GARBLED;
  out_reply->text[WH_OPENCL_WIRE_TEXT - 1] = '\0';
  return WH_OPENCL_REPLIED;
}

/* Listing and opening cannot be stopped half-way, and a child in which nothing is open is worth no waiting. */
static WhOpenclOutcome
cancel (WhOpenclChild *child, const WhOpenclRequest *request, WhOpenclReply *out_reply)
{
  WhOpenclRequest word = { .version = WH_OPENCL_WIRE_VERSION, .verb = WH_OPENCL_CANCEL, .number = request->number };

  if (request->verb != WH_OPENCL_LIST && request->verb != WH_OPENCL_OPEN
      && wh_opencl_wire_send (child->socket, &word, sizeof word, -1, -1)
      && wait_for (child, wh_clock_monotonic () + (gint64) (GRACE_SECONDS * 1e6), NULL) == READABLE)
    return take_reply (child, request, TRUE, out_reply);
  return WH_OPENCL_GAVE_UP;
}

static WhOpenclOutcome
converse (WhOpenclChild *child, const WhOpenclQuestion *question, int input, int output, GCancellable *cancellable,
          WhOpenclReply *out_reply)
{
  const WhOpenclRequest *request = &question->request;
  gint64 deadline = wh_clock_monotonic () + (gint64) (MIN (question->seconds, 1e6) * 1e6);

  if (!wh_opencl_wire_send (child->socket, request, sizeof *request, input, output))
    return WH_OPENCL_DIED;
  switch (wait_for (child, deadline, cancellable))
    {
    case READABLE:
      return take_reply (child, request, FALSE, out_reply);
    case STOPPED:
      return cancel (child, request, out_reply);
    default:
      return WH_OPENCL_SILENT;
    }
}

WhOpenclOutcome
wh_opencl_child_ask (WhOpenclChild *child, WhOpenclQuestion *question, GCancellable *cancellable, WhOpenclReply *out_reply)
{
  WhOpenclRequest *request = &question->request;
  gsize input_bytes = 0, output_bytes = 0;
  int input = wh_opencl_wire_pack (question->input, question->n_input, &input_bytes);
  int output = wh_opencl_wire_room (question->output, question->n_output, &output_bytes);
  WhOpenclOutcome outcome = WH_OPENCL_REFUSED;

  if (input >= 0 && output >= 0)
    {
      request->version = WH_OPENCL_WIRE_VERSION;
      request->number = ++child->number;
      request->input_bytes = input_bytes;
      request->output_bytes = output_bytes;
      outcome = converse (child, question, input, output, cancellable, out_reply);
      if (outcome == WH_OPENCL_REPLIED && out_reply->answer == WH_OPENCL_DONE
          && !wh_opencl_wire_unpack (output, output_bytes, question->output, question->n_output))
        outcome = WH_OPENCL_REFUSED;
      if (outcome != WH_OPENCL_REPLIED && outcome != WH_OPENCL_REFUSED)
        end (child);
    }
  if (input >= 0)
    close (input);
  if (output >= 0)
    close (output);
  return outcome;
}
