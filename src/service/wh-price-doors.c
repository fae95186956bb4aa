#include "base/wh-error.h"
#include "wh-out-the-door.h"

static void
offer_door_free (WhOfferDoor *door)
{
  g_clear_pointer (&door->product, wh_door_product_free);
  g_free (door->why);
  g_free (door);
}

/* FALSE for errors that are not the offer's own. */
static gboolean
add_door (WhPriceComparison *comparison, const WhOffer *offer, WhStore *store, const WhPrincipal *principal, const WhRules *rules,
          const WhDoorWish *wish, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhOfferDoor *door;

  if (!offer || g_hash_table_contains (comparison->doors, &offer->product->id))
    return TRUE;
  door = g_new0 (WhOfferDoor, 1);
  door->product = wh_door_of_product (store, principal, rules, &offer->product->id, wish, &failure);
  door->why = failure ? g_strdup (failure->message) : NULL;
  g_hash_table_insert (comparison->doors, (gpointer) &offer->product->id, door);
  if (!failure || failure->code == WH_ERROR_INVALID || failure->code == WH_ERROR_NOT_FOUND)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
wh_price_comparison_add_doors (WhPriceComparison *comparison, WhStore *store, const WhPrincipal *principal, const WhRules *rules,
                               const WhDoorWish *wish, guint offset, guint limit, GError **error)
{
  if (!comparison->doors)
    comparison->doors = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, (GDestroyNotify) offer_door_free);
  for (guint i = offset; i < comparison->offers->len && (limit == 0 || i - offset < limit); i++)
    if (!add_door (comparison, &g_array_index (comparison->offers, WhOffer, i), store, principal, rules, wish, error))
      return FALSE;
  return add_door (comparison, comparison->best, store, principal, rules, wish, error)
         && add_door (comparison, comparison->closest, store, principal, rules, wish, error);
}

const WhOfferDoor *
wh_price_comparison_door (const WhPriceComparison *comparison, const WhOffer *offer)
{
  return comparison->doors ? g_hash_table_lookup (comparison->doors, &offer->product->id) : NULL;
}
