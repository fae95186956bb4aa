#include "wh-request.h"

#include <string.h>

#include "base/wh-clock.h"

static void
parameter_clear (gpointer data)
{
  WhParameter *parameter = data;

  g_free (parameter->name);
  g_free (parameter->value);
}

WhRequest *
wh_request_new (const char *method, const char *path)
{
  WhRequest *request = g_new0 (WhRequest, 1);
  WhId id = wh_id_new ();

  request->method = g_strdup (method);
  request->path = g_strdup (path);
  request->parameters = g_array_new (FALSE, TRUE, sizeof (WhParameter));
  g_array_set_clear_func (request->parameters, parameter_clear);
  request->fields = g_array_new (FALSE, FALSE, sizeof (WhGateField));
  request->body = g_byte_array_new ();
  request->started = wh_clock_monotonic ();
  wh_id_format (&id, request->id);
  return request;
}

void
wh_request_free (WhRequest *request)
{
  if (!request)
    return;
  g_free (request->method);
  g_free (request->path);
  g_array_unref (request->parameters);
  g_array_unref (request->fields);
  g_free (request->certificate);
  g_free (request->location);
  g_free (request->code_kept);
  g_byte_array_unref (request->body);
  g_free (request->value);
  g_free (request->error_details);
  g_free (request->field_kept);
  g_free (request->next_cursor);
  g_clear_pointer (&request->stream, wh_stream_free);
  g_free (request->searched);
  g_free (request->kept_under);
  g_clear_pointer (&request->principal, wh_principal_unref);
  g_free (request);
}

const char *
wh_request_header (const WhRequest *request, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < request->fields->len; i++)
    {
      const WhGateField *field = &g_array_index (request->fields, WhGateField, i);
      if (field->name_length == length && g_ascii_strncasecmp (field->name, name, length) == 0)
        return field->value;
    }
  return NULL;
}

const char *
wh_request_parameter (const WhRequest *request, const char *name)
{
  for (guint i = request->parameters->len; i > 0; i--)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i - 1);
      if (strcmp (parameter->name, name) == 0)
        return parameter->value;
    }
  return NULL;
}

/* Decodes one half of "a=1"; NULL for what is no UTF-8 text. */
static char *
decode (char *half)
{
  g_autofree char *decoded = g_uri_unescape_string (g_strdelimit (half, "+", ' '), NULL);

  return decoded && g_utf8_validate (decoded, -1, NULL) ? g_steal_pointer (&decoded) : NULL;
}

void
wh_request_take_query (WhRequest *request, const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);

  for (char **pair = pairs; *pair; pair++)
    {
      g_auto (GStrv) parts = g_strsplit (*pair, "=", 2);
      WhParameter parameter = { NULL, NULL };

      if (!**pair)
        continue;
      parameter.name = decode (parts[0]);
      parameter.value = parts[1] ? decode (parts[1]) : g_strdup ("");
      if (parameter.name && parameter.value)
        g_array_append_val (request->parameters, parameter);
      else
        {
          request->not_text = TRUE;
          parameter_clear (&parameter);
        }
    }
}
