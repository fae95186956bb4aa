/* wh-strain-pages.h: a strain with all that is known of it, as JSON. What its rows say is kept in memory, small (wh-squeeze), while none of
 * them changes: rows of other strains may come and go meanwhile. What the catalogue knows is written each time, and what belongs to who
 * asks is read each time. Thread-safe. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef struct _WhStrainPages WhStrainPages;

/* Keeps `bytes` at most; 0: nothing. */
WhStrainPages *wh_strain_pages_new   (WhCatalogue *catalogue, gsize bytes);
void           wh_strain_pages_free  (WhStrainPages *pages);
/* Makes pages ahead in a thread of its own, the best known strains first, until their room is full; half of the time it rests. Once. */
void           wh_strain_pages_warm  (WhStrainPages *pages, const WhPrincipal *principal);
/* As wh_catalogue_show and wh_present_strain, of a strain that the snapshot has. */
gboolean       wh_strain_pages_write (WhStrainPages *pages, const WhPrincipal *principal, WhSnapshot *snapshot, const WhCard *card,
                                      WhJsonWriter *writer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStrainPages, wh_strain_pages_free)

G_END_DECLS
