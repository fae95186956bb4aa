/* wh-cli-table.h: tables that fit the terminal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *title;        /* translated */
  gboolean    right;        /* numbers */
  guint       least;        /* columns it may be cut down to; 0: never cut */
  gboolean    may_go;       /* left out when there is no room; the last of these first */
  const char *style;        /* SGR parameters ("1", "2"), NULL: plain */
} WhCliColumn;

typedef struct _WhCliTable WhCliTable;

/* `columns` must outlive the table. */
WhCliTable *wh_cli_table_new   (const WhCliColumn *columns, guint n_columns);
/* One cell per column, copied; NULL is an empty one. */
void        wh_cli_table_add   (WhCliTable *table, const char *const *cells);
/* `width` in columns, 0: no limit. Caller frees. */
char       *wh_cli_table_draw  (const WhCliTable *table, guint width, gboolean color);
void        wh_cli_table_free  (WhCliTable *table);

/* Columns of a terminal that text takes. */
guint       wh_cli_table_width (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCliTable, wh_cli_table_free)

G_END_DECLS
