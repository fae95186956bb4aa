/* wh-cli-total.h: what is paid at the counter, on the terminal. */
#pragma once

#include "service/wh-out-the-door.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* What --jurisdiction, --discount, --quantity and --medical ask for; WH_ERROR_INVALID. */
gboolean wh_cli_total_wish (const WhCliOptions *options, WhDoorWish *out_wish, GError **error);
/* `prices total PRODUCT` */
int      wh_cli_total      (const WhCliOptions *options, GError **error);

G_END_DECLS
