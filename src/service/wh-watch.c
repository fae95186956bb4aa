#include "wh-watch.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-freshness.h"

#define GRAM "gram"
#define PACKAGE "package"
#define CURRENCY "USD"
#define CHANGES_A_WATCH 200  /* reading so many of the log takes as long as the products of one watch */
#define CENT_SLACK 1e-6      /* so that 35.00 for 3.5 g is at 10 a gram */

typedef struct {
  const WhPrincipal *principal;
  WhWatchReport     *out;
  gint64             now;
} Check;

/* -- limits ------------------------------------------------------------------------------------------------------ */

gboolean
wh_watch_parse_limit (const char *text, gint64 *out_cents, const char **out_unit)
{
  g_autofree char *amount = g_strdup (*text == '$' ? text + 1 : text);
  char *unit = strchr (amount, '/');
  double value;

  *out_unit = PACKAGE;
  if (unit)
    {
      *unit++ = '\0';
      g_strstrip (unit);
      if (strcmp (unit, "g") == 0 || strcmp (unit, GRAM) == 0)
        *out_unit = GRAM;
      else if (strcmp (unit, PACKAGE) != 0)
        return FALSE;
    }
  if (!wh_text_to_number (amount, &value) || !(value >= 0.01 && value <= WH_WATCH_MOST_CENTS / 100))
    return FALSE;
  *out_cents = llround (value * 100);
  return TRUE;
}

static gboolean
is_per_gram (const WhWatch *watch)
{
  return g_strcmp0 (watch->limit_unit, GRAM) == 0;
}

/* -- matching ---------------------------------------------------------------------------------------------------- */

static gboolean
is_about (const WhWatch *watch, const WhProduct *product)
{
  gboolean meant = wh_id_is_none (&watch->product_id) ? wh_id_equal (&watch->strain_id, &product->strain_id)
                                                      : wh_id_equal (&watch->product_id, &product->entity.id);

  return meant && (wh_id_is_none (&watch->dispensary_id) || wh_id_equal (&watch->dispensary_id, &product->dispensary_id))
         && (!watch->category || g_strcmp0 (watch->category, product->category) == 0);
}

static gboolean
is_at_limit (const WhWatch *watch, const WhProduct *product)
{
  double most = is_per_gram (watch) ? watch->limit_cents * product->weight_grams : (double) watch->limit_cents;

  return product->price_cents != WH_INTEGER_UNSET && product->price_cents > 0 && product->price_cents <= most + CENT_SLACK
         && product->in_stock != 0 && (!product->currency || strcmp (product->currency, CURRENCY) == 0);
}

static WhWatched *
watched_at (const WhWatchReport *report, guint place)
{
  return &g_array_index (report->watches, WhWatched, place);
}

static void
hit (Check *check, WhReader *reader, guint place, WhProduct *product)
{
  WhWatched *watched = watched_at (check->out, place);
  WhWatchHit found = { .watched = place, .product = wh_entity_ref (product), .price = product->price_cents / 100.0 };

  found.shop = wh_reader_get (reader, WH_KIND_DISPENSARY, &product->dispensary_id, NULL);
  found.per_gram = wh_product_price_per_gram (product);
  found.stale = wh_freshness_is_stale (WH_FACT_PRICE, product->price_observed_at, check->now);
  check->out->demonstration |= wh_entity_is_demonstration (product);
  watched->n_hits++;
  watched->n_stale += found.stale;
  g_array_append_val (check->out->hits, found);
}

/* -- matching products ------------------------------------------------------------------------------------------- */

/* Whether the last price of the package that was known at that revision is another one. */
static gboolean
price_changed (WhReader *reader, const WhProduct *product, gint64 since, gboolean *out_changed, GError **error)
{
  g_autoptr (GPtrArray) prices = wh_reader_find (reader, WH_KIND_PRICE, "product_id", &product->entity.id, 0, error);
  const WhPrice *last = NULL;

  for (guint i = 0; prices && i < prices->len; i++)
    {
      const WhPrice *price = prices->pdata[i];
      if (price->entity.revision <= since && wh_price_is_of_package (price, product)
          && (!last || price->observed_at > last->observed_at))
        last = price;
    }
  *out_changed = !last || last->amount_cents != product->price_cents;
  return prices != NULL;
}

/* Of a watch that was there at `since` only what changed after it, of a newer one everything. */
static gboolean
check_product (Check *check, WhReader *reader, guint place, WhProduct *product, GError **error)
{
  const WhWatch *watch = watched_at (check->out, place)->watch;
  gint64 since = check->out->since;
  gboolean changed = TRUE;

  if (!is_about (watch, product) || !is_at_limit (watch, product))
    return TRUE;
  if (watch->entity.revision <= since)
    {
      if (product->entity.revision <= since)
        return TRUE;
      if (!price_changed (reader, product, since, &changed, error))
        return FALSE;
    }
  if (changed)
    hit (check, reader, place, product);
  return TRUE;
}

static gboolean
check_products (Check *check, WhReader *reader, guint place, GError **error)
{
  const WhWatch *watch = watched_at (check->out, place)->watch;
  g_autoptr (WhProduct) product = NULL;
  g_autoptr (GPtrArray) products = NULL;

  if (wh_id_is_none (&watch->strain_id))
    {
      product = wh_reader_get (reader, WH_KIND_PRODUCT, &watch->product_id, NULL);   /* it may be gone */
      return !product || check_product (check, reader, place, product, error);
    }
  products = wh_reader_find (reader, WH_KIND_PRODUCT, "strain_id", &watch->strain_id, 0, error);
  for (guint i = 0; products && i < products->len; i++)
    if (!check_product (check, reader, place, products->pdata[i], error))
      return FALSE;
  return products != NULL;
}

/* -- products that changed ---------------------------------------------------------------------------------------- */

/* Those of new watches were looked at. */
static gboolean
check_changed (Check *check, WhReader *reader, WhProduct *product, GError **error)
{
  for (guint i = 0; i < check->out->watches->len; i++)
    if (watched_at (check->out, i)->watch->entity.revision <= check->out->since && !check_product (check, reader, i, product, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_log (Check *check, WhReader *reader, GError **error)
{
  gint64 since = check->out->since;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) changes = wh_reader_changes (reader, since, WH_LIMIT_SYNC_PAGE, &more, error);
      if (!changes)
        return FALSE;
      for (guint i = 0; i < changes->len; i++)
        {
          const WhChange *change = changes->pdata[i];
          since = change->seq;
          if (change->kind == WH_KIND_PRODUCT && change->op == WH_CHANGE_PUT
              && !check_changed (check, reader, (WhProduct *) change->entity, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Whoever asks says since when: a log that is longer than the products of the watches is not walked for him. */
static gboolean
goes_by_log (const Check *check)
{
  gint64 changes = check->out->revision - check->out->since;

  return check->out->since > 0 && changes <= (gint64) check->out->watches->len * CHANGES_A_WATCH;
}

/* -- reading ----------------------------------------------------------------------------------------------------- */

static gboolean
may_see (const WhPrincipal *principal, const WhWatch *watch)
{
  return !watch->owner || strcmp (watch->owner, principal->who) == 0 || wh_principal_allows (principal, WH_PERMISSION_ADMINISTER);
}

static gboolean
take_watch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Check *check = user_data;
  WhWatched watched = { .watch = wh_entity_ref (entity) };

  if (may_see (check->principal, entity) && check->out->watches->len < WH_WATCH_MOST)
    g_array_append_val (check->out->watches, watched);
  else
    wh_entity_unref (watched.watch);
  return TRUE;
}

static void
name_watched (WhReader *reader, WhWatched *watched)
{
  const WhWatch *watch = watched->watch;
  g_autoptr (WhStrain) strain = NULL;
  g_autoptr (WhProduct) product = NULL;
  g_autoptr (WhDispensary) shop = NULL;

  if (wh_id_is_none (&watch->product_id))
    strain = wh_reader_get (reader, WH_KIND_STRAIN, &watch->strain_id, NULL);
  else
    product = wh_reader_get (reader, WH_KIND_PRODUCT, &watch->product_id, NULL);
  if (!wh_id_is_none (&watch->dispensary_id))
    shop = wh_reader_get (reader, WH_KIND_DISPENSARY, &watch->dispensary_id, NULL);
  watched->name = g_strdup (strain ? strain->name : product ? product->name : NULL);
  watched->shop = g_strdup (shop ? shop->name : NULL);
}

static gboolean
check_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Check *check = user_data;
  gboolean by_log;

  check->out->revision = wh_reader_revision (reader);
  if (!wh_reader_each (reader, WH_KIND_WATCH, take_watch_cb, check, error))
    return FALSE;
  by_log = goes_by_log (check);
  for (guint i = 0; i < check->out->watches->len; i++)
    {
      WhWatched *watched = watched_at (check->out, i);
      name_watched (reader, watched);
      if ((!by_log || watched->watch->entity.revision > check->out->since) && !check_products (check, reader, i, error))
        return FALSE;
    }
  return !by_log || check_log (check, reader, error);
}

static int
compare_hits (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhWatchReport *report = user_data;
  const WhWatchHit *x = a, *y = b;
  double value_x = is_per_gram (watched_at (report, x->watched)->watch) ? x->per_gram : x->price;
  double value_y = is_per_gram (watched_at (report, y->watched)->watch) ? y->per_gram : y->price;

  if (x->watched != y->watched)
    return x->watched < y->watched ? -1 : 1;
  if (x->stale != y->stale)
    return x->stale ? 1 : -1;
  if (value_x != value_y)
    return value_x < value_y ? -1 : 1;
  return wh_id_compare (&x->product->entity.id, &y->product->entity.id);
}

static void
watched_clear (gpointer data)
{
  WhWatched *watched = data;

  wh_entity_unref (watched->watch);
  g_free (watched->name);
  g_free (watched->shop);
}

static void
hit_clear (gpointer data)
{
  WhWatchHit *found = data;

  wh_entity_unref (found->product);
  if (found->shop)
    wh_entity_unref (found->shop);
}

WhWatchReport *
wh_watch_check (WhStore *store, const WhPrincipal *principal, gint64 since, GError **error)
{
  g_autoptr (WhWatchReport) report = g_new0 (WhWatchReport, 1);
  Check check = { principal, report, wh_clock_now () };

  report->since = since;
  report->watches = g_array_new (FALSE, FALSE, sizeof (WhWatched));
  g_array_set_clear_func (report->watches, watched_clear);
  report->hits = g_array_new (FALSE, FALSE, sizeof (WhWatchHit));
  g_array_set_clear_func (report->hits, hit_clear);
  if (!wh_store_read (store, principal, check_cb, &check, error))
    return NULL;
  g_array_sort_with_data (report->hits, compare_hits, report);
  return g_steal_pointer (&report);
}

void
wh_watch_report_free (WhWatchReport *report)
{
  g_array_unref (report->hits);
  g_array_unref (report->watches);
  g_free (report);
}
