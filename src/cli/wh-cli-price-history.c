#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-price-history.h"
#include "service/wh-price-subject.h"
#include "wh-cli-bar.h"
#include "wh-cli-chart.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define ROWS_SHOWN 20
#define PERIODS_SHOWN 24
#define BAR_WIDTH 12
#define MINUTE_LENGTH 16     /* "2026-11-24T08:53" */
#define HASH_SHOWN 12

/* -- in words ---------------------------------------------------------------------------------------------------- */

static char *
money (double amount)
{
  return isnan (amount) ? NULL : g_strdup_printf ("%.2f", amount);
}

static char *
change_in_words (double change)
{
  return isnan (change) ? NULL : fabs (change) < 0.005 ? g_strdup ("=") : g_strdup_printf ("%+.2f", change);
}

/* "2026-11-24 08:53" */
static char *
moment_in_words (gint64 moment)
{
  g_autofree char *text = wh_clock_format (moment);

  if (!text)
    return g_strdup (_("not known"));
  text[MINUTE_LENGTH] = '\0';
  text[strcspn (text, "T")] = ' ';
  return g_steal_pointer (&text);
}

/* Who saw it, and in what: a person's name and the file are often one. */
static char *
seen_by (const WhPrice *price)
{
  const char *by = price->observed_by, *source = price->entity.source;

  if (by && source && strcmp (by, source) != 0)
    return g_strdup_printf ("%s (%s)", by, source);
  return g_strdup (by ? by : source);
}

static char *
remark_on (const WhPriceHistory *history, const WhPriceObservation *observation)
{
  g_autofree char *check = wh_present_price_check (history, observation);
  const char *gap = !observation->gap ? "" : observation->until == WH_TIME_UNSET ? _("stale by now") : _("gap after");

  return g_strdup_printf ("%s%s%s", check ? check : "", check && *gap ? "; " : "", gap);
}

static void
add_row (WhCliTable *table, const WhPriceHistory *history, const WhPriceObservation *observation)
{
  const WhPriceLine *line = &g_array_index (history->lines, WhPriceLine, observation->line);
  const WhPrice *price = observation->price;
  g_autofree char *seen = moment_in_words (price->observed_at), *amount = money (observation->amount);
  g_autofree char *per_gram = money (observation->per_gram), *change = change_in_words (observation->change);
  g_autofree char *bar = wh_cli_bar (observation->value / history->highest, BAR_WIDTH);
  g_autofree char *by = seen_by (price), *photo = g_strndup (price->photo_hash ? price->photo_hash : "", HASH_SHOWN);
  g_autofree char *remark = remark_on (history, observation);

  wh_cli_table_add (table, (const char *const[]) { seen, line->shop ? line->shop->name : NULL, line->product->name, amount, per_gram,
                                                   change, bar, price->tax_basis, by, photo, remark });
}

static void
print_observations (const WhCliOptions *options, const WhPriceHistory *history)
{
  const WhCliColumn columns[] = { { _("Seen (UTC)"), FALSE, 0, FALSE, NULL }, { _("Shop"), FALSE, 12, FALSE, "1" },
                                  { _("Product"), FALSE, 12, TRUE, NULL },    { _("Price"), TRUE, 0, FALSE, NULL },
                                  { _("Per gram"), TRUE, 0, TRUE, NULL },     { _("Change"), TRUE, 0, FALSE, NULL },
                                  { "", FALSE, 0, TRUE, NULL },               { _("Tax"), FALSE, 0, TRUE, NULL },
                                  { _("Seen by"), FALSE, 10, FALSE, NULL },   { _("Photo"), FALSE, 0, TRUE, "2" },
                                  { _("To mind"), FALSE, 12, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = MIN (history->newest->len, options->limit ? (guint) options->limit : ROWS_SHOWN);

  for (guint i = 0; i < shown; i++)
    add_row (table, history, history->newest->pdata[i]);
  wh_cli_output_table (options, table);
  if (shown < history->newest->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, history->newest->len);
}

static void
print_periods (const WhCliOptions *options, const WhPriceHistory *history)
{
  static const char *const titles[] = { [WH_PRICE_DAYS] = N_("Day"), [WH_PRICE_WEEKS] = N_("Week from"),
                                        [WH_PRICE_MONTHS] = N_("Month from") };
  const WhCliColumn columns[] = { { _(titles[history->step]), FALSE, 0, FALSE, NULL }, { _("Seen"), TRUE, 0, FALSE, NULL },
                                  { _("Lowest"), TRUE, 0, FALSE, NULL },               { _("Median"), TRUE, 0, FALSE, "1" },
                                  { _("Highest"), TRUE, 0, FALSE, NULL },              { "", FALSE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = history->periods->len - MIN (history->periods->len, PERIODS_SHOWN); i < history->periods->len; i++)
    {
      const WhPricePeriod *period = &g_array_index (history->periods, WhPricePeriod, i);
      g_autofree char *from = wh_clock_format_date (period->from), *n = g_strdup_printf ("%u", period->n);
      g_autofree char *lowest = money (period->lowest), *median = money (period->median), *highest = money (period->highest);
      g_autofree char *bar = wh_cli_bar (period->median / history->highest, BAR_WIDTH);
      wh_cli_table_add (table, (const char *const[]) { from, n, lowest, median, highest, bar });
    }
  wh_cli_output_table (options, table);
}

static void
print_summary (const WhPriceHistory *history)
{
  g_autofree char *unit = wh_present_price_unit (history);
  const WhPriceObservation *last = wh_price_history_last (history);

  if (history->n_counted == 0)
    wh_cli_output_line (_("No price of this was seen that could be held against another."));
  else
    /* Translators: a unit such as USD/g, then prices, then numbers of observations and products. */
    wh_cli_output_line (_("%s: lowest %.2f, median %.2f, highest %.2f (observations: %u, products: %u)"), unit, history->lowest,
                        history->median, history->highest, history->n_counted, history->lines->len);
  if (last && fabs (last->change) >= 0.005)
    wh_cli_output_line (_("Last change: %+.2f (%+.1f %%)"), last->change, 100 * last->change / (last->value - last->change));
  if (history->n_checks > 0)
    wh_cli_output_line (_("%u observations of one product and time disagree: check which is right"), history->n_checks);
}

static void
print_history (const WhCliOptions *options, const WhPriceHistory *history)
{
  wh_cli_output_styled (options, WH_STYLE_HEADING, history->title);
  if (history->newest->len > 0)
    print_observations (options, history);
  if (history->periods->len > 1)
    print_periods (options, history);
  print_summary (history);
  wh_cli_strain_label (options, history->demonstration);
}

/* -- the question ------------------------------------------------------------------------------------------------ */

typedef struct {
  WhPriceHistoryQuestion question;
  WhPriceSubject subject;
  WhId           shop_id;
} Asked;

/* Words name a strain or a product; without, --product names one. */
static gboolean
resolve (const WhCliOptions *options, WhSession *session, Asked *asked, GError **error)
{
  WhAnalyst *analyst = wh_session_analyst (session);
  const WhPrincipal *principal = wh_session_principal (session);
  g_autofree char *typed = g_strjoinv (" ", options->words + 1);

  if (options->shop)
    {
      if (!wh_price_shop_find (analyst, principal, options->shop, &asked->shop_id, error))
        return FALSE;
      asked->question.shop_id = &asked->shop_id;
    }
  if (!(*typed ? wh_price_subject_find (analyst, principal, typed, asked->question.shop_id, &asked->subject, error)
               : wh_price_product_find (analyst, principal, options->product, asked->question.shop_id, &asked->subject.product_id, error)))
    return FALSE;
  if (wh_id_is_none (&asked->subject.strain_id))
    asked->question.product_id = &asked->subject.product_id;
  else
    asked->question.strain_id = &asked->subject.strain_id;
  return TRUE;
}

static int
show_history (const WhCliOptions *options, Asked *asked, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhPriceHistory) history = NULL;

  if (!session || !resolve (options, session, asked, error))
    return WH_EXIT_FAILED;
  history = wh_analyst_price_history (wh_session_analyst (session), wh_session_principal (session), &asked->question, error);
  if (!history)
    return WH_EXIT_FAILED;
  if (options->chart && !wh_cli_chart_take (options, wh_chart_prices (history, options->chart_format, error), error))
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_history (options, history);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_price_history (writer, history, 0, (guint) options->limit);
  return wh_cli_output_document (options, json, "observations", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_price_history (const WhCliOptions *options, GError **error)
{
  Asked asked = { .question = WH_PRICE_HISTORY_QUESTION_INIT };
  const char *wrong = NULL;

  asked.question.state = options->state;
  asked.question.category = options->category;
  asked.question.product_name = options->words[1] ? options->product : NULL;
  if (!options->words[1] && !options->product)
    wrong = _("prices of what? Name a strain or a product, or give the product's id");
  else if (options->near || options->radius)
    wrong = _("--near and --radius are for “prices compare”; --shop and --state narrow a history");
  else if (options->since && !wh_price_history_since (options->since, &asked.question.since))
    wrong = _("--since takes a date such as 2026-01-31, or how long ago: 90d, 24h");
  if (!wrong)
    return show_history (options, &asked, error);
  wh_cli_output_error (options, "usage", wrong, NULL);
  return WH_EXIT_USAGE;
}
