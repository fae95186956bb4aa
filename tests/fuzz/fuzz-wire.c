/* JSON of any shape as edits, changes and rows of every kind, and as samples: what is read is written as something that reads the same. */
#include <string.h>

#include "core/wh-nouns-shop.h"
#include "wh-fuzz.h"
#include "wire/wh-wire.h"

#define MOST_BYTES (1024 * 1024)

static char *
written_edit (const WhEdit *edit)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_wire_write_edit (writer, edit);
  return g_string_free (text, FALSE);
}

static void
check_edit (const WhJsonNode *node)
{
  g_autofree char *key = NULL, *key_again = NULL, *text = NULL, *text_again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WhEdit) edit = wh_wire_read_edit (node, &key, &error), again = NULL;
  g_autoptr (WhJson) json = NULL;

  g_assert_true ((edit == NULL) == (error != NULL));
  if (!edit)
    return;
  text = written_edit (edit);
  json = wh_json_parse (text, strlen (text), G_MAXSIZE, &error);
  g_assert_no_error (error);
  again = wh_wire_read_edit (wh_json_root (json), &key_again, &error);
  g_assert_no_error (error);
  text_again = written_edit (again);
  g_assert_cmpstr (text, ==, text_again);
}

static char *
written_row (gconstpointer row)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_wire_write_entity (writer, row, TRUE);
  return g_string_free (text, FALSE);
}

static void
check_row (const WhJsonNode *node, WhKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhEntity) row = wh_wire_read_entity (node, kind, &error), again = NULL;
  g_autofree char *text = NULL, *text_again = NULL;
  g_autoptr (WhJson) json = NULL;

  if (!row)
    return;
  text = written_row (row);
  json = wh_json_parse (text, strlen (text), G_MAXSIZE, &error);
  g_assert_no_error (error);
  again = wh_wire_read_entity (wh_json_root (json), kind, &error);
  g_assert_no_error (error);
  text_again = written_row (again);
  g_assert_cmpstr (text, ==, text_again);
}

static void
check_change (const WhJsonNode *node)
{
  WhChange *change = wh_wire_read_change (node, NULL);
  g_autofree char *key = NULL;
  WhPanel *panel = wh_wire_read_analytes (node, WH_UNIT_PERCENT, &key, NULL);

  g_clear_pointer (&change, wh_change_free);
  g_clear_pointer (&panel, wh_panel_unref);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WhJson) json = wh_json_parse ((const char *) data, size, MOST_BYTES, NULL);
  const WhJsonNode *root = json ? wh_json_root (json) : NULL, *changes = wh_json_member (root, "changes");

  if (!json)
    return 0;
  check_edit (root);
  check_change (root);
  for (guint i = 0; i < wh_json_length (changes); i++)
    {
      check_edit (wh_json_element (changes, i));
      check_change (wh_json_element (changes, i));
    }
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    check_row (root, kind);
  return 0;
}
