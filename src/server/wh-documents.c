#include "wh-documents.h"

#include <string.h>

#include "base/wh-hash.h"
#include "wh-config.h"

/* Raised when documents change and the version of the program does not. */
#define FORMAT "1"
/* As long as a catalogue may stand still and people come back to it; what is older makes room. */
#define KEEP_SECONDS (86400)
/* Total, rows of a page, where it begins; then the document. */
#define HEAD "%" G_GINT64_FORMAT " %u %u\n"
#define MOST_HEAD 64

struct _WhDocuments {
  WhCache *cache;
  WhStore *store;
};

/* Which store it is and how far, in one view. */
typedef struct {
  char  *server_id, *epoch;
  gint64 revision;
} State;

WhDocuments *
wh_documents_new (WhCache *cache, WhStore *store)
{
  WhDocuments *documents = g_new0 (WhDocuments, 1);

  documents->cache = cache;
  documents->store = store;
  return documents;
}

void
wh_documents_free (WhDocuments *documents)
{
  g_free (documents);
}

static int
compare_parameters (const void *a, const void *b)
{
  return strcmp ((*(const WhParameter *const *) a)->name, (*(const WhParameter *const *) b)->name);
}

/* In the order of their names: who writes them in another order asks the same. */
static void
hash_parameters (WhHasher *hasher, const WhRequest *request)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < request->parameters->len; i++)
    g_ptr_array_add (sorted, &g_array_index (request->parameters, WhParameter, i));
  g_ptr_array_sort (sorted, compare_parameters);
  for (guint i = 0; i < sorted->len; i++)
    {
      const WhParameter *parameter = sorted->pdata[i];
      wh_hasher_text (hasher, parameter->name);
      wh_hasher_text (hasher, parameter->value);
    }
}

static gboolean
read_state_cb (WhReader *reader, gpointer user_data, GError **error)
{
  State *state = user_data;

  state->server_id = wh_reader_note (reader, "server_id");
  state->epoch = wh_reader_note (reader, "epoch");
  state->revision = wh_reader_revision (reader);
  return TRUE;
}

static void
state_clear (State *state)
{
  g_free (state->server_id);
  g_free (state->epoch);
}

/* A digest: what people ask for stands in no other program's list of keys. */
static char *
digest_of (const State *state, const WhSnapshot *snapshot, const WhRequest *request, const char *also)
{
  const char *const about[] = { FORMAT, WH_VERSION, g_get_language_names ()[0], state->server_id, state->epoch, wh_snapshot_head (snapshot),
                                request->route->method, request->route->path, request->value, also };
  WhHasher *hasher = wh_hasher_new ();
  gint64 number = GINT64_TO_LE (wh_snapshot_revision (snapshot));
  g_autofree char *digest = NULL;
  WhHash hash;

  for (guint i = 0; i < G_N_ELEMENTS (about); i++)
    wh_hasher_text (hasher, about[i]);
  wh_hasher_data (hasher, &number, sizeof number);
  hash_parameters (hasher, request);
  hash = wh_hasher_finish (hasher);
  digest = wh_hash_to_string (&hash);
  return g_strconcat ("document:", digest, NULL);
}

/* By the state that the snapshot was made of: searches and feedback that came since are in none of these answers. */
char *
wh_documents_key (WhDocuments *documents, const WhSnapshot *snapshot, gint64 until, const WhRequest *request, const char *also)
{
  State state = { 0 };
  gboolean known = wh_store_read (documents->store, request->principal, read_state_cb, &state, NULL) && state.revision >= 0
                   && state.revision == until;
  char *key = known ? digest_of (&state, snapshot, request, also) : NULL;

  state_clear (&state);
  return key;
}

static gboolean
take_number (const char **place, char end, gint64 least, gint64 most, gint64 *out_number)
{
  const char *stop = strchr (*place, end);
  g_autofree char *digits = stop ? g_strndup (*place, (gsize) (stop - *place)) : NULL;

  if (!digits || !g_ascii_string_to_signed (digits, 10, least, most, out_number, NULL))
    return FALSE;
  *place = stop + 1;
  return TRUE;
}

char *
wh_documents_find (WhDocuments *documents, const char *key, WhMeta *meta)
{
  g_autoptr (GBytes) value = wh_cache_get (documents->cache, key);
  gsize size = 0, head_length;
  const char *bytes = value ? g_bytes_get_data (value, &size) : NULL, *end = bytes ? memchr (bytes, '\n', MIN (size, MOST_HEAD)) : NULL;
  g_autofree char *head = end ? g_strndup (bytes, (gsize) (end + 1 - bytes)) : NULL;
  const char *place = head;
  gint64 total, per_page, offset;

  if (!head || !take_number (&place, ' ', -1, G_MAXINT64, &total) || !take_number (&place, ' ', 0, G_MAXUINT, &per_page)
      || !take_number (&place, '\n', 0, G_MAXUINT, &offset))
    return NULL;
  head_length = (gsize) (place - head);
  if (memchr (bytes + head_length, '\0', size - head_length))
    return NULL;
  meta->total_count = total;
  meta->per_page = (guint) per_page;
  meta->offset = (guint) offset;
  return g_strndup (bytes + head_length, size - head_length);
}

void
wh_documents_keep (WhDocuments *documents, const char *key, const WhMeta *meta, const char *text)
{
  char *whole = g_strdup_printf (HEAD "%s", meta->total_count, meta->per_page, meta->offset, text);
  g_autoptr (GBytes) value = g_bytes_new_take (whole, strlen (whole));

  wh_cache_put (documents->cache, key, value, KEEP_SECONDS);
}
