/* wh-job-import.h: files that a job takes in, one after the other. Not for handlers. */
#pragma once

#include "service/wh-importer.h"
#include "store/wh-store-jobs.h"
#include "wh-job-kinds.h"

G_BEGIN_DECLS

#define WH_JOB_IMPORT_FILES 200       /* of a folder in one go; the rest comes with the next */
#define WH_JOB_IMPORT_FOLDER 10000    /* names in a folder at most */

typedef struct {
  WhJobRun       *run;
  WhImportOptions options;
  guint           settle;     /* seconds that a file must have been left alone */
  const char     *source;     /* path or address, as it is remembered */
  GPtrArray      *reports;    /* of WhImportReport, without most warnings */
  GPtrArray      *failures;   /* of WhJobImportFailure */
  guint           unchanged;  /* taken before, as they are */
  guint           waiting;    /* still being written, or too many for one go */
  guint           at, of;     /* files, for the progress */
} WhJobImport;

typedef struct {
  char   *name;
  GError *error;
} WhJobImportFailure;

/* Takes in a file at `path`, known as `name` of the source, and remembers it with `file` (size, time, hash; etag and last_modified of an
 * address). FALSE only where nothing more makes sense: it was cancelled, or the store is away. A file that cannot be taken is in the
 * failures. `shown`: how it is called in the report. */
gboolean wh_job_import_file   (WhJobImport *import, const char *path, const char *shown, WhTakenFile *file, GError **error);
/* What was remembered of a name; NULL: nothing. */
gboolean wh_job_import_recall (WhJobImport *import, const char *name, WhTakenFile **out_file, GError **error);
void     wh_job_import_fail   (WhJobImport *import, const char *name, GError *error);   /* takes the error */

/* Everything that is new in a file or folder; what an address gives (wh-job-fetch.c). */
gboolean wh_job_import_place  (WhJobImport *import, const char *path, GError **error);
gboolean wh_job_import_fetch  (WhJobImport *import, const char *url, GError **error);

G_END_DECLS
