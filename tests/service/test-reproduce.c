/* Published figures from the shared files, and the same ones from the same samples in another laboratory's layout. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-import-table.h"
#include "service/wh-reproduce.h"
#include "support/wh-test.h"

#define SMITH_FILE "data/lab/mcr-ma-2014-2023.csv"
#define WATTS_FILE "data/lab/watts2021-netherlands.csv"

static GPtrArray *
reproduce (const char *study, const char *path)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *figures = wh_reproduce (study, path, NULL, &error);

  g_assert_no_error (error);
  return figures;
}

/* One percent of a count or percentage, a hundredth of a ratio; what the studies' own rounding allows. */
static double
tolerance_of (const WhFigure *figure)
{
  if (strcmp (figure->key, "kmeans_inertia") == 0)
    return figure->published * 0.001;
  return fabs (figure->published) > 1.5 ? MAX (figure->published * 0.01, 0.06) : 0.01;
}

static void
test_smith (void)
{
  g_autofree char *path = wh_test_shared (SMITH_FILE);
  g_autoptr (GPtrArray) figures = path ? reproduce ("smith2022", path) : NULL;

  for (guint i = 0; figures && i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      g_test_message ("%s: %g, %g", figure->key, figure->published, figure->computed);
      g_assert_cmpfloat_with_epsilon (figure->computed, figure->published, tolerance_of (figure));
    }
}

static void
test_watts (void)
{
  g_autofree char *path = wh_test_shared (WATTS_FILE);
  g_autoptr (GPtrArray) figures = path ? reproduce ("watts2021", path) : NULL;
  guint correlations = 0;

  for (guint i = 0; figures && i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      gboolean is_correlation = g_str_has_prefix (figure->key, "r_");
      g_test_message ("%s: %g, %g", figure->key, figure->published, figure->computed);
      g_assert_cmpfloat_with_epsilon (figure->computed, figure->published, is_correlation ? 0.0005001 : 0.005001);
      correlations += is_correlation;
    }
  if (figures)
    g_assert_cmpuint (correlations, ==, 44);
}

/* -- the same samples as another laboratory would write them: other names, mg/g in the header, columns backwards -- */

static char *
other_name (const char *column)
{
  static const char *const names[][2] = { { "report", "Sample ID" }, { "product_name", "Strain" }, { "producer", "Client" },
                                          { "product_type", "Matrix" }, { "date_tested", "Test Date" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (column, names[i][0]) == 0)
      return g_strdup (names[i][1]);
  return g_strdup_printf ("%s (mg/g)", column);
}

static gboolean
is_kept (const char *column)
{
  return strcmp (column, "unit") && strcmp (column, "serving_size_mg") && !g_str_has_prefix (column, "total_");
}

static void
append_cell (GString *text, const char *column, const char *cell)
{
  g_autofree char *name = other_name (column);
  char *end;
  double value = g_ascii_strtod (cell, &end);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_str_has_suffix (name, "(mg/g)") && end != cell && *end == '\0')
    g_string_append (text, g_ascii_formatd (number, sizeof number, "%.6f", value * 10));
  else
    g_string_append_printf (text, "\"%s\"", cell);
}

static char *
translate (const char *path, const char *dir)
{
  g_autoptr (WhTable) table = wh_table_open (path, NULL);
  const char *const *header = wh_table_header (table);
  guint n = wh_table_columns (table), n_cells, line, unit = 0;
  g_autoptr (GString) text = g_string_new (NULL);
  char *out = g_build_filename (dir, "other.csv", NULL);
  char **cells;

  for (guint i = n; i-- > 0;)
    {
      g_autofree char *name = other_name (header[i]);
      unit = strcmp (header[i], "unit") ? unit : i;
      if (is_kept (header[i]))
        g_string_append_printf (text, "%s%s", text->len ? "," : "", name);
    }
  while (wh_table_next (table, &cells, &n_cells, &line, NULL))
    if (n_cells == n && strcmp (cells[unit], "percent") == 0)
      {
        gsize start = text->len;
        g_string_append_c (text, '\n');
        for (guint i = n; i-- > 0;)
          if (is_kept (header[i]))
            {
              g_string_append (text, text->len > start + 1 ? "," : "");
              append_cell (text, header[i], cells[i]);
            }
      }
  g_assert_true (g_file_set_contents (out, text->str, -1, NULL));
  return out;
}

static void
test_another_layout (void)
{
  g_autofree char *path = wh_test_shared (SMITH_FILE);
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *other = path ? translate (path, dir) : NULL;
  g_autoptr (GPtrArray) figures = path ? reproduce ("smith2022", path) : NULL;
  g_autoptr (GPtrArray) again = path ? reproduce ("smith2022", other) : NULL;

  for (guint i = 0; figures && i < figures->len; i++)
    {
      const WhFigure *a = figures->pdata[i], *b = again->pdata[i];
      g_test_message ("%s: %g, %g", a->key, a->computed, b->computed);
      g_assert_cmpfloat_with_epsilon (a->computed, b->computed, tolerance_of (a));
    }
  wh_test_remove_dir (dir);
}

/* What a file does not tell is not computed; a file that tells nothing is refused. */
static void
test_little_to_tell (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "little.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) figures = NULL;

  g_assert_true (g_file_set_contents (path, "Strain,THCA (%),CBD (%)\nA,20,0.1\nB,10,0.2\n", -1, NULL));
  figures = reproduce ("smith2022", path);
  g_assert_cmpfloat (((WhFigure *) figures->pdata[0])->computed, ==, 2);
  g_assert_true (isnan (((WhFigure *) figures->pdata[figures->len - 1])->computed));
  g_clear_pointer (&figures, g_ptr_array_unref);
  figures = reproduce ("watts2021", path);
  g_assert_true (isnan (((WhFigure *) figures->pdata[figures->len - 1])->computed));
  g_assert_null (wh_reproduce ("darwin1859", path, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "Strain,THCA (%)\nA,\nB,\n", -1, NULL));
  g_assert_null (wh_reproduce ("smith2022", path, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reproduce/smith2022", test_smith);
  g_test_add_func ("/reproduce/watts2021", test_watts);
  g_test_add_func ("/reproduce/another-layout", test_another_layout);
  g_test_add_func ("/reproduce/little-to-tell", test_little_to_tell);
  return g_test_run ();
}
