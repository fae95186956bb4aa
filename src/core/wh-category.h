/* wh-category.h: the categories of products, as WhProduct.category has them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_N_CATEGORIES 9

/* All, in the order of their places; NULL-terminated. */
extern const char *const wh_category_names[];
/* "flower", "pre-rolls", "vapes", "concentrates", "edibles", "tinctures", "topicals", "accessories", "other"; `place` is below
 * WH_N_CATEGORIES. */
const char *wh_category_name (guint place);
/* 1 << its place; 0 when there is no such category. NULL-safe. */
guint       wh_category_bit  (const char *name);
/* The name that somebody means: the name itself, in any case, or one of it ("vape", "preroll", "edible"). NULL when none. */
const char *wh_category_meant (const char *text);

G_END_DECLS
