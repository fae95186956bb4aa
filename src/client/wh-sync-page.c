#include "wh-sync-page.h"

#include <glib/gi18n.h>

#include "base/wh-limits.h"
#include "wh-mirror.h"
#include "wire/wh-wire.h"

void
wh_sync_page_free (WhSyncPage *page)
{
  g_free (page->server_id);
  g_free (page->epoch);
  g_free (page->token);
  g_ptr_array_unref (page->changes);
  g_free (page);
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("the server sent a page that cannot be used: %s"), reason);
  return FALSE;
}

/* The server's id becomes a file name, so it must be an id and nothing else. */
static gboolean
read_heading (WhSyncPage *page, const WhJsonNode *data, GError **error)
{
  const char *server_id = wh_json_string (wh_json_member (data, "server_id"), NULL);
  const char *epoch = wh_json_string (wh_json_member (data, "epoch"), NULL);
  const char *token = wh_json_string (wh_json_member (data, "token"), NULL);
  WhId id;

  if (!server_id || !wh_id_parse (server_id, &id))
    return refuse (error, _("it does not name its server"));
  if (!epoch || !*epoch || !token || !*token || strlen (token) > WH_LIMIT_QUERY || strlen (epoch) > WH_LIMIT_QUERY)
    return refuse (error, _("epoch or token is missing"));
  page->server_id = wh_id_to_string (&id);
  page->epoch = g_strdup (epoch);
  page->token = g_strdup (token);
  page->revision = wh_json_integer (wh_json_member (data, "revision"), 0);
  page->has_more = wh_json_boolean (wh_json_member (data, "has_more"), FALSE);
  return TRUE;
}

static gboolean
read_changes (WhSyncPage *page, const WhJsonNode *changes, GError **error)
{
  guint length = wh_json_length (changes);

  if (!wh_json_is_array (changes))
    return refuse (error, _("it has no list of changes"));
  if (length > WH_LIMIT_SYNC_PAGE)
    return refuse (error, _("it has too many changes"));
  for (guint i = 0; i < length; i++)
    {
      g_autoptr (GError) wrong = NULL;
      WhChange *change = wh_wire_read_change (wh_json_element (changes, i), &wrong);

      if (wrong)
        return refuse (error, wrong->message);
      if (change)
        g_ptr_array_add (page->changes, change);
    }
  return TRUE;
}

WhSyncPage *
wh_sync_page_parse (GBytes *body, GError **error)
{
  g_autoptr (WhSyncPage) page = g_new0 (WhSyncPage, 1);
  g_autoptr (GError) wrong = NULL;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (WhJson) json = wh_json_parse (text ? text : "", length, WH_LIMIT_JSON_BYTES, &wrong);
  const WhJsonNode *data = json ? wh_json_member (wh_json_root (json), "data") : NULL;

  page->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  if (!json)
    refuse (error, wrong->message);
  else if (read_heading (page, data, error) && read_changes (page, wh_json_member (data, "changes"), error))
    return g_steal_pointer (&page);
  return NULL;
}

double
wh_sync_page_fraction (const WhSyncPage *page)
{
  const WhChange *last = page->changes->len ? page->changes->pdata[page->changes->len - 1] : NULL;

  if (!page->has_more)
    return 1;
  return last && page->revision > 0 ? CLAMP ((double) last->seq / page->revision, 0, 1) : 0;
}

typedef struct {
  const WhSyncPage *page;
  const char       *server_url;
  const char       *asked;
} Application;

static gboolean
apply_changes (WhWriter *writer, const WhSyncPage *page, GError **error)
{
  gint64 seq = wh_reader_revision (wh_writer_reader (writer));

  for (guint i = 0; i < page->changes->len; i++)
    {
      const WhChange *change = page->changes->pdata[i];

      /* A page that a cache repeats would turn rows back to what they were. */
      if (change->seq <= seq)
        return refuse (error, _("it repeats changes that are already here"));
      seq = change->seq;
      if (!wh_writer_apply (writer, change, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_notes (WhWriter *writer, const Application *application, GError **error)
{
  const WhSyncPage *page = application->page;
  g_autofree char *now = wh_clock_format (wh_clock_now ());

  return wh_writer_set_note (writer, "server_id", page->server_id, error)
         && wh_writer_set_note (writer, "epoch", page->epoch, error)
         && wh_writer_set_note (writer, WH_MIRROR_NOTE_URL, application->server_url, error)
         && wh_writer_set_note (writer, WH_MIRROR_NOTE_TOKEN, page->token, error)
         && (page->has_more
             || (wh_writer_set_note (writer, WH_MIRROR_NOTE_SYNCED, now, error)
                 && wh_writer_set_note (writer, WH_MIRROR_NOTE_COMPLETE, "1", error)));
}

static gboolean
apply_page (WhWriter *writer, gpointer user_data, GError **error)
{
  const Application *application = user_data;
  g_autofree char *standing = wh_reader_note (wh_writer_reader (writer), WH_MIRROR_NOTE_TOKEN);

  if (g_strcmp0 (standing, application->asked) != 0)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT, _("another program has gone on with this mirror"));
      return FALSE;
    }
  return apply_changes (writer, application->page, error) && set_notes (writer, application, error);
}

gboolean
wh_sync_page_apply (const WhSyncPage *page, WhStore *mirror, const WhPrincipal *principal, const char *server_url, const char *asked,
                    GError **error)
{
  Application application = { page, server_url, asked };

  /* A page may be empty and lead on: what it held is not for this client, or of a kind it does not know. */
  if (page->has_more && g_strcmp0 (page->token, asked) == 0)
    return refuse (error, _("its token leads nowhere"));
  return wh_store_write (mirror, principal, WH_PERMISSION_SYNC, "sync.pull", apply_page, &application, NULL, error);
}
