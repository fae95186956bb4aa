#include "wh-parameters.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"

#define STATUS_WRONG_CONTENT 422

gboolean
wh_parameters_refuse (WhRequest *request, const char *field, const char *message, GError **error)
{
  request->error_code = "INVALID_PARAMETER";
  request->error_field = field;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
refuse (WhRequest *request, const char *field, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
refuse (WhRequest *request, const char *field, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return wh_parameters_refuse (request, field, message, error);
}

/* -- the check ------------------------------------------------------------------------------------------------------- */

static gboolean
is_repeated (const WhRequest *request, guint place)
{
  const char *name = g_array_index (request->parameters, WhParameter, place).name;

  for (guint i = 0; i < place; i++)
    if (strcmp (g_array_index (request->parameters, WhParameter, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
check_parameter (WhRequest *request, guint place, GError **error)
{
  const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, place);
  const WhSpec *spec = wh_route_parameter (request->route, parameter->name);
  g_autoptr (GError) wrong = NULL;

  if (!spec)
    return refuse (request, parameter->name, error, _("The parameter “%s” is not known here."), parameter->name);
  if (is_repeated (request, place))
    return refuse (request, parameter->name, error, _("The parameter “%s” is given twice."), parameter->name);
  return wh_spec_check_text (spec, parameter->name, parameter->value, &wrong)
         || wh_parameters_refuse (request, parameter->name, wrong->message, error);
}

gboolean
wh_parameters_check (WhRequest *request, GError **error)
{
  /* Whoever asks whether the server lives may put something there so that nobody answers from memory. */
  if (request->route->permission == WH_PERMISSION_PUBLIC)
    return TRUE;
  for (guint i = 0; i < request->parameters->len; i++)
    if (!check_parameter (request, i, error))
      return FALSE;
  for (const WhSpec *spec = request->route->parameters; spec->help; spec++)
    if (spec->required && !wh_request_parameter (request, spec->name))
      return refuse (request, spec->name, error, _("The parameter “%s” is needed."), spec->name);
  return TRUE;
}

/* -- values ---------------------------------------------------------------------------------------------------------- */

const char *
wh_parameters_text (const WhRequest *request, const char *name)
{
  const char *text = wh_request_parameter (request, name);
  const WhSpec *spec = text ? NULL : wh_spec_find (request->route->parameters, name);

  return spec ? spec->fallback : text;
}

guint
wh_parameters_unsigned (const WhRequest *request, const char *name)
{
  const char *text = wh_parameters_text (request, name);

  return text ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
}

double
wh_parameters_number (const WhRequest *request, const char *name)
{
  const char *text = wh_parameters_text (request, name);
  double value = NAN;

  return text && wh_text_to_number (text, &value) ? value : NAN;
}

int
wh_parameters_flag (const WhRequest *request, const char *name)
{
  const char *text = wh_parameters_text (request, name);

  return text ? strcmp (text, "true") == 0 : -1;
}

gboolean
wh_parameters_id (const WhRequest *request, const char *name, WhId *out_id)
{
  const char *text = wh_request_parameter (request, name);

  return text && wh_id_parse (text, out_id);
}

char *
wh_parameters_state (const WhRequest *request)
{
  const char *state = wh_request_parameter (request, "state");

  return state ? g_ascii_strup (state, -1) : NULL;
}

gboolean
wh_parameters_descending (const WhRequest *request)
{
  return g_strcmp0 (wh_request_parameter (request, "order"), "desc") == 0;
}

void
wh_parameters_page (const WhRequest *request, guint total, WhMeta *meta)
{
  meta->total_count = total;
  meta->per_page = wh_parameters_unsigned (request, "limit");
  meta->offset = wh_parameters_unsigned (request, "offset");
}

gboolean
wh_parameters_place (WhRequest *request, WhPlace *out_place, double *out_radius, GError **error)
{
  out_place->latitude = wh_parameters_number (request, "latitude");
  out_place->longitude = wh_parameters_number (request, "longitude");
  *out_radius = wh_parameters_number (request, "radius");
  if (isnan (out_place->latitude) != isnan (out_place->longitude))
    return wh_parameters_refuse (request, isnan (out_place->latitude) ? "latitude" : "longitude",
                                 _("“latitude” and “longitude” make a place only together."), error);
  if (isnan (out_place->latitude) && wh_request_parameter (request, "radius"))
    return wh_parameters_refuse (request, "radius", _("“radius” needs “latitude” and “longitude”: say from where."), error);
  return TRUE;
}

/* min.<analyte> and max.<analyte>: mg/g, or the unit that follows. */
static void
add_ranges (const WhRequest *request, WhQuery *query)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      gboolean minimum = g_str_has_prefix (parameter->name, "min.");

      if (minimum || g_str_has_prefix (parameter->name, "max."))
        wh_query_add_bound (query, parameter->name + strlen ("min."), minimum, parameter->value);
    }
}

WhQuery *
wh_parameters_query (const WhRequest *request)
{
  WhQuery *query = wh_query_new ();
  const char *limit = wh_parameters_text (request, "limit"), *typed = wh_request_parameter (request, "q");

  query->limit = limit ? wh_parameters_unsigned (request, "limit") : query->limit;
  query->offset = wh_parameters_unsigned (request, "offset");
  query->thc_min = wh_parameters_number (request, "thc_min");
  query->thc_max = wh_parameters_number (request, "thc_max");
  query->cbd_min = wh_parameters_number (request, "cbd_min");
  query->cbd_max = wh_parameters_number (request, "cbd_max");
  query->type = g_strdup (wh_request_parameter (request, "type"));
  query->state = wh_parameters_state (request);
  query->fuzzy = wh_parameters_flag (request, "fuzzy") != 0;
  query->descending = wh_parameters_descending (request);
  wh_sort_parse (wh_request_parameter (request, "sort"), &query->sort);
  add_ranges (request, query);
  if (typed)
    wh_query_set_typed (query, typed);
  return query;
}

/* -- bodies ---------------------------------------------------------------------------------------------------------- */

static gboolean
check_body (WhRequest *request, const WhJsonNode *root, GError **error)
{
  g_autofree char *field = NULL;
  g_autoptr (GError) wrong = NULL;

  if (!wh_json_is_object (root))
    {
      request->error_status = STATUS_WRONG_CONTENT;   /* it was understood */
      return wh_parameters_refuse (request, NULL, _("The body must be a JSON object."), error);
    }
  if (!request->route->body)
    return TRUE;
  if (wh_spec_check_body (request->route->body, root, &field, &wrong))
    return TRUE;
  g_free (request->field_kept);
  request->field_kept = field ? g_utf8_make_valid (field, -1) : NULL;
  return wh_parameters_refuse (request, request->field_kept, wrong->message, error);
}

WhJson *
wh_parameters_body (WhRequest *request, GError **error)
{
  g_autoptr (WhJson) json = wh_json_parse ((const char *) request->body->data, request->body->len, request->route->max_body, error);

  if (!json)
    request->error_code = "INVALID_JSON";
  return json && check_body (request, wh_json_root (json), error) ? g_steal_pointer (&json) : NULL;
}
