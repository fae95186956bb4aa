#include "wh-cli-total.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-freshness.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define CANDIDATES_SHOWN 10
#define CURRENCY "USD"

gboolean
wh_cli_total_wish (const WhCliOptions *options, WhDoorWish *out_wish, GError **error)
{
  *out_wish = (WhDoorWish) WH_DOOR_WISH_INIT;
  out_wish->jurisdiction = options->jurisdiction;
  out_wish->discount = options->discount;
  out_wish->quantity = options->quantity ? (guint) options->quantity : 1;
  out_wish->buyer = options->medical ? WH_BUYER_MEDICAL : WH_BUYER_ADULT;
  return wh_door_wish_check (out_wish, error);
}

/* -- which product ----------------------------------------------------------------------------------------------- */

static void
print_candidates (const WhCliOptions *options, const char *typed, const GPtrArray *offers)
{
  g_autoptr (GString) message = g_string_new (NULL), details = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (details, 0);

  g_string_append_printf (message, _("“%s” may be any of these; name one by its id: "), typed);
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "candidates");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < MIN (offers->len, CANDIDATES_SHOWN); i++)
    {
      const WhOffer *offer = offers->pdata[i];
      g_autofree char *id = wh_id_to_string (&offer->product->id);
      g_string_append_printf (message, "%s%s, %s, %.2f (%s)", i ? "; " : "", offer->product->name, offer->shop->name, offer->product->price,
                              id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "product_id", id);
      wh_json_writer_add_string (writer, "name", offer->product->name);
      wh_json_writer_add_string (writer, "dispensary", offer->shop->name);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  if (offers->len > CANDIDATES_SHOWN)
    g_string_append (message, "; …");
  wh_cli_output_error (options, wh_error_word (WH_ERROR_AMBIGUOUS), message->str, details->str);
}

/* Offers whose product is called just so; all of them where none is. */
static GPtrArray *
offers_named (const WhPriceComparison *comparison, const char *typed)
{
  g_autofree char *wanted = wh_text_fold (typed);
  GPtrArray *named = g_ptr_array_new ();

  for (guint i = 0; i < comparison->offers->len; i++)
    {
      WhOffer *offer = &g_array_index (comparison->offers, WhOffer, i);
      g_autofree char *name = wh_text_fold (offer->product->name);
      if (strcmp (name, wanted) == 0)
        g_ptr_array_add (named, offer);
    }
  if (named->len > 0)
    return named;
  for (guint i = 0; i < comparison->offers->len; i++)
    g_ptr_array_add (named, &g_array_index (comparison->offers, WhOffer, i));
  return named;
}

/* A PRODUCT argument: an id, or a name that means one product; --state and --category narrow it down. */
static int
resolve_product (const WhCliOptions *options, WhSession *session, const char *typed, WhId *out_id, GError **error)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autoptr (GPtrArray) offers = NULL;

  if (wh_id_parse (typed, out_id))
    return WH_EXIT_DONE;
  question.product_name = typed;
  question.state = options->state;
  question.category = options->category;
  comparison = wh_analyst_compare_prices (wh_session_analyst (session), wh_session_principal (session), &question, error);
  if (!comparison)
    return WH_EXIT_FAILED;
  offers = offers_named (comparison, typed);
  if (offers->len == 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("No product with a price is called “%s”."), typed);
      return WH_EXIT_FAILED;
    }
  if (offers->len > 1)
    {
      print_candidates (options, typed, offers);
      return WH_EXIT_AMBIGUOUS;
    }
  if (comparison->n_other_categories > 0)
    wh_cli_output_note (_("there are offers of other categories with these words, too; --category chooses"));
  *out_id = ((const WhOffer *) offers->pdata[0])->product->id;
  return WH_EXIT_DONE;
}

/* -- the sum ----------------------------------------------------------------------------------------------------- */

static char *
money (gint64 cents)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT, cents / 100, cents % 100);
}

static void
add_tax (WhCliTable *table, const WhDoorLine *line)
{
  const WhRuleAnswer *answer = &line->answer;
  g_autofree char *rate = answer->kind == WH_ANSWER_RULE ? wh_rules_value_words (answer->rule) : g_strdup ("?");
  g_autofree char *base = line->base_cents == WH_INTEGER_UNSET ? NULL : money (line->base_cents);
  g_autofree char *sum = money (line->amount_cents);
  g_autofree char *amount = line->certainty == WH_DOOR_NOT_KNOWN ? g_strdup (_("not known"))
                            : line->certainty == WH_DOOR_AT_LEAST ? g_strdup_printf ("≥ %s", sum) : g_strdup (sum);
  g_autofree char *source = answer->kind == WH_ANSWER_RULE ? wh_rules_source_words (answer->rule, answer->pack) : g_strdup (line->why);

  wh_cli_table_add (table, (const char *const[]) { _(line->subject->title), rate, base, amount, source });
}

static void
print_lines (const WhCliOptions *options, const WhDoor *door)
{
  const WhCliColumn columns[] = { { _("Line"), FALSE, 0, FALSE, NULL },
                                  { _("Rate"), TRUE, 0, FALSE, NULL },
                                  { _("On"), TRUE, 0, FALSE, NULL },
                                  { _("Amount"), TRUE, 0, FALSE, "1" },
                                  { _("By which text"), FALSE, 20, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_autofree char *list = money (door->list_cents), *off = money (door->discount_cents), *total = wh_door_amount_words (door);
  g_autofree char *minus = g_strconcat ("-", off, NULL);

  wh_cli_table_add (table, (const char *const[]) { _("Shelf price"), NULL, NULL, list, NULL });
  if (door->discount_cents > 0)
    wh_cli_table_add (table, (const char *const[]) { _("Discount"), NULL, list, minus, NULL });
  for (guint i = 0; i < door->lines->len; i++)
    add_tax (table, &g_array_index (door->lines, WhDoorLine, i));
  wh_cli_table_add (table, (const char *const[]) { _("To pay"), NULL, NULL, total, NULL });
  wh_cli_output_table (options, table);
}

static void
print_total (const WhCliOptions *options, const WhDoorProduct *product)
{
  g_autofree char *place = wh_jurisdiction_format (&product->place), *age = wh_cli_source_age (product->observed_at);
  g_autofree char *words = wh_door_words (product->door, CURRENCY, product->moment);

  /* Translators: a product, a shop, a place such as NJ/Newark, a number of packages. */
  wh_cli_output_line (_("%s, %s; taxes of %s, %s; packages: %u"), product->product->name, product->shop->name, place,
                      product->buyer == WH_BUYER_MEDICAL ? _("medical") : _("adult use"), product->quantity);
  print_lines (options, product->door);
  wh_cli_output_line ("%s", words);
  if (wh_freshness_is_stale (WH_FACT_PRICE, product->observed_at, product->moment))
    wh_cli_output_line (age ? _("The price is stale: %s old") : _("The price is stale: nobody knows how old"), age);
  for (char **refused = product->refused; refused && *refused; refused++)
    wh_cli_output_styled (options, WH_STYLE_NOTICE, *refused);
  wh_cli_strain_label (options, wh_entity_is_demonstration (product->product));
}

static int
show_total (const WhCliOptions *options, WhSession *session, const WhDoorWish *wish, const WhId *id, GError **error)
{
  const WhPrincipal *principal = wh_session_principal (session);
  g_autoptr (WhRules) rules = wh_rules_load (options->data_dir, principal, error);
  g_autoptr (WhDoorProduct) product = rules ? wh_door_of_product (wh_session_store (session), principal, rules, id, wish, error) : NULL;

  if (!product)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_total (options, product);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_door_product (writer, product);
  return wh_cli_output_document (options, json, "taxes", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_total (const WhCliOptions *options, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words + 1);
  g_autoptr (GError) wrong = NULL;
  WhDoorWish wish;
  WhId id;
  int status;

  if (!*typed || !wh_cli_total_wish (options, &wish, &wrong))
    {
      wh_cli_output_error (options, "usage", wrong ? wrong->message : _("usage: weedhounds prices total PRODUCT"), NULL);
      return WH_EXIT_USAGE;
    }
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  status = session ? resolve_product (options, session, typed, &id, error) : WH_EXIT_FAILED;
  return status == WH_EXIT_DONE ? show_total (options, session, &wish, &id, error) : status;
}
