/* The document that describes this server: made once, since nothing in it changes while the program runs. */
#include <string.h>

#include "base/wh-hash.h"
#include "wh-handlers.h"
#include "wire/wh-openapi.h"

typedef struct {
  char *text;
  char *tag;
} Document;

static gpointer
make_document_cb (gpointer data)
{
  Document *document = g_new0 (Document, 1);
  WhHasher *hasher = wh_hasher_new ();
  g_autofree char *digest = NULL;
  WhHash hash;

  document->text = wh_openapi_document (0);
  wh_hasher_text (hasher, document->text);
  hash = wh_hasher_finish (hasher);
  digest = wh_hash_to_string (&hash);
  document->tag = g_strdup_printf ("\"%s\"", digest);
  return document;
}

char *
wh_handle_openapi (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  const Document *document = g_once (&once, make_document_cb, NULL);

  request->reply_type = "application/json";
  request->reply_tag = document->tag;
  return g_strdup (document->text);
}
