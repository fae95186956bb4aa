#include "wh-once.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "wh-parameters.h"

#define FIELD "Idempotency-Key"
#define MOST_KEY 255
#define STATUS_CONFLICT 409
#define STATUS_OTHER_REQUEST 422

struct _WhOnce {
  GMutex      lock;
  GHashTable *working;   /* a set of names */
};

struct _WhOnceKey {
  char    *key;
  char    *name;      /* principal and key */
  WhHash   request;
  gint64   since;     /* what was kept before counts no more */
  gboolean kept;
  gboolean lost;      /* somebody else has kept a reply meanwhile */
};

WhOnce *
wh_once_new (void)
{
  WhOnce *once = g_new0 (WhOnce, 1);

  g_mutex_init (&once->lock);
  once->working = g_hash_table_new (g_str_hash, g_str_equal);
  return once;
}

void
wh_once_free (WhOnce *once)
{
  if (!once)
    return;
  g_hash_table_unref (once->working);
  g_mutex_clear (&once->lock);
  g_free (once);
}

static void
key_free (WhOnceKey *key)
{
  g_free (key->key);
  g_free (key->name);
  g_free (key);
}

/* -- the key ---------------------------------------------------------------------------------------------------------- */

/* A string in quotes, as the draft of the field says, or without them, as many write it. NULL where it is neither. */
static char *
read_key (const char *value)
{
  gsize length = strlen (value);

  if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
    {
      value++;
      length -= 2;
    }
  if (length == 0 || length > MOST_KEY)
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (value[i]) || value[i] == '"' || value[i] == '\\' || value[i] == ',' || value[i] == ';')
      return NULL;
  return g_strndup (value, length);
}

/* All that decides what is done. */
static WhHash
digest_of (const WhRequest *request)
{
  WhHasher *hasher = wh_hasher_new ();

  wh_hasher_text (hasher, request->method);
  wh_hasher_text (hasher, request->path);
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      wh_hasher_text (hasher, parameter->name);
      wh_hasher_text (hasher, parameter->value);
    }
  wh_hasher_text (hasher, wh_request_header (request, "If-Match"));
  wh_hasher_text (hasher, wh_request_header (request, "If-None-Match"));
  wh_hasher_data (hasher, request->body->data, request->body->len);
  return wh_hasher_finish (hasher);
}

static gboolean
take_key (WhRequest *request, const char *value, guint hours, GError **error)
{
  char *key = read_key (value);

  if (!key)
    return wh_parameters_refuse (request, FIELD, _("“Idempotency-Key” must be 1 to 255 visible characters, in quotes or not, such as a "
                                                   "UUID."), error);
  request->once = g_new0 (WhOnceKey, 1);
  request->once->key = key;
  request->once->name = g_strconcat (request->principal->who, "\n", key, NULL);
  request->once->request = digest_of (request);
  request->once->since = wh_clock_now () - hours * (WH_TIME_DAY / 24);
  return TRUE;
}

static gboolean
refuse (WhRequest *request, guint status, const char *code, const char *message, GError **error)
{
  request->error_status = status;
  request->error_code = code;
  request->error_field = FIELD;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT, message);
  return FALSE;
}

/* FALSE: somebody else works under this key; request->once is then not ours to end. */
static gboolean
claim (WhOnce *once, WhRequest *request)
{
  gboolean free;

  g_mutex_lock (&once->lock);
  free = g_hash_table_add (once->working, request->once->name);
  g_mutex_unlock (&once->lock);
  if (!free)
    g_clear_pointer (&request->once, key_free);
  return free;
}

void
wh_once_end (WhOnce *once, WhRequest *request)
{
  if (!request->once)
    return;
  g_mutex_lock (&once->lock);
  g_hash_table_remove (once->working, request->once->name);
  g_mutex_unlock (&once->lock);
  g_clear_pointer (&request->once, key_free);
}

/* -- what was kept ---------------------------------------------------------------------------------------------------- */

typedef struct {
  const WhRequest *request;
  WhKeptReply     *reply;
} Look;

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Look *look = user_data;
  const WhOnceKey *key = look->request->once;

  return wh_reader_reply (reader, look->request->principal->who, key->key, key->since, &look->reply, error);
}

static gboolean
find (WhStore *store, const WhRequest *request, WhKeptReply **out_reply, GError **error)
{
  Look look = { request, NULL };
  gboolean found = wh_store_read (store, request->principal, look_cb, &look, error);

  *out_reply = look.reply;
  return found;
}

static gboolean
is_same (const WhRequest *request, const WhKeptReply *reply)
{
  return memcmp (&reply->request, &request->once->request, sizeof reply->request) == 0;
}

gboolean
wh_once_begin (WhOnce *once, WhStore *store, WhRequest *request, guint hours, WhKeptReply **out_reply, GError **error)
{
  const char *value = wh_request_header (request, FIELD);
  g_autoptr (WhKeptReply) reply = NULL;

  *out_reply = NULL;
  if (!value)
    return TRUE;
  if (!take_key (request, value, hours, error))
    return FALSE;
  if (!claim (once, request))
    return refuse (request, STATUS_CONFLICT, "REQUEST_IN_PROGRESS", _("The request with this “Idempotency-Key” is still being answered; "
                                                                      "ask again in a moment."), error);
  if (!find (store, request, &reply, error))
    return FALSE;
  if (reply && !is_same (request, reply))
    return refuse (request, STATUS_OTHER_REQUEST, "IDEMPOTENCY_KEY_REUSED", _("This “Idempotency-Key” was used for another request; "
                                                                             "make a new one for each."), error);
  *out_reply = g_steal_pointer (&reply);
  return TRUE;
}

gboolean
wh_once_keep (WhRequest *request, WhWriter *writer, const char *data, GError **error)
{
  WhOnceKey *key = request->once;
  g_autofree char *revision = request->revision ? g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", request->revision) : NULL;

  if (!key)
    return TRUE;
  const WhKeptReply reply = { .who = request->principal->who,
                              .key = key->key,
                              .request = key->request,
                              .status = request->reply_status,
                              .location = request->location,
                              .tag = revision ? revision : (char *) request->reply_tag,
                              .data = (char *) data };
  if (!wh_writer_keep_reply (writer, &reply, key->since, &key->kept, error))
    return FALSE;
  key->lost = !key->kept;
  if (key->lost)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT, _("Another server has answered a request with this “Idempotency-Key” "
                                                               "meanwhile."));
  return key->kept;
}

WhId
wh_once_id (const WhRequest *request)
{
  const WhOnceKey *key = request->once;
  g_autofree char *digest = key ? wh_hash_to_string (&key->request) : NULL;

  return key ? wh_id_from_key ("request", key->name, digest) : wh_id_new ();
}

gboolean
wh_once_lost (WhStore *store, WhRequest *request, WhKeptReply **out_reply)
{
  *out_reply = NULL;
  if (!request->once || !request->once->lost || !find (store, request, out_reply, NULL) || !*out_reply)
    return FALSE;
  if (is_same (request, *out_reply))
    return TRUE;
  g_clear_pointer (out_reply, wh_kept_reply_free);
  return FALSE;
}

typedef struct {
  WhRequest  *request;
  const char *data;
} Late;

static gboolean
keep_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  const Late *late = user_data;

  return wh_once_keep (late->request, writer, late->data, error);
}

void
wh_once_keep_late (WhStore *store, WhRequest *request, const char *data)
{
  Late late = { request, data };
  g_autoptr (GError) error = NULL;

  if (request->once && !request->once->kept
      && !wh_store_write (store, request->principal, request->route->permission, "reply.keep", keep_cb, &late, NULL, &error))
    g_warning ("a reply could not be kept: %s", error->message);
}
