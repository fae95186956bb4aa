/* wh-cli-shop.h: a SHOP argument. */
#pragma once

#include "service/wh-shop.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* The dispensary that is meant. Where several may be, says so with the candidates and returns WH_EXIT_AMBIGUOUS. Caller unrefs. */
int wh_cli_shop_resolve (const WhCliOptions *options, WhCatalogue *catalogue, const WhPrincipal *principal, const char *typed,
                         WhDispensary **out_shop, GError **error);

G_END_DECLS
