/* wh-cli-csv.h: a JSON document as CSV: a header row of its keys, then a row per object. */
#pragma once

#include "base/wh-json.h"

G_BEGIN_DECLS

/* `node` is an array of objects, or one object. Lists of words are joined by "; ", deeper values are written as JSON. At most
 * `limit` rows (0: all). Caller frees. */
char *wh_cli_csv_from_json (const WhJsonNode *node, guint limit);
/* The document again as it was parsed. */
void  wh_cli_csv_append_json (GString *out, const WhJsonNode *node);

G_END_DECLS
