/* Answers that are made once for a state of the catalogue. */
#include "wh-handlers-private.h"

static char *
take_document (WhDocument *document, WhMeta *meta)
{
  char *text = g_strndup (document->data, document->length);

  meta->total_count = document->list.total_count;
  meta->per_page = document->list.per_page;
  meta->offset = document->list.offset;
  wh_document_clear (document);
  return text;
}

char *
wh_handlers_answer_once (WhHost *host, WhRequest *request, WhMeta *meta, const char *also, WhHandler compute, GError **error)
{
  gint64 until;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot_until (host->catalogue, &until);
  g_autofree char *key = NULL;
  WhDocument document;
  char *text;

  key = wh_documents_shared_key (host->documents, snapshot, until, request, also);
  if (key && wh_documents_find_shared (host->documents, key, &document))
    return take_document (&document, meta);
  text = compute (host, request, meta, error);
  /* Had the store moved on meanwhile, parts of it would be newer. */
  if (text && key && wh_store_revision (host->store) == until)
    wh_documents_keep_shared (host->documents, key, meta, text);
  return text;
}
