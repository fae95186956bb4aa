#include "base/wh-json-writer.h"

#include "base/wh-limits.h"

#include <math.h>
#include <string.h>

struct _WhJsonWriter {
  GString *out;
  guint    indent;
  guint    depth;
  gboolean after_key;
  guint8   filled[WH_LIMIT_JSON_DEPTH + 1];   /* whether the container of this depth has an entry */
};

/* What a string cannot hold as it is; bytes of 0x80 and more may be invalid UTF-8. It could hold DEL, but a terminal would act on it. */
enum { PLAIN, SPECIAL };
static const guint8 byte_class[256] = {
  [0 ... 0x1f] = SPECIAL, ['"'] = SPECIAL, ['\\'] = SPECIAL, [0x7f ... 0xff] = SPECIAL,
};

static const double powers_of_ten[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
#define MAX_DECIMALS ((int) G_N_ELEMENTS (powers_of_ten) - 1)
/* Up to here every whole double has at most 15 digits, which a double keeps. */
#define EXACT 1e15
#define NUMBER_LENGTH 24

WhJsonWriter *
wh_json_writer_new (GString *out, guint indent)
{
  WhJsonWriter *writer = g_new0 (WhJsonWriter, 1);

  writer->out = out;
  writer->indent = indent;
  return writer;
}

void
wh_json_writer_free (WhJsonWriter *writer)
{
  g_free (writer);
}

/* Makes room for `length` more bytes and returns where they go. */
static char *
reserve (GString *out, gsize length)
{
  gsize before = out->len;

  if (before + length >= out->allocated_len)
    {
      g_string_set_size (out, before + length);
      out->len = before;
    }
  return out->str + before;
}

static void
commit (GString *out, const char *end)
{
  out->len = (gsize) (end - out->str);
  out->str[out->len] = '\0';
}

static void
append (GString *out, const char *text, gsize length)
{
  char *end = reserve (out, length);

  memcpy (end, text, length);
  commit (out, end + length);
}

static void
append_char (GString *out, char c)
{
  append (out, &c, 1);
}

static void
start_line (WhJsonWriter *writer)
{
  gsize width = (gsize) writer->depth * writer->indent;
  char *end;

  if (writer->indent == 0)
    return;
  end = reserve (writer->out, width + 1);
  *end = '\n';
  memset (end + 1, ' ', width);
  commit (writer->out, end + 1 + width);
}

/* What stands between the entry before and this one. */
static void
start_entry (WhJsonWriter *writer)
{
  if (writer->filled[writer->depth])
    append_char (writer->out, ',');
  writer->filled[writer->depth] = TRUE;
  if (writer->depth > 0)
    start_line (writer);
}

static void
start_value (WhJsonWriter *writer)
{
  if (writer->after_key)
    writer->after_key = FALSE;
  else
    start_entry (writer);
}

static void
begin (WhJsonWriter *writer, char bracket)
{
  g_return_if_fail (writer->depth < WH_LIMIT_JSON_DEPTH);

  start_value (writer);
  append_char (writer->out, bracket);
  writer->depth++;
  writer->filled[writer->depth] = FALSE;
}

static void
end (WhJsonWriter *writer, char bracket)
{
  gboolean was_filled = writer->filled[writer->depth];

  g_return_if_fail (writer->depth > 0 && !writer->after_key);

  writer->depth--;
  if (was_filled)
    start_line (writer);
  append_char (writer->out, bracket);
}

void
wh_json_writer_begin_object (WhJsonWriter *writer)
{
  begin (writer, '{');
}

void
wh_json_writer_end_object (WhJsonWriter *writer)
{
  end (writer, '}');
}

void
wh_json_writer_begin_array (WhJsonWriter *writer)
{
  begin (writer, '[');
}

void
wh_json_writer_end_array (WhJsonWriter *writer)
{
  end (writer, ']');
}

static void
append_escape (GString *out, guchar c)
{
  static const char short_forms[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
  char escape[7];

  if (c == '"' || c == '\\')
    append (out, (char[]) { '\\', (char) c }, 2);
  else if (c < sizeof short_forms && short_forms[c])
    append (out, (char[]) { '\\', short_forms[c] }, 2);
  else
    append (out, escape, (gsize) g_snprintf (escape, sizeof escape, "\\u%04x", c));
}

/* The controls from U+0080 to U+009F drive a terminal like ESC does. */
static gboolean
is_late_control (const guchar *place)
{
  return place[0] == 0xc2 && place[1] >= 0x80 && place[1] <= 0x9f;
}

/* The rare text that holds something to escape or to check. */
static void
append_escaped (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  const guchar *place = (const guchar *) valid;

  while (*place)
    {
      const guchar *run = place;

      while ((byte_class[*place] == PLAIN || *place >= 0x80) && !is_late_control (place))
        place++;
      append (out, (const char *) run, (gsize) (place - run));
      place += *place == 0xc2;
      if (*place)
        append_escape (out, *place++);
    }
}

static void
append_quoted (GString *out, const char *text)
{
  const guchar *stop = (const guchar *) text;

  while (byte_class[*stop] == PLAIN)
    stop++;
  if (*stop)
    {
      append_char (out, '"');
      append_escaped (out, text);
      append_char (out, '"');
      return;
    }
  gsize length = (gsize) (stop - (const guchar *) text);
  char *place = reserve (out, length + 2);

  place[0] = '"';
  memcpy (place + 1, text, length);
  place[length + 1] = '"';
  commit (out, place + length + 2);
}

void
wh_json_writer_key (WhJsonWriter *writer, const char *key)
{
  start_entry (writer);
  append_quoted (writer->out, key);
  append (writer->out, ": ", writer->indent > 0 ? 2 : 1);
  writer->after_key = TRUE;
}

void
wh_json_writer_null (WhJsonWriter *writer)
{
  start_value (writer);
  append (writer->out, "null", 4);
}

void
wh_json_writer_string (WhJsonWriter *writer, const char *text)
{
  if (!text)
    {
      wh_json_writer_null (writer);
      return;
    }
  start_value (writer);
  append_quoted (writer->out, text);
}

void
wh_json_writer_boolean (WhJsonWriter *writer, gboolean value)
{
  start_value (writer);
  if (value)
    append (writer->out, "true", 4);
  else
    append (writer->out, "false", 5);
}

/* Writes `value` / 10^decimals backward from the end of a buffer; `decimals` has no trailing zeros left to drop. */
static void
append_fixed (GString *out, gboolean negative, guint64 value, int decimals)
{
  char buffer[NUMBER_LENGTH];
  char *const buffer_end = buffer + sizeof buffer;
  char *place = buffer_end;

  for (int i = 0; i < decimals; i++, value /= 10)
    *--place = (char) ('0' + value % 10);
  if (decimals > 0)
    *--place = '.';
  do
    *--place = (char) ('0' + value % 10);
  while ((value /= 10) > 0);
  if (negative)
    *--place = '-';
  append (out, place, (gsize) (buffer_end - place));
}

void
wh_json_writer_integer (WhJsonWriter *writer, gint64 value)
{
  guint64 size = value < 0 ? -(guint64) value : (guint64) value;

  start_value (writer);
  append_fixed (writer->out, value < 0, size, 0);
}

/* At most `decimals` decimals; a number too large for them keeps fewer, since a double holds no more. */
static void
append_rounded (GString *out, double value, int decimals)
{
  double size = fabs (value);
  guint64 digits;

  while (decimals > 0 && size * powers_of_ten[decimals] >= EXACT)
    decimals--;
  digits = (guint64) round (size * powers_of_ten[decimals]);
  while (decimals > 0 && digits % 10 == 0)
    digits /= 10, decimals--;
  append_fixed (out, value < 0 && digits > 0, digits, decimals);
}

/* The fewest decimals whose quotient is this very double: what a reader computes from those digits. */
static int
exact_decimals (double size)
{
  for (int decimals = 0; decimals <= MAX_DECIMALS && size * powers_of_ten[decimals] < EXACT; decimals++)
    if (rint (size * powers_of_ten[decimals]) / powers_of_ten[decimals] == size)
      return decimals;
  return -1;
}

static void
append_shortest (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.16g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", value);
  append (out, buffer, strlen (buffer));
}

void
wh_json_writer_number (WhJsonWriter *writer, double value, int decimals)
{
  double size = fabs (value);

  if (!isfinite (value))
    {
      wh_json_writer_null (writer);
      return;
    }
  start_value (writer);
  decimals = decimals < 0 ? exact_decimals (size) : MIN (decimals, MAX_DECIMALS);
  if (decimals < 0 || size >= EXACT)
    append_shortest (writer->out, value);
  else
    append_rounded (writer->out, value, decimals);
}

void
wh_json_writer_raw_of (WhJsonWriter *writer, const char *json, gsize length)
{
  start_value (writer);
  append (writer->out, json, length);
}

void
wh_json_writer_raw_members (WhJsonWriter *writer, const char *members, gsize length)
{
  if (length == 0)
    return;
  start_entry (writer);
  append (writer->out, members, length);
}

void
wh_json_writer_raw (WhJsonWriter *writer, const char *json)
{
  wh_json_writer_raw_of (writer, json, strlen (json));
}

void
wh_json_writer_add_string (WhJsonWriter *writer, const char *key, const char *text)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_string (writer, text);
}

void
wh_json_writer_add_integer (WhJsonWriter *writer, const char *key, gint64 value)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_integer (writer, value);
}

void
wh_json_writer_add_number (WhJsonWriter *writer, const char *key, double value, int decimals)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_number (writer, value, decimals);
}

void
wh_json_writer_add_boolean (WhJsonWriter *writer, const char *key, gboolean value)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_boolean (writer, value);
}

static void
write_members (WhJsonWriter *writer, const WhJsonNode *node)
{
  g_autofree const char **keys = wh_json_keys (node);

  wh_json_writer_begin_object (writer);
  for (const char **key = keys; *key; key++)
    {
      wh_json_writer_key (writer, *key);
      wh_json_writer_node (writer, wh_json_member (node, *key));
    }
  wh_json_writer_end_object (writer);
}

static void
write_elements (WhJsonWriter *writer, const WhJsonNode *node)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < wh_json_length (node); i++)
    wh_json_writer_node (writer, wh_json_element (node, i));
  wh_json_writer_end_array (writer);
}

/* No deeper than the reader allows. */
void
wh_json_writer_node (WhJsonWriter *writer, const WhJsonNode *node)
{
  double number = wh_json_number (node, 0);

  if (wh_json_is_null (node))
    wh_json_writer_null (writer);
  else if (wh_json_is_object (node))
    write_members (writer, node);
  else if (wh_json_is_array (node))
    write_elements (writer, node);
  else if (wh_json_is_string (node))
    wh_json_writer_string (writer, wh_json_string (node, ""));
  else if (!wh_json_is_number (node))
    wh_json_writer_boolean (writer, wh_json_boolean (node, FALSE));
  else if (number == (double) wh_json_integer (node, 0))
    wh_json_writer_integer (writer, wh_json_integer (node, 0));
  else
    wh_json_writer_number (writer, number, -1);
}
