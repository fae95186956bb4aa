/* wh-parameters.h: query parameters and bodies into values. What the route table says of them is checked before a handler runs, so
 * that reading one cannot fail; what several say together is checked here or by the handler, with the field named that is wrong. */
#pragma once

#include "base/wh-json.h"
#include "core/wh-geo.h"
#include "core/wh-query.h"
#include "wh-request.h"
#include "wire/wh-wire.h"

G_BEGIN_DECLS

/* FALSE with WH_ERROR_INVALID, request->error_field set, when a parameter is unknown to the route, given twice or not what the route
 * table says, or one is missing that is needed. */
gboolean wh_parameters_check    (WhRequest *request, GError **error);

/* The value, or what the table says counts where it is absent. */
const char *wh_parameters_text  (const WhRequest *request, const char *name);   /* NULL without either */
guint    wh_parameters_unsigned (const WhRequest *request, const char *name);   /* 0 without either */
double   wh_parameters_number   (const WhRequest *request, const char *name);   /* NAN without either */
/* "true" 1, "false" 0, -1 without either. */
int      wh_parameters_flag     (const WhRequest *request, const char *name);
gboolean wh_parameters_id       (const WhRequest *request, const char *name, WhId *out_id);   /* FALSE: absent */
/* The parameter "state" in capitals, NULL when absent. Caller frees. */
char    *wh_parameters_state    (const WhRequest *request);
gboolean wh_parameters_descending (const WhRequest *request);
/* Where in all that was found the page lies, into meta. */
void     wh_parameters_page     (const WhRequest *request, guint total, WhMeta *meta);

/* latitude, longitude and radius; NAN where they are absent. */
gboolean wh_parameters_place    (WhRequest *request, WhPlace *out_place, double *out_radius, GError **error);
/* Everything GET /api/strains documents, as far as the route knows it. */
WhQuery *wh_parameters_query    (const WhRequest *request);
/* The body, which is a JSON object with the members that the route table says. NULL on error: 400 with INVALID_JSON for what is no
 * JSON, 422 for any other value than an object. */
WhJson  *wh_parameters_body     (WhRequest *request, GError **error);
/* Always FALSE: says that `field` (NULL: the body) is wrong. */
gboolean wh_parameters_refuse   (WhRequest *request, const char *field, const char *message, GError **error);

G_END_DECLS
