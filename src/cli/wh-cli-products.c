#include "wh-cli-products.h"

#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-products.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-strain.h"

static char *
money_text (double amount)
{
  return isnan (amount) ? g_strdup ("–") : g_strdup_printf ("%.2f", amount);
}

static void
add_hit (WhCliTable *table, const WhListingHit *hit)
{
  g_autofree char *price = money_text (hit->price);
  g_autofree char *per_gram = money_text (hit->price_per_gram);
  g_autofree char *stock = g_strdup_printf ("%u", hit->n_in_stock);
  g_autofree char *places = g_strdup_printf ("%u", hit->n_products);

  wh_cli_table_add (table, (const char *const[]) { hit->listing->name, hit->listing->brand, hit->listing->category, price, per_gram, stock,
                                                   places, hit->card ? hit->card->name : NULL });
}

static gboolean
any_demonstration (const WhListingHits *hits)
{
  for (guint i = 0; i < hits->hits->len; i++)
    if (g_array_index (hits->hits, WhListingHit, i).listing->demonstration)
      return TRUE;
  return FALSE;
}

static void
print_hits (const WhCliOptions *options, const WhListingHits *hits)
{
  const WhCliColumn columns[] = {
    { _("Product"), FALSE, 16, FALSE, "1" }, { _("Brand"), FALSE, 8, FALSE, NULL },    { _("Category"), FALSE, 0, TRUE, NULL },
    { _("Price"), TRUE, 0, FALSE, NULL },    { _("per gram"), TRUE, 0, TRUE, NULL },   { _("In stock"), TRUE, 0, FALSE, NULL },
    { _("Sold in"), TRUE, 0, TRUE, NULL },   { _("Strain"), FALSE, 10, TRUE, NULL },
  };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  if (hits->hits->len == 0)
    {
      wh_cli_output_note (_("nothing found"));
      return;
    }
  for (guint i = 0; i < hits->hits->len; i++)
    add_hit (table, &g_array_index (hits->hits, WhListingHit, i));
  wh_cli_output_table (options, table);
  if (hits->total > hits->hits->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), hits->hits->len, hits->total);
  wh_cli_strain_label (options, any_demonstration (hits));
}

int
wh_cli_products (const WhCliOptions *options, WhSession *session, const WhQuery *query, GError **error)
{
  g_autoptr (WhListingHits) hits
      = wh_catalogue_search_products (wh_session_catalogue (session), wh_session_principal (session), query, error);

  if (!hits)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_hits (options, hits);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_listings (writer, hits);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
