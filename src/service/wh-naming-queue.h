/* wh-naming-queue.h: names with what they were found to mean, and those of the store that nobody has told the strain of. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-naming.h"

G_BEGIN_DECLS

typedef struct {
  char    *name;
  guint    n;          /* batches and products of this name */
  WhNaming naming;     /* cards belong to the namer's snapshot */
} WhNamedEntry;

WhNamedEntry *wh_named_entry_new  (WhNamer *namer, const char *name, guint n);
void          wh_named_entry_free (WhNamedEntry *entry);

/* Names of batches and of flower, pre-rolls, vapes and concentrates on the shelf that stand for no strain and may mean one:
 * of WhNamedEntry, those that stand for most first. Owned by the caller. Needs READ_CATALOGUE. */
GPtrArray    *wh_naming_queue     (WhStore *store, const WhPrincipal *principal, WhNamer *namer, GError **error);

/* [{name, n, outcome, strain, slug, strain_id, confidence, ground, candidates[{name, slug, strain_id, confidence, ground}]}], at
 * most `limit` (0: all); strain to ground are null unless the outcome is "certain". */
void          wh_present_names    (WhJsonWriter *writer, const GPtrArray *entries, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhNamedEntry, wh_named_entry_free)

G_END_DECLS
