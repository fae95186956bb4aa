/* wh-cli-fields.h: kinds, filters and fields as they are typed. */
#pragma once

#include "core/wh-edit.h"
#include "core/wh-listing.h"

G_BEGIN_DECLS

/* "note", "notes", "lab-results" … WH_ERROR_INVALID lists them all. */
gboolean wh_cli_fields_kind  (const char *word, WhKind *out_kind, GError **error);
/* "name=X", "price_cents>=500", "rating<=3", "name~kush", "strain_id" (is given), "strain_id=" (is not). */
gboolean wh_cli_fields_where (WhListing *listing, const char *typed, GError **error);
/* An edit of "field=value" words: a list's entries are parted by commas, nothing behind the = empties the field, and "field:=…" takes
 * one JSON value. */
WhEdit  *wh_cli_fields_edit  (WhEditOp op, WhKind kind, WhId id, char *const *words, GError **error);

G_END_DECLS
