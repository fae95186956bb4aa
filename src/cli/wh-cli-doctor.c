#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/wh-json.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "client/wh-mirror.h"
#include "store/wh-cache.h"
#include "wh-cli-command.h"
#include "wh-cli-devices.h"
#include "wh-cli-outbox.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-store.h"
#include "wh-config.h"

/* Strains that are tried until one has enough terpenes to run the engine on. */
#define ENGINE_TRIES 200

typedef enum {
  FINDING_GOOD,
  FINDING_REMARK,   /* nothing is wrong, but worth knowing */
  FINDING_BAD,
} Verdict;

static const char *const verdict_keys[] = { "ok", "note", "bad" };

typedef struct {
  Verdict     verdict;
  const char *name;      /* stable key */
  char       *message;
  const WhDevice *device;  /* what the finding is about, or NULL */
} Finding;

typedef struct {
  const WhCliOptions *options;
  WhPrincipal        *principal;
  GPtrArray          *findings;
  GPtrArray          *devices;     /* of WhDevice*; NULL: not asked for */
} Examination;

static void
finding_free (gpointer data)
{
  g_free (((Finding *) data)->message);
  g_free (data);
}

static void G_GNUC_PRINTF (4, 5)
find (Examination *examination, Verdict verdict, const char *name, const char *format, ...)
{
  Finding *finding = g_new0 (Finding, 1);
  va_list arguments;

  finding->verdict = verdict;
  finding->name = name;
  va_start (arguments, format);
  finding->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (examination->findings, finding);
}

static void
examine_place (Examination *examination)
{
  const char *dir = examination->options->data_dir;
  g_autofree char *file = wh_cli_options_file (examination->options);

  if (!g_file_test (dir, G_FILE_TEST_IS_DIR))
    find (examination, FINDING_REMARK, "data_directory", _("%s does not exist yet"), dir);
  else if (g_access (dir, R_OK | W_OK | X_OK) != 0)
    find (examination, FINDING_BAD, "data_directory", _("%s: %s"), dir, g_strerror (errno));
  else
    find (examination, FINDING_GOOD, "data_directory", "%s", dir);
  find (examination, FINDING_GOOD, "configuration",
        g_file_test (file, G_FILE_TEST_EXISTS) ? _("%s is read") : _("%s does not exist; defaults count"), file);
}

static void
find_device (Examination *examination, const WhDevice *device)
{
  g_autofree char *message = wh_cli_devices_words (device);

  find (examination, device->state == WH_DEVICE_USABLE ? FINDING_GOOD : FINDING_REMARK, "opencl", "%s", message);
  ((Finding *) examination->findings->pdata[examination->findings->len - 1])->device = device;
}

static void
examine_devices (Examination *examination)
{
  g_autofree char *kept = NULL;

  find (examination, FINDING_GOOD, "processor", _("computes with %s"), wh_devices_cpu_path ());
  if (!wh_devices_enabled ())
    {
      find (examination, FINDING_GOOD, "opencl", _("switched off by %s; the processor computes"),
            g_getenv ("WEEDHOUNDS_OPENCL") ? "WEEDHOUNDS_OPENCL" : "weedhounds.conf");
      return;
    }
  examination->devices = wh_cli_devices_try (examination->options);
  if (!examination->devices)
    find (examination, FINDING_REMARK, "opencl", _("broken off; what is not known yet is tried again next time"));
  else if (examination->devices->len == 0)
    find (examination, FINDING_GOOD, "opencl", "%s",
          WH_HAVE_OPENCL ? _("no driver is installed; the processor computes") : _("built without OpenCL; the processor computes"));
  for (guint i = 0; examination->devices && i < examination->devices->len; i++)
    find_device (examination, examination->devices->pdata[i]);
  kept = wh_cli_devices_kept (examination->options->data_dir);
  if (kept)
    find (examination, FINDING_GOOD, "opencl_cache", "%s", kept);
}

static gboolean
count_rows (WhReader *reader, gpointer user_data, GError **error)
{
  GString *text = user_data;

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      gint64 count = wh_reader_count (reader, kind, error);
      if (count < 0)
        return FALSE;
      if (count > 0)
        g_string_append_printf (text, "%s%" G_GINT64_FORMAT " %s", text->len ? ", " : "", count, wh_entity_class (kind)->plural);
    }
  return TRUE;
}

static void
examine_engine (Examination *examination, WhStore *store)
{
  WhCatalogue *catalogue = wh_catalogue_new (store);
  g_autofree char *cache_dir = wh_paths_cache_dir (examination->options->data_dir);
  WhAnalyst *analyst = wh_analyst_new (catalogue, cache_dir);
  g_autoptr (WhSimilars) similars = NULL;
  g_autoptr (GError) error = NULL;

  if (wh_catalogue_refresh (catalogue, examination->principal, NULL, &error))
    {
      g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
      for (guint i = 0; i < MIN (wh_snapshot_length (snapshot), ENGINE_TRIES) && !similars; i++)
        similars = wh_analyst_similar (analyst, examination->principal, &wh_snapshot_card (snapshot, i)->id, 1, NULL);
    }
  if (error)
    find (examination, FINDING_BAD, "engine", "%s", error->message);
  else if (similars)
    find (examination, FINDING_GOOD, "engine", _("similarity is computed by %s"), similars->engine);
  else
    find (examination, FINDING_REMARK, "engine", _("not tried: no strain has enough tested terpenes"));
  g_clear_pointer (&similars, wh_similars_free);
  wh_analyst_free (analyst);
  wh_catalogue_free (catalogue);
}

static void
examine_store (Examination *examination)
{
  g_autofree char *location = wh_cli_store_location (examination->options);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) counts = g_string_new (NULL);

  if (!wh_store_location_is_server (location) && !g_file_test (location, G_FILE_TEST_EXISTS))
    {
      find (examination, FINDING_REMARK, "store", _("no catalogue yet: run “weedhounds demo” or “weedhounds import”"));
      return;
    }
  g_autoptr (WhStore) store = wh_cli_store_open (examination->options, WH_STORE_READ, &error);
  if (!store || !wh_store_check (store, &error))
    {
      find (examination, FINDING_BAD, "store", "%s", error->message);
      return;
    }
  find (examination, FINDING_GOOD, "store", _("%s is sound, at change %" G_GINT64_FORMAT), wh_store_path (store),
        wh_store_revision (store));
  if (wh_store_read (store, examination->principal, count_rows, counts, &error))
    find (examination, FINDING_GOOD, "catalogue", "%s", counts->str);
  else
    find (examination, FINDING_BAD, "catalogue", "%s", error->message);
  examine_engine (examination, store);
}

static void
examine_cache (Examination *examination)
{
  const WhCacheOptions asked = { .address = examination->options->cache };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhCache) cache = wh_cache_open (&asked, &error);
  gboolean answers = cache && wh_cache_check (cache);
  WhCacheStats stats = { 0 };

  if (cache)
    wh_cache_stats (cache, &stats);
  if (!cache)
    find (examination, FINDING_BAD, "cache", "%s", error->message);
  else if (!stats.shared)
    find (examination, FINDING_GOOD, "cache", _("none is shared; each server keeps its own finished answers"));
  else if (answers)
    find (examination, FINDING_GOOD, "cache", _("the shared cache answers"));
  else
    find (examination, FINDING_REMARK, "cache",
          _("the shared cache does not answer: is it running, is the address right? Servers go on, each with its own"));
}

static void
examine_mirrors (Examination *examination)
{
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (examination->options->data_dir, NULL, examination->principal);

  for (guint i = 0; i < mirrors->len; i++)
    {
      const WhMirror *mirror = mirrors->pdata[i];
      g_autofree char *age = wh_cli_source_age (mirror->synced_at);
      if (mirror->complete && age)
        find (examination, FINDING_GOOD, "mirror", _("%s: equal to the server %s ago"), mirror->server_url, age);
      else
        find (examination, FINDING_REMARK, "mirror", _("%s: not complete yet; “weedhounds sync” goes on"),
              mirror->server_url ? mirror->server_url : mirror->path);
    }
}

static void
examine_outbox (Examination *examination)
{
  g_autoptr (WhOutbox) outbox = wh_outbox_new (examination->options->data_dir);
  g_autoptr (GError) error = NULL;
  WhCliWaiting waiting;

  if (!wh_cli_outbox_sum (outbox, &waiting, &error))
    {
      find (examination, FINDING_BAD, "outbox", "%s", error->message);
      return;
    }
  g_autofree char *notice = wh_outbox_notice (outbox), *age = wh_cli_source_age (waiting.oldest);
  if (notice)
    find (examination, FINDING_BAD, "outbox", "%s", notice);
  if (waiting.n_unknown)
    find (examination, FINDING_REMARK, "outbox", _("%u changes were written by a newer WeedHounds; update this one to see and send them"),
          waiting.n_unknown);
  if (waiting.n_changes == 0)
    find (examination, FINDING_GOOD, "outbox", _("nothing waits to be sent"));
  else
    find (examination, FINDING_REMARK, "outbox", ngettext ("%u change waits to be sent, for %s; “weedhounds outbox” shows it",
                                                           "%u changes wait to be sent, the oldest for %s; “weedhounds outbox” shows them",
                                                           waiting.n_changes), waiting.n_changes, age);
}

static void
examine_server (Examination *examination)
{
  g_autofree char *lock_path = wh_paths_writer_lock (examination->options->data_dir);
  g_autoptr (GError) busy = NULL;

  if (!g_file_test (lock_path, G_FILE_TEST_EXISTS))
    {
      find (examination, FINDING_GOOD, "writer", _("nobody writes to the store"));
      return;
    }
  g_autoptr (WhLock) lock = wh_lock_take (lock_path, &busy);
  if (lock)
    {
      find (examination, FINDING_GOOD, "writer", _("nobody writes to the store"));
      return;
    }
  g_autoptr (WhJson) reply = wh_cli_source_ask (examination->options->data_dir, WH_ROUTE_LIVE, NULL, NULL);
  if (reply)
    find (examination, FINDING_GOOD, "writer", _("“weedhounds serve” runs and answers"));
  else
    find (examination, FINDING_REMARK, "writer", _("a program is writing to the store: %s"), busy->message);
}

static gboolean
print (const Examination *examination, GError **error)
{
  const WhCliColumn columns[]
      = { { "", FALSE, 0, FALSE, "1" }, { _ ("Part"), FALSE, 0, FALSE, NULL }, { _ ("Finding"), FALSE, 20, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < examination->findings->len; i++)
    {
      const Finding *finding = examination->findings->pdata[i];
      const char *cells[] = { verdict_keys[finding->verdict], finding->name, finding->message };
      wh_cli_table_add (table, cells);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "part", finding->name);
      wh_json_writer_add_string (writer, "status", cells[0]);
      wh_json_writer_add_string (writer, "message", finding->message);
      if (finding->device)
        wh_cli_devices_present (writer, finding->device);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  if (examination->options->format != WH_FORMAT_TABLE)
    return wh_cli_output_document (examination->options, json, NULL, error);
  wh_cli_output_table (examination->options, table);
  return TRUE;
}

int
wh_cli_doctor (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (finding_free);
  Examination examination = { options, principal, findings, NULL };
  int status = WH_EXIT_DONE;

  examine_place (&examination);
  examine_devices (&examination);
  examine_store (&examination);
  examine_mirrors (&examination);
  examine_outbox (&examination);
  examine_server (&examination);
  examine_cache (&examination);
  for (guint i = 0; i < findings->len; i++)
    if (((Finding *) findings->pdata[i])->verdict == FINDING_BAD)
      status = WH_EXIT_FAILED;
  status = print (&examination, error) ? status : WH_EXIT_FAILED;
  g_clear_pointer (&examination.devices, g_ptr_array_unref);
  return status;
}
