/* Figures as Prometheus reads them, and as JSON. */
#include <math.h>

#include "server/wh-figures.h"

static WhFigures *
make (void)
{
  WhFigures *figures = wh_figures_new ();

  wh_figures_add (figures, "a_total", "Things that happened.", 3);
  wh_figures_add_for (figures, "b", "Things there are.", "kind", "one \"quoted\" \\ line\nend", 0.5);
  wh_figures_add_for (figures, "b", "", "kind", "two", 1e15);
  wh_figures_add (figures, "c", "Nobody knows.", NAN);
  return figures;
}

static void
test_text (void)
{
  g_autoptr (WhFigures) figures = make ();
  g_autoptr (GString) text = g_string_new (NULL);

  wh_figures_text (figures, text);
  g_assert_cmpstr (text->str, ==,
                   "# HELP a_total Things that happened.\n# TYPE a_total counter\na_total 3\n"
                   "# HELP b Things there are.\n# TYPE b gauge\nb{kind=\"one \\\"quoted\\\" \\\\ line\\nend\"} 0.5\n"
                   "b{kind=\"two\"} 1e+15\n");
}

static void
test_json (void)
{
  g_autoptr (WhFigures) figures = make ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_figures_present (figures, writer);
  g_assert_cmpstr (text->str, ==,
                   "[{\"name\":\"a_total\",\"type\":\"counter\",\"value\":3},"
                   "{\"name\":\"b\",\"type\":\"gauge\",\"label\":\"kind\",\"of\":\"one \\\"quoted\\\" \\\\ line\\nend\",\"value\":0.5},"
                   "{\"name\":\"b\",\"type\":\"gauge\",\"label\":\"kind\",\"of\":\"two\",\"value\":1e+15}]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/figures/text", test_text);
  g_test_add_func ("/server/figures/json", test_json);
  return g_test_run ();
}
