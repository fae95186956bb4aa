/* Edits as JSON and back, and which key is wrong where one cannot be kept. */
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "support/wh-test.h"
#include "wire/wh-wire.h"

static WhEdit *
edit_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJson) json = wh_json_parse (text, strlen (text), WH_LIMIT_JSON_BYTES, &error);
  g_autofree char *key = NULL;
  WhEdit *edit;

  g_assert_no_error (error);
  edit = wh_wire_read_edit (wh_json_root (json), &key, &error);
  g_assert_no_error (error);
  return edit;
}

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "{\"op\":\"create\",\"kind\":\"strain\",\"id\":null,\"base_revision\":0,\"row\":{\"name\":\"A\",\"flavors\":[\"x\"]}}",
    "{\"op\":\"change\",\"kind\":\"product\",\"id\":\"0190a6c0-0000-7000-8000-000000000001\",\"base_revision\":7,\"row\":{"
    "\"in_stock\":true,\"price_cents\":null,\"package_date\":\"2026-01-02\"}}",
    "{\"op\":\"delete\",\"kind\":\"note\",\"id\":\"0190a6c0-0000-7000-8000-000000000001\",\"base_revision\":7,\"with_parts\":true}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WhEdit) edit = edit_of (texts[i]);
      GString *text = g_string_new (NULL);
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
      g_autofree char *written = NULL;
      wh_wire_write_edit (writer, edit);
      written = g_string_free (text, FALSE);
      g_assert_cmpstr (written, ==, texts[i]);
    }
}

static void
test_refused (void)
{
  static const char *const wrong[][2] = {
    { "{'op':'create','kind':'strain','row':{'name':'A','colour':'green'}}", "colour" },
    { "{'op':'create','kind':'strain','row':{'name':1}}", "name" },
    { "{'op':'create','kind':'price','row':{'amount_cents':1.5}}", "amount_cents" },
    { "{'op':'create','kind':'price','row':{'amount_cents':'5'}}", "amount_cents" },
    { "{'op':'create','kind':'product','row':{'in_stock':1}}", "in_stock" },
    { "{'op':'create','kind':'product','row':{'strain_id':'blue-dream'}}", "strain_id" },
    { "{'op':'create','kind':'strain','row':{'flavors':'lemon'}}", "flavors" },
    { "{'op':'create','kind':'lab_result','row':{'measurements':[{'analyte':'unobtainium','state':'value','value':1,'unit':'mg/g',"
      "'basis':'unknown'}]}}", "measurements" },
    { "{'op':'create','kind':'spaceship','row':{}}", "kind" },
    { "{'op':'explode','kind':'strain','row':{}}", "op" },
    { "{'op':'change','kind':'strain','row':{}}", "id" },
    { "{'op':'change','kind':'strain','id':'x','row':{}}", "id" },
    { "{'op':'create','kind':'strain','row':{},'colour':1}", "colour" },
    { "{'op':'change','kind':'strain','id':'0190a6c0-0000-7000-8000-000000000001','base_revision':-1,'row':{}}", "base_revision" },
    { "{'op':'change','kind':'strain','id':'0190a6c0-0000-7000-8000-000000000001','base_revision':3,'row':{'revision':4}}", "revision" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *text = g_strdelimit (g_strdup (wrong[i][0]), "'", '"'), *key = NULL;
      g_autoptr (WhJson) json = wh_json_parse (text, strlen (text), WH_LIMIT_JSON_BYTES, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_wire_read_edit (wh_json_root (json), &key, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
      g_assert_cmpstr (key, ==, wrong[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/edit/round-trip", test_round_trip);
  g_test_add_func ("/wire/edit/refused", test_refused);
  return g_test_run ();
}
