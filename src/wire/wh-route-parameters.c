/* Query parameters of the routes. */
#include "base/wh-limits.h"
#include "core/wh-category.h"
#include "core/wh-job.h"
#include "wh-route-tables.h"

#define END { .help = NULL }
#define MOST_OFFSET 10000000
#define MOST_PRICE 1e6
#define MOST_REVISION 9007199254740991.0   /* that JSON tells exactly */
#define NAME_BYTES 256
#define KEY_BYTES 64
#define CURSOR_BYTES 1024

#define LIMIT(usual, most_rows) \
  { "limit", WH_SPEC_INTEGER, 1, most_rows, usual, .help = "Rows of a page.", .example = usual }
#define ROWS_BEFORE { "offset", WH_SPEC_INTEGER, 0, MOST_OFFSET, "0", .help = "Rows to skip; a cursor is better for going on." }
#define GOES_ON "The next_cursor of the page before: goes on behind it."
#define CURSOR { "cursor", WH_SPEC_TEXT, 1, CURSOR_BYTES, .help = GOES_ON }
/* Of lists that are found whole, whose pages are told apart by the rows before them. */
#define PAGES ROWS_BEFORE, CURSOR
#define STATE { "state", WH_SPEC_STATE, .help = "What is sold in this state.", .example = "\"NJ\"" }
#define CATEGORY { "category", WH_SPEC_WORD, .words = wh_category_names, .help = "Products of this category." }
#define LATITUDE { "latitude", WH_SPEC_NUMBER, -90, 90, .help = "Of the place that is asked about, in degrees; with longitude." }
#define LONGITUDE { "longitude", WH_SPEC_NUMBER, -180, 180, .help = "Of the place that is asked about, in degrees; with latitude." }
#define RADIUS { "radius", WH_SPEC_NUMBER, 0.1, 100, "25", .help = "Miles around the place." }
#define PERCENT(name, meaning) { name, WH_SPEC_NUMBER, 0, 100, .help = meaning }
#define PRICE(name, meaning) { name, WH_SPEC_NUMBER, 0, MOST_PRICE, .help = meaning }
#define WISH(name, meaning) { name, WH_SPEC_FLAG, .fallback = "false", .help = meaning }
#define STRAIN { "strain_id", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "A strain by its id, slug, name or another name." }
#define TYPE { "type", WH_SPEC_WORD, .words = types, .help = "What the label says." }
#define AT_LEAST { "min.*", WH_SPEC_AMOUNT, .help = "At least so much of an analyte: mg/g, or with its unit, such as 25%." }
#define AT_MOST { "max.*", WH_SPEC_AMOUNT, .help = "At most so much of an analyte: mg/g, or with its unit, such as 25%." }
#define FUZZY { "fuzzy", WH_SPEC_FLAG, .fallback = "true", .help = "Whether slips of the keyboard are forgiven." }
#define ORDER { "order", WH_SPEC_WORD, .words = orders, .fallback = "asc", .help = "Smallest or largest first." }
#define TYPED \
  "Words of names, and conditions such as thc>20, limonene>2mg/g, price<12, in-stock, type:indica, flavor:lemon, -terpene:limonene."
#define CONTENTS \
  PERCENT ("thc_min", "Least total THC, % by weight."), PERCENT ("thc_max", "Most total THC, % by weight."), \
      PERCENT ("cbd_min", "Least total CBD, % by weight."), PERCENT ("cbd_max", "Most total CBD, % by weight."), AT_LEAST, AT_MOST

static const char *const types[] = { "indica", "sativa", "hybrid", NULL };
static const char *const orders[] = { "asc", "desc", NULL };
static const char *const strain_sorts[] = { "name", "thc_percentage", "cbd_percentage", "popularity", "price", NULL };
static const char *const menu_sorts[] = { "name", "price", "thc", "popularity", NULL };
static const char *const licences[] = { "medical", "recreational", "both", NULL };
static const char *const timeframes[] = { "24h", "7d", "30d", "90d", NULL };
static const char *const metrics[] = { "strain", "terpene", "dispensary", "user", "price", "recommendation", NULL };
static const char *const buyers[] = { "adult", "medical", NULL };

const WhSpec wh_route_no_parameters[] = { END };

const WhSpec wh_route_strains_parameters[] = {
  LIMIT ("100", WH_LIMIT_PAGE), PAGES, STATE, TYPE, CONTENTS,
  { "sort", WH_SPEC_WORD, .words = strain_sorts, .help = "What the order goes by; without it, popularity." }, ORDER, END
};

const WhSpec wh_route_search_parameters[] = {
  { "q", WH_SPEC_TEXT, 1, WH_LIMIT_QUERY, .help = TYPED, .required = TRUE, .example = "\"blue dream\"" },
  STATE, LIMIT ("20", 100), PAGES, FUZZY, END
};

const WhSpec wh_route_facets_parameters[] = {
  { "q", WH_SPEC_TEXT, 0, WH_LIMIT_QUERY, .help = TYPED }, FUZZY, STATE, TYPE, CONTENTS, END
};

const WhSpec wh_route_product_parameters[] = {
  { "q", WH_SPEC_TEXT, 1, WH_LIMIT_QUERY, .help = TYPED, .required = TRUE, .example = "\"blue\"" },
  STATE, LIMIT ("20", 100), PAGES, FUZZY, END
};

const WhSpec wh_route_similar_parameters[] = { LIMIT ("10", 100), END };
const WhSpec wh_route_map_parameters[] = { LIMIT ("1000", WH_LIMIT_PAGE), PAGES, END };

const WhSpec wh_route_checks_parameters[] = {
  { "code", WH_SPEC_KEY, 1, KEY_BYTES, .help = "Findings of this code.", .example = "\"unit_slip\"" },
  { "lab", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "Results of this laboratory." },
  LIMIT ("100", WH_LIMIT_PAGE), PAGES, END
};

const WhSpec wh_route_clusters_parameters[] = {
  { "k", WH_SPEC_INTEGER, 2, 8, .help = "How many groups; without it, as many as the data suggest." }, END
};

const WhSpec wh_route_correlations_parameters[] = {
  { "analyte", WH_SPEC_TEXT, 1, KEY_BYTES, .help = "A terpene: only its pairs.", .example = "\"limonene\"" },
  LIMIT ("100", WH_LIMIT_PAGE), END
};

const WhSpec wh_route_led_parameters[] = {
  { "profile", WH_SPEC_TEXT, 1, NAME_BYTES, .required = TRUE, .example = "\"myrcene,limonene\"",
    .help = "One to five terpenes with commas between them, the leading one first." },
  LIMIT ("20", 100), PAGES, END
};

const WhSpec wh_route_outliers_parameters[] = { LIMIT ("100", WH_LIMIT_PAGE), END };

const WhSpec wh_route_pricing_parameters[] = {
  STRAIN, { "product_name", WH_SPEC_TEXT, 1, WH_LIMIT_QUERY, .help = "Words of a product's name; this or strain_id is needed." },
  CATEGORY, STATE, LATITUDE, LONGITUDE, RADIUS, LIMIT ("100", WH_LIMIT_PAGE), PAGES, END
};

static const char *const substitute_categories[] = { "any", "flower", "pre-rolls", "vapes", "concentrates", "edibles", "tinctures",
                                                     "topicals", "accessories", "other", NULL };
G_STATIC_ASSERT (G_N_ELEMENTS (substitute_categories) == WH_N_CATEGORIES + 2);

const WhSpec wh_route_substitutes_parameters[] = {
  { "product_id", WH_SPEC_ID, .help = "What is sold out; this or strain_id." }, STRAIN,
  { "dispensary_id", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "The shop, by its id, slug or name." },
  { "category", WH_SPEC_WORD, .words = substitute_categories, .help = "Products of this category; without it, of that of the product." },
  { "price_max", WH_SPEC_NUMBER, 0.01, MOST_PRICE, .help = "Most that the package may cost." }, LIMIT ("5", 50), END
};

const WhSpec wh_route_total_parameters[] = {
  { "product_id", WH_SPEC_ID, .help = "What is bought.", .required = TRUE },
  { "jurisdiction", WH_SPEC_TEXT, 1, NAME_BYTES,
    .help = "Where it is sold: NJ, NJ/Newark or NJ/county:Essex; without it, where the shop is." },
  { "discount", WH_SPEC_TEXT, 1, KEY_BYTES, .help = "10% or, in dollars, 5.00.", .example = "\"10%\"" },
  { "quantity", WH_SPEC_INTEGER, 1, 1000, "1", .help = "Packages." },
  { "buyer", WH_SPEC_WORD, .words = buyers, .fallback = "adult", .help = "Who buys, as taxes tell buyers apart." }, END
};

const WhSpec wh_route_history_parameters[] = {
  { "product_id", WH_SPEC_ID, .help = "A product; this or strain_id." }, STRAIN,
  { "dispensary_id", WH_SPEC_ID, .help = "A shop." }, STATE, CATEGORY,
  { "since", WH_SPEC_TEXT, 1, KEY_BYTES, .help = "A date, or how long ago: 90d, 24h.", .example = "\"90d\"" },
  LIMIT ("100", WH_LIMIT_PAGE), PAGES, END
};

const WhSpec wh_route_watches_parameters[] = {
  { "since", WH_SPEC_INTEGER, 0, MOST_REVISION, "0", .help = "The revision of an earlier reply: what is new since then." }, END
};

static const char *const job_states[] = { "waiting", "running", "done", "failed", "cancelled", NULL };

const WhSpec wh_route_jobs_parameters[] = {
  { "state", WH_SPEC_WORD, .words = job_states, .help = "Only these." },
  { "kind", WH_SPEC_WORD, .words = wh_job_kinds, .help = "Only these." },
  { "schedule", WH_SPEC_TEXT, 1, WH_JOB_NAME, .help = "Only those that this schedule began." },
  LIMIT ("50", 200), CURSOR, END
};

const WhSpec wh_route_stats_parameters[] = {
  { "timeframe", WH_SPEC_WORD, .words = timeframes, .fallback = "7d", .help = "How far back." },
  { "metric", WH_SPEC_WORD, .words = metrics, .help = "Only this part." }, LIMIT ("20", 100), END
};

const WhSpec wh_route_rows_parameters[] = {
  LIMIT ("50", WH_LIMIT_PAGE), CURSOR,
  { "sort", WH_SPEC_FIELD, .help = "The field that the order goes by; without it, the id." }, ORDER,
  { "count", WH_SPEC_FLAG, .help = "Whether all are counted; without it, with the first page." },
  { "{field}", WH_SPEC_FIELD, .help = "Rows whose field is this." },
  { "min.{field}", WH_SPEC_FIELD, .help = "Rows whose field is this or more." },
  { "max.{field}", WH_SPEC_FIELD, .help = "Rows whose field is this or less." },
  { "contains.{field}", WH_SPEC_FIELD, .help = "Rows whose text has this in it, or whose list has this entry." },
  { "has.{field}", WH_SPEC_FIELD, .help = "Rows whose field has a value, or has none." }, END
};

const WhSpec wh_route_row_delete_parameters[] = { WISH ("with_parts", "Whether what belongs to it goes with it."), END };

const WhSpec wh_route_dispensaries_parameters[] = {
  STATE, LATITUDE, LONGITUDE, RADIUS,
  { "license_type", WH_SPEC_WORD, .words = licences, .help = "What the licence allows; who has both has each." },
  WISH ("delivery", "Only those that deliver."), WISH ("pickup", "Only those where an order can be fetched."),
  LIMIT ("50", WH_LIMIT_PAGE), PAGES, END
};

const WhSpec wh_route_shop_products_parameters[] = {
  CATEGORY, { "brand", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "Words of the brand." }, STRAIN, WISH ("in_stock", "Only what is in stock."),
  PRICE ("price_min", "Least price of the package."), PRICE ("price_max", "Most price of the package."),
  { "sort", WH_SPEC_WORD, .words = menu_sorts, .fallback = "name", .help = "What the order goes by." },
  LIMIT ("100", WH_LIMIT_PAGE), PAGES, END
};

const WhSpec wh_route_changes_parameters[] = {
  { "token", WH_SPEC_TEXT, 0, KEY_BYTES, .help = "The token of the page before; without it, from the beginning." },
  LIMIT ("1000", WH_LIMIT_SYNC_PAGE), END
};

const WhSpec wh_route_events_parameters[] = {
  { "kinds", WH_SPEC_TEXT, 0, NAME_BYTES, .help = "Only rows of these kinds, with commas between them; without it, of all.",
    .example = "\"strain,price\"" },
  { "token", WH_SPEC_TEXT, 0, KEY_BYTES, .help = "Events after this token of a sync or an event; the header Last-Event-ID comes first." },
  END
};

static const char *const delivery_states[] = { "waiting", "delivered", "dead", NULL };

const WhSpec wh_route_deliveries_parameters[] = {
  { "state", WH_SPEC_WORD, .words = delivery_states, .help = "Calls in this state; dead ones were tried as often as it is." },
  { "before", WH_SPEC_INTEGER, 1, 9007199254740991.0, .help = "Those of changes before this revision: the last one of the page before." },
  LIMIT ("100", WH_LIMIT_PAGE), END
};
