#include <glib/gi18n.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/wh-error.h"
#include "wh-handlers.h"
#include "wh-job-runner.h"

#define DISK_CRITICAL 0.95   /* share of the disk in use */

static double
disk_used (const char *path)
{
  struct statvfs disk;

  if (statvfs (path, &disk) != 0 || disk.f_blocks == 0)
    return 1;
  return 1 - (double) disk.f_bavail / (double) disk.f_blocks;
}

static gboolean
is_ready (WhHost *host)
{
  return g_atomic_int_get (&host->ready) && !g_atomic_int_get (&host->draining);
}

/* As it was when it was last used. Without it everything works, so it makes nobody unhealthy. */
static const char *
cache_word (WhHost *host)
{
  WhCacheStats stats;

  wh_cache_stats (host->cache, &stats);
  return !stats.shared ? "not_configured" : stats.answering ? "ok" : "failed";
}

char *
wh_handle_health (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  gboolean database = wh_store_revision (host->store) >= 0, disk = disk_used (host->data_dir) < DISK_CRITICAL;
  gboolean healthy = database && disk;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "status", healthy ? is_ready (host) ? "healthy" : "starting" : "unhealthy");
  wh_json_writer_key (writer, "checks");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "database", database ? "ok" : "failed");
  wh_json_writer_add_string (writer, "catalogue", g_atomic_int_get (&host->ready) ? "ok" : "building");
  wh_json_writer_add_string (writer, "cache", cache_word (host));
  wh_json_writer_add_string (writer, "opencl", "not_configured");
  wh_json_writer_add_string (writer, "disk", disk ? "ok" : "full");
  wh_json_writer_add_string (writer, "backup", host->runner ? wh_job_runner_backup (host->runner) : "not_configured");
  wh_json_writer_add_string (writer, "jobs", host->runner ? wh_job_runner_health (host->runner) : "not_configured");
  wh_json_writer_add_string (writer, "standby", "not_configured");
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

char *
wh_handle_ready (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  if (is_ready (host))
    return g_strdup ("{\"status\":\"ready\"}");
  request->error_code = "NOT_READY";
  g_set_error_literal (error, WH_ERROR, WH_ERROR_BUSY, _("The server is starting or stopping; try again in a moment."));
  return NULL;
}

char *
wh_handle_live (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  return g_strdup ("{\"status\":\"live\"}");
}
