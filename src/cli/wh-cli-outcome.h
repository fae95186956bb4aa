/* wh-cli-outcome.h: --accept and --reject: what became of an offer. */
#pragma once

#include "service/wh-feedback.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Whether --accept, --reject and --reason go together. */
gboolean wh_cli_outcome_check (const WhCliOptions *options, GError **error);
/* Writes it and says so: `name` is what was offered, in words. `outcome` without accepted and reason, which the options tell. */
int      wh_cli_outcome_note  (const WhCliOptions *options, WhOutcome *outcome, const char *name, GError **error);

G_END_DECLS
