/* wh-cli-write.h: how changes of a command reach the store. */
#pragma once

#include "base/wh-json.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Applies edits (WhEdit*): here where nobody writes, else through the `serve` that does; with --server they wait in the outbox.
 * {results: [wh_present_ledger_result, …]}; NULL on error: WH_ERROR_BUSY when some other program writes. */
WhJson *wh_cli_write_edits (const WhCliOptions *options, const GPtrArray *edits, GError **error);

/* Writes all of them, WH_LEDGER_MOST_EDITS at a time, and stops with the error of the first that could not be made. */
gboolean wh_cli_write_all (const WhCliOptions *options, const GPtrArray *edits, GError **error);
/* FALSE with what one of them failed of; WH_ERROR_NOT_FOUND, too, where there was nothing to delete. */
gboolean wh_cli_write_check (const WhJsonNode *result, GError **error);
/* Of that reply: an array with what became of each edit. Borrowed. */
const WhJsonNode *wh_cli_write_results (const WhJson *reply);

G_END_DECLS
