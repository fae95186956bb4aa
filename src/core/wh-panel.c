#include "wh-measure.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

struct _WhPanel {
  gatomicrefcount ref_count;
  GArray         *measures;   /* of WhMeasure, by analyte; their text is the panel's */
  WhBasis         basis;
};

static void
measure_clear (gpointer data)
{
  g_free ((char *) ((WhMeasure *) data)->text);
}

WhPanel *
wh_panel_new (void)
{
  WhPanel *panel = g_new0 (WhPanel, 1);

  g_atomic_ref_count_init (&panel->ref_count);
  panel->measures = g_array_new (FALSE, FALSE, sizeof (WhMeasure));
  g_array_set_clear_func (panel->measures, measure_clear);
  return panel;
}

WhPanel *
wh_panel_ref (WhPanel *panel)
{
  g_atomic_ref_count_inc (&panel->ref_count);
  return panel;
}

void
wh_panel_unref (WhPanel *panel)
{
  if (!g_atomic_ref_count_dec (&panel->ref_count))
    return;
  g_array_unref (panel->measures);
  g_free (panel);
}

/* Where an analyte is or would be. */
static guint
position_of (const WhPanel *panel, WhAnalyteIndex analyte)
{
  guint low = 0, high = panel->measures->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      if (g_array_index (panel->measures, WhMeasure, middle).analyte < analyte)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
check_addable (WhPanel *panel, const WhMeasure *measure, GError **error)
{
  if (panel->measures->len >= WH_LIMIT_PANEL)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("More than %d measurements in one lab result."), WH_LIMIT_PANEL);
      return FALSE;
    }
  if (measure->basis != WH_BASIS_UNKNOWN && panel->basis != WH_BASIS_UNKNOWN && measure->basis != panel->basis)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("A lab result cannot mix %s with %s amounts; convert one of them first."),
                   wh_basis_key (panel->basis), wh_basis_key (measure->basis));
      return FALSE;
    }
  return TRUE;
}

gboolean
wh_panel_add (WhPanel *panel, const WhMeasure *measure, GError **error)
{
  guint position = position_of (panel, measure->analyte);
  WhMeasure copy = *measure;

  if (!check_addable (panel, measure, error))
    return FALSE;
  copy.text = g_strdup (measure->text);
  if (wh_panel_find (panel, measure->analyte))
    g_array_remove_index (panel->measures, position);
  g_array_insert_val (panel->measures, position, copy);
  if (measure->basis != WH_BASIS_UNKNOWN)
    panel->basis = measure->basis;
  return TRUE;
}

guint
wh_panel_length (const WhPanel *panel)
{
  return panel->measures->len;
}

const WhMeasure *
wh_panel_at (const WhPanel *panel, guint position)
{
  g_return_val_if_fail (position < panel->measures->len, NULL);
  return &g_array_index (panel->measures, WhMeasure, position);
}

const WhMeasure *
wh_panel_find (const WhPanel *panel, WhAnalyteIndex analyte)
{
  guint position = position_of (panel, analyte);
  const WhMeasure *measure;

  if (position >= panel->measures->len)
    return NULL;
  measure = &g_array_index (panel->measures, WhMeasure, position);
  return measure->analyte == analyte ? measure : NULL;
}

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
same_measure (const WhMeasure *a, const WhMeasure *b)
{
  return a->analyte == b->analyte && a->state == b->state && a->unit == b->unit && a->basis == b->basis
         && same_number (a->value, b->value) && same_number (a->lod, b->lod) && same_number (a->loq, b->loq)
         && g_strcmp0 (a->text, b->text) == 0;
}

gboolean
wh_panel_equal (const WhPanel *a, const WhPanel *b)
{
  guint length_a = a ? a->measures->len : 0, length_b = b ? b->measures->len : 0;

  if (length_a != length_b)
    return FALSE;
  for (guint i = 0; i < length_a; i++)
    if (!same_measure (wh_panel_at (a, i), wh_panel_at (b, i)))
      return FALSE;
  return TRUE;
}
