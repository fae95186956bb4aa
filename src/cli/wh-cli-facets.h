/* wh-cli-facets.h: `weedhounds search --facets`. */
#pragma once

#include "client/wh-session.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Prints how the strains of a query divide; the exit status. */
int wh_cli_facets (const WhCliOptions *options, WhSession *session, const WhQuery *query, GError **error);

G_END_DECLS
