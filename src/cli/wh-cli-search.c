#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-limits.h"
#include "core/wh-freshness.h"
#include "service/wh-present.h"
#include "wh-cli-command.h"
#include "wh-cli-facets.h"
#include "wh-cli-output.h"
#include "wh-cli-products.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define MG_PER_PERCENT 10.0
#define SIMILAR_LIMIT 10

/* Tests that all found nothing are no zero. */
static char *
percent_text (WhAmount amount)
{
  if (amount.n && amount.high <= 0)
    return g_strdup (C_ ("not detected", "ND"));
  return amount.n ? g_strdup_printf ("%.1f", amount.estimate / MG_PER_PERCENT) : g_strdup ("–");
}

static char *
terpenes_text (const WhCard *card)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < card->n_terpenes; i++)
    g_string_append_printf (text, "%s%s", i ? ", " : "", wh_analyte_get (card->terpenes[i].analyte)->name);
  return g_string_free (text, FALSE);
}

static char *
age_text (const WhCard *card)
{
  gint64 newest = MAX (card->tested_at, card->priced_at);

  return wh_cli_source_age (newest);
}

/* A price over its limit never stands there as if it still held. */
static char *
price_text (const WhHit *hit)
{
  gint64 seen = wh_card_price_seen (hit->card, hit->price_per_gram), now = wh_clock_now ();
  g_autofree char *age = wh_freshness_age (seen, now);

  if (isnan (hit->price_per_gram))
    return g_strdup ("–");
  if (!wh_freshness_is_stale (WH_FACT_PRICE, seen, now))
    return g_strdup_printf ("%.2f", hit->price_per_gram);
  return age ? g_strdup_printf (_("%.2f, %s ago"), hit->price_per_gram, age)
             : g_strdup_printf (_("%.2f, of unknown age"), hit->price_per_gram);
}

static void
add_hit (WhCliTable *table, const WhHit *hit)
{
  const WhCard *card = hit->card;
  g_autofree char *matched = wh_hit_words (hit);
  g_autofree char *name = matched ? g_strdup_printf ("%s (%s)", card->name, matched) : g_strdup (card->name);
  g_autofree char *thc = percent_text (card->thc);
  g_autofree char *cbd = percent_text (card->cbd);
  g_autofree char *terpenes = terpenes_text (card);
  g_autofree char *price = price_text (hit);
  g_autofree char *stock = g_strdup_printf ("%u", hit->n_in_stock);
  g_autofree char *age = age_text (card);
  const char *cells[] = { name, card->type, thc, cbd, price, stock, terpenes, age };

  wh_cli_table_add (table, cells);
}

static void
print_hits (const WhCliOptions *options, const WhHits *hits)
{
  const WhCliColumn columns[] = {
    { _("Name"), FALSE, 12, FALSE, "1" },  { _("Type"), FALSE, 0, TRUE, NULL },      { _("THC %"), TRUE, 0, FALSE, NULL },
    { _("CBD %"), TRUE, 0, FALSE, NULL },  { _("per gram"), TRUE, 0, TRUE, NULL },   { _("In stock"), TRUE, 0, TRUE, NULL },
    { _("Terpenes"), FALSE, 10, TRUE, NULL }, { _("Age"), FALSE, 0, TRUE, "2" },
  };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  if (hits->hits->len == 0)
    {
      wh_cli_output_note (_("nothing found"));
      return;
    }
  for (guint i = 0; i < hits->hits->len; i++)
    add_hit (table, &g_array_index (hits->hits, WhHit, i));
  wh_cli_output_table (options, table);
  if (hits->total > hits->hits->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), hits->hits->len, hits->total);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (hits->snapshot));
}

int
wh_cli_search (const WhCliOptions *options, GError **error)
{
  g_autofree char *typed = g_strjoinv (" ", options->words);
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);

  if (!session)
    return WH_EXIT_FAILED;
  wh_query_set_typed (query, typed);
  if (options->limit)
    query->limit = (guint) options->limit;
  if (options->facets)
    return wh_cli_facets (options, session, query, error);
  if (options->products)
    return wh_cli_products (options, session, query, error);
  g_autoptr (WhHits) hits = wh_catalogue_search (wh_session_catalogue (session), wh_session_principal (session), query, error);
  if (!hits)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_hits (options, hits);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_hits (writer, hits);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* -- similar ------------------------------------------------------------------------------------------------------ */

/* The distance and the band it may lie in. */
static char *
distance_words (const WhCloseness *closeness)
{
  if (isnan (closeness->hellinger_low))
    return g_strdup_printf ("%.3f", closeness->hellinger_distance);
  return g_strdup_printf ("%.3f (%.3f–%.3f)", closeness->hellinger_distance, closeness->hellinger_low, closeness->hellinger_high);
}

static void
print_similars (const WhCliOptions *options, const WhSimilars *similars)
{
  const WhCliColumn columns[] = {
    { _("Name"), FALSE, 12, FALSE, "1" },    { _("Type"), FALSE, 0, TRUE, NULL },       { _("Distance"), TRUE, 0, FALSE, NULL },
    { _("Shared"), TRUE, 0, TRUE, NULL },    { _("How close"), FALSE, 24, FALSE, NULL }, { _("What differs"), FALSE, 16, TRUE, NULL },
  };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_autofree char *heading = g_strdup_printf (_("Closest to %s by terpenes"), similars->card->name);

  for (guint i = 0; i < similars->similar->len; i++)
    {
      const WhSimilar *similar = &g_array_index (similars->similar, WhSimilar, i);
      g_autofree char *distance = distance_words (&similar->closeness);
      g_autofree char *shared = g_strdup_printf ("%u", similar->closeness.shared_analytes);
      g_autofree char *words = wh_present_closeness_words (&similar->closeness);
      g_autofree char *differs = wh_present_contribution_words (&similar->closeness);
      const char *cells[] = { similar->card->name, similar->card->type, distance, shared, words, differs };
      wh_cli_table_add (table, cells);
    }
  wh_cli_output_styled (options, WH_STYLE_HEADING, heading);
  wh_cli_output_table (options, table);
  wh_cli_output_line (_("Hellinger distance over the terpenes both were tested for; computed by %s"), similars->engine);
  wh_cli_output_line (_("In brackets 90 %% of what repeated tests would give, assuming that they scatter by %.0f %%"),
                      100 * WH_CLOSENESS_RSD);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (similars->snapshot));
}

int
wh_cli_similar (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhSnapshot) snapshot = session ? wh_catalogue_snapshot (wh_session_catalogue (session)) : NULL;
  const WhCard *card = NULL;
  int status = session ? wh_cli_strain_resolve_words (options, snapshot, &card, error) : WH_EXIT_FAILED;

  if (!card)
    return status;
  g_autoptr (WhSimilars) similars = wh_analyst_similar (wh_session_analyst (session), wh_session_principal (session), &card->id,
                                                        options->limit ? (guint) options->limit : SIMILAR_LIMIT, error);
  if (!similars)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_similars (options, similars);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_similar (writer, similars);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
