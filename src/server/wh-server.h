/* wh-server.h: `weedhounds serve`: listener, gate, router, handlers over service, drained cleanly at the end. */
#pragma once

#include "wh-settings.h"

G_BEGIN_DECLS

typedef struct {
  const char        *data_dir;
  const char        *settings_file;   /* a key file; NULL: none. Read again on SIGHUP */
  const char *const *given;           /* "group.name=value", before file and environment; may be NULL */
} WhServerOptions;

/* Runs until SIGTERM or SIGINT, then drains. Prints "listening on http://127.0.0.1:PORT" on stdout. */
gboolean wh_server_run (const WhServerOptions *options, GError **error);

G_END_DECLS
