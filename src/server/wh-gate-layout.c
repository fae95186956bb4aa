/* What the HTTP library hides shows in where things lie.
 *
 * It reads a head into one buffer and cuts it up in place: the colon and each byte of a line's end become NUL, nothing is moved. So a
 * head that is written as it must be lies without a gap: name, NUL, blanks, value, NUL, NUL, next name. A bare LF, a bare CR, a folded
 * line (copied elsewhere), a NUL in a value or at the start of a line (the library takes it for the end), a second space in the request
 * line: each leaves a gap, an overlap, or a head of another size.
 *
 * What stays hidden, and why it cannot change where a request ends (tests/server/wh-malformed-*.c has a row of each):
 *   NUL LF where CR LF belongs       both are NUL NUL then; the line ends there for everybody, and no proxy passes a NUL on
 *   empty lines before a request     skipped, also one of a bare LF or one that starts with NUL; nothing of them is read
 *   the line of the last chunk, and  overwritten, or gone when the data came later than what stands before it; so the connection always
 *   what stood before a chunk        ends with the reply to a chunked request, and nothing behind it is ever read as a request
 *   a bad Content-Length             refused by the library itself, which sends its 400 or 413 twice and ends the connection */
#include <string.h>

#include "wh-gate-private.h"

#define LINE_END 2

static const char *
skip_blanks (const char *text)
{
  while (*text == ' ' || *text == '\t')
    text++;
  return text;
}

static gboolean
is_line_end (const char *text)
{
  return text[0] == '\0' && text[1] == '\0';
}

const char *
wh_gate_fields_end (const char *start, const WhGateField *fields, guint n_fields)
{
  const char *at = start;

  for (guint i = 0; i < n_fields; i++)
    {
      if (fields[i].name != at || skip_blanks (at + fields[i].name_length + 1) != fields[i].value)
        return NULL;
      at = skip_blanks (fields[i].value + fields[i].value_length);
      if (!is_line_end (at))
        return NULL;
      at += LINE_END;
    }
  return at;
}

gboolean
wh_gate_head_is_plain (const WhGateHead *head)
{
  const char *at = head->version + strlen (head->version);

  if (!head->raw_target)
    return TRUE;
  if (head->method + strlen (head->method) + 1 != head->raw_target || head->raw_target + strlen (head->target) + 1 != head->version
      || !is_line_end (at))
    return FALSE;
  at = wh_gate_fields_end (at + LINE_END, head->fields, head->n_fields);
  return at && is_line_end (at) && (gsize) (at + LINE_END - head->method) == head->size;
}

gboolean
wh_gate_is_chunk_head (const char *text, gsize length)
{
  gsize i = length >= LINE_END && memcmp (text, "\r\n", LINE_END) == 0 ? LINE_END : 0, digits = i;

  while (i < length && g_ascii_isxdigit (text[i]))
    i++;
  if (i == digits || length < i + LINE_END || memcmp (text + length - LINE_END, "\r\n", LINE_END) != 0)
    return FALSE;
  if (i + LINE_END < length && text[i] != ';')
    return FALSE;
  for (; i < length - LINE_END; i++)
    if (((guchar) text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
      return FALSE;
  return TRUE;
}
