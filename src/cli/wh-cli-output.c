#include "wh-cli-output.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-json.h"
#include "wh-cli-csv.h"

#define LEAST_WIDTH 20
#define MOST_WIDTH 1000

guint
wh_cli_output_width (void)
{
  const char *columns = g_getenv ("COLUMNS");
  struct winsize size = { 0 };
  guint64 width;

  if (columns && g_ascii_string_to_unsigned (columns, 10, LEAST_WIDTH, MOST_WIDTH, &width, NULL))
    return (guint) width;
  if (isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_WIDTH)
    return size.ws_col;
  return 0;
}

gboolean
wh_cli_output_color (const WhCliOptions *options)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return !options->no_color && !(no_color && *no_color) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0 && isatty (STDOUT_FILENO);
}

void
wh_cli_output_table (const WhCliOptions *options, const WhCliTable *table)
{
  g_autofree char *text = wh_cli_table_draw (table, wh_cli_output_width (), wh_cli_output_color (options));

  fputs (text, stdout);
}

/* Text from files and servers may not drive the terminal. */
static char *
tame (char *text, gboolean one_line)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *tamed = g_string_new (NULL);

  /* U+0080 to U+009F are controls, too: U+009B begins a sequence like ESC [. */
  for (const char *place = valid; *place; place = g_utf8_next_char (place))
    {
      gunichar letter = g_utf8_get_char (place);
      gboolean kept = !g_unichar_iscntrl (letter) || (!one_line && (letter == '\n' || g_str_has_prefix (place, "\r\n")));
      g_string_append_unichar (tamed, kept ? letter : ' ');
    }
  g_free (text);
  return g_string_free (tamed, FALSE);
}

void
wh_cli_output_line (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = tame (g_strdup_vprintf (format, arguments), FALSE);
  va_end (arguments);
  puts (text);
}

void
wh_cli_output_styled (const WhCliOptions *options, const char *style, const char *text)
{
  g_autofree char *tamed = tame (g_strdup (text), TRUE);

  if (wh_cli_output_color (options))
    printf ("\033[%sm%s\033[0m\n", style, tamed);
  else
    puts (tamed);
}

gboolean
wh_cli_output_document (const WhCliOptions *options, const GString *json, const char *rows, GError **error)
{
  if (options->format == WH_FORMAT_JSON)
    {
      puts (json->str);
      return TRUE;
    }
  g_autoptr (WhJson) document = wh_json_parse (json->str, json->len, G_MAXSIZE, error);
  if (!document)
    return FALSE;
  const WhJsonNode *root = wh_json_root (document);
  g_autofree char *csv = wh_cli_csv_from_json (rows ? wh_json_member (root, rows) : root, (guint) options->limit);
  /* A file gets what is stored; only a terminal would act on it. */
  if (isatty (STDOUT_FILENO))
    csv = tame (csv, FALSE);
  fputs (csv, stdout);
  return TRUE;
}

void
wh_cli_output_note (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = tame (g_strdup_vprintf (format, arguments), TRUE);
  va_end (arguments);
  fprintf (stderr, "%s\n", text);
}

void
wh_cli_output_error (const WhCliOptions *options, const char *code, const char *message, const char *details)
{
  if (options->format != WH_FORMAT_JSON)
    {
      wh_cli_output_note ("weedhounds: %s", message);
      return;
    }
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "code", code);
  wh_json_writer_add_string (writer, "message", message);
  wh_json_writer_key (writer, "details");
  wh_json_writer_raw (writer, details ? details : "null");
  wh_json_writer_end_object (writer);
  fprintf (stderr, "%s\n", text->str);
}
