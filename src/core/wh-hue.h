/* wh-hue.h: one colour per leading terpene, used everywhere colour means chemistry: window, charts, labels.
 *
 * Each has at least 3:1 against both the light and the dark surface (WCAG 1.4.11) and comes with the analyte's
 * two-letter code, so that nothing depends on colour alone. */
#pragma once

#include "wh-analyte.h"

G_BEGIN_DECLS

#define WH_HUE_NEUTRAL 0x808080

/* 0xRRGGBB; WH_HUE_NEUTRAL for NULL and for those outside the palette. */
guint32 wh_hue_of_analyte (const WhAnalyte *analyte);

G_END_DECLS
