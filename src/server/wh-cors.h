/* wh-cors.h: which pages in browsers may read replies: those whose origin is set (cors.origins); nobody by default. */
#pragma once

#include "wh-answer.h"
#include "wh-request.h"
#include "wh-settings.h"

G_BEGIN_DECLS

/* Says in a reply who may read it. `allowed`: the methods of the address, where a browser asks before it asks (a preflight); else
 * NULL. */
void wh_cors_apply (const WhSettings *settings, const WhRequest *request, const char *allowed, WhAnswer *answer);

G_END_DECLS
