#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-stats.h"
#include "wh-cli-bar.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define BAR_WIDTH 20

static void
heading (const WhCliOptions *options, const char *text)
{
  wh_cli_output_line ("%s", "");
  wh_cli_output_styled (options, WH_STYLE_HEADING, text);
}

static char *
percent (double share)
{
  return isnan (share) ? NULL : g_strdup_printf ("%.1f %%", 100 * share);
}

static double
share_of (double part, double whole)
{
  return whole > 0 ? part / whole : NAN;
}

/* -- searches ---------------------------------------------------------------------------------------------------- */

/* `value` and `of` are offsets into WhStatsTerm: what is shown, and what beside it. */
static void
print_terms (const WhCliOptions *options, const char *title, const GArray *terms, const char *beside, gsize value, gsize of)
{
  const WhCliColumn columns[] = { { title, FALSE, 12, FALSE, "1" },
                                  { _("Searches"), TRUE, 0, FALSE, NULL },
                                  { beside, TRUE, 0, FALSE, NULL },
                                  { "", FALSE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  gint64 most = 1;

  for (guint i = 0; i < terms->len; i++)
    most = MAX (most, G_STRUCT_MEMBER (gint64, &g_array_index (terms, WhStatsTerm, i), value));
  for (guint i = 0; i < terms->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (terms, WhStatsTerm, i);
      g_autofree char *searches = g_strdup_printf ("%" G_GINT64_FORMAT, term->searches);
      g_autofree char *other = g_strdup_printf ("%" G_GINT64_FORMAT, G_STRUCT_MEMBER (gint64, term, of));
      g_autofree char *bar = wh_cli_bar ((double) G_STRUCT_MEMBER (gint64, term, value) / (double) most, BAR_WIDTH);
      wh_cli_table_add (table, (const char *const[]) { term->term, searches, other, bar });
    }
  if (terms->len > 0)
    wh_cli_output_table (options, table);
}

static void
print_searches (const WhCliOptions *options, const WhStatsReport *report)
{
  const gsize searches_at = offsetof (WhStatsTerm, searches), empty_at = offsetof (WhStatsTerm, empty);
  const gsize before_at = offsetof (WhStatsTerm, before);
  const WhStatsSearches *searches = &report->searches;

  heading (options, _("Searches"));
  wh_cli_output_line (_("%" G_GINT64_FORMAT " searches, %" G_GINT64_FORMAT " of them without a result; %" G_GINT64_FORMAT
                        " for words too rare to be named"), searches->searches, searches->empty, searches->rest);
  print_terms (options, _("Looked for"), searches->terms, _("Without result"), searches_at, empty_at);
  print_terms (options, _("Strain, by all its names"), searches->strains, _("Without result"), searches_at, empty_at);
  print_terms (options, _("Often without result"), searches->without_result, _("Without result"), empty_at, empty_at);
  print_terms (options, _("More than before"), searches->rising, _("Before"), searches_at, before_at);
  print_terms (options, _("Less than before"), searches->falling, _("Before"), before_at, before_at);
  if (searches->searches > 0 && searches->rising->len + searches->falling->len == 0)
    wh_cli_output_line (_("No word is looked for clearly more or less often than in the days before"));
}

/* -- facts ------------------------------------------------------------------------------------------------------- */

static const char *
fact_in_words (WhFactKind kind)
{
  static const char *const words[] = { [WH_FACT_MENU] = N_("Menus"),          [WH_FACT_PRICE] = N_("Prices"),
                                       [WH_FACT_STOCK] = N_("Stock"),         [WH_FACT_DISPENSARY] = N_("Shops"),
                                       [WH_FACT_STRAIN] = N_("Strains"),      [WH_FACT_REVIEW] = N_("Reviews"),
                                       [WH_FACT_LAB_RESULT] = N_("Lab results"), [WH_FACT_TERPENES] = N_("Terpene profiles") };

  return _(words[kind]);
}

static void
add_fact (WhCliTable *table, const WhStatsFreshness *freshness)
{
  double share = share_of (freshness->fresh, freshness->n);
  g_autofree char *n = g_strdup_printf ("%u", freshness->n), *fresh = percent (share), *bar = wh_cli_bar (share, BAR_WIDTH);
  g_autofree char *unknown = g_strdup_printf ("%u", freshness->unknown), *oldest = wh_cli_source_age (freshness->oldest);
  g_autofree char *newest = wh_cli_source_age (freshness->newest);

  wh_cli_table_add (table, (const char *const[]) { fact_in_words (freshness->kind), n, fresh, bar, newest, oldest, unknown });
}

static void
print_freshness (const WhCliOptions *options, const WhStatsReport *report)
{
  const WhCliColumn columns[] = { { _("Facts"), FALSE, 10, FALSE, "1" }, { _("Known"), TRUE, 0, FALSE, NULL },
                                  { _("Fresh"), TRUE, 0, FALSE, NULL },  { "", FALSE, 0, TRUE, NULL },
                                  { _("Newest"), TRUE, 0, TRUE, NULL },  { _("Oldest"), TRUE, 0, FALSE, NULL },
                                  { _("Age not known"), TRUE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  heading (options, _("How fresh the facts are"));
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    add_fact (table, &report->freshness[i]);
  wh_cli_output_table (options, table);
}

static void
print_terpenes (const WhCliOptions *options, const WhStatsReport *report)
{
  heading (options, _("Terpene analyses"));
  if (!report->has_times)
    wh_cli_output_line (_("Analyses are counted by the server; ask it at /api/analytics/stats. Here they run on %s."), report->engine);
  else if (report->times.n == 0)
    wh_cli_output_line (_("None yet"));
  else
    wh_cli_output_line (_("%" G_GUINT64_FORMAT " analyses, half of them within %.1f ms, 95 of 100 within %.1f ms"), report->times.n,
                        report->times.p50, report->times.p95);
  wh_cli_output_line (_("%u of %u lab results have terpenes"), report->with_terpenes, report->results);
}

static void
print_accuracy (const WhCliOptions *options, const WhStatsAccuracy *accuracy)
{
  heading (options, _("How right prices were"));
  if (accuracy->n == 0)
    {
      wh_cli_output_line (_("No price was seen a second time in this timeframe"));
      return;
    }
  wh_cli_output_line (_("Of %u prices that were seen again, %.1f %% were still the same; the middle difference is %.2f (%.1f %%), "
                        "%.1f hours apart"), accuracy->n, 100 * share_of (accuracy->equal, accuracy->n), accuracy->median_difference,
                      accuracy->median_percent, accuracy->median_hours);
}

static void
print_offers (const WhCliOptions *options, const WhStatsReport *report)
{
  heading (options, _("What became of offers"));
  for (guint i = 0; i < report->offers->len; i++)
    {
      const WhStatsOffers *offers = &g_array_index (report->offers, WhStatsOffers, i);
      const char *about = strcmp (offers->about, "substitute") == 0 ? _("Substitutes") : _("Recommendations");
      if (offers->n == 0)
        /* Translators: "Recommendations" or "Substitutes". */
        wh_cli_output_line (_("%s: nobody said whether one was taken"), about);
      else
        wh_cli_output_line (_("%s: %u of %u taken, %.1f %% (between %.1f and %.1f %% with 95 %% confidence)"), about, offers->accepted,
                            offers->n, 100 * offers->share, 100 * offers->low, 100 * offers->high);
    }
}

static void
print_users (const WhCliOptions *options)
{
  heading (options, _("People"));
  wh_cli_output_line (_("There are no accounts yet. With them: how many are active, by role, and how often what is done; never what one "
                        "of them looked for."));
}

static void
print_report (const WhCliOptions *options, const WhStatsReport *report)
{
  wh_cli_output_line (_("The last %s, to %u strains, %u shops, %u products, %u prices, %u lab results"),
                      wh_stats_timeframe (report->question.days), report->counts[WH_KIND_STRAIN], report->counts[WH_KIND_DISPENSARY],
                      report->counts[WH_KIND_PRODUCT], report->counts[WH_KIND_PRICE], report->counts[WH_KIND_LAB_RESULT]);
  if (wh_stats_wants (report, WH_STATS_STRAIN))
    print_searches (options, report);
  if (wh_stats_wants (report, WH_STATS_DISPENSARY))
    print_freshness (options, report);
  if (wh_stats_wants (report, WH_STATS_PRICE))
    print_accuracy (options, &report->accuracy);
  if (wh_stats_wants (report, WH_STATS_TERPENE))
    print_terpenes (options, report);
  if (wh_stats_wants (report, WH_STATS_RECOMMENDATION))
    print_offers (options, report);
  if (wh_stats_wants (report, WH_STATS_USER))
    print_users (options);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (report->snapshot));
}

static int
show_stats (const WhCliOptions *options, const WhStatsQuestion *question, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhStats) stats = session ? wh_stats_new (wh_session_catalogue (session)) : NULL;
  g_autoptr (WhStatsReport) report = stats ? wh_stats_report (stats, wh_session_principal (session), question, NULL, error) : NULL;

  if (!report)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_report (options, report);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  (options->format == WH_FORMAT_CSV ? wh_present_stats_rows : wh_present_stats) (writer, report);
  return wh_cli_output_document (options, json, "figures", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_stats (const WhCliOptions *options, GError **error)
{
  WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  const char *wrong = NULL;

  if (options->limit)
    question.rows = MIN ((guint) options->limit, WH_STATS_ROWS_MOST);
  if (options->timeframe && !wh_stats_parse_timeframe (options->timeframe, &question.days))
    wrong = _("--timeframe takes 24h, 7d, 30d or 90d");
  else if (options->words[0] && (options->words[1] || !wh_stats_parse_metric (options->words[0], &question.metric)))
    wrong = _("stats of what? strain, terpene, dispensary, user, price or recommendation");
  if (!wrong)
    return show_stats (options, &question, error);
  wh_cli_output_error (options, "usage", wrong, NULL);
  return WH_EXIT_USAGE;
}
