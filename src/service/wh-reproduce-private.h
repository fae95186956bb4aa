/* wh-reproduce-private.h: what the studies share. */
#pragma once

#include "core/wh-measure.h"
#include "store/wh-store.h"
#include "wh-engine.h"
#include "wh-reproduce.h"

G_BEGIN_DECLS

typedef struct {
  WhBatch     *batch;       /* NULL where the file names none */
  WhLabResult *result;
  char        *slug;        /* what strain it is, in the file's own words or by its name; "" without */
  double       label;       /* on the package, 1 (sativa) to 5 (indica); NAN when the file does not tell */
  WhMeasure    total_thc;   /* as reported, acid and neutral as one; mg/g where its unit is known */
  WhMeasure    total_cbd;
} WhStudySample;

typedef struct {
  WhEngine   *engine;       /* the reference */
  GPtrArray  *samples;      /* every distinct sample of the file in its order, of WhStudySample* */
  GHashTable *slugs;        /* of the strains that are known; NULL: neither the file nor the caller tells */
  GPtrArray  *figures;      /* of WhFigure* */
  GPtrArray  *notes;        /* of char*: what was assumed and what is missing */
} WhStudy;

/* Fills samples and slugs; where the study needs a unit and the file says none, one is assumed and noted. */
gboolean    wh_study_load   (WhStudy *study, const WhReproduceOptions *options, gboolean needs_unit, GCancellable *cancellable,
                             GError **error);
/* Takes `name`. */
void        wh_study_add    (GPtrArray *figures, const char *key, char *name, double published, double computed);
/* Takes `note`. */
void        wh_study_note   (WhStudy *study, char *note);

gboolean    wh_study_smith  (WhStudy *study, GError **error);
gboolean    wh_study_watts  (WhStudy *study, GError **error);

/* -- wh-reproduce-strains.c -- */

/* "Girl's #4 (GSC)" -> "girls-4": what stands in brackets and apostrophes go, the rest as in slugs. */
char       *wh_study_slug         (const char *name);
/* Slugs of a list of strains, as `import strains` accepts it. */
GHashTable *wh_study_read_strains (const char *path, GError **error);

/* Samples by terpenes, with the slug of each. */
typedef struct {
  gsize              n_rows, n_columns;
  const char *const *slugs;
  const double      *values;
} WhStudyNames;

/* Figures about samples whose slug is one of `slugs`; not computed when that is NULL. */
void        wh_study_add_strains  (const WhStudyNames *names, const GHashTable *slugs, GPtrArray *figures);

G_END_DECLS
