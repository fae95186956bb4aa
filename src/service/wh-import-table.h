/* wh-import-table.h: rows of a file, whatever it is: CSV (also gzipped) or a JSON menu export. */
#pragma once

#include <glib.h>

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
double      wh_table_progress (WhTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTable, wh_table_free)

G_END_DECLS
