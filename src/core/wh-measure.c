#include "wh-measure.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"

#define MG_PER_PERCENT 10.0
#define LONGEST_NUMBER 255   /* characters of an amount; a longer one is none */

static const char *const state_keys[] = {
  [WH_STATE_NOT_TESTED] = "not_tested",
  [WH_STATE_VALUE] = "value",
  [WH_STATE_BELOW_LOQ] = "below_loq",
  [WH_STATE_NOT_DETECTED] = "not_detected",
  [WH_STATE_NOT_APPLICABLE] = "not_applicable",
};

static const char *const unit_keys[] = {
  [WH_UNIT_UNKNOWN] = "unknown", [WH_UNIT_MG_PER_G] = "mg/g", [WH_UNIT_PERCENT] = "%",           [WH_UNIT_PPM] = "ppm",
  [WH_UNIT_UG_PER_G] = "ug/g",   [WH_UNIT_PPB] = "ppb",       [WH_UNIT_MG_PER_UNIT] = "mg/unit",
  [WH_UNIT_G_PER_G] = "g/g",
};

static const char *const basis_keys[] = {
  [WH_BASIS_UNKNOWN] = "unknown",
  [WH_BASIS_AS_RECEIVED] = "as_received",
  [WH_BASIS_DRY] = "dry",
};

/* Other spellings of units, folded to lower case without spaces. */
static const struct {
  const char *text;
  WhUnit      unit;
} unit_words[] = {
  { "percent", WH_UNIT_PERCENT },         { "pct", WH_UNIT_PERCENT },          { "%w/w", WH_UNIT_PERCENT },
  { "w/w%", WH_UNIT_PERCENT },            { "wt%", WH_UNIT_PERCENT },          { "%wt", WH_UNIT_PERCENT },
  { "mg_per_g", WH_UNIT_MG_PER_G },       { "mg_g", WH_UNIT_MG_PER_G },        { "g/kg", WH_UNIT_MG_PER_G },
  { "mg/kg", WH_UNIT_PPM },               { "µg/g", WH_UNIT_UG_PER_G },        { "μg/g", WH_UNIT_UG_PER_G },
  { "mcg/g", WH_UNIT_UG_PER_G },          { "ug_per_g", WH_UNIT_UG_PER_G },    { "ng/g", WH_UNIT_PPB },
  { "ug/kg", WH_UNIT_PPB },               { "µg/kg", WH_UNIT_PPB },            { "mg_per_serving", WH_UNIT_MG_PER_UNIT },
  { "mg/serving", WH_UNIT_MG_PER_UNIT },  { "mg_per_unit", WH_UNIT_MG_PER_UNIT }, { "mg/package", WH_UNIT_MG_PER_UNIT },
  { "mg_per_package", WH_UNIT_MG_PER_UNIT }, { "%(w/w)", WH_UNIT_PERCENT },    { "%wt/wt", WH_UNIT_PERCENT },
  { "wt/wt%", WH_UNIT_PERCENT },          { "weight%", WH_UNIT_PERCENT },      { "%weight", WH_UNIT_PERCENT },
  { "wt.%", WH_UNIT_PERCENT },            { "mass%", WH_UNIT_PERCENT },        { "%mass", WH_UNIT_PERCENT },
  { "%bymass", WH_UNIT_PERCENT },         { "%byweight", WH_UNIT_PERCENT },    { "percentage", WH_UNIT_PERCENT },
  { "percentbyweight", WH_UNIT_PERCENT }, { "g/100g", WH_UNIT_PERCENT },       { "mgg", WH_UNIT_MG_PER_G },
  { "mg/gram", WH_UNIT_MG_PER_G },        { "mgpergram", WH_UNIT_MG_PER_G },   { "mgperg", WH_UNIT_MG_PER_G },
  { "ug_g", WH_UNIT_UG_PER_G },           { "mg_kg", WH_UNIT_PPM },            { "fraction", WH_UNIT_G_PER_G },
  { "massfraction", WH_UNIT_G_PER_G },    { "proportion", WH_UNIT_G_PER_G },   { "kg/kg", WH_UNIT_G_PER_G },
};

/* Words that stand for a state; compared in lower case without spaces. */
static const struct {
  const char *word;
  WhState     state;
} state_words[] = {
  { "nd", WH_STATE_NOT_DETECTED }, { "n/d", WH_STATE_NOT_DETECTED }, { "n.d.", WH_STATE_NOT_DETECTED },
  { "notdetected", WH_STATE_NOT_DETECTED }, { "nonedetected", WH_STATE_NOT_DETECTED }, { "<lod", WH_STATE_NOT_DETECTED },
  { "<mdl", WH_STATE_NOT_DETECTED }, { "<dl", WH_STATE_NOT_DETECTED }, { "bdl", WH_STATE_NOT_DETECTED },
  { "bld", WH_STATE_NOT_DETECTED }, { "belowlod", WH_STATE_NOT_DETECTED }, { "belowdetectionlimit", WH_STATE_NOT_DETECTED },
  { "<loq", WH_STATE_BELOW_LOQ }, { "<lloq", WH_STATE_BELOW_LOQ }, { "<rl", WH_STATE_BELOW_LOQ },
  { "<mrl", WH_STATE_BELOW_LOQ }, { "<ql", WH_STATE_BELOW_LOQ }, { "blq", WH_STATE_BELOW_LOQ }, { "bql", WH_STATE_BELOW_LOQ },
  { "bloq", WH_STATE_BELOW_LOQ }, { "belowloq", WH_STATE_BELOW_LOQ }, { "belowquantitationlimit", WH_STATE_BELOW_LOQ },
  { "nq", WH_STATE_BELOW_LOQ }, { "n/q", WH_STATE_BELOW_LOQ }, { "tr", WH_STATE_BELOW_LOQ }, { "trace", WH_STATE_BELOW_LOQ },
  { "", WH_STATE_NOT_TESTED }, { "nt", WH_STATE_NOT_TESTED }, { "n/t", WH_STATE_NOT_TESTED },
  { "nottested", WH_STATE_NOT_TESTED }, { "-", WH_STATE_NOT_TESTED }, { "--", WH_STATE_NOT_TESTED },
  { "---", WH_STATE_NOT_TESTED }, { "–", WH_STATE_NOT_TESTED }, { "—", WH_STATE_NOT_TESTED }, { "nr", WH_STATE_NOT_TESTED },
  { "n/r", WH_STATE_NOT_TESTED }, { "notreported", WH_STATE_NOT_TESTED },
  { "n/a", WH_STATE_NOT_APPLICABLE }, { "na", WH_STATE_NOT_APPLICABLE },
  { "#n/a", WH_STATE_NOT_APPLICABLE }, { "n.a.", WH_STATE_NOT_APPLICABLE },
};

static int
find_key (const char *const *keys, guint n_keys, const char *key)
{
  for (guint i = 0; key && i < n_keys; i++)
    if (strcmp (keys[i], key) == 0)
      return (int) i;
  return -1;
}

const char *
wh_state_key (WhState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_keys), "not_tested");
  return state_keys[state];
}

gboolean
wh_state_parse (const char *key, WhState *out_state)
{
  int found = find_key (state_keys, G_N_ELEMENTS (state_keys), key);

  if (found >= 0)
    *out_state = found;
  return found >= 0;
}

const char *
wh_unit_key (WhUnit unit)
{
  g_return_val_if_fail ((guint) unit < G_N_ELEMENTS (unit_keys), "unknown");
  return unit_keys[unit];
}

/* Lower case without any space. */
static char *
squeeze (const char *text)
{
  gboolean plain = g_str_is_ascii (text) || !g_utf8_validate (text, -1, NULL);
  g_autofree char *lower = plain ? g_ascii_strdown (text, -1) : g_utf8_strdown (text, -1);
  char *out = lower;

  for (const char *in = lower; *in; in++)
    if (!g_ascii_isspace (*in))
      *out++ = *in;
  *out = '\0';
  return g_steal_pointer (&lower);
}

gboolean
wh_unit_parse (const char *text, WhUnit *out_unit)
{
  g_autofree char *word = text ? squeeze (text) : g_strdup ("");
  int found = find_key (unit_keys, G_N_ELEMENTS (unit_keys), word);

  for (guint i = 0; found < 0 && i < G_N_ELEMENTS (unit_words); i++)
    if (strcmp (unit_words[i].text, word) == 0)
      found = unit_words[i].unit;
  if (found >= 0)
    *out_unit = found;
  return found >= 0;
}

const char *
wh_basis_key (WhBasis basis)
{
  g_return_val_if_fail ((guint) basis < G_N_ELEMENTS (basis_keys), "unknown");
  return basis_keys[basis];
}

gboolean
wh_basis_parse (const char *key, WhBasis *out_basis)
{
  int found = find_key (basis_keys, G_N_ELEMENTS (basis_keys), key);

  if (found >= 0)
    *out_basis = found;
  return found >= 0;
}

static void
set_state (WhMeasure *measure, WhState state)
{
  measure->state = state;
  measure->value = NAN;
}

/* "0.5" or "0.5 %", not negative. Space inside is no part of a number: "1 2" is two cells run together, not 12. */
static gboolean
parse_amount (const char *text, double *out_value)
{
  gsize length = strlen (text);
  char number[LONGEST_NUMBER + 1];

  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  length -= length > 0 && text[length - 1] == '%';
  if (length > LONGEST_NUMBER)
    return FALSE;
  memcpy (number, text, length);
  number[length] = '\0';
  return wh_text_to_number (number, out_value) && !signbit (*out_value);
}

/* Whether a cell can be nothing but an amount: no word of a state begins like a number. Nearly all cells do, and they are many. */
static gboolean
begins_as_number (const char *text)
{
  return g_ascii_isdigit (*text) || *text == '.';
}

static gboolean
take_amount (const char *text, WhMeasure *out_measure)
{
  double value;

  if (!parse_amount (text, &value))
    return FALSE;
  set_state (out_measure, value > 0 ? WH_STATE_VALUE : WH_STATE_NOT_DETECTED);
  if (value > 0)
    out_measure->value = value;
  return TRUE;
}

static gboolean
take_limit (const char *text, WhMeasure *out_measure)
{
  double value;

  if (!parse_amount (text, &value) || value == 0)
    return FALSE;
  set_state (out_measure, WH_STATE_BELOW_LOQ);
  out_measure->loq = value;
  return TRUE;
}

gboolean
wh_measure_parse_cell (const char *cell, WhMeasure *out_measure)
{
  const char *text = cell ? cell : "";

  set_state (out_measure, WH_STATE_NOT_TESTED);
  if (*text == '\0')
    return TRUE;
  if (begins_as_number (text))
    return take_amount (text, out_measure);
  g_autofree char *word = squeeze (text);
  for (guint i = 0; i < G_N_ELEMENTS (state_words); i++)
    if (strcmp (state_words[i].word, word) == 0)
      {
        set_state (out_measure, state_words[i].state);
        return TRUE;
      }
  return word[0] == '<' ? take_limit (strchr (text, '<') + 1, out_measure) : take_amount (text, out_measure);
}

/* How many mg/g one of the unit is; NAN when it cannot be said. */
static double
mg_per_g_of (WhUnit unit, double unit_grams)
{
  switch (unit)
    {
    case WH_UNIT_MG_PER_G:
      return 1;
    case WH_UNIT_PERCENT:
      return MG_PER_PERCENT;
    case WH_UNIT_PPM:
    case WH_UNIT_UG_PER_G:
      return 1e-3;
    case WH_UNIT_PPB:
      return 1e-6;
    case WH_UNIT_G_PER_G:
      return 1e3;
    case WH_UNIT_MG_PER_UNIT:
      return unit_grams > 0 && isfinite (unit_grams) ? 1 / unit_grams : NAN;
    default:
      return NAN;
    }
}

gboolean
wh_measure_to_mg_per_g (WhMeasure *measure, double unit_grams)
{
  double factor = mg_per_g_of (measure->unit, unit_grams);

  if (isnan (factor))
    return FALSE;
  measure->value *= factor;
  measure->lod *= factor;
  measure->loq *= factor;
  measure->unit = WH_UNIT_MG_PER_G;
  return TRUE;
}

gboolean
wh_measure_interval (const WhMeasure *measure, double *out_low, double *out_high)
{
  if (measure->unit != WH_UNIT_MG_PER_G)
    return FALSE;
  switch (measure->state)
    {
    case WH_STATE_VALUE:
      *out_low = *out_high = measure->value;
      return TRUE;
    case WH_STATE_BELOW_LOQ:
      *out_low = isnan (measure->lod) ? 0 : measure->lod;
      *out_high = isnan (measure->loq) ? *out_low : measure->loq;
      return TRUE;
    case WH_STATE_NOT_DETECTED:
      *out_low = 0;
      *out_high = !isnan (measure->lod) ? measure->lod : !isnan (measure->loq) ? measure->loq : 0;
      return TRUE;
    default:
      return FALSE;
    }
}

double
wh_measure_estimate (const WhMeasure *measure)
{
  if (measure->unit != WH_UNIT_MG_PER_G)
    return NAN;
  switch (measure->state)
    {
    case WH_STATE_VALUE:
      return measure->value;
    case WH_STATE_BELOW_LOQ:
      return isnan (measure->loq) ? 0 : measure->loq / 2;
    case WH_STATE_NOT_DETECTED:
      return 0;
    default:
      return NAN;
    }
}
