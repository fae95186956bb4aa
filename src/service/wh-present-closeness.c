#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "wh-closeness.h"

#define DISTANCE_DECIMALS 4
#define PERCENTILE_DECIMALS 1
#define SHARE_DECIMALS 4
#define CLOSE_PERCENTILE 90.0
#define MEDIAN_PERCENTILE 50.0
#define LEAST_PERCENTILE 1.0
#define MOST_PERCENTILE 99.0
#define SMALL_SHARE 0.1      /* below it, whole percents hide what differs */

static void
write_contributions (WhJsonWriter *writer, const WhCloseness *closeness)
{
  wh_json_writer_key (writer, "contributions");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < closeness->n_contributions; i++)
    {
      const WhContribution *contribution = &closeness->contributions[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", contribution->analyte->key);
      wh_json_writer_add_string (writer, "name", contribution->analyte->name);
      wh_json_writer_add_number (writer, "share", contribution->share, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "other_share", contribution->other_share, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "part", contribution->part, SHARE_DECIMALS);
      wh_json_writer_add_string (writer, "direction", contribution->share > contribution->other_share ? "more" : "less");
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_closeness (WhJsonWriter *writer, const WhCloseness *closeness)
{
  wh_json_writer_add_number (writer, "hellinger_distance", closeness->hellinger_distance, DISTANCE_DECIMALS);
  wh_json_writer_add_number (writer, "hellinger_low", closeness->hellinger_low, DISTANCE_DECIMALS);
  wh_json_writer_add_number (writer, "hellinger_high", closeness->hellinger_high, DISTANCE_DECIMALS);
  wh_json_writer_add_number (writer, "rsd_assumed", WH_CLOSENESS_RSD, SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "js_distance", closeness->js_distance, DISTANCE_DECIMALS);
  wh_json_writer_add_number (writer, "percentile", closeness->percentile, PERCENTILE_DECIMALS);
  wh_json_writer_add_number (writer, "same_producer_percentile", closeness->same_producer_percentile, PERCENTILE_DECIMALS);
  wh_json_writer_add_integer (writer, "shared_analytes", closeness->shared_analytes);
  write_contributions (writer, closeness);
}

/* A sample of pairs never shows that something is closer than all of them, or than none. */
static double
whole_percentile (double percentile)
{
  return CLAMP (floor (percentile), LEAST_PERCENTILE, MOST_PERCENTILE);
}

char *
wh_present_closeness_words (const WhCloseness *closeness)
{
  double percentile = whole_percentile (closeness->percentile);

  if (isnan (closeness->hellinger_distance))
    return g_strdup (_("too few terpenes that both were tested for"));
  if (isnan (closeness->percentile))
    return g_strdup (_("too few strains to compare with"));
  if (percentile < CLOSE_PERCENTILE)
    return g_strdup_printf (_("not similar: %.0f %% of random pairs are closer"), 100 - percentile);
  if (closeness->same_producer_percentile >= MEDIAN_PERCENTILE)
    return g_strdup_printf (_("as close as two batches of one producer's strain, and closer than %.0f %% of random pairs"), percentile);
  return g_strdup_printf (_("closer than %.0f %% of random pairs"), percentile);
}

/* "31 %", "0.6 %", "ND" for what was looked for and not found. */
static char *
share_words (double share, gboolean small)
{
  return share > 0 ? g_strdup_printf (small ? "%.1f %%" : "%.0f %%", 100 * share) : g_strdup (C_ ("not detected", "ND"));
}

char *
wh_present_contribution_words (const WhCloseness *closeness)
{
  const WhContribution *most = &closeness->contributions[0];
  gboolean small = MIN (most->share, most->other_share) < SMALL_SHARE;
  g_autofree char *share = NULL, *other = NULL;

  if (closeness->n_contributions == 0)
    return NULL;
  share = share_words (most->share, small);
  other = share_words (most->other_share, small);
  if (strcmp (share, other) == 0)
    return NULL;
  /* Translators: a terpene, then its part of all terpenes in the one and in the other, in percent. */
  return g_strdup_printf (_("differs most in %s: %s against %s of the terpenes"), most->analyte->name, share, other);
}
