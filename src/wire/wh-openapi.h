/* wh-openapi.h: the OpenAPI 3.1 document, made of the route table, what routes take (wh-spec.h), the field tables of the nouns and
 * the shapes of replies (wh-openapi-replies.c). What is not in those is not in the document. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One JSON document, `indent` spaces a level (0: one line); always the same text for the same program. Caller frees. */
char *wh_openapi_document (guint indent);

G_END_DECLS
