#include "wh-sentinel.h"

#define VALUE_DECIMALS 4

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, wh_id_is_none (id) ? NULL : text);
}

void
wh_present_findings (WhJsonWriter *writer, const GPtrArray *findings, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < (limit ? MIN (limit, findings->len) : findings->len); i++)
    {
      const WhFinding *finding = findings->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "code", finding->code);
      wh_json_writer_add_string (writer, "lab", finding->lab);
      wh_json_writer_add_string (writer, "name", finding->name);
      wh_json_writer_add_string (writer, "sample_id", finding->sample_id);
      add_id (writer, "lab_result_id", &finding->result_id);
      add_id (writer, "product_id", &finding->product_id);
      wh_json_writer_add_number (writer, "value", finding->value, VALUE_DECIMALS);
      wh_json_writer_add_string (writer, "message", finding->message);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
