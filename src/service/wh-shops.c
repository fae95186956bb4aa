#include "wh-shops.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"

#define MEDICAL "medical"
#define RECREATIONAL "recreational"
#define BOTH "both"

typedef struct {
  const WhShopsQuestion *question;
  WhGeoBox box;
  WhShops *out;
} Builder;

gboolean
wh_shops_question_check (const WhShopsQuestion *question, GError **error)
{
  const char *type = question->license_type;

  if (!(question->radius > 0 && question->radius <= WH_SHOPS_MOST_RADIUS))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The radius must be more than 0 and at most %g miles."), WH_SHOPS_MOST_RADIUS);
  else if (type && strcmp (type, MEDICAL) != 0 && strcmp (type, RECREATIONAL) != 0 && strcmp (type, BOTH) != 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The type of licence must be medical, recreational or both."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_meant (const WhShopsQuestion *question, const WhDispensary *shop)
{
  const char *type = question->license_type;

  if (question->state && (!shop->state || g_ascii_strcasecmp (shop->state, question->state) != 0))
    return FALSE;
  if (type && g_strcmp0 (shop->license_type, type) != 0 && g_strcmp0 (shop->license_type, BOTH) != 0)
    return FALSE;
  return (!question->delivery || shop->delivery_available == 1) && (!question->pickup || shop->pickup_available == 1);
}

/* FALSE: too far away, or nobody knows. */
static gboolean
measure (Builder *builder, const WhDispensary *shop, double *out_miles)
{
  const WhShopsQuestion *question = builder->question;
  WhPlace place = { shop->latitude, shop->longitude };

  *out_miles = NAN;
  if (!wh_geo_is_place (&question->near))
    return TRUE;
  if (!wh_geo_is_place (&place))
    {
      builder->out->n_unplaced++;
      return FALSE;
    }
  if (!wh_geo_in_box (&builder->box, &place))
    return FALSE;
  *out_miles = wh_geo_miles (&question->near, &place);
  return *out_miles <= question->radius;
}

static gboolean
take_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  WhShopFound found = { (WhDispensary *) entity, NAN, { 0 } };

  if (!is_meant (builder->question, found.shop) || !measure (builder, found.shop, &found.miles))
    return TRUE;
  wh_entity_ref (entity);
  builder->out->demonstration |= wh_entity_is_demonstration (entity);
  g_array_append_val (builder->out->shops, found);
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_DISPENSARY, take_cb, user_data, error);
}

/* What is not known last. */
static int
compare_texts (const char *x, const char *y)
{
  return !x || !y ? !x - !y : g_ascii_strcasecmp (x, y);
}

static int
compare_shops (gconstpointer a, gconstpointer b)
{
  const WhShopFound *x = a, *y = b;
  int order = isnan (x->miles) ? 0 : (x->miles > y->miles) - (x->miles < y->miles);   /* all have one, or none */

  if (order == 0)
    order = compare_texts (x->shop->state, y->shop->state);
  if (order == 0)
    order = compare_texts (x->shop->city, y->shop->city);
  if (order == 0)
    order = compare_texts (x->shop->name, y->shop->name);
  return order ? order : wh_id_compare (&x->shop->entity.id, &y->shop->entity.id);
}

static void
found_clear (gpointer data)
{
  wh_entity_unref (((WhShopFound *) data)->shop);
}

WhShops *
wh_catalogue_shops (WhCatalogue *catalogue, const WhPrincipal *principal, const WhShopsQuestion *question, GError **error)
{
  g_autoptr (WhShops) shops = g_new0 (WhShops, 1);
  Builder builder = { question, { 0 }, shops };

  shops->shops = g_array_new (FALSE, FALSE, sizeof (WhShopFound));
  g_array_set_clear_func (shops->shops, found_clear);
  if (!wh_shops_question_check (question, error))
    return NULL;
  if (wh_geo_is_place (&question->near))
    builder.box = wh_geo_box (&question->near, question->radius);
  if (!wh_store_read (wh_catalogue_store (catalogue), principal, read_cb, &builder, error))
    return NULL;
  g_array_sort (shops->shops, compare_shops);
  return g_steal_pointer (&shops);
}

typedef struct {
  WhShops *shops;
  guint    begin, end;
} Count;

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  const Count *count = user_data;

  for (guint i = count->begin; i < count->end; i++)
    {
      WhShopFound *found = &g_array_index (count->shops->shops, WhShopFound, i);
      if (!wh_shop_figures_read (reader, &found->shop->entity.id, &found->figures, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
wh_catalogue_count_shops (WhCatalogue *catalogue, const WhPrincipal *principal, WhShops *shops, guint offset, guint limit,
                          GError **error)
{
  guint begin = MIN (offset, shops->shops->len), rest = shops->shops->len - begin;
  Count count = { shops, begin, begin + (limit ? MIN (limit, rest) : rest) };

  return wh_store_read (wh_catalogue_store (catalogue), principal, count_cb, &count, error);
}

void
wh_shops_free (WhShops *shops)
{
  g_array_unref (shops->shops);
  g_free (shops);
}
