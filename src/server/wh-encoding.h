/* wh-encoding.h: replies made smaller for who takes them so: gzip. */
#pragma once

#include "wh-answer.h"
#include "wh-request.h"
#include "wh-settings.h"

G_BEGIN_DECLS

/* Whether an Accept-Encoding (NULL: none was sent) prefers gzip to what is not compressed, by its weights. */
gboolean wh_encoding_wants_gzip (const char *accept);
/* The bytes as one gzip member. `level` 1 to 9; NULL where they become no smaller. Caller frees. */
char    *wh_encoding_pack       (const char *bytes, gsize length, int level, gsize *out_length);
/* Compresses a reply where the request takes it so, its type can be, and it is large enough (http.gzip_bytes); and tells whoever keeps
 * replies. Its tag becomes another one. */
void     wh_encoding_apply      (const WhSettings *settings, const WhRequest *request, WhAnswer *answer);

G_END_DECLS
