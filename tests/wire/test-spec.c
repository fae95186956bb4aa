/* What a route says of its parameters and bodies is what is taken: bounds, words, shapes, and which part is wrong. */
#include <string.h>

#include "base/wh-error.h"
#include "support/wh-test.h"
#include "wire/wh-route.h"

static void
assert_takes (WhRouteId id, const char *name, const char *text, gboolean takes)
{
  const WhSpec *spec = wh_route_parameter (wh_route_get (id), name);
  g_autoptr (GError) error = NULL;

  g_test_message ("%s=%s", name, text);
  g_assert_nonnull (spec);
  g_assert_true (wh_spec_check_text (spec, name, text, &error) == takes);
  if (takes)
    return;
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_texts (void)
{
  static const char *const right[][2] = {
    { "limit", "1" }, { "limit", "1000" }, { "offset", "0" }, { "state", "nj" }, { "type", "hybrid" }, { "thc_min", "0" },
    { "thc_max", "100" }, { "min.thca", "25%" }, { "max.beta_myrcene", "3" }, { "min.Δ9-THC", "2 mg/g" }, { "order", "desc" },
  };
  static const char *const wrong[][2] = {
    { "limit", "0" }, { "limit", "1001" }, { "limit", "1.5" }, { "limit", "" }, { "limit", " 1" }, { "limit", "99999999999999999999" },
    { "offset", "-1" }, { "state", "New Jersey" }, { "state", "N1" }, { "state", "" }, { "type", "Indica" }, { "thc_min", "-0.1" },
    { "thc_max", "100.1" }, { "thc_min", "nan" }, { "thc_min", "0x10" }, { "thc_min", "1,5" }, { "min.lavender", "1" },
    { "min.thca", "much" }, { "max.thca", "" }, { "order", "" }, { "cursor", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    assert_takes (WH_ROUTE_STRAINS, right[i][0], right[i][1], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_takes (WH_ROUTE_STRAINS, wrong[i][0], wrong[i][1], FALSE);
}

static void
test_names (void)
{
  const WhRoute *strains = wh_route_get (WH_ROUTE_STRAINS), *notes = wh_route_of_kind (WH_ROUTE_ROWS, WH_KIND_NOTE);

  g_assert_null (wh_route_parameter (strains, "min."));
  g_assert_null (wh_route_parameter (strains, "min"));
  g_assert_null (wh_route_parameter (strains, "Limit"));
  g_assert_nonnull (wh_route_parameter (notes, "text"));
  g_assert_nonnull (wh_route_parameter (notes, "has.text"));
  g_assert_null (wh_route_parameter (notes, "colour"));
  g_assert_null (wh_route_parameter (notes, "min.colour"));
}

/* Every fallback is a value that would be taken, every list of words has some, and every one is explained. */
static void
test_tables (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    for (const WhSpec *spec = wh_route_at (i)->parameters; spec->help; spec++)
      {
        g_test_message ("%s %s", wh_route_at (i)->path, spec->name);
        g_assert_cmpuint (strlen (spec->help), >=, 6);
        g_assert_true (spec->type != WH_SPEC_WORD || (spec->words && spec->words[0]));
        g_assert_cmpfloat (spec->least, <=, spec->most);
        if (spec->fallback)
          g_assert_true (wh_spec_check_text (spec, spec->name, spec->fallback, NULL));
        g_assert_false (spec->required && spec->fallback);
      }
}

static void
assert_body (WhRouteId id, const char *body, const char *wrong)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJson) json = wh_json_parse (body, strlen (body), strlen (body), &error);
  g_autofree char *field = NULL;
  gboolean right;

  g_assert_no_error (error);
  right = wh_spec_check_body (wh_route_get (id)->body, wh_json_root (json), &field, &error);
  g_test_message ("%s: %s", body, right ? "taken" : error->message);
  g_assert_cmpint (right, ==, wrong == NULL);
  g_assert_cmpstr (field, ==, wrong && *wrong ? wrong : NULL);
}

static void
test_bodies (void)
{
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{\"strain_ids\":[\"a\",\"b\"]}", NULL);
  assert_body (WH_ROUTE_TERPENES_COMPARE, "[]", "");
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{}", "strain_ids");
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{\"strain_ids\":null}", "strain_ids");
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{\"strain_ids\":[\"a\"]}", "strain_ids");
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{\"strain_ids\":[\"a\",\"\"]}", "strain_ids[1]");
  assert_body (WH_ROUTE_TERPENES_COMPARE, "{\"strain_ids\":[\"a\",\"b\"],\"colour\":1}", "colour");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"user_preferences\":{\"flavors\":[\"lemon\"],\"effects\":[1]},\"limit\":3.0}", NULL);
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"user_preferences\":7}", "user_preferences");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"user_preferences\":{\"flavors\":[null]}}", "user_preferences.flavors[0]");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"user_preferences\":{\"flavours\":[]}}", "user_preferences.flavours");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"user_preferences\":{\"in_stock\":\"yes\"}}", "user_preferences.in_stock");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"limit\":1.5}", "limit");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"limit\":1e300}", "limit");
  assert_body (WH_ROUTE_STRAIN_RECOMMENDATIONS, "{\"limit\":\"5\"}", "limit");
  assert_body (WH_ROUTE_ADMIN_DEMO, "{\"seed\":0}", NULL);
  assert_body (WH_ROUTE_ADMIN_DEMO, "{\"seed\":-1}", "seed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spec/texts", test_texts);
  g_test_add_func ("/spec/names", test_names);
  g_test_add_func ("/spec/tables", test_tables);
  g_test_add_func ("/spec/bodies", test_bodies);
  return g_test_run ();
}
