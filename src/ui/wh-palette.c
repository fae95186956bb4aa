#include "wh-palette.h"

#include "core/wh-hue.h"

GdkRGBA
wh_palette_colour (const WhAnalyte *analyte)
{
  guint32 hue = wh_hue_of_analyte (analyte);

  return (GdkRGBA) { (float) (hue >> 16) / 255, (float) (hue >> 8 & 0xff) / 255, (float) (hue & 0xff) / 255, 1 };
}
