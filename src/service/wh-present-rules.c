#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "wh-rules.h"

#define BOUND_DECIMALS 4

static void
add_day (WhJsonWriter *writer, const char *key, gint64 day)
{
  g_autofree char *text = wh_clock_format_date (day);

  wh_json_writer_add_string (writer, key, text);
}

/* -- in words ---------------------------------------------------------------------------------------------------- */

char *
wh_rules_value_words (const WhRule *rule)
{
  g_autofree char *value = wh_rule_value_format (rule->value);

  switch (rule->unit)
    {
    case WH_RULE_PERCENT:
      return g_strdup_printf ("%s %%", value);
    case WH_RULE_YEARS:
      /* Translators: an age. */
      return g_strdup_printf (_("%s years"), value);
    case WH_RULE_MG_THC:
      return g_strdup_printf (_("%s mg THC"), value);
    default:
      return g_strdup_printf ("%s %s", value, wh_rule_unit_key (rule->unit));
    }
}

char *
wh_rules_answer_words (const WhRuleAnswer *answer)
{
  switch (answer->kind)
    {
    case WH_ANSWER_SAID_UNKNOWN:
      return g_strdup (answer->rule->note);
    case WH_ANSWER_NO_RULE:
      return g_strdup (_("no rule pack says anything about it"));
    case WH_ANSWER_NOT_IN_FORCE:
      return g_strdup (_("the rule packs only speak of other days"));
    case WH_ANSWER_NEEDS_THC:
      return g_strdup (_("it depends on THC, and the label does not tell how much there is"));
    case WH_ANSWER_CONTRADICTED:
      return g_strdup (_("rule packs contradict each other"));
    default:
      return NULL;
    }
}

static const char *
trust_words (WhRuleTrust trust)
{
  switch (trust)
    {
    case WH_TRUST_INSTALLED:
      return _("installed");
    case WH_TRUST_SIGNED:
      return _("signed");
    default:
      return _("UNSIGNED");
    }
}

char *
wh_rules_source_words (const WhRule *rule, const WhRulePack *pack)
{
  g_autofree char *reviewed = wh_clock_format_date (rule->reviewed);

  /* Translators: a law, the name of a rule pack, "installed", "signed" or "UNSIGNED", a date. */
  return g_strdup_printf (_("%s (pack %s, %s; text of %s)"), rule->citation ? rule->citation : _("no citation"), pack->name,
                          trust_words (pack->trust), reviewed);
}

/* -- as JSON ----------------------------------------------------------------------------------------------------- */

static void
write_base (WhJsonWriter *writer, const WhRule *rule)
{
  wh_json_writer_key (writer, "base");
  if (rule->status != WH_RULE_KNOWN || rule->unit != WH_RULE_PERCENT)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_array (writer);
  wh_json_writer_string (writer, "price");
  for (const WhRuleSubject **base = rule->base; base && *base; base++)
    wh_json_writer_string (writer, (*base)->key);
  wh_json_writer_end_array (writer);
}

static void
write_condition (WhJsonWriter *writer, const WhRule *rule)
{
  wh_json_writer_key (writer, "condition");
  if (!wh_rule_has_bound (rule))
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "thc_above", rule->thc_above, BOUND_DECIMALS);
  wh_json_writer_add_number (writer, "thc_at_most", rule->thc_at_most, BOUND_DECIMALS);
  wh_json_writer_end_object (writer);
}

/* The value as it was written, exactly. */
static void
write_value (WhJsonWriter *writer, const WhRule *rule)
{
  gboolean known = rule->status == WH_RULE_KNOWN;
  g_autofree char *value = known ? wh_rule_value_format (rule->value) : NULL;

  wh_json_writer_add_string (writer, "status", known ? "known" : "unknown");
  wh_json_writer_key (writer, "value");
  wh_json_writer_raw (writer, known ? value : "null");
  wh_json_writer_add_string (writer, "unit", known ? wh_rule_unit_key (rule->unit) : NULL);
  write_base (writer, rule);
  wh_json_writer_add_string (writer, "rounding",
                             known && rule->subject->kind == WH_RULE_TAX ? wh_rounding_key (rule->rounding) : NULL);
}

void
wh_present_rule (WhJsonWriter *writer, const WhRule *rule, const WhRulePack *pack, gint64 now)
{
  g_autofree char *place = wh_jurisdiction_format (&rule->place);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "jurisdiction", place);
  wh_json_writer_add_string (writer, "subject", rule->subject->key);
  wh_json_writer_add_string (writer, "title", _(rule->subject->title));
  wh_json_writer_add_string (writer, "category", rule->category);
  wh_json_writer_add_string (writer, "buyer", wh_buyer_key (rule->buyer));
  write_condition (writer, rule);
  write_value (writer, rule);
  add_day (writer, "effective_from", rule->from);
  add_day (writer, "effective_to", rule->to);
  add_day (writer, "reviewed_on", rule->reviewed);
  wh_json_writer_add_boolean (writer, "review_due", wh_rule_is_old (rule, now));
  wh_json_writer_add_string (writer, "citation", rule->citation);
  wh_json_writer_add_string (writer, "url", rule->url);
  wh_json_writer_add_string (writer, "note", rule->note);
  wh_json_writer_add_string (writer, "pack", pack->name);
  wh_json_writer_add_string (writer, "trust", wh_rule_trust_key (pack->trust));
  wh_json_writer_end_object (writer);
}

static void
write_pack (WhJsonWriter *writer, const WhRulePack *pack)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "pack", pack->name);
  wh_json_writer_add_string (writer, "title", pack->title);
  add_day (writer, "issued", pack->issued);
  wh_json_writer_add_string (writer, "trust", wh_rule_trust_key (pack->trust));
  wh_json_writer_add_string (writer, "key", pack->key);
  wh_json_writer_add_string (writer, "path", pack->path);
  wh_json_writer_add_integer (writer, "rules", pack->rules->len);
  wh_json_writer_add_integer (writer, "warnings", pack->problems->len);
  wh_json_writer_end_object (writer);
}

static void
write_refusals (WhJsonWriter *writer, const WhRules *rules)
{
  wh_json_writer_key (writer, "refused");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < rules->refused->len; i++)
    {
      const WhRuleRefusal *refusal = rules->refused->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "path", refusal->path);
      wh_json_writer_add_string (writer, "message", refusal->message);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

/* Returns how many are written. */
static guint
write_rules (WhJsonWriter *writer, const WhRulePack *pack, const WhJurisdiction *place, guint limit, gint64 now)
{
  guint n = 0;

  for (guint i = 0; i < pack->rules->len && n < limit; i++)
    if (wh_rules_are_of (pack->rules->pdata[i], place))
      {
        wh_present_rule (writer, pack->rules->pdata[i], pack, now);
        n++;
      }
  return n;
}

void
wh_present_rules (WhJsonWriter *writer, const WhRules *rules, const WhJurisdiction *place, guint limit, gint64 now)
{
  guint room = limit ? limit : G_MAXUINT;

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "packs");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < rules->packs->len; i++)
    write_pack (writer, rules->packs->pdata[i]);
  wh_json_writer_end_array (writer);
  write_refusals (writer, rules);
  wh_json_writer_key (writer, "rules");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < rules->packs->len; i++)
    room -= write_rules (writer, rules->packs->pdata[i], place, room, now);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}
