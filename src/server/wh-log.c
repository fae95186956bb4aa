#include "wh-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-json-writer.h"
#include "store/wh-store.h"

#define MOST_FIELDS 16

typedef enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_JOURNAL } Format;
typedef enum { REQUESTS_NONE, REQUESTS_ERRORS, REQUESTS_SLOW, REQUESTS_ALL } Requests;

/* Read on every line by any thread: plain words, each set at once. */
static struct {
  gint   format, requests, slow_ms;
  gint   levels;          /* GLogLevelFlags that are written */
} wanted = { FORMAT_TEXT, REQUESTS_ERRORS, 1000, G_LOG_LEVEL_MASK };

static struct {
  GMutex   lock;
  gint64   second;        /* that `lines` counts */
  guint    lines;
  guint64  hidden;        /* left out since the last line that was written */
  WhLogCounts counts;
} written;

static struct {
  GRWLock       lock;     /* held while it is told: who stops listening is told no more, and may free what it listened with */
  WhLogListener func;
  gpointer      user_data;
} listener;

static GPrivate current = G_PRIVATE_INIT (NULL);

static const struct {
  GLogLevelFlags level;
  const char    *name;
} levels[] = {
  { G_LOG_LEVEL_ERROR, "error" },     { G_LOG_LEVEL_CRITICAL, "critical" }, { G_LOG_LEVEL_WARNING, "warning" },
  { G_LOG_LEVEL_MESSAGE, "message" }, { G_LOG_LEVEL_INFO, "info" },         { G_LOG_LEVEL_DEBUG, "debug" },
};

static const char *
level_name (GLogLevelFlags level)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (level & levels[i].level)
      return levels[i].name;
  return "message";
}

/* -- one line -- */

/* A field that is text; NULL: there is none. */
static const char *
field_of (const GLogField *fields, gsize n, const char *key)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

/* One write, so that lines of threads do not mix. */
static void
put_line (GString *line)
{
  g_string_append_c (line, '\n');
  while (write (STDERR_FILENO, line->str, line->len) < 0 && errno == EINTR)
    ;
}

/* Fields of our own are written in lower case; those of the log itself have their place. */
static gboolean
is_own (const char *key)
{
  return g_str_has_prefix (key, "WH_");
}

static void
write_json (GLogLevelFlags level, const GLogField *fields, gsize n)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (line, 0);
  g_autofree char *time = wh_clock_format (wh_clock_now ());

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "time", time);
  wh_json_writer_add_string (writer, "level", level_name (level));
  wh_json_writer_add_string (writer, "domain", field_of (fields, n, "GLIB_DOMAIN"));
  wh_json_writer_add_string (writer, "message", field_of (fields, n, "MESSAGE"));
  for (gsize i = 0; i < n; i++)
    if (is_own (fields[i].key) && fields[i].length < 0)
      {
        g_autofree char *key = g_ascii_strdown (fields[i].key + strlen ("WH_"), -1);
        wh_json_writer_add_string (writer, key, fields[i].value);
      }
  wh_json_writer_end_object (writer);
  put_line (line);
}

/* Control characters of a message must not drive a terminal. */
static void
write_text (GLogLevelFlags level, const GLogField *fields, gsize n)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *time = wh_clock_format (wh_clock_now ());
  const char *message = field_of (fields, n, "MESSAGE"), *id = field_of (fields, n, "WH_REQUEST_ID");

  g_string_append_printf (line, "%s %s: %s", time, level_name (level), message ? message : "");
  if (id)
    g_string_append_printf (line, " [%s]", id);
  for (gsize i = 0; i < line->len; i++)
    if ((guchar) line->str[i] < 0x20 || line->str[i] == 0x7f)
      line->str[i] = ' ';
  put_line (line);
}

/* -- the process's writer -- */

/* Whether one more line may be written in this second; how many were not before it. */
static gboolean
admit (GLogLevelFlags level, guint64 *out_hidden)
{
  gint64 second = wh_clock_monotonic () / G_USEC_PER_SEC;
  gboolean admitted;

  g_mutex_lock (&written.lock);
  written.counts.warnings += (level & G_LOG_LEVEL_WARNING) != 0;
  written.counts.errors += (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0;
  if (written.second != second)
    {
      written.second = second;
      written.lines = 0;
    }
  admitted = written.lines < WH_LOG_MOST || (level & G_LOG_LEVEL_ERROR);
  written.lines++;
  written.hidden += !admitted;
  written.counts.left_out += !admitted;
  *out_hidden = admitted ? written.hidden : 0;
  if (admitted)
    written.hidden = 0;
  g_mutex_unlock (&written.lock);
  return admitted;
}

static void
write_fields (GLogLevelFlags level, const GLogField *fields, gsize n)
{
  switch (g_atomic_int_get (&wanted.format))
    {
    case FORMAT_JOURNAL:
      if (g_log_writer_journald (level, fields, n, NULL) != G_LOG_WRITER_HANDLED)
        write_text (level, fields, n);
      break;
    case FORMAT_JSON:
      write_json (level, fields, n);
      break;
    default:
      write_text (level, fields, n);
    }
}

static void
tell_listener (GLogLevelFlags level, const GLogField *fields, gsize n)
{
  if (!(level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)))
    return;
  g_rw_lock_reader_lock (&listener.lock);
  if (listener.func)
    listener.func (level, field_of (fields, n, "GLIB_DOMAIN"), field_of (fields, n, "MESSAGE"), field_of (fields, n, "WH_REQUEST_ID"),
                   listener.user_data);
  g_rw_lock_reader_unlock (&listener.lock);
}

static GLogWriterOutput
write_cb (GLogLevelFlags level, const GLogField *given, gsize n_given, gpointer user_data)
{
  GLogField fields[MOST_FIELDS];
  gsize n = MIN (n_given, MOST_FIELDS - 2);
  const char *id = g_private_get (&current);
  char hidden_text[24];
  guint64 hidden;

  if (!(level & g_atomic_int_get (&wanted.levels)))
    return G_LOG_WRITER_HANDLED;
  if (!admit (level, &hidden))
    return G_LOG_WRITER_HANDLED;
  memcpy (fields, given, n * sizeof *given);
  if (id && !field_of (given, n, "WH_REQUEST_ID"))
    fields[n++] = (GLogField){ "WH_REQUEST_ID", id, -1 };
  g_snprintf (hidden_text, sizeof hidden_text, "%" G_GUINT64_FORMAT, hidden);
  if (hidden)
    fields[n++] = (GLogField){ "WH_LEFT_OUT", hidden_text, -1 };
  write_fields (level, fields, n);
  tell_listener (level, fields, n);
  return G_LOG_WRITER_HANDLED;
}

/* -- what is wanted -- */

static gint
format_of (const char *word)
{
  if (strcmp (word, "journal") == 0)
    return FORMAT_JOURNAL;
  if (strcmp (word, "json") == 0)
    return FORMAT_JSON;
  if (strcmp (word, "text") == 0)
    return FORMAT_TEXT;
  return g_log_writer_is_journald (STDERR_FILENO) ? FORMAT_JOURNAL : isatty (STDERR_FILENO) ? FORMAT_TEXT : FORMAT_JSON;
}

static gint
levels_from (const char *word)
{
  gint mask = 0;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      mask |= (gint) levels[i].level;
      if (strcmp (levels[i].name, word) == 0)
        break;
    }
  return mask;
}

static gint
requests_of (const char *word)
{
  static const char *const words[] = { "none", "errors", "slow", "all", NULL };

  for (gint i = 0; words[i]; i++)
    if (strcmp (words[i], word) == 0)
      return i;
  return REQUESTS_ERRORS;
}

static void
slow_cb (const char *sql, gint64 microseconds)
{
  g_mutex_lock (&written.lock);
  written.counts.slow_queries++;
  g_mutex_unlock (&written.lock);
  g_message ("a statement took %.1f ms: %s", (double) microseconds / 1e3, sql);
}

void
wh_log_configure (const WhSettings *settings)
{
  g_atomic_int_set (&wanted.format, format_of (wh_settings_text (settings, WH_SETTING_LOG_FORMAT)));
  g_atomic_int_set (&wanted.levels, levels_from (wh_settings_text (settings, WH_SETTING_LOG_LEVEL)));
  g_atomic_int_set (&wanted.requests, requests_of (wh_settings_text (settings, WH_SETTING_LOG_REQUESTS)));
  g_atomic_int_set (&wanted.slow_ms, (gint) wh_settings_integer (settings, WH_SETTING_LOG_SLOW_REQUEST_MS));
  wh_store_watch_slow ((guint) wh_settings_integer (settings, WH_SETTING_LOG_SLOW_QUERY_MS), slow_cb);
}

void
wh_log_start (const WhSettings *settings)
{
  wh_log_configure (settings);
  g_log_set_writer_func (write_cb, NULL, NULL);
}

void
wh_log_listen (WhLogListener func, gpointer user_data)
{
  g_rw_lock_writer_lock (&listener.lock);
  listener.user_data = user_data;
  listener.func = func;
  g_rw_lock_writer_unlock (&listener.lock);
}

void
wh_log_enter (const char *request_id)
{
  g_private_set (&current, (gpointer) request_id);
}

void
wh_log_leave (void)
{
  g_private_set (&current, NULL);
}

/* -- requests -- */

static gboolean
is_wanted (guint status, gint64 microseconds)
{
  switch (g_atomic_int_get (&wanted.requests))
    {
    case REQUESTS_ALL:
      return TRUE;
    case REQUESTS_SLOW:
      return status >= 500 || microseconds >= (gint64) g_atomic_int_get (&wanted.slow_ms) * 1000;
    case REQUESTS_ERRORS:
      return status >= 500;
    default:
      return FALSE;
    }
}

void
wh_log_request (const WhRequest *request, guint status, gint64 microseconds)
{
  char duration[G_ASCII_DTOSTR_BUF_SIZE], code[8];
  const char *who = request->principal ? request->principal->who : "nobody";

  if (!is_wanted (status, microseconds))
    return;
  g_ascii_formatd (duration, sizeof duration, "%.3f", (double) microseconds / 1e3);
  g_snprintf (code, sizeof code, "%u", status);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "WH_REQUEST_ID", request->id, "WH_METHOD", request->method, "WH_PATH",
                    request->path, "WH_STATUS", code, "WH_DURATION_MS", duration, "WH_WHO", who, "MESSAGE", "%s %s: %s in %s ms",
                    request->method, request->path, code, duration);
}

void
wh_log_counts (WhLogCounts *out_counts)
{
  g_mutex_lock (&written.lock);
  *out_counts = written.counts;
  g_mutex_unlock (&written.lock);
}
