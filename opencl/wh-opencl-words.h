/* wh-opencl-words.h: what is known of a device, in words for people. */
#pragma once

#include "wh-opencl-verdict.h"

G_BEGIN_DECLS

/* Why it is not used; NULL when it is. `library`: what the driver's file names. Caller frees. */
char   *wh_opencl_words_reason (const WhOpenclVerdict *verdict, const char *library);
/* That it is off since it failed too often since the program began. Caller frees. */
char   *wh_opencl_words_off    (WhOpenclCourse last);
/* Which operations go to it from what size on: of WhDeviceUse, and in words. */
GArray *wh_opencl_words_uses   (const WhOpenclPaces *paces);
char   *wh_opencl_words_choice (const GArray *uses);

G_END_DECLS
