/* wh-reproduce.h: published analyses done again on a lab file, beside what was published.
 *
 * smith2022: Smith et al. 2022, PLOS ONE e0267498; the figures are those of its method on the flower that MCR Labs tested.
 * watts2021: Watts et al. 2021, Nature Plants, 10.1038/s41477-021-01003-y; its figures, on its own 297 samples.
 *
 * Any file that the importer reads as lab results will do; what a file does not tell is not computed. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char  *key;         /* "kmeans_inertia", "r_myrcene" */
  char  *name;        /* for people, translated */
  double published;
  double computed;    /* NAN: the file does not tell */
} WhFigure;

typedef struct {
  const char *study;     /* "smith2022", "watts2021" */
  const char *path;
  const char *strains;   /* a list of strains, as the importer reads it; NULL: only what the file itself tells */
  const char *unit;      /* of rows that do not say one; NULL: of a file that never says one, by its amounts */
} WhReproduceOptions;

/* Of WhFigure*. `out_notes` (may be NULL) becomes an array of char*: sentences about what was assumed and what is missing.
 * WH_ERROR_NOT_FOUND for a study that is not known, WH_ERROR_INVALID where the file has nothing to compute with. */
GPtrArray *wh_reproduce (const WhReproduceOptions *options, GPtrArray **out_notes, GCancellable *cancellable, GError **error);

G_END_DECLS
