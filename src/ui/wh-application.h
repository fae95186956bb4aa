/* wh-application.h: the desktop window's application. Not built with -Dgui=disabled. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs the window; argv as main got it. `data_dir` and `server_url` may be NULL. */
int wh_application_run (int argc, char **argv, const char *data_dir, const char *server_url);

G_END_DECLS
