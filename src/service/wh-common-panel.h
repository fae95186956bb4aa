/* wh-common-panel.h: the terpenes that most strains with a profile were tested for, and the strains tested for all of them.
 *
 * What needs a table without gaps takes these, so that all such analyses speak of the same strains. Not for other rooms. */
#pragma once

#include "wh-profiles.h"

G_BEGIN_DECLS

typedef struct {
  const WhProfiles *profiles;   /* borrowed */
  GArray           *columns;    /* of guint: positions in the profiles, the most tested first */
  GArray           *strains;    /* of guint, ascending; none where fewer than WH_ENGINE_MIN_SHARED columns are common */
  guint             n_empty;    /* strains left out that were tested for all, but have nothing of any */
} WhCommonPanel;

void   wh_common_panel_init  (WhCommonPanel *panel, const WhProfiles *profiles);
void   wh_common_panel_clear (WhCommonPanel *panel);
/* What stands in a column, by position among `columns`. */
const WhAnalyte *wh_common_panel_analyte (const WhCommonPanel *panel, guint position);
/* mg/g of a strain in a column, by position among `columns`. */
double wh_common_panel_amount (const WhCommonPanel *panel, guint strain, guint position);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhCommonPanel, wh_common_panel_clear)

G_END_DECLS
