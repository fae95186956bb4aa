/* The gate about what is asked for: the request target and the host. */
#include <gio/gio.h>
#include <string.h>

#include "wh-gate-private.h"

#define MAX_HOST 255
#define MAX_PORT_DIGITS 5

const char *
wh_gate_origin_form (const char *target)
{
  const char *authority = g_ascii_strncasecmp (target, "http://", 7) == 0    ? target + 7
                          : g_ascii_strncasecmp (target, "https://", 8) == 0 ? target + 8
                                                                             : NULL;
  const char *origin = authority ? authority + strcspn (authority, "/?") : target;

  return authority && !*origin ? "/" : origin;
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

const char *
wh_gate_check_target (const char *target)
{
  const char *origin = wh_gate_origin_form (target);
  gsize path_length = strcspn (origin, "?");

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

/* -- host -- */

static gboolean
is_port (const char *text, gsize length)
{
  if (length == 0)
    return TRUE;
  if (text[0] != ':' || length > MAX_PORT_DIGITS + 1)
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return length == 1 || g_ascii_strtoull (text + 1, NULL, 10) <= G_MAXUINT16;
}

/* The name or address in "name:port" or "[address]:port", without brackets. NULL when it is none. Caller frees. */
static char *
take_name (const char *text, gsize length)
{
  const char *bracket = length > 0 && *text == '[' ? memchr (text, ']', length) : NULL;
  gsize end = bracket ? (gsize) (bracket - text) + 1 : 0;
  g_autofree char *name = NULL;

  while (!bracket && end < length && (g_ascii_isalnum (text[end]) || strchr (".-_", text[end])))
    end++;
  if (end == 0 || length > MAX_HOST || !is_port (text + end, length - end))
    return NULL;
  name = bracket ? g_strndup (text + 1, end - 2) : g_strndup (text, end);
  return bracket && !strchr (name, ':') ? NULL : g_steal_pointer (&name);
}

/* Whoever comes by another name of the DNS was led here by a page in a browser. */
static gboolean
is_ours (const char *name, const WhGateRules *rules)
{
  if (g_ascii_strcasecmp (name, "localhost") == 0 || g_hostname_is_ip_address (name))
    return TRUE;
  for (const char *const *host = rules->hosts; host && *host; host++)
    if (strcmp (*host, "*") == 0 || g_ascii_strcasecmp (*host, name) == 0)
      return TRUE;
  return FALSE;
}

const char *
wh_gate_check_host (const WhGateHead *head, const WhGateField *host, const WhGateRules *rules, guint *out_status)
{
  const char *authority = strncmp (head->target, "/", 1) == 0 ? NULL : strstr (head->target, "//");
  gsize length = authority ? strcspn (authority + 2, "/?") : 0;
  g_autofree char *name = host ? take_name (host->value, host->value_length) : NULL;

  if (!host)
    return strcmp (head->version, "HTTP/1.0") == 0 && !authority ? NULL : "no Host";
  if (!name || (strchr (name, ':') && !g_hostname_is_ip_address (name)))
    return "bad Host";
  if (authority && (length != host->value_length || g_ascii_strncasecmp (authority + 2, host->value, length) != 0))
    return "the request target names another host";
  if (is_ours (name, rules))
    return NULL;
  *out_status = 421;
  return "Host is another machine";
}
