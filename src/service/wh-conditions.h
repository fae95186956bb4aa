/* wh-conditions.h: names of illnesses and complaints (data/presets/conditions.tsv). What people report of a strain is no cure for one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether one of them stands in a text as whole words, in any case: "Depression", "treats anxiety". */
gboolean wh_conditions_named_in (const char *text);

G_END_DECLS
