#include "wh-documents.h"

#include <string.h>

#include "base/wh-hash.h"
#include "base/wh-limits.h"
#include "wh-config.h"

/* Raised when documents change and the version of the program does not. */
#define FORMAT "2"
/* As long as a catalogue may stand still and people come back to it; what is older makes room. */
#define KEEP_SECONDS (86400)
/* How late an answer may say that a price has become old. */
#define QUICK_SECONDS 30
#define SEPARATOR '\x1f'

struct _WhDocuments {
  WhCache     *cache;
  WhCache     *quick;       /* NULL: none are kept */
  WhCatalogue *catalogue;
};

/* What an answer depends on besides the question and who asks. */
typedef enum {
  BASIS_NONE,               /* not kept */
  BASIS_SNAPSHOT,           /* the catalogue in memory alone, however far the store has moved on */
  BASIS_STORE,              /* rows of the store, too */
  BASIS_OPINIONS,           /* and what became of offers, which makes no new catalogue */
} Basis;

static const guint8 bases[WH_N_ROUTES] = {
  [WH_ROUTE_STRAINS] = BASIS_SNAPSHOT,
  [WH_ROUTE_STRAIN_SEARCH] = BASIS_SNAPSHOT,
  [WH_ROUTE_STRAIN_FACETS] = BASIS_SNAPSHOT,
  [WH_ROUTE_STRAIN] = BASIS_STORE,
  [WH_ROUTE_TERPENES] = BASIS_STORE,
  [WH_ROUTE_TERPENES_SIMILAR] = BASIS_STORE,
  [WH_ROUTE_TERPENES_SEARCH] = BASIS_STORE,
  [WH_ROUTE_TERPENES_ANALYZE] = BASIS_STORE,
  [WH_ROUTE_TERPENES_COMPARE] = BASIS_STORE,
  [WH_ROUTE_TERPENES_EFFECTS] = BASIS_STORE,
  [WH_ROUTE_STRAIN_RECOMMENDATIONS] = BASIS_OPINIONS,
  [WH_ROUTE_PRICING_COMPARE] = BASIS_STORE,
  [WH_ROUTE_DISPENSARIES] = BASIS_STORE,
  [WH_ROUTE_DISPENSARY_PRODUCTS] = BASIS_STORE,
};

WhDocuments *
wh_documents_new (WhCache *cache, WhCatalogue *catalogue, gsize bytes)
{
  WhDocuments *documents = g_new0 (WhDocuments, 1);
  const WhCacheOptions options = { .address = WH_CACHE_LOCAL, .local_bytes = bytes };

  documents->cache = cache;
  documents->quick = bytes ? wh_cache_open (&options, NULL) : NULL;
  documents->catalogue = catalogue;
  return documents;
}

void
wh_documents_free (WhDocuments *documents)
{
  g_clear_pointer (&documents->quick, wh_cache_free);
  g_free (documents);
}

void
wh_document_clear (WhDocument *document)
{
  g_clear_pointer (&document->bytes, g_bytes_unref);
}

/* -- the question ----------------------------------------------------------------------------------------------------- */

#define MOST_PARAMETERS 32

/* In the order of their names: who writes them in another order asks the same. Returns how many; more than there is room for: too many. */
static guint
sort_parameters (const WhRequest *request, const WhParameter *sorted[MOST_PARAMETERS])
{
  guint n = request->parameters->len;

  for (guint i = 0; n <= MOST_PARAMETERS && i < n; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      guint place = i;
      for (; place > 0 && strcmp (sorted[place - 1]->name, parameter->name) > 0; place--)
        sorted[place] = sorted[place - 1];
      sorted[place] = parameter;
    }
  return n;
}

/* Digits of 64; what follows is none of them. */
static void
add_digits (GString *key, guint64 number)
{
  for (; number > 0; number >>= 6)
    g_string_append_c (key, (char) ('0' + (number & 63)));
}

static void
add_number (GString *key, gint64 number)
{
  add_digits (key, (guint64) number);
  g_string_append_c (key, SEPARATOR);
}

/* What is named stands behind its length, so that no text can be taken for two. */
static void
add_text (GString *key, const char *text)
{
  gsize length = text ? strlen (text) : 0;

  add_digits (key, length);
  g_string_append_c (key, text ? SEPARATOR : '-');
  g_string_append_len (key, text, (gssize) length);
}

static void
add_list (GString *key, char **list)
{
  for (; list && *list; list++)
    add_text (key, *list);
  g_string_append_c (key, SEPARATOR);
}

/* A digest of what it says, byte for byte: it may be long. */
static void
add_body (GString *key, const GByteArray *body)
{
  WhHash hash = body->len > 0 ? wh_hash_data (body->data, body->len) : (WhHash){ { 0 } };
  g_autofree char *text = body->len > 0 ? wh_hash_to_string (&hash) : NULL;

  if (text)
    g_string_append (key, text);
}

/* FALSE: it has too many. */
static gboolean
add_question (GString *key, const WhRequest *request)
{
  const WhParameter *sorted[MOST_PARAMETERS];
  guint n = sort_parameters (request, sorted);

  if (n > MOST_PARAMETERS)
    return FALSE;
  add_text (key, request->value);
  for (guint i = 0; i < n; i++)
    {
      add_text (key, sorted[i]->name);
      add_text (key, sorted[i]->value);
    }
  add_body (key, request->body);
  return TRUE;
}

/* All that may change what this one is shown. */
static void
add_audience (GString *key, const WhPrincipal *principal)
{
  add_text (key, principal->who);
  add_list (key, principal->roles);
  add_list (key, principal->states);
  add_list (key, principal->shops);
}

/* -- as bytes --------------------------------------------------------------------------------------------------------- */

typedef enum {
  TEXT_CURSOR,
  TEXT_SEARCHED,
  TEXT_TAG,
  N_TEXTS
} Text;

/* Before the texts, which end with NUL, and the data. */
typedef struct {
  gint64  total;
  guint32 per_page, offset;
  guint32 lengths[N_TEXTS];   /* with their NUL; 0: there is none */
} Head;

static GBytes *
pack (const WhMeta *meta, const char *const texts[N_TEXTS], const char *data, gsize length)
{
  Head head = { meta->total_count, meta->per_page, meta->offset, { 0 } };
  gsize size = sizeof head + length;
  char *bytes, *place;

  for (guint i = 0; i < N_TEXTS; i++)
    size += head.lengths[i] = texts[i] ? (guint32) strlen (texts[i]) + 1 : 0;
  bytes = g_malloc (size);
  memcpy (bytes, &head, sizeof head);
  place = bytes + sizeof head;
  for (guint i = 0; i < N_TEXTS; place += head.lengths[i++])
    if (texts[i])
      memcpy (place, texts[i], head.lengths[i]);
  memcpy (place, data, length);
  return g_bytes_new_take (bytes, size);
}

/* FALSE: there is none where one should be. */
static gboolean
take_text (const char **place, const char *end, guint32 length, const char **out_text)
{
  *out_text = length ? *place : NULL;
  if (length > (gsize) (end - *place) || (length && memchr (*place, '\0', length) != *place + length - 1))
    return FALSE;
  *place += length;
  return TRUE;
}

/* Takes `bytes`. What others put into a shared cache may be anything. */
static gboolean
unpack (GBytes *bytes, WhDocument *out_document)
{
  gsize size = 0;
  const char *place = bytes ? g_bytes_get_data (bytes, &size) : NULL, *end = place + size, *texts[N_TEXTS];
  Head head = { 0 };
  gboolean whole = size >= sizeof head;

  *out_document = (WhDocument){ .bytes = bytes };
  if (whole)
    memcpy (&head, place, sizeof head);
  place += whole ? sizeof head : 0;
  for (guint i = 0; whole && i < N_TEXTS; i++)
    whole = take_text (&place, end, head.lengths[i], &texts[i]);
  if (!whole)
    {
      wh_document_clear (out_document);
      return FALSE;
    }
  out_document->list = (WhMeta){ .total_count = head.total, .per_page = head.per_page, .offset = head.offset,
                                 .next_cursor = texts[TEXT_CURSOR] };
  out_document->searched = texts[TEXT_SEARCHED];
  out_document->tag = texts[TEXT_TAG];
  out_document->data = place;
  out_document->length = (gsize) (end - place);
  return TRUE;
}

/* -- quick answers ------------------------------------------------------------------------------------------------------ */

/* NULL: nothing is kept for this. */
static char *
quick_key (WhDocuments *documents, const WhRequest *request)
{
  gint64 until, revision = wh_catalogue_state (documents->catalogue, &until);
  Basis basis = bases[request->route->id];
  GString *key;

  if (revision < 0 || (basis >= BASIS_STORE && until < wh_store_seen (wh_catalogue_store (documents->catalogue))))
    return NULL;
  key = g_string_sized_new (WH_LIMIT_CACHE_KEY);
  g_string_append_len (key, (const char[]){ (char) ('0' + (request->route->id & 63)), (char) ('0' + (request->route->id >> 6)) }, 2);
  add_number (key, revision);
  if (basis == BASIS_OPINIONS)
    add_number (key, until);
  add_audience (key, request->principal);
  if (add_question (key, request) && key->len <= WH_LIMIT_CACHE_KEY && !memchr (key->str, '\0', key->len))
    return g_string_free (key, FALSE);
  g_string_free (key, TRUE);
  return NULL;
}

gboolean
wh_documents_find (WhDocuments *documents, WhRequest *request, WhDocument *out_document)
{
  if (!documents->quick || bases[request->route->id] == BASIS_NONE)
    return FALSE;
  request->kept_under = quick_key (documents, request);
  return request->kept_under && unpack (wh_cache_get (documents->quick, request->kept_under), out_document);
}

void
wh_documents_keep (WhDocuments *documents, const WhRequest *request, const WhMeta *meta, const char *tag, const char *data, gsize length)
{
  const char *const texts[N_TEXTS] = { meta->next_cursor, request->searched, tag };
  g_autoptr (GBytes) value = pack (meta, texts, data, length);

  wh_cache_put (documents->quick, request->kept_under, value, QUICK_SECONDS);
}

void
wh_documents_stats (WhDocuments *documents, WhCacheStats *out_stats)
{
  *out_stats = (WhCacheStats){ 0 };
  if (documents->quick)
    wh_cache_stats (documents->quick, out_stats);
}

/* -- those that took long ------------------------------------------------------------------------------------------------- */

/* Which store it is and how far, in one view. */
typedef struct {
  char  *server_id, *epoch;
  gint64 revision;
} State;

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
                                request->route->method, request->route->path, also };
  g_autoptr (GString) question = g_string_new (NULL);
  WhHasher *hasher = wh_hasher_new ();
  gint64 number = GINT64_TO_LE (wh_snapshot_revision (snapshot));
  g_autofree char *digest = NULL;
  gboolean whole = add_question (question, request);
  WhHash hash;

  for (guint i = 0; i < G_N_ELEMENTS (about); i++)
    wh_hasher_text (hasher, about[i]);
  wh_hasher_data (hasher, &number, sizeof number);
  wh_hasher_data (hasher, question->str, question->len);
  hash = wh_hasher_finish (hasher);
  digest = wh_hash_to_string (&hash);
  return whole ? g_strconcat ("document:", digest, NULL) : NULL;
}

/* By the state that the snapshot was made of: searches and feedback that came since are in none of these answers. */
char *
wh_documents_shared_key (WhDocuments *documents, const WhSnapshot *snapshot, gint64 until, const WhRequest *request, const char *also)
{
  State state = { 0 };
  WhStore *store = wh_catalogue_store (documents->catalogue);
  gboolean known = wh_store_read (store, request->principal, read_state_cb, &state, NULL) && state.revision >= 0
                   && state.revision == until;
  char *key = known ? digest_of (&state, snapshot, request, also) : NULL;

  state_clear (&state);
  return key;
}

/* What is given on as a text must be one. */
gboolean
wh_documents_find_shared (WhDocuments *documents, const char *key, WhDocument *out_document)
{
  if (!unpack (wh_cache_get (documents->cache, key), out_document))
    return FALSE;
  if (!memchr (out_document->data, '\0', out_document->length))
    return TRUE;
  wh_document_clear (out_document);
  return FALSE;
}

void
wh_documents_keep_shared (WhDocuments *documents, const char *key, const WhMeta *meta, const char *text)
{
  const char *const texts[N_TEXTS] = { NULL };
  g_autoptr (GBytes) value = pack (meta, texts, text, strlen (text));

  wh_cache_put (documents->cache, key, value, KEEP_SECONDS);
}
