#include "wh-ledger.h"

#include "wire/wh-wire.h"

static void
write_error (WhJsonWriter *writer, const WhLedgerResult *result)
{
  wh_json_writer_key (writer, "error");
  if (!result->error)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "code", wh_error_word ((WhErrorCode) result->error->code));
  wh_json_writer_add_string (writer, "message", result->error->message);
  wh_json_writer_add_string (writer, "field", result->field);
  wh_json_writer_end_object (writer);
}

void
wh_present_ledger_result (WhJsonWriter *writer, const WhLedgerResult *result)
{
  g_autofree char *id = wh_id_is_none (&result->id) ? NULL : wh_id_to_string (&result->id);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "outcome", wh_ledger_outcome_key (result->outcome));
  wh_json_writer_add_string (writer, "kind", wh_entity_class (result->kind)->name);
  wh_json_writer_add_string (writer, "id", id);
  wh_json_writer_key (writer, "row");
  if (result->row)
    wh_wire_write_entity (writer, result->row, TRUE);
  else
    wh_json_writer_null (writer);
  wh_json_writer_add_string (writer, "remark", result->remark);
  write_error (writer, result);
  wh_json_writer_end_object (writer);
}
