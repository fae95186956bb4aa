/* wh-csv.h: reading CSV (RFC 4180 and what people make of it) with the place of every row.
 *
 * Parsing is libcsv's; this adds the line a row starts on (quoted cells may span lines), limits, gzip
 * (*.gz), a byte order mark (UTF-8, UTF-16), the delimiter (comma, semicolon or tab, from the first lines)
 * and Windows-1252 text, which is converted when a cell is not UTF-8. Blank lines are skipped. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhCsv WhCsv;

typedef struct {
  guint        line;       /* 1-based line of the file the row starts on */
  guint        n_cells;
  char       **cells;      /* n_cells strings, then NULL; borrowed until the next row */
} WhCsvRow;

/* WH_ERROR_NOT_FOUND, WH_ERROR_DENIED, WH_ERROR_TOO_LARGE, WH_ERROR_INVALID (bad gzip, …). */
WhCsv   *wh_csv_open       (const char *path, GError **error);
/* The next row; FALSE at the end (error unset) or on an error. A row over a limit is an error naming its line. */
gboolean wh_csv_next       (WhCsv *csv, WhCsvRow *out_row, GError **error);
/* ',', ';' or a tab. */
char     wh_csv_delimiter  (const WhCsv *csv);
/* Share of the file read so far, 0..1, for progress. */
double   wh_csv_progress   (WhCsv *csv);
void     wh_csv_free       (WhCsv *csv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCsv, wh_csv_free)

G_END_DECLS
