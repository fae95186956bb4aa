/* wh-palette.h: one colour per leading terpene, used everywhere colour means chemistry.
 *
 * Each has at least 3:1 against both the light and the dark surface (WCAG 1.4.11) and comes with the analyte's
 * two-letter code, so that nothing depends on colour alone. */
#pragma once

#include <gdk/gdk.h>

#include "core/wh-analyte.h"

G_BEGIN_DECLS

/* The colour of an analyte; a neutral grey for those outside the palette. */
GdkRGBA wh_palette_colour (const WhAnalyte *analyte);

G_END_DECLS
