/* wh-json-scan.h: the strict reading of RFC 8259 that stands before json-glib. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A NUL-terminated copy of `text`, of the same length, that is safe for json-glib: \u0000 is written as
 * \ufffd there, since a C string would end at it. NULL and WH_ERROR_INVALID with line and column otherwise. */
char *wh_json_scan (const char *text, gsize length, GError **error);

G_END_DECLS
