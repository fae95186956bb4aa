/* wh-import-table.h: rows of a file, whatever it is: CSV (also gzipped) or a JSON menu export.
 *
 * Titles above a table are passed over, but the unit they name is remembered; a line of units above or below the header
 * goes into the names of the columns: "thca" becomes "thca (%)". */
#pragma once

#include "core/wh-measure.h"

G_BEGIN_DECLS

typedef struct _WhTable WhTable;

/* Opens and reads the header. */
WhTable    *wh_table_open     (const char *path, GError **error);
void        wh_table_free     (WhTable *table);
/* Column names, NULL-terminated; a nameless column is "column N". */
const char *const *wh_table_header (const WhTable *table);
guint       wh_table_columns  (const WhTable *table);
/* The next row: its cells (n_cells may differ from the header's) and its line; in JSON the number of the entry. FALSE at the
 * end or on an error. */
gboolean    wh_table_next     (WhTable *table, char ***out_cells, guint *out_n_cells, guint *out_line, GError **error);
/* The first cells of the next rows, as far as they have been read ahead. Caller frees. */
char      **wh_table_first_cells (const WhTable *table);
/* Turns a table whose samples are columns: its rows become columns, named by their first cells; a row's line is then the
 * number of its column. `corner` (may be NULL) is what the samples' own names are, where the file's word for that names the
 * analytes instead. WH_ERROR_TOO_LARGE over WH_LIMIT_IMPORT_COLUMNS rows. */
gboolean    wh_table_turn     (WhTable *table, const char *corner, GError **error);
double      wh_table_progress (WhTable *table);
/* The one unit that the title above the table names, else UNKNOWN. */
WhUnit      wh_table_unit     (const WhTable *table);
/* Whether a comma in a number is decimal: cells are parted by semicolons, or the first rows have no other point. */
gboolean    wh_table_decimal_comma (const WhTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTable, wh_table_free)

G_END_DECLS
