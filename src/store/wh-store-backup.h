/* wh-store-backup.h: a copy of a store in a file, made while it is written to, and looked through afterwards. */
#pragma once

#include <gio/gio.h>

#include "base/wh-hash.h"
#include "wh-store.h"

G_BEGIN_DECLS

typedef struct {
  gint64 bytes;
  WhHash hash;           /* of the file */
  gint64 revision;
  char  *server_id, *epoch, *head;   /* head: wh_reader_head */
} WhBackup;

/* The store as it was at one moment, into a new file, its owner's alone, which is on the disk when this returns. WH_ERROR_UNSUPPORTED for a
 * store in a PostgreSQL server or in memory, WH_ERROR_CONFLICT when the file is there, WH_ERROR_CANCELLED. Nothing is left after an error.
 * Needs ADMINISTER. */
gboolean  wh_store_backup       (WhStore *store, const WhPrincipal *principal, const char *path, GCancellable *cancellable, GError **error);
/* Opens such a file as a store, for reading only, looks for damage and at its audit trail, and takes its digest. */
WhBackup *wh_store_backup_check (const char *path, GCancellable *cancellable, GError **error);
void      wh_backup_free        (WhBackup *backup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhBackup, wh_backup_free)

G_END_DECLS
