/* Any bytes as JSON: what is accepted is UTF-8 and can be walked, and what is written of it is read as the same. */
#include <string.h>

#include "base/wh-json-copy.h"
#include "wh-fuzz.h"

#define MOST_BYTES (1024 * 1024)

static char *
written (const WhJson *json)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_copy (wh_json_root (json), writer);
  return g_string_free (text, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJson) json = wh_json_parse ((const char *) data, size, MOST_BYTES, &error), again = NULL;
  g_autofree char *text = NULL, *text_again = NULL;

  g_assert_true ((json == NULL) == (error != NULL));
  if (!json)
    return 0;
  g_assert_true (g_utf8_validate_len ((const char *) data, size, NULL));
  text = written (json);
  again = wh_json_parse (text, strlen (text), G_MAXSIZE, &error);
  g_assert_no_error (error);
  text_again = written (again);
  g_assert_cmpstr (text, ==, text_again);
  return 0;
}
