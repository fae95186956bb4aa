#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "service/wh-reproduce.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-work.h"

#define DECIMALS 4

typedef struct {
  WhReproduceOptions options;
  GPtrArray         *figures;
  GPtrArray         *notes;
} Work;

static gboolean
compute (gpointer user_data, GCancellable *cancellable, GError **error)
{
  Work *work = user_data;

  work->figures = wh_reproduce (&work->options, &work->notes, cancellable, error);
  return work->figures != NULL;
}

/* Up to four decimals, without the zeros that say nothing: 3507, 0.461, 774120.4. */
static char *
number_words (double value)
{
  char *words, *last;

  if (isnan (value))
    return g_strdup ("–");
  words = g_strdup_printf ("%.*f", DECIMALS, value);
  for (last = words + strlen (words) - 1; *last == '0'; last--)
    *last = '\0';
  if (!g_ascii_isdigit (*last))
    *last = '\0';
  return words;
}

static void
print_table (const WhCliOptions *options, const GPtrArray *figures)
{
  const WhCliColumn columns[] = { { _("Figure"), FALSE, 20, FALSE, NULL },
                                  { _("Published"), TRUE, 0, FALSE, NULL },
                                  { _("Computed"), TRUE, 0, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      g_autofree char *published = number_words (figure->published);
      g_autofree char *computed = number_words (figure->computed);
      wh_cli_table_add (table, (const char *const[]) { figure->name, published, computed });
    }
  wh_cli_output_table (options, table);
}

static void
add_number (WhJsonWriter *writer, const char *key, double value)
{
  wh_json_writer_key (writer, key);
  if (isnan (value))
    wh_json_writer_null (writer);
  else
    wh_json_writer_number (writer, value, -1);
}

static gboolean
print_document (const WhCliOptions *options, const GPtrArray *figures, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "figures");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < figures->len; i++)
    {
      const WhFigure *figure = figures->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "key", figure->key);
      add_number (writer, "published", figure->published);
      add_number (writer, "computed", figure->computed);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return wh_cli_output_document (options, json, "figures", error);
}

int
wh_cli_reproduce (const WhCliOptions *options, GError **error)
{
  Work work = { .options = { options->words[0], options->words[1], options->strains, options->unit } };
  gboolean done = wh_cli_work_run (compute, &work, error);
  g_autoptr (GPtrArray) figures = work.figures;
  g_autoptr (GPtrArray) notes = work.notes;

  if (!done)
    return WH_EXIT_FAILED;
  for (guint i = 0; i < notes->len; i++)
    g_printerr ("weedhounds: %s\n", (char *) notes->pdata[i]);
  if (options->format != WH_FORMAT_TABLE)
    return print_document (options, figures, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
  print_table (options, figures);
  return WH_EXIT_DONE;
}
