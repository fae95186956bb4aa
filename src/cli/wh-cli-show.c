#include <glib/gi18n.h>
#include <string.h>

#include "service/wh-notebook.h"
#include "service/wh-present.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define MG_PER_PERCENT 10.0
#define PRODUCTS_SHOWN 10
#define BAR_WIDTH 16
#define CENTS 100.0

/* -- the strain itself -------------------------------------------------------------------------------------------- */

static void
print_fact (const char *name, const char *value)
{
  if (value && *value)
    wh_cli_output_line ("%s: %s", name, value);
}

static void
print_list (const char *name, char *const *list)
{
  g_autofree char *joined = list ? g_strjoinv (", ", (char **) list) : NULL;

  print_fact (name, joined);
}

static void
print_total (const char *name, WhAmount amount)
{
  if (amount.n == 0)
    wh_cli_output_line (_("%s: not tested"), name);
  else if (amount.high <= 0)
    wh_cli_output_line (ngettext ("%s: not detected, of %u test", "%s: not detected, median of %u tests", amount.n), name, amount.n);
  else if (amount.low == amount.high)
    wh_cli_output_line (ngettext ("%s: %.1f %% (%.0f mg/g), of %u test", "%s: %.1f %% (%.0f mg/g), median of %u tests", amount.n), name,
                        amount.estimate / MG_PER_PERCENT, amount.estimate, amount.n);
  else
    wh_cli_output_line (ngettext ("%s: between %.2f and %.2f %%, of %u test", "%s: between %.2f and %.2f %%, median of %u tests", amount.n),
                        name, amount.low / MG_PER_PERCENT, amount.high / MG_PER_PERCENT, amount.n);
}

static void
print_age (const char *name, gint64 moment)
{
  g_autofree char *age = wh_cli_source_age (moment);
  g_autofree char *date = wh_clock_format_date (moment);

  if (age)
    wh_cli_output_line (_("%s: %s, %s ago"), name, date, age);
}

static void
print_strain (const WhCliOptions *options, const WhStrainDetail *detail)
{
  const WhStrain *strain = detail->strain;

  wh_cli_output_styled (options, WH_STYLE_HEADING, strain->name);
  if (detail->favorite)
    wh_cli_output_line (wh_notebook_is_pending (detail->favorite) ? _("★ One of your favourites (not sent yet)")
                                                                  : _("★ One of your favourites"));
  print_list (_("Also called"), strain->aliases);
  print_fact (_("Label on the package"), strain->type);
  print_fact (_("Genetics"), strain->genetics);
  print_fact (_("Breeder"), strain->breeder);
  print_list (_("Flavours people reported"), strain->flavors);
  print_total (_("Total THC"), detail->card->thc);
  print_total (_("Total CBD"), detail->card->cbd);
  if (!isnan (detail->card->price_per_gram))
    wh_cli_output_line (_("From %.2f per gram, %u of %u products in stock"), detail->card->price_per_gram, detail->card->n_in_stock,
                        detail->card->n_products);
  print_age (_("Last test"), detail->card->tested_at);
  print_age (_("Last price"), detail->card->priced_at);
}

/* -- terpenes ----------------------------------------------------------------------------------------------------- */

typedef struct {
  const WhAnalyte *analyte;
  WhAmount         amount;
} Terpene;

static int
compare_terpenes (gconstpointer a, gconstpointer b)
{
  const Terpene *one = a, *other = b;

  if (one->amount.estimate != other->amount.estimate)
    return one->amount.estimate > other->amount.estimate ? -1 : 1;
  return (int) one->analyte->index - (int) other->analyte->index;
}

/* Parts of a total are left out: the total stands for them. */
static GArray *
collect_terpenes (const WhStrainDetail *detail)
{
  GArray *terpenes = g_array_new (FALSE, FALSE, sizeof (Terpene));

  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      Terpene terpene = { wh_analyte_get (i), wh_snapshot_amount (detail->snapshot, detail->card->index, i) };
      if (terpene.amount.n && terpene.amount.estimate > 0 && wh_analyte_is_terpene (terpene.analyte)
          && terpene.analyte->total == WH_ANALYTE_NONE)
        g_array_append_val (terpenes, terpene);
    }
  g_array_sort (terpenes, compare_terpenes);
  return terpenes;
}

static char *
bar_text (double share)
{
  GString *bar = g_string_new (NULL);

  for (int i = 0; i < (int) round (share * BAR_WIDTH); i++)
    g_string_append (bar, "█");
  return g_string_free (bar, FALSE);
}

static void
print_terpenes (const WhCliOptions *options, const WhStrainDetail *detail)
{
  const WhCliColumn columns[] = {
    { _("Terpene"), FALSE, 10, FALSE, NULL }, { _("mg/g"), TRUE, 0, FALSE, NULL },  { _("%"), TRUE, 0, FALSE, NULL },
    { "", FALSE, 0, TRUE, "32" },             { _("Tests"), TRUE, 0, TRUE, NULL }, { _("Smells of"), FALSE, 8, TRUE, "2" },
  };
  g_autoptr (GArray) terpenes = collect_terpenes (detail);
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  if (terpenes->len == 0)
    return;
  for (guint i = 0; i < terpenes->len; i++)
    {
      const Terpene *terpene = &g_array_index (terpenes, Terpene, i);
      g_autofree char *amount = g_strdup_printf ("%.2f", terpene->amount.estimate);
      g_autofree char *percent = g_strdup_printf ("%.3f", terpene->amount.estimate / MG_PER_PERCENT);
      g_autofree char *bar = bar_text (terpene->amount.estimate / g_array_index (terpenes, Terpene, 0).amount.estimate);
      g_autofree char *tests = g_strdup_printf ("%u", terpene->amount.n);
      const char *cells[] = { terpene->analyte->name, amount, percent, bar, tests, terpene->analyte->aroma };
      wh_cli_table_add (table, cells);
    }
  wh_cli_output_line ("%s", "");
  wh_cli_output_styled (options, WH_STYLE_HEADING, _("Terpenes, median over the batches that tested them"));
  wh_cli_output_table (options, table);
}

/* -- the newest lab result ------------------------------------------------------------------------------------------ */

static char *
result_heading (const WhLabResult *result)
{
  GString *heading = g_string_new (_("Newest lab result"));
  g_autofree char *date = wh_clock_format_date (result->test_date);
  g_autofree char *age = wh_cli_source_age (result->test_date);

  if (result->lab_name)
    g_string_append_printf (heading, ", %s", result->lab_name);
  if (date)
    g_string_append_printf (heading, _(", %s (%s ago)"), date, age);
  if (result->sample_id)
    g_string_append_printf (heading, _(", sample %s"), result->sample_id);
  if (result->truncated == 1)
    g_string_append (heading, _(", cut off by its source"));
  return g_string_free (heading, FALSE);
}

static void
print_result (const WhCliOptions *options, const WhStrainDetail *detail)
{
  const WhCliColumn columns[] = { { _("Analyte"), FALSE, 10, FALSE, NULL }, { _("Result"), FALSE, 12, FALSE, NULL } };
  const WhLabResult *result = detail->results->len ? detail->results->pdata[0] : NULL;
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  if (!result)
    return;
  g_autofree char *heading = result_heading (result);
  for (guint i = 0; result->panel && i < wh_panel_length (result->panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (result->panel, i);
      g_autofree char *words = wh_cli_strain_measure (measure);
      const char *cells[] = { wh_analyte_get (measure->analyte)->name, words };
      wh_cli_table_add (table, cells);
    }
  wh_cli_output_line ("%s", "");
  wh_cli_output_styled (options, WH_STYLE_HEADING, heading);
  wh_cli_output_table (options, table);
  print_list (_("Check"), result->checks);
}

/* -- products ------------------------------------------------------------------------------------------------------- */

static void
add_product (WhCliTable *table, const WhProduct *product, const WhDispensary *shop)
{
  double per_gram = wh_product_price_per_gram (product);
  g_autofree char *price
      = product->price_cents == WH_INTEGER_UNSET ? NULL : g_strdup_printf ("%.2f", (double) product->price_cents / CENTS);
  g_autofree char *gram = isnan (per_gram) ? NULL : g_strdup_printf ("%.2f", per_gram);
  g_autofree char *age = wh_cli_source_age (product->price_observed_at);
  const char *stock = product->in_stock == 1 ? _("yes") : product->in_stock == 0 ? _("no") : _("unknown");
  const char *cells[] = { product->name, shop ? shop->name : NULL, shop ? shop->state : NULL, price, gram, stock, age };

  wh_cli_table_add (table, cells);
}

static void
print_products (const WhCliOptions *options, const WhStrainDetail *detail)
{
  const WhCliColumn columns[] = {
    { _("Product"), FALSE, 12, FALSE, NULL }, { _("Shop"), FALSE, 8, TRUE, NULL },      { _("State"), FALSE, 0, TRUE, NULL },
    { _("Price"), TRUE, 0, FALSE, NULL },     { _("per gram"), TRUE, 0, FALSE, NULL },  { _("In stock"), FALSE, 0, FALSE, NULL },
    { _("Seen"), FALSE, 0, TRUE, "2" },
  };
  guint shown = MIN (detail->products->len, options->limit ? (guint) options->limit : PRODUCTS_SHOWN);
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  if (shown == 0)
    return;
  for (guint i = 0; i < shown; i++)
    add_product (table, detail->products->pdata[i], detail->dispensaries->pdata[i]);
  wh_cli_output_line ("%s", "");
  wh_cli_output_styled (options, WH_STYLE_HEADING, _("Products"));
  wh_cli_output_table (options, table);
  if (detail->products->len > shown)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, detail->products->len);
}

/* Anything shown that is made up makes the whole page so. */
static gboolean
any_demonstration (const WhStrainDetail *detail)
{
  const GPtrArray *shown[] = { detail->results, detail->products };

  for (guint list = 0; list < G_N_ELEMENTS (shown); list++)
    for (guint i = 0; i < shown[list]->len; i++)
      if (wh_entity_is_demonstration (shown[list]->pdata[i]))
        return TRUE;
  return detail->card->demonstration;
}

static void
print_notes (const WhCliOptions *options, const WhStrainDetail *detail)
{
  if (!detail->notes || detail->notes->len == 0)
    return;
  wh_cli_output_line ("%s", "");
  wh_cli_output_styled (options, WH_STYLE_HEADING, _("Notes of the staff"));
  wh_cli_notes_print (options, detail->notes);
}

int
wh_cli_show (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  const WhCard *card = NULL;
  int status = session ? wh_cli_strain_resolve_words (options, snapshot, &card, error) : WH_EXIT_FAILED;

  if (!card)
    return status;
  WhStrainDetail *detail = wh_catalogue_show (wh_session_catalogue (session), wh_session_principal (session), &card->id, error);
  if (!detail)
    return WH_EXIT_FAILED;
  status = WH_EXIT_DONE;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_strain (options, detail);
      print_terpenes (options, detail);
      print_result (options, detail);
      print_products (options, detail);
      print_notes (options, detail);
      wh_cli_strain_label (options, any_demonstration (detail));
    }
  else
    {
      g_autoptr (GString) json = g_string_new (NULL);
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
      wh_present_strain (writer, detail);
      status = wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
    }
  wh_strain_detail_free (detail);
  return status;
}
