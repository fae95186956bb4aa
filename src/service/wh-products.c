#include "wh-products.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-product-index.h"
#include "wh-search-stages.h"
#include "wh-search.h"

#define PRICE_DECIMALS 2
#define SCORE_DECIMALS 3

typedef struct {
  WhProductIndex *index;
  WhSnapshot     *snapshot;
  const WhQuery  *query;
  WhShelfFilter  *shelf;
  WhBits         *strains;     /* that pass; NULL: all */
  WhStages        stages;
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->shelf, wh_shelf_filter_free);
  g_clear_pointer (&search->strains, g_free);
  wh_stages_clear (&search->stages);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
strain_passes (const Search *search, const WhProductListing *listing)
{
  return !search->strains || (listing->strain != G_MAXUINT32 && wh_bits_test (search->strains, listing->strain));
}

static gboolean
shelf_passes (const Search *search, guint place)
{
  gboolean prices = wh_shelf_filter_prices (search->shelf);

  if (prices && isnan (search->index->listings[place].weight_grams))
    return FALSE;
  return (!prices && !wh_shelf_filter_asks (search->shelf)) || wh_shelf_filter_passes (search->shelf, place);
}

static void
pass (gpointer owner, WhBits *listings)
{
  const Search *search = owner;

  if (!search->strains && !wh_shelf_filter_asks (search->shelf) && !wh_shelf_filter_prices (search->shelf))
    return;
  WH_BITS_EACH (listings, search->index->n, place)
    if (!strain_passes (search, &search->index->listings[place]) || !shelf_passes (search, place))
      wh_bits_clear (listings, place);
}

/* The one sold in most places comes to 1. */
static double
popularity (gpointer owner, guint place)
{
  const Search *search = owner;
  const WhProductListing *listings = search->index->listings;

  return log1p (listings[place].n_products) / log1p (listings[0].n_products);
}

static void
run (Search *search)
{
  WhSearched searched = { search->index->index, search->index->n, pass, popularity, search };
  guint64 wanted = (guint64) search->query->offset + MIN (search->query->limit, WH_LIMIT_PAGE);
  WhStages *stages = &search->stages;

  search->shelf = wh_shelf_filter_new (search->snapshot, search->index->shelves, search->query);
  search->strains = wh_search_filter_strains (search->snapshot, search->query);
  wh_stages_init (stages, &searched, search->query->text, (guint) MIN (wanted, search->index->n), TRUE);
  if (stages->text->n_words == 0)
    {
      wh_stages_all (stages);
      return;
    }
  wh_stages_match (stages);
  wh_stages_names (stages);
  wh_stages_words (stages, search->query->fuzzy);
  if (search->query->fuzzy && wh_bits_count (stages->seen, stages->n_bits) == 0)
    wh_stages_relaxed (stages);
}

/* -- the page ---------------------------------------------------------------------------------------------------- */

static WhListingHit
make_hit (const Search *search, const WhFound *found)
{
  const WhProductListing *listing = &search->index->listings[found->item];
  WhShelf shelf = wh_shelf_filter_shelf (search->shelf, found->item);
  WhListingHit hit = { .listing = listing, .n_products = shelf.n, .n_in_stock = shelf.n_in_stock, .score = found->score };
  gboolean weighed = !isnan (listing->weight_grams);

  hit.card = listing->strain == G_MAXUINT32 ? NULL : &search->snapshot->cards[listing->strain];
  hit.price_per_gram = weighed ? shelf.price : NAN;
  hit.price = weighed ? shelf.price * listing->weight_grams : shelf.price;
  if (search->stages.text->n_words == 0)
    return hit;
  hit.highlight = wh_highlight_text (listing->name, search->stages.text);
  hit.by_brand = !hit.highlight;
  if (!hit.highlight)
    hit.highlight = g_strdup (listing->name);
  return hit;
}

static void
hit_clear_cb (gpointer data)
{
  WhListingHit *hit = data;

  g_free (hit->highlight);
}

static WhListingHits *
make_page (Search *search)
{
  WhListingHits *hits = g_new0 (WhListingHits, 1);
  const GArray *found = search->stages.found;

  wh_stages_sort (&search->stages);
  hits->index = wh_product_index_ref (search->index);
  hits->snapshot = wh_snapshot_ref (search->snapshot);
  hits->total = wh_bits_count (search->stages.matches, search->stages.n_bits);
  hits->hits = g_array_new (FALSE, FALSE, sizeof (WhListingHit));
  g_array_set_clear_func (hits->hits, hit_clear_cb);
  for (guint i = search->query->offset; i < MIN (search->stages.wanted, found->len); i++)
    {
      WhListingHit hit = make_hit (search, &g_array_index (found, WhFound, i));
      g_array_append_val (hits->hits, hit);
    }
  return hits;
}

WhListingHits *
wh_catalogue_search_products (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error)
{
  g_autoptr (WhProductIndex) index = NULL;
  g_auto (Search) search = { 0 };

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !wh_search_check (query, error))
    return NULL;
  index = wh_catalogue_product_index (catalogue, principal, error);
  if (!index)
    return NULL;
  search.index = index;
  search.snapshot = index->snapshot;
  search.query = query;
  run (&search);
  return make_page (&search);
}

void
wh_listing_hits_free (WhListingHits *hits)
{
  g_array_unref (hits->hits);
  wh_product_index_unref (hits->index);
  wh_snapshot_unref (hits->snapshot);
  g_free (hits);
}

/* -- JSON -------------------------------------------------------------------------------------------------------- */

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  if (id)
    wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, id ? text : NULL);
}

static void
write_hit (WhJsonWriter *writer, const WhListingHit *hit)
{
  const WhProductListing *listing = hit->listing;

  wh_json_writer_begin_object (writer);
  add_id (writer, "product_id", &listing->id);
  wh_json_writer_add_string (writer, "name", listing->name);
  wh_json_writer_add_string (writer, "brand", listing->brand);
  wh_json_writer_add_string (writer, "category", listing->category);
  add_id (writer, "strain_id", hit->card ? &hit->card->id : NULL);
  wh_json_writer_add_string (writer, "strain", hit->card ? hit->card->name : NULL);
  wh_json_writer_add_number (writer, "weight_grams", listing->weight_grams, SCORE_DECIMALS);
  wh_json_writer_add_integer (writer, "products", hit->n_products);
  wh_json_writer_add_integer (writer, "in_stock", hit->n_in_stock);
  wh_json_writer_add_number (writer, "price", hit->price, PRICE_DECIMALS);
  wh_json_writer_add_number (writer, "price_per_gram", hit->price_per_gram, PRICE_DECIMALS);
  wh_json_writer_add_number (writer, "match_score", hit->score, SCORE_DECIMALS);
  wh_json_writer_add_string (writer, "highlight", hit->highlight);
  wh_json_writer_add_string (writer, "matched_by", !hit->highlight ? NULL : hit->by_brand ? "brand" : "name");
  wh_json_writer_add_boolean (writer, "demonstration", listing->demonstration);
  wh_json_writer_end_object (writer);
}

void
wh_present_listings (WhJsonWriter *writer, const WhListingHits *hits)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < hits->hits->len; i++)
    write_hit (writer, &g_array_index (hits->hits, WhListingHit, i));
  wh_json_writer_end_array (writer);
}
