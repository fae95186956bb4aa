#include "base/wh-json-writer.h"
#include "base/wh-json.h"
#include "base/wh-limits.h"
#include "base/wh-random.h"
#include "support/wh-test.h"

#include <math.h>
#include <string.h>

static void
write_sample (WhJsonWriter *writer)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", "OG \"Kush\"");
  wh_json_writer_add_integer (writer, "n", -3);
  wh_json_writer_key (writer, "list");
  wh_json_writer_begin_array (writer);
  wh_json_writer_number (writer, 1.5, 2);
  wh_json_writer_null (writer);
  wh_json_writer_raw (writer, "{\"x\":1}");
  wh_json_writer_end_array (writer);
  wh_json_writer_key (writer, "empty");
  wh_json_writer_begin_object (writer);
  wh_json_writer_end_object (writer);
  wh_json_writer_add_boolean (writer, "ok", TRUE);
  wh_json_writer_add_number (writer, "price", 12.30, 2);
  wh_json_writer_end_object (writer);
}

static void
test_compact (void)
{
  g_autoptr (GString) out = g_string_new ("> ");
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);

  write_sample (writer);
  g_assert_cmpstr (out->str, ==,
                   "> {\"name\":\"OG \\\"Kush\\\"\",\"n\":-3,\"list\":[1.5,null,{\"x\":1}],\"empty\":{},\"ok\":true,\"price\":12.3}");
  g_assert_cmpuint (out->len, ==, strlen (out->str));
}

static void
test_indented (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 2);

  write_sample (writer);
  g_assert_cmpstr (out->str, ==,
                   "{\n  \"name\": \"OG \\\"Kush\\\"\",\n  \"n\": -3,\n  \"list\": [\n    1.5,\n    null,\n    {\"x\":1}\n  ],\n"
                   "  \"empty\": {},\n  \"ok\": true,\n  \"price\": 12.3\n}");
}

static char *
written_string (const char *text)
{
  GString *out = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);

  wh_json_writer_string (writer, text);
  return g_string_free (out, FALSE);
}

static void
test_strings (void)
{
  static const struct { const char *text, *expected; } cases[] = {
    { "", "\"\"" }, { "plain", "\"plain\"" }, { NULL, "null" }, { "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
    { "\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"" }, { "α-Pinene", "\"α-Pinene\"" },
    { "a\302\200\302\233m\302\237\302\240z\302\233", "\"a\\u0080\\u009bm\\u009f\302\240z\\u009b\"" },
    { "bad\xff" "byte", "\"bad\xef\xbf\xbd" "byte\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *written = written_string (cases[i].text);

      g_assert_cmpstr (written, ==, cases[i].expected);
    }
}

static char *
written_number (double value, int decimals)
{
  GString *out = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);

  wh_json_writer_number (writer, value, decimals);
  return g_string_free (out, FALSE);
}

static void
test_numbers (void)
{
  static const struct { double value; int decimals; const char *expected; } cases[] = {
    { 0, 2, "0" }, { -0.0, -1, "0" }, { 12.345, 2, "12.35" }, { 12.3, 4, "12.3" }, { 12, 4, "12" }, { -0.001, 2, "0" },
    { -1.25, 1, "-1.3" }, { 0.05, 3, "0.05" }, { 1e14, 3, "100000000000000" }, { 123456789.123, 9, "123456789.123" },
    { 99.999, 2, "100" }, { 1.0 / 3, 20, "0.333333333" }, { 0.1, -1, "0.1" }, { 1.0 / 3, -1, "0.3333333333333333" },
    { 5e-10, -1, "5e-10" }, { 1e300, -1, "1e+300" }, { 1e300, 2, "1e+300" }, { 877, -1, "877" }, { 0.1 + 0.2, -1, "0.30000000000000004" },
    { NAN, 2, "null" }, { INFINITY, -1, "null" }, { -INFINITY, 0, "null" }, { 2.5, 0, "3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *written = written_number (cases[i].value, cases[i].decimals);

      g_assert_cmpstr (written, ==, cases[i].expected);
    }
}

static void
test_integers (void)
{
  static const gint64 values[] = { 0, 1, -1, 10, 1000000, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (out, 0);
      g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, values[i]);

      wh_json_writer_integer (writer, values[i]);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

/* decimals < 0 reads back as the same double; otherwise within half of the last decimal, or of the fifteenth digit. */
static void
test_numbers_read_back (void)
{
  WhRng rng;

  wh_rng_init (&rng, 23);
  for (guint i = 0; i < 50000; i++)
    {
      double value = wh_rng_normal (&rng, 0, 1) * pow (10, (int) wh_rng_below (&rng, 30) - 15);
      int decimals = (int) wh_rng_below (&rng, 10);
      g_autofree char *exact = written_number (value, -1);
      g_autofree char *rounded = written_number (value, decimals);
      double difference = fabs (g_ascii_strtod (rounded, NULL) - value);

      g_assert_cmpfloat (g_ascii_strtod (exact, NULL), ==, value);
      g_assert_cmpfloat (difference, <=, 0.5000001 * pow (10, -decimals) + fabs (value) * 5e-15);
    }
}

static void
test_reader_understands (void)
{
  WhRng rng;

  wh_rng_init (&rng, 29);
  for (guint i = 0; i < 5000; i++)
    {
      char text[9] = { 0 };
      g_autofree char *written = NULL;
      g_autofree char *valid = NULL;

      for (guint j = 0; j < sizeof text - 1; j++)
        text[j] = (char) (1 + wh_rng_below (&rng, 255));
      written = written_string (text);
      valid = g_utf8_make_valid (text, -1);
      g_autoptr (WhJson) json = wh_json_parse (written, strlen (written), WH_LIMIT_JSON_BYTES, NULL);
      g_assert_nonnull (json);
      g_assert_cmpstr (wh_json_string (wh_json_root (json), NULL), ==, valid);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json-writer/compact", test_compact);
  g_test_add_func ("/base/json-writer/indented", test_indented);
  g_test_add_func ("/base/json-writer/strings", test_strings);
  g_test_add_func ("/base/json-writer/numbers", test_numbers);
  g_test_add_func ("/base/json-writer/integers", test_integers);
  g_test_add_func ("/base/json-writer/numbers-read-back", test_numbers_read_back);
  g_test_add_func ("/base/json-writer/reader-understands", test_reader_understands);
  return g_test_run ();
}
