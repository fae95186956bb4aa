#include "wh-palette.h"

#include <string.h>

typedef struct {
  const char *key;
  const char *colour;
} Hue;

static const Hue hues[] = {
  { "beta_myrcene", "#148b3c" },      { "d_limonene", "#b18f05" },  { "beta_caryophyllene", "#ce4217" },
  { "alpha_pinene", "#12a28f" },      { "beta_pinene", "#1882a8" }, { "terpinolene", "#ab7edf" },
  { "ocimene", "#cd369b" },           { "beta_ocimene", "#cd369b" }, { "alpha_ocimene", "#cd369b" },
  { "alpha_humulene", "#6b9f1c" },    { "linalool", "#735de2" },    { "alpha_bisabolol", "#e06d94" },
  { "nerolidol", "#d26e17" },         { "trans_nerolidol", "#d26e17" }, { "cis_nerolidol", "#d26e17" },
  { "eucalyptol", "#2e94ee" },
};

GdkRGBA
wh_palette_colour (const WhAnalyte *analyte)
{
  GdkRGBA colour = { 0.50f, 0.50f, 0.50f, 1.0f };

  for (guint i = 0; analyte && i < G_N_ELEMENTS (hues); i++)
    if (strcmp (hues[i].key, analyte->key) == 0)
      gdk_rgba_parse (&colour, hues[i].colour);
  return colour;
}
