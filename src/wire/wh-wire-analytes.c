#include "wh-wire.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

#define MOST_MG_PER_G 1000.0

/* A number, or a cell as labs write it: "ND", "<0.01", "2.5 %" where the unit is that. */
static gboolean
read_cell (const WhJsonNode *node, WhUnit unit, WhMeasure *out_measure)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  const char *cell = wh_json_string (node, NULL);

  if (wh_json_is_number (node))
    cell = g_ascii_dtostr (number, sizeof number, wh_json_number (node, 0));
  if (!cell || strlen (cell) > WH_LIMIT_TEXT || (strchr (cell, '%') && unit != WH_UNIT_PERCENT))
    return FALSE;
  return wh_measure_parse_cell (cell, out_measure);
}

static gboolean
read_analyte (const WhJsonNode *node, const char *key, WhUnit unit, WhPanel *panel, GError **error)
{
  const WhAnalyte *analyte = wh_analyte_lookup (key);
  WhMeasure measure = WH_MEASURE_INIT;

  if (!analyte)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("There is no such analyte in the dictionary."));
      return FALSE;
    }
  if (wh_panel_find (panel, analyte->index))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is given twice."), analyte->name);
      return FALSE;
    }
  measure.analyte = analyte->index;
  measure.unit = unit;
  if (read_cell (node, unit, &measure) && wh_measure_to_mg_per_g (&measure, NAN) && !(measure.value > MOST_MG_PER_G)
      && !(measure.loq > MOST_MG_PER_G))
    return wh_panel_add (panel, &measure, error);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                       _("An amount must be a number of at most the whole, or a cell such as ND or <0.01."));
  return FALSE;
}

WhPanel *
wh_wire_read_analytes (const WhJsonNode *object, WhUnit unit, char **out_key, GError **error)
{
  g_autoptr (WhPanel) panel = wh_panel_new ();
  g_autofree const char **keys = wh_json_is_object (object) ? wh_json_keys (object) : NULL;

  *out_key = NULL;
  if (!keys || !*keys)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("“analytes” must be an object of amounts by analyte."));
      return NULL;
    }
  for (const char **key = keys; *key; key++)
    if (!read_analyte (wh_json_member (object, *key), *key, unit, panel, error))
      {
        *out_key = g_strdup (*key);
        return NULL;
      }
  return g_steal_pointer (&panel);
}
