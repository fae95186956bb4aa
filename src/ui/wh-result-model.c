#include "wh-result-model.h"

#include "wh-result-item.h"

struct _WhResultModel {
  GObject parent;
  WhHits *hits;
};

static GType
wh_result_model_get_item_type (GListModel *list)
{
  return WH_TYPE_RESULT_ITEM;
}

static guint
wh_result_model_get_n_items (GListModel *list)
{
  return WH_RESULT_MODEL (list)->hits->hits->len;
}

static gpointer
wh_result_model_get_item (GListModel *list, guint position)
{
  WhHits *hits = WH_RESULT_MODEL (list)->hits;

  if (position >= hits->hits->len)
    return NULL;
  return wh_result_item_new (hits->snapshot, &g_array_index (hits->hits, WhHit, position));
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = wh_result_model_get_item_type;
  interface->get_n_items = wh_result_model_get_n_items;
  interface->get_item = wh_result_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WhResultModel, wh_result_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
wh_result_model_finalize (GObject *object)
{
  wh_hits_free (WH_RESULT_MODEL (object)->hits);
  G_OBJECT_CLASS (wh_result_model_parent_class)->finalize (object);
}

static void
wh_result_model_class_init (WhResultModelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wh_result_model_finalize;
}

static void
wh_result_model_init (WhResultModel *model)
{
}

WhResultModel *
wh_result_model_new (WhHits *hits)
{
  WhResultModel *model = g_object_new (WH_TYPE_RESULT_MODEL, NULL);

  model->hits = hits;
  return model;
}

guint
wh_result_model_get_total (WhResultModel *model)
{
  return model->hits->total;
}
