/* wh-parameters.h: query parameters and bodies into values, with the field named when one is wrong. */
#pragma once

#include "base/wh-json.h"
#include "core/wh-geo.h"
#include "core/wh-query.h"
#include "wh-request.h"

G_BEGIN_DECLS

/* FALSE with WH_ERROR_INVALID, request->error_field set, when a parameter is unknown to the route or given twice. */
gboolean wh_parameters_check   (WhRequest *request, GError **error);
/* An integer in [minimum, maximum]; `fallback` when absent. */
gboolean wh_parameters_integer (WhRequest *request, const char *name, guint minimum, guint maximum, guint fallback, guint *out_value,
                                GError **error);
/* A number in [least, most]; *out_value stays where it is absent. */
gboolean wh_parameters_number  (WhRequest *request, const char *name, double least, double most, double *out_value, GError **error);
/* latitude, longitude and radius; NAN and what *out_radius was where they are absent. */
gboolean wh_parameters_place   (WhRequest *request, double most_radius, WhPlace *out_place, double *out_radius, GError **error);
/* "true" 1, "false" 0, absent -1. */
gboolean wh_parameters_flag    (WhRequest *request, const char *name, int *out_flag, GError **error);
/* "asc", "desc" or absent, which is asc. */
gboolean wh_parameters_order   (WhRequest *request, gboolean *out_descending, GError **error);
/* The parameter "state" in capitals, NULL when absent. Caller frees. */
gboolean wh_parameters_state   (WhRequest *request, char **out_state, GError **error);
/* Everything GET /api/strains documents. NULL on error. */
WhQuery *wh_parameters_query   (WhRequest *request, guint default_limit, guint max_limit, GError **error);
/* The body, which must be a JSON object. NULL on error: 400 with INVALID_JSON for what is no JSON, 422 for any other value. */
WhJson  *wh_parameters_body    (WhRequest *request, GError **error);
/* Always FALSE: says that `field` (NULL: the body) is wrong. */
gboolean wh_parameters_refuse  (WhRequest *request, const char *field, const char *message, GError **error);

G_END_DECLS
