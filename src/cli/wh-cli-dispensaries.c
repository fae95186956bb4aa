#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-shops.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-shop.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define ROWS_SHOWN 20

static const char *
flag_words (gint64 flag)
{
  return flag == WH_INTEGER_UNSET ? _("not known") : flag ? _("yes") : _("no");
}

static void
print_shops (const WhCliOptions *options, const WhShops *shops)
{
  const WhCliColumn columns[] = { { _("Name"), FALSE, 12, FALSE, "1" },    { _("City"), FALSE, 8, TRUE, NULL },
                                  { _("State"), FALSE, 0, TRUE, NULL },    { _("Miles"), TRUE, 0, TRUE, NULL },
                                  { _("Licence"), FALSE, 0, TRUE, NULL },  { _("Delivers"), FALSE, 0, TRUE, NULL },
                                  { _("Pick-up"), FALSE, 0, TRUE, NULL },  { _("Slug"), FALSE, 0, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = MIN (shops->shops->len, options->limit ? (guint) options->limit : ROWS_SHOWN);

  for (guint i = 0; i < shown; i++)
    {
      const WhShopFound *found = &g_array_index (shops->shops, WhShopFound, i);
      const WhDispensary *shop = found->shop;
      g_autofree char *miles = isnan (found->miles) ? NULL : g_strdup_printf ("%.1f", found->miles);
      wh_cli_table_add (table, (const char *const[]) { shop->name, shop->city, shop->state, miles, shop->license_type,
                                                       flag_words (shop->delivery_available), flag_words (shop->pickup_available),
                                                       shop->slug });
    }
  if (shown > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_line (_("No dispensary is known there."));
  if (shown < shops->shops->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, shops->shops->len);
  if (shops->n_unplaced > 0)
    wh_cli_output_line (_("%u whose place nobody knows are left out"), shops->n_unplaced);
  wh_cli_strain_label (options, shops->demonstration);
}

static int
output (const WhCliOptions *options, const WhShops *shops, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = NULL;

  if (options->format == WH_FORMAT_TABLE)
    {
      print_shops (options, shops);
      return WH_EXIT_DONE;
    }
  writer = wh_json_writer_new (json, 0);
  wh_present_shops (writer, shops, 0, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static gboolean
count (const WhCliOptions *options, WhSession *session, WhShops *shops, GError **error)
{
  return wh_catalogue_count_shops (wh_session_catalogue (session), wh_session_principal (session), shops, 0, (guint) options->limit,
                                   error);
}

int
wh_cli_dispensaries (const WhCliOptions *options, GError **error)
{
  WhShopsQuestion question = WH_SHOPS_QUESTION_INIT;
  g_autoptr (GError) wrong = NULL;
  g_autoptr (WhSession) session = NULL;
  g_autoptr (WhShops) shops = NULL;

  question.state = options->state;
  if (!wh_cli_shop_where (options, &question.near, &question.radius, &wrong) || !wh_shops_question_check (&question, &wrong))
    {
      wh_cli_output_error (options, "usage", wrong->message, NULL);
      return WH_EXIT_USAGE;
    }
  session = wh_cli_source_open_store (options, error);
  if (!session)
    return WH_EXIT_FAILED;
  shops = wh_catalogue_shops (wh_session_catalogue (session), wh_session_principal (session), &question, error);
  if (shops && options->format != WH_FORMAT_TABLE && !count (options, session, shops, error))
    return WH_EXIT_FAILED;
  return shops ? output (options, shops, error) : WH_EXIT_FAILED;
}
