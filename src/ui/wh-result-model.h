/* wh-result-model.h: the hits of one search as a list model. Items are made when a row asks for them; a new search is a
 * new model, never a reset of this one (a reset would make every item at once). */
#pragma once

#include <gio/gio.h>

#include "service/wh-catalogue.h"

G_BEGIN_DECLS

#define WH_TYPE_RESULT_MODEL (wh_result_model_get_type ())
G_DECLARE_FINAL_TYPE (WhResultModel, wh_result_model, WH, RESULT_MODEL, GObject)

/* Takes the hits. */
WhResultModel *wh_result_model_new (WhHits *hits);
guint          wh_result_model_get_total (WhResultModel *model);

G_END_DECLS
