/* The same samples as other laboratories would write them must give the same figures. */
#include <math.h>
#include <string.h>

#include "core/wh-analyte.h"
#include "service/wh-import-table.h"
#include "service/wh-reproduce.h"
#include "support/wh-test.h"

#define SMITH_FILE "data/lab/mcr-ma-2014-2023.csv"
#define WATTS_FILE "data/lab/watts2021-netherlands.csv"
#define N_ROWS 2500      /* of a file are enough to tell layouts apart */
#define TOLERANCE 2e-3   /* relative or absolute, whichever is more: restarts of k-means, rounded amounts */

typedef struct {
  const char *from, *to;
} Word;

typedef struct {
  const char *name;
  const char *title;          /* lines above the header */
  const Word *columns;        /* other names; to NULL: left out */
  const char *analyte;        /* "%s (mg/g)": how a column of amounts is headed */
  const Word *words;          /* other words in cells */
  const char *amount;         /* "%s%%": how an amount is written */
  const char *unit;           /* of a line of units below the header, or of each row of a long layout */
  double      factor;         /* amounts in its unit for one of the file's */
  const char *separator;
  char        point;
  const char *charset;
  gboolean    backwards, flower_only, is_long, is_turned;
} Layout;

/* -- Massachusetts in other hands -- */

static const Word client[] = {
  { "report", "Sample ID" }, { "product_name", "Strain" }, { "producer", "Client" }, { "product_type", "Matrix" },
  { "date_tested", "Test Date" }, { "unit", NULL }, { "serving_size_mg", NULL }, { "total_cannabinoids", NULL },
  { "total_terpenes", NULL }, { NULL, NULL }
};
static const Word research[] = {
  { "report", "u_id" }, { "product_name", "strain_slug" }, { "producer", "anon_producer" }, { "product_type", NULL },
  { "date_tested", "test_date" }, { "unit", NULL }, { "serving_size_mg", NULL }, { "total_cannabinoids", NULL },
  { "total_terpenes", NULL }, { "delta_9_thc", "thc" }, { "delta_8_thc", "d8_thc" }, { "alpha_pinene", "a_pinene" },
  { "beta_pinene", "b_pinene" }, { "beta_myrcene", "myrcene" }, { "delta_3_carene", "carene" },
  { "alpha_terpinene", "a_terpinene" }, { "d_limonene", "limonene" }, { "para_cymene", "p_cymene" },
  { "alpha_ocimene", "ocimene_1" }, { "beta_ocimene", "ocimene_2" }, { "gamma_terpinene", "g_terpinene" },
  { "beta_caryophyllene", "caryophyllene" }, { "alpha_humulene", "humulene" }, { "cis_nerolidol", "cis_nerolidol_1" },
  { "trans_nerolidol", "trans_nerolidol_1" }, { "alpha_bisabolol", "bisabolol" }, { NULL, NULL }
};
static const Word greek[] = {
  { "report", "Lab ID" }, { "product_name", "Sample Name" }, { "producer", "Client Name" }, { "product_type", "Sample Type" },
  { "date_tested", "Completed" }, { "unit", NULL }, { "serving_size_mg", NULL }, { "total_cannabinoids", "Total Cannabinoids" },
  { "total_terpenes", "Total Terpenes" }, { "delta_9_thc", "Δ9-THC" }, { "delta_8_thc", "Δ8-THC" }, { "thca", "THCa" },
  { "alpha_pinene", "α-Pinene" }, { "beta_pinene", "β-Pinene" }, { "beta_myrcene", "β-Myrcene" },
  { "delta_3_carene", "δ-3-Carene" }, { "alpha_terpinene", "α-Terpinene" }, { "d_limonene", "δ-Limonene" },
  { "para_cymene", "p-Isopropyltoluene" }, { "alpha_ocimene", "α-Ocimene" }, { "beta_ocimene", "trans-β-Ocimene" },
  { "gamma_terpinene", "γ-Terpinene" }, { "beta_caryophyllene", "trans-β-Caryophyllene" }, { "alpha_humulene", "α-Humulene" },
  { "cis_nerolidol", "cis-Nerolidol" }, { "trans_nerolidol", "trans-Nerolidol" }, { "alpha_bisabolol", "(-)-α-Bisabolol" },
  { "caryophyllene_oxide", "(-)-Caryophyllene Oxide" }, { "eucalyptol", "Eucalyptol (1,8-Cineole)" }, { NULL, NULL }
};
static const Word plain[] = {
  { "report", "Report Number" }, { "product_name", "Product" }, { "producer", "Cultivator" }, { "product_type", "Category" },
  { "date_tested", "Date Tested" }, { "unit", NULL }, { "serving_size_mg", NULL }, { "total_cannabinoids", NULL },
  { "total_terpenes", NULL }, { "delta_9_thc", "D9 THC" }, { "alpha_pinene", "Alpha Pinene" }, { "beta_pinene", "Beta Pinene" },
  { "beta_myrcene", "Beta Myrcene" }, { "delta_3_carene", "3-Carene" }, { "d_limonene", "D-Limonene" },
  { "para_cymene", "P-Cymene" }, { "alpha_ocimene", "Alpha Ocimene" }, { "beta_ocimene", "Beta Ocimene" },
  { "beta_caryophyllene", "Beta Caryophyllene" }, { "alpha_humulene", "Alpha Humulene" },
  { "alpha_bisabolol", "Alpha Bisabolol" }, { "cis_nerolidol", "Nerolidol 1" }, { "trans_nerolidol", "Nerolidol 2" },
  { NULL, NULL }
};
static const Word states[] = {
  { "flower", "Plant (Flower - Cured)" }, { "ND", "BDL" }, { "<LOQ", "< 0.01" }, { "", "NR" }, { NULL, NULL }
};
static const Word more_states[] = {
  { "flower", "Medical Marijuana Flower" }, { "ND", "Not Detected" }, { "<LOQ", "BLOQ" }, { "", "-" }, { NULL, NULL }
};
static const Word buds[] = { { "flower", "Buds" }, { "ND", "<LOD" }, { "<LOQ", "<LOQ" }, { "", "NT" }, { NULL, NULL } };
static const Word usable[] = { { "flower", "usable marijuana" }, { "ND", "n.d." }, { "", "—" }, { NULL, NULL } };
static const Word as_is[] = { { NULL, NULL } };

static const Layout as_shared = { .name = "as-shared", .columns = as_is, .words = as_is, .factor = 1 };
static const Layout smith_layouts[] = {
  { .name = "mg-per-g-backwards", .columns = client, .analyte = "%s (mg/g)", .words = as_is, .factor = 10, .backwards = TRUE },
  { .name = "research-table", .columns = research, .words = as_is, .factor = 1, .flower_only = TRUE },
  { .name = "greek-percent", .columns = greek, .analyte = "%s (%%)", .words = states, .factor = 1 },
  { .name = "percent-first", .columns = greek, .analyte = "%% %s", .words = buds, .factor = 1, .separator = "\t" },
  { .name = "semicolons-commas-latin-1", .columns = plain, .analyte = "%s [%% w/w]", .words = more_states, .factor = 1, .separator = ";",
    .point = ',', .charset = "ISO-8859-1", .title = "Results, 2014 to 2023\nLaboratory of Massachusetts\n" },
  { .name = "title-utf-16", .columns = client, .words = buds, .factor = 1e4, .separator = "\t", .charset = "UTF-16",
    .title = "All results in ppm\n\n" },
  { .name = "line-of-units", .columns = plain, .words = usable, .factor = 1e4, .unit = "ug/g" },
  { .name = "cells-with-units", .columns = plain, .words = states, .amount = "%s%%", .factor = 1 },
  { .name = "cells-with-mg", .columns = greek, .words = states, .amount = "%s mg/g", .factor = 10, .separator = ";", .point = ',' },
  { .name = "micrograms", .columns = plain, .analyte = "%s (ug/g)", .words = more_states, .factor = 1e4 },
  { .name = "parts-per-million", .columns = greek, .analyte = "%s, ppm", .words = usable, .factor = 1e4 },
  { .name = "fractions", .columns = plain, .analyte = "%s (fraction)", .words = usable, .factor = 0.01 },
  { .name = "underscores", .columns = client, .analyte = "%s_percent", .words = usable, .factor = 1 },
  { .name = "long", .columns = client, .words = states, .factor = 10, .unit = "mg/g", .is_long = TRUE },
  { .name = "long-named-units", .columns = plain, .analyte = "%s (ug/g)", .words = usable, .factor = 1e4, .is_long = TRUE },
  { .name = "long-semicolons", .columns = greek, .words = buds, .factor = 1, .unit = "%", .is_long = TRUE, .separator = ";",
    .point = ',' },
};

/* -- the Netherlands in other hands -- */

static const Word watts_greek[] = {
  { "Sample", "ID" }, { "Sample_Name", "Cultivar" }, { "type", NULL }, { "a_pinene", "α-Pinene" }, { "b_pinene", "β-Pinene" },
  { "myrcene", "β-Myrcene" }, { "a_phella", "α-Phellandrene" }, { "d_carene", "δ-3-Carene" }, { "ocimene", "Ocimene" },
  { "g_terpinene", "γ-Terpinene" }, { "b_phella_limonene", "β-Phellandrene/Limonene" }, { "b_fenchol", "β-Fenchol" },
  { "c_sabinene", "cis-Sabinene" }, { "a_terpineol", "α-Terpineol" }, { "c_bergam", "cis-α-Bergamotene" },
  { "d_guaiene", "δ-Guaiene" }, { "BCP", "β-Caryophyllene" }, { "a_humulene", "α-Humulene" }, { "g_cadinene", "γ-Cadinene" },
  { "eudesma", "Eudesma-3,7(11)-diene" }, { "tr_BCP", "trans-β-Caryophyllene" }, { "a_guaiene", "α-Guaiene" },
  { "g_selinene", "γ-Selinene" }, { "a_gurjunen", "α-Gurjunene" }, { "BCP_oxide", "Caryophyllene oxide" },
  { "t_bergam", "trans-α-Bergamotene" }, { "tb_farnesene", "trans-β-Farnesene" }, { "g_elemene", "γ-Elemene" },
  { "g_eudesmol", "γ-Eudesmol" }, { "b_eudesmol", "β-Eudesmol" }, { "a_bisabolol", "α-Bisabolol" }, { "thc_total", "Total THC" },
  { "chemical_total", NULL }, { "mono_total", NULL }, { "sesqui_total", NULL }, { "canna_total", NULL }, { NULL, NULL }
};
static const Word watts_latin[] = {
  { "Sample", "Sample No" }, { "Sample_Name", "Strain" }, { "Label", NULL }, { "type", "Label" }, { "a_pinene", "a-pinene" },
  { "b_pinene", "b-pinene" }, { "myrcene", "b-myrcene" }, { "a_phella", "alpha-phellandrene" }, { "d_carene", "delta-carene" },
  { "ocimene", "beta-ocimene" }, { "g_terpinene", "g-terpinene" }, { "b_phella_limonene", "limonene + b-phellandrene" },
  { "b_fenchol", "fenchol" }, { "c_sabinene", "sabinene" }, { "a_terpineol", "a-terpineol" }, { "c_bergam", "cis-bergamotene" },
  { "d_guaiene", "d-guaiene" }, { "BCP", "caryophyllene" }, { "a_humulene", "humulene" }, { "g_cadinene", "g-cadinene" },
  { "eudesma", "eudesma" }, { "tr_BCP", "trans-caryophyllene" }, { "a_guaiene", "a-guaiene" }, { "g_selinene", "g-selinene" },
  { "a_gurjunen", "a-gurjunene" }, { "BCP_oxide", "BCP oxide" }, { "t_bergam", "trans-bergamotene" },
  { "tb_farnesene", "trans-b-farnesene" }, { "g_elemene", "g-elemene" }, { "g_eudesmol", "g-eudesmol" },
  { "b_eudesmol", "b-eudesmol" }, { "a_bisabolol", "bisabolol" }, { "thc_total", "THC total" }, { "chemical_total", NULL },
  { "mono_total", NULL }, { "sesqui_total", NULL }, { "canna_total", NULL }, { NULL, NULL }
};
static const Word dominant[] = {
  { "s", "Sativa" }, { "hs", "Sativa-dominant" }, { "h", "Hybrid" }, { "hi", "Indica-dominant hybrid" }, { "i", "Indica" },
  { NULL, NULL }
};

static const Layout watts_layouts[] = {
  { .name = "greek-words", .columns = watts_greek, .words = dominant, .factor = 1 },
  { .name = "latin-numbers", .columns = watts_latin, .analyte = "%s %%", .words = as_is, .factor = 0.01, .separator = ";", .point = ',' },
  { .name = "unit-in-brackets", .columns = watts_greek, .analyte = "%s (mg/g)", .words = dominant, .factor = 0.5, .separator = "\t",
    .title = "Terpenes of 297 samples\n" },
  { .name = "samples-across", .columns = watts_greek, .words = dominant, .factor = 1, .is_turned = TRUE },
};

/* -- writing a layout -- */

static const char *
word_for (const Word *words, const char *word)
{
  for (; words->from; words++)
    if (strcmp (words->from, word) == 0)
      return words->to;
  return word;
}

static gboolean
is_amount (const char *column)
{
  return wh_analyte_lookup (column) != NULL || strcmp (column, "thc_total") == 0;
}

static char *
heading (const Layout *layout, const char *column)
{
  const char *name = word_for (layout->columns, column);
  char **parts;
  char *text;

  if (!name || !layout->analyte || !is_amount (column))
    return g_strdup (name);
  parts = g_strsplit (layout->analyte, "%s", 2);
  text = g_strconcat (parts[0], name, parts[1], NULL);
  g_strfreev (parts);
  parts = g_strsplit (text, "%%", -1);
  g_free (text);
  text = g_strjoinv ("%", parts);
  g_strfreev (parts);
  return text;
}

static char *
amount_text (const Layout *layout, double amount)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  const char *form = layout->amount ? layout->amount : "%s";
  g_auto (GStrv) parts = g_strsplit (form, "%s", 2);

  g_ascii_formatd (number, sizeof number, "%.9g", amount * layout->factor);
  if (layout->point)
    g_strdelimit (number, ".", layout->point);
  return g_strconcat (number, g_str_has_prefix (parts[1], "%%") ? "%" : parts[1], NULL);
}

static char *
cell_text (const Layout *layout, const char *column, const char *cell)
{
  char *end;
  double amount = g_ascii_strtod (cell, &end);

  if (is_amount (column) && end != cell && *end == '\0')
    return amount_text (layout, amount);
  if (is_amount (column) || strcmp (column, "product_type") == 0 || strcmp (column, "Label") == 0)
    return g_strdup (word_for (layout->words, cell));
  return g_strdup (cell);
}

static gboolean
is_written (const Layout *layout, const char *column)
{
  return word_for (layout->columns, column) && (layout == &as_shared || !g_str_has_suffix (column, "_norm"));
}

static const char *
separator_of (const Layout *layout)
{
  return layout->separator ? layout->separator : ",";
}

static void
append_line (GString *text, const Layout *layout, GPtrArray *cells)
{
  for (guint i = 0; i < cells->len; i++)
    {
      const char *cell = cells->pdata[layout->backwards ? cells->len - 1 - i : i];
      g_auto (GStrv) parts = g_strsplit (cell, "\"", -1);
      g_autofree char *doubled = g_strjoinv ("\"\"", parts);
      gboolean quoted = strpbrk (cell, "\";,\t\n") != NULL;
      g_string_append_printf (text, quoted ? "%s\"%s\"" : "%s%s", i ? separator_of (layout) : "", doubled);
    }
  g_string_append_c (text, '\n');
}

/* One row a measurement, what else the row tells repeated before it. */
static void
append_long (GString *text, const Layout *layout, const char *const *header, char **row)
{
  for (guint i = 0; row[i]; i++)
    {
      g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *name = heading (layout, header[i]);
      if (!is_amount (header[i]) || !name)
        continue;
      for (guint j = 0; row[j]; j++)
        if (!is_amount (header[j]) && word_for (layout->columns, header[j]))
          g_ptr_array_add (cells, cell_text (layout, header[j], row[j]));
      g_ptr_array_add (cells, g_steal_pointer (&name));
      g_ptr_array_add (cells, cell_text (layout, header[i], row[i]));
      g_ptr_array_add (cells, g_strdup (layout->unit ? layout->unit : ""));
      append_line (text, layout, cells);
    }
}

static GPtrArray *
translate_row (const Layout *layout, const char *const *header, char **row)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; header[i]; i++)
    if (is_written (layout, header[i]))
      g_ptr_array_add (cells, row ? cell_text (layout, header[i], row[i]) : heading (layout, header[i]));
  return cells;
}

static void
append_header (GString *text, const Layout *layout, const char *const *header)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; header[i]; i++)
    if (is_written (layout, header[i]) && !(layout->is_long && is_amount (header[i])))
      {
        g_ptr_array_add (names, heading (layout, header[i]));
        g_ptr_array_add (units, g_strdup (is_amount (header[i]) ? layout->unit : ""));
      }
  if (layout->is_long)
    {
      g_ptr_array_add (names, g_strdup ("Analyte"));
      g_ptr_array_add (names, g_strdup ("Result"));
      g_ptr_array_add (names, g_strdup ("Units"));
    }
  append_line (text, layout, names);
  if (layout->unit && !layout->is_long)
    append_line (text, layout, units);
}

/* Rows become columns. */
static void
append_turned (GString *text, const Layout *layout, GPtrArray *rows)
{
  guint n = ((GPtrArray *) rows->pdata[0])->len;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) line = g_ptr_array_new ();
      for (guint j = 0; j < rows->len; j++)
        g_ptr_array_add (line, ((GPtrArray *) rows->pdata[j])->pdata[i]);
      append_line (text, layout, line);
    }
}

static int
position_of (const char *const *header, const char *column)
{
  for (int i = 0; header[i]; i++)
    if (strcmp (header[i], column) == 0)
      return i;
  return -1;
}

static gboolean
is_kept (const Layout *layout, const char *const *header, char **row)
{
  int unit = position_of (header, "unit"), type = position_of (header, "product_type");

  return (unit < 0 || strcmp (row[unit], "percent") == 0) && (!layout->flower_only || strcmp (row[type], "flower") == 0);
}

static void
append_rows (GString *text, const Layout *layout, WhTable *table)
{
  const char *const *header = wh_table_header (table);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  guint n_cells, line;
  char **cells;

  g_ptr_array_add (rows, translate_row (layout, header, NULL));
  for (guint n = 0; n < N_ROWS && wh_table_next (table, &cells, &n_cells, &line, NULL); n++)
    if (n_cells == wh_table_columns (table) && is_kept (layout, header, cells))
      {
        if (layout->is_long)
          append_long (text, layout, header, cells);
        else
          g_ptr_array_add (rows, translate_row (layout, header, cells));
      }
  for (guint i = 1; i < rows->len && !layout->is_turned; i++)
    append_line (text, layout, rows->pdata[i]);
  if (layout->is_turned)
    append_turned (text, layout, rows);
}

static char *
translate (const char *path, const char *dir, const char *name, const Layout *layout)
{
  g_autoptr (WhTable) table = wh_table_open (path, NULL);
  g_autoptr (GString) text = g_string_new (layout->title);
  char *out = g_build_filename (dir, name, NULL);
  g_autofree char *encoded = NULL;
  gsize length = 0;

  if (!layout->is_turned)
    append_header (text, layout, wh_table_header (table));
  append_rows (text, layout, table);
  encoded = g_convert_with_fallback (text->str, (gssize) text->len, layout->charset ? layout->charset : "UTF-8", "UTF-8", "?", NULL,
                                     &length, NULL);
  g_assert_nonnull (encoded);
  g_assert_true (g_file_set_contents (out, encoded, (gssize) length, NULL));
  return out;
}

/* -- the figures -- */

static GPtrArray *
reproduce (const char *study, const char *path, const char *strains)
{
  const WhReproduceOptions options = { .study = study, .path = path, .strains = strains };
  g_autoptr (GError) error = NULL;
  GPtrArray *figures = wh_reproduce (&options, NULL, NULL, &error);

  g_assert_no_error (error);
  return figures;
}

static void
compare (const GPtrArray *figures, const GPtrArray *again)
{
  g_assert_cmpuint (figures->len, ==, again->len);
  for (guint i = 0; i < figures->len; i++)
    {
      const WhFigure *a = figures->pdata[i], *b = again->pdata[i];
      g_test_message ("%s: %g, %g", a->key, a->computed, b->computed);
      g_assert_cmpfloat_with_epsilon (a->computed, b->computed, TOLERANCE * MAX (1, fabs (a->computed)));
    }
}

static void
test_layout (const char *study, const char *file, const Layout *layout)
{
  g_autofree char *path = wh_test_shared (file);
  g_autofree char *strains = path && strcmp (study, "smith2022") == 0 ? wh_test_shared ("data/strains/strain-info-2021.csv") : NULL;
  g_autofree char *dir = wh_test_make_dir ();
  static GPtrArray *expected;
  static const char *expected_of;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *plain_file = NULL;
  g_autofree char *other_file = NULL;

  if (!path)
    return;
  plain_file = translate (path, dir, "plain.csv", &as_shared);
  other_file = translate (path, dir, "other.csv", layout);
  if (g_strcmp0 (expected_of, study) != 0)
    {
      g_clear_pointer (&expected, g_ptr_array_unref);
      expected = reproduce (study, plain_file, strains);
      expected_of = study;
    }
  again = reproduce (study, other_file, strains);
  compare (expected, again);
  wh_test_remove_dir (dir);
}

static void
test_smith (gconstpointer layout)
{
  test_layout ("smith2022", SMITH_FILE, layout);
}

static void
test_watts (gconstpointer layout)
{
  test_layout ("watts2021", WATTS_FILE, layout);
}

static void
add (const char *study, const Layout *layout, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/reproduce-layouts/%s/%s", study, layout->name);

  g_test_add_data_func (path, layout, func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (smith_layouts); i++)
    add ("smith2022", &smith_layouts[i], test_smith);
  for (guint i = 0; i < G_N_ELEMENTS (watts_layouts); i++)
    add ("watts2021", &watts_layouts[i], test_watts);
  return g_test_run ();
}
