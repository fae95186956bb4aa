#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-substitute.h"
#include "wh-cli-command.h"
#include "wh-cli-outcome.h"
#include "wh-cli-output.h"
#include "wh-cli-shop.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define ID_SHOWN 8     /* digits that tell the few of a reply apart */

/* A question with the ids that it borrows. */
typedef struct {
  WhSubstituteQuestion question;
  WhId product, strain, shop;
} Asked;

/* -- the question ------------------------------------------------------------------------------------------------ */

static gboolean
read_question (const WhCliOptions *options, Asked *asked, GError **error)
{
  if (options->limit)
    asked->question.limit = (guint) options->limit;
  asked->question.category = options->category;
  asked->question.max_price = options->wishes.max_price;
  return wh_cli_outcome_check (options, error) && wh_substitute_question_check (&asked->question, error);
}

static int
take_shop (const WhCliOptions *options, WhSession *session, Asked *asked, GError **error)
{
  g_autoptr (WhDispensary) shop = NULL;
  int status;

  if (!options->shop)
    return WH_EXIT_DONE;
  status = wh_cli_shop_resolve (options, wh_session_catalogue (session), wh_session_principal (session), options->shop, &shop, error);
  if (status != WH_EXIT_DONE)
    return status;
  asked->shop = shop->entity.id;
  asked->question.shop_id = &asked->shop;
  return WH_EXIT_DONE;
}

/* A strain unless it is none; then a product. What is said of nothing found is about strains, since those are guessed at. */
static int
take_subject (const WhCliOptions *options, WhSession *session, WhSnapshot *snapshot, Asked *asked, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words);
  g_autoptr (GError) no_strain = NULL, no_product = NULL;
  const WhCard *card = wh_catalogue_resolve (snapshot, typed, NULL, &no_strain);

  if (!card && !g_error_matches (no_strain, WH_ERROR, WH_ERROR_NOT_FOUND))
    return wh_cli_strain_resolve (options, snapshot, typed, &card, error);
  if (card)
    {
      asked->strain = card->id;
      asked->question.strain_id = &asked->strain;
      return WH_EXIT_DONE;
    }
  if (wh_analyst_find_product (wh_session_analyst (session), wh_session_principal (session), typed, asked->question.shop_id,
                               &asked->product, &no_product))
    {
      asked->question.product_id = &asked->product;
      return WH_EXIT_DONE;
    }
  g_propagate_error (error, g_error_matches (no_product, WH_ERROR, WH_ERROR_NOT_FOUND) ? g_steal_pointer (&no_strain)
                                                                                       : g_steal_pointer (&no_product));
  return WH_EXIT_FAILED;
}

/* -- the answer in words ------------------------------------------------------------------------------------------- */

static char *
price_words (const WhSubstituteSide *side)
{
  g_autofree char *age = side->stale ? wh_cli_source_age (side->observed_at) : NULL;

  if (isnan (side->price))
    return g_strdup (_("not known"));
  if (!side->stale)
    return g_strdup_printf ("%.2f", side->price);
  return age ? g_strdup_printf (_("%.2f, %s ago"), side->price, age) : g_strdup_printf (_("%.2f, of unknown age"), side->price);
}

static void
add_row (WhCliTable *table, guint number, const WhSubstitute *substitute)
{
  const WhPriceProduct *product = substitute->side.product;
  g_autofree char *id = wh_id_to_string (&product->id), *price = price_words (&substitute->side);
  g_autofree char *score = g_strdup_printf ("%.2f", substitute->score), *place = g_strdup_printf ("%u", number);
  g_autofree char *grams = isnan (product->grams) ? g_strdup (product->amount) : g_strdup_printf ("%g g", product->grams);
  g_autofree char *name = product->brand ? g_strdup_printf ("%s, %s", product->name, product->brand) : g_strdup (product->name);

  id[ID_SHOWN] = '\0';
  wh_cli_table_add (table, (const char *const[]) { place, name, grams, price, substitute->shop->name, score, id });
}

/* Reasons are too long for a column: they stand below, by number. */
static void
print_reasons (const WhSubstitutes *found, guint number, const WhSubstitute *substitute)
{
  g_auto (GStrv) reasons = wh_substitute_reasons (found, substitute);
  g_auto (GStrv) missing = wh_substitute_not_known (found, substitute);
  g_autofree char *why = g_strjoinv ("; ", reasons), *unknown = g_strjoinv ("; ", missing);

  wh_cli_output_line ("%u  %s", number, why);
  if (*unknown)
    wh_cli_output_line (_("   not known: %s"), unknown);
}

static void
print_table (const WhCliOptions *options, const WhSubstitutes *found)
{
  const WhCliColumn columns[] = { { "", TRUE, 0, FALSE, "2" },          { _("Product"), FALSE, 12, FALSE, "1" },
                                  { _("Package"), FALSE, 0, TRUE, NULL }, { _("Price"), TRUE, 0, FALSE, NULL },
                                  { _("Shop"), FALSE, 10, FALSE, NULL },  { _("Score"), TRUE, 0, TRUE, NULL },
                                  { _("Id"), FALSE, 0, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < found->substitutes->len; i++)
    add_row (table, i + 1, &g_array_index (found->substitutes, WhSubstitute, i));
  wh_cli_output_table (options, table);
  for (guint i = 0; i < found->substitutes->len; i++)
    print_reasons (found, i + 1, &g_array_index (found->substitutes, WhSubstitute, i));
}

static void
print_asked (const WhSubstitutes *found)
{
  const WhSubstituteSide *asked = &found->asked;
  g_autoptr (GString) words = g_string_new (asked->product ? asked->product->name : asked->card->name);

  if (asked->category)
    g_string_append_printf (words, ", %s", asked->category);
  if (!isnan (asked->grams))
    g_string_append_printf (words, _(", %g g"), asked->grams);
  if (!isnan (asked->thc_percentage))
    g_string_append_printf (words, _(", %.1f %% THC"), asked->thc_percentage);
  if (!isnan (asked->per_gram))
    g_string_append_printf (words, _(", %.2f a gram"), asked->per_gram);
  wh_cli_output_line (_("In place of %s%s:"), words->str, asked->stale ? _(" (price out of date)") : "");
}

static void
print_found (const WhCliOptions *options, const WhSubstitutes *found)
{
  g_autofree char *words = wh_present_substitutes_words (found);
  g_autofree char *id = wh_id_to_string (&found->id);

  print_asked (found);
  if (found->substitutes->len > 0)
    print_table (options, found);
  if (found->n_elsewhere > 0)
    wh_cli_output_line (ngettext ("The same product is in stock in %u other shop.", "The same product is in stock in %u other shops.",
                                  found->n_elsewhere),
                        found->n_elsewhere);
  wh_cli_output_line ("%s", words);
  if (found->substitutes->len > 0)
    wh_cli_output_line (_("Was one taken, or turned down? The same again with --accept ID or --reject ID notes it."));
  wh_cli_strain_label (options, found->demonstration);
}

/* -- what became of it --------------------------------------------------------------------------------------------- */

/* The one of the answers whose id begins like this. */
static const WhSubstitute *
find_offered (const WhSubstitutes *found, const char *beginning, GError **error)
{
  const WhSubstitute *offered = NULL;
  guint n = 0;

  for (guint i = 0; i < found->substitutes->len; i++)
    {
      const WhSubstitute *substitute = &g_array_index (found->substitutes, WhSubstitute, i);
      g_autofree char *id = wh_id_to_string (&substitute->side.product->id);
      if (*beginning && g_ascii_strncasecmp (id, beginning, strlen (beginning)) == 0)
        {
          offered = substitute;
          n++;
        }
    }
  if (n == 1)
    return offered;
  if (n > 1)
    g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("several of what was offered have an id that begins with “%s”: give more of it"),
                 beginning);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("nothing that is offered now has an id that begins with “%s”"), beginning);
  return NULL;
}

static int
note_outcome (const WhCliOptions *options, const WhSubstitutes *found, GError **error)
{
  const WhSubstitute *offered = find_offered (found, options->accept ? options->accept : options->reject, error);
  gboolean product = found->asked.product != NULL;
  WhOutcome outcome = { .about = WH_FEEDBACK_SUBSTITUTE, .offer_id = found->id, .offered_kind = WH_KIND_PRODUCT,
                        .subject_kind = product ? WH_KIND_PRODUCT : WH_KIND_STRAIN,
                        .subject_id = product ? found->asked.product->id : found->asked.card->id };
  g_autofree char *name = offered ? g_strdup_printf ("%s, %s", offered->side.product->name, offered->shop->name) : NULL;

  if (!offered)
    return WH_EXIT_FAILED;
  outcome.offered_id = offered->side.product->id;
  return wh_cli_outcome_note (options, &outcome, name, error);
}

/* -- together ---------------------------------------------------------------------------------------------------- */

static int
output (const WhCliOptions *options, const WhSubstitutes *found, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = NULL;

  if (options->format == WH_FORMAT_TABLE)
    {
      print_found (options, found);
      return WH_EXIT_DONE;
    }
  writer = wh_json_writer_new (json, 0);
  wh_present_substitutes (writer, found);
  return wh_cli_output_document (options, json, "substitutes", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
answer (const WhCliOptions *options, Asked *asked, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhSubstitutes) found = NULL;
  int status = session ? take_shop (options, session, asked, error) : WH_EXIT_FAILED;

  if (status == WH_EXIT_DONE)
    status = take_subject (options, session, snapshot, asked, error);
  if (status != WH_EXIT_DONE)
    return status;
  found = wh_analyst_substitutes (wh_session_analyst (session), wh_session_principal (session), &asked->question, error);
  if (!found)
    return WH_EXIT_FAILED;
  if (options->accept || options->reject)
    return note_outcome (options, found, error);
  return output (options, found, error);
}

int
wh_cli_substitute (const WhCliOptions *options, GError **error)
{
  Asked asked = { .question = WH_SUBSTITUTE_QUESTION_INIT };
  g_autoptr (GError) wrong = NULL;

  if (read_question (options, &asked, &wrong))
    return answer (options, &asked, error);
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}
