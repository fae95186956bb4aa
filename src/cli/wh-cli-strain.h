/* wh-cli-strain.h: a STRAIN argument, and facts in words. */
#pragma once

#include "service/wh-catalogue.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* The strain that is meant. Where several may be, says so with the candidates and returns WH_EXIT_AMBIGUOUS. */
int   wh_cli_strain_resolve (const WhCliOptions *options, WhSnapshot *snapshot, const char *typed, const WhCard **out_card,
                             GError **error);
/* The same for all of the command's words as one name. */
int   wh_cli_strain_resolve_words (const WhCliOptions *options, WhSnapshot *snapshot, const WhCard **out_card, GError **error);
/* Says that what was shown is made up, where it is. */
void  wh_cli_strain_label   (const WhCliOptions *options, gboolean demonstration);
/* A measurement in words that tell the five states apart: "182 mg/g (18.2 %)", "< LOQ 0.01 %", "not detected (LOD 0.01 %)",
 * "not tested", "not applicable". Caller frees. */
char *wh_cli_strain_measure (const WhMeasure *measure);

G_END_DECLS
