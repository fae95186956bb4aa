#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-limits.h"
#include "service/wh-rule-keys.h"
#include "service/wh-rules.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"

#define ROWS_SHOWN 60
#define SEVERITY(problem) ((problem)->warning ? "warning" : "error")

static int
usage (const WhCliOptions *options, const char *message)
{
  wh_cli_output_error (options, "usage", message, NULL);
  return WH_EXIT_USAGE;
}

/* -- list -------------------------------------------------------------------------------------------------------- */

/* "2025-07-01 – 2025-09-30", "since 2025-10-01" */
static char *
days_in_words (const WhRule *rule)
{
  g_autofree char *from = wh_clock_format_date (rule->from), *to = wh_clock_format_date (rule->to);

  if (from && to)
    return g_strdup_printf ("%s – %s", from, to);
  if (from)
    /* Translators: a date. */
    return g_strdup_printf (_("since %s"), from);
  /* Translators: a date. */
  return to ? g_strdup_printf (_("until %s"), to) : g_strdup ("");
}

/* On what, for whom: "flower, adult, THC over 35 %" */
static char *
scope_in_words (const WhRule *rule)
{
  GString *scope = g_string_new (rule->category ? rule->category : _("any"));

  if (rule->buyer != WH_BUYER_ANY)
    g_string_append_printf (scope, ", %s", wh_buyer_key (rule->buyer));
  if (rule->thc_above >= 0)
    g_string_append_printf (scope, ", THC > %g %%", rule->thc_above);
  if (rule->thc_at_most >= 0)
    g_string_append_printf (scope, ", THC ≤ %g %%", rule->thc_at_most);
  return g_string_free (scope, FALSE);
}

static char *
value_in_words (const WhRule *rule)
{
  g_autofree char *value = NULL;
  GString *words;

  if (rule->status == WH_RULE_UNKNOWN)
    return g_strdup (_("unknown"));
  value = wh_rules_value_words (rule);
  words = g_string_new (value);
  for (const WhRuleSubject **base = rule->base; base && *base; base++)
    g_string_append_printf (words, "%s%s", base == rule->base ? _(" of price + ") : " + ", (*base)->key);
  return g_string_free (words, FALSE);
}

static char *
source_in_words (const WhRule *rule, const WhRulePack *pack, gint64 now)
{
  g_autofree char *source = rule->status == WH_RULE_KNOWN ? wh_rules_source_words (rule, pack) : g_strdup (rule->note);

  return rule->status == WH_RULE_KNOWN && wh_rule_is_old (rule, now) ? g_strconcat (_("READ AGAIN: "), source, NULL)
                                                                       : g_steal_pointer (&source);
}

static void
add_rule (WhCliTable *table, const WhRule *rule, const WhRulePack *pack, gint64 now)
{
  g_autofree char *place = wh_jurisdiction_format (&rule->place), *scope = scope_in_words (rule);
  g_autofree char *value = value_in_words (rule), *days = days_in_words (rule), *source = source_in_words (rule, pack, now);

  wh_cli_table_add (table, (const char *const[]) { place, rule->subject->key, scope, value, days, source });
}

static void
print_rules (const WhCliOptions *options, const WhRules *rules, const WhJurisdiction *place)
{
  const WhCliColumn columns[] = { { _("Where"), FALSE, 0, FALSE, "1" },   { _("What"), FALSE, 0, FALSE, NULL },
                                  { _("On"), FALSE, 10, FALSE, NULL },    { _("Value"), FALSE, 0, FALSE, NULL },
                                  { _("In force"), FALSE, 0, TRUE, NULL }, { _("Source, or what to look up"), FALSE, 20, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint most = options->limit ? (guint) options->limit : ROWS_SHOWN, n = 0;
  gint64 now = wh_clock_now ();

  for (guint i = 0; i < rules->packs->len; i++)
    {
      const WhRulePack *pack = rules->packs->pdata[i];
      for (guint j = 0; j < pack->rules->len; j++)
        if (wh_rules_are_of (pack->rules->pdata[j], place) && n++ < most)
          add_rule (table, pack->rules->pdata[j], pack, now);
    }
  if (n > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_line (_("No rule pack says anything about it: nothing is known, which is not zero."));
  if (n > most)
    wh_cli_output_line (_("%u of %u; --limit shows more, --jurisdiction NJ those of a state"), most, n);
}

static void
print_packs (const WhCliOptions *options, const WhRules *rules)
{
  for (guint i = 0; i < rules->packs->len; i++)
    {
      const WhRulePack *pack = rules->packs->pdata[i];
      g_autofree char *issued = wh_clock_format_date (pack->issued);
      /* Translators: the name of a rule pack, its title, a date, "installed", "signed" or "unsigned". */
      g_autofree char *line = g_strdup_printf (_("Pack %s: %s, issued %s, %s%s%s"), pack->name, pack->title, issued,
                                               wh_rule_trust_key (pack->trust), pack->path ? ", " : "", pack->path ? pack->path : "");
      if (pack->trust == WH_TRUST_UNSIGNED)
        wh_cli_output_styled (options, WH_STYLE_NOTICE, line);
      else
        wh_cli_output_line ("%s", line);
    }
  for (guint i = 0; i < rules->refused->len; i++)
    {
      const WhRuleRefusal *refusal = rules->refused->pdata[i];
      g_autofree char *line = g_strdup_printf (_("NOT USED: %s: %s"), refusal->path, refusal->message);
      wh_cli_output_styled (options, WH_STYLE_NOTICE, line);
    }
}

static int
list (const WhCliOptions *options, GError **error)
{
  g_auto (WhJurisdiction) place = { NULL };
  const WhJurisdiction *of = options->jurisdiction ? &place : NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhRules) rules = NULL;

  if (options->jurisdiction && !wh_jurisdiction_parse (options->jurisdiction, &place))
    return usage (options, _("--jurisdiction takes NJ, NJ/Newark or NJ/county:Essex"));
  rules = wh_rules_load (options->data_dir, principal, error);
  if (!rules)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_rules (options, rules, of);
      print_packs (options, rules);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_rules (writer, rules, of, (guint) options->limit, wh_clock_now ());
  return wh_cli_output_document (options, json, "rules", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* -- check ------------------------------------------------------------------------------------------------------- */

/* Adds what is wrong with the signature to what is wrong with the pack. */
static WhRulePack *
read_pack (const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) broken = NULL;
  WhRulePack *pack;
  gsize length;

  if (!wh_rule_keys_read (path, WH_LIMIT_RULE_PACK, &bytes, &length, error))
    return NULL;
  pack = wh_rule_pack_read (bytes, length);
  if (!wh_rule_keys_look (path, bytes, length, &pack->key, &broken))
    wh_rule_pack_complain (pack, 0, 0, FALSE, "%s", broken->message);
  return pack;
}

static void
write_check (WhJsonWriter *writer, const char *path, const WhRulePack *pack)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "path", path);
  wh_json_writer_add_string (writer, "pack", pack->name);
  wh_json_writer_add_string (writer, "key", pack->key);
  wh_json_writer_add_boolean (writer, "trusted", wh_rules_trusts (pack->key));
  wh_json_writer_add_integer (writer, "rules", pack->rules->len);
  wh_json_writer_add_integer (writer, "errors", pack->n_errors);
  wh_json_writer_key (writer, "problems");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < pack->problems->len; i++)
    {
      const WhRuleProblem *problem = pack->problems->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_integer (writer, "line", problem->line);
      wh_json_writer_add_integer (writer, "column", problem->column);
      wh_json_writer_add_string (writer, "severity", SEVERITY (problem));
      wh_json_writer_add_string (writer, "message", problem->message);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static void
print_check (const char *path, const WhRulePack *pack)
{
  for (guint i = 0; i < pack->problems->len; i++)
    {
      g_autofree char *text = wh_rule_problem_text (path, pack->problems->pdata[i]);
      wh_cli_output_line ("%s", text);
    }
  if (pack->n_errors > 0)
    wh_cli_output_line (_("%s cannot be used: %u errors"), path, pack->n_errors);
  else
    wh_cli_output_line (_("%s can be used: %u rules"), path, pack->rules->len);
  if (pack->key)
    wh_cli_output_line (wh_rules_trusts (pack->key) ? _("Signed by the key %s, which is listed here")
                                                    : _("Signed by the key %s, which is not listed here: it will be shown as unsigned"),
                        pack->key);
  else if (pack->n_errors == 0)
    wh_cli_output_line (_("Nobody signed it: it will be shown as unsigned (weedhounds rules sign)"));
}

static int
check (const WhCliOptions *options, GError **error)
{
  const char *path = options->words[1];
  g_autoptr (WhRulePack) pack = read_pack (path, error);
  int status;

  if (!pack)
    return WH_EXIT_FAILED;
  status = pack->n_errors > 0 ? WH_EXIT_FAILED : WH_EXIT_DONE;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_check (path, pack);
      return status;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  write_check (writer, path, pack);
  return wh_cli_output_document (options, json, "problems", error) ? status : WH_EXIT_FAILED;
}

/* -- keys -------------------------------------------------------------------------------------------------------- */

static int
say_key (const WhCliOptions *options, const char *key, const char *text, GError **error)
{
  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line ("%s", text);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "key", key);
  wh_json_writer_end_object (writer);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
make_key (const WhCliOptions *options, GError **error)
{
  g_autofree char *key = wh_rule_keys_make (options->key, error), *file = wh_cli_options_file (options);
  g_autofree char *text = NULL;

  if (key)
    text = g_strdup_printf (_("%s holds the secret key: keep it away from shops and servers. Machines that are to trust what it signs "
                              "have this in %s:\n\n[rules]\nkeys=%s"),
                            options->key, file, key);
  return key ? say_key (options, key, text, error) : WH_EXIT_FAILED;
}

/* What cannot be used is not signed. */
static int
sign (const WhCliOptions *options, GError **error)
{
  const char *path = options->words[1];
  g_autofree char *bytes = NULL, *key = NULL, *text = NULL;
  g_autoptr (WhRulePack) pack = NULL;
  gsize length;

  if (!wh_rule_keys_read (path, WH_LIMIT_RULE_PACK, &bytes, &length, error))
    return WH_EXIT_FAILED;
  pack = wh_rule_pack_read (bytes, length);
  if (pack->n_errors > 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s has errors and is not signed: see weedhounds rules check"), path);
      return WH_EXIT_FAILED;
    }
  key = wh_rule_keys_sign (path, options->key, error);
  if (!key)
    return WH_EXIT_FAILED;
  text = g_strdup_printf (_("%s.sig is written, by the key %s"), path, key);
  return say_key (options, key, text, error);
}

int
wh_cli_rules (const WhCliOptions *options, GError **error)
{
  const char *what = options->words[0];
  guint n = g_strv_length (options->words);

  if (strcmp (what, "list") == 0 && n == 1)
    return list (options, error);
  if (strcmp (what, "check") == 0 && n == 2)
    return check (options, error);
  if (strcmp (what, "keygen") == 0 && n == 1 && options->key)
    return make_key (options, error);
  if (strcmp (what, "sign") == 0 && n == 2 && options->key)
    return sign (options, error);
  return usage (options, _("rules what? list, check FILE, keygen --key KEYFILE, or sign FILE --key KEYFILE"));
}
