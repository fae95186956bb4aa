/* wh-import-cell.c: one amount as people write it: "0,85", "<0.01 %", "21.4 mg/g", "ND". */
#include "wh-import-private.h"

#include <string.h>

/* "0,85" -> "0.85". */
static char *
with_point (const char *text)
{
  char *plain = g_strdup (text);
  char *comma = strchr (plain, ',');

  if (comma && comma > plain && g_ascii_isdigit (comma[-1]) && g_ascii_isdigit (comma[1]) && !strpbrk (comma + 1, ",."))
    *comma = '.';
  return plain;
}

/* Cuts a unit that stands behind the number. */
static gboolean
take_unit (char *text, WhUnit *out_unit)
{
  char *end = text + strlen (text);

  while (end > text && !g_ascii_isdigit (end[-1]) && end[-1] != '.')
    end--;
  if (end == text || !wh_unit_parse (end, out_unit))
    return FALSE;
  *end = '\0';
  return TRUE;
}

/* "<LOQ (0.02)" says its word before the bracket; "≤ 0.02" means what "< 0.02" does. */
static void
simplify (char *text)
{
  char *bracket = strchr (text, '(');

  if (bracket && bracket > text)
    *bracket = '\0';
  if (g_str_has_prefix (text, "≤"))
    {
      memset (text, ' ', strlen ("≤"));
      *text = '<';
    }
}

gboolean
wh_import_read_cell (const char *text, gboolean decimal_comma, WhMeasure *out_measure, WhUnit *out_unit)
{
  g_autofree char *plain = NULL;

  *out_unit = g_str_has_suffix (text, "%") ? WH_UNIT_PERCENT : WH_UNIT_UNKNOWN;
  if (wh_measure_parse_cell (text, out_measure))
    return TRUE;
  plain = decimal_comma ? with_point (text) : g_strdup (text);
  if (wh_measure_parse_cell (plain, out_measure))
    return TRUE;
  simplify (plain);
  if (wh_measure_parse_cell (plain, out_measure))
    return TRUE;
  return take_unit (plain, out_unit) && wh_measure_parse_cell (plain, out_measure);
}
