#include "wh-chemistry-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "core/wh-chemistry.h"
#include "wh-measure-bar.h"
#include "wh-words.h"

struct _WhChemistryView {
  GtkWidget parent;
  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (WhChemistryView, wh_chemistry_view, GTK_TYPE_WIDGET)

/* What a customer asks for; where a lab did not test one of these, that is said. */
static const char *const expected_terpenes[] = { "beta_myrcene", "d_limonene", "beta_caryophyllene", "alpha_pinene", "terpinolene",
                                                 "linalool", "alpha_humulene" };
static const char *const expected_cannabinoids[] = { "thca", "delta_9_thc", "cbda", "cbd" };

static void
wh_chemistry_view_dispose (GObject *object)
{
  g_clear_pointer (&WH_CHEMISTRY_VIEW (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (wh_chemistry_view_parent_class)->dispose (object);
}

static void
wh_chemistry_view_class_init (WhChemistryViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = wh_chemistry_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
wh_chemistry_view_init (WhChemistryView *view)
{
}

/* Larger amounts first; then below LOQ, not detected, not tested; then by name. */
static double
rank_of (const WhMeasure *measure)
{
  switch (measure->state)
    {
    case WH_STATE_VALUE:
      return 4 + measure->value;
    case WH_STATE_BELOW_LOQ:
      return 3;
    case WH_STATE_NOT_DETECTED:
      return 2;
    default:
      return 1;
    }
}

static int
compare_measures (gconstpointer a, gconstpointer b)
{
  double x = rank_of (a), y = rank_of (b);

  if (x != y)
    return x > y ? -1 : 1;
  return (int) ((const WhMeasure *) a)->analyte - (int) ((const WhMeasure *) b)->analyte;
}

static void
add_untested (GArray *measures, const WhPanel *panel, const char *const *keys, guint n_keys)
{
  for (guint i = 0; i < n_keys; i++)
    {
      const WhAnalyte *analyte = wh_analyte_by_key (keys[i]);
      WhMeasure untested = WH_MEASURE_INIT;

      if (!analyte || (panel && wh_panel_find (panel, analyte->index)))
        continue;
      untested.analyte = analyte->index;
      g_array_append_val (measures, untested);
    }
}

static GArray *
sorted_measures (const WhPanel *panel, gboolean terpenes)
{
  GArray *measures = g_array_new (FALSE, FALSE, sizeof (WhMeasure));

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      const WhAnalyte *analyte = wh_analyte_get (measure->analyte);
      if (analyte && wh_analyte_is_terpene (analyte) == terpenes)
        g_array_append_val (measures, *measure);
    }
  if (terpenes)
    add_untested (measures, panel, expected_terpenes, G_N_ELEMENTS (expected_terpenes));
  else
    add_untested (measures, panel, expected_cannabinoids, G_N_ELEMENTS (expected_cannabinoids));
  g_array_sort (measures, compare_measures);
  return measures;
}

static GtkWidget *
label_new (const char *text, float xalign, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
attach_measure (GtkGrid *grid, int row, const WhMeasure *measure, double scale)
{
  const WhAnalyte *analyte = wh_analyte_get (measure->analyte);
  g_autofree char *words = wh_words_measure (measure);
  GtkWidget *name = label_new (analyte->name, 0, NULL);
  GtkWidget *code = label_new (analyte->code, 0.5, "code");
  GtkWidget *value = label_new (words, 1, "numeric");

  gtk_widget_set_tooltip_text (name, *analyte->aroma ? analyte->aroma : NULL);
  if (measure->state != WH_STATE_VALUE)
    gtk_widget_add_css_class (value, "dim-label");
  gtk_widget_add_css_class (value, "caption");
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (value), 12);
  gtk_label_set_justify (GTK_LABEL (value), GTK_JUSTIFY_RIGHT);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (name), 14);
  gtk_grid_attach (grid, code, 0, row, 1, 1);
  gtk_grid_attach (grid, name, 1, row, 1, 1);
  gtk_grid_attach (grid, wh_measure_bar_new (measure, scale), 2, row, 1, 1);
  gtk_grid_attach (grid, value, 3, row, 1, 1);
}

static double
largest (GArray *measures)
{
  double scale = 0;

  for (guint i = 0; i < measures->len; i++)
    {
      const WhMeasure *measure = &g_array_index (measures, WhMeasure, i);
      if (measure->state == WH_STATE_VALUE)
        scale = MAX (scale, measure->value);
    }
  return scale;
}

static GtkWidget *
group_new (const char *title, const char *total, GArray *measures)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *heading = label_new (title, 0, "heading");

  gtk_widget_set_hexpand (heading, TRUE);
  gtk_box_append (GTK_BOX (head), heading);
  if (total)
    gtk_box_append (GTK_BOX (head), label_new (total, 1, "dim-label"));
  gtk_grid_set_row_spacing (GTK_GRID (grid), 5);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 10);
  for (guint i = 0; i < measures->len; i++)
    attach_measure (GTK_GRID (grid), (int) i, &g_array_index (measures, WhMeasure, i), largest (measures));
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), grid);
  return box;
}

/* "total 21.4 mg/g" or NULL when there is none. */
static char *
total_words (WhAmount total)
{
  g_autofree char *amount = wh_words_amount (total.estimate);

  return total.n ? g_strdup_printf (_("total %s"), amount) : NULL;
}

static GtkWidget *
content_new (const WhLabResult *result)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  g_autoptr (GArray) terpenes = sorted_measures (result->panel, TRUE);
  g_autoptr (GArray) cannabinoids = sorted_measures (result->panel, FALSE);
  g_autofree char *terpene_total = total_words (wh_chemistry_terpenes (result->panel));
  g_autofree char *cannabinoid_total = total_words (wh_chemistry_cannabinoids (result->panel));

  gtk_box_append (GTK_BOX (box), group_new (_("Terpenes"), terpene_total, terpenes));
  gtk_box_append (GTK_BOX (box), group_new (_("Cannabinoids"), cannabinoid_total, cannabinoids));
  return box;
}

void
wh_chemistry_view_set_result (WhChemistryView *view, const WhLabResult *result)
{
  g_clear_pointer (&view->box, gtk_widget_unparent);
  if (result && result->panel && wh_panel_length (result->panel))
    view->box = content_new (result);
  else
    view->box = label_new (_("No lab result here yet. Import one with “weedhounds import lab FILE”, or sync with the server."), 0,
                           "dim-label");
  if (GTK_IS_LABEL (view->box))
    gtk_label_set_wrap (GTK_LABEL (view->box), TRUE);
  gtk_widget_set_parent (view->box, GTK_WIDGET (view));
}
