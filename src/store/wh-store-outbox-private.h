/* wh-store-outbox-private.h: what the two files of the outbox share. */
#pragma once

#include <sys/types.h>

#include "wh-store-outbox.h"
#include "wh-store-private.h"

G_BEGIN_DECLS

struct _WhStoreOutbox {
  GMutex        lock;         /* one call at a time */
  WhConnection *connection;
  char         *path;
  dev_t         device;       /* which file it was when it was opened */
  ino_t         inode;
};

/* The columns of a letter, as wh_store_outbox_read_letter expects them. */
#define WH_LETTER_COLUMNS "number, key, state, server_id, user, action, epoch, base_revision, format, created_at, content, digest"

/* The letter in the statement's row; NULL and WH_ERROR_CORRUPT when it is not what was put in. */
WhLetter *wh_store_outbox_read_letter (WhStatement *statement, GError **error);
/* Inside a transaction: puts a letter in under its own number (0: the next one); and takes what was put in into the counts. */
gboolean  wh_store_outbox_put_letter  (WhConnection *connection, WhLetter *letter, GError **error);
gboolean  wh_store_outbox_count       (WhConnection *connection, gint64 n_letters, gint64 n_bytes, GError **error);
/* NULL when absent; caller frees. */
char     *wh_store_outbox_fact        (WhConnection *connection, const char *key);
gint64    wh_store_outbox_number      (WhConnection *connection, const char *key, gint64 fallback);
gboolean  wh_store_outbox_set_fact    (WhConnection *connection, const char *key, const char *value, GError **error);

G_END_DECLS
