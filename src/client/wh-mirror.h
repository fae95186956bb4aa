/* wh-mirror.h: the files under mirror/: what was pulled from which server, and how far.
 *
 * Usually a server has one file, "<server id>.db". While the server asks to begin again a second one is built beside it,
 * and the first stays readable until the second is complete. No file is ever renamed, since other programs may read it. */
#pragma once

#include "store/wh-store.h"

G_BEGIN_DECLS

#define WH_MIRROR_NOTE_URL      "server_url"
#define WH_MIRROR_NOTE_TOKEN    "sync.token"
#define WH_MIRROR_NOTE_COMPLETE "sync.complete"   /* set once everything the server had is in */
#define WH_MIRROR_NOTE_SYNCED   "synced_at"

typedef struct {
  char    *path;
  char    *server_url;
  char    *server_id;
  char    *token;       /* NULL: nothing pulled */
  gboolean complete;
  gint64   synced_at;   /* WH_TIME_UNSET while not complete */
} WhMirror;

void      wh_mirror_free          (WhMirror *mirror);
/* Every mirror of the data directory, best to read first: complete ones before others, the newest first. Files that cannot
 * be read are left out. `server_url` NULL: of all servers. Elements WhMirror*, owned by the array. */
GPtrArray *wh_mirror_list         (const char *data_dir, const char *server_url, const WhPrincipal *principal);
/* Opens for reading; one of an older program is migrated first. */
WhStore  *wh_mirror_open          (const char *path, GError **error);
/* A name that is free. Caller frees. */
char     *wh_mirror_new_path      (const char *data_dir, const char *server_id);
void      wh_mirror_remove        (const char *path);
/* Removes the mirrors of this server but the one at `path`. */
void      wh_mirror_remove_others (const char *data_dir, const char *server_url, const char *path, const WhPrincipal *principal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhMirror, wh_mirror_free)

G_END_DECLS
