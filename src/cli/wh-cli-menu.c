#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-menu.h"
#include "service/wh-pricing.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-shop.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

/* -- the question ------------------------------------------------------------------------------------------------ */

static gboolean
read_question (const WhCliOptions *options, WhMenuQuestion *question, GError **error)
{
  question->category = options->category;
  question->brand = options->brand;
  question->in_stock = options->wishes.in_stock;
  question->price_min = options->min_price;
  question->price_max = options->wishes.max_price;
  if (!options->sort || wh_menu_parse_sort (options->sort, &question->sort))
    return wh_menu_question_check (question, error);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("--sort takes name, price, thc or popularity, not “%s”"), options->sort);
  return FALSE;
}

/* -- the table ----------------------------------------------------------------------------------------------------- */

static char *
number (double value, int decimals)
{
  return isnan (value) ? NULL : g_strdup_printf ("%.*f", decimals, value);
}

static char *
thc_words (const WhMenuItem *item)
{
  const WhProduct *product = item->product;

  if (product->thc_percentage > 0)
    return g_strdup_printf ("%.1f %%", product->thc_percentage);
  return isnan (item->thc_mg) ? NULL : g_strdup_printf ("%.0f mg", item->thc_mg);
}

/* "~" stands for what was computed from percentage and weight. */
static char *
per_thc_words (const WhMenuItem *item)
{
  return isnan (item->per_mg_thc) ? NULL : g_strdup_printf ("%s%.3f", item->thc_computed ? "~" : "", item->per_mg_thc);
}

static char *
stock_words (const WhProduct *product)
{
  if (product->in_stock == WH_INTEGER_UNSET)
    return g_strdup (_("not known"));
  if (!product->in_stock)
    return g_strdup (_("sold out"));
  return product->stock_quantity > 0 ? g_strdup_printf (_("yes, %" G_GINT64_FORMAT), product->stock_quantity) : g_strdup (_("yes"));
}

static char *
seen_words (const WhMenuItem *item)
{
  g_autofree char *age = wh_cli_source_age (item->product->price_observed_at);

  if (!age)
    return g_strdup (_("not known when"));
  return item->stale ? g_strdup_printf (_("stale: %s ago"), age) : g_strdup_printf (_("%s ago"), age);
}

static void
add_row (WhCliTable *table, const WhMenuItem *item)
{
  const WhProduct *product = item->product;
  g_autofree char *weight = product->weight_grams > 0 ? g_strdup_printf ("%g g", product->weight_grams) : g_strdup (product->amount);
  g_autofree char *price = number (item->price, 2), *per_gram = number (item->per_gram, 2), *thc = thc_words (item);
  g_autofree char *per_thc = per_thc_words (item), *stock = stock_words (product), *seen = seen_words (item);

  wh_cli_table_add (table, (const char *const[]) { product->name, product->brand, weight, price, per_gram, thc, per_thc, stock, seen });
}

/* The first `shown` items of one category. */
static void
print_category (const WhCliOptions *options, const WhMenu *menu, const char *category, guint shown)
{
  const WhCliColumn columns[] = { { _("Product"), FALSE, 14, FALSE, "1" },   { _("Brand"), FALSE, 8, TRUE, NULL },
                                  { _("Package"), FALSE, 0, FALSE, NULL },   { _("Price"), TRUE, 0, FALSE, NULL },
                                  { _("Per gram"), TRUE, 0, FALSE, NULL },   { _("THC"), TRUE, 0, FALSE, NULL },
                                  { _("Per mg THC"), TRUE, 0, TRUE, NULL },  { _("In stock"), FALSE, 0, FALSE, NULL },
                                  { _("Seen"), FALSE, 0, TRUE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_autofree char *title = NULL;
  guint n = 0;

  for (guint i = 0; i < shown; i++)
    if (strcmp (((const WhMenuItem *) menu->items->pdata[i])->product->category, category) == 0)
      {
        add_row (table, menu->items->pdata[i]);
        n++;
      }
  if (n == 0)
    return;
  title = g_strdup_printf ("%s (%u)", category, n);
  wh_cli_output_styled (options, WH_STYLE_HEADING, title);
  wh_cli_output_table (options, table);
}

static void
print_shop (const WhMenu *menu)
{
  const WhDispensary *shop = menu->shop;
  g_autofree char *age = wh_cli_source_age (menu->newest);

  wh_cli_output_line ("%s%s%s%s%s", shop->name, shop->city ? ", " : "", shop->city ? shop->city : "", shop->state ? ", " : "",
                      shop->state ? shop->state : "");
  if (age)
    wh_cli_output_line (_("Newest price: seen %s ago"), age);
}

static void
print_remarks (const WhMenu *menu)
{
  if (menu->n_stale > 0)
    wh_cli_output_line (_("%u of %u are stale (price over an hour old, or of unknown age): ask before relying on them"), menu->n_stale,
                        menu->items->len);
  wh_cli_output_line (_("THC by the label; ~ computed from the label's percentage of the weight. Prices with or without tax, as the shop "
                        "gives them."));
}

static void
print_menu (const WhCliOptions *options, const WhMenu *menu)
{
  g_auto (GStrv) categories = g_strsplit (wh_pricing_categories (), ", ", -1);
  guint shown = options->limit ? MIN (menu->items->len, (guint) options->limit) : menu->items->len;

  print_shop (menu);
  for (char **category = categories; *category; category++)
    print_category (options, menu, *category, shown);
  if (menu->items->len == 0)
    wh_cli_output_line (_("None of its %u products fits."), menu->n_all);
  else
    print_remarks (menu);
  if (shown < menu->items->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, menu->items->len);
  wh_cli_strain_label (options, menu->demonstration);
}

/* -- together ---------------------------------------------------------------------------------------------------- */

static int
output (const WhCliOptions *options, const WhMenu *menu, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = NULL;

  if (options->format == WH_FORMAT_TABLE)
    {
      print_menu (options, menu);
      return WH_EXIT_DONE;
    }
  writer = wh_json_writer_new (json, 0);
  wh_present_menu (writer, menu, 0, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
answer (const WhCliOptions *options, WhMenuQuestion *question, GError **error)
{
  g_autofree char *typed = options->words[0] ? g_strjoinv (" ", options->words) : NULL;
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhDispensary) shop = NULL;
  g_autoptr (WhMenu) menu = NULL;
  int status;

  if (!session)
    return WH_EXIT_FAILED;
  status = wh_cli_shop_resolve (options, wh_session_catalogue (session), wh_session_principal (session), typed, &shop, error);
  if (status != WH_EXIT_DONE)
    return status;
  question->shop_id = shop->entity.id;
  menu = wh_catalogue_menu (wh_session_catalogue (session), wh_session_principal (session), question, error);
  return menu ? output (options, menu, error) : WH_EXIT_FAILED;
}

int
wh_cli_menu (const WhCliOptions *options, GError **error)
{
  WhMenuQuestion question = WH_MENU_QUESTION_INIT;
  g_autoptr (GError) wrong = NULL;

  if (read_question (options, &question, &wrong))
    return answer (options, &question, error);
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}
