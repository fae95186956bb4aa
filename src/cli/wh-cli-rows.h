/* wh-cli-rows.h: rows by id or name. */
#pragma once

#include "core/wh-entity.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* The kind that the first of `n` words names. WH_ERROR_INVALID when it names none or there are more words. */
gboolean wh_cli_rows_take_kind (const WhCliOptions *options, guint n, WhKind *out_kind, GError **error);
/* The row that is meant: an id; of strains and dispensaries what else names one. An exit status; with `error` set it follows
 * from the error. */
int wh_cli_rows_take_id (const WhCliOptions *options, WhKind kind, const char *typed, WhId *out_id, GError **error);

G_END_DECLS
