#include "base/wh-json-scan.h"

#include "base/wh-error.h"
#include "base/wh-limits.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

typedef struct {
  char       *text;      /* ends with NUL, which no valid token contains */
  char       *place;
  guint       depth;
  const char *problem;   /* translated; set once */
} Scan;

static gboolean scan_value (Scan *scan);

static gboolean
refuse (Scan *scan, const char *problem)
{
  scan->problem = problem;
  return FALSE;
}

static void
skip_space (Scan *scan)
{
  scan->place += strspn (scan->place, " \t\n\r");
}

static gboolean
take (Scan *scan, char c)
{
  if (*scan->place != c)
    return FALSE;
  scan->place++;
  return TRUE;
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  if (!g_str_has_prefix (scan->place, word))
    return refuse (scan, _("this is not a JSON value"));
  scan->place += strlen (word);
  return TRUE;
}

static gboolean
skip_digits (Scan *scan)
{
  const char *start = scan->place;

  while (g_ascii_isdigit (*scan->place))
    scan->place++;
  return scan->place > start;
}

/* json-glib would store an arbitrary value for what does not fit. */
static gboolean
number_fits (const char *token, gboolean whole)
{
  if (!whole)
    return isfinite (g_ascii_strtod (token, NULL));
  errno = 0;
  g_ascii_strtoll (token, NULL, 10);
  return errno != ERANGE;
}

static gboolean
scan_number (Scan *scan)
{
  const char *token = scan->place;
  gboolean whole = TRUE;

  take (scan, '-');
  if (!take (scan, '0') && !skip_digits (scan))
    return refuse (scan, _("this is not a JSON value"));
  if (take (scan, '.'))
    {
      whole = FALSE;
      if (!skip_digits (scan))
        return refuse (scan, _("digits are missing after the decimal point"));
    }
  if (take (scan, 'e') || take (scan, 'E'))
    {
      whole = FALSE;
      if (!take (scan, '+'))
        take (scan, '-');
      if (!skip_digits (scan))
        return refuse (scan, _("digits are missing in the exponent"));
    }
  return number_fits (token, whole) || refuse (scan, _("the number is too large"));
}

/* The four hexadecimal digits after \u, or -1. */
static int
take_code (Scan *scan)
{
  int code = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*scan->place);

      if (digit < 0)
        return -1;
      code = code << 4 | digit;
      scan->place++;
    }
  return code;
}

static gboolean
scan_unicode_escape (Scan *scan)
{
  char *digits = scan->place;
  int code = take_code (scan);

  if (code < 0)
    return refuse (scan, _("four hexadecimal digits must follow \\u"));
  if (code == 0)
    memcpy (digits, "fffd", 4);
  if (code >= 0xdc00 && code <= 0xdfff)
    return refuse (scan, _("half of a surrogate pair is missing"));
  if (code < 0xd800 || code > 0xdbff)
    return TRUE;
  code = take (scan, '\\') && take (scan, 'u') ? take_code (scan) : -1;
  return (code >= 0xdc00 && code <= 0xdfff) || refuse (scan, _("half of a surrogate pair is missing"));
}

static gboolean
scan_escape (Scan *scan)
{
  if (take (scan, 'u'))
    return scan_unicode_escape (scan);
  if (*scan->place == '\0' || !strchr ("\"\\/bfnrt", *scan->place))
    return refuse (scan, _("the escape after \\ is unknown"));
  scan->place++;
  return TRUE;
}

static gboolean
scan_string (Scan *scan)
{
  if (!take (scan, '"'))
    return refuse (scan, _("a string is missing"));
  for (;;)
    {
      if (take (scan, '"'))
        return TRUE;
      if (take (scan, '\\'))
        {
          if (!scan_escape (scan))
            return FALSE;
        }
      else if ((guchar) *scan->place < 0x20)
        return refuse (scan, *scan->place ? _("control characters must be escaped") : _("a string is not closed"));
      else
        scan->place++;
    }
}

static gboolean
scan_member (Scan *scan)
{
  skip_space (scan);
  if (!scan_string (scan))
    return FALSE;
  skip_space (scan);
  return take (scan, ':') ? scan_value (scan) : refuse (scan, _("a colon is missing"));
}

/* An object or array, whose opening bracket is taken. */
static gboolean
scan_container (Scan *scan, char closing, gboolean (*scan_entry) (Scan *))
{
  if (++scan->depth > WH_LIMIT_JSON_DEPTH)
    return refuse (scan, _("the values are nested too deeply"));
  skip_space (scan);
  if (!take (scan, closing))
    {
      do
        if (!scan_entry (scan))
          return FALSE;
      while (take (scan, ','));
      if (!take (scan, closing))
        return refuse (scan, _("a comma or closing bracket is missing"));
    }
  scan->depth--;
  return TRUE;
}

static gboolean
scan_bare_value (Scan *scan)
{
  switch (*scan->place)
    {
    case '{':
      scan->place++;
      return scan_container (scan, '}', scan_member);
    case '[':
      scan->place++;
      return scan_container (scan, ']', scan_value);
    case '"':
      return scan_string (scan);
    case 't':
      return scan_word (scan, "true");
    case 'f':
      return scan_word (scan, "false");
    case 'n':
      return scan_word (scan, "null");
    default:
      return scan_number (scan);
    }
}

static gboolean
scan_value (Scan *scan)
{
  skip_space (scan);
  if (!scan_bare_value (scan))
    return FALSE;
  skip_space (scan);
  return TRUE;
}

static gboolean
scan_document (Scan *scan, gsize length)
{
  const char *end;

  /* Also finds NUL, which it does not count as valid. */
  if (!g_utf8_validate_len (scan->text, length, &end))
    {
      scan->place = scan->text + (end - scan->text);
      return refuse (scan, _("the text is not UTF-8"));
    }
  if (!scan_value (scan))
    return FALSE;
  return *scan->place == '\0' || refuse (scan, _("something follows after the end"));
}

static void
set_error (GError **error, const Scan *scan)
{
  const char *line_start = scan->text;
  guint line = 1;

  for (const char *c = scan->text; c < scan->place; c++)
    if (*c == '\n')
      {
        line++;
        line_start = c + 1;
      }
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The JSON text is wrong at line %u, column %u: %s."), line,
               (guint) (scan->place - line_start) + 1, scan->problem);
}

char *
wh_json_scan (const char *text, gsize length, GError **error)
{
  g_autofree char *copy = g_malloc (length + 1);
  Scan scan = { .text = copy, .place = copy };

  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  if (scan_document (&scan, length))
    return g_steal_pointer (&copy);
  set_error (error, &scan);
  return NULL;
}
