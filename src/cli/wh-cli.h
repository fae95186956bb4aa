/* wh-cli.h: the terminal client. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses, documented in the manual page. */
enum {
  WH_EXIT_DONE = 0, WH_EXIT_FAILED = 1, WH_EXIT_USAGE = 2, WH_EXIT_NOT_FOUND = 3, WH_EXIT_AMBIGUOUS = 4,
  WH_EXIT_BAD_ROWS = 5, WH_EXIT_OFFLINE = 6, WH_EXIT_DENIED = 7,
};

/* Opens the desktop window and returns an exit status; `data_dir` and `server_url` may be NULL. */
typedef int (*WhWindowFunc) (int argc, char **argv, const char *data_dir, const char *server_url);

/* `open_window` is NULL in a program built without the window. */
int wh_cli_main (int argc, char **argv, WhWindowFunc open_window);

G_END_DECLS
