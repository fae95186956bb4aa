/* wh-listing.h: a list of rows of one kind that somebody asks for, as a value: filters, order, page. Neither SQL nor a URL.
 *
 * Pages are found by the last row of the page before, not by counting, so rows that come or go meanwhile never make another one
 * appear twice or be left out. Text is ordered by its first WH_LISTING_SORTED characters with A to Z folded to lower case, ties by id;
 * rows without a value come last in either direction. */
#pragma once

#include "wh-entity.h"

G_BEGIN_DECLS

#define WH_LISTING_SORTED 256    /* characters of a text that count for the order */
#define WH_LISTING_LIMIT 50      /* rows of a page where nothing is said */
#define WH_LISTING_FILTERS 16    /* at most */
#define WH_LISTING_TEXT 512      /* bytes of a text that is asked for */

typedef enum {
  WH_FILTER_EQUAL,      /* text: byte by byte; a list: never */
  WH_FILTER_LEAST,      /* numbers, dates and times: that or more */
  WH_FILTER_MOST,
  WH_FILTER_CONTAINS,   /* text: has this in it; a list: has this entry; A to Z and a to z are the same */
  WH_FILTER_SET,        /* integer 1: has a value; 0: has none */
} WhFilterOp;

typedef struct {
  const WhField *field;      /* of the kind's table, or one of those that all rows share */
  WhFilterOp     op;
  char          *text;       /* of TEXT and LIST fields */
  double         real;
  gint64         integer;    /* of INTEGER, FLAG, TIME and DATE fields, and of SET */
  WhId           id;
} WhFilter;

typedef struct {
  WhKind         kind;
  GArray        *filters;    /* of WhFilter; a row must pass all */
  const WhField *sort;       /* NULL: by id */
  gboolean       descending;
  guint          limit;      /* 1..WH_LIMIT_PAGE */
  char          *cursor;     /* of the page before; NULL: the first page */
} WhListing;

WhListing *wh_listing_new        (WhKind kind);
void       wh_listing_free       (WhListing *listing);

/* A field by which this kind can be filtered: of its table, or created_at, updated_at, revision, source. NULL when there is none. */
const WhField *wh_listing_field  (WhKind kind, const char *name);
/* The same one after the other; NULL behind the last. */
const WhField *wh_listing_field_at (WhKind kind, guint place);
/* Whether it can be asked so of the field. */
gboolean   wh_listing_takes      (WhFilterOp op, const WhField *field);
/* `key` is "name", "min.price_cents", "max.price_cents", "contains.name" or "has.strain_id"; `value` as people write it: a number,
 * true or false, a date, an id. WH_ERROR_INVALID with a sentence. */
gboolean   wh_listing_add_filter (WhListing *listing, const char *key, const char *value, GError **error);
/* "id", or a field of the kind that has an order (wh_listing_sort_names). */
gboolean   wh_listing_set_sort   (WhListing *listing, const char *name, GError **error);
/* "created_at, id, name, …" for messages. Caller frees. */
char      *wh_listing_sort_names (WhKind kind);

/* What a row counts for the order: text folded and cut. Caller frees. */
char      *wh_listing_sorted_text (const char *text);

/* Where a page ends. `text` is what wh_listing_sorted_text gives. */
typedef struct {
  gboolean unset;     /* among the rows without a value */
  char    *text;      /* owned */
  double   real;
  gint64   integer;
  WhId     id;
} WhListingPlace;

/* The cursor of the page that follows `entity`: opaque, base64url, of this listing alone. Caller frees. */
char      *wh_listing_cursor     (const WhListing *listing, gconstpointer entity);
/* Where listing->cursor (not NULL) says the page begins. WH_ERROR_INVALID for one of another listing, or one that was changed. */
gboolean   wh_listing_place      (const WhListing *listing, WhListingPlace *out_place, GError **error);
void       wh_listing_place_clear (WhListingPlace *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhListing, wh_listing_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhListingPlace, wh_listing_place_clear)

G_END_DECLS
