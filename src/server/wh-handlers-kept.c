/* Answers that are made once for a state of the catalogue. */
#include "wh-handlers-private.h"

char *
wh_handlers_answer_once (WhHost *host, WhRequest *request, WhMeta *meta, const char *also, WhHandler compute, GError **error)
{
  gint64 until;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot_until (host->catalogue, &until);
  g_autofree char *key = NULL;
  char *text;

  key = wh_documents_key (host->documents, snapshot, until, request, also);
  text = key ? wh_documents_find (host->documents, key, meta) : NULL;
  if (text)
    return text;
  text = compute (host, request, meta, error);
  /* Had the store moved on meanwhile, parts of it would be newer. */
  if (text && key && wh_store_revision (host->store) == until)
    wh_documents_keep (host->documents, key, meta, text);
  return text;
}
