#include "wh-gate.h"

#include <string.h>

#include "wh-gate-private.h"

#define MAX_LENGTH_DIGITS 15

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", NULL };

/* Fields that may stand once only: two of them would be read in two ways. */
typedef enum {
  HOST,
  CONTENT_LENGTH,
  TRANSFER_ENCODING,
  EXPECT,
  CONNECTION,   /* a list: may stand more than once */
  OTHERS,
} Known;

static const struct {
  const char *name;
  gsize       length;
} known[] = {
#define NAME(text) { text, sizeof text - 1 }
  [HOST] = NAME ("Host"),
  [CONTENT_LENGTH] = NAME ("Content-Length"),
  [TRANSFER_ENCODING] = NAME ("Transfer-Encoding"),
  [EXPECT] = NAME ("Expect"),
  [CONNECTION] = NAME ("Connection"),
  NAME ("Authorization"),
  NAME ("Proxy-Authorization"),
  NAME ("Content-Type"),
  NAME ("Content-Range"),
  NAME ("Range"),
  NAME ("If-Range"),
  NAME ("If-Modified-Since"),
  NAME ("If-Unmodified-Since"),
  NAME ("Origin"),
  NAME ("Referer"),
  NAME ("User-Agent"),
  NAME ("From"),
  NAME ("Date"),
  NAME ("Max-Forwards"),
  NAME ("Idempotency-Key"),
  NAME ("Last-Event-ID"),
  NAME ("Access-Control-Request-Method"),
#undef NAME
};
#define N_KNOWN G_N_ELEMENTS (known)

typedef const WhGateField *KnownFields[N_KNOWN];

gboolean
wh_gate_is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || !strchr ("!#$%&'*+-.^_`|~", text[i])))
      return FALSE;
  return length > 0;
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
value_is (const WhGateField *field, const char *text)
{
  return field->value_length == strlen (text) && g_ascii_strncasecmp (field->value, text, field->value_length) == 0;
}

/* N_KNOWN: none of them. */
static guint
find_known (const char *name, gsize length)
{
  guint i = 0;

  while (i < N_KNOWN && (known[i].length != length || g_ascii_strncasecmp (known[i].name, name, length) != 0))
    i++;
  return i;
}

/* Names what ends with this connection. A field that everybody must see is none of that: who names one wants it lost on the way. */
static const char *
check_connection (const WhGateField *field)
{
  const char *text = field->value, *end = text + field->value_length;

  while (text < end)
    {
      const char *comma = memchr (text, ',', (gsize) (end - text)), *stop = comma ? comma : end;
      while (text < stop && (*text == ' ' || *text == '\t'))
        text++;
      while (stop > text && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
      if (stop > text && !wh_gate_is_token (text, (gsize) (stop - text)))
        return "bad Connection";
      if (stop > text && find_known (text, (gsize) (stop - text)) < N_KNOWN)
        return "Connection names a field that belongs to the request";
      text = comma ? comma + 1 : end;
    }
  return NULL;
}

/* Grammar of each field; notes the known ones. */
static const char *
check_fields (const WhGateHead *head, KnownFields found)
{
  const char *reason;

  for (guint i = 0; i < head->n_fields; i++)
    {
      const WhGateField *field = &head->fields[i];
      guint which;
      if (!wh_gate_is_token (field->name, field->name_length))
        return "bad header field name";
      if (!is_field_value (field->value, field->value_length))
        return "control character in a header field";
      which = find_known (field->name, field->name_length);
      if (which == N_KNOWN)
        continue;
      if (which == CONNECTION && (reason = check_connection (field)))
        return reason;
      if (which != CONNECTION && found[which])
        return "a header field that may stand once stands twice";
      found[which] = field;
    }
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
check_framing (const WhGateHead *head, KnownFields found)
{
  const WhGateField *length = found[CONTENT_LENGTH], *encoding = found[TRANSFER_ENCODING];

  if (length && encoding)
    return "Content-Length together with Transfer-Encoding";
  if (length && !is_length (length))
    return "bad Content-Length";
  if (encoding && strcmp (head->version, "HTTP/1.1") != 0)
    return "Transfer-Encoding in HTTP/1.0";
  if (encoding && (!value_is (encoding, "chunked") || encoding->value[encoding->value_length]))
    return "unknown Transfer-Encoding";
  return NULL;
}

static WhGateVerdict
refuse (guint status, const char *code, const char *reason)
{
  return (WhGateVerdict){ status, code, reason };
}

/* What needs no field. */
static WhGateVerdict
check_line (const WhGateHead *head, const WhGateRules *rules)
{
  if (head->n_fields > WH_GATE_MAX_FIELDS)
    return refuse (431, "TOO_LARGE", "too many header fields");
  if (head->size > (rules->max_head ? rules->max_head : WH_GATE_MAX_HEAD))
    return refuse (431, "TOO_LARGE", "header too large");
  if (strlen (head->target) > WH_GATE_MAX_TARGET)
    return refuse (414, "TOO_LARGE", "request target too long");
  if (!wh_gate_head_is_plain (head))
    return refuse (400, "BAD_REQUEST", "the head is not made of single lines with CRLF at their ends");
  if (!wh_gate_is_token (head->method, strlen (head->method)))
    return refuse (400, "BAD_REQUEST", "bad method");
  if (!g_strv_contains (methods, head->method))
    return refuse (501, "NOT_IMPLEMENTED", "unknown method");
  if (strcmp (head->version, "HTTP/1.1") != 0 && strcmp (head->version, "HTTP/1.0") != 0)
    return refuse (505, "HTTP_VERSION_NOT_SUPPORTED", "unknown HTTP version");
  return refuse (0, NULL, NULL);
}

WhGateVerdict
wh_gate_check (const WhGateHead *head, const WhGateRules *rules)
{
  KnownFields found = { NULL };
  WhGateVerdict verdict = check_line (head, rules);
  gboolean is_server = strcmp (head->target, "*") == 0 && strcmp (head->method, "OPTIONS") == 0;
  guint status = 400;
  const char *reason;

  if (verdict.status)
    return verdict;
  if ((!is_server && (reason = wh_gate_check_target (head->target))) || (reason = check_fields (head, found))
      || (reason = check_framing (head, found)) || (reason = wh_gate_check_host (head, found[HOST], rules, &status)))
    return refuse (status, status == 421 ? "MISDIRECTED_REQUEST" : "BAD_REQUEST", reason);
  if (found[EXPECT] && !value_is (found[EXPECT], "100-continue"))
    return refuse (417, "EXPECTATION_FAILED", "unknown Expect");
  return refuse (0, NULL, NULL);
}

WhGateVerdict
wh_gate_check_trailers (const WhGateField *fields, guint n_fields, const char *start)
{
  const char *end = start ? wh_gate_fields_end (start, fields, n_fields) : NULL;

  if (n_fields > WH_GATE_MAX_FIELDS || (start && (!end || end[0] || end[1])))
    return refuse (400, "BAD_REQUEST", "the trailer is not made of single lines with CRLF at their ends");
  for (guint i = 0; i < n_fields; i++)
    if (!wh_gate_is_token (fields[i].name, fields[i].name_length) || !is_field_value (fields[i].value, fields[i].value_length)
        || find_known (fields[i].name, fields[i].name_length) < N_KNOWN)
      return refuse (400, "BAD_REQUEST", "a field that may not stand in a trailer");
  return refuse (0, NULL, NULL);
}
