/* Analyses of the whole catalogue, and of profiles that somebody sends. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-analysis.h"
#include "service/wh-chemotypes.h"
#include "service/wh-correlations.h"
#include "service/wh-led.h"
#include "service/wh-outliers.h"
#include "service/wh-sentinel.h"
#include "wh-handlers-private.h"

#define NEAREST_LIMIT 5

/* -- groups, correlations ---------------------------------------------------------------------------------------- */

static char *
compute_clusters (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhChemotypes) chemotypes
      = wh_analyst_chemotypes (host->analyst, request->principal, wh_parameters_unsigned (request, "k"), error);

  if (!chemotypes)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_chemotypes (writer, chemotypes));
}

char *
wh_handle_clusters (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  return wh_handlers_answer_once (host, request, meta, NULL, compute_clusters, error);
}

/* NULL in out_analyte without the parameter. */
static gboolean
take_terpene (WhRequest *request, const char *name, const char *text, const WhAnalyte **out_analyte, GError **error)
{
  *out_analyte = text ? wh_analyte_lookup (text) : NULL;
  if (!text || (*out_analyte && wh_analyte_is_terpene (*out_analyte)))
    return TRUE;
  return wh_parameters_refuse (request, name, _("There is no such terpene in the dictionary."), error);
}

static char *
compute_correlations (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhCorrelations) correlations = NULL;
  const WhAnalyte *analyte;

  if (!take_terpene (request, "analyte", wh_request_parameter (request, "analyte"), &analyte, error))
    return NULL;
  correlations = wh_analyst_correlate (host->analyst, request->principal, analyte, error);
  if (!correlations)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_correlations (writer, correlations, wh_parameters_unsigned (request, "limit")));
}

char *
wh_handle_correlations (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  return wh_handlers_answer_once (host, request, meta, NULL, compute_correlations, error);
}

/* -- what deserves a second look --------------------------------------------------------------------------------- */

static char *
compute_outliers (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhOutliers) outliers = NULL;
  WhId id;

  if (request->value && !wh_handlers_resolve (host, request, request->value, &id, error))
    return NULL;
  outliers = wh_analyst_outliers (host->analyst, request->principal, request->value ? &id : NULL, error);
  if (!outliers)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_outliers (writer, outliers, wh_parameters_unsigned (request, "limit")));
}

char *
wh_handle_outliers (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  return wh_handlers_answer_once (host, request, meta, NULL, compute_outliers, error);
}

/* Findings are kept whole, so that every choice from them is quick. */
static char *
compute_checks (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  const char *code = wh_request_parameter (request, "code"), *lab = wh_request_parameter (request, "lab");
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GPtrArray) selected = NULL;

  findings = wh_analyst_findings (host->analyst, request->principal, error);
  if (!findings)
    return NULL;
  selected = wh_sentinel_select (findings, code, lab);
  wh_parameters_page (request, selected->len, meta);
  g_ptr_array_remove_range (selected, 0, MIN (meta->offset, selected->len));
  WH_WRITE_DOCUMENT (wh_present_findings (writer, selected, meta->per_page));
}

/* Results expire, so what is found depends on the day. */
char *
wh_handle_checks (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autofree char *day = wh_clock_format_date (wh_clock_now ());

  return wh_handlers_answer_once (host, request, meta, day, compute_checks, error);
}

/* -- strains led by terpenes ------------------------------------------------------------------------------------- */

static gboolean
take_terpenes (WhRequest *request, const WhAnalyte **out_terpenes, guint *out_n, GError **error)
{
  const char *profile = wh_request_parameter (request, "profile");
  g_auto (GStrv) names = g_strsplit (profile ? profile : "", ",", WH_LED_MOST + 1);

  *out_n = g_strv_length (names);
  if (*out_n == 0 || *out_n > WH_LED_MOST)
    return wh_parameters_refuse (request, "profile", _("“profile” must name one to five terpenes, such as myrcene,limonene."), error);
  for (guint i = 0; i < *out_n; i++)
    if (!take_terpene (request, "profile", g_strstrip (names[i]), &out_terpenes[i], error))
      return FALSE;
  return TRUE;
}

char *
wh_handle_led (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhLedStrains) strains = NULL;
  const WhAnalyte *terpenes[WH_LED_MOST];
  guint n;

  if (!take_terpenes (request, terpenes, &n, error))
    return NULL;
  request->error_field = "profile";
  strains = wh_analyst_led_by (host->analyst, request->principal, terpenes, n, error);
  if (!strains)
    return NULL;
  wh_parameters_page (request, strains->strains->len, meta);
  WH_WRITE_DOCUMENT (wh_present_led (writer, strains, meta->offset, meta->per_page));
}

/* -- profiles that somebody sends -------------------------------------------------------------------------------- */

typedef struct {
  const char *name;     /* of the body; NULL: none */
  WhPanel    *panel;
} Sent;

static void
sent_clear (gpointer data)
{
  g_clear_pointer (&((Sent *) data)->panel, wh_panel_unref);
}

/* "profiles[2].analytes.myrcene" is wrong. */
static gboolean
refuse_member (WhRequest *request, guint number, const char *member, const char *key, const char *message, GError **error)
{
  g_free (request->field_kept);
  request->field_kept = g_strdup_printf ("profiles[%u].%s%s%s", number, member, key ? "." : "", key ? key : "");
  return wh_parameters_refuse (request, request->field_kept, message, error);
}

static gboolean
read_profile (WhRequest *request, guint number, const WhJsonNode *node, Sent *out_sent, GError **error)
{
  g_autofree char *wrong = NULL;
  g_autoptr (GError) failure = NULL;
  WhUnit unit = WH_UNIT_PERCENT;

  out_sent->name = wh_json_string (wh_json_member (node, "name"), NULL);
  wh_unit_parse (wh_json_string (wh_json_member (node, "unit"), NULL), &unit);
  out_sent->panel = wh_wire_read_analytes (wh_json_member (node, "analytes"), unit, &wrong, &failure);
  return out_sent->panel || refuse_member (request, number, "analytes", wrong, failure->message, error);
}

static GArray *
read_profiles (WhRequest *request, const WhJsonNode *list, GError **error)
{
  g_autoptr (GArray) profiles = g_array_new (FALSE, TRUE, sizeof (Sent));
  guint n = wh_json_length (list);

  g_array_set_clear_func (profiles, sent_clear);
  g_array_set_size (profiles, n);
  for (guint i = 0; i < n; i++)
    if (!read_profile (request, i, wh_json_element (list, i), &g_array_index (profiles, Sent, i), error))
      return NULL;
  return g_steal_pointer (&profiles);
}

static void
write_profile (WhJsonWriter *writer, WhHost *host, const WhRequest *request, const Sent *sent, guint limit)
{
  const WhPanel *panel = sent->panel;
  g_autoptr (WhAnalysis) analysis = wh_analysis_new (&panel, 1);
  g_autoptr (GError) reason = NULL;
  g_autoptr (WhSimilars) similars = wh_analyst_similar_to_panel (host->analyst, request->principal, panel, limit, &reason);

  wh_present_analysis_of_profile (writer, analysis, sent->name, similars, reason ? reason->message : NULL);
}

static void
write_profiles (WhJsonWriter *writer, WhHost *host, const WhRequest *request, const GArray *profiles, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < profiles->len; i++)
    write_profile (writer, host, request, &g_array_index (profiles, Sent, i), limit);
  wh_json_writer_end_array (writer);
}

char *
wh_handle_analyze (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (GArray) profiles = NULL;
  guint limit;

  if (!json)
    return NULL;
  limit = (guint) wh_json_number (wh_json_member (wh_json_root (json), "limit"), NEAREST_LIMIT);
  profiles = read_profiles (request, wh_json_member (wh_json_root (json), "profiles"), error);
  if (!profiles)
    return NULL;
  WH_WRITE_DOCUMENT (write_profiles (writer, host, request, profiles, limit));
}

/* What the documented API asks for, and chemistry cannot say, is answered with what it can. */
static void
write_effects (WhJsonWriter *writer, const GArray *profiles)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < profiles->len; i++)
    {
      const Sent *sent = &g_array_index (profiles, Sent, i);
      const WhPanel *panel = sent->panel;
      g_autoptr (WhAnalysis) analysis = wh_analysis_new (&panel, 1);
      wh_present_effects_of_profile (writer, analysis, sent->name);
    }
  wh_json_writer_end_array (writer);
}

char *
wh_handle_effects (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (GArray) profiles = json ? read_profiles (request, wh_json_member (wh_json_root (json), "profiles"), error) : NULL;

  if (!profiles)
    return NULL;
  WH_WRITE_DOCUMENT (write_effects (writer, profiles));
}
