/* wh-cli-shop.h: a SHOP argument, and where shops are. */
#pragma once

#include "core/wh-geo.h"
#include "service/wh-shop.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* The dispensary that is meant; `typed` NULL: the only one. Where several may be, says so with the candidates and returns
 * WH_EXIT_AMBIGUOUS. Caller unrefs. */
int wh_cli_shop_resolve (const WhCliOptions *options, WhCatalogue *catalogue, const WhPrincipal *principal, const char *typed,
                         WhDispensary **out_shop, GError **error);
/* --near and --radius, and whether --state is one. What is not given stays as it was. WH_ERROR_INVALID. */
gboolean wh_cli_shop_where (const WhCliOptions *options, WhPlace *near, double *radius, GError **error);

G_END_DECLS
