#include "wh-demo-chemistry.h"

#include <math.h>
#include <string.h>

#define LOQ_PERCENT 0.01
#define LOD_PERCENT 0.003
#define SMALL_PANEL 9            /* terpenes the smallest lab tests */
#define PERCENT_TO_MG_PER_G 10.0
#define THCA_TO_THC 0.877

/* Typical shares of a flower's terpenes, most common first. */
static const struct {
  const char *key;
  double      share;
} terpenes[WH_DEMO_TERPENES] = {
  { "beta_myrcene", 0.24 },    { "beta_caryophyllene", 0.20 }, { "d_limonene", 0.16 },        { "alpha_humulene", 0.065 },
  { "linalool", 0.055 },       { "alpha_pinene", 0.05 },       { "beta_pinene", 0.045 },      { "alpha_bisabolol", 0.03 },
  { "terpinolene", 0.008 },    { "beta_ocimene", 0.02 },       { "trans_nerolidol", 0.015 },  { "camphene", 0.008 },
  { "caryophyllene_oxide", 0.005 }, { "guaiol", 0.01 },        { "gamma_terpinene", 0.002 },  { "alpha_terpinene", 0.002 },
  { "delta_3_carene", 0.002 }, { "para_cymene", 0.0012 },      { "eucalyptol", 0.001 },       { "geraniol", 0.0008 },
};
enum { MYRCENE, CARYOPHYLLENE, LIMONENE, HUMULENE, LINALOOL, PINENE, BETA_PINENE, BISABOLOL, TERPINOLENE, OCIMENE,
       GAMMA_TERPINENE = 14, ALPHA_TERPINENE, CARENE };

/* Dominant-terpene shares; the rest is "other". */
static const struct {
  guint  terpene;
  double share;
} leaders[] = {
  { MYRCENE, 0.380 }, { CARYOPHYLLENE, 0.256 }, { LIMONENE, 0.186 }, { TERPINOLENE, 0.100 }, { PINENE, 0.028 }, { OCIMENE, 0.010 },
  { LINALOOL, 0.015 }, { BISABOLOL, 0.025 },
};

static guint
draw_leader (WhRng *rng)
{
  double left = wh_rng_uniform (rng);

  for (guint i = 0; i < G_N_ELEMENTS (leaders); i++)
    {
      left -= leaders[i].share;
      if (left < 0)
        return leaders[i].terpene;
    }
  return MYRCENE;
}

static guint
terpene_of (const char *key)
{
  for (guint i = 0; i < WH_DEMO_TERPENES; i++)
    if (strcmp (terpenes[i].key, key) == 0)
      return i;
  return MYRCENE;
}

/* Terpenes that come from one enzyme go together; a terpinolene plant has its own minor ones. */
static void
tie_together (WhRng *rng, double *weights, guint leader)
{
  weights[HUMULENE] = weights[CARYOPHYLLENE] * 0.32 * exp (wh_rng_normal (rng, 0, 0.12));
  weights[BETA_PINENE] = weights[PINENE] * 0.75 * exp (wh_rng_normal (rng, 0, 0.25));
  if (leader == TERPINOLENE)
    {
      weights[ALPHA_TERPINENE] = 0.012 * exp (wh_rng_normal (rng, 0, 0.2));
      weights[GAMMA_TERPINENE] = weights[ALPHA_TERPINENE] * 0.8;
      weights[CARENE] = weights[ALPHA_TERPINENE] * 0.9;
    }
}

static void
normalise (double *weights)
{
  double sum = 0;

  for (guint i = 0; i < WH_DEMO_TERPENES; i++)
    sum += weights[i];
  for (guint i = 0; i < WH_DEMO_TERPENES; i++)
    weights[i] /= sum;
}

static void
draw_terpenes (WhRng *rng, guint leader, double *out_weights)
{
  double largest = 0;

  for (guint i = 0; i < WH_DEMO_TERPENES; i++)
    out_weights[i] = terpenes[i].share * exp (wh_rng_normal (rng, 0, 0.45));
  tie_together (rng, out_weights, leader);
  for (guint i = 0; i < WH_DEMO_TERPENES; i++)
    if (i != leader)
      largest = MAX (largest, out_weights[i]);
  out_weights[leader] = largest * (1.12 + 0.9 * wh_rng_uniform (rng));
  if (leader == CARYOPHYLLENE)
    out_weights[HUMULENE] = out_weights[CARYOPHYLLENE] * 0.32 * exp (wh_rng_normal (rng, 0, 0.12));
  normalise (out_weights);
}

static double
bounded_normal (WhRng *rng, double mean, double sd, double low, double high)
{
  return CLAMP (wh_rng_normal (rng, mean, sd), low, high);
}

void
wh_demo_profile_draw (WhRng *rng, const char *leader, gboolean cbd_rich, WhDemoProfile *out_profile)
{
  double type = cbd_rich ? 1 : wh_rng_uniform (rng);

  draw_terpenes (rng, leader ? terpene_of (leader) : draw_leader (rng), out_profile->terpenes);
  out_profile->total_terpenes = CLAMP (1.6 * exp (wh_rng_normal (rng, 0, 0.3)), 0.3, 4);
  if (type < 0.955)        /* THC-dominant */
    {
      out_profile->thc = bounded_normal (rng, 20.5, 3.6, 9, 30);
      out_profile->cbd = 0.02 + 0.06 * wh_rng_uniform (rng);
    }
  else if (type < 0.98)    /* balanced */
    {
      out_profile->thc = bounded_normal (rng, 7, 1.6, 3, 12);
      out_profile->cbd = out_profile->thc * (0.6 + 1.2 * wh_rng_uniform (rng));
      out_profile->cbd = MIN (out_profile->cbd, 13);
    }
  else                     /* CBD-dominant */
    {
      out_profile->cbd = bounded_normal (rng, 12.5, 2.4, 6, 19);
      out_profile->thc = out_profile->cbd / (20 + 8 * wh_rng_uniform (rng));
    }
}

/* One cell as the lab prints it: a value, "<LOQ" or "ND". */
static void
add_cell (WhPanel *panel, const char *key, double percent)
{
  WhMeasure measure = WH_MEASURE_INIT;
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  measure.analyte = wh_analyte_by_key (key)->index;
  measure.unit = WH_UNIT_MG_PER_G;
  measure.basis = WH_BASIS_AS_RECEIVED;
  measure.lod = LOD_PERCENT * PERCENT_TO_MG_PER_G;
  measure.loq = LOQ_PERCENT * PERCENT_TO_MG_PER_G;
  measure.text = text;
  if (percent < LOD_PERCENT)
    {
      measure.state = WH_STATE_NOT_DETECTED;
      g_strlcpy (text, "ND", sizeof text);
    }
  else if (percent < LOQ_PERCENT)
    {
      measure.state = WH_STATE_BELOW_LOQ;
      g_strlcpy (text, "<LOQ", sizeof text);
    }
  else
    {
      percent = round (percent * 1000) / 1000;
      measure.state = WH_STATE_VALUE;
      measure.value = round (percent * PERCENT_TO_MG_PER_G * 100) / 100;
      g_ascii_formatd (text, sizeof text, "%.3f", percent);
    }
  wh_panel_add (panel, &measure, NULL);
}

/* A cannabinoid pair: most of it as acid, since flower is not heated. */
static void
add_pair (WhRng *rng, WhPanel *panel, const char *neutral, const char *acid, double total)
{
  double free = total * (0.015 + 0.05 * wh_rng_uniform (rng));

  add_cell (panel, neutral, free);
  add_cell (panel, acid, (total - free) / THCA_TO_THC);
}

static void
add_cannabinoids (WhRng *rng, WhPanel *panel, const WhDemoProfile *profile)
{
  double spread = exp (wh_rng_normal (rng, 0, 0.08));

  add_pair (rng, panel, "delta_9_thc", "thca", MIN (profile->thc * spread, 31));
  add_pair (rng, panel, "cbd", "cbda", profile->cbd * spread);
  add_pair (rng, panel, "cbg", "cbga", 0.15 + 1.0 * wh_rng_uniform (rng));
  add_cell (panel, "cbc", 0.08 * wh_rng_uniform (rng) * wh_rng_uniform (rng));
  add_cell (panel, "cbn", 0.05 * wh_rng_uniform (rng) * wh_rng_uniform (rng));
  add_cell (panel, "thcv", 0.12 * wh_rng_uniform (rng) * wh_rng_uniform (rng));
  add_cell (panel, "cbdv", 0.02 * wh_rng_uniform (rng) * wh_rng_uniform (rng));
  add_cell (panel, "delta_8_thc", 0);
}

WhPanel *
wh_demo_panel_draw (WhRng *rng, const WhDemoProfile *profile, guint lab)
{
  WhPanel *panel = wh_panel_new ();
  double total = CLAMP (profile->total_terpenes * exp (wh_rng_normal (rng, 0, 0.2)), 0.15, 4.8);
  guint n_terpenes = lab == 0 ? SMALL_PANEL : WH_DEMO_TERPENES;
  gboolean potency_only = wh_rng_uniform (rng) < 0.08;

  add_cannabinoids (rng, panel, profile);
  for (guint i = 0; !potency_only && i < n_terpenes; i++)
    add_cell (panel, terpenes[i].key, profile->terpenes[i] * total * exp (wh_rng_normal (rng, 0, 0.1)));
  return panel;
}
