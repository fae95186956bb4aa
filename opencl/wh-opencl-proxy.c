#include "wh-opencl-proxy.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-matrix-private.h"
#include "wh-opencl-child.h"
#include "wh-opencl-proxy-private.h"

#define MOST_FAILURES 3
#define MOST_DECLINES 3
#define MATRICES_HELD 4
/* Cells a second below which nothing is waited for: a twentieth of what one core does without vectors. */
#define SLOWEST_PACE 5e7
#define SECONDS_PER_BYTE 1e-8

const WhOpenclLimits wh_opencl_limits = { .list = 10, .open = 60, .call = 10 };

struct _WhOpenclProxy {
  char            *program, *vendors, *cache_dir;
  guint            device;
  WhOpenclIdentity *identity;
  WhOpenclLimits   limits;
  const char      *path;           /* "opencl:<device>" */
  GMutex           calling;        /* held while the child is being asked */
  GMutex           lock;           /* guards what follows; held for moments only */
  WhOpenclChild   *child;
  gboolean         is_open, is_stopped;
  guint            failures;
  WhOpenclCourse   last;
  guint            declines[WH_N_OPERATIONS];
  gsize            declined_k;           /* neighbours that were too many for it */
  guint64          sent[MATRICES_HELD];   /* serials, the newest first; 0: none */
};

/* -- identity -- */

void
wh_opencl_identity_free (WhOpenclIdentity *identity)
{
  g_free (identity->platform);
  g_free (identity->name);
  g_free (identity->version);
  g_free (identity->driver);
  g_free (identity);
}

WhOpenclIdentity *
wh_opencl_identity_copy (const WhOpenclIdentity *identity)
{
  WhOpenclIdentity *copy = g_memdup2 (identity, sizeof *identity);

  copy->platform = g_strdup (identity->platform);
  copy->name = g_strdup (identity->name);
  copy->version = g_strdup (identity->version);
  copy->driver = g_strdup (identity->driver);
  return copy;
}

gboolean
wh_opencl_identity_is (const WhOpenclIdentity *a, const WhOpenclIdentity *b)
{
  return strcmp (a->platform, b->platform) == 0 && strcmp (a->name, b->name) == 0 && strcmp (a->driver, b->driver) == 0;
}

static char *
clean (const char text[WH_OPENCL_WIRE_TEXT])
{
  g_autofree char *whole = g_strndup (text, WH_OPENCL_WIRE_TEXT);
  g_autofree char *valid = g_utf8_make_valid (whole, -1);

  return wh_text_clean (valid, WH_OPENCL_WIRE_TEXT);
}

static WhOpenclIdentity *
identity_of (const WhOpenclRecord *record)
{
  WhOpenclIdentity *identity = g_new0 (WhOpenclIdentity, 1);

  identity->platform = clean (record->platform);
  identity->name = clean (record->name);
  identity->version = clean (record->version);
  identity->driver = clean (record->driver);
  identity->memory = record->memory;
  identity->units = record->units;
  identity->doubles = record->doubles != 0;
  identity->is_cpu = record->is_cpu != 0;
  return identity;
}

/* -- listing and opening -- */

static WhOpenclCourse
course_of (WhOpenclOutcome outcome)
{
  switch (outcome)
    {
    case WH_OPENCL_REPLIED:
      return WH_OPENCL_WENT_WELL;
    case WH_OPENCL_GAVE_UP:
      return WH_OPENCL_WAS_STOPPED;
    case WH_OPENCL_SILENT:
      return WH_OPENCL_HUNG;
    case WH_OPENCL_GARBLED:
      return WH_OPENCL_TALKED_NONSENSE;
    case WH_OPENCL_REFUSED:
      return WH_OPENCL_NO_PROCESS;
    default:
      return WH_OPENCL_CRASHED;
    }
}

/* A question whose answer is yes or no. */
static WhOpenclCourse
ask_plainly (WhOpenclChild *child, WhOpenclQuestion *question, GCancellable *cancellable, WhOpenclReply *reply, char **out_words)
{
  WhOpenclCourse course = course_of (wh_opencl_child_ask (child, question, cancellable, reply));

  if (course != WH_OPENCL_WENT_WELL || reply->answer == WH_OPENCL_DONE)
    return course;
  if (reply->answer == WH_OPENCL_CANCELLED)
    return WH_OPENCL_WAS_STOPPED;
  *out_words = clean (reply->text);
  return WH_OPENCL_FAILED;
}

static WhOpenclCourse
ask_for_list (WhOpenclChild *child, const WhOpenclLimits *limits, GCancellable *cancellable, GPtrArray **out_devices, char **out_words)
{
  g_autofree WhOpenclRecord *records = g_new0 (WhOpenclRecord, WH_OPENCL_WIRE_DEVICES);
  const WhOpenclPiece output = { records, WH_OPENCL_WIRE_DEVICES * sizeof *records };
  WhOpenclQuestion question = { .request = { .verb = WH_OPENCL_LIST }, .output = &output, .n_output = 1, .seconds = limits->list };
  WhOpenclReply reply;
  WhOpenclCourse course = ask_plainly (child, &question, cancellable, &reply, out_words);

  if (course != WH_OPENCL_WENT_WELL)
    return course;
  if (reply.count > WH_OPENCL_WIRE_DEVICES)
    return WH_OPENCL_TALKED_NONSENSE;
  *out_devices = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_identity_free);
  for (gsize i = 0; i < reply.count; i++)
    g_ptr_array_add (*out_devices, identity_of (&records[i]));
  return WH_OPENCL_WENT_WELL;
}

WhOpenclCourse
wh_opencl_proxy_list (const char *program, const char *vendors, const char *cache_dir, const WhOpenclLimits *limits,
                      GCancellable *cancellable, GPtrArray **out_devices, char **out_words)
{
  WhOpenclChild *child = wh_opencl_child_start (program, vendors, cache_dir);
  WhOpenclCourse course;

  *out_words = NULL;
  if (!child)
    return WH_OPENCL_NO_PROCESS;
  course = ask_for_list (child, limits, cancellable, out_devices, out_words);
  wh_opencl_child_free (child);
  return course;
}

static WhOpenclCourse
ask_to_open (WhOpenclProxy *proxy, WhOpenclChild *child, GCancellable *cancellable, char **out_words)
{
  g_autoptr (GPtrArray) devices = NULL;
  WhOpenclPiece input = { proxy->cache_dir, proxy->cache_dir ? strlen (proxy->cache_dir) : 0 };
  WhOpenclQuestion question = { .request = { .verb = WH_OPENCL_OPEN, .sizes = { proxy->device, input.bytes } }, .input = &input,
                                .n_input = 1, .seconds = proxy->limits.open };
  WhOpenclReply reply;
  WhOpenclCourse course = ask_for_list (child, &proxy->limits, cancellable, &devices, out_words);

  if (course != WH_OPENCL_WENT_WELL)
    return course;
  if (proxy->device >= devices->len || !wh_opencl_identity_is (devices->pdata[proxy->device], proxy->identity))
    return WH_OPENCL_CHANGED;
  return ask_plainly (child, &question, cancellable, &reply, out_words);
}

/* -- the proxy -- */

WhOpenclProxy *
wh_opencl_proxy_new (const char *program, const char *vendors, const char *cache_dir, guint device, const WhOpenclIdentity *identity,
                     const WhOpenclLimits *limits)
{
  WhOpenclProxy *proxy = g_new0 (WhOpenclProxy, 1);
  g_autofree char *path = g_strconcat ("opencl:", identity->name, NULL);

  proxy->program = g_strdup (program);
  proxy->vendors = g_strdup (vendors);
  proxy->cache_dir = g_strdup (cache_dir);
  proxy->device = device;
  proxy->identity = wh_opencl_identity_copy (identity);
  proxy->limits = *limits;
  proxy->declined_k = G_MAXSIZE;
  proxy->path = g_intern_string (path);
  g_mutex_init (&proxy->calling);
  g_mutex_init (&proxy->lock);
  return proxy;
}

static void
proxy_close (gpointer state)
{
  WhOpenclProxy *proxy = state;

  wh_opencl_proxy_stop (proxy);
  g_mutex_lock (&proxy->calling);
  g_mutex_unlock (&proxy->calling);
  g_clear_pointer (&proxy->child, wh_opencl_child_free);
  g_mutex_clear (&proxy->calling);
  g_mutex_clear (&proxy->lock);
  wh_opencl_identity_free (proxy->identity);
  g_free (proxy->program);
  g_free (proxy->vendors);
  g_free (proxy->cache_dir);
  g_free (proxy);
}

static const char *
proxy_path (gpointer state)
{
  return ((WhOpenclProxy *) state)->path;
}

void
wh_opencl_proxy_stop (WhOpenclProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  proxy->is_stopped = TRUE;
  if (proxy->child)
    wh_opencl_child_kill (proxy->child);
  g_mutex_unlock (&proxy->lock);
}

gboolean
wh_opencl_proxy_is_open (WhOpenclProxy *proxy)
{
  gboolean is_open;

  g_mutex_lock (&proxy->lock);
  is_open = proxy->is_open;
  g_mutex_unlock (&proxy->lock);
  return is_open;
}

WhOpenclCourse
wh_opencl_proxy_last (WhOpenclProxy *proxy)
{
  WhOpenclCourse last;

  g_mutex_lock (&proxy->lock);
  last = proxy->last;
  g_mutex_unlock (&proxy->lock);
  return last;
}

gboolean
wh_opencl_proxy_is_off (WhOpenclProxy *proxy, WhOpenclCourse *out_last)
{
  gboolean is_off;

  g_mutex_lock (&proxy->lock);
  is_off = proxy->failures >= MOST_FAILURES;
  *out_last = proxy->last;
  g_mutex_unlock (&proxy->lock);
  return is_off;
}

gboolean
wh_opencl_proxy_does (WhOpenclProxy *proxy, WhOperation operation)
{
  gboolean does;

  g_mutex_lock (&proxy->lock);
  does = proxy->declines[operation] < MOST_DECLINES;
  g_mutex_unlock (&proxy->lock);
  return does;
}

GPid
wh_opencl_proxy_pid (WhOpenclProxy *proxy)
{
  GPid pid;

  g_mutex_lock (&proxy->lock);
  pid = proxy->child ? wh_opencl_child_pid (proxy->child) : 0;
  g_mutex_unlock (&proxy->lock);
  return pid;
}

/* The child is of no use any more. Another driver than before counts as all failures at once: it has to be checked first. */
static void
drop_child (WhOpenclProxy *proxy, WhOpenclCourse course)
{
  WhOpenclChild *child;

  g_mutex_lock (&proxy->lock);
  child = g_steal_pointer (&proxy->child);
  proxy->is_open = FALSE;
  memset (proxy->sent, 0, sizeof proxy->sent);
  if (course != WH_OPENCL_WAS_STOPPED && !proxy->is_stopped)
    {
      proxy->failures += course == WH_OPENCL_CHANGED ? MOST_FAILURES : 1;
      proxy->last = course;
    }
  g_mutex_unlock (&proxy->lock);
  if (child)
    wh_opencl_child_free (child);
}

/* With `calling` held. */
static WhOpenclCourse
open_child (WhOpenclProxy *proxy, GCancellable *cancellable, char **out_words)
{
  WhOpenclChild *child = NULL;
  WhOpenclCourse course;
  gboolean may, is_open;

  g_mutex_lock (&proxy->lock);
  is_open = proxy->is_open;
  may = !proxy->is_stopped && proxy->failures < MOST_FAILURES;
  g_mutex_unlock (&proxy->lock);
  if (is_open)
    return WH_OPENCL_WENT_WELL;
  if (!may)
    return WH_OPENCL_WAS_STOPPED;
  child = wh_opencl_child_start (proxy->program, proxy->vendors, proxy->cache_dir);
  g_mutex_lock (&proxy->lock);
  proxy->child = child;
  if (child && proxy->is_stopped)
    wh_opencl_child_kill (child);
  g_mutex_unlock (&proxy->lock);
  course = child ? ask_to_open (proxy, child, cancellable, out_words) : WH_OPENCL_NO_PROCESS;
  if (course != WH_OPENCL_WENT_WELL)
    {
      drop_child (proxy, course);
      return course;
    }
  g_mutex_lock (&proxy->lock);
  proxy->is_open = TRUE;
  g_mutex_unlock (&proxy->lock);
  return course;
}

WhOpenclCourse
wh_opencl_proxy_open (WhOpenclProxy *proxy, GCancellable *cancellable, char **out_words)
{
  WhOpenclCourse course;

  *out_words = NULL;
  g_mutex_lock (&proxy->calling);
  course = open_child (proxy, cancellable, out_words);
  g_mutex_unlock (&proxy->calling);
  return course;
}

/* -- calls -- */

static double
bytes_of (const WhOpenclPiece *pieces, gsize n)
{
  double bytes = 0;

  for (gsize i = 0; i < n; i++)
    bytes += (double) pieces[i].bytes;
  return bytes;
}

static void
note_sent (WhOpenclProxy *proxy, const WhMatrix *matrix)
{
  g_mutex_lock (&proxy->lock);
  memmove (proxy->sent + 1, proxy->sent, sizeof proxy->sent - sizeof *proxy->sent);
  proxy->sent[0] = matrix->serial;
  g_mutex_unlock (&proxy->lock);
}

gboolean
wh_opencl_proxy_holds (WhOpenclProxy *proxy, const WhMatrix *matrix)
{
  gboolean holds = FALSE;

  g_mutex_lock (&proxy->lock);
  for (guint i = 0; i < MATRICES_HELD; i++)
    holds |= proxy->sent[i] == matrix->serial;
  g_mutex_unlock (&proxy->lock);
  return holds;
}

static WhOpenclCourse
send_matrix (WhOpenclProxy *proxy, const WhMatrix *matrix, GCancellable *cancellable)
{
  WhOpenclQuestion question = { .request = { .verb = WH_OPENCL_MATRIX } };
  g_autofree gpointer heads = NULL;
  g_autoptr (GArray) pieces = wh_opencl_wire_matrix (matrix, &question.request, &heads);
  g_autofree char *words = NULL;
  WhOpenclReply reply;

  question.input = (const WhOpenclPiece *) pieces->data;
  question.n_input = pieces->len;
  question.seconds = proxy->limits.call + SECONDS_PER_BYTE * bytes_of (question.input, question.n_input);
  return ask_plainly (proxy->child, &question, cancellable, &reply, &words);
}

static WhOpenclCourse
put_question (WhOpenclProxy *proxy, WhOpenclCall *call, WhOpenclReply *reply)
{
  WhOpenclCourse course = course_of (wh_opencl_child_ask (proxy->child, &call->question, call->cancellable, reply));

  if (course != WH_OPENCL_WENT_WELL || reply->answer != WH_OPENCL_UNKNOWN_MATRIX)
    return course;
  course = call->matrix ? send_matrix (proxy, call->matrix, call->cancellable) : WH_OPENCL_TALKED_NONSENSE;
  if (course == WH_OPENCL_WENT_WELL)
    note_sent (proxy, call->matrix);
  if (course == WH_OPENCL_WENT_WELL)
    course = course_of (wh_opencl_child_ask (proxy->child, &call->question, call->cancellable, reply));
  return course == WH_OPENCL_WENT_WELL && reply->answer == WH_OPENCL_UNKNOWN_MATRIX ? WH_OPENCL_TALKED_NONSENSE : course;
}

/* That a device gives no more than some number of neighbours says nothing of fewer. */
static void
count_decline (WhOpenclProxy *proxy, const WhOpenclCall *call, gboolean declined)
{
  g_mutex_lock (&proxy->lock);
  if (declined && call->k > 1)
    proxy->declined_k = MIN (proxy->declined_k, call->k);
  else
    proxy->declines[call->operation] = declined ? proxy->declines[call->operation] + 1 : 0;
  g_mutex_unlock (&proxy->lock);
}

static gboolean
is_too_many (WhOpenclProxy *proxy, const WhOpenclCall *call)
{
  gboolean too_many;

  g_mutex_lock (&proxy->lock);
  too_many = call->k >= proxy->declined_k;
  g_mutex_unlock (&proxy->lock);
  return too_many;
}

/* With `calling` held. */
static WhRun
call_child (WhOpenclProxy *proxy, WhOpenclCall *call)
{
  g_autofree char *words = NULL;
  WhOpenclReply reply;
  WhOpenclCourse course = open_child (proxy, call->cancellable, &words);

  if (course != WH_OPENCL_WENT_WELL)
    return WH_RUN_UNABLE;
  course = put_question (proxy, call, &reply);
  if (course == WH_OPENCL_WENT_WELL && reply.answer == WH_OPENCL_DONE && !call->is_possible (call))
    course = WH_OPENCL_TALKED_NONSENSE;
  if (course == WH_OPENCL_FAILED || course == WH_OPENCL_NO_PROCESS)
    {
      count_decline (proxy, call, TRUE);
      return WH_RUN_UNABLE;
    }
  if (course != WH_OPENCL_WENT_WELL)
    {
      drop_child (proxy, course);
      return WH_RUN_UNABLE;
    }
  count_decline (proxy, call, reply.answer == WH_OPENCL_UNABLE);
  return (WhRun) reply.answer;
}

WhRun
wh_opencl_proxy_call (WhOpenclProxy *proxy, WhOpenclCall *call)
{
  WhRun run;

  call->question.seconds = proxy->limits.call + call->work / SLOWEST_PACE
                           + SECONDS_PER_BYTE * (bytes_of (call->question.input, call->question.n_input)
                                                 + bytes_of (call->question.output, call->question.n_output));
  if (g_cancellable_is_cancelled (call->cancellable))
    return WH_RUN_CANCELLED;
  if (is_too_many (proxy, call) || !g_mutex_trylock (&proxy->calling))
    return WH_RUN_UNABLE;
  run = call_child (proxy, call);
  g_mutex_unlock (&proxy->calling);
  if (run == WH_RUN_UNABLE && g_cancellable_is_cancelled (call->cancellable))
    return WH_RUN_CANCELLED;
  return run;
}

const WhEngineOps wh_opencl_proxy_ops = {
  .version = WH_ENGINE_OPS_VERSION,
  .close = proxy_close,
  .path = proxy_path,
  .nearest = wh_opencl_proxy_nearest,
  .pairs = wh_opencl_proxy_pairs,
  .distances = wh_opencl_proxy_distances,
  .bootstrap = wh_opencl_proxy_bootstrap,
  .lloyd = wh_opencl_proxy_lloyd,
  .spreads = wh_opencl_proxy_spreads,
  .moments = wh_opencl_proxy_moments,
};
