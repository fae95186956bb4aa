/* wh-cli-bar.h: numbers as small bars of text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `share` of `width` columns, in eighths of a column; empty where it is none (NAN). Caller frees. */
char *wh_cli_bar (double share, guint width);

G_END_DECLS
