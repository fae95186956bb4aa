#include "base/wh-csv.h"
#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-random.h"
#include "support/wh-test.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
  char *dir;
  char *path;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->dir = wh_test_make_dir ();
  place->path = g_build_filename (place->dir, data ? data : "a.csv", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  wh_test_remove_dir (place->dir);
  g_free (place->dir);
  g_free (place->path);
}

static WhCsv *
open_text (Place *place, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  WhCsv *csv;

  g_assert_true (g_file_set_contents (place->path, text, length, &error));
  csv = wh_csv_open (place->path, &error);
  wh_test_no_error (error);
  return csv;
}

/* All rows as "line:cell|cell" lines, then "!" and the code's word for an error. */
static char *
describe (WhCsv *csv)
{
  GString *all = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  WhCsvRow row;

  while (wh_csv_next (csv, &row, &error))
    {
      g_autofree char *cells = g_strjoinv ("|", row.cells);

      g_assert_cmpuint (g_strv_length (row.cells), ==, row.n_cells);
      g_string_append_printf (all, "%u:%s\n", row.line, cells);
    }
  if (error)
    g_string_append_printf (all, "!%s", wh_error_word (error->code));
  g_assert_false (wh_csv_next (csv, &row, NULL));
  return g_string_free (all, FALSE);
}

static void
assert_rows (Place *place, const char *text, const char *expected)
{
  g_autoptr (WhCsv) csv = open_text (place, text, -1);
  g_autofree char *rows = describe (csv);

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_places (Place *place, gconstpointer data)
{
  assert_rows (place, "a,b\n1,2\n", "1:a|b\n2:1|2\n");
  assert_rows (place, "a,b\r\n1,2\r\n3,4", "1:a|b\n2:1|2\n3:3|4\n");
  assert_rows (place, "a\rb\nc\r\nd\n\re\n", "1:a\n2:b\n3:c\n4:d\n6:e\n");
  assert_rows (place, "a,b\r1,2\r", "1:a|b\n2:1|2\n");
  assert_rows (place, "\n\na,b\n \t \n\r\n1,2\n", "3:a|b\n6:1|2\n");
  assert_rows (place, "a,\"x\ny\r\nz\",b\n1,2,3\n", "1:a|x\ny\r\nz|b\n4:1|2|3\n");
  assert_rows (place, "a,\"\"\"q\"\" \",\n\"\",,\n", "1:a|\"q\" |\n2:||\n");
  assert_rows (place, " a , b \n5\" pipe,6\n", "1:a|b\n2:5\" pipe|6\n");
  assert_rows (place, "", "");
  assert_rows (place, "\xef\xbb\xbfname,b\n", "1:name|b\n");
  assert_rows (place, "\xef\xbb\xbf", "");
}

static void
test_delimiters (Place *place, gconstpointer data)
{
  assert_rows (place, "a;b;c\n1,5;2;3\n", "1:a|b|c\n2:1,5|2|3\n");
  assert_rows (place, "a\tb\n1\t\n\t\n", "1:a|b\n2:1|\n3:|\n");
  assert_rows (place, "\"x;y;z;w\",b\n1,2\n", "1:x;y;z;w|b\n2:1|2\n");
  assert_rows (place, "alone\n1,2\n", "1:alone\n2:1|2\n");
}

/* What stands above a table does not decide how its cells are parted. */
static void
test_titles (Place *place, gconstpointer data)
{
  assert_rows (place, "Results, 2026\n\na;b;c;d\n1,5;2;3;4\n", "1:Results, 2026\n3:a|b|c|d\n4:1,5|2|3|4\n");
  assert_rows (place, "All in %\na\tb\n1\t2\n", "1:All in %\n2:a|b\n3:1|2\n");
  assert_rows (place, "name,aliases\nA,x;y;z;u\nB,v;w;x;y\n", "1:name|aliases\n2:A|x;y;z;u\n3:B|v;w;x;y\n");
}

static void
test_encodings (Place *place, gconstpointer data)
{
  assert_rows (place, "a,b\nJalape\xf1o,Cr\xe8me \x80\n", "1:a|b\n2:Jalapeño|Crème €\n");
  assert_rows (place, "Jalapeño,x\x81y\n", "1:Jalapeño|x\xef\xbf\xbdy\n");
}

static void
test_open_quote (Place *place, gconstpointer data)
{
  g_autoptr (WhCsv) csv = open_text (place, "a,b\n1,2\n3,\"4\n5,6\n7,8\n", -1);
  g_autoptr (GError) error = NULL;
  WhCsvRow row;

  g_assert_true (wh_csv_next (csv, &row, &error));
  g_assert_true (wh_csv_next (csv, &row, &error));
  g_assert_false (wh_csv_next (csv, &row, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "Line 3"));
}

static void
test_long_cell (Place *place, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("a,b\n\n1,\"");
  g_autofree char *rows = NULL;

  for (guint i = 0; i < 20 * WH_LIMIT_IMPORT_CELL / 100; i++)
    g_string_append (text, "1,2,3,4\n");
  g_autoptr (WhCsv) csv = open_text (place, text->str, (gssize) text->len);
  rows = describe (csv);
  g_assert_cmpstr (rows, ==, "1:a|b\n!too_large");
}

static void
test_many_columns (Place *place, gconstpointer data)
{
  g_autofree char *most = g_strnfill (WH_LIMIT_IMPORT_COLUMNS - 1, ',');
  g_autofree char *text = g_strconcat (most, "\n", most, ",\n", NULL);
  g_autoptr (WhCsv) csv = open_text (place, text, -1);
  g_autoptr (GError) error = NULL;
  WhCsvRow row;

  g_assert_true (wh_csv_next (csv, &row, &error));
  g_assert_cmpuint (row.n_cells, ==, WH_LIMIT_IMPORT_COLUMNS);
  g_assert_false (wh_csv_next (csv, &row, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "Line 2"));
}

/* Rows that straddle the read buffer, with quotes, both line ends and many bytes in all. */
static void
test_across_buffers (Place *place, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("id,note\n");
  g_autoptr (WhCsv) csv = NULL;
  WhCsvRow row;
  guint n = 0;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "%u,\"note\n%u\"%s", i, i * 7, i % 3 ? "\r\n" : "\n");
  csv = open_text (place, text->str, (gssize) text->len);
  g_assert_true (wh_csv_next (csv, &row, NULL));
  for (; wh_csv_next (csv, &row, NULL); n++)
    {
      g_autofree char *note = g_strdup_printf ("note\n%u", n * 7);

      g_assert_cmpuint (row.line, ==, 2 + 2 * n);
      g_assert_cmpuint (g_ascii_strtoull (row.cells[0], NULL, 10), ==, n);
      g_assert_cmpstr (row.cells[1], ==, note);
      g_assert_cmpfloat (wh_csv_progress (csv), <=, 1);
    }
  g_assert_cmpuint (n, ==, 20000);
  g_assert_cmpfloat (wh_csv_progress (csv), ==, 1);
}

static GByteArray *
pack (const char *text)
{
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  GByteArray *packed = g_byte_array_new ();
  gsize n_read, n_written;
  guint8 buffer[4096];

  g_assert_cmpint (g_converter_convert (G_CONVERTER (gzip), text, strlen (text), buffer, sizeof buffer, G_CONVERTER_INPUT_AT_END,
                                        &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_byte_array_append (packed, buffer, (guint) n_written);
  return packed;
}

static char *
describe_packed (Place *place, const GByteArray *packed)
{
  g_autoptr (WhCsv) csv = open_text (place, (const char *) packed->data, packed->len);

  return describe (csv);
}

static void
test_gzip (Place *place, gconstpointer data)
{
  g_autoptr (GByteArray) packed = pack ("a,b\n1,2\n");
  g_autoptr (GByteArray) second = pack ("3,4\n5,6\n7,8\n");
  g_autofree char *rows = describe_packed (place, packed);
  g_autofree char *rows_of_two = NULL;

  g_assert_cmpstr (rows, ==, "1:a|b\n2:1|2\n");
  /* What stands in a second part may not be left out in silence. */
  g_byte_array_append (packed, second->data, second->len);
  rows_of_two = describe_packed (place, packed);
  g_assert_true (g_str_has_suffix (rows_of_two, "!invalid"));
}

static char *
read_rows (Place *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhCsv) csv = wh_csv_open (place->path, &error);

  wh_test_no_error (error);
  return describe (csv);
}

/* Both byte orders, told by the mark. */
static void
test_utf_16 (Place *place, gconstpointer data)
{
  static const char little[] = "\xff\xfe" "a\0,\0b\0\n\0\xb1\x03,\0" "2\0\n\0";
  static const char big[] = "\xfe\xff" "\0a\0,\0b\0\n\x03\xb1\0,\0" "2\0\n";
  g_autofree char *rows = NULL;
  g_autofree char *again = NULL;

  g_assert_true (g_file_set_contents (place->path, little, sizeof little - 1, NULL));
  rows = read_rows (place);
  g_assert_cmpstr (rows, ==, "1:a|b\n2:α|2\n");
  g_assert_true (g_file_set_contents (place->path, big, sizeof big - 1, NULL));
  again = read_rows (place);
  g_assert_cmpstr (again, ==, rows);
}

static void
assert_refused (Place *place, const char *bytes, gssize length, WhErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (place->path, bytes, length, NULL));
  g_assert_null (wh_csv_open (place->path, &error));
  g_assert_error (error, WH_ERROR, (int) code);
}

static void
test_bad_gzip (Place *place, gconstpointer data)
{
  g_autoptr (GByteArray) packed = pack ("a,b\n1,2\n");

  assert_refused (place, "a,b\n1,2\n", -1, WH_ERROR_INVALID);
  assert_refused (place, (const char *) packed->data, packed->len - 6, WH_ERROR_INVALID);
}

static void
test_unreadable (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_csv_open (place->path, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (wh_csv_open (place->dir, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  assert_refused (place, "a\0,\0b\0\n\0", 8, WH_ERROR_INVALID);
}

/* Whatever the bytes: rows with rising lines and valid text, then an end or an error. */
static void
test_mutations (Place *place, gconstpointer data)
{
  static const char alphabet[] = "\"\",;\t\r\n ax\xe9\xc3";
  WhRng rng;

  wh_rng_init (&rng, 31);
  for (guint i = 0; i < 2000; i++)
    {
      char text[81] = { 0 };
      guint last_line = 0;
      WhCsvRow row;

      for (guint j = 0; j < sizeof text - 1; j++)
        text[j] = alphabet[wh_rng_below (&rng, sizeof alphabet - 1)];
      g_autoptr (WhCsv) csv = open_text (place, text, -1);
      for (; wh_csv_next (csv, &row, NULL); last_line = row.line)
        {
          g_assert_cmpuint (row.line, >, last_line);
          g_assert_cmpuint (row.n_cells, >, 0);
          for (guint cell = 0; cell < row.n_cells; cell++)
            g_assert_true (g_utf8_validate (row.cells[cell], -1, NULL));
        }
    }
}

static void
assert_shared_file (const char *name, guint expected_rows)
{
  g_autofree char *path = wh_test_shared (name);
  g_autoptr (GError) error = NULL;
  guint n_columns = 0, n_rows = 0;
  WhCsvRow row;

  if (!path)
    return;
  g_autoptr (WhCsv) csv = wh_csv_open (path, &error);
  wh_test_no_error (error);
  for (; wh_csv_next (csv, &row, &error); n_rows++)
    {
      n_columns = n_columns ? n_columns : row.n_cells;
      g_assert_cmpuint (row.n_cells, ==, n_columns);
    }
  wh_test_no_error (error);
  g_assert_cmpuint (n_rows, ==, expected_rows + 1);
}

static void
test_real_files (Place *place, gconstpointer data)
{
  assert_shared_file ("data/lab/mcr-ma-2014-2023.csv", 7554);
  assert_shared_file ("data/lab/ca-results-long-2023.csv.gz", 93404);
  assert_shared_file ("data/retail/retailers-us-2023.csv", 7160);
  assert_shared_file ("data/strains/wa-traceability-names.csv", 52606);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/csv/places", Place, NULL, set_up, test_places, tear_down);
  g_test_add ("/base/csv/delimiters", Place, NULL, set_up, test_delimiters, tear_down);
  g_test_add ("/base/csv/titles", Place, NULL, set_up, test_titles, tear_down);
  g_test_add ("/base/csv/utf-16", Place, NULL, set_up, test_utf_16, tear_down);
  g_test_add ("/base/csv/encodings", Place, NULL, set_up, test_encodings, tear_down);
  g_test_add ("/base/csv/open-quote", Place, NULL, set_up, test_open_quote, tear_down);
  g_test_add ("/base/csv/long-cell", Place, NULL, set_up, test_long_cell, tear_down);
  g_test_add ("/base/csv/many-columns", Place, NULL, set_up, test_many_columns, tear_down);
  g_test_add ("/base/csv/across-buffers", Place, NULL, set_up, test_across_buffers, tear_down);
  g_test_add ("/base/csv/gzip", Place, "a.csv.gz", set_up, test_gzip, tear_down);
  g_test_add ("/base/csv/bad-gzip", Place, "a.csv.gz", set_up, test_bad_gzip, tear_down);
  g_test_add ("/base/csv/unreadable", Place, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/base/csv/mutations", Place, NULL, set_up, test_mutations, tear_down);
  g_test_add ("/base/csv/real-files", Place, NULL, set_up, test_real_files, tear_down);
  return g_test_run ();
}
