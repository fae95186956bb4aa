/* wh-chemistry-view.h: one lab result as bars, terpenes and cannabinoids apart, sorted by amount; what was not tested is
 * said, never drawn as zero. */
#pragma once

#include <gtk/gtk.h>

#include "core/wh-nouns.h"

G_BEGIN_DECLS

#define WH_TYPE_CHEMISTRY_VIEW (wh_chemistry_view_get_type ())
G_DECLARE_FINAL_TYPE (WhChemistryView, wh_chemistry_view, WH, CHEMISTRY_VIEW, GtkWidget)

/* Shows a result; NULL says that nothing was measured. */
void wh_chemistry_view_set_result (WhChemistryView *view, const WhLabResult *result);

G_END_DECLS
