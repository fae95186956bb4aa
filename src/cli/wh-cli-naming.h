/* wh-cli-naming.h: decisions about free names: names accept, names reject, names link. */
#pragma once

#include "client/wh-session.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Whether the command's words are one of these, rightly used. */
gboolean wh_cli_naming_is  (const WhCliOptions *options);
int      wh_cli_naming_run (const WhCliOptions *options, WhSession *session, GError **error);

G_END_DECLS
