#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-handlers.h"
#include "wh-parameters.h"

typedef struct {
  const char *token_epoch;   /* NULL: the first page */
  gint64      since;
  guint       limit;
  char       *server_id, *epoch;
  gint64      revision;
  gboolean    other_history;
  gboolean    has_more;
  GPtrArray  *changes;       /* of WhChange; NULL: of another history */
} Page;

/* In one view, so that no page names the epoch of one store and holds the changes of another. A token of another epoch, or from a future
 * this store has not seen, belongs to another history; a store that cannot be read says nothing about that. */
static gboolean
read_page_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Page *page = user_data;

  page->server_id = wh_reader_note (reader, "server_id");
  page->epoch = wh_reader_note (reader, "epoch");
  page->revision = wh_reader_revision (reader);
  if (!page->epoch || !page->server_id || page->revision < 0)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_OFFLINE, _("The store cannot be read now; try again in a moment."));
      return FALSE;
    }
  page->other_history = (page->token_epoch && strcmp (page->token_epoch, page->epoch) != 0) || page->since > page->revision;
  if (page->other_history)
    return TRUE;
  page->changes = wh_reader_changes (reader, page->since, page->limit, &page->has_more, error);
  return page->changes != NULL;
}

static void
page_clear (Page *page)
{
  g_free (page->server_id);
  g_free (page->epoch);
  g_clear_pointer (&page->changes, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

static gint64
last_seq (const Page *page)
{
  const WhChange *last = page->changes->len ? g_ptr_array_index (page->changes, page->changes->len - 1) : NULL;

  /* The last page ends at the revision, so that what was superseded is not asked for again. */
  return page->has_more ? last->seq : page->revision;
}

/* What somebody may not list is not pulled either. Tombstones say nothing but an id. */
static gboolean
may_pull (const WhPrincipal *principal, const WhChange *change)
{
  return wh_principal_allows (principal, wh_permission_to_read (change->kind)) && !wh_principal_is_others (principal, change->entity);
}

static char *
write_page (const Page *page, const WhPrincipal *principal)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  g_autofree char *token = wh_wire_token (page->epoch, last_seq (page));

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "server_id", page->server_id);
  wh_json_writer_add_string (writer, "epoch", page->epoch);
  wh_json_writer_add_integer (writer, "revision", page->revision);
  wh_json_writer_add_string (writer, "token", token);
  wh_json_writer_add_boolean (writer, "has_more", page->has_more);
  wh_json_writer_key (writer, "changes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < page->changes->len; i++)
    if (may_pull (principal, page->changes->pdata[i]))
      wh_wire_write_change (writer, page->changes->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

static char *
refuse_history (WhRequest *request, const Page *page, GError **error)
{
  request->error_code = "MUST_REFETCH";
  request->error_status = 410;
  request->error_details = g_strdup_printf ("{\"epoch\":\"%s\"}", page->epoch);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT, _("This server's history has changed; begin again without a token."));
  return NULL;
}

char *
wh_handle_changes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_auto (Page) page = { .limit = wh_parameters_unsigned (request, "limit") };
  g_autofree char *token_epoch = NULL;

  request->error_field = "token";
  if (!wh_wire_token_parse (wh_request_parameter (request, "token"), &token_epoch, &page.since, error))
    return NULL;
  page.token_epoch = token_epoch;
  request->error_field = NULL;
  if (!wh_store_read (host->store, request->principal, read_page_cb, &page, error))
    return NULL;
  if (!page.other_history)
    return write_page (&page, request->principal);
  request->error_field = "token";
  return refuse_history (request, &page, error);
}
