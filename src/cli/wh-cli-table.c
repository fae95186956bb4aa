#include "wh-cli-table.h"

#include <string.h>

#define GAP 2
#define ELLIPSIS "…"

struct _WhCliTable {
  const WhCliColumn *columns;
  guint              n_columns;
  GPtrArray         *rows;      /* char**, n_columns each */
};

WhCliTable *
wh_cli_table_new (const WhCliColumn *columns, guint n_columns)
{
  WhCliTable *table = g_new0 (WhCliTable, 1);

  table->columns = columns;
  table->n_columns = n_columns;
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  return table;
}

void
wh_cli_table_free (WhCliTable *table)
{
  g_ptr_array_unref (table->rows);
  g_free (table);
}

/* Names come from files: nothing in a cell may move the cursor. */
static char *
printable (const char *text)
{
  GString *clean = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);

  for (const char *place = valid; *place; place = g_utf8_next_char (place))
    {
      gunichar letter = g_utf8_get_char (place);
      g_string_append_unichar (clean, g_unichar_iscntrl (letter) ? ' ' : letter);
    }
  return g_string_free (clean, FALSE);
}

void
wh_cli_table_add (WhCliTable *table, const char *const *cells)
{
  char **row = g_new0 (char *, table->n_columns + 1);

  for (guint i = 0; i < table->n_columns; i++)
    row[i] = printable (cells[i]);
  g_ptr_array_add (table->rows, row);
}

static guint
letter_width (gunichar letter)
{
  return g_unichar_iszerowidth (letter) ? 0 : g_unichar_iswide (letter) ? 2 : 1;
}

guint
wh_cli_table_width (const char *text)
{
  guint width = 0;

  for (; *text; text = g_utf8_next_char (text))
    width += letter_width (g_utf8_get_char (text));
  return width;
}

static void
measure (const WhCliTable *table, guint *widths)
{
  for (guint i = 0; i < table->n_columns; i++)
    {
      widths[i] = wh_cli_table_width (table->columns[i].title);
      for (guint row = 0; row < table->rows->len; row++)
        widths[i] = MAX (widths[i], wh_cli_table_width (((char **) table->rows->pdata[row])[i]));
    }
}

/* Left-out columns have the width 0. */
static guint
total_width (const WhCliTable *table, const guint *widths)
{
  guint total = 0;

  for (guint i = 0; i < table->n_columns; i++)
    total += widths[i] ? widths[i] + GAP : 0;
  return total > GAP ? total - GAP : 0;
}

/* Takes what is too much from the columns that may be cut, the widest first. */
static void
cut_columns (const WhCliTable *table, guint *widths, guint width)
{
  while (total_width (table, widths) > width)
    {
      guint widest = table->n_columns;
      for (guint i = 0; i < table->n_columns; i++)
        if (table->columns[i].least && widths[i] > table->columns[i].least
            && (widest == table->n_columns || widths[i] > widths[widest]))
          widest = i;
      if (widest == table->n_columns)
        return;
      widths[widest]--;
    }
}

static gboolean
leave_one_out (const WhCliTable *table, guint *widths)
{
  for (guint i = table->n_columns; i-- > 0;)
    if (widths[i] && table->columns[i].may_go)
      {
        widths[i] = 0;
        return TRUE;
      }
  return FALSE;
}

static void
fit (const WhCliTable *table, guint *widths, guint width)
{
  g_autofree guint *natural = g_memdup2 (widths, table->n_columns * sizeof *widths);

  for (;;)
    {
      memcpy (widths, natural, table->n_columns * sizeof *widths);
      cut_columns (table, widths, width);
      if (total_width (table, widths) <= width || !leave_one_out (table, natural))
        return;
    }
}

static void
append_cut (GString *out, const char *text, guint width)
{
  guint used = 0;

  if (wh_cli_table_width (text) <= width)
    {
      g_string_append (out, text);
      return;
    }
  for (; *text; text = g_utf8_next_char (text))
    {
      guint letter = letter_width (g_utf8_get_char (text));
      if (used + letter > width - 1)
        break;
      g_string_append_unichar (out, g_utf8_get_char (text));
      used += letter;
    }
  g_string_append (out, ELLIPSIS);
}

static void
append_spaces (GString *out, guint number)
{
  for (guint i = 0; i < number; i++)
    g_string_append_c (out, ' ');
}

static void
append_cell (GString *out, const char *text, guint width, gboolean right, const char *style)
{
  g_autoptr (GString) cell = g_string_new (NULL);
  guint used;

  append_cut (cell, text, width);
  used = MIN (wh_cli_table_width (cell->str), width);
  if (right)
    append_spaces (out, width - used);
  if (style && cell->len)
    g_string_append_printf (out, "\033[%sm%s\033[0m", style, cell->str);
  else
    g_string_append (out, cell->str);
  if (!right)
    append_spaces (out, width - used);
}

static void
append_row (const WhCliTable *table, GString *out, char *const *cells, const guint *widths, gboolean color)
{
  gboolean first = TRUE;
  const char *header_style = cells ? NULL : "1";

  for (guint i = 0; i < table->n_columns; i++)
    {
      const WhCliColumn *column = &table->columns[i];
      const char *style = header_style ? header_style : column->style;
      if (!widths[i])
        continue;
      if (!first)
        append_spaces (out, GAP);
      append_cell (out, cells ? cells[i] : column->title, widths[i], column->right, color ? style : NULL);
      first = FALSE;
    }
  while (out->len && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

char *
wh_cli_table_draw (const WhCliTable *table, guint width, gboolean color)
{
  GString *out = g_string_new (NULL);
  g_autofree guint *widths = g_new0 (guint, table->n_columns);

  measure (table, widths);
  if (width)
    fit (table, widths, width);
  append_row (table, out, NULL, widths, color);
  for (guint row = 0; row < table->rows->len; row++)
    append_row (table, out, table->rows->pdata[row], widths, color);
  return g_string_free (out, FALSE);
}
