#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-pricing.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-shop.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"
#include "wh-cli-total.h"

#define ROWS_SHOWN 20

/* -- the question ------------------------------------------------------------------------------------------------ */

static gboolean
is_state (const char *state)
{
  return strlen (state) == 2 && g_ascii_isalpha (state[0]) && g_ascii_isalpha (state[1]);
}

static gboolean
read_question (const WhCliOptions *options, WhPriceQuestion *question, GError **error)
{
  question->state = options->state;
  question->category = options->category;
  question->product_name = options->product;
  if (!options->words[1] && !options->product)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("prices of what? Name a strain, or products with --product NAME"));
  else if (options->shop || options->since || options->chart)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--shop, --since and --chart are for “prices history”"));
  else if (!options->out_the_door && (options->jurisdiction || options->discount || options->quantity || options->medical))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                         _("what is paid at the counter is compared with --out-the-door; without it these options mean nothing"));
  else
    return wh_cli_shop_where (options, &question->near, &question->radius, error) && wh_price_question_check (question, error);
  return FALSE;
}

/* What is wrong with both kinds of questions. */
static gboolean
check_common (const WhCliOptions *options, GError **error)
{
  const char *what = options->words[0];

  if (strcmp (what, "compare") != 0 && strcmp (what, "history") != 0)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                 _("there is no “prices %s”; usage: weedhounds prices compare|history|total|observe [STRAIN|PRODUCT]"), what);
  else if (options->state && !is_state (options->state))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("--state takes two letters, such as NJ, not “%s”"), options->state);
  else if (options->category && !wh_pricing_is_category (options->category))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The category must be one of: %s."), wh_pricing_categories ());
  else
    return TRUE;
  return FALSE;
}

/* -- the answer in words ----------------------------------------------------------------------------------------- */

static char *
money (double amount)
{
  return isnan (amount) ? NULL : g_strdup_printf ("%.2f", amount);
}

static const char *
stock_in_words (const WhPriceProduct *product)
{
  return product->in_stock > 0 ? _("yes") : product->in_stock == 0 ? _("sold out") : _("not known");
}

/* How old, and what else to mind. */
static char *
remark_on (const WhPriceComparison *comparison, const WhOffer *offer)
{
  g_autofree char *age = wh_cli_source_age (offer->product->observed_at);
  g_autofree char *check = wh_present_prices_check (comparison, offer);
  g_autoptr (GString) remark = g_string_new (NULL);

  if (offer->stale && age)
    g_string_append_printf (remark, _("stale: %s old"), age);
  else if (offer->stale)
    g_string_append (remark, _("stale: nobody knows how old"));
  if (!offer->comparable)
    g_string_append_printf (remark, "%s%s", remark->len ? "; " : "",
                            isnan (offer->product->grams) && !offer->product->amount ? _("size not known") : _("other size"));
  if (check)
    g_string_append_printf (remark, "%s%s", remark->len ? "; " : "", check);
  return g_string_free (g_steal_pointer (&remark), FALSE);
}

/* What is paid at the counter; NULL where nobody asked. */
static char *
door_in_words (const WhPriceComparison *comparison, const WhOffer *offer)
{
  const WhOfferDoor *door = wh_price_comparison_door (comparison, offer);

  return door && door->product ? wh_door_amount_words (door->product->door) : g_strdup (door ? _("not known") : NULL);
}

static void
add_row (WhCliTable *table, const WhPriceComparison *comparison, const WhOffer *offer)
{
  const WhPriceProduct *product = offer->product;
  g_autofree char *price = money (product->price);
  g_autofree char *per_gram = money (offer->per_gram);
  g_autofree char *per_thc = isnan (offer->per_mg_thc) ? NULL : g_strdup_printf ("%.3f", offer->per_mg_thc);
  g_autofree char *miles = isnan (offer->miles) ? NULL : g_strdup_printf ("%.1f", offer->miles);
  g_autofree char *grams = isnan (product->grams) ? NULL : g_strdup_printf ("%g g", product->grams);
  g_autofree char *remark = remark_on (comparison, offer), *door = door_in_words (comparison, offer);

  wh_cli_table_add (table, (const char *const[]) { offer->shop->name, product->name, product->amount ? product->amount : grams, price,
                                                   per_gram, per_thc, stock_in_words (product), miles, remark, door });
}

static void
print_offers (const WhCliOptions *options, const WhPriceComparison *comparison)
{
  const WhCliColumn columns[] = { { _("Shop"), FALSE, 12, FALSE, "1" },    { _("Product"), FALSE, 12, FALSE, NULL },
                                  { _("Package"), FALSE, 0, TRUE, NULL },  { _("Price"), TRUE, 0, FALSE, NULL },
                                  { _("Per gram"), TRUE, 0, FALSE, NULL }, { _("Per mg THC"), TRUE, 0, TRUE, NULL },
                                  { _("In stock"), FALSE, 0, TRUE, NULL }, { _("Miles"), TRUE, 0, TRUE, NULL },
                                  { _("To mind"), FALSE, 12, FALSE, NULL },
                                  { _("Out the door"), TRUE, 0, FALSE, "1" } };   /* only where it was asked for */
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns) - (comparison->doors ? 0 : 1));
  guint shown = MIN (comparison->offers->len, options->limit ? (guint) options->limit : ROWS_SHOWN);

  for (guint i = 0; i < shown; i++)
    add_row (table, comparison, &g_array_index (comparison->offers, WhOffer, i));
  wh_cli_output_table (options, table);
  if (shown < comparison->offers->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, comparison->offers->len);
}

static void
print_choice (const WhPriceComparison *comparison, const char *title, const WhOffer *offer)
{
  g_autofree char *remark = remark_on (comparison, offer);
  g_autofree char *miles = isnan (offer->miles) ? g_strdup ("") : g_strdup_printf (_(", %.1f miles"), offer->miles);

  wh_cli_output_line ("%s: %s, %s, %.2f %s%s%s%s%s", title, offer->shop->name, offer->product->name, offer->product->price,
                      offer->product->currency, miles, *remark ? " (" : "", remark, *remark ? ")" : "");
}

static void
print_summary (const WhPriceComparison *comparison)
{
  const WhPriceStatistics *statistics = &comparison->statistics;
  g_autofree char *words = wh_present_prices_words (comparison);

  wh_cli_output_line ("%s", words);
  if (statistics->n_offers > 0)
    wh_cli_output_line (_("Lowest %.2f, median %.2f, average %.2f, highest %.2f; as the shops give them, with or without tax"),
                        statistics->lowest, statistics->median, statistics->average, statistics->highest);
  if (comparison->doors)
    wh_cli_output_line (_("Out the door: with the taxes of the rules at hand; prices total says line by line. Sorted by shelf price."));
  if (comparison->best)
    print_choice (comparison, _("Best value"), comparison->best);
  if (comparison->closest)
    print_choice (comparison, _("Closest"), comparison->closest);
  if (comparison->n_other_categories > 0)
    wh_cli_output_line (_("%u offers of other categories; --category chooses"), comparison->n_other_categories);
  if (comparison->n_unplaced > 0)
    wh_cli_output_line (_("%u offers of shops whose place nobody knows are left out"), comparison->n_unplaced);
  if (comparison->n_unpriced > 0)
    wh_cli_output_line (_("%u products without a price"), comparison->n_unpriced);
}

static void
print_comparison (const WhCliOptions *options, const WhPriceComparison *comparison)
{
  if (comparison->offers->len > 0)
    print_offers (options, comparison);
  print_summary (comparison);
  wh_cli_strain_label (options, comparison->demonstration);
}

/* -- together ---------------------------------------------------------------------------------------------------- */

/* `rules` (out) must outlive the comparison's use. */
static gboolean
add_doors (const WhCliOptions *options, WhSession *session, WhPriceComparison *comparison, WhRules **rules, GError **error)
{
  const WhPrincipal *principal = wh_session_principal (session);
  guint shown = options->limit ? (guint) options->limit : options->format == WH_FORMAT_TABLE ? ROWS_SHOWN : 0;
  WhDoorWish wish;

  if (!options->out_the_door)
    return TRUE;
  *rules = wh_rules_load (options->data_dir, principal, error);
  for (guint i = 0; *rules && i < (*rules)->refused->len; i++)
    {
      const WhRuleRefusal *refusal = (*rules)->refused->pdata[i];
      wh_cli_output_note (_("%s is not used: %s"), refusal->path, refusal->message);
    }
  return *rules && wh_cli_total_wish (options, &wish, error)
         && wh_price_comparison_add_doors (comparison, wh_session_store (session), principal, *rules, &wish, 0, shown, error);
}

/* No words behind "compare": any strain. */
static int
resolve_strain (const WhCliOptions *options, WhSnapshot *snapshot, WhPriceQuestion *question, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words + 1);
  const WhCard *card;
  int status;

  if (!*typed)
    return WH_EXIT_DONE;
  status = wh_cli_strain_resolve (options, snapshot, typed, &card, error);
  if (status == WH_EXIT_DONE)
    question->strain_id = &card->id;
  return status;
}

static int
compare_prices (const WhCliOptions *options, WhPriceQuestion *question, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhRules) rules = NULL;
  g_autoptr (WhPriceComparison) comparison = NULL;
  int status = session ? resolve_strain (options, snapshot, question, error) : WH_EXIT_FAILED;

  if (status != WH_EXIT_DONE)
    return status;
  comparison = wh_analyst_compare_prices (wh_session_analyst (session), wh_session_principal (session), question, error);
  if (!comparison || !add_doors (options, session, comparison, &rules, error))
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_comparison (options, comparison);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_prices (writer, comparison, 0, (guint) options->limit);
  return wh_cli_output_document (options, json, "price_comparison", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_prices (const WhCliOptions *options, GError **error)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;
  g_autoptr (GError) wrong = NULL;

  if (strcmp (options->words[0], "total") == 0)
    return wh_cli_total (options, error);
  if (strcmp (options->words[0], "observe") == 0)
    return wh_cli_prices_observe (options, error);
  if (check_common (options, &wrong))
    {
      if (strcmp (options->words[0], "history") == 0)
        return wh_cli_price_history (options, error);
      if (read_question (options, &question, &wrong)
          && (!options->out_the_door || wh_cli_total_wish (options, &(WhDoorWish) { NULL }, &wrong)))
        return compare_prices (options, &question, error);
    }
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}
