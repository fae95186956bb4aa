/* wh-rate.h: how much of one class of requests is free in a window, as the operator writes it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_RATE_MOST 1000000000
#define WH_RATE_MOST_SECONDS 86400

typedef struct {
  guint signed_in, anonymous;   /* requests of one who is signed in, of one address where nobody is; 0: none is answered */
  guint seconds;                /* of the window; 0: nothing is counted */
} WhRate;

/* "1000/100 per 3600" or "off". */
gboolean wh_rate_parse (const char *text, WhRate *out_rate);

G_END_DECLS
