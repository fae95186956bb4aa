#include "wh-rule-pack.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-pricing.h"

#define MAGIC "weedhounds-rules"
#define VERSION "1"
#define MOST_PERCENT ((gint64) 100 * WH_RULE_UNIT_VALUE)
#define MOST_YEARS 120
#define MOST_PROBLEMS 1000
#define ANY "*"
#define PRICE "price"

enum {
  JURISDICTION, SUBJECT, CATEGORY, BUYER, CONDITION, STATUS, VALUE, UNIT, BASE, ROUNDING, FROM, TO, REVIEWED, CITATION, URL, NOTE,
  N_COLUMNS
};

static const char *const columns[] = { "jurisdiction", "subject", "category", "buyer", "condition", "status", "value", "unit", "base",
                                       "rounding", "effective_from", "effective_to", "reviewed_on", "citation", "url", "note" };
G_STATIC_ASSERT (G_N_ELEMENTS (columns) == N_COLUMNS);

/* A line on its way. */
typedef struct {
  WhRulePack *pack;
  guint    line;
  char   **cells;
  guint    n_cells;
  gboolean headed;    /* the columns' names were there: rules follow */
  gboolean versioned;
} Reader;

/* -- problems ---------------------------------------------------------------------------------------------------- */

static void
problem_free (WhRuleProblem *problem)
{
  g_free (problem->message);
  g_free (problem);
}

void
wh_rule_pack_complain (WhRulePack *pack, guint line, guint column, gboolean warning, const char *format, ...)
{
  WhRuleProblem *problem;
  va_list arguments;

  pack->n_errors += !warning;
  if (pack->problems->len >= MOST_PROBLEMS)
    return;
  problem = g_new0 (WhRuleProblem, 1);
  va_start (arguments, format);
  *problem = (WhRuleProblem) { line, column, warning, g_strdup_vprintf (format, arguments) };
  va_end (arguments);
  g_ptr_array_add (pack->problems, problem);
}

char *
wh_rule_problem_text (const char *path, const WhRuleProblem *problem)
{
  const char *kind = problem->warning ? _("warning") : _("error");

  if (problem->column > 0)
    return g_strdup_printf ("%s:%u:%u: %s: %s", path, problem->line, problem->column, kind, problem->message);
  if (problem->line > 0)
    return g_strdup_printf ("%s:%u: %s: %s", path, problem->line, kind, problem->message);
  return g_strdup_printf ("%s: %s: %s", path, kind, problem->message);
}

const char *
wh_rule_trust_key (WhRuleTrust trust)
{
  static const char *const keys[] = { "installed", "signed", "unsigned" };

  return keys[trust];
}

/* Where a cell begins, in characters. */
static guint
column_of (const Reader *reader, guint cell)
{
  guint column = 1;

  for (guint i = 0; i < cell && i < reader->n_cells; i++)
    column += (guint) g_utf8_strlen (reader->cells[i], -1) + 1;
  return column;
}

/* Always FALSE. */
G_GNUC_PRINTF (3, 4)
static gboolean
refuse (Reader *reader, guint cell, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  wh_rule_pack_complain (reader->pack, reader->line, column_of (reader, cell), FALSE, "%s", message);
  return FALSE;
}

/* -- cells ------------------------------------------------------------------------------------------------------- */

static gboolean
take_place (Reader *reader, WhRule *rule)
{
  return wh_jurisdiction_parse (reader->cells[JURISDICTION], &rule->place)
         || refuse (reader, JURISDICTION, _("“%s” is no jurisdiction: write NJ, NJ/Newark or NJ/county:Essex"),
                    reader->cells[JURISDICTION]);
}

static gboolean
take_subject (Reader *reader, WhRule *rule)
{
  const char *category = reader->cells[CATEGORY];

  rule->subject = wh_rule_subject_find (reader->cells[SUBJECT]);
  if (!rule->subject)
    return refuse (reader, SUBJECT, _("“%s” is no subject of rules"), reader->cells[SUBJECT]);
  if (strcmp (category, ANY) != 0 && !wh_pricing_is_category (category))
    return refuse (reader, CATEGORY, _("“%s” is no category: write * or one of %s"), category, wh_pricing_categories ());
  rule->category = strcmp (category, ANY) == 0 ? NULL : g_strdup (category);
  return wh_buyer_parse (reader->cells[BUYER], &rule->buyer)
         || refuse (reader, BUYER, _("“%s” is no buyer: write adult, medical or any"), reader->cells[BUYER]);
}

/* "thc>10", "thc<=35" */
static gboolean
take_bound (const char *word, WhRule *rule)
{
  gboolean above = g_str_has_prefix (word, "thc>");
  double *bound = above ? &rule->thc_above : &rule->thc_at_most;

  return (above || g_str_has_prefix (word, "thc<=")) && isnan (*bound) && wh_text_to_number (word + (above ? 4 : 5), bound)
         && *bound >= 0 && *bound <= 100;
}

static gboolean
take_condition (Reader *reader, WhRule *rule)
{
  g_auto (GStrv) words = g_strsplit (reader->cells[CONDITION], " ", 3);

  for (char **word = words; *word; word++)
    if (!take_bound (*word, rule))
      return refuse (reader, CONDITION, _("“%s” is no bound on THC: write thc<=35 or thc>35"), *word);
  return !(rule->thc_above >= rule->thc_at_most) || refuse (reader, CONDITION, _("nothing is within these bounds"));
}

static gboolean
take_value (Reader *reader, WhRule *rule)
{
  const char *value = reader->cells[VALUE], *unit = reader->cells[UNIT];

  if (!wh_rule_value_parse (value, &rule->value))
    return refuse (reader, VALUE, _("“%s” is no value: write a number such as 6.625"), value);
  if (!wh_rule_unit_parse (unit, &rule->unit) || !wh_rule_unit_fits (rule->unit, rule->subject->kind))
    return refuse (reader, UNIT, _("“%s” is no unit of %s"), unit, rule->subject->key);
  if (rule->unit == WH_RULE_PERCENT && rule->value > MOST_PERCENT)
    return refuse (reader, VALUE, _("a tax of more than 100 %% is taken for a slip"));
  if (rule->unit == WH_RULE_YEARS && (rule->value % WH_RULE_UNIT_VALUE != 0 || rule->value > MOST_YEARS * WH_RULE_UNIT_VALUE))
    return refuse (reader, VALUE, _("“%s” is no age in whole years"), value);
  return TRUE;
}

/* The taxes of "price+tax.excise.retail+…". */
static gboolean
take_taxes (Reader *reader, WhRule *rule, char **words)
{
  guint n = g_strv_length (words);

  rule->base = n > 0 ? g_new0 (const WhRuleSubject *, n + 1) : NULL;
  for (guint i = 0; i < n; i++)
    {
      const WhRuleSubject *tax = wh_rule_subject_find (words[i]);
      if (!tax || tax->kind != WH_RULE_TAX)
        return refuse (reader, BASE, _("“%s” is no tax that could be taxed"), words[i]);
      if (tax == rule->subject)
        return refuse (reader, BASE, _("%s cannot be levied on itself"), tax->key);
      for (guint j = 0; j < i; j++)
        if (rule->base[j] == tax)
          return refuse (reader, BASE, _("%s stands twice in the base"), tax->key);
      rule->base[i] = tax;
    }
  return TRUE;
}

static gboolean
take_base (Reader *reader, WhRule *rule)
{
  const char *base = reader->cells[BASE];
  g_auto (GStrv) words = g_strsplit (base, "+", -1);

  if (rule->subject->kind == WH_RULE_TAX && !wh_rounding_parse (reader->cells[ROUNDING], &rule->rounding))
    return refuse (reader, ROUNDING, _("“%s” is no way to round a tax: write half_up or up"), reader->cells[ROUNDING]);
  if (rule->subject->kind != WH_RULE_TAX && *reader->cells[ROUNDING])
    return refuse (reader, ROUNDING, _("only taxes are rounded: leave this empty"));
  if (rule->unit != WH_RULE_PERCENT)
    return !*base || refuse (reader, BASE, _("only a tax in percent has a base: leave this empty"));
  if (!words[0] || strcmp (words[0], PRICE) != 0)
    return refuse (reader, BASE, _("“%s” is no base: write price, or price+ and taxes"), base);
  return take_taxes (reader, rule, words + 1);
}

/* A day, midnight UTC; absent ones are left unset where they may be. */
static gboolean
take_day (Reader *reader, guint cell, gboolean needed, gint64 *out_day)
{
  const char *text = reader->cells[cell];
  gint64 day;
  g_autofree char *back = NULL;

  if (!*text)
    return !needed || refuse (reader, cell, _("%s is missing"), columns[cell]);
  if (wh_clock_parse (text, &day))
    back = wh_clock_format_date (day);
  if (g_strcmp0 (back, text) != 0)
    return refuse (reader, cell, _("“%s” is no day: write it as 2026-11-25"), text);
  *out_day = day;
  return TRUE;
}

static gboolean
take_days (Reader *reader, WhRule *rule)
{
  gboolean known = rule->status == WH_RULE_KNOWN;

  if (!take_day (reader, FROM, known, &rule->from) || !take_day (reader, TO, FALSE, &rule->to)
      || !take_day (reader, REVIEWED, TRUE, &rule->reviewed))
    return FALSE;
  if (rule->from != WH_TIME_UNSET && rule->to != WH_TIME_UNSET && rule->to < rule->from)
    return refuse (reader, TO, _("it ends before it begins"));
  return rule->reviewed <= wh_clock_now () + WH_TIME_DAY || refuse (reader, REVIEWED, _("nobody has read a text in the future"));
}

static gboolean
take_source (Reader *reader, WhRule *rule)
{
  const char *citation = reader->cells[CITATION], *url = reader->cells[URL], *note = reader->cells[NOTE];
  gboolean known = rule->status == WH_RULE_KNOWN;

  if (known && !*citation)
    return refuse (reader, CITATION, _("say which text says so; without one the status is unknown"));
  if ((known || *url) && !g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    return refuse (reader, URL, _("say where the text was read: an address that begins with https://"));
  if (!known && !*note)
    return refuse (reader, NOTE, _("say what to look up"));
  rule->citation = *citation ? g_strdup (citation) : NULL;
  rule->url = *url ? g_strdup (url) : NULL;
  rule->note = *note ? g_strdup (note) : NULL;
  return TRUE;
}

static gboolean
take_status (Reader *reader, WhRule *rule)
{
  const char *status = reader->cells[STATUS];

  if (strcmp (status, "known") == 0)
    {
      rule->status = WH_RULE_KNOWN;
      return take_value (reader, rule) && take_base (reader, rule);
    }
  if (strcmp (status, "unknown") != 0)
    return refuse (reader, STATUS, _("“%s” is no status: write known or unknown"), status);
  for (guint cell = VALUE; cell <= ROUNDING; cell++)
    if (*reader->cells[cell])
      return refuse (reader, cell, _("a rule that is unknown has no %s"), columns[cell]);
  return TRUE;
}

/* -- lines ------------------------------------------------------------------------------------------------------- */

static void
take_rule (Reader *reader)
{
  g_autoptr (WhRule) rule = wh_rule_new ();

  rule->line = reader->line;
  if (reader->n_cells != N_COLUMNS)
    wh_rule_pack_complain (reader->pack, reader->line, 0, FALSE, _("%u cells, but there are %u columns"), reader->n_cells, N_COLUMNS);
  else if (reader->pack->rules->len >= WH_LIMIT_RULE_ROWS)
    wh_rule_pack_complain (reader->pack, reader->line, 0, FALSE, _("more than %d rules: make two packs of it"), WH_LIMIT_RULE_ROWS);
  else if (take_place (reader, rule) && take_subject (reader, rule) && take_condition (reader, rule) && take_status (reader, rule)
           && take_days (reader, rule) && take_source (reader, rule))
    g_ptr_array_add (reader->pack->rules, g_steal_pointer (&rule));
}

static gboolean
is_name (const char *text)
{
  return *text && strlen (text) <= 64 && text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void
take_heading (Reader *reader)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    if (i >= reader->n_cells || strcmp (reader->cells[i], columns[i]) != 0)
      {
        refuse (reader, i, _("column %u must be called %s"), i + 1, columns[i]);
        return;
      }
  if (reader->n_cells > N_COLUMNS)
    refuse (reader, N_COLUMNS, _("there are only %u columns"), N_COLUMNS);
}

/* What comes before the rules. */
static void
take_preamble (Reader *reader)
{
  WhRulePack *pack = reader->pack;
  const char *key = reader->cells[0], *value = reader->n_cells > 1 ? reader->cells[1] : "";

  if (!reader->versioned && (strcmp (key, MAGIC) != 0 || strcmp (value, VERSION) != 0))
    refuse (reader, 0, _("a rule pack begins with “%s”, a tab and “%s”; this is none, or one of a newer program"), MAGIC, VERSION);
  else if (!reader->versioned)
    ;
  else if (strcmp (key, columns[0]) == 0)
    {
      reader->headed = TRUE;
      take_heading (reader);
    }
  else if (strcmp (key, "pack") == 0 && !pack->name && is_name (value))
    pack->name = g_strdup (value);
  else if (strcmp (key, "title") == 0 && !pack->title && *value)
    pack->title = g_strdup (value);
  else if (strcmp (key, "issued") == 0 && pack->issued == WH_TIME_UNSET && wh_clock_parse (value, &pack->issued))
    ;
  else
    refuse (reader, 0, _("“%s” does not belong here, stands twice or has no proper value"), key);
  reader->versioned = TRUE;
}

static gboolean
has_controls (const char *line)
{
  for (; *line; line++)
    if ((guchar) *line < 0x20 && *line != '\t')
      return TRUE;
  return strchr (line, 0x7f) != NULL;
}

/* FALSE stops reading. */
static gboolean
take_line (Reader *reader, char *line)
{
  gsize length = strlen (line);

  if (length > 0 && line[length - 1] == '\r')
    line[--length] = '\0';
  if (length == 0 || line[0] == '#')
    return TRUE;
  if (has_controls (line) || length > 4 * WH_LIMIT_TEXT)
    {
      wh_rule_pack_complain (reader->pack, reader->line, 0, FALSE, _("the line is too long or has control characters"));
      return TRUE;
    }
  g_auto (GStrv) cells = g_strsplit (line, "\t", -1);
  reader->cells = cells;
  reader->n_cells = g_strv_length (cells);
  if (reader->headed)
    take_rule (reader);
  else
    take_preamble (reader);
  return reader->headed || reader->pack->n_errors == 0;
}

static void
require_preamble (WhRulePack *pack, gboolean headed)
{
  if (pack->n_errors > 0)
    return;
  if (!pack->name || !pack->title || pack->issued == WH_TIME_UNSET)
    wh_rule_pack_complain (pack, 0, 0, FALSE, _("it must say its pack, title and issued before the columns' names"));
  else if (!headed || pack->rules->len == 0)
    wh_rule_pack_complain (pack, 0, 0, FALSE, _("there are no rules in it"));
}

static int
compare_problems (gconstpointer a, gconstpointer b)
{
  const WhRuleProblem *x = *(WhRuleProblem *const *) a, *y = *(WhRuleProblem *const *) b;

  return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->column > y->column) - (x->column < y->column);
}

WhRulePack *
wh_rule_pack_read (const char *bytes, gsize length)
{
  WhRulePack *pack = g_new0 (WhRulePack, 1);
  Reader reader = { .pack = pack };
  const char *bad;

  pack->issued = WH_TIME_UNSET;
  pack->trust = WH_TRUST_UNSIGNED;
  pack->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_rule_free);
  pack->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) problem_free);
  if (length > WH_LIMIT_RULE_PACK)
    wh_rule_pack_complain (pack, 0, 0, FALSE, _("it has more than %d bytes: make two packs of it"), WH_LIMIT_RULE_PACK);
  else if (!g_utf8_validate (bytes, (gssize) length, &bad))
    wh_rule_pack_complain (pack, 0, 0, FALSE, _("it is no text in UTF-8 (byte %" G_GSIZE_FORMAT ")"), (gsize) (bad - bytes) + 1);
  if (pack->n_errors > 0)
    return pack;
  g_autofree char *text = g_strndup (bytes, length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++)
    {
      reader.line++;
      if (!take_line (&reader, *line))
        break;
    }
  require_preamble (pack, reader.headed);
  wh_rule_pack_compare (pack);
  g_ptr_array_sort (pack->problems, compare_problems);
  return pack;
}

void
wh_rule_pack_free (WhRulePack *pack)
{
  g_free (pack->name);
  g_free (pack->title);
  g_free (pack->path);
  g_free (pack->key);
  g_ptr_array_unref (pack->rules);
  g_ptr_array_unref (pack->problems);
  g_free (pack);
}
