/* wh-importer.h: files in, changes out, with a true report.
 *
 * Used by the terminal, the server and the window. Column mapping is data (presets), chosen by the header. Pages of
 * rows commit one transaction each, so a killed import keeps whole pages and re-importing finishes it. */
#pragma once

#include <gio/gio.h>

#include "core/wh-measure.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

typedef enum {
  WH_IMPORT_LAB,
  WH_IMPORT_STRAINS,
  WH_IMPORT_DISPENSARIES,
  WH_IMPORT_MENU,
  WH_IMPORT_REVIEWS,
  WH_IMPORT_ANALYTES,   /* held against the dictionary of the program; nothing is written */
} WhImportKind;

typedef struct {
  WhImportKind kind;
  const char  *format;      /* preset name; NULL: by the header */
  gboolean     strict;      /* refuse the whole file when any row is bad */
  gboolean     dry_run;     /* report only; nothing is written */
  WhUnit       unit;        /* of lab rows that do not say theirs in a layout that does not either; UNKNOWN: none */
} WhImportOptions;

typedef struct {
  char *code;       /* stable word: "bad_cell", "copied_column", "over_100_percent", "lost_decimal_point",
                       "truncated_row", "unit_slip", "no_unit" … */
  char *file;       /* base name */
  guint line;       /* 0: the whole file */
  char *column;     /* header name or "" */
  char *value;      /* as found, cut at 200 bytes, or "" */
  char *message;    /* a sentence */
} WhImportWarning;

typedef struct {
  char      *path;
  char      *format;        /* preset that was used */
  guint64    rows;          /* data rows read */
  guint64    imported;      /* rows that made new records */
  guint64    updated;
  guint64    unchanged;
  guint64    duplicates;    /* exact duplicates of an earlier row of this file */
  guint64    bad;           /* rows refused; rows == imported + updated + unchanged + duplicates + bad */
  guint64    measurements;  /* cells read into one of the five states */
  guint64    n_warnings;    /* all, also those beyond WH_LIMIT_IMPORT_WARNINGS */
  GPtrArray *warnings;      /* WhImportWarning* */
  gboolean   refused;       /* strict and bad rows: nothing was written */
} WhImportReport;

/* fraction 0..1; called from the importing thread at most ten times a second. */
typedef void (*WhImportProgress) (double fraction, guint64 rows, gpointer user_data);

gboolean        wh_import_kind_parse (const char *word, WhImportKind *out_kind);   /* lab, strains, dispensaries, menu, reviews, analytes */
/* Bad rows are no error: they are in the report. An error means the file could not be read or stored (a strict refusal is a report). */
WhImportReport *wh_importer_run     (WhStore *store, const WhPrincipal *principal, const char *path, const WhImportOptions *options,
                                     GCancellable *cancellable, WhImportProgress progress, gpointer user_data, GError **error);
void            wh_import_report_free (WhImportReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhImportReport, wh_import_report_free)

G_END_DECLS
