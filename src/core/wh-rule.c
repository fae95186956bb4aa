#include "wh-rule.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-text.h"

#define COUNTY "county:"
#define DECIMALS 6
#define MOST_DIGITS 12

/* The order is the one in which taxes are listed. */
static const WhRuleSubject subjects[] = {
  { "tax.excise.local", WH_RULE_TAX, TRUE, N_("local cannabis tax") },
  { "tax.excise.thc", WH_RULE_TAX, FALSE, N_("state tax by THC") },
  { "tax.excise.retail", WH_RULE_TAX, TRUE, N_("state cannabis tax on retail sales") },
  { "tax.sales.state", WH_RULE_TAX, TRUE, N_("state sales tax") },
  { "tax.sales.local", WH_RULE_TAX, TRUE, N_("local sales tax") },
  { "age.minimum.adult", WH_RULE_AGE, FALSE, N_("least age of an adult-use buyer") },
  { "age.minimum.medical", WH_RULE_AGE, FALSE, N_("least age of a patient who buys") },
  { "limit.purchase.total", WH_RULE_LIMIT, FALSE, N_("most in one purchase, all kinds together") },
  { "limit.purchase.flower", WH_RULE_LIMIT, FALSE, N_("most flower in one purchase") },
  { "limit.purchase.concentrates", WH_RULE_LIMIT, FALSE, N_("most concentrate in one purchase") },
  { "limit.purchase.edibles", WH_RULE_LIMIT, FALSE, N_("most of edibles in one purchase") },
};

static const struct {
  const char *key;
  guint       kinds;   /* bits of WhRuleKind */
} units[] = {
  [WH_RULE_PERCENT] = { "percent", 1 << WH_RULE_TAX },       [WH_RULE_USD_PER_OUNCE] = { "USD/oz", 1 << WH_RULE_TAX },
  [WH_RULE_USD_PER_GRAM] = { "USD/g", 1 << WH_RULE_TAX },    [WH_RULE_USD_PER_MG_THC] = { "USD/mg_thc", 1 << WH_RULE_TAX },
  [WH_RULE_YEARS] = { "years", 1 << WH_RULE_AGE },           [WH_RULE_GRAMS] = { "g", 1 << WH_RULE_LIMIT },
  [WH_RULE_OUNCES] = { "oz", 1 << WH_RULE_LIMIT },           [WH_RULE_MG_THC] = { "mg_thc", 1 << WH_RULE_LIMIT },
};

static const char *const buyers[] = { "any", "adult", "medical", NULL };
static const char *const roundings[] = { "half_up", "up", NULL };

WhRule *
wh_rule_new (void)
{
  WhRule *rule = g_new0 (WhRule, 1);

  rule->thc_above = rule->thc_at_most = NAN;
  rule->from = rule->to = rule->reviewed = WH_TIME_UNSET;
  rule->status = WH_RULE_UNKNOWN;
  return rule;
}

void
wh_rule_free (WhRule *rule)
{
  wh_jurisdiction_clear (&rule->place);
  g_free (rule->category);
  g_free (rule->base);
  g_free (rule->citation);
  g_free (rule->url);
  g_free (rule->note);
  g_free (rule);
}

/* -- keys -------------------------------------------------------------------------------------------------------- */

guint
wh_rule_subject_count (void)
{
  return G_N_ELEMENTS (subjects);
}

const WhRuleSubject *
wh_rule_subject_at (guint position)
{
  g_return_val_if_fail (position < G_N_ELEMENTS (subjects), NULL);
  return &subjects[position];
}

const WhRuleSubject *
wh_rule_subject_find (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (strcmp (subjects[i].key, key) == 0)
      return &subjects[i];
  return NULL;
}

guint
wh_rule_subject_index (const WhRuleSubject *subject)
{
  return (guint) (subject - subjects);
}

const char *
wh_rule_unit_key (WhRuleUnit unit)
{
  return units[unit].key;
}

gboolean
wh_rule_unit_parse (const char *key, WhRuleUnit *out_unit)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].key, key) == 0)
      {
        *out_unit = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
wh_rule_unit_fits (WhRuleUnit unit, WhRuleKind kind)
{
  return (units[unit].kinds & (1 << kind)) != 0;
}

/* The place of a key in a NULL-terminated list; -1 when it is not there. */
static int
place_of (const char *const *keys, const char *key)
{
  for (int i = 0; keys[i]; i++)
    if (strcmp (keys[i], key) == 0)
      return i;
  return -1;
}

const char *
wh_buyer_key (WhBuyer buyer)
{
  return buyers[buyer];
}

gboolean
wh_buyer_parse (const char *key, WhBuyer *out_buyer)
{
  int place = place_of (buyers, key);

  if (place >= 0)
    *out_buyer = (WhBuyer) place;
  return place >= 0;
}

const char *
wh_rounding_key (WhRounding rounding)
{
  return roundings[rounding];
}

gboolean
wh_rounding_parse (const char *key, WhRounding *out_rounding)
{
  int place = place_of (roundings, key);

  if (place >= 0)
    *out_rounding = (WhRounding) place;
  return place >= 0;
}

/* -- values ------------------------------------------------------------------------------------------------------ */

gboolean
wh_rule_value_parse (const char *text, gint64 *out_value)
{
  gsize whole = strspn (text, "0123456789"), decimals = text[whole] == '.' ? strspn (text + whole + 1, "0123456789") : 0;
  const char *end = text + whole + (text[whole] == '.' ? 1 + decimals : 0);
  gint64 value = 0;

  if (whole == 0 || whole > MOST_DIGITS || decimals > DECIMALS || *end || (text[whole] == '.' && decimals == 0))
    return FALSE;
  for (gsize i = 0; i < whole; i++)
    value = value * 10 + (text[i] - '0');
  for (gsize i = 0; i < DECIMALS; i++)
    value = value * 10 + (i < decimals ? text[whole + 1 + i] - '0' : 0);
  *out_value = value;
  return TRUE;
}

char *
wh_rule_value_format (gint64 value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, value / WH_RULE_UNIT_VALUE, value % WH_RULE_UNIT_VALUE);
  while (text->str[text->len - 1] == '0')
    g_string_truncate (text, text->len - 1);
  if (text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* -- places ------------------------------------------------------------------------------------------------------ */

/* A county or a city out of a part; FALSE for one without letters, or given twice. */
static gboolean
take_part (const char *part, WhJurisdiction *place)
{
  gboolean is_county = g_str_has_prefix (part, COUNTY);
  g_autofree char *name = wh_text_clean (is_county ? part + strlen (COUNTY) : part, 128);
  g_autofree char *folded = wh_text_fold (name);

  if (!*folded || place->city || (is_county && place->county))
    return FALSE;
  *(is_county ? &place->county : &place->city) = g_steal_pointer (&name);
  return TRUE;
}

gboolean
wh_jurisdiction_parse (const char *text, WhJurisdiction *out_place)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 4);
  g_auto (WhJurisdiction) place = { NULL };

  if (!parts[0] || strlen (parts[0]) != 2 || !g_ascii_isalpha (parts[0][0]) || !g_ascii_isalpha (parts[0][1]))
    return FALSE;
  place.state = g_ascii_strup (parts[0], -1);
  for (char **part = parts + 1; *part; part++)
    if (!take_part (*part, &place))
      return FALSE;
  *out_place = place;
  memset (&place, 0, sizeof place);
  return TRUE;
}

char *
wh_jurisdiction_format (const WhJurisdiction *place)
{
  return g_strconcat (place->state, place->county ? "/" COUNTY : "", place->county ? place->county : "", place->city ? "/" : "",
                      place->city ? place->city : "", NULL);
}

void
wh_jurisdiction_clear (WhJurisdiction *place)
{
  g_clear_pointer (&place->state, g_free);
  g_clear_pointer (&place->county, g_free);
  g_clear_pointer (&place->city, g_free);
}

static gboolean
same_name (const char *a, const char *b)
{
  g_autofree char *folded_a = a ? wh_text_fold (a) : NULL, *folded_b = b ? wh_text_fold (b) : NULL;

  return g_strcmp0 (folded_a, folded_b) == 0;
}

gboolean
wh_jurisdiction_holds (const WhJurisdiction *rule, const WhJurisdiction *place)
{
  return strcmp (rule->state, place->state) == 0 && (!rule->county || same_name (rule->county, place->county))
         && (!rule->city || same_name (rule->city, place->city));
}

gboolean
wh_jurisdiction_equal (const WhJurisdiction *a, const WhJurisdiction *b)
{
  return strcmp (a->state, b->state) == 0 && same_name (a->county, b->county) && same_name (a->city, b->city);
}

/* -- when and on what -------------------------------------------------------------------------------------------- */

gboolean
wh_rule_in_force (const WhRule *rule, gint64 moment)
{
  return (rule->from == WH_TIME_UNSET || moment >= rule->from) && (rule->to == WH_TIME_UNSET || moment < rule->to + WH_TIME_DAY);
}

gboolean
wh_rule_days_meet (const WhRule *a, const WhRule *b)
{
  return (a->from == WH_TIME_UNSET || b->to == WH_TIME_UNSET || a->from <= b->to)
         && (b->from == WH_TIME_UNSET || a->to == WH_TIME_UNSET || b->from <= a->to);
}

gboolean
wh_rule_has_bound (const WhRule *rule)
{
  return !isnan (rule->thc_above) || !isnan (rule->thc_at_most);
}

gboolean
wh_rule_within (const WhRule *rule, double percent)
{
  return !(percent <= rule->thc_above) && !(percent > rule->thc_at_most);   /* comparing with NAN is false */
}
