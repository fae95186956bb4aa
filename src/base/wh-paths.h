/* wh-paths.h: where this program keeps its files (the data directory and what is in it). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `override` (--data-dir), else WEEDHOUNDS_DATA_DIR, else STATE_DIRECTORY (systemd), else the user's data
 * directory + "/weedhounds". Absolute; not created. Caller frees. */
char    *wh_paths_data_dir    (const char *override);
/* Makes it (0700) if it is not there. */
gboolean wh_paths_ensure_dir  (const char *dir, GError **error);

char    *wh_paths_store       (const char *data_dir);                        /* store.db */
char    *wh_paths_mirror_dir  (const char *data_dir);                        /* mirror/ */
char    *wh_paths_mirror      (const char *data_dir, const char *server_id); /* mirror/<server id>.db */
char    *wh_paths_outbox      (const char *data_dir);
char    *wh_paths_outbox_lock (const char *data_dir);
char    *wh_paths_writer_lock (const char *data_dir);
char    *wh_paths_serve_socket (const char *data_dir);
char    *wh_paths_admin_key   (const char *data_dir);
char    *wh_paths_rules_dir   (const char *data_dir);                        /* rules/: packs of the operator */
char    *wh_paths_cache_dir   (const char *data_dir);

G_END_DECLS
