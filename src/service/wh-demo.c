#include "wh-demo.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-demo-chemistry.h"
#include "wh-demo-words.h"

#define PAGE 2000
/* 2026-11-01: all dates are counted back from here, so that a seed gives the same catalogue on any day. */
#define LAST_DAY (G_GINT64_CONSTANT (20758) * WH_TIME_DAY)
#define IN_STOCK_SHARE 0.7

typedef struct {
  WhStore           *store;
  const WhPrincipal *principal;
  const WhDemoSize  *size;
  GCancellable      *cancellable;
  WhDemoProgress     progress;
  gpointer           user_data;
  WhRng              rng;
  WhDemoWords       *words;
  GPtrArray         *page;          /* entities not yet written */
  guint64            made, all;
  WhId              *strains;
  char             **names;
  const char       **types;
  WhDemoProfile     *profiles;
  WhId              *first_batch;   /* of each strain */
  WhId              *shops;
} Demo;

static gboolean
write_page_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *page = user_data;

  if (!wh_writer_expect (writer, (gconstpointer const *) page->pdata, page->len, error))
    return FALSE;
  for (guint i = 0; i < page->len; i++)
    if (!wh_writer_put (writer, page->pdata[i], NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
flush (Demo *demo, const char *what, GError **error)
{
  if (g_cancellable_is_cancelled (demo->cancellable))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED,
                           _("Cancelled. What was made so far is kept; run it again to complete it."));
      return FALSE;
    }
  if (!wh_store_write (demo->store, demo->principal, WH_PERMISSION_WRITE_CATALOGUE, "demo", write_page_cb, demo->page, NULL, error))
    return FALSE;
  demo->made += demo->page->len;
  g_ptr_array_set_size (demo->page, 0);
  if (demo->progress)
    demo->progress ((double) demo->made / (double) demo->all, what, demo->user_data);
  return TRUE;
}

/* Takes the entity. */
static gboolean
add (Demo *demo, gpointer entity, const char *what, GError **error)
{
  ((WhEntity *) entity)->source = g_strdup (WH_SOURCE_DEMONSTRATION);
  g_ptr_array_add (demo->page, entity);
  return demo->page->len < PAGE || flush (demo, what, error);
}

static WhId
id_of (const char *kind, const Demo *demo, guint number)
{
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT "/%u", demo->size->seed, number);

  return wh_id_from_key (kind, WH_SOURCE_DEMONSTRATION, key);
}

static const char *
pick (Demo *demo, char **list)
{
  return list[wh_rng_below (&demo->rng, g_strv_length (list))];
}

/* Popular things are chosen more often: strain 0 most of all. */
static guint
pick_popular (Demo *demo)
{
  double u = wh_rng_uniform (&demo->rng);

  return (guint) (u * u * u * demo->size->strains);
}

static gboolean
is_known (const Demo *demo, const char *name)
{
  for (guint i = 0; i < demo->words->known->len; i++)
    if (strcmp (((char **) demo->words->known->pdata[i])[0], name) == 0)
      return TRUE;
  return FALSE;
}

/* 0 to n - 1 in an order the seed shuffles. */
static guint *
shuffle (Demo *demo, guint n)
{
  guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n - 1; i > 0; i--)
    {
      guint other = wh_rng_below (&demo->rng, i + 1), kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  return order;
}

/* Names are pairs of words, each pair once and none that is a known name. */
static void
make_names (Demo *demo)
{
  guint n_first = g_strv_length (demo->words->first), n = n_first * g_strv_length (demo->words->second), pair = 0;
  g_autofree guint *order = shuffle (demo, n);

  for (guint i = 0; i < demo->size->strains; i++)
    if (i < demo->words->known->len)
      demo->names[i] = g_strdup (((char **) demo->words->known->pdata[i])[0]);
    else
      do
        {
          const char *first = demo->words->first[order[pair % n] % n_first], *second = demo->words->second[order[pair % n] / n_first];
          g_free (demo->names[i]);
          demo->names[i] = pair < n ? g_strdup_printf ("%s %s", first, second)
                                    : g_strdup_printf ("%s %s #%u", first, second, 1 + pair / n);
          pair++;
        }
      while (is_known (demo, demo->names[i]));
}

static const char *
draw_type (Demo *demo)
{
  double u = wh_rng_uniform (&demo->rng);

  return u < 0.55 ? "hybrid" : u < 0.80 ? "indica" : "sativa";
}

static const char *const cbd_rich[] = { "Harlequin", "ACDC", "Cannatonic", "Charlotte's Web", NULL };

static void
draw_strain (Demo *demo, guint i, WhStrain *strain)
{
  char **known = i < demo->words->known->len ? demo->words->known->pdata[i] : NULL;

  strain->name = g_strdup (demo->names[i]);
  strain->slug = wh_text_slug (strain->name);
  strain->popularity_score = round (1e4 / (1 + i / 40.0)) / 1e4;
  demo->types[i] = known ? known[1] : draw_type (demo);
  strain->type = g_strdup (demo->types[i]);
  if (known && *known[3])
    strain->aliases = g_strsplit (known[3], "|", -1);
  strain->genetics = known ? g_strdup (known[2])
                           : g_strdup_printf ("%s x %s", demo->names[pick_popular (demo)], demo->names[pick_popular (demo)]);
  strain->breeder = known ? NULL : g_strdup (pick (demo, demo->words->brands));
  wh_demo_profile_draw (&demo->rng, known ? known[4] : NULL, g_strv_contains (cbd_rich, strain->name), &demo->profiles[i]);
}

static gboolean
make_strains (Demo *demo, GError **error)
{
  for (guint i = 0; i < demo->size->strains; i++)
    {
      WhStrain *strain;
      demo->strains[i] = id_of ("strain", demo, i);
      strain = wh_strain_new (demo->strains[i]);
      draw_strain (demo, i, strain);
      if (!add (demo, strain, _("strains"), error))
        return FALSE;
    }
  return TRUE;
}

static WhBatch *
draw_batch (Demo *demo, guint number, guint strain)
{
  WhBatch *batch = wh_batch_new (id_of ("batch", demo, number));

  batch->strain_id = demo->strains[strain];
  batch->name = g_strdup (demo->names[strain]);
  batch->producer = g_strdup (pick (demo, demo->words->brands));
  batch->product_type = g_strdup ("flower");
  batch->batch_number = g_strdup_printf ("D-%06u", number);
  batch->harvest_date = LAST_DAY - (20 + (gint64) wh_rng_below (&demo->rng, 400)) * WH_TIME_DAY;
  if (wh_id_is_none (&demo->first_batch[strain]))
    demo->first_batch[strain] = batch->entity.id;
  return batch;
}

static WhLabResult *
draw_result (Demo *demo, guint number, guint strain, const WhBatch *batch)
{
  WhLabResult *result = wh_lab_result_new (id_of ("lab_result", demo, number));
  guint lab = wh_rng_below (&demo->rng, g_strv_length (demo->words->labs));

  result->batch_id = batch->entity.id;
  result->lab_name = g_strdup (demo->words->labs[lab]);
  result->sample_id = g_strdup_printf ("DEMO-%06u", number);
  result->test_date = batch->harvest_date + (7 + (gint64) wh_rng_below (&demo->rng, 12)) * WH_TIME_DAY;
  result->unit = g_strdup ("%");
  result->basis = g_strdup ("as_received");
  result->status = g_strdup ("pass");
  result->moisture_percent = round (wh_rng_normal (&demo->rng, 11, 1) * 10) / 10;
  result->panel = wh_demo_panel_draw (&demo->rng, &demo->profiles[strain], lab);
  return result;
}

/* Every strain has a batch; the popular ones have more. */
static gboolean
make_batches (Demo *demo, GError **error)
{
  for (guint i = 0; i < demo->size->batches; i++)
    {
      guint strain = i < demo->size->strains ? i : pick_popular (demo);
      WhBatch *batch = draw_batch (demo, i, strain);
      WhLabResult *result = draw_result (demo, i, strain, batch);
      if (!add (demo, batch, _("batches"), error))
        {
          wh_entity_unref (result);
          return FALSE;
        }
      if (!add (demo, result, _("lab results"), error))
        return FALSE;
    }
  return TRUE;
}

static void
draw_shop (Demo *demo, guint number, WhDispensary *shop)
{
  char **city = demo->words->cities->pdata[wh_rng_below (&demo->rng, demo->words->cities->len)];

  shop->name = g_strdup_printf ("%s %s", pick (demo, demo->words->shops), pick (demo, demo->words->kinds));
  shop->slug = g_strdup_printf ("demo-shop-%u", number);
  shop->address = g_strdup_printf ("%u Example Street", 1 + wh_rng_below (&demo->rng, 2400));
  shop->city = g_strdup (city[0]);
  shop->state = g_strdup (city[1]);
  shop->latitude = round ((g_ascii_strtod (city[2], NULL) + wh_rng_normal (&demo->rng, 0, 0.05)) * 1e5) / 1e5;
  shop->longitude = round ((g_ascii_strtod (city[3], NULL) + wh_rng_normal (&demo->rng, 0, 0.05)) * 1e5) / 1e5;
  shop->license_number = g_strdup_printf ("DEMO-%05u", number);
  shop->license_type = g_strdup (wh_rng_below (&demo->rng, 5) ? "both" : "medical");
  shop->license_status = g_strdup ("active");
  shop->license_expiry = LAST_DAY + (gint64) wh_rng_below (&demo->rng, 700) * WH_TIME_DAY;
  shop->hours = g_strdup (wh_rng_below (&demo->rng, 2) ? "Mo-Su 09:00-21:00" : "Mo-Sa 10:00-20:00");
  shop->delivery_available = wh_rng_below (&demo->rng, 3) == 0;
  shop->pickup_available = wh_rng_below (&demo->rng, 10) != 0;
}

static gboolean
make_shops (Demo *demo, GError **error)
{
  for (guint i = 0; i < demo->size->dispensaries; i++)
    {
      WhDispensary *shop;
      demo->shops[i] = id_of ("dispensary", demo, i);
      shop = wh_dispensary_new (demo->shops[i]);
      draw_shop (demo, i, shop);
      if (!add (demo, shop, _("dispensaries"), error))
        return FALSE;
    }
  return TRUE;
}

/* What a shelf holds: share, package in grams, price of a gram, and how the package is called. */
static const struct {
  const char *category;
  double      share, grams, per_gram;
  const char *amount, *label;
} shelf[] = {
  { "flower", 0.22, 3.5, 10.5, "3.5g", "" },          { "flower", 0.08, 1, 12, "1g", "" },
  { "flower", 0.08, 7, 9.2, "7g", "" },               { "flower", 0.04, 28, 6.8, "28g", "" },
  { "pre-rolls", 0.12, 1, 9, "1g", " Pre-roll" },     { "pre-rolls", 0.06, 2.5, 10, "5pk x 0.5g", " Pre-rolls" },
  { "vapes", 0.08, 0.5, 58, "0.5g", " Cartridge" },   { "vapes", 0.07, 1, 44, "1g", " Cartridge" },
  { "concentrates", 0.10, 1, 34, "1g", " Live Resin" }, { "edibles", 0.10, NAN, 17, "100mg", " Gummies" },
  { "tinctures", 0.03, NAN, 38, "30ml", " Tincture" }, { "topicals", 0.02, NAN, 32, "60ml", " Balm" },
};

static guint
draw_shelf (Demo *demo)
{
  double left = wh_rng_uniform (&demo->rng);

  for (guint i = 0; i < G_N_ELEMENTS (shelf); i++)
    {
      left -= shelf[i].share;
      if (left < 0)
        return i;
    }
  return 0;
}

static void
draw_product (Demo *demo, WhProduct *product, guint strain)
{
  guint kind = draw_shelf (demo);
  double grams = shelf[kind].grams, price = (isnan (grams) ? 1 : grams) * shelf[kind].per_gram * exp (wh_rng_normal (&demo->rng, 0, 0.22));
  gboolean flower = strcmp (shelf[kind].category, "flower") == 0;

  product->dispensary_id = demo->shops[wh_rng_below (&demo->rng, demo->size->dispensaries)];
  product->strain_id = demo->strains[strain];
  product->batch_id = flower ? demo->first_batch[strain] : WH_ID_NONE;
  product->name = g_strconcat (demo->names[strain], shelf[kind].label, NULL);
  product->brand = g_strdup (pick (demo, demo->words->brands));
  product->category = g_strdup (shelf[kind].category);
  product->strain_type = g_strdup (demo->types[strain]);
  product->weight_grams = grams;
  product->amount = g_strdup (shelf[kind].amount);
  if (flower)
    product->thc_percentage = round (demo->profiles[strain].thc * 10) / 10;
  product->in_stock = wh_rng_uniform (&demo->rng) < IN_STOCK_SHARE;
  product->stock_quantity = product->in_stock ? 1 + wh_rng_below (&demo->rng, 60) : 0;
  product->price_cents = MAX (300, (gint64) round (price) * 100);
  product->currency = g_strdup ("USD");
  product->price_observed_at = LAST_DAY - (gint64) wh_rng_below (&demo->rng, 20 * 1440) * 60 * WH_TIME_SECOND;
}

static WhPrice *
price_of (const Demo *demo, guint number, const WhProduct *product)
{
  WhPrice *price = wh_price_new (id_of ("price", demo, number));

  price->product_id = product->entity.id;
  price->amount_cents = product->price_cents;
  price->currency = g_strdup ("USD");
  price->unit = g_strdup ("package");
  price->tax_basis = g_strdup ("excluded");
  price->observed_at = product->price_observed_at;
  price->observed_by = g_strdup ("demonstration");
  return price;
}

static gboolean
make_products (Demo *demo, GError **error)
{
  for (guint i = 0; i < demo->size->products; i++)
    {
      WhProduct *product = wh_product_new (id_of ("product", demo, i));
      WhPrice *price;

      draw_product (demo, product, pick_popular (demo));
      price = price_of (demo, i, product);
      if (!add (demo, product, _("products"), error))
        {
          wh_entity_unref (price);
          return FALSE;
        }
      if (!add (demo, price, _("prices"), error))
        return FALSE;
    }
  return flush (demo, _("prices"), error);
}

static void
clear_demo (Demo *demo)
{
  for (guint i = 0; i < demo->size->strains; i++)
    g_free (demo->names[i]);
  g_free (demo->names);
  g_free (demo->types);
  g_free (demo->strains);
  g_free (demo->profiles);
  g_free (demo->first_batch);
  g_free (demo->shops);
  g_ptr_array_unref (demo->page);
  wh_demo_words_free (demo->words);
}

gboolean
wh_demo_make (WhStore *store, const WhPrincipal *principal, const WhDemoSize *size, GCancellable *cancellable, WhDemoProgress progress,
              gpointer user_data, GError **error)
{
  Demo demo = { .store = store, .principal = principal, .size = size, .cancellable = cancellable, .progress = progress,
                .user_data = user_data };
  gboolean done;

  wh_rng_init (&demo.rng, size->seed);
  demo.words = wh_demo_words_load ();
  demo.page = g_ptr_array_new_with_free_func (wh_entity_unref);
  demo.all = (guint64) size->strains + size->dispensaries + 2 * (guint64) size->batches + 2 * (guint64) size->products;
  demo.strains = g_new0 (WhId, size->strains + 1);
  demo.names = g_new0 (char *, size->strains + 1);
  demo.types = g_new0 (const char *, size->strains + 1);
  demo.profiles = g_new0 (WhDemoProfile, size->strains + 1);
  demo.first_batch = g_new0 (WhId, size->strains + 1);
  demo.shops = g_new0 (WhId, size->dispensaries + 1);
  make_names (&demo);
  done = make_strains (&demo, error) && make_batches (&demo, error) && make_shops (&demo, error) && make_products (&demo, error);
  clear_demo (&demo);
  return done;
}
