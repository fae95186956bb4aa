/* wh-analyst.h: similar strains, with distances calibrated on the local catalogue. */
#pragma once

#include "wh-catalogue.h"
#include "wh-closeness.h"

G_BEGIN_DECLS

typedef struct _WhAnalyst WhAnalyst;

typedef struct {
  const WhCard *card;
  WhCloseness   closeness;         /* of the card's strain to what was asked about */
} WhSimilar;

typedef struct {
  WhSnapshot *snapshot;
  const WhCard *card;              /* the one asked about; NULL: a profile that is no strain of the catalogue */
  GArray     *similar;             /* of WhSimilar, nearest first, ties by id */
  const char *engine;              /* "cpu-avx2" … */
} WhSimilars;

/* `cache_dir` (may be NULL) is where it is kept which devices are of use. */
WhAnalyst  *wh_analyst_new      (WhCatalogue *catalogue, const char *cache_dir);
/* Tries, in the background, devices that are not known yet. For programs that stay. */
void        wh_analyst_look_for_devices (WhAnalyst *analyst);
/* Packs what the first who ask would wait for. */
void        wh_analyst_warm     (WhAnalyst *analyst, const WhPrincipal *principal);
void        wh_analyst_free     (WhAnalyst *analyst);
/* Over terpenes. WH_ERROR_NOT_FOUND when the strain is unknown; WH_ERROR_INVALID when it has fewer than five tested terpenes. */
WhSimilars *wh_analyst_similar  (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, guint limit, GError **error);
/* The same of one panel that is not in the catalogue. WH_ERROR_INVALID as above. */
WhSimilars *wh_analyst_similar_to_panel (WhAnalyst *analyst, const WhPrincipal *principal, const WhPanel *panel, guint limit,
                                         GError **error);
/* Of WhFinding* (wh-sentinel.h), run once for a state of the catalogue and a day, since results expire. Caller unrefs. */
GPtrArray  *wh_analyst_findings (WhAnalyst *analyst, const WhPrincipal *principal, GError **error);
void        wh_similars_free    (WhSimilars *similars);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAnalyst, wh_analyst_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSimilars, wh_similars_free)

G_END_DECLS
