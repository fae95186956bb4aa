#include <glib/gi18n.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "wh-handlers.h"

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
  wh_json_writer_add_string (writer, "backup", "not_configured");
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

static gboolean
write_rows_cb (WhReader *reader, gpointer user_data, GError **error)
{
  GString *out = user_data;

  g_string_append (out, "# HELP weedhounds_store_rows Rows by kind.\n# TYPE weedhounds_store_rows gauge\n");
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      gint64 count = wh_reader_count (reader, kind, error);
      if (count < 0)
        return FALSE;
      g_string_append_printf (out, "weedhounds_store_rows{kind=\"%s\"} %" G_GINT64_FORMAT "\n", wh_entity_class (kind)->name, count);
    }
  return TRUE;
}

static void
write_gauge (GString *out, const char *name, const char *help, gint64 value)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s gauge\n%s %" G_GINT64_FORMAT "\n", name, help, name, name, value);
}

static void
write_counter (GString *out, const char *name, const char *help, guint64 value)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s counter\n%s %" G_GUINT64_FORMAT "\n", name, help, name, name, value);
}

static void
write_cache (WhHost *host, GString *out)
{
  WhCacheStats stats;

  wh_cache_stats (host->cache, &stats);
  g_string_append_printf (out,
                          "# HELP weedhounds_cache_hits_total Finished answers found, in this process or in the shared cache.\n"
                          "# TYPE weedhounds_cache_hits_total counter\n"
                          "weedhounds_cache_hits_total{level=\"local\"} %" G_GUINT64_FORMAT "\n"
                          "weedhounds_cache_hits_total{level=\"shared\"} %" G_GUINT64_FORMAT "\n",
                          stats.local_hits, stats.shared_hits);
  write_counter (out, "weedhounds_cache_misses_total", "Finished answers looked for and not found.", stats.misses);
  write_counter (out, "weedhounds_cache_failures_total", "Times the shared cache did not answer as it should.", stats.failures);
  write_counter (out, "weedhounds_cache_evictions_total", "Values that made room for others in this process.", stats.evictions);
  write_gauge (out, "weedhounds_cache_entries", "Values in this process.", (gint64) stats.entries);
  write_gauge (out, "weedhounds_cache_bytes", "Bytes of the values in this process.", (gint64) stats.bytes);
  if (stats.shared)
    write_gauge (out, "weedhounds_cache_shared_up", "1: the shared cache answers.", stats.answering);
}

/* Bytes of memory the process holds; 0 where the kernel does not say. */
static gint64
resident_bytes (void)
{
  g_autofree char *text = NULL;
  gint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoll (text + strcspn (text, " "), NULL, 10);
  return pages * sysconf (_SC_PAGESIZE);
}

char *
wh_handle_metrics (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (host->catalogue);

  wh_metrics_write (host->metrics, out);
  write_gauge (out, "process_resident_memory_bytes", "Memory the process holds.", resident_bytes ());
  write_gauge (out, "weedhounds_store_revision", "Sequence number of the last change.", wh_store_revision (host->store));
  write_gauge (out, "weedhounds_catalogue_revision", "Revision the catalogue in memory was built from.", wh_snapshot_revision (snapshot));
  write_gauge (out, "weedhounds_catalogue_strains", "Strains in the catalogue in memory.", wh_snapshot_length (snapshot));
  write_cache (host, out);
  if (!wh_store_read (host->store, request->principal, write_rows_cb, out, error))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
