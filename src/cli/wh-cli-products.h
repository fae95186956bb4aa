/* wh-cli-products.h: `weedhounds search --products`. */
#pragma once

#include "client/wh-session.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Prints the products that a query finds; the exit status. */
int wh_cli_products (const WhCliOptions *options, WhSession *session, const WhQuery *query, GError **error);

G_END_DECLS
