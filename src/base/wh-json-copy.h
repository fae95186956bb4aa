/* wh-json-copy.h: what was read as JSON, written again. */
#pragma once

#include "wh-json-writer.h"
#include "wh-json.h"

G_BEGIN_DECLS

/* One value with all that is in it. NULL is null. */
void wh_json_copy (const WhJsonNode *node, WhJsonWriter *writer);

G_END_DECLS
