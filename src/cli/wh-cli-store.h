/* wh-cli-store.h: the store that commands work on where no server is asked: --store, or the file in the data directory. */
#pragma once

#include "base/wh-lock.h"
#include "store/wh-store.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Path or address. Caller frees. */
char    *wh_cli_store_location (const WhCliOptions *options);
WhStore *wh_cli_store_open     (const WhCliOptions *options, WhStoreMode mode, GError **error);
/* Opens it for writing. A file needs writer.lock, which out_lock gets; *out_store stays NULL without an error when another
 * program, mostly `weedhounds serve`, holds it: then that has to be asked. FALSE on error. */
gboolean wh_cli_store_open_for_writing (const WhCliOptions *options, WhLock **out_lock, WhStore **out_store, GError **error);

G_END_DECLS
