/* wh-reproduce-private.h: what the studies share. */
#pragma once

#include "store/wh-store.h"
#include "wh-engine.h"
#include "wh-reproduce.h"

G_BEGIN_DECLS

typedef struct {
  WhBatch     *batch;       /* NULL where the file names none */
  WhLabResult *result;
  double       label;       /* on the package, 1 (sativa) to 5 (indica); NAN when the file does not tell */
  double       total_thc;   /* as reported, in the unit of the file; NAN when it has no such column */
} WhStudySample;

/* Every distinct sample of a lab file in its order, of WhStudySample*. */
GPtrArray *wh_study_load   (const char *path, GCancellable *cancellable, GError **error);
/* Takes `name`. */
void       wh_study_add    (GPtrArray *figures, const char *key, char *name, double published, double computed);

gboolean   wh_study_smith  (WhEngine *engine, const GPtrArray *samples, GPtrArray *figures, GError **error);
gboolean   wh_study_watts  (WhEngine *engine, const GPtrArray *samples, GPtrArray *figures, GError **error);

G_END_DECLS
