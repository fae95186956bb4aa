#include "wh-spec.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-id.h"
#include "base/wh-text.h"
#include "core/wh-query.h"

#define AMOUNT_BYTES 32
#define STATE_LETTERS 2

const WhSpec *
wh_spec_find (const WhSpec *list, const char *name)
{
  for (; list && list->help; list++)
    if (strcmp (list->name, name) == 0)
      return list;
  return NULL;
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (WH_ERROR, WH_ERROR_INVALID, format, arguments));
  va_end (arguments);
  return FALSE;
}

static gboolean
check_length (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length < spec->least)
    return refuse (error, _("“%s” must not be empty."), name);
  return length <= spec->most || refuse (error, _("“%s” is longer than %.0f bytes."), name, spec->most);
}

static gboolean
check_key (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_");

  return (!text[length] && length >= spec->least && length <= spec->most)
         || refuse (error, _("“%s” must be a word of small letters, such as unit_slip."), name);
}

static gboolean
check_range (const WhSpec *spec, const char *name, gboolean valid, double value, GError **error)
{
  if (valid && value >= spec->least && value <= spec->most)
    return TRUE;
  return spec->type == WH_SPEC_INTEGER
             ? refuse (error, _("“%s” must be a whole number from %.0f to %.0f."), name, spec->least, spec->most)
             : refuse (error, _("“%s” must be a number from %g to %g."), name, spec->least, spec->most);
}

static gboolean
check_integer (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  gint64 value = 0;
  gboolean valid = g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL);

  return check_range (spec, name, valid, (double) value, error);
}

static gboolean
check_number (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  double value = 0;
  gboolean valid = wh_text_to_number (text, &value);

  return check_range (spec, name, valid, value, error);
}

static gboolean
check_word (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  g_autofree char *words = NULL;

  if (g_strv_contains (spec->words, text))
    return TRUE;
  words = g_strjoinv (", ", (char **) spec->words);
  return refuse (error, _("“%s” must be one of: %s."), name, words);
}

static gboolean
check_id (const char *name, const char *text, GError **error)
{
  WhId id;

  return wh_id_parse (text, &id) || refuse (error, _("“%s” must be an id of 36 characters."), name);
}

static gboolean
check_state (const char *name, const char *text, GError **error)
{
  return (strlen (text) == STATE_LETTERS && g_ascii_isalpha (text[0]) && g_ascii_isalpha (text[1]))
         || refuse (error, _("“%s” must be two letters, such as NJ."), name);
}

static gboolean
check_time (const char *name, const char *text, GError **error)
{
  gint64 moment;

  return wh_clock_parse (text, &moment) || refuse (error, _("“%s” must be a date such as 2026-01-31, or a date and time."), name);
}

/* "min.thca": the analyte is what follows the point. */
static gboolean
check_amount (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  const char *analyte = name + strlen (spec->name) - 1;
  g_autoptr (WhQuery) query = wh_query_new ();

  if (!wh_analyte_lookup (analyte))
    return refuse (error, _("“%s” names no analyte of the dictionary."), name);
  return (strlen (text) <= AMOUNT_BYTES && wh_query_add_bound (query, analyte, TRUE, text))
         || refuse (error, _("“%s” must be an amount in mg/g, or with its unit, such as 25%%."), name);
}

gboolean
wh_spec_check_text (const WhSpec *spec, const char *name, const char *text, GError **error)
{
  switch (spec->type)
    {
    case WH_SPEC_TEXT:
      return check_length (spec, name, text, error);
    case WH_SPEC_INTEGER:
      return check_integer (spec, name, text, error);
    case WH_SPEC_NUMBER:
      return check_number (spec, name, text, error);
    case WH_SPEC_FLAG:
      return strcmp (text, "true") == 0 || strcmp (text, "false") == 0 || refuse (error, _("“%s” must be true or false."), name);
    case WH_SPEC_WORD:
      return check_word (spec, name, text, error);
    case WH_SPEC_KEY:
      return check_key (spec, name, text, error);
    case WH_SPEC_ID:
      return check_id (name, text, error);
    case WH_SPEC_STATE:
      return check_state (name, text, error);
    case WH_SPEC_TIME:
      return check_time (name, text, error);
    case WH_SPEC_AMOUNT:
      return check_amount (spec, name, text, error);
    default:
      return TRUE;
    }
}

/* -- bodies ---------------------------------------------------------------------------------------------------------- */

static gboolean check_node (const WhSpec *spec, const char *path, const WhJsonNode *node, char **out_field, GError **error);

static gboolean
check_known (const WhSpec *members, const char *path, const WhJsonNode *object, char **out_field, GError **error)
{
  g_autofree const char **keys = wh_json_keys (object);

  for (guint i = 0; keys && keys[i]; i++)
    if (!wh_spec_find (members, keys[i]))
      {
        *out_field = g_strconcat (path, *path ? "." : "", keys[i], NULL);
        return refuse (error, _("There is no field “%s” here."), keys[i]);
      }
  return TRUE;
}

static gboolean
check_member (const WhSpec *member, const char *path, const WhJsonNode *object, char **out_field, GError **error)
{
  const WhJsonNode *node = wh_json_member (object, member->name);
  g_autofree char *own = g_strconcat (path, *path ? "." : "", member->name, NULL);

  if (!wh_json_is_null (node))
    return check_node (member, own, node, out_field, error);
  if (!member->required)
    return TRUE;
  *out_field = g_steal_pointer (&own);
  return refuse (error, _("“%s” is needed."), *out_field);
}

static gboolean
check_object (const WhSpec *members, const char *path, const WhJsonNode *object, char **out_field, GError **error)
{
  if (!wh_json_is_object (object))
    {
      *out_field = *path ? g_strdup (path) : NULL;
      return *path ? refuse (error, _("“%s” must be an object."), path) : refuse (error, _("The body must be a JSON object."));
    }
  if (!check_known (members, path, object, out_field, error))
    return FALSE;
  for (const WhSpec *member = members; member->help; member++)
    if (!check_member (member, path, object, out_field, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_list (const WhSpec *spec, const char *path, const WhJsonNode *node, char **out_field, GError **error)
{
  guint length = wh_json_length (node);

  if (!wh_json_is_array (node) || length < spec->least || length > spec->most)
    {
      *out_field = g_strdup (path);
      return refuse (error, _("“%s” must be a list of %.0f to %.0f entries."), path, spec->least, spec->most);
    }
  for (guint i = 0; i < length; i++)
    {
      g_autofree char *own = g_strdup_printf ("%s[%u]", path, i);
      if (!check_node (spec->parts, own, wh_json_element (node, i), out_field, error))
        return FALSE;
    }
  return TRUE;
}

/* A number, or a text as the type wants it. */
static gboolean
check_scalar (const WhSpec *spec, const char *path, const WhJsonNode *node, GError **error)
{
  double number = wh_json_number (node, 0);

  switch (spec->type)
    {
    case WH_SPEC_INTEGER:
      return check_range (spec, path, wh_json_is_number (node) && number == floor (number), number, error);
    case WH_SPEC_NUMBER:
      return check_range (spec, path, wh_json_is_number (node), number, error);
    case WH_SPEC_FLAG:
      return wh_json_boolean (node, FALSE) == wh_json_boolean (node, TRUE) || refuse (error, _("“%s” must be true or false."), path);
    default:
      return wh_json_is_string (node) ? wh_spec_check_text (spec, path, wh_json_string (node, ""), error)
                                      : refuse (error, _("“%s” must be a text."), path);
    }
}

static gboolean
check_node (const WhSpec *spec, const char *path, const WhJsonNode *node, char **out_field, GError **error)
{
  switch (spec->type)
    {
    case WH_SPEC_OBJECT:
      return check_object (spec->parts, path, node, out_field, error);
    case WH_SPEC_LIST:
      return check_list (spec, path, node, out_field, error);
    case WH_SPEC_OTHER:
      return TRUE;
    default:
      if (check_scalar (spec, path, node, error))
        return TRUE;
      *out_field = g_strdup (path);
      return FALSE;
    }
}

gboolean
wh_spec_check_body (const WhSpec *members, const WhJsonNode *object, char **out_field, GError **error)
{
  *out_field = NULL;
  return check_object (members, "", object, out_field, error);
}
