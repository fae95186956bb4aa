#include "wh-out-the-door.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"

#define HUNDRED_PERCENT ((gint64) 100 * WH_RULE_UNIT_VALUE)
#define CENT_VALUE (WH_RULE_UNIT_VALUE / 100)
#define SLACK 1e-6   /* of a cent; less is the noise of binary fractions */

typedef enum {
  UNTOUCHED,
  BEGUN,
  DONE,
} Progress;

/* Taxes on their way: one place per subject. */
typedef struct {
  const WhRules        *rules;
  const WhDoorQuestion *question;
  gint64     price_cents;
  WhDoorLine *lines;
  Progress   *progress;
} Sum;

/* -- what is typed ----------------------------------------------------------------------------------------------- */

static const char *const basis_keys[] = { "unknown", "included", "excluded" };

const char *
wh_tax_basis_key (WhTaxBasis basis)
{
  return basis_keys[basis];
}

WhTaxBasis
wh_tax_basis_parse (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (basis_keys); i++)
    if (g_strcmp0 (text, basis_keys[i]) == 0)
      return i;
  return WH_TAX_BASIS_UNKNOWN;
}

gboolean
wh_discount_parse (const char *text, WhDiscount *out_discount)
{
  gsize length = strlen (text);
  gboolean percent = length > 0 && text[length - 1] == '%';
  g_autofree char *number = g_strndup (text, percent ? length - 1 : length);
  gint64 value;

  if (!wh_rule_value_parse (number, &value) || (percent ? value > HUNDRED_PERCENT : value % CENT_VALUE != 0))
    return FALSE;
  *out_discount = percent ? (WhDiscount) { value, 0 } : (WhDiscount) { 0, value / CENT_VALUE };
  return TRUE;
}

/* -- cents ------------------------------------------------------------------------------------------------------- */

/* Of at most a few hundred million cents and 100 %, so that the product fits. */
static gint64
percent_of (gint64 cents, gint64 percent, WhRounding rounding)
{
  return (cents * percent + (rounding == WH_ROUND_UP ? HUNDRED_PERCENT - 1 : HUNDRED_PERCENT / 2)) / HUNDRED_PERCENT;
}

/* Dollars for an amount of something. */
static gint64
price_of (double amount, gint64 value, WhRounding rounding)
{
  double cents = amount * value / CENT_VALUE;

  return (gint64) (rounding == WH_ROUND_UP ? ceil (cents - SLACK) : floor (cents + 0.5 + SLACK));
}

/* -- one tax ----------------------------------------------------------------------------------------------------- */

static void compute_line (Sum *sum, guint subject);

/* How much of what a tax not in percent is levied on is in the purchase; NAN: not known. */
static double
amount_taxed (const WhDoorQuestion *question, WhRuleUnit unit)
{
  switch (unit)
    {
    case WH_RULE_USD_PER_OUNCE:
      return question->grams / WH_RULE_GRAMS_PER_OUNCE * question->quantity;
    case WH_RULE_USD_PER_GRAM:
      return question->grams * question->quantity;
    case WH_RULE_USD_PER_MG_THC:
      return question->thc_mg * question->quantity;
    default:
      return NAN;
    }
}

static void
levy_on_amount (const Sum *sum, WhDoorLine *line)
{
  const WhRule *rule = line->answer.rule;
  double amount = amount_taxed (sum->question, rule->unit);

  line->base_cents = WH_INTEGER_UNSET;
  if (amount >= 0 && amount * rule->value / CENT_VALUE < WH_DOOR_MOST_CENTS)
    {
      line->certainty = WH_DOOR_KNOWN;
      line->amount_cents = price_of (amount, rule->value, rule->rounding);
    }
  else
    line->why = g_strdup (rule->unit == WH_RULE_USD_PER_MG_THC ? _("the label does not tell the THC it is levied on")
                                                               : _("nobody knows the weight it is levied on"));
}

/* The price and the taxes in the base, each computed first. */
static void
levy_on_price (Sum *sum, WhDoorLine *line)
{
  const WhRule *rule = line->answer.rule;
  g_autoptr (GString) open = g_string_new (NULL);

  line->base_cents = sum->price_cents;
  for (const WhRuleSubject **base = rule->base; base && *base; base++)
    {
      guint other = wh_rule_subject_index (*base);
      compute_line (sum, other);
      line->base_cents += sum->lines[other].amount_cents;
      if (sum->progress[other] != DONE || sum->lines[other].certainty != WH_DOOR_KNOWN)
        g_string_append_printf (open, "%s%s", open->len ? ", " : "", _((*base)->title));
    }
  line->certainty = open->len ? WH_DOOR_AT_LEAST : WH_DOOR_KNOWN;
  line->amount_cents = percent_of (line->base_cents, rule->value, rule->rounding);
  if (open->len)
    line->why = g_strdup_printf (_("levied on what is not known: %s"), open->str);
}

/* A tax that is met while it is being computed is levied on itself through others: what it comes to counts as not known. */
static void
compute_line (Sum *sum, guint subject)
{
  const WhDoorQuestion *question = sum->question;
  WhDoorLine *line = &sum->lines[subject];
  const WhRuleQuestion asked = { question->place,       wh_rule_subject_at (subject), question->category, question->buyer,
                                 question->thc_percent, question->moment };

  if (sum->progress[subject] != UNTOUCHED)
    return;
  sum->progress[subject] = BEGUN;
  *line = (WhDoorLine) { .subject = asked.subject, .certainty = WH_DOOR_NOT_KNOWN, .base_cents = WH_INTEGER_UNSET };
  line->answer = wh_rules_find (sum->rules, &asked);
  if (line->answer.kind != WH_ANSWER_RULE)
    line->why = wh_rules_answer_words (&line->answer);
  else if (line->answer.rule->unit == WH_RULE_PERCENT)
    levy_on_price (sum, line);
  else
    levy_on_amount (sum, line);
  sum->progress[subject] = DONE;
}

/* -- all of them ------------------------------------------------------------------------------------------------- */

static void
line_clear (gpointer data)
{
  g_free (((WhDoorLine *) data)->why);
}

/* A tax that no state is expected to have is listed where there is any rule on it. */
static void
compute_lines (WhDoor *door, const WhRules *rules, const WhDoorQuestion *question)
{
  guint n = wh_rule_subject_count ();
  g_autofree WhDoorLine *lines = g_new0 (WhDoorLine, n);
  g_autofree Progress *progress = g_new0 (Progress, n);
  Sum sum = { rules, question, door->price_cents, lines, progress };

  for (guint i = 0; i < n; i++)
    if (wh_rule_subject_at (i)->kind == WH_RULE_TAX)
      compute_line (&sum, i);
  for (guint i = 0; i < n; i++)
    {
      const WhRuleSubject *subject = wh_rule_subject_at (i);
      gboolean listed = subject->kind == WH_RULE_TAX && (subject->expected || lines[i].answer.kind != WH_ANSWER_NO_RULE);
      if (listed)
        g_array_append_val (door->lines, lines[i]);
      else
        line_clear (&lines[i]);
    }
}

static void
add_up (WhDoor *door)
{
  gint64 taxes = 0;
  gboolean all_known = TRUE;

  for (guint i = 0; i < door->lines->len; i++)
    {
      const WhDoorLine *line = &g_array_index (door->lines, WhDoorLine, i);
      taxes += line->amount_cents;
      all_known &= line->certainty == WH_DOOR_KNOWN;
    }
  door->least_cents = door->price_cents + (door->tax_basis == WH_TAX_BASIS_EXCLUDED ? taxes : 0);
  door->most_cents = all_known ? door->price_cents + taxes : WH_INTEGER_UNSET;
  door->total_cents = door->least_cents == door->most_cents ? door->most_cents : WH_INTEGER_UNSET;
}

static gboolean
check_question (const WhDoorQuestion *question, GError **error)
{
  if (question->quantity < 1 || question->quantity > WH_DOOR_MOST_PACKAGES)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The quantity is a number of packages from 1 to %d."), WH_DOOR_MOST_PACKAGES);
  else if (question->shelf_cents < 0 || question->shelf_cents > WH_DOOR_MOST_CENTS / question->quantity)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("A purchase of more than %d is taken for a slip."), WH_DOOR_MOST_CENTS / 100);
  else if (question->discount.cents > question->shelf_cents * question->quantity)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The discount is more than the price."));
  else
    return TRUE;
  return FALSE;
}

WhDoor *
wh_door_compute (const WhRules *rules, const WhDoorQuestion *question, GError **error)
{
  WhDoor *door;

  if (!check_question (question, error))
    return NULL;
  door = g_new0 (WhDoor, 1);
  door->lines = g_array_new (FALSE, FALSE, sizeof (WhDoorLine));
  g_array_set_clear_func (door->lines, line_clear);
  door->tax_basis = question->tax_basis;
  door->list_cents = question->shelf_cents * question->quantity;
  door->discount_cents = percent_of (door->list_cents, question->discount.percent, WH_ROUND_HALF_UP) + question->discount.cents;
  door->price_cents = door->list_cents - door->discount_cents;
  if (door->tax_basis != WH_TAX_BASIS_INCLUDED)
    compute_lines (door, rules, question);
  add_up (door);
  return door;
}

void
wh_door_free (WhDoor *door)
{
  g_array_unref (door->lines);
  g_free (door);
}
