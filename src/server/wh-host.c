#include "wh-host.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "base/wh-random.h"
#include "wh-webhook-runner.h"

#define KEY_BYTES 32
#define BEARER "Bearer "
#define LOOK_INTERVAL WH_TIME_SECOND
#define MEGABYTE (1024 * 1024)

/* The key as base64url; made once, readable by the owner alone. */
static char *
make_key (const char *path, GError **error)
{
  guint8 bytes[KEY_BYTES];
  g_autofree char *key = NULL;
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gssize written;

  wh_random_bytes (bytes, sizeof bytes);
  key = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (g_strdelimit (key, "+", '-'), "/", '_');
  key[strcspn (key, "=")] = '\0';
  written = fd >= 0 ? write (fd, key, strlen (key)) : -1;
  if (written == (gssize) strlen (key) && fsync (fd) == 0)
    {
      close (fd);
      return g_steal_pointer (&key);
    }
  g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("%s: the administrator key cannot be written: %s"), path, g_strerror (errno));
  if (fd >= 0)
    {
      close (fd);
      g_unlink (path);
    }
  return NULL;
}

/* A key that was copied or restored may have lost its mode. */
static gboolean
close_to_others (const char *path, GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) == 0 && ((info.st_mode & 077) == 0 || g_chmod (path, 0600) == 0))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s: the administrator key may be read by others: %s"), path, g_strerror (errno));
  return FALSE;
}

static char *
load_key (const char *data_dir, GError **error)
{
  g_autofree char *path = wh_paths_admin_key (data_dir);
  g_autofree char *key = NULL;

  if (!g_file_get_contents (path, &key, NULL, NULL))
    return make_key (path, error);
  if (!close_to_others (path, error))
    return NULL;
  g_strstrip (key);
  if (strlen (key) < KEY_BYTES)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: the administrator key is too short; remove the file to get a new one."),
                   path);
      return NULL;
    }
  return g_steal_pointer (&key);
}

static void
refresh_once (WhHost *host)
{
  gboolean first = !g_atomic_int_get (&host->ready);
  g_autoptr (GError) error = NULL;

  if (wh_catalogue_refresh (host->catalogue, host->local, NULL, &error))
    {
      g_atomic_int_set (&host->ready, 1);
      /* Only now, so that it does not make the start longer. */
      if (first)
        {
          wh_analyst_look_for_devices (host->analyst);
          wh_strain_pages_warm (host->pages, host->local);
          wh_analyst_warm (host->analyst, host->local);
        }
    }
  else if (!host->refresh_failed)
    g_warning ("the catalogue could not be built: %s", error->message);
  host->refresh_failed = error != NULL;
}

/* With the lock held. The store is looked at every second: others may write to it, too, what changed nothing that is shown was told to
 * nobody, and what could not be read may be readable again. FALSE: it is time to end. */
static gboolean
wait_until_stale (WhHost *host)
{
  gint64 deadline = g_get_monotonic_time () + LOOK_INTERVAL;
  gboolean in_time = TRUE;

  while (!host->stop && !host->is_stale && in_time)
    in_time = g_cond_wait_until (&host->stale, &host->refreshing, deadline);
  return !host->stop;
}

static gpointer
refresher_thread (gpointer data)
{
  WhHost *host = data;

  g_mutex_lock (&host->refreshing);
  while (wait_until_stale (host))
    {
      host->is_stale = FALSE;
      g_mutex_unlock (&host->refreshing);
      refresh_once (host);
      g_mutex_lock (&host->refreshing);
    }
  g_mutex_unlock (&host->refreshing);
  return NULL;
}

static WhOutgoing *
open_outgoing (const WhSettings *settings, GError **error)
{
  const WhOutgoingOptions options = {
    .allowed = wh_settings_list (settings, WH_SETTING_OUTGOING_ALLOW),
    .ca_file = wh_settings_text (settings, WH_SETTING_OUTGOING_CA_FILE),
    .seconds = (guint) wh_settings_integer (settings, WH_SETTING_OUTGOING_SECONDS),
    .max_bytes = (gsize) wh_settings_integer (settings, WH_SETTING_OUTGOING_MEGABYTES) * 1024 * 1024,
    .redirects = (guint) wh_settings_integer (settings, WH_SETTING_OUTGOING_REDIRECTS),
  };

  return wh_outgoing_new (&options, error);
}

WhHost *
wh_host_new (const char *data_dir, const char *store, const char *const *replicas, WhCache *cache, WhSettings *settings,
             GError **error)
{
  g_autoptr (WhHost) host = g_new0 (WhHost, 1);
  const WhStoreSettings copies = { .replicas = replicas };
  g_autofree char *location = store ? g_strdup (store) : wh_paths_store (data_dir), *cache_dir = wh_paths_cache_dir (data_dir);

  g_mutex_init (&host->refreshing);
  g_cond_init (&host->stale);
  host->data_dir = g_strdup (data_dir);
  host->past_settings = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_settings_free);
  host->settings = settings ? settings : wh_settings_load (NULL, NULL, error);
  host->anonymous = wh_principal_new_anonymous ();
  host->stranger = wh_principal_new ("anonymous", (const char *const[]) { NULL });
  host->administrator = wh_principal_new ("admin", (const char *const[]) { "administrator", NULL });
  host->local = wh_principal_new_local ();
  host->metrics = wh_metrics_new ();
  host->cache = cache;
  host->cancellable = g_cancellable_new ();
  host->outgoing = host->settings ? open_outgoing (host->settings, error) : NULL;
  host->admin_key = host->outgoing ? load_key (data_dir, error) : NULL;
  host->store = host->admin_key ? wh_store_open_with (location, WH_STORE_WRITE, &copies, error) : NULL;
  if (!host->store)
    return NULL;
  host->once = wh_once_new ();
  if (strcmp (wh_settings_text (host->settings, WH_SETTING_LIMITS_ENFORCE), "on") == 0)
    host->limits = wh_rate_limits_new ((gsize) wh_settings_integer (host->settings, WH_SETTING_LIMITS_KEYS), cache);
  host->live = wh_live_new (host->store, host->local, (guint) wh_settings_integer (host->settings, WH_SETTING_EVENTS_HISTORY));
  host->catalogue = wh_catalogue_new (host->store);
  host->pages = wh_strain_pages_new (host->catalogue,
                                     (gsize) wh_settings_integer (host->settings, WH_SETTING_STRAIN_CACHE_MB) * MEGABYTE);
  host->documents = wh_documents_new (cache, host->catalogue,
                                      (gsize) wh_settings_integer (host->settings, WH_SETTING_RESPONSE_CACHE_MB) * MEGABYTE);
  host->analyst = wh_analyst_new (host->catalogue, cache_dir);
  host->stats = wh_stats_new (host->catalogue);
  host->searches = wh_search_tally_new ();
  host->is_stale = TRUE;
  host->refresher = g_thread_new ("refresher", refresher_thread, host);
  return g_steal_pointer (&host);
}

void
wh_host_free (WhHost *host)
{
  g_mutex_lock (&host->refreshing);
  host->stop = TRUE;
  g_cond_signal (&host->stale);
  g_mutex_unlock (&host->refreshing);
  g_clear_pointer (&host->refresher, g_thread_join);
  if (host->searches)
    wh_host_keep_searches (host, TRUE);
  g_clear_pointer (&host->searches, wh_search_tally_free);
  g_clear_pointer (&host->stats, wh_stats_free);
  g_clear_pointer (&host->analyst, wh_analyst_free);
  g_clear_pointer (&host->live, wh_live_free);
  g_clear_pointer (&host->once, wh_once_free);
  g_clear_pointer (&host->documents, wh_documents_free);
  g_clear_pointer (&host->pages, wh_strain_pages_free);
  g_clear_pointer (&host->catalogue, wh_catalogue_free);
  g_clear_pointer (&host->limits, wh_rate_limits_free);
  g_clear_pointer (&host->store, wh_store_unref);
  g_clear_pointer (&host->metrics, wh_metrics_free);
  g_clear_pointer (&host->outgoing, wh_outgoing_unref);
  g_clear_object (&host->cancellable);
  g_clear_pointer (&host->anonymous, wh_principal_unref);
  g_clear_pointer (&host->stranger, wh_principal_unref);
  g_clear_pointer (&host->administrator, wh_principal_unref);
  g_clear_pointer (&host->local, wh_principal_unref);
  g_mutex_clear (&host->refreshing);
  g_cond_clear (&host->stale);
  g_clear_pointer (&host->settings, wh_settings_free);
  g_ptr_array_unref (host->past_settings);
  g_free (host->admin_key);
  g_free (host->data_dir);
  g_free (host);
}

void
wh_host_keep_searches (WhHost *host, gboolean last)
{
  g_autoptr (GError) error = NULL;

  if (wh_search_tally_is_due (host->searches, last)
      && !wh_search_tally_flush (host->searches, host->store, host->local, last, &error))
    g_warning ("what was searched for could not be kept: %s", error->message);
}

const WhSettings *
wh_host_settings (WhHost *host)
{
  return g_atomic_pointer_get (&host->settings);
}

void
wh_host_take_settings (WhHost *host, WhSettings *settings)
{
  WhSettings *past = host->settings;

  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    {
      const WhSettingRow *row = wh_setting_row (i);
      if ((row->flags & WH_SETTING_RELOADABLE) || wh_settings_agree (past, settings, i))
        continue;
      g_warning ("%s in [%s] has changed; that needs a restart", row->name, row->group);
      wh_settings_keep (settings, past, i);
    }
  g_ptr_array_add (host->past_settings, past);
  g_atomic_pointer_set (&host->settings, settings);
  g_message ("the settings were read again");
}

void
wh_host_changed (WhHost *host)
{
  g_mutex_lock (&host->refreshing);
  host->is_stale = TRUE;
  g_cond_signal (&host->stale);
  g_mutex_unlock (&host->refreshing);
  wh_live_changed (host->live);
  wh_webhook_runner_wake (host->webhooks);
}

/* Takes as long for a wrong key as for the right one. */
static gboolean
equal_in_constant_time (const char *a, const char *b)
{
  gsize length_a = strlen (a), length_b = strlen (b);
  volatile guint8 difference = length_a != length_b;

  for (gsize i = 0; i < length_a; i++)
    difference |= a[i] ^ b[length_b ? i % length_b : 0];
  return difference == 0;
}

WhPrincipal *
wh_host_authenticate (WhHost *host, gboolean local, const char *authorization, GError **error)
{
  if (local)
    return wh_principal_ref (host->local);
  if (!authorization)
    return wh_principal_ref (host->anonymous);
  if (g_ascii_strncasecmp (authorization, BEARER, strlen (BEARER)) == 0
      && equal_in_constant_time (authorization + strlen (BEARER), host->admin_key))
    return wh_principal_ref (host->administrator);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_DENIED,
                       _ ("The key is wrong. The administrator key is in admin.key of the data directory."));
  return NULL;
}
