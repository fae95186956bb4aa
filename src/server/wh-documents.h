/* wh-documents.h: finished answers that took long, for as long as what they were made of has not changed. Thread-safe. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhDocuments WhDocuments;

WhDocuments *wh_documents_new  (void);
void         wh_documents_free (WhDocuments *documents);
/* A copy of what was kept under `key` at this revision; NULL: nothing. */
char        *wh_documents_find (WhDocuments *documents, gint64 revision, const char *key);
/* Forgets all of another revision, and everything when it grows over eight megabytes. */
void         wh_documents_keep (WhDocuments *documents, gint64 revision, const char *key, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDocuments, wh_documents_free)

G_END_DECLS
