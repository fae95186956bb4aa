#include "wh-gate.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_LENGTH_DIGITS 15

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", NULL };

static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("!#$%&'*+-.^_`|~", text[i]))
      return FALSE;
  return length > 0 && memchr (text, '\0', length) == NULL;
}

/* Visible characters, space, tab and bytes from 0x80 on; no controls, so no NUL, CR or LF. */
static gboolean
is_field_value (const char *value, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (((guchar) value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
      return FALSE;
  return TRUE;
}

static gboolean
is_called (const WhGateField *field, const char *name)
{
  return field->name_length == strlen (name) && g_ascii_strncasecmp (field->name, name, field->name_length) == 0;
}

/* How many fields have this name; the last of them in out_field. */
static guint
count_fields (const WhGateHead *head, const char *name, const WhGateField **out_field)
{
  guint n = 0;

  for (guint i = 0; i < head->n_fields; i++)
    if (is_called (&head->fields[i], name))
      {
        *out_field = &head->fields[i];
        n++;
      }
  return n;
}

static gboolean
value_is (const WhGateField *field, const char *text)
{
  return field->value_length == strlen (text) && g_ascii_strncasecmp (field->value, text, field->value_length) == 0;
}

const char *
wh_gate_origin_form (const char *target)
{
  const char *authority = g_ascii_strncasecmp (target, "http://", 7) == 0    ? target + 7
                          : g_ascii_strncasecmp (target, "https://", 8) == 0 ? target + 8
                                                                             : NULL;

  return authority ? authority + strcspn (authority, "/?") : target;
}

/* Percent signs start two hex digits, and neither NUL nor a dot or slash hides behind them. */
static gboolean
escapes_are_plain (const char *path, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      int code;
      if (path[i] != '%')
        continue;
      if (i + 2 >= length || !g_ascii_isxdigit (path[i + 1]) || !g_ascii_isxdigit (path[i + 2]))
        return FALSE;
      code = g_ascii_xdigit_value (path[i + 1]) * 16 + g_ascii_xdigit_value (path[i + 2]);
      if (code < 0x20 || code == 0x7f || code == '.' || code == '/' || code == '\\')
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_dot_segment (const char *path, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      gsize end;
      if (path[i] != '/')
        continue;
      for (end = i + 1; end < length && path[end] != '/'; end++)
        ;
      if ((end - i == 2 && path[i + 1] == '.') || (end - i == 3 && path[i + 1] == '.' && path[i + 2] == '.'))
        return TRUE;
    }
  return FALSE;
}

/* A query may escape anything but NUL; its percent signs must be whole. */
static gboolean
query_is_plain (const char *query)
{
  for (; *query; query++)
    if (*query == '%')
      {
        if (!g_ascii_isxdigit (query[1]) || !g_ascii_isxdigit (query[2]) || (query[1] == '0' && query[2] == '0'))
          return FALSE;
        query += 2;
      }
  return TRUE;
}

static const char *
check_target (const char *target)
{
  const char *origin = wh_gate_origin_form (target);
  gsize path_length = strcspn (origin, "?");

  if (strlen (target) > WH_GATE_MAX_TARGET)
    return "request target too long";
  for (const char *c = target; *c; c++)
    if ((guchar) *c <= 0x20 || (guchar) *c >= 0x7f || strchr ("\"<>\\^`{|}#", *c))
      return "character not allowed in the request target";
  if (*origin != '/')
    return "request target is not a path";
  if (!escapes_are_plain (origin, path_length) || !query_is_plain (origin + path_length))
    return "bad percent-encoding";
  if (has_dot_segment (origin, path_length) || g_strstr_len (origin, (gssize) path_length, "//"))
    return "dot or empty segment in the path";
  return NULL;
}

static const char *
check_fields (const WhGateHead *head)
{
  gsize size = 0;

  if (head->n_fields > WH_GATE_MAX_FIELDS)
    return "too many header fields";
  for (guint i = 0; i < head->n_fields; i++)
    {
      const WhGateField *field = &head->fields[i];
      size += field->name_length + field->value_length + 4;
      if (!is_token (field->name, field->name_length))
        return "bad header field name";
      if (!is_field_value (field->value, field->value_length))
        return "control character in a header field";
    }
  return size > WH_GATE_MAX_HEAD ? "header too large" : NULL;
}

static gboolean
is_authority (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr (".-_:[]", text[i]))
      return FALSE;
  return length > 0 && length < 256;
}

/* The server listens on loopback: whoever comes by a name of the DNS was led here by a page in a browser. */
static gboolean
is_this_machine (const char *text, gsize length)
{
  const char *bracket = *text == '[' ? memchr (text, ']', length) : NULL;
  gsize end = bracket ? (gsize) (bracket - text) : length;
  g_autofree char *name = NULL;

  for (gsize i = 0; !bracket && i < length; i++)
    if (text[i] == ':')
      {
        end = i;
        break;
      }
  name = g_strndup (bracket ? text + 1 : text, bracket ? end - 1 : end);
  return g_ascii_strcasecmp (name, "localhost") == 0 || g_hostname_is_ip_address (name);
}

/* One host, and an absolute target must name the same. */
static const char *
check_host (const WhGateHead *head)
{
  const WhGateField *host = NULL;
  guint n = count_fields (head, "Host", &host);
  const char *origin = wh_gate_origin_form (head->target);
  const char *authority = origin == head->target ? NULL : strstr (head->target, "//") + 2;

  if (n > 1)
    return "more than one Host";
  if (n == 0)
    return strcmp (head->version, "HTTP/1.0") == 0 && !authority ? NULL : "no Host";
  if (!is_authority (host->value, host->value_length))
    return "bad Host";
  if (!is_this_machine (host->value, host->value_length))
    return "Host is another machine";
  if (authority && ((gsize) (origin - authority) != host->value_length
                    || g_ascii_strncasecmp (authority, host->value, host->value_length) != 0))
    return "the request target names another host";
  return NULL;
}

static gboolean
is_length (const WhGateField *field)
{
  for (gsize i = 0; i < field->value_length; i++)
    if (!g_ascii_isdigit (field->value[i]))
      return FALSE;
  return field->value_length > 0 && field->value_length <= MAX_LENGTH_DIGITS;
}

/* Where the body ends must be said once and in one way. */
static const char *
check_framing (const WhGateHead *head)
{
  const WhGateField *length = NULL, *encoding = NULL;
  guint n_lengths = count_fields (head, "Content-Length", &length);
  guint n_encodings = count_fields (head, "Transfer-Encoding", &encoding);

  if (n_lengths > 1 || n_encodings > 1)
    return "framing given more than once";
  if (n_lengths && n_encodings)
    return "Content-Length together with Transfer-Encoding";
  if (n_lengths && !is_length (length))
    return "bad Content-Length";
  if (n_encodings && strcmp (head->version, "HTTP/1.1") != 0)
    return "Transfer-Encoding in HTTP/1.0";
  if (n_encodings && !value_is (encoding, "chunked"))
    return "unknown Transfer-Encoding";
  return NULL;
}

static const char *
check_expectation (const WhGateHead *head)
{
  const WhGateField *expect = NULL;

  return count_fields (head, "Expect", &expect) && !value_is (expect, "100-continue") ? "unknown Expect" : NULL;
}

const char *
wh_gate_check (const WhGateHead *head)
{
  const char *reason;

  if (!g_strv_contains (methods, head->method))
    return "unknown method";
  if (strcmp (head->version, "HTTP/1.1") != 0 && strcmp (head->version, "HTTP/1.0") != 0)
    return "unknown HTTP version";
  if ((reason = check_target (head->target)) || (reason = check_fields (head)) || (reason = check_host (head))
      || (reason = check_framing (head)))
    return reason;
  return check_expectation (head);
}
