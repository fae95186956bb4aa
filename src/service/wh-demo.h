/* wh-demo.h: the demonstration catalogue: made up, repeatable from a seed, labelled wherever it is shown. */
#pragma once

#include <gio/gio.h>

#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct {
  guint64 seed;            /* 420 unless asked otherwise */
  guint   strains;         /* 12847 */
  guint   dispensaries;    /* 1247 */
  guint   products;        /* 89534 */
  guint   batches;         /* 25000 */
} WhDemoSize;

#define WH_DEMO_DOCUMENTED { 420, 12847, 1247, 89534, 25000 }

typedef void (*WhDemoProgress) (double fraction, const char *what, gpointer user_data);

/* Running it again with the same seed changes nothing. */
gboolean wh_demo_make (WhStore *store, const WhPrincipal *principal, const WhDemoSize *size, GCancellable *cancellable,
                       WhDemoProgress progress, gpointer user_data, GError **error);

G_END_DECLS
