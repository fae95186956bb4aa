#include "wh-result-item.h"

struct _WhResultItem {
  GObject       parent;
  WhSnapshot   *snapshot;
  const WhCard *card;
  char         *highlight;
  char         *matched;
  guint         in_stock;
  double        price;
};

G_DEFINE_FINAL_TYPE (WhResultItem, wh_result_item, G_TYPE_OBJECT)

static void
wh_result_item_finalize (GObject *object)
{
  WhResultItem *item = WH_RESULT_ITEM (object);

  g_free (item->highlight);
  g_free (item->matched);
  g_clear_pointer (&item->snapshot, wh_snapshot_unref);
  G_OBJECT_CLASS (wh_result_item_parent_class)->finalize (object);
}

static void
wh_result_item_class_init (WhResultItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wh_result_item_finalize;
}

static void
wh_result_item_init (WhResultItem *item)
{
}

WhResultItem *
wh_result_item_new (WhSnapshot *snapshot, const WhHit *hit)
{
  WhResultItem *item = g_object_new (WH_TYPE_RESULT_ITEM, NULL);

  item->snapshot = wh_snapshot_ref (snapshot);
  item->card = hit->card;
  item->highlight = g_strdup (hit->highlight);
  item->matched = wh_hit_words (hit);
  item->in_stock = hit->n_in_stock;
  item->price = hit->price_per_gram;
  return item;
}

const WhCard *
wh_result_item_get_card (WhResultItem *item)
{
  return item->card;
}

const char *
wh_result_item_get_highlight (WhResultItem *item)
{
  return item->highlight;
}

const char *
wh_result_item_get_matched (WhResultItem *item)
{
  return item->matched;
}

guint
wh_result_item_get_in_stock (WhResultItem *item)
{
  return item->in_stock;
}

double
wh_result_item_get_price (WhResultItem *item)
{
  return item->price;
}
