/* wh-cli-output.h: what goes to stdout and stderr, and how. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-cli-options.h"
#include "wh-cli-table.h"

G_BEGIN_DECLS

#define WH_STYLE_HEADING "1"
#define WH_STYLE_NOTICE  "33"

/* Columns to fit into: COLUMNS, or the terminal's; 0 where stdout is no terminal. */
guint    wh_cli_output_width    (void);
/* A terminal, and nobody said no (NO_COLOR, TERM=dumb, --no-color). */
gboolean wh_cli_output_color    (const WhCliOptions *options);
void     wh_cli_output_table    (const WhCliOptions *options, const WhCliTable *table);
/* A line (or more) of text for people, "\n" added; control characters of foreign text are blanked. */
void     wh_cli_output_line     (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* A line in a style (SGR parameters) where there is colour. */
void     wh_cli_output_styled   (const WhCliOptions *options, const char *style, const char *text);
/* The document as --json or --csv asks for. `rows` names the member that holds the rows of the CSV; NULL: the document itself. */
gboolean wh_cli_output_document (const WhCliOptions *options, const GString *json, const char *rows, GError **error);
/* A remark on stderr, one line. */
void     wh_cli_output_note     (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* An error on stderr: a line, or an object with --json. `details` is one JSON value or NULL. */
void     wh_cli_output_error    (const WhCliOptions *options, const char *code, const char *message, const char *details);

G_END_DECLS
