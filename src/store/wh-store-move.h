/* wh-store-move.h: a whole store into another database, and whether two stores hold the same.
 *
 * A move copies every row as it is: ids, revisions, times, analytes this program does not know, change log, tombstones, audit
 * chain, notes. Row numbers and sequence numbers stay, so the store goes on being the same server and desktops go on pulling.
 * Both sides are read anew and compared before the old one is sealed. From then on it can only be read. It may be ended at any
 * moment, by force too: the target takes no other visitor, and the same call goes on where it was. For a side that is a
 * file, the caller holds writer.lock. */
#pragma once

#include <gio/gio.h>

#include "base/wh-hash.h"
#include "wh-store.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;        /* of the table, static: "strain", "measurement", "change_log", "audit" … */
  gint64      rows;
  WhHash      sum;         /* the SHA-256 of each row's bytes, added modulo 2^256: in whatever order */
} WhStoreTableDigest;

typedef struct {
  GArray *tables;          /* of WhStoreTableDigest, always the same ones in the same order */
  WhHash  whole;           /* over names, counts and sums */
} WhStoreDigest;

typedef struct {
  gboolean keep;           /* a copy under a new identity; the source is not sealed */
  gboolean dry_run;        /* look whether it could be done, write nothing */
  gboolean verify_only;    /* compare two stores that are there */
} WhStoreMoveOptions;

typedef struct {
  char          *from, *to;      /* for people, without passwords */
  gint64         revision;
  WhStoreDigest *digest;         /* of the source; of a dry run the counts only */
  gint64         copied;         /* rows written by this call */
  gboolean       resumed;        /* an earlier call had begun */
  gboolean       restarted;      /* and the source had changed since, so that all was copied again */
  gboolean       sealed;         /* the source is for reading only now */
} WhStoreMoveReport;

/* `what` is the table at hand. From the thread of the caller. */
typedef void (*WhStoreMoveProgress) (double fraction, const char *what, gpointer user_data);

/* Paths or addresses. WH_ERROR_CONFLICT when the target is neither empty nor a half-finished move of this source; WH_ERROR_DENIED
 * when the source has moved already; WH_ERROR_CORRUPT when the sides differ afterwards (the next call copies anew);
 * WH_ERROR_UNSUPPORTED for schemas of a newer program. Needs ADMINISTER. */
WhStoreMoveReport *wh_store_move (const char *from, const char *to, const WhPrincipal *principal, const WhStoreMoveOptions *options,
                                  WhStoreMoveProgress progress, gpointer user_data, GCancellable *cancellable, GError **error);
void               wh_store_move_report_free (WhStoreMoveReport *report);

/* Of a whole store; NULL on error. */
WhStoreDigest     *wh_store_digest      (const char *location, GCancellable *cancellable, GError **error);
void               wh_store_digest_free (WhStoreDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStoreMoveReport, wh_store_move_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStoreDigest, wh_store_digest_free)

G_END_DECLS
