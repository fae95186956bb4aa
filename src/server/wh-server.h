/* wh-server.h: `weedhounds serve`: listener, gate, router, handlers over service, drained cleanly at the end. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *data_dir;
  const char *store;         /* address of a database; NULL: store.db in data_dir */
  const char *const *replicas;   /* addresses of read-only copies of that database; may be NULL */
  const char *listen;        /* "127.0.0.1:8000", port 0 for any; loopback only until accounts exist */
  guint       threads;       /* 0: one per core */
  const char *cache;         /* WhCacheOptions.address */
  gboolean    quiet;         /* no line on stdout when it listens */
} WhServerOptions;

/* Runs until SIGTERM or SIGINT, then drains. Prints "listening on http://127.0.0.1:PORT" on stdout. */
gboolean wh_server_run (const WhServerOptions *options, GError **error);

G_END_DECLS
