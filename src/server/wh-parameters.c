#include "wh-parameters.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-listing.h"

#define MAX_OFFSET 10000000
#define LEAST_RADIUS 0.1
#define STATUS_WRONG_CONTENT 422

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
  request->error_code = "INVALID_PARAMETER";
  request->error_field = field;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, message);
  return FALSE;
}

/* "min.*" stands for every name that begins with "min.", "min.{field}" for those that go on with the name of a field. */
static gboolean
is_meant (const WhRoute *route, const char *known, const char *name)
{
  gsize fixed = strcspn (known, "*{");

  if (known[fixed] == '\0')
    return strcmp (known, name) == 0;
  if (strncmp (known, name, fixed) != 0)
    return FALSE;
  return known[fixed] == '*' ? name[fixed] != '\0' : wh_listing_field (route->kind, name + fixed) != NULL;
}

static gboolean
is_known (const WhRoute *route, const char *name)
{
  for (const char *const *known = route->parameters; *known; known++)
    if (is_meant (route, *known, name))
      return TRUE;
  return FALSE;
}

gboolean
wh_parameters_check (WhRequest *request, GError **error)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      if (!is_known (request->route, parameter->name))
        return refuse (request, parameter->name, error, _("The parameter “%s” is not known here."), parameter->name);
      for (guint j = 0; j < i; j++)
        if (strcmp (g_array_index (request->parameters, WhParameter, j).name, parameter->name) == 0)
          return refuse (request, parameter->name, error, _("The parameter “%s” is given twice."), parameter->name);
    }
  return TRUE;
}

gboolean
wh_parameters_number (WhRequest *request, const char *name, double least, double most, double *out_value, GError **error)
{
  const char *text = wh_request_parameter (request, name);
  double value;

  if (!text)
    return TRUE;
  if (!wh_text_to_number (text, &value) || value < least || value > most)
    return refuse (request, name, error, _("“%s” must be a number from %g to %g."), name, least, most);
  *out_value = value;
  return TRUE;
}

gboolean
wh_parameters_integer (WhRequest *request, const char *name, guint minimum, guint maximum, guint fallback, guint *out_value,
                       GError **error)
{
  const char *text = wh_request_parameter (request, name);
  guint64 value = fallback;

  if (text && !g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
    return refuse (request, name, error, _("“%s” must be a whole number from %u to %u."), name, minimum, maximum);
  *out_value = (guint) value;
  return TRUE;
}

static gboolean
take_number (WhRequest *request, const char *name, double *out_value, GError **error)
{
  const char *text = wh_request_parameter (request, name);
  double value;

  if (!text)
    return TRUE;
  if (!wh_text_to_number (text, &value) || value < 0 || value > 1e6)
    return refuse (request, name, error, _("“%s” must be a number, not negative."), name);
  *out_value = value;
  return TRUE;
}

gboolean
wh_parameters_place (WhRequest *request, double most_radius, WhPlace *out_place, double *out_radius, GError **error)
{
  *out_place = (WhPlace){ NAN, NAN };
  if (!wh_parameters_number (request, "latitude", -90, 90, &out_place->latitude, error)
      || !wh_parameters_number (request, "longitude", -180, 180, &out_place->longitude, error)
      || !wh_parameters_number (request, "radius", LEAST_RADIUS, most_radius, out_radius, error))
    return FALSE;
  if (isnan (out_place->latitude) != isnan (out_place->longitude))
    return refuse (request, isnan (out_place->latitude) ? "latitude" : "longitude", error,
                   _("“latitude” and “longitude” make a place only together."));
  if (isnan (out_place->latitude) && wh_request_parameter (request, "radius"))
    return refuse (request, "radius", error, _("“radius” needs “latitude” and “longitude”: say from where."));
  return TRUE;
}

gboolean
wh_parameters_flag (WhRequest *request, const char *name, int *out_flag, GError **error)
{
  const char *text = wh_request_parameter (request, name);

  *out_flag = !text ? -1 : strcmp (text, "true") == 0 ? 1 : strcmp (text, "false") == 0 ? 0 : -2;
  return *out_flag != -2 || refuse (request, name, error, _("“%s” must be true or false."), name);
}

gboolean
wh_parameters_order (WhRequest *request, gboolean *out_descending, GError **error)
{
  const char *order = wh_request_parameter (request, "order");

  if (order && strcmp (order, "asc") != 0 && strcmp (order, "desc") != 0)
    return refuse (request, "order", error, _("“order” must be asc or desc."));
  *out_descending = order && strcmp (order, "desc") == 0;
  return TRUE;
}

static gboolean
take_type (WhRequest *request, WhQuery *query, GError **error)
{
  const char *type = wh_request_parameter (request, "type");

  if (type && strcmp (type, "indica") != 0 && strcmp (type, "sativa") != 0 && strcmp (type, "hybrid") != 0)
    return refuse (request, "type", error, _("“type” must be indica, sativa or hybrid."));
  query->type = g_strdup (type);
  return TRUE;
}

gboolean
wh_parameters_state (WhRequest *request, char **out_state, GError **error)
{
  const char *state = wh_request_parameter (request, "state");

  if (state && (strlen (state) != 2 || !g_ascii_isalpha (state[0]) || !g_ascii_isalpha (state[1])))
    return refuse (request, "state", error, _("“state” must be two letters, such as NJ."));
  *out_state = state ? g_ascii_strup (state, -1) : NULL;
  return TRUE;
}

static gboolean
take_sort (WhRequest *request, WhQuery *query, GError **error)
{
  const char *sort = wh_request_parameter (request, "sort");

  if (sort && (!wh_sort_parse (sort, &query->sort) || query->sort == WH_SORT_RELEVANCE))
    return refuse (request, "sort", error, _("“sort” must be name, thc_percentage, cbd_percentage, popularity or price."));
  return wh_parameters_order (request, &query->descending, error);
}

/* min.<analyte> and max.<analyte>: mg/g, or the unit that follows. */
static gboolean
take_ranges (WhRequest *request, WhQuery *query, GError **error)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      gboolean minimum = g_str_has_prefix (parameter->name, "min.");

      if (!minimum && !g_str_has_prefix (parameter->name, "max."))
        continue;
      if (!wh_analyte_lookup (parameter->name + 4))
        return refuse (request, parameter->name, error, _("“%s” names no analyte of the dictionary."), parameter->name);
      if (!wh_query_add_bound (query, parameter->name + 4, minimum, parameter->value))
        return refuse (request, parameter->name, error, _("“%s” must be an amount in mg/g, or with its unit, such as 25%%."),
                       parameter->name);
    }
  return TRUE;
}

WhQuery *
wh_parameters_query (WhRequest *request, guint default_limit, guint max_limit, GError **error)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  if (!wh_parameters_check (request, error)
      || !wh_parameters_integer (request, "limit", 1, max_limit, default_limit, &query->limit, error)
      || !wh_parameters_integer (request, "offset", 0, MAX_OFFSET, 0, &query->offset, error)
      || !take_number (request, "thc_min", &query->thc_min, error) || !take_number (request, "thc_max", &query->thc_max, error)
      || !take_number (request, "cbd_min", &query->cbd_min, error) || !take_number (request, "cbd_max", &query->cbd_max, error)
      || !take_type (request, query, error) || !wh_parameters_state (request, &query->state, error) || !take_sort (request, query, error)
      || !take_ranges (request, query, error))
    return NULL;
  return g_steal_pointer (&query);
}

gboolean
wh_parameters_refuse (WhRequest *request, const char *field, const char *message, GError **error)
{
  request->error_code = "INVALID_PARAMETER";
  request->error_field = field;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, message);
  return FALSE;
}

WhJson *
wh_parameters_body (WhRequest *request, GError **error)
{
  g_autoptr (WhJson) json = wh_json_parse ((const char *) request->body->data, request->body->len, request->route->max_body, error);

  if (!json)
    request->error_code = "INVALID_JSON";
  else if (!wh_json_is_object (wh_json_root (json)))
    {
      request->error_status = STATUS_WRONG_CONTENT;   /* it was understood */
      wh_parameters_refuse (request, NULL, _("The body must be a JSON object."), error);
      return NULL;
    }
  return g_steal_pointer (&json);
}
