/* wh-notebook.h: what the staff notes while it works: notes and favourites on anything, prices it saw.
 *
 * These make the edits; whoever has the session or the ledger writes them. */
#pragma once

#include "core/wh-edit.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

/* WH_ERROR_INVALID for a note without words. */
WhEdit    *wh_notebook_note        (WhKind kind, const WhId *object, const char *text, GError **error);
WhEdit    *wh_notebook_unnote      (const WhId *note);
/* Of the one who writes it. */
WhEdit    *wh_notebook_favorite    (WhKind kind, const WhId *object);
WhEdit    *wh_notebook_unfavorite  (const WhId *favorite);

/* A price that somebody saw. */
typedef struct {
  gint64      cents;
  const char *unit;          /* what it buys; NULL: the package */
  gint64      observed_at;   /* WH_TIME_UNSET: now */
  const char *photo_hash;    /* SHA-256 in hex, or NULL */
} WhSeenPrice;
WhEdit    *wh_notebook_price       (const WhId *product, const WhSeenPrice *price);

/* Notes on one thing, the newest first; elements WhNote*, owned. */
GPtrArray *wh_notebook_notes       (WhReader *reader, WhKind kind, const WhId *object, GError **error);
/* The principal's own mark on it; NULL without error where there is none. Caller unrefs. */
WhFavorite *wh_notebook_favorite_of (WhReader *reader, const WhPrincipal *principal, WhKind kind, const WhId *object, GError **error);
/* All of the principal's, the newest first; elements WhFavorite*, owned. */
GPtrArray *wh_notebook_favorites   (WhReader *reader, const WhPrincipal *principal, GError **error);
/* A row that stands in the outbox and not yet on the server. */
gboolean   wh_notebook_is_pending  (gconstpointer entity);

G_END_DECLS
