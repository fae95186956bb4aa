#include "wh-hue.h"

#include <string.h>

typedef struct {
  const char *key;
  guint32     colour;
} Hue;

static const Hue hues[] = {
  { "beta_myrcene", 0x148b3c },      { "d_limonene", 0xb18f05 },      { "beta_caryophyllene", 0xce4217 },
  { "alpha_pinene", 0x12a28f },      { "beta_pinene", 0x1882a8 },     { "terpinolene", 0xab7edf },
  { "ocimene", 0xcd369b },           { "beta_ocimene", 0xcd369b },    { "alpha_ocimene", 0xcd369b },
  { "alpha_humulene", 0x6b9f1c },    { "linalool", 0x735de2 },        { "alpha_bisabolol", 0xe06d94 },
  { "nerolidol", 0xd26e17 },         { "trans_nerolidol", 0xd26e17 }, { "cis_nerolidol", 0xd26e17 },
  { "eucalyptol", 0x2e94ee },
};

guint32
wh_hue_of_analyte (const WhAnalyte *analyte)
{
  for (guint i = 0; analyte && i < G_N_ELEMENTS (hues); i++)
    if (strcmp (hues[i].key, analyte->key) == 0)
      return hues[i].colour;
  return WH_HUE_NEUTRAL;
}
