#include <glib/gi18n.h>
#include <math.h>

#include "wh-analysis.h"
#include "wh-present.h"

#define AMOUNT_DECIMALS 4
#define SHARE_DECIMALS 4
#define RATIO_DECIMALS 2
#define STABLE 0.75       /* leads in as many of the results ... */
#define CLEAR_LEAD 0.1    /* ... and by as much: a tenth of the shelf's samples are closer than this */

static void
write_amount (WhJsonWriter *writer, const WhAmount *amount)
{
  wh_json_writer_add_number (writer, "amount", amount->n ? amount->estimate : NAN, AMOUNT_DECIMALS);
  wh_json_writer_add_number (writer, "low", amount->n ? amount->low : NAN, AMOUNT_DECIMALS);
  wh_json_writer_add_number (writer, "high", amount->n ? amount->high : NAN, AMOUNT_DECIMALS);
  wh_json_writer_add_integer (writer, "n", amount->n);
  wh_json_writer_add_string (writer, "unit", wh_unit_key (WH_UNIT_MG_PER_G));
}

static void
write_totals (WhJsonWriter *writer, const WhAnalysis *analysis)
{
  wh_json_writer_key (writer, "totals");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < analysis->totals->len; i++)
    {
      const WhTotal *total = &g_array_index (analysis->totals, WhTotal, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "key", total->key);
      wh_json_writer_add_string (writer, "name", total->name);
      wh_json_writer_add_string (writer, "formula", total->formula);
      write_amount (writer, &total->amount);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_terpenes (WhJsonWriter *writer, const WhAnalysis *analysis)
{
  wh_json_writer_key (writer, "terpenes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < analysis->terpenes->len; i++)
    {
      const WhTerpeneShare *terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", terpene->analyte->key);
      wh_json_writer_add_string (writer, "name", terpene->analyte->name);
      write_amount (writer, &terpene->amount);
      wh_json_writer_add_number (writer, "share", terpene->share, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "share_low", terpene->share_low, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "share_high", terpene->share_high, SHARE_DECIMALS);
      wh_json_writer_add_integer (writer, "leads_in", terpene->leads);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static gboolean
has_leader (const WhAnalysis *analysis)
{
  return analysis->terpenes->len > 0 && g_array_index (analysis->terpenes, WhTerpeneShare, 0).amount.estimate > 0;
}

static gboolean
is_stable (const WhAnalysis *analysis)
{
  return wh_analysis_stability (analysis) >= STABLE && wh_analysis_lead (analysis) >= CLEAR_LEAD;
}

char *
wh_present_dominant_words (const WhAnalysis *analysis)
{
  const WhTerpeneShare *first = (const WhTerpeneShare *) analysis->terpenes->data;
  double stability = wh_analysis_stability (analysis), lead = wh_analysis_lead (analysis);

  if (!has_leader (analysis))
    return NULL;
  if (isnan (stability))
    return g_strdup_printf (_("%s leads, but too few terpenes were tested to rely on it"), first->analyte->name);
  if (lead < CLEAR_LEAD)
    return g_strdup_printf (_("%s and %s are too close to say which leads; %s leads in %u of %u results"), first[0].analyte->name,
                            first[1].analyte->name, first->analyte->name, first->leads, analysis->n_profiles);
  if (stability < STABLE)
    return g_strdup_printf (_("%s leads in %u of %u results only: it differs from batch to batch"), first->analyte->name, first->leads,
                            analysis->n_profiles);
  return g_strdup_printf (_("%s leads, in %u of %u results"), first->analyte->name, first->leads, analysis->n_profiles);
}

static void
write_dominant (WhJsonWriter *writer, const WhAnalysis *analysis)
{
  const WhTerpeneShare *first = (const WhTerpeneShare *) analysis->terpenes->data;
  g_autofree char *words = wh_present_dominant_words (analysis);

  wh_json_writer_key (writer, "dominant");
  if (!has_leader (analysis))
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "analyte", first->analyte->key);
  wh_json_writer_add_string (writer, "name", first->analyte->name);
  wh_json_writer_add_number (writer, "share", first->share, SHARE_DECIMALS);
  wh_json_writer_add_integer (writer, "leads_in", first->leads);
  wh_json_writer_add_integer (writer, "of", analysis->n_profiles);
  wh_json_writer_add_number (writer, "stability", wh_analysis_stability (analysis), SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "lead", wh_analysis_lead (analysis), SHARE_DECIMALS);
  wh_json_writer_add_boolean (writer, "stable", is_stable (analysis));
  wh_json_writer_add_string (writer, "in_words", words);
  wh_json_writer_end_object (writer);
}

/* Of the terpenes that were found, those whose smell is known. */
static void
write_aroma (WhJsonWriter *writer, const WhAnalysis *analysis)
{
  wh_json_writer_key (writer, "aroma");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < analysis->terpenes->len; i++)
    {
      const WhTerpeneShare *terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, i);
      if (terpene->amount.low <= 0 || !*terpene->analyte->aroma)
        continue;
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", terpene->analyte->key);
      wh_json_writer_add_string (writer, "words", terpene->analyte->aroma);
      wh_json_writer_add_string (writer, "source", *terpene->analyte->aroma_source ? terpene->analyte->aroma_source : NULL);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_analysis (WhJsonWriter *writer, const WhAnalysis *analysis)
{
  wh_json_writer_add_integer (writer, "n_results", analysis->n_results);
  wh_json_writer_add_integer (writer, "n_left_out", analysis->n_left_out);
  write_totals (writer, analysis);
  wh_json_writer_add_string (writer, "chemotype", wh_chemotype_key (analysis->type));
  wh_json_writer_add_number (writer, "thc_cbd_ratio", analysis->ratio, RATIO_DECIMALS);   /* infinite ones become null */
  wh_json_writer_add_number (writer, "thc_cbd_ratio_low", analysis->ratio_low, RATIO_DECIMALS);
  wh_json_writer_add_number (writer, "thc_cbd_ratio_high", analysis->ratio_high, RATIO_DECIMALS);
  write_terpenes (writer, analysis);
  write_dominant (writer, analysis);
  write_aroma (writer, analysis);
}

void
wh_present_analysis (WhJsonWriter *writer, const WhAnalysis *analysis, const WhCard *card)
{
  char id[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&card->id, id);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "strain_id", id);
  wh_json_writer_add_string (writer, "name", card->name);
  wh_json_writer_add_boolean (writer, "demonstration", card->demonstration);
  write_analysis (writer, analysis);
  wh_json_writer_end_object (writer);
}

void
wh_present_analysis_of_profile (WhJsonWriter *writer, const WhAnalysis *analysis, const char *name, const WhSimilars *similars,
                                const char *reason)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", name);
  write_analysis (writer, analysis);
  wh_json_writer_key (writer, "similar");
  if (similars)
    wh_present_similar (writer, similars);
  else
    wh_json_writer_null (writer);
  wh_json_writer_add_string (writer, "similar_reason", reason);
  wh_json_writer_end_object (writer);
}

/* Onset, duration, dose and what an effect is good for: nothing of it can be read from what was measured. */
void
wh_present_effects_of_profile (WhJsonWriter *writer, const WhAnalysis *analysis, const char *name)
{
  static const char *const fields[] = { "effects", "medical_uses", "side_effects", "onset_minutes", "duration_minutes", "dosage" };

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", name);
  wh_json_writer_add_string (writer, "effects", NULL);
  write_analysis (writer, analysis);
  wh_json_writer_key (writer, "not_supported");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "fields");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    wh_json_writer_string (writer, fields[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_string (writer, "reason",
                             _("Measured chemistry does not support claims about effects or medical use; what is told is what was "
                               "measured, and the aroma that goes with it"));
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}
