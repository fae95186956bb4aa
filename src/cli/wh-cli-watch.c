#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-price-subject.h"
#include "service/wh-pricing.h"
#include "service/wh-watch.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"
#include "wh-cli-write.h"

/* Takes `edit`. */
static gboolean
write_edit (const WhCliOptions *options, WhEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);

  g_ptr_array_add (edits, edit);
  return wh_cli_write_all (options, edits, error);
}

/* -- in words ---------------------------------------------------------------------------------------------------- */

static char *
limit_in_words (const WhWatch *watch)
{
  return g_strdup_printf (g_strcmp0 (watch->limit_unit, "gram") == 0 ? "%.2f/g" : _("%.2f a package"), watch->limit_cents / 100.0);
}

static void
add_watched (WhCliTable *table, const WhWatched *watched)
{
  const WhWatch *watch = watched->watch;
  g_autofree char *id = wh_id_to_string (&watch->entity.id), *limit = limit_in_words (watch);
  g_autofree char *hits = g_strdup_printf ("%u", watched->n_hits), *stale = g_strdup_printf ("%u", watched->n_stale);
  gboolean any_shop = wh_id_is_none (&watch->dispensary_id);

  wh_cli_table_add (table, (const char *const[]) { watched->name ? watched->name : _("gone"), limit, watch->category,
                                                   any_shop ? _("any") : watched->shop ? watched->shop : _("gone"), hits, stale, id });
}

static void
print_watches (const WhCliOptions *options, const WhWatchReport *report)
{
  const WhCliColumn columns[] = { { _("Watched"), FALSE, 12, FALSE, "1" }, { _("At most"), TRUE, 0, FALSE, NULL },
                                  { _("Category"), FALSE, 0, TRUE, NULL }, { _("Shop"), FALSE, 10, TRUE, NULL },
                                  { _("Hits"), TRUE, 0, FALSE, NULL },     { _("Stale"), TRUE, 0, TRUE, NULL },
                                  { _("Id"), FALSE, 0, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < report->watches->len; i++)
    add_watched (table, &g_array_index (report->watches, WhWatched, i));
  if (report->watches->len > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_note (_("nothing is watched; “weedhounds watch add STRAIN --below 10/g” begins"));
}

static void
add_hit (WhCliTable *table, const WhWatchReport *report, const WhWatchHit *hit)
{
  const WhWatched *watched = &g_array_index (report->watches, WhWatched, hit->watched);
  const WhProduct *product = hit->product;
  g_autofree char *limit = limit_in_words (watched->watch), *price = g_strdup_printf ("%.2f", hit->price);
  g_autofree char *per_gram = isnan (hit->per_gram) ? NULL : g_strdup_printf ("%.2f", hit->per_gram);
  g_autofree char *age = wh_cli_source_age (product->price_observed_at);
  g_autofree char *stale = !hit->stale ? NULL : g_strdup_printf (_("stale: %s old"), age ? age : _("nobody knows how"));
  const char *stock = product->in_stock == WH_INTEGER_UNSET ? _("not known") : _("yes");

  wh_cli_table_add (table, (const char *const[]) { watched->name, hit->shop ? hit->shop->name : NULL, product->name, product->amount, price,
                                                   per_gram, limit, stock, stale });
}

static void
print_hits (const WhCliOptions *options, const WhWatchReport *report)
{
  const WhCliColumn columns[] = { { _("Watched"), FALSE, 12, FALSE, "1" }, { _("Shop"), FALSE, 12, FALSE, NULL },
                                  { _("Product"), FALSE, 12, TRUE, NULL }, { _("Package"), FALSE, 0, TRUE, NULL },
                                  { _("Price"), TRUE, 0, FALSE, NULL },    { _("Per gram"), TRUE, 0, TRUE, NULL },
                                  { _("At most"), TRUE, 0, FALSE, NULL },  { _("In stock"), FALSE, 0, TRUE, NULL },
                                  { _("To mind"), FALSE, 12, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = options->limit ? MIN (report->hits->len, (guint) options->limit) : report->hits->len;

  for (guint i = 0; i < shown; i++)
    add_hit (table, report, &g_array_index (report->hits, WhWatchHit, i));
  if (shown > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_note (_("nothing is at or under its limit"));
  if (shown < report->hits->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, report->hits->len);
  wh_cli_output_line (_("As of revision %" G_GINT64_FORMAT "; --since shows only what changed after a revision"), report->revision);
  wh_cli_strain_label (options, report->demonstration);
}

/* -- the commands ------------------------------------------------------------------------------------------------ */

static int
wrong_usage (const WhCliOptions *options, const char *message)
{
  wh_cli_output_error (options, "usage", message, NULL);
  return WH_EXIT_USAGE;
}

static gboolean
fill_watch (const WhCliOptions *options, WhSession *session, WhWatch *watch, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words + 1);
  WhAnalyst *analyst = wh_session_analyst (session);
  const WhPrincipal *principal = wh_session_principal (session);
  WhPriceSubject subject;

  if (options->shop && !wh_price_shop_find (analyst, principal, options->shop, &watch->dispensary_id, error))
    return FALSE;
  if (!wh_price_subject_find (analyst, principal, typed, options->shop ? &watch->dispensary_id : NULL, &subject, error))
    return FALSE;
  watch->strain_id = subject.strain_id;
  watch->product_id = subject.product_id;
  watch->category = g_strdup (options->category);
  return TRUE;
}

static int
add_watch (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhEdit) edit = wh_edit_new (WH_EDIT_CREATE, WH_KIND_WATCH, wh_id_new ());
  g_autoptr (WhSession) session = NULL;
  g_autofree char *id = wh_id_to_string (&edit->id);
  WhWatch *watch = (WhWatch *) edit->row;
  const char *unit;

  if (!options->words[1] || !options->below)
    return wrong_usage (options, _("usage: weedhounds watch add STRAIN|PRODUCT --below 10/g|35.00"));
  if (!wh_watch_parse_limit (options->below, &watch->limit_cents, &unit))
    return wrong_usage (options, _("--below takes dollars a gram or a package, such as 10/g or 35.00"));
  if (options->category && !wh_pricing_is_category (options->category))
    return wrong_usage (options, _("--category takes a category of products, such as flower"));
  watch->limit_unit = g_strdup (unit);
  session = wh_cli_source_open (options, error);
  if (!session || !fill_watch (options, session, watch, error))
    return WH_EXIT_FAILED;
  wh_edit_give_all (edit);
  if (!write_edit (options, g_steal_pointer (&edit), error))
    return WH_EXIT_FAILED;
  wh_cli_output_note (_("watching; “weedhounds watch check” shows hits, “weedhounds watch remove %s” ends it"), id);
  return WH_EXIT_DONE;
}

static int
remove_watch (const WhCliOptions *options, GError **error)
{
  WhId id;

  if (!options->words[1] || options->words[2] || !wh_id_parse (options->words[1], &id))
    return wrong_usage (options, _("usage: weedhounds watch remove ID, with an id of “weedhounds watch list”"));
  return write_edit (options, wh_edit_new (WH_EDIT_DELETE, WH_KIND_WATCH, id), error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
show_watches (const WhCliOptions *options, gboolean check, GError **error)
{
  g_autoptr (WhSession) session = NULL;
  g_autoptr (WhWatchReport) report = NULL;
  gint64 since = 0;

  if (options->words[1])
    return wrong_usage (options, _("usage: weedhounds watch list, or weedhounds watch check"));
  if (options->since && !g_ascii_string_to_signed (options->since, 10, 0, G_MAXINT64, &since, NULL))
    return wrong_usage (options, _("--since takes the revision that an earlier check named"));
  session = wh_cli_source_open_store (options, error);
  report = session ? wh_watch_check (wh_session_store (session), wh_session_principal (session), since, error) : NULL;
  if (!report)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      (check ? print_hits : print_watches) (options, report);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_watches (writer, report);
  return wh_cli_output_document (options, json, check ? "hits" : "watches", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_watch (const WhCliOptions *options, GError **error)
{
  const char *what = options->words[0];

  if (strcmp (what, "add") == 0)
    return add_watch (options, error);
  if (strcmp (what, "remove") == 0)
    return remove_watch (options, error);
  if (strcmp (what, "list") == 0 || strcmp (what, "check") == 0)
    return show_watches (options, *what == 'c', error);
  return wrong_usage (options, _("watch what? add, list, remove or check"));
}
