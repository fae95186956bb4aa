/* wh-shop.h: which dispensary a text means. */
#pragma once

#include "wh-catalogue.h"

G_BEGIN_DECLS

/* A SHOP argument: id, slug or name; case, accents and punctuation of a name do not matter. `text` NULL: the only shop there is. NULL
 * with WH_ERROR_NOT_FOUND, or with WH_ERROR_AMBIGUOUS and a message that names the candidates; out_candidates (may be NULL) is then
 * given them, of WhDispensary*. Caller unrefs. Reads the store; one row where the text is an id. */
WhDispensary *wh_catalogue_resolve_shop (WhCatalogue *catalogue, const WhPrincipal *principal, const char *text,
                                         GPtrArray **out_candidates, GError **error);

G_END_DECLS
