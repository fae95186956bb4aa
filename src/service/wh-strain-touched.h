/* wh-strain-touched.h: which rows have changed since, so that what was read of others need not be read again. Thread-safe. */
#pragma once

#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct _WhStrainTouched WhStrainTouched;

WhStrainTouched *wh_strain_touched_new  (WhStore *store);
void             wh_strain_touched_free (WhStrainTouched *touched);
/* Whether what was read at `revision`, of rows with these ids and rows that refer to them, is still so as far as this process can know
 * (wh_store_seen). FALSE, too, where that cannot be told. *out_revision: up to where it is so. */
gboolean         wh_strain_touched_none (WhStrainTouched *touched, const WhPrincipal *principal, gint64 revision, const WhId *ids, guint n,
                                         gint64 *out_revision);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStrainTouched, wh_strain_touched_free)

G_END_DECLS
