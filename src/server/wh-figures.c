#include "wh-figures.h"

#include <math.h>
#include <string.h>

typedef struct {
  const char *name, *help, *label;
  char       *of;
  double      value;
} Figure;

struct _WhFigures {
  GArray *list;
};

static void
figure_clear (gpointer data)
{
  g_free (((Figure *) data)->of);
}

WhFigures *
wh_figures_new (void)
{
  WhFigures *figures = g_new0 (WhFigures, 1);

  figures->list = g_array_new (FALSE, FALSE, sizeof (Figure));
  g_array_set_clear_func (figures->list, figure_clear);
  return figures;
}

void
wh_figures_free (WhFigures *figures)
{
  g_array_unref (figures->list);
  g_free (figures);
}

void
wh_figures_add_for (WhFigures *figures, const char *name, const char *help, const char *label, const char *of, double value)
{
  Figure figure = { name, help, label, g_strdup (of), value };

  if (isnan (value))
    g_free (figure.of);
  else
    g_array_append_val (figures->list, figure);
}

void
wh_figures_add (WhFigures *figures, const char *name, const char *help, double value)
{
  wh_figures_add_for (figures, name, help, NULL, NULL, value);
}

static const char *
type_of (const Figure *figure)
{
  return g_str_has_suffix (figure->name, "_total") ? "counter" : "gauge";
}

/* A label's value: backslash, quote and line end are escaped. */
static void
append_label (GString *out, const char *text)
{
  for (; *text; text++)
    if (*text == '\n')
      g_string_append (out, "\\n");
    else
      g_string_append_printf (out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

void
wh_figures_text (const WhFigures *figures, GString *out)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < figures->list->len; i++)
    {
      const Figure *figure = &g_array_index (figures->list, Figure, i);
      if (i == 0 || strcmp (figure[-1].name, figure->name) != 0)
        g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", figure->name, figure->help, figure->name, type_of (figure));
      g_string_append (out, figure->name);
      if (figure->label)
        {
          g_string_append_printf (out, "{%s=\"", figure->label);
          append_label (out, figure->of);
          g_string_append (out, "\"}");
        }
      g_string_append_printf (out, " %s\n", g_ascii_formatd (number, sizeof number, "%.15g", figure->value));
    }
}

void
wh_figures_present (const WhFigures *figures, WhJsonWriter *writer)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < figures->list->len; i++)
    {
      const Figure *figure = &g_array_index (figures->list, Figure, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "name", figure->name);
      wh_json_writer_add_string (writer, "type", type_of (figure));
      if (figure->label)
        {
          wh_json_writer_add_string (writer, "label", figure->label);
          wh_json_writer_add_string (writer, "of", figure->of);
        }
      wh_json_writer_add_number (writer, "value", figure->value, -1);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
