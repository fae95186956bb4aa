/* wh-import-private.h: what the files of the importer share. Not for other rooms. */
#pragma once

#include "core/wh-measure.h"
#include "wh-import-table.h"
#include "wh-importer.h"
#include "wh-preset.h"

G_BEGIN_DECLS

/* What a column of a lab table looked like over the whole file. */
typedef struct {
  WhAnalyteIndex analyte;      /* WH_ANALYTE_NONE: no analyte */
  WhUnit         unit;         /* from the header, UNKNOWN when it does not say */
  gboolean       copied;       /* copies an earlier column */
  int            original;     /* the column it copies */
} WhImportColumn;

typedef struct {
  WhStore               *store;
  const WhPrincipal     *principal;
  const WhImportOptions *options;
  WhImportReport        *report;
  WhPreset              *preset;
  WhTable               *table;
  const char            *file;         /* base name */
  const char            *source;       /* of the entities: the preset's name */
  GHashTable            *fields;       /* field -> column + 1 */
  GArray                *columns;      /* lab tables: of WhImportColumn */
  GHashTable            *medians;      /* peers (type and unit) -> double per column: of the positive numbers, NAN without */
  GHashTable            *own_strains;  /* WhId of strains this file makes known */
  GError                *failure;      /* what kept a merge from reading the store; NULL while all is well */
  GHashTable            *decided;      /* slug of a name -> WhId of the strain that somebody decided it means */
  GArray                *page_strains; /* WhId of those which the page being written has added to them */
  GHashTable            *seen;         /* WhId of whole rows, against exact duplicates */
  GHashTable            *shared_keys;  /* natural keys that stand for different rows */
  GPtrArray             *page;         /* of Unit: not yet written */
  guint                  n_page_rows;
  char                 **cells;        /* of the current row */
  guint                  n_cells;
  guint                  line;
  gboolean               row_is_bad;
  GHashTable            *samples;      /* long layout: sample id -> Sample */
  GPtrArray             *categories, *capitals;   /* embedded tables */
  gint64                 now;
} WhImport;

/* Rows of the file and what they become; `entities` are written in order, the outcome of `main` is the rows'. */
typedef struct {
  GPtrArray *entities;
  guint      main;
  guint      n_rows;
} WhImportUnit;

/* -- wh-importer.c -- */
WhImportUnit *wh_import_unit_new   (guint n_rows);
/* Takes the entity, gives it the import's source; returns it. */
gpointer      wh_import_unit_add   (WhImport *import, WhImportUnit *unit, gpointer entity, gboolean main);
/* Takes the unit; writes a page when it is full. */
gboolean      wh_import_submit     (WhImport *import, WhImportUnit *unit, GError **error);

/* -- wh-import-report.c -- */
/* A warning about the current row (line 0: the file). `column` and `value` may be NULL. */
void          wh_import_warn       (WhImport *import, guint line, const char *code, const char *column, const char *value,
                                    const char *format, ...) G_GNUC_PRINTF (6, 7);
/* The same, and the row is refused. */
void          wh_import_refuse_row (WhImport *import, const char *code, const char *column, const char *value, const char *message);

/* -- wh-import-cell.c -- */
/* Reads an amount by the table of states of wh_measure_parse_cell, with a decimal comma or its own unit (else UNKNOWN) as well. */
gboolean      wh_import_read_cell  (const char *text, gboolean decimal_comma, WhMeasure *out_measure, WhUnit *out_unit);

/* -- wh-import-row.c: fields of the current row -- */
/* The column of a field, -1 without; looked for once. */
int           wh_import_column     (WhImport *import, const char *field);
/* The cell of a field, trimmed; "" when absent. Borrowed. */
const char   *wh_import_text       (WhImport *import, const char *field);
const char   *wh_import_cell       (WhImport *import, int column);
/* A clean copy or NULL when empty. */
char         *wh_import_copy       (WhImport *import, const char *field);
double        wh_import_number     (WhImport *import, const char *field);        /* NAN; warns bad_cell */
gint64        wh_import_date       (WhImport *import, const char *field);        /* WH_TIME_UNSET; warns bad_date */
gint64        wh_import_cents      (WhImport *import, const char *field);        /* WH_INTEGER_UNSET; warns bad_cell */
const char   *wh_import_column_name (WhImport *import, const char *field);
WhId          wh_import_row_id     (WhImport *import);                            /* of the whole row */
/* The same without what changes from one look at a menu to the next, where the layout names no key. */
WhId          wh_import_lasting_id (WhImport *import);
/* The row's natural key: its key columns (of a menu without: product and package), or the whole row where these do not tell rows
 * apart. Caller frees. */
char         *wh_import_key        (WhImport *import);
/* indica, sativa, hybrid or NULL. */
char         *wh_import_type       (const char *text);
/* "granddaddy-purple" -> "Granddaddy Purple", "og-kush" -> "OG Kush". */
char         *wh_import_title      (WhImport *import, const char *slug);
/* What stands between commas, semicolons and bars; NULL when nothing does. Caller frees with g_strfreev. */
char        **wh_import_list       (const char *text);
/* The strain of a name: same id whatever file it comes from. NULL for a name without letters. */
WhStrain     *wh_import_strain     (WhImport *import, const char *name);

/* -- wh-import-column.c -- */
/* "THCA (%)", "b-Myrcene [mg/g]", "thca_percent", "% CBD", "thca": the analyte and the unit the name says, if any. */
const WhAnalyte *wh_import_split_name (const char *name, WhUnit *out_unit);
/* The unit at the end of any column name and the name without it (may be NULL, caller frees), else UNKNOWN. */
WhUnit        wh_import_heading_unit (const char *name, char **out_bare);
/* Opens a lab file, turned where its samples stand side by side, and chooses its preset (see wh_preset_choose). */
WhTable      *wh_import_open_lab   (const char *path, const char *format, WhPreset **out_preset, GError **error);
gboolean      wh_import_is_long    (WhImport *import);

/* -- per kind: reads the current row into units; FALSE on a real error -- */
/* First pass: what each column is, then its cells (`rows`: char** of cells with the product type first). */
void          wh_import_lab_columns    (WhImport *import);
/* What a row is compared by: product type and unit. Caller frees. */
char         *wh_import_lab_peers      (WhImport *import);
void          wh_import_lab_survey_strain (WhImport *import);
/* "flower" for what is sold as dried flower, else the type in folded words; NULL without. */
char         *wh_import_lab_type       (WhImport *import);
/* What the sample is called; in a file without names its slug, else its number. NULL without. */
char         *wh_import_lab_name       (WhImport *import);
/* The unit of a row that may say one in `text`, or the whole file does; UNKNOWN after a warning about a word that is none. */
WhUnit        wh_import_stated_unit    (WhImport *import, const char *constant);
/* The row's unit; FALSE after warning that there is none. */
gboolean      wh_import_lab_unit       (WhImport *import, WhUnit *out_unit);
gboolean      wh_import_lab_row        (WhImport *import, GError **error);
gboolean      wh_import_long_row       (WhImport *import, GError **error);
gboolean      wh_import_long_finish    (WhImport *import, GError **error);
gboolean      wh_import_strain_row     (WhImport *import, GError **error);
gboolean      wh_import_dispensary_row (WhImport *import, GError **error);
gboolean      wh_import_menu_row       (WhImport *import, GError **error);
gboolean      wh_import_review_row     (WhImport *import, GError **error);
gboolean      wh_import_analyte_row    (WhImport *import, GError **error);

/* -- wh-import-lab-checks.c -- */
typedef struct {
  WhUnit     unit;          /* the row's own, UNKNOWN when it has none */
  double     unit_grams;
  WhBasis    basis;
  GPtrArray *checks;        /* of char*: codes for the lab result */
  GArray    *ratios;        /* of double: log10 of value over its column's median */
} WhImportSample;

/* A cell on its way into a panel. */
typedef struct {
  WhAnalyteIndex analyte;
  WhUnit         unit;      /* UNKNOWN: the sample's */
  const char    *text;
  const char    *name;      /* column or analyte as the file writes it */
  double         lod, loq;  /* NAN unknown */
  double         median;    /* of its peers, NAN unknown */
} WhImportMeasure;

void          wh_import_sample_init    (WhImportSample *sample);
void          wh_import_sample_clear   (WhImportSample *sample);
/* Marks columns that copy an earlier one and finds the medians. `rows`: char** of cells; the first, the product type. */
void          wh_import_survey_columns (WhImport *import, GPtrArray *rows);
/* Reads one cell into the panel; bad cells are reported. */
void          wh_import_add_measure    (WhImport *import, WhPanel *panel, WhImportSample *sample, const WhImportMeasure *cell);
/* What only the whole sample shows: sums over 100 %, a factor of ten. */
void          wh_import_check_sample   (WhImport *import, WhPanel *panel, WhImportSample *sample);
void          wh_import_note_check     (WhImportSample *sample, const char *code);

/* -- wh-import-results.c -- */
/* Whether the row's results stand in one cell. */
gboolean      wh_import_has_results    (WhImport *import);
void          wh_import_add_results    (WhImport *import, WhPanel *panel, WhImportSample *sample);

/* -- wh-import-merge.c: inside the write -- */
/* What is to be stored, given what is there: a new reference. */
gpointer      wh_import_merge          (WhImport *import, WhReader *reader, const WhEntity *fresh, GError **error);
/* Takes back what merging the current page has noted in the import, so that the page can be written again. */
void          wh_import_forget_page    (WhImport *import);

G_END_DECLS
