/* wh-flavours.h: what two lists of flavours ("Lemon, Citrus", as of a card; NULL: none) have in common. Not for other rooms. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many flavours both have; `names` (may be NULL) is given them, as such a list. */
guint wh_flavours_shared    (const char *one, const char *other, GString *names);
/* |A and B| / sqrt (|A| |B|), 0..1; NAN where one is empty. */
float wh_flavours_in_common (const char *one, const char *other);

G_END_DECLS
