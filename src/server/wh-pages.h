/* wh-pages.h: pages of lists by offset or by cursor, one rule for every route that knows both.
 *
 * A cursor says where the next page begins and for which question; to a client it is opaque. It is a convenience and no secret: whoever
 * makes one up gets at nothing that an offset does not show. */
#pragma once

#include "wh-request.h"
#include "wire/wh-wire.h"

G_BEGIN_DECLS

/* Of a request whose parameters were checked: turns its cursor into the offset that it stands for. FALSE with the field “cursor” for one
 * that is not of this question, or that comes with an offset. */
gboolean wh_pages_take (WhRequest *request, GError **error);
/* Of a list that was read: adds the cursor of the next page, where there is one. */
void     wh_pages_end  (WhRequest *request, WhMeta *meta);

G_END_DECLS
