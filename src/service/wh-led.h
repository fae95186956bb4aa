/* wh-led.h: strains by the terpenes that lead them. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_LED_MOST 5

typedef struct {
  const WhCard *card;
  double        hellinger_distance;   /* to the profile asked for */
  guint         n_tested;             /* terpenes */
  double        shares[WH_LED_MOST];  /* of the terpenes asked for, in that order, 0..1 of all terpenes tested */
} WhLed;

typedef struct {
  WhSnapshot      *snapshot;
  guint            n_terpenes;
  const WhAnalyte *terpenes[WH_LED_MOST];   /* isomers replaced by their total */
  GArray          *strains;                 /* of WhLed, closest first, ties by id */
} WhLedStrains;

/* Strains with at least five tested terpenes whose n largest are exactly these, in any order, closest first to a profile of nothing
 * else in which each has one part less than the one before ("myrcene,limonene": two thirds and one third). WH_ERROR_INVALID unless
 * one to five different terpenes. */
WhLedStrains *wh_analyst_led_by     (WhAnalyst *analyst, const WhPrincipal *principal, const WhAnalyte *const *terpenes, guint n,
                                     GError **error);
void          wh_led_strains_free   (WhLedStrains *strains);
/* [{strain_id, name, type, hellinger_distance, n_tested, leading:[{analyte, name, share}], demonstration}], from `offset` on,
 * at most `limit` (0: all) */
void          wh_present_led        (WhJsonWriter *writer, const WhLedStrains *strains, guint offset, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhLedStrains, wh_led_strains_free)

G_END_DECLS
