/* wh-engine-ops.h: what an engine offers; one table per engine, chosen in wh-engine.c. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

/* Raised when the table or the meaning of an entry changes; a table of another version is not used. */
#define WH_ENGINE_OPS_VERSION 1

typedef struct {
  guint    version;
  /* The engine on this machine, NULL when it cannot run here. */
  gpointer (*open)    (void);
  void     (*close)   (gpointer state);
  /* As wh_engine_nearest; out_path is never NULL. */
  gsize    (*nearest) (gpointer state, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude, gsize k,
                       WhNeighbour *out_neighbours, const char **out_path);
} WhEngineOps;

extern const WhEngineOps wh_engine_cpu_ops;

G_END_DECLS
