#include "wh-chemotypes.h"

#define SHARE_DECIMALS 4

static void
write_leading (WhJsonWriter *writer, const WhChemotypeGroup *group)
{
  wh_json_writer_key (writer, "leading");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_CHEMOTYPES_LEADING && group->leading[i].analyte; i++)
    {
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", group->leading[i].analyte->key);
      wh_json_writer_add_string (writer, "name", group->leading[i].analyte->name);
      wh_json_writer_add_number (writer, "share", group->leading[i].share, SHARE_DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_examples (WhJsonWriter *writer, const WhChemotypeGroup *group)
{
  wh_json_writer_key (writer, "examples");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_CHEMOTYPES_EXAMPLES && group->examples[i]; i++)
    {
      char id[WH_ID_TEXT_LENGTH + 1];
      wh_id_format (&group->examples[i]->id, id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "strain_id", id);
      wh_json_writer_add_string (writer, "name", group->examples[i]->name);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_groups (WhJsonWriter *writer, const WhChemotypes *chemotypes)
{
  wh_json_writer_key (writer, "groups");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < chemotypes->groups->len; i++)
    {
      const WhChemotypeGroup *group = &g_array_index (chemotypes->groups, WhChemotypeGroup, i);
      const char label[] = { (char) ('A' + i), '\0' };
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "label", label);
      wh_json_writer_add_integer (writer, "n", group->n);
      write_leading (writer, group);
      write_examples (writer, group);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_chemotypes (WhJsonWriter *writer, const WhChemotypes *chemotypes)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "k", chemotypes->groups->len);
  wh_json_writer_add_string (writer, "engine", chemotypes->engine);
  wh_json_writer_add_number (writer, "silhouette", chemotypes->silhouette, SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "stability", chemotypes->stability, SHARE_DECIMALS);
  wh_json_writer_add_integer (writer, "n_values", chemotypes->n_values);
  wh_json_writer_add_integer (writer, "n_censored", chemotypes->n_censored);
  wh_json_writer_key (writer, "terpenes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < chemotypes->terpenes->len; i++)
    wh_json_writer_string (writer, ((const WhAnalyte *) chemotypes->terpenes->pdata[i])->key);
  wh_json_writer_end_array (writer);
  write_groups (writer, chemotypes);
  wh_json_writer_key (writer, "unclassified");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "between", chemotypes->n_between);
  wh_json_writer_add_integer (writer, "untested", chemotypes->n_untested);
  wh_json_writer_add_integer (writer, "empty", chemotypes->n_empty);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}
