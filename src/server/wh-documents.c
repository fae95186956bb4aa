#include "wh-documents.h"

#include <string.h>

#define MOST_BYTES (8 * 1024 * 1024)

struct _WhDocuments {
  GMutex      lock;
  GHashTable *texts;      /* key -> document */
  gint64      revision;   /* they are of */
  gsize       bytes;
};

WhDocuments *
wh_documents_new (void)
{
  WhDocuments *documents = g_new0 (WhDocuments, 1);

  g_mutex_init (&documents->lock);
  documents->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  documents->revision = -1;
  return documents;
}

void
wh_documents_free (WhDocuments *documents)
{
  g_hash_table_unref (documents->texts);
  g_mutex_clear (&documents->lock);
  g_free (documents);
}

char *
wh_documents_find (WhDocuments *documents, gint64 revision, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&documents->lock);

  return revision == documents->revision ? g_strdup (g_hash_table_lookup (documents->texts, key)) : NULL;
}

void
wh_documents_keep (WhDocuments *documents, gint64 revision, const char *key, const char *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&documents->lock);
  gsize bytes = strlen (key) + strlen (text);

  if (revision < documents->revision)
    return;   /* it took long, and the catalogue has moved on */
  if (revision != documents->revision || documents->bytes + bytes > MOST_BYTES)
    {
      g_hash_table_remove_all (documents->texts);
      documents->bytes = 0;
      documents->revision = revision;
    }
  if (bytes <= MOST_BYTES && g_hash_table_replace (documents->texts, g_strdup (key), g_strdup (text)))
    documents->bytes += bytes;
}
