/* Files in, true reports out: made-up files in many layouts, and the shared real ones where they are. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/wh-error.h"
#include "core/wh-chemistry.h"
#include "service/wh-importer.h"
#include "support/wh-test.h"

typedef struct {
  char        *dir;
  WhStore     *store;
  WhPrincipal *principal;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = wh_test_make_dir ();
  fixture->principal = wh_principal_new_local ();
  fixture->store = wh_store_open (":memory:", WH_STORE_WRITE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_store_unref (fixture->store);
  wh_principal_unref (fixture->principal);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
}

static WhImportReport *
run (Fixture *fixture, const char *path, WhImportOptions options)
{
  g_autoptr (GError) error = NULL;
  WhImportReport *report = wh_importer_run (fixture->store, fixture->principal, path, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (report->rows, ==,
                    report->imported + report->updated + report->unchanged + report->duplicates + report->bad);
  return report;
}

static char *
write_file (Fixture *fixture, const char *name, const char *text)
{
  char *path = g_build_filename (fixture->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static WhImportReport *
run_text (Fixture *fixture, WhImportKind kind, const char *text)
{
  g_autofree char *path = write_file (fixture, "made.csv", text);

  return run (fixture, path, (WhImportOptions){ .kind = kind });
}

static guint
count_warnings (const WhImportReport *report, const char *code)
{
  guint n = 0;

  for (guint i = 0; report->warnings && i < report->warnings->len; i++)
    n += strcmp (((WhImportWarning *) report->warnings->pdata[i])->code, code) == 0;
  return n;
}

static const WhImportWarning *
find_warning (const WhImportReport *report, const char *code)
{
  for (guint i = 0; report->warnings && i < report->warnings->len; i++)
    if (strcmp (((WhImportWarning *) report->warnings->pdata[i])->code, code) == 0)
      return report->warnings->pdata[i];
  return NULL;
}

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

typedef struct {
  WhKind     kind;
  GPtrArray *rows;
} Collect;

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Collect *collect = user_data;

  return wh_reader_each (reader, collect->kind, collect_cb, collect->rows, error);
}

static GPtrArray *
rows_of (Fixture *fixture, WhKind kind)
{
  Collect collect = { kind, g_ptr_array_new_with_free_func (wh_entity_unref) };

  g_assert_true (wh_store_read (fixture->store, fixture->principal, read_cb, &collect, NULL));
  return collect.rows;
}

static const WhMeasure *
find_measure (GPtrArray *results, guint row, const char *key)
{
  return wh_panel_find (((WhLabResult *) results->pdata[row])->panel, wh_analyte_by_key (key)->index);
}

static void
test_another_labs_layout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "Sample Name,Client,Matrix,Test Date,THCA (%),Δ9-THC (%),b-Myrcene (mg/g),Limonene (%)\n"
                                                "Blue Dream,Acme,Flower,3/14/2024,21.5,0.4,6.2,ND\n"
                                                "\"Sour, Diesel\",Acme,Flower,2024-03-15,<0.05,oops,NT,<LOQ\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);
  const WhImportWarning *bad;

  g_assert_cmpstr (report->format, ==, "generic-lab");
  g_assert_cmpuint (report->imported, ==, 2);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "thca")->value, 215, 1e-9);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "beta_myrcene")->value, 6.2, 1e-9);
  g_assert_cmpint (find_measure (results, 0, "d_limonene")->state, ==, WH_STATE_NOT_DETECTED);
  g_assert_cmpint (find_measure (results, 1, "thca")->state, ==, WH_STATE_BELOW_LOQ);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 1, "thca")->loq, 0.5, 1e-9);
  g_assert_cmpint (find_measure (results, 1, "d_limonene")->state, ==, WH_STATE_BELOW_LOQ);
  g_assert_cmpint (find_measure (results, 1, "beta_myrcene")->state, ==, WH_STATE_NOT_TESTED);
  g_assert_null (find_measure (results, 1, "delta_9_thc"));
  bad = find_warning (report, "bad_cell");
  g_assert_cmpuint (bad->line, ==, 3);
  g_assert_cmpstr (bad->column, ==, "Δ9-THC (%)");
  g_assert_cmpstr (bad->value, ==, "oops");
  g_assert_cmpstr (bad->file, ==, "made.csv");
}

static void
test_semicolons_and_unit_column (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "strain;unit;thca;cbda;beta_myrcene\nOG Kush;mg/g;210;0.5;4\nOther;;210;0.5;4\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);

  g_assert_cmpuint (report->imported, ==, 2);
  g_assert_cmpuint (count_warnings (report, "no_unit"), ==, 1);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "thca")->value, 210, 1e-9);
  g_assert_cmpint (find_measure (results, 1, "thca")->unit, ==, WH_UNIT_UNKNOWN);
  g_assert_false (isnan (find_measure (results, 1, "thca")->value));
}

static void
test_long_layout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "Sample ID,Product Name,Analyte,Result Unit,Value,LOQ\n"
                                                "A1,Blue Dream,THCA,%,20,0.01\nA1,Blue Dream,Myrcene,%,0.8,0.01\n"
                                                "A2,Sour Diesel,THCA,mg/g,190,0.1\nA2,Sour Diesel,Lead,ppb,12,\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);

  g_assert_cmpuint (report->imported, ==, 4);
  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "thca")->value, 200, 1e-9);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 1, "thca")->value, 190, 1e-9);
  g_assert_nonnull (((WhLabResult *) results->pdata[1])->safety);
}

/* Samples of two labs that count alike, and of none that counts, stay apart. */
static void
test_long_samples_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "Sample ID,Product Name,Lab,Date,Analyte,Unit,Value\n"
                                                "1,Blue Dream,North,2026-01-01,THCA,%,20\n1,Blue Dream,North,2026-01-02,CBDA,%,1\n"
                                                "1,OG Kush,South,2026-01-01,THCA,%,22\n"
                                                ",Blue Dream,North,2026-01-01,THCA,%,19\n,Blue Dream,North,2026-02-01,THCA,%,18\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);

  g_assert_cmpuint (report->imported, ==, 5);
  g_assert_cmpuint (results->len, ==, 4);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "cbda")->value, 10, 1e-9);
}

/* A cell's own unit counts before the row's; a second column about the same analyte undoes no test. */
static void
test_cells_with_a_mind (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "name,unit,thca,THCA (%),caryophyllene,beta-caryophyllene\n"
                                                "A,mg/g,21.4 %,21.4,1.5,NT\nB,mg/g,200,22,NT,3\nC,ppm,2500000,,1500,1500\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);

  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "thca")->value, 214, 1e-9);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 0, "beta_caryophyllene")->value, 1.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 1, "thca")->value, 200, 1e-9);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 1, "beta_caryophyllene")->value, 3, 1e-9);
  g_assert_cmpint (find_measure (results, 2, "thca")->unit, ==, WH_UNIT_UNKNOWN);
  g_assert_cmpfloat_with_epsilon (find_measure (results, 2, "beta_caryophyllene")->value, 1.5, 1e-9);
  g_assert_cmpuint (count_warnings (report, "repeated_analyte"), ==, 1);
  g_assert_cmpuint (find_warning (report, "repeated_analyte")->line, ==, 3);
  g_assert_cmpuint (find_warning (report, "over_100_percent")->line, ==, 4);
}

/* The unit of a title, of a line of units and of a fraction; amounts with a decimal comma or their own unit. */
static void
test_units_and_commas (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "Results in mg/g\nname;type;thca;cbd;myrcene;linalool\nA;Usable Marijuana;214,5;2,145;< 0,3;BDL\n",
    "name;type;thca;cbd;myrcene;linalool\n;;%;%;mg/g;mg/g\nA;Buds;21,45;0,2145;<0,3;nd\n",
    "name,type,THCA (fraction),% CBD,terpenes: myrcene [mg/g],Linalool\nA,Plant (Flower - Cured),0.2145,0.2145,<0.3,ND %\n",
    "name,type,thca,cbd,myrcene,linalool\nA,\"Flower, Inhalable\",\"21,45 %\",\"0,2145 %\",\"< 0,03 %\",ND\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB, texts[i]);
      g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);
      g_autoptr (GPtrArray) batches = rows_of (fixture, WH_KIND_BATCH);
      guint last = results->len - 1;
      g_test_message ("%s", texts[i]);
      g_assert_cmpuint (report->imported, ==, 1);
      g_assert_cmpuint (count_warnings (report, "no_unit"), ==, 0);
      g_assert_cmpstr (((WhBatch *) batches->pdata[last])->product_type, ==, "flower");
      g_assert_cmpfloat_with_epsilon (find_measure (results, last, "thca")->value, 214.5, 1e-9);
      g_assert_cmpfloat_with_epsilon (find_measure (results, last, "cbd")->value, 2.145, 1e-9);
      g_assert_cmpfloat_with_epsilon (find_measure (results, last, "beta_myrcene")->loq, 0.3, 1e-9);
      tear_down (fixture, NULL);
      set_up (fixture, NULL);
    }
}

/* All of a sample's results in one cell. */
static void
test_listed_results (Fixture *fixture, gconstpointer data)
{
  static const char text[] =
    "product_name;product_type;results\n"
    "Blue Dream;Flower;[{\"name\": \"THCA\", \"value\": 21.5, \"units\": \"percent\"}, {\"key\": \"beta_myrcene\", \"value\": \"ND\", "
    "\"units\": \"mg/g\", \"lod\": 0.1}, {\"name\": \"Lead\", \"value\": 0.2, \"units\": \"ug/g\"}]\n"
    "Sour Diesel;Flower;[{\"name\": \"TH\n";
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB, text);
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);
  guint full = wh_panel_length (((WhLabResult *) results->pdata[0])->panel) ? 0 : 1;

  g_assert_cmpuint (report->imported, ==, 2);
  g_assert_cmpuint (count_warnings (report, "no_unit"), ==, 0);
  g_assert_cmpuint (count_warnings (report, "bad_cell"), ==, 1);
  g_assert_cmpuint (wh_panel_length (((WhLabResult *) results->pdata[full])->panel), ==, 2);
  g_assert_cmpfloat_with_epsilon (find_measure (results, full, "thca")->value, 215, 1e-9);
  g_assert_cmpint (find_measure (results, full, "beta_myrcene")->state, ==, WH_STATE_NOT_DETECTED);
  g_assert_cmpfloat_with_epsilon (find_measure (results, full, "beta_myrcene")->lod, 0.1, 1e-9);
}

/* Samples side by side, analytes down. */
static void
test_turned (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "Compound,Unit,Blue Dream,OG Kush\nTHCA,%,20,18\nCBD,%,ND,0.1\nMyrcene,mg/g,6,4\n"
                                                "Limonene,mg/g,3,\nLinalool,mg/g,1,2\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);

  g_assert_cmpuint (report->imported, ==, 2);
  g_assert_cmpuint (results->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_kush = find_measure (results, i, "thca")->value < 190;
      g_assert_cmpfloat_with_epsilon (find_measure (results, i, "thca")->value, is_kush ? 180 : 200, 1e-9);
      g_assert_cmpfloat_with_epsilon (find_measure (results, i, "beta_myrcene")->value, is_kush ? 4 : 6, 1e-9);
    }
}

static void
test_impossible_is_no_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_LAB,
                                                "name,unit,thca,cbd\nA,%,15.2,0.1\nB,%,18.1,0.1\nC,%,15069,0.1\nD,%,80,40\n");
  g_autoptr (GPtrArray) results = rows_of (fixture, WH_KIND_LAB_RESULT);
  const WhMeasure *lost = find_measure (results, 2, "thca");

  g_assert_cmpuint (find_warning (report, "lost_decimal_point")->line, ==, 4);
  g_assert_cmpstr (find_warning (report, "lost_decimal_point")->value, ==, "15069");
  g_assert_cmpuint (count_warnings (report, "over_100_percent"), ==, 2);   /* the cell, and D's sum */
  g_assert_cmpint (lost->unit, ==, WH_UNIT_UNKNOWN);
  g_assert_cmpstr (lost->text, ==, "15069");
  g_assert_true (isnan (wh_measure_estimate (lost)));
}

static void
test_unit_slip (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("name,unit,thca,cbd,beta_myrcene,d_limonene,linalool,alpha_pinene\n");
  g_autoptr (WhImportReport) report = NULL;

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (text, "S%u,%%,%u,0.1,0.%u,0.3,0.1,0.05\n", i, 15 + i % 5, 4 + i % 3);
  g_string_append (text, "Slip,%,7,1,5,3,1,0.5\n");
  report = run_text (fixture, WH_IMPORT_LAB, text->str);
  g_string_free (text, TRUE);
  g_assert_cmpuint (count_warnings (report, "unit_slip"), ==, 1);
  g_assert_cmpuint (find_warning (report, "unit_slip")->line, ==, 32);
}

static void
test_copied_columns (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("name,unit,thca,camphor,beta_myrcene\n");
  g_autoptr (WhImportReport) report = NULL;
  g_autoptr (GPtrArray) results = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "S%u,%%,%u.%u,%u.%u,0.4\n", i, 10 + i % 13, i, 10 + i % 13, i);
  report = run_text (fixture, WH_IMPORT_LAB, text->str);
  g_string_free (text, TRUE);
  results = rows_of (fixture, WH_KIND_LAB_RESULT);
  g_assert_cmpuint (count_warnings (report, "copied_column"), ==, 1);
  g_assert_cmpstr (find_warning (report, "copied_column")->column, ==, "camphor");
  g_assert_nonnull (find_measure (results, 0, "thca"));
  g_assert_null (find_measure (results, 0, "camphor"));
}

#define TWO_GOOD_ONE_BAD "name,type,popularity\nBlue Dream,Hybrid,0.9\n,Indica,0.1\nOG Kush,Hybrid,0.8\n"

static void
test_strict_refuses_the_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "strains.csv", TWO_GOOD_ONE_BAD);
  g_autoptr (WhImportReport) strict = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_STRAINS, .strict = TRUE });
  g_autoptr (WhImportReport) lenient = NULL;

  g_assert_true (strict->refused);
  g_assert_cmpuint (strict->bad, ==, 1);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
  lenient = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_STRAINS });
  g_assert_cmpuint (lenient->imported, ==, 2);
  g_assert_cmpuint (find_warning (lenient, "no_name")->line, ==, 3);
}

/* A name of control characters is none: a bad row like any other, and the good ones are kept. */
static void
test_name_of_control_characters (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char  *file, *text, *column;
    WhImportKind kind;
  } tables[] = {
    { "lab.csv", "Strain,Type,Sample ID,THCA (%)\nGood,flower,1,20.5\n\"\x01\x02\",flower,2,20.5\nBetter,flower,3,20.5\n", "Strain",
      WH_IMPORT_LAB },
    { "long.csv", "sample_id,name,analyte,value,unit\n1,Good,THCA,20.5,%\n\x01,\x02,THCA,20.5,%\n3,Better,THCA,20.5,%\n", "sample_id",
      WH_IMPORT_LAB },
    { "menu.csv", "name,category,price\nGood,flower,10\n\"\x01\x02\",flower,10\nBetter,flower,10\n", "name", WH_IMPORT_MENU },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *path = write_file (fixture, tables[i].file, tables[i].text);
      g_autoptr (WhImportReport) report = run (fixture, path, (WhImportOptions){ .kind = tables[i].kind });
      const WhImportWarning *warning = find_warning (report, "no_name");

      g_assert_cmpuint (report->bad, ==, 1);
      g_assert_cmpuint (report->imported, ==, 2);
      g_assert_cmpuint (warning->line, ==, 3);
      g_assert_cmpstr (warning->column, ==, tables[i].column);
    }
}

static void
test_dry_run_writes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "strains.csv", TWO_GOOD_ONE_BAD);
  g_autoptr (WhImportReport) report = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_STRAINS, .dry_run = TRUE });

  g_assert_cmpuint (report->imported, ==, 2);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
}

/* A name far down that an earlier page made known counts as it will when the file is imported. */
static void
test_dry_run_counts_as_the_import (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("name,type\n");
  g_autofree char *path = NULL;
  g_autoptr (WhImportReport) rehearsed = NULL;
  g_autoptr (WhImportReport) report = NULL;

  for (guint i = 0; i < 2500; i++)
    g_string_append_printf (text, "Strain %u%s,Hybrid\n", i % 1200, i < 1200 ? "" : i < 2400 ? "!" : "?");
  path = write_file (fixture, "strains.csv", text->str);
  g_string_free (text, TRUE);
  rehearsed = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_STRAINS, .dry_run = TRUE });
  report = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_STRAINS });
  g_assert_cmpuint (report->imported, ==, 1200);
  g_assert_cmpuint (rehearsed->imported, ==, report->imported);
  g_assert_cmpuint (rehearsed->updated, ==, report->updated);
  g_assert_cmpuint (rehearsed->unchanged, ==, report->unchanged);
}

static void
test_lists_and_labs_meet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) lab = run_text (fixture, WH_IMPORT_LAB, "name,unit,thca\nGorilla Glue #4,%,20\n");
  g_autoptr (WhImportReport) list = run_text (fixture, WH_IMPORT_STRAINS,
                                              "strain_slug,strain_category,strain_popularity\ngorilla-glue-4,Hybrid,0.5\n");
  g_autoptr (GPtrArray) strains = rows_of (fixture, WH_KIND_STRAIN);
  g_autoptr (GPtrArray) batches = rows_of (fixture, WH_KIND_BATCH);

  g_assert_cmpuint (strains->len, ==, 1);
  g_assert_cmpstr (((WhStrain *) strains->pdata[0])->name, ==, "Gorilla Glue #4");
  g_assert_cmpstr (((WhStrain *) strains->pdata[0])->type, ==, "hybrid");
  g_assert_true (wh_id_equal (&((WhBatch *) batches->pdata[0])->strain_id, &((WhEntity *) strains->pdata[0])->id));
}

static void
test_menu (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhImportReport) report = run_text (fixture, WH_IMPORT_MENU,
                                                "Product,Brand,Category,Store,Price,Size,In Stock\n"
                                                "Blue Dream,Acme,Flower,Green Door,$42.00,1/8 oz,yes\n"
                                                "Blue Dream Pre-rolls,Acme,Prerolls,Green Door,30,10pk x 0.5g,no\n"
                                                "Gummies 100mg,Acme,Edibles,Green Door,18,100mg,yes\n"
                                                "Broken,Acme,Flower,Green Door,cheap,3.5g,yes\n");
  g_autoptr (GPtrArray) products = rows_of (fixture, WH_KIND_PRODUCT);
  g_autoptr (GPtrArray) prices = rows_of (fixture, WH_KIND_PRICE);
  WhProduct *flower = products->pdata[0], *rolls = products->pdata[1], *gummies = products->pdata[2];

  g_assert_cmpuint (report->imported, ==, 4);
  g_assert_cmpint (flower->price_cents, ==, 4200);
  g_assert_cmpfloat_with_epsilon (flower->weight_grams, 3.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (rolls->weight_grams, 5, 1e-9);
  g_assert_cmpint (rolls->in_stock, ==, 0);
  g_assert_true (isnan (gummies->weight_grams));   /* milligrams of THC are no weight of the package */
  g_assert_cmpuint (prices->len, ==, 3);
  g_assert_cmpuint (count_warnings (report, "bad_cell"), >=, 1);
}

static void
test_no_layout (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "odd.csv", "a,b\n1,2\n");
  g_autofree char *nowhere = g_build_filename (fixture->dir, "nowhere.csv", NULL);
  WhImportOptions options = { .kind = WH_IMPORT_LAB };
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_importer_run (fixture->store, fixture->principal, path, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_importer_run (fixture->store, fixture->principal, nowhere, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

/* A pipe nobody writes into must be refused, not waited for. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "pipe.csv", NULL);
  WhImportOptions options = { .kind = WH_IMPORT_LAB };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (wh_importer_run (fixture->store, fixture->principal, path, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* Every row may be a kind of its own; the first pass heeds a cancellation. */
static void
test_many_kinds (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("name,product type,unit,thca,cbd,cbg,cbn,linalool\n");
  WhImportOptions options = { .kind = WH_IMPORT_LAB };
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (WhImportReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gint64 start;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "S%u,kind %u,%%,%u,1,2,3,0.1\n", i, i, 10 + i % 9);
  path = write_file (fixture, "kinds.csv", text->str);
  g_string_free (text, TRUE);
  g_cancellable_cancel (cancelled);
  g_assert_null (wh_importer_run (fixture->store, fixture->principal, path, &options, cancelled, NULL, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CANCELLED);
  options.dry_run = TRUE;
  start = g_get_monotonic_time ();
  report = run (fixture, path, options);
  g_assert_cmpuint (report->imported, ==, 20000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

/* Names of columns may be as long as cells, and there may be many of them. */
static void
test_wide_header (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("sample name,unit");
  gint64 start = g_get_monotonic_time ();
  g_autoptr (WhImportReport) report = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_c (text, '!');
  for (guint i = 0; i < 1500; i++)
    g_string_append_printf (text, ",column %u", i);
  g_string_append (text, ",thca\nA,");
  for (guint i = 0; i < 1500; i++)
    g_string_append (text, ",1");
  g_string_append (text, ",20\n");
  report = run_text (fixture, WH_IMPORT_LAB, text->str);
  g_string_free (text, TRUE);
  g_assert_cmpuint (report->imported, ==, 1);
  g_assert_cmpuint (strlen (find_warning (report, "no_unit")->column), <=, 200);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

/* -- the shared files -- */

static const struct {
  const char  *path;
  WhImportKind kind;
  const char  *format;
  guint64      rows;
} shared[] = {
  { "data/lab/mcr-ma-2014-2023.csv", WH_IMPORT_LAB, "mcr-ma", 7554 },
  { "data/lab/analytical360-wa-2018-07.csv", WH_IMPORT_LAB, "analytical360-wa", 23772 },
  { "data/lab/ct-brand-registry.csv", WH_IMPORT_LAB, "ct-registry", 14150 },
  { "data/lab/ca-results-long-2023.csv.gz", WH_IMPORT_LAB, "ca-results-long", 93404 },
  { "data/lab/watts2021-netherlands.csv", WH_IMPORT_LAB, "watts2021", 297 },
  { "data/strains/strain-info-2021.csv", WH_IMPORT_STRAINS, "strain-info-2021", 3439 },
  { "data/strains/effects-flavours.csv", WH_IMPORT_STRAINS, "effects-flavours", 1217 },
  { "data/strains/wa-traceability-names.csv", WH_IMPORT_STRAINS, "wa-traceability", 52606 },
  { "data/retail/retailers-us-2023.csv", WH_IMPORT_DISPENSARIES, "retailers-us", 7160 },
  { "data/retail/nj-menus-2025-06.csv", WH_IMPORT_MENU, "nj-menus", 2048 },
  { "data/retail/nj-dutchie-menu-2025-06.json", WH_IMPORT_MENU, "nj-dutchie", 226 },
  { "data/retail/ca-products-2023.csv", WH_IMPORT_MENU, "ca-products", 729 },
  { "data/reviews/reviews-anonymous.csv.gz", WH_IMPORT_REVIEWS, "reviews-anonymous", 101895 },
  { "data/analytes/analytes.json", WH_IMPORT_ANALYTES, "generic-analytes", 37 },
  { "data/analytes/terpenes.json", WH_IMPORT_ANALYTES, "generic-analytes", 21 },
  { "data/analytes/cannabinoids.json", WH_IMPORT_ANALYTES, "generic-analytes", 16 },
};

static void
test_shared_file (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *path = wh_test_shared (shared[i].path);
  g_autoptr (WhImportReport) first = NULL;
  g_autoptr (WhImportReport) again = NULL;
  gint64 revision;

  if (!path)
    return;
  first = run (fixture, path, (WhImportOptions){ .kind = shared[i].kind });
  revision = wh_store_revision (fixture->store);
  again = run (fixture, path, (WhImportOptions){ .kind = shared[i].kind });
  g_assert_cmpstr (first->format, ==, shared[i].format);
  g_assert_cmpuint (first->rows, ==, shared[i].rows);
  g_assert_cmpuint (first->imported + first->updated + first->unchanged, ==, again->unchanged);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, revision);
}

static void
test_connecticut_faults (Fixture *fixture, gconstpointer data)
{
  static const char *const copies[] = { "CANNABIDIOLS-CBD", "B-EUDESMOL", "FENCHONE", "CAMPHOR" };
  g_autofree char *path = wh_test_shared ("data/lab/ct-brand-registry.csv");
  g_autoptr (WhImportReport) report = NULL;
  guint found = 0;
  gboolean lost = FALSE;

  if (!path)
    return;
  report = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_LAB });
  for (guint i = 0; i < report->warnings->len; i++)
    {
      const WhImportWarning *warning = report->warnings->pdata[i];
      for (guint j = 0; j < G_N_ELEMENTS (copies); j++)
        found += strcmp (warning->code, "copied_column") == 0 && strcmp (warning->column, copies[j]) == 0;
      lost |= strcmp (warning->code, "lost_decimal_point") == 0 && g_str_has_prefix (warning->value, "15069");
    }
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (copies));
  g_assert_true (lost);
}

static void
test_california_truncation (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = wh_test_shared ("data/lab/ca-results-long-2023.csv.gz");
  g_autoptr (WhImportReport) report = NULL;

  if (!path)
    return;
  report = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_LAB });
  g_assert_cmpuint (count_warnings (report, "truncated_row"), ==, 85);
}

/* Smith et al. 2022: any cannabinoid over 40 % or a sum over 50 % drops the sample; then the type by THC:CBD. */
static gboolean
count_sample (const WhPanel *panel, guint *types)
{
  double largest = 0, sum = 0;

  for (guint i = 0; i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      double amount = measure->state == WH_STATE_VALUE ? measure->value : 0;
      if (wh_analyte_is_terpene (wh_analyte_get (measure->analyte)))
        continue;
      largest = MAX (largest, amount);
      sum += amount;
    }
  if (largest > 400 || sum > 500)
    return FALSE;
  types[wh_chemistry_type (wh_chemistry_total (panel, "delta_9_thc").estimate, wh_chemistry_total (panel, "cbd").estimate)]++;
  return TRUE;
}

static void
test_massachusetts_figures (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = wh_test_shared ("data/lab/mcr-ma-2014-2023.csv");
  g_autoptr (WhImportReport) report = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GHashTable) flower = g_hash_table_new (wh_id_hash, wh_id_equal);
  guint types[4] = { 0 }, kept = 0;

  if (!path)
    return;
  report = run (fixture, path, (WhImportOptions){ .kind = WH_IMPORT_LAB });
  g_assert_cmpuint (report->duplicates, ==, 335);
  g_assert_cmpuint (count_warnings (report, "no_unit"), ==, 123);
  batches = rows_of (fixture, WH_KIND_BATCH);
  results = rows_of (fixture, WH_KIND_LAB_RESULT);
  for (guint i = 0; i < batches->len; i++)
    if (g_strcmp0 (((WhBatch *) batches->pdata[i])->product_type, "flower") == 0)
      g_hash_table_add (flower, &((WhEntity *) batches->pdata[i])->id);
  for (guint i = 0; i < results->len; i++)
    {
      WhLabResult *result = results->pdata[i];
      if (strcmp (result->unit, "%") == 0 && g_hash_table_contains (flower, &result->batch_id))
        kept += count_sample (result->panel, types);
    }
  g_assert_cmpuint (kept, ==, 3507);
  g_assert_cmpuint (types[WH_TYPE_THC_DOMINANT], ==, 3229);
  g_assert_cmpuint (types[WH_TYPE_BALANCED], ==, 92);
  g_assert_cmpuint (types[WH_TYPE_CBD_DOMINANT], ==, 186);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/importer/another-labs-layout", test_another_labs_layout);
  ADD ("/importer/semicolons-and-unit-column", test_semicolons_and_unit_column);
  ADD ("/importer/long-layout", test_long_layout);
  ADD ("/importer/long-samples-apart", test_long_samples_apart);
  ADD ("/importer/cells-with-a-mind", test_cells_with_a_mind);
  ADD ("/importer/units-and-commas", test_units_and_commas);
  ADD ("/importer/listed-results", test_listed_results);
  ADD ("/importer/turned", test_turned);
  ADD ("/importer/impossible-is-no-number", test_impossible_is_no_number);
  ADD ("/importer/unit-slip", test_unit_slip);
  ADD ("/importer/copied-columns", test_copied_columns);
  ADD ("/importer/strict-refuses-the-file", test_strict_refuses_the_file);
  ADD ("/importer/name-of-control-characters", test_name_of_control_characters);
  ADD ("/importer/dry-run-writes-nothing", test_dry_run_writes_nothing);
  ADD ("/importer/dry-run-counts-as-the-import", test_dry_run_counts_as_the_import);
  ADD ("/importer/lists-and-labs-meet", test_lists_and_labs_meet);
  ADD ("/importer/menu", test_menu);
  ADD ("/importer/no-layout", test_no_layout);
  ADD ("/importer/pipe", test_pipe);
  ADD ("/importer/many-kinds", test_many_kinds);
  ADD ("/importer/wide-header", test_wide_header);
  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    {
      g_autofree char *file = g_path_get_basename (shared[i].path);
      g_autofree char *name = g_strdup_printf ("/importer/shared/%s", file);
      g_test_add (name, Fixture, GUINT_TO_POINTER (i), set_up, test_shared_file, tear_down);
    }
  ADD ("/importer/connecticut-faults", test_connecticut_faults);
  ADD ("/importer/california-truncation", test_california_truncation);
  ADD ("/importer/massachusetts-figures", test_massachusetts_figures);
  return g_test_run ();
}
