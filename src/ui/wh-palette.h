/* wh-palette.h: the colours of core/wh-hue as GTK takes them. */
#pragma once

#include <gdk/gdk.h>

#include "core/wh-analyte.h"

G_BEGIN_DECLS

/* The colour of an analyte; a neutral grey for those outside the palette. */
GdkRGBA wh_palette_colour (const WhAnalyte *analyte);

G_END_DECLS
