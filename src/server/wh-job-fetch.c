/* A file that an address gives, when it has changed. */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "wh-job-import.h"

#define NAME_BYTES 80

/* The last part of its path, with an ending that the importer knows. */
static char *
name_of (const WhOutgoingReply *reply)
{
  g_autoptr (GUri) uri = g_uri_parse (reply->url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *base = uri ? g_path_get_basename (g_uri_get_path (uri)) : NULL;
  g_autofree char *name = g_strdup (base && *base != '/' && *base != '.' ? base : "file");
  gboolean json = reply->content_type && strstr (reply->content_type, "json");

  g_strcanon (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
  if (strlen (name) > NAME_BYTES)
    memmove (name, name + strlen (name) - NAME_BYTES, NAME_BYTES + 1);
  if (strchr (name, '.') && !json)
    return g_steal_pointer (&name);
  return g_strconcat (name, !json ? ".csv" : g_str_has_suffix (name, ".json") ? "" : ".json", NULL);
}

static gboolean
refuse_status (const char *url, guint status, GError **error)
{
  WhErrorCode code = status == 401 || status == 403 ? WH_ERROR_DENIED
                     : status == 404 || status == 410 ? WH_ERROR_NOT_FOUND
                     : status == 408 || status == 425 || status == 429 || status >= 500 ? WH_ERROR_OFFLINE
                                                                                        : WH_ERROR_INVALID;

  g_set_error (error, WH_ERROR, code, _("%s answered with status %u instead of a file"), url, status);
  return FALSE;
}

static WhOutgoingReply *
call (WhJobImport *import, const char *url, const WhTakenFile *known, GError **error)
{
  const char *headers[5] = { NULL };
  guint n = 0;

  if (known && known->etag)
    {
      headers[n++] = "If-None-Match";
      headers[n++] = known->etag;
    }
  if (known && known->last_modified)
    {
      headers[n++] = "If-Modified-Since";
      headers[n++] = known->last_modified;
    }
  return wh_outgoing_send (import->run->host->outgoing, &(WhOutgoingCall){ .method = "GET", .url = url, .headers = headers },
                           import->run->cancellable, error);
}

/* In a folder of its own, which goes afterwards. */
static gboolean
take_reply (WhJobImport *import, const char *url, const WhOutgoingReply *reply, WhTakenFile *file, GError **error)
{
  g_autofree char *cache = wh_paths_cache_dir (import->run->host->data_dir), *id = wh_id_to_string (&import->run->job->id);
  g_autofree char *dir = g_build_filename (cache, id, NULL), *name = name_of (reply), *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) foreign = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (reply->body, &length);
  gboolean done;

  if (g_mkdir_with_parents (dir, 0700) != 0 || !g_file_set_contents (path, bytes ? bytes : "", (gssize) length, &foreign))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NO_SPACE, _("%s cannot be written: %s"), path, foreign ? foreign->message : dir);
      done = FALSE;
    }
  else
    done = wh_job_import_file (import, path, url, file, error);
  g_unlink (path);
  g_rmdir (dir);
  return done;
}

gboolean
wh_job_import_fetch (WhJobImport *import, const char *url, GError **error)
{
  g_autoptr (WhTakenFile) known = NULL;
  g_autoptr (WhOutgoingReply) reply = NULL;
  WhTakenFile file = { .source = (char *) url, .name = (char *) "" };

  import->of = 1;
  wh_job_run_tell (import->run, 0, url);
  if (!wh_job_import_recall (import, "", &known, error))
    return FALSE;
  reply = call (import, url, known, error);
  if (!reply)
    return FALSE;
  if (reply->status != 200 && !(reply->status == 304 && known))
    return refuse_status (url, reply->status, error);
  file.size = (gint64) g_bytes_get_size (reply->body);
  file.hash = wh_hash_data (g_bytes_get_data (reply->body, NULL), (gsize) file.size);
  file.etag = reply->etag;
  file.last_modified = reply->last_modified;
  if (reply->status == 200 && (!known || memcmp (&known->hash, &file.hash, sizeof file.hash) != 0))
    return take_reply (import, url, reply, &file, error);
  import->unchanged = 1;
  return TRUE;
}
