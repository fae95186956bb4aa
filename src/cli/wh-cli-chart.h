/* wh-cli-chart.h: --chart FILE. */
#pragma once

#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Writes what was drawn, and says so; takes `picture`, whose NULL is an error already. */
gboolean wh_cli_chart_take (const WhCliOptions *options, GBytes *picture, GError **error);

G_END_DECLS
