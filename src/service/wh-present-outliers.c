#include <math.h>

#include "wh-outliers.h"

#define DECIMALS 4

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
write_spread (WhJsonWriter *writer, const WhSpread *spread)
{
  wh_json_writer_begin_object (writer);
  add_id (writer, "strain_id", &spread->card->id);
  wh_json_writer_add_string (writer, "name", spread->card->name);
  wh_json_writer_add_integer (writer, "n_tests", spread->n_tests);
  wh_json_writer_add_number (writer, "spread", spread->spread, DECIMALS);
  wh_json_writer_add_boolean (writer, "demonstration", spread->card->demonstration);
  wh_json_writer_end_object (writer);
}

static void
write_outlier (WhJsonWriter *writer, const WhOutlier *outlier)
{
  g_autofree char *date = wh_clock_format_date (outlier->test_date);

  wh_json_writer_begin_object (writer);
  add_id (writer, "strain_id", &outlier->card->id);
  wh_json_writer_add_string (writer, "name", outlier->card->name);
  add_id (writer, "batch_id", &outlier->batch_id);
  wh_json_writer_add_string (writer, "batch_number", outlier->batch_number);
  add_id (writer, "lab_result_id", &outlier->result_id);
  wh_json_writer_add_string (writer, "lab", outlier->lab);
  wh_json_writer_add_string (writer, "sample_id", outlier->sample_id);
  wh_json_writer_add_string (writer, "test_date", date);
  wh_json_writer_add_string (writer, "kind", outlier->analyte ? "analyte" : "profile");
  wh_json_writer_add_string (writer, "analyte", outlier->analyte ? outlier->analyte->key : NULL);
  wh_json_writer_add_number (writer, "value", outlier->value, DECIMALS);
  wh_json_writer_add_number (writer, "median", outlier->median, DECIMALS);
  wh_json_writer_add_string (writer, "unit", outlier->analyte ? wh_unit_key (WH_UNIT_MG_PER_G) : NULL);
  wh_json_writer_add_number (writer, "z", outlier->z, DECIMALS);
  wh_json_writer_add_integer (writer, "n_tests", outlier->n_tests);
  wh_json_writer_add_string (writer, "message", outlier->message);
  wh_json_writer_end_object (writer);
}

void
wh_present_outliers (WhJsonWriter *writer, const WhOutliers *outliers, guint limit)
{
  guint most = limit ? limit : G_MAXUINT;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "n_tests", outliers->n_tests);
  wh_json_writer_key (writer, "strains");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < MIN (most, outliers->spreads->len); i++)
    write_spread (writer, &g_array_index (outliers->spreads, WhSpread, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_key (writer, "tests");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < MIN (most, outliers->outliers->len); i++)
    write_outlier (writer, outliers->outliers->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}
