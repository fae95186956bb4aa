#include "wh-present.h"

static void
write_count (WhJsonWriter *writer, WhFacet facet, const WhFacetCount *count)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "facet", wh_facet_key (facet));
  wh_json_writer_add_string (writer, "value", count->value);
  wh_json_writer_add_string (writer, "name", count->name);
  wh_json_writer_add_integer (writer, "count", count->count);
  wh_json_writer_add_string (writer, "query", count->query);
  wh_json_writer_end_object (writer);
}

void
wh_present_facets (WhJsonWriter *writer, const WhFacets *facets)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "total", facets->total);
  wh_json_writer_key (writer, "facets");
  wh_json_writer_begin_array (writer);
  for (guint facet = 0; facet < WH_N_FACETS; facet++)
    for (guint i = 0; i < facets->counts[facet]->len; i++)
      write_count (writer, facet, &g_array_index (facets->counts[facet], WhFacetCount, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}
