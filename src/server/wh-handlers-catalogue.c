#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-analysis.h"
#include "service/wh-compare.h"
#include "service/wh-map.h"
#include "service/wh-present.h"
#include "service/wh-products.h"
#include "wh-handlers-private.h"

#define STRAIN_BYTES 32768   /* most have less */

static char *
answer_query (WhHost *host, WhRequest *request, WhMeta *meta, const WhQuery *query, GError **error)
{
  g_autoptr (WhHits) hits = wh_catalogue_search (host->catalogue, request->principal, query, error);

  if (!hits)
    return NULL;
  request->searched = query->offset == 0 ? g_strdup (query->text) : NULL;
  wh_parameters_page (request, hits->total, meta);
  WH_WRITE_DOCUMENT (wh_present_hits (writer, hits));
}

char *
wh_handle_strains (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhQuery) query = wh_parameters_query (request);

  return answer_query (host, request, meta, query, error);
}

char *
wh_handle_search (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhQuery) query = wh_parameters_query (request);

  return answer_query (host, request, meta, query, error);
}

char *
wh_handle_facets (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhQuery) query = wh_parameters_query (request);
  g_autoptr (WhFacets) facets = wh_catalogue_facets (host->catalogue, request->principal, query, error);

  if (!facets)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_facets (writer, facets));
}

char *
wh_handle_product_search (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhQuery) query = wh_parameters_query (request);
  g_autoptr (WhListingHits) hits = NULL;

  hits = wh_catalogue_search_products (host->catalogue, request->principal, query, error);
  if (!hits)
    return NULL;
  wh_parameters_page (request, hits->total, meta);
  WH_WRITE_DOCUMENT (wh_present_listings (writer, hits));
}

/* The strains that an ambiguous name may mean. */
static char *
write_candidates (const GPtrArray *candidates)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "candidates");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < candidates->len; i++)
    wh_present_card (writer, g_ptr_array_index (candidates, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

gboolean
wh_handlers_resolve (WhHost *host, WhRequest *request, const char *text, WhId *out_id, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (host->catalogue);
  g_autoptr (GPtrArray) candidates = NULL;
  const WhCard *card = wh_catalogue_resolve (snapshot, text, &candidates, error);

  if (card)
    *out_id = card->id;
  else
    request->error_code = candidates ? "AMBIGUOUS" : "STRAIN_NOT_FOUND";
  if (candidates)
    request->error_details = write_candidates (candidates);
  return card != NULL;
}

static gboolean
read_fresh_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhEntity **row = user_data;
  WhId id = (*row)->id;

  g_clear_pointer (row, wh_entity_unref);
  *row = wh_reader_get (reader, WH_KIND_STRAIN, &id, error);
  return *row != NULL;
}

/* A strain that was made a moment ago: the catalogue learns of it in the background. */
static char *
write_fresh (WhHost *host, WhRequest *request, GError **error)
{
  g_autoptr (WhEntity) row = NULL;
  WhId id;

  if (!wh_id_parse (request->value, &id))
    return NULL;
  row = wh_entity_new (WH_KIND_STRAIN, id);
  if (!wh_store_read (host->store, request->principal, read_fresh_cb, &row, NULL))
    return NULL;
  g_clear_error (error);
  request->revision = row->revision;
  WH_WRITE_DOCUMENT (wh_wire_write_entity (writer, row, TRUE));
}

char *
wh_handle_strain (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (WhJsonWriter) writer = NULL;
  const WhCard *card;
  WhId id;

  if (!wh_handlers_resolve (host, request, request->value, &id, error))
    return write_fresh (host, request, error);
  snapshot = wh_catalogue_snapshot (host->catalogue);
  card = wh_snapshot_find (snapshot, &id);
  if (!card)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no strain with this id"));
      return NULL;
    }
  text = g_string_sized_new (STRAIN_BYTES);
  writer = wh_json_writer_new (text, 0);
  if (!wh_strain_pages_write (host->pages, request->principal, snapshot, card, writer, error))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
wh_handle_similar (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhSimilars) similars = NULL;
  WhId id;

  if (!wh_handlers_resolve (host, request, request->value, &id, error))
    return NULL;
  similars = wh_analyst_similar (host->analyst, request->principal, &id, wh_parameters_unsigned (request, "limit"), error);
  if (!similars)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_similar (writer, similars));
}

char *
wh_handle_terpenes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhStrainDetail) detail = NULL;
  g_autoptr (WhAnalysis) analysis = NULL;
  WhId id;

  if (!wh_handlers_resolve (host, request, request->value, &id, error))
    return NULL;
  detail = wh_catalogue_show (host->catalogue, request->principal, &id, error);
  if (!detail)
    return NULL;
  analysis = wh_analysis_of_strain (detail);
  WH_WRITE_DOCUMENT (wh_present_analysis (writer, analysis, detail->card));
}

static gboolean
read_strains (WhHost *host, WhRequest *request, const WhJsonNode *list, WhId *out_ids, guint *out_n, GError **error)
{
  *out_n = MIN (wh_json_length (list), WH_COMPARE_MOST);
  request->error_field = "strain_ids";
  for (guint i = 0; i < *out_n; i++)
    if (!wh_handlers_resolve (host, request, wh_json_string (wh_json_element (list, i), ""), &out_ids[i], error))
      return FALSE;
  return TRUE;
}

char *
wh_handle_compare (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (WhComparison) comparison = NULL;
  WhId ids[WH_COMPARE_MOST];
  guint n;

  if (!json || !read_strains (host, request, wh_json_member (wh_json_root (json), "strain_ids"), ids, &n, error))
    return NULL;
  comparison = wh_analyst_compare (host->analyst, request->principal, ids, n, error);
  if (!comparison)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_comparison (writer, comparison));
}

static char *
compute_map (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhMap) map = wh_analyst_map (host->analyst, request->principal, error);

  if (!map)
    return NULL;
  wh_parameters_page (request, map->points->len, meta);
  WH_WRITE_DOCUMENT (wh_present_map (writer, map, NULL, meta->offset, meta->per_page));
}

char *
wh_handle_map (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  return wh_handlers_answer_once (host, request, meta, NULL, compute_map, error);
}
