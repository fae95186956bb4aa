#include "wh-naming-queue.h"

#define CONFIDENCE_DECIMALS 3

/* A candidate's members; all null without one. */
static void
add_candidate (WhJsonWriter *writer, const char *name_key, const WhNamingCandidate *candidate)
{
  char id[WH_ID_TEXT_LENGTH + 1];

  if (candidate)
    wh_id_format (&candidate->card->id, id);
  wh_json_writer_add_string (writer, name_key, candidate ? candidate->card->name : NULL);
  wh_json_writer_add_string (writer, "slug", candidate ? candidate->card->slug : NULL);
  wh_json_writer_add_string (writer, "strain_id", candidate ? id : NULL);
  wh_json_writer_key (writer, "confidence");
  if (candidate)
    wh_json_writer_number (writer, candidate->confidence, CONFIDENCE_DECIMALS);
  else
    wh_json_writer_null (writer);
  wh_json_writer_add_string (writer, "ground", candidate ? wh_naming_ground_word (candidate->ground) : NULL);
}

static void
present_entry (WhJsonWriter *writer, const WhNamedEntry *entry)
{
  const WhNaming *naming = &entry->naming;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", entry->name);
  wh_json_writer_add_integer (writer, "n", entry->n);
  wh_json_writer_add_string (writer, "outcome", wh_naming_outcome_word (naming->outcome));
  add_candidate (writer, "strain", naming->outcome == WH_NAMING_CERTAIN ? &naming->candidates[0] : NULL);
  wh_json_writer_key (writer, "candidates");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < naming->n; i++)
    {
      wh_json_writer_begin_object (writer);
      add_candidate (writer, "name", &naming->candidates[i]);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

void
wh_present_names (WhJsonWriter *writer, const GPtrArray *entries, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < (limit ? MIN (limit, entries->len) : entries->len); i++)
    present_entry (writer, entries->pdata[i]);
  wh_json_writer_end_array (writer);
}
