/* Searches over 100,000 made-up strains with names like real ones, 1,000,000 measurements and 1,000,000 products in 1,000 shops;
 * prints p50 and p99 per kind of search, build time and memory. "quiet" is the p99 of the best of three runs of
 * each search: on a busy machine a single run measures its neighbours. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "base/wh-text.h"
#include "service/wh-facets.h"
#include "service/wh-products.h"

#define N_STRAINS 100000
#define N_MEASURED 100000
#define N_PER_PANEL 10
#define N_SEARCHES 2000
#define N_SHOPS 1000
#define N_BRANDS 2000
#define N_LISTINGS 200000   /* products of a brand; each is sold in five shops */
#define N_PRODUCTS 1000000

static const char *const WORDS[] = {
  "Blue",   "Dream",  "Kush",   "OG",      "Purple",  "Haze",   "Sour",    "Diesel",  "Lemon",  "Cookies", "Girl",   "Scout",
  "Cake",   "Wedding", "Gelato", "Sherbet", "Cherry",  "Pie",    "Grape",   "Ape",     "Ghost",  "Train",   "Northern", "Lights",
  "White",  "Widow",  "Green",  "Crack",   "Pineapple", "Express", "Super", "Silver",  "Jack",   "Herer",   "Master", "Hindu",
  "Skunk",  "Cheese", "Mango",  "Tangie",  "Orange",  "Banana", "Strawberry", "Cough", "Gorilla", "Glue",   "Bubba",  "Tahoe",
  "Alien",  "Fire",   "Animal", "Mint",    "Chem",    "Dawg",   "Durban",  "Poison",  "Critical", "Mass",   "Royal",  "Queen",
};
static const char *const SYLLABLES[] = { "ba", "ki", "lo", "mer", "za", "tri", "go", "nu", "sha", "del", "or", "ven", "pa", "rish",
                                         "ten", "qu", "fa", "lly", "ster", "mo", "chi", "ran", "do", "wix" };

static char *
make_word (WhRng *rng)
{
  g_autoptr (GString) word = g_string_new (NULL);

  if (wh_rng_uniform (rng) < 0.7)
    {
      double place = wh_rng_uniform (rng);   /* few words are in many names */
      return g_strdup (WORDS[(guint) (place * place * G_N_ELEMENTS (WORDS))]);
    }
  for (guint i = 0; i < 2 + wh_rng_below (rng, 2); i++)
    g_string_append (word, SYLLABLES[wh_rng_below (rng, G_N_ELEMENTS (SYLLABLES))]);
  return g_string_free (g_steal_pointer (&word), FALSE);
}

static char *
make_name (WhRng *rng, guint number)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 2 + wh_rng_below (rng, 2); i++)
    {
      g_autofree char *word = make_word (rng);
      g_string_append_printf (name, "%s%s", i > 0 ? " " : "", word);
    }
  if (number % 10 == 0)
    g_string_append_printf (name, " #%u", 1 + number % 97);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static WhLabResult *
make_result (WhRng *rng, const WhBatch *batch)
{
  static const char *const analytes[N_PER_PANEL] = { "thca", "cbda", "beta_myrcene", "d_limonene", "beta_caryophyllene", "linalool",
                                                     "alpha_pinene", "beta_pinene", "alpha_humulene", "terpinolene" };
  WhLabResult *result = wh_lab_result_new (wh_id_new ());

  result->batch_id = batch->entity.id;
  result->panel = wh_panel_new ();
  for (guint i = 0; i < N_PER_PANEL; i++)
    {
      const WhAnalyte *analyte = wh_analyte_lookup (analytes[i]);
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = analyte->index;
      measure.state = WH_STATE_VALUE;
      measure.unit = WH_UNIT_MG_PER_G;
      measure.value = round ((i < 2 ? 200 : 8) * wh_rng_uniform (rng) * 1000) / 1000;
      wh_panel_add (result->panel, &measure, NULL);
    }
  return result;
}

typedef struct {
  WhRng rng;
  WhId *strains, *shops;
  guint next;
} Stocking;

static const char *const TYPES[] = { "indica", "sativa", "hybrid" };
static const char *const FLAVOURS[] = { "Lemon", "Pine", "Diesel", "Earthy", "Sweet",  "Berry",   "Citrus", "Skunk",
                                        "Mango", "Grape", "Woody",  "Flowery", "Pepper", "Vanilla", "Mint" };

static gboolean
fill_strains_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Stocking *stocking = user_data;
  WhRng *rng = &stocking->rng;

  for (guint i = 0; i < N_STRAINS; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());
      g_autoptr (WhBatch) batch = wh_batch_new (wh_id_new ());
      stocking->strains[i] = strain->entity.id;
      strain->name = make_name (rng, i);
      strain->slug = wh_text_slug (strain->name);
      strain->popularity_score = pow (wh_rng_uniform (rng), 8);
      strain->type = g_strdup (TYPES[wh_rng_below (rng, 3)]);
      strain->flavors = i % 4 == 0 ? g_strdupv ((char **) (const char *[]) { FLAVOURS[wh_rng_below (rng, 8)], FLAVOURS[8 + i % 7], NULL })
                                   : NULL;
      batch->name = g_strdup (strain->name);
      batch->strain_id = strain->entity.id;
      batch->product_type = g_strdup ("flower");
      g_autoptr (WhLabResult) result = make_result (rng, batch);
      if (!wh_writer_put (writer, strain, NULL, error) || !wh_writer_put (writer, batch, NULL, error)
          || !wh_writer_put (writer, result, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill_shops_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  static const char *const states[] = { "CA", "NJ", "CO", "MA", "WA", "MI", "IL", "NY", "OR", "NV" };
  WhId *ids = user_data;

  for (guint i = 0; i < N_SHOPS; i++)
    {
      g_autoptr (WhDispensary) shop = wh_dispensary_new (wh_id_new ());
      ids[i] = shop->entity.id;
      shop->name = g_strdup_printf ("Shop %u", i);
      shop->state = g_strdup (states[i % G_N_ELEMENTS (states)]);
      if (!wh_writer_put (writer, shop, NULL, error))
        return FALSE;
    }
  return TRUE;
}

#define N_AT_ONCE 50000   /* products in one transaction */

static WhProduct *
make_product (Stocking *stocking, guint number)
{
  static const char *const categories[] = { "flower", "pre-rolls", "vapes", "edibles", "concentrates" };
  guint listing = number % N_LISTINGS;
  WhProduct *product = wh_product_new (wh_id_new ());
  WhRng rng;

  wh_rng_init (&rng, listing);   /* the same product in every shop */
  product->dispensary_id = stocking->shops[wh_rng_below (&stocking->rng, N_SHOPS)];
  product->strain_id = stocking->strains[(guint) (N_STRAINS * pow (wh_rng_uniform (&rng), 2))];
  product->name = make_name (&rng, listing);
  product->brand = g_strdup_printf ("%s %s", WORDS[wh_rng_below (&rng, 60)], SYLLABLES[wh_rng_below (&rng, 24)]);
  product->category = g_strdup (categories[wh_rng_below (&rng, 5)]);
  product->weight_grams = 3.5;
  product->price_cents = 1500 + wh_rng_below (&stocking->rng, 5000);
  product->currency = g_strdup ("USD");
  product->in_stock = wh_rng_below (&stocking->rng, 3) > 0;
  return product;
}

static gboolean
fill_products_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Stocking *stocking = user_data;

  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_autoptr (WhProduct) product = make_product (stocking, stocking->next++);
      if (!wh_writer_put (writer, product, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* -- kinds of searches ------------------------------------------------------------------------------------------- */

typedef char *(*MakeText) (WhRng *rng, const char *name, guint length);

static char *
make_prefix (WhRng *rng, const char *name, guint length)
{
  return g_strndup (name, length);
}

/* One letter changed, dropped or swapped, somewhere after the first. */
static char *
make_typo (WhRng *rng, const char *name, guint length)
{
  GString *text = g_string_new (name);
  guint place = 1 + wh_rng_below (rng, (guint32) MAX (text->len, 3) - 2);

  switch (wh_rng_below (rng, 3))
    {
    case 0:
      text->str[place] = (char) ('a' + wh_rng_below (rng, 26));
      break;
    case 1:
      g_string_erase (text, place, 1);
      break;
    default:
      {
        char letter = text->str[place];
        text->str[place] = text->str[place - 1];
        text->str[place - 1] = letter;
      }
    }
  return g_string_free (text, FALSE);
}

static char *
make_two_words (WhRng *rng, const char *name, guint length)
{
  return g_strdup_printf ("%s %.3s", WORDS[wh_rng_below (rng, G_N_ELEMENTS (WORDS))],
                          WORDS[wh_rng_below (rng, G_N_ELEMENTS (WORDS))]);
}

static char *
make_aroma (WhRng *rng, const char *name, guint length)
{
  static const char *const texts[] = { "that lemon one", "something piney", "lemon", "pepper",
                                       "limonene",       "citrus haze",     "floral" };

  return g_strdup (texts[wh_rng_below (rng, G_N_ELEMENTS (texts))]);
}

static char *
make_operators (WhRng *rng, const char *name, guint length)
{
  static const char *const texts[] = {
    "thc>20",          "thc>15 cbd<2",           "limonene>2mg/g",        "terpene:limonene",           "-terpene:linalool",
    "price<12",        "in-stock",               "type:indica",           "state:NJ",                   "state:NJ in-stock price<12",
    "category:vapes",  "category:vapes in-stock", "brand:blue",           "flavor:lemon",               "-flavor:pine thc>18",
    "leading:limonene", "lemony price<12 in-stock", "kush thc>20 state:CA", "haze category:flower price<10", "diesel -terpene:myrcene",
  };

  return g_strdup (texts[wh_rng_below (rng, G_N_ELEMENTS (texts))]);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

typedef void (*Ask) (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query);

static void
ask_hits (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query)
{
  g_autoptr (WhHits) hits = wh_catalogue_search (catalogue, principal, query, NULL);
}

static void
ask_facets (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query)
{
  g_autoptr (WhFacets) facets = wh_catalogue_facets (catalogue, principal, query, NULL);
}

static void
ask_products (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query)
{
  g_autoptr (WhListingHits) hits = wh_catalogue_search_products (catalogue, principal, query, NULL);
}

static gint64
time_of (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, Ask ask)
{
  gint64 begin = wh_clock_monotonic ();

  ask (catalogue, principal, query);
  return wh_clock_monotonic () - begin;
}

static double
percentile (gint64 *times, guint percent)
{
  qsort (times, N_SEARCHES, sizeof *times, compare_times);
  return times[MIN (N_SEARCHES * percent / 100, N_SEARCHES - 1)] / 1e3;
}

static void
measure (WhCatalogue *catalogue, const WhPrincipal *principal, const char *what, MakeText make, guint length, Ask ask)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
  g_autofree gint64 *times = g_new (gint64, N_SEARCHES);
  g_autofree gint64 *quiet = g_new (gint64, N_SEARCHES);
  WhRng rng;

  wh_rng_init (&rng, 7 + length);
  for (guint i = 0; i < N_SEARCHES; i++)
    {
      g_autoptr (WhQuery) query = wh_query_new ();
      g_autofree char *typed = make (&rng, wh_snapshot_card (snapshot, wh_rng_below (&rng, N_STRAINS))->name, length);
      wh_query_set_typed (query, typed);
      quiet[i] = times[i] = time_of (catalogue, principal, query, ask);
      for (guint run = 0; run < 2; run++)
        {
          gint64 again = time_of (catalogue, principal, query, ask);
          quiet[i] = MIN (quiet[i], again);
        }
    }
  printf ("%-22s p50 %6.3f ms   p99 %6.3f ms   max %6.3f ms   quiet p99 %6.3f ms\n", what, percentile (times, 50), percentile (times, 99),
          percentile (times, 100), percentile (quiet, 99));
}

static void
print_memory (const char *when)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return;
  const char *now = strstr (status, "VmRSS:"), *peak = strstr (status, "VmHWM:");
  printf ("memory %s: %ld MiB now, %ld MiB at most\n", when, now ? strtol (now + 6, NULL, 10) / 1024 : 0,
          peak ? strtol (peak + 6, NULL, 10) / 1024 : 0);
}

static gboolean
fill (WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autofree WhId *strains = g_new (WhId, N_STRAINS);
  g_autofree WhId *shops = g_new (WhId, N_SHOPS);
  Stocking stocking = { .strains = strains, .shops = shops };

  wh_rng_init (&stocking.rng, 420);
  if (!wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", fill_strains_cb, &stocking, NULL, error)
      || !wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", fill_shops_cb, shops, NULL, error))
    return FALSE;
  while (stocking.next < N_PRODUCTS)
    if (!wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", fill_products_cb, &stocking, NULL, error))
      return FALSE;
  return TRUE;
}

static void
measure_strains (WhCatalogue *catalogue, const WhPrincipal *principal)
{
  for (guint length = 1; length <= 12; length++)
    {
      g_autofree char *what = g_strdup_printf ("prefix of %u letters", length);
      measure (catalogue, principal, what, make_prefix, length, ask_hits);
    }
  measure (catalogue, principal, "with a typo", make_typo, 0, ask_hits);
  measure (catalogue, principal, "two words", make_two_words, 0, ask_hits);
  measure (catalogue, principal, "aroma", make_aroma, 0, ask_hits);
  measure (catalogue, principal, "operators", make_operators, 0, ask_hits);
  measure (catalogue, principal, "facets of prefixes", make_prefix, 3, ask_facets);
  measure (catalogue, principal, "facets of aromas", make_aroma, 0, ask_facets);
  measure (catalogue, principal, "facets of operators", make_operators, 0, ask_facets);
}

static gboolean
measure_products (WhCatalogue *catalogue, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  gint64 begin = wh_clock_monotonic ();
  g_autoptr (WhListingHits) hits = wh_catalogue_search_products (catalogue, principal, query, error);

  if (!hits)
    return FALSE;
  printf ("index of %u listings of products: %.2f s\n", hits->total, (wh_clock_monotonic () - begin) / 1e6);
  print_memory ("with the index of products");
  for (guint length = 2; length <= 12; length += 2)
    {
      g_autofree char *what = g_strdup_printf ("products, %u letters", length);
      measure (catalogue, principal, what, make_prefix, length, ask_products);
    }
  measure (catalogue, principal, "products, with a typo", make_typo, 0, ask_products);
  measure (catalogue, principal, "products, two words", make_two_words, 0, ask_products);
  measure (catalogue, principal, "products, operators", make_operators, 0, ask_products);
  return TRUE;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("weedhounds-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_MIRROR, &error);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhCatalogue) catalogue = store && fill (store, principal, &error) ? wh_catalogue_new (store) : NULL;

  print_memory ("after filling the store");
  gint64 begin = wh_clock_monotonic ();
  if (!catalogue || !wh_catalogue_refresh (catalogue, principal, NULL, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  printf ("snapshot of %d strains, %d measurements, %d products: %.2f s\n", N_STRAINS, N_MEASURED * N_PER_PANEL, N_PRODUCTS,
          (wh_clock_monotonic () - begin) / 1e6);
  print_memory ("with the snapshot");
  measure_strains (catalogue, principal);
  if (!measure_products (catalogue, principal, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);
  return system (command) == 0 ? 0 : 1;
}
