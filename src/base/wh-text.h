/* wh-text.h: names as people type them. All text is UTF-8. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lower case, accents dropped, punctuation and runs of space become one space, ends trimmed:
 * "Granddaddy-Purple #1 " -> "granddaddy purple 1". For searching. Never NULL. */
char    *wh_text_fold  (const char *text);
/* Lower case, '#' and brackets removed, other non-alphanumerics to one '-', ends trimmed: "gorilla-glue-4". */
char    *wh_text_slug  (const char *text);
/* A copy that is valid UTF-8, NFC, without control characters, ends trimmed, cut at `max_bytes` on a character. */
char    *wh_text_clean (const char *text, gsize max_bytes);
/* Restricted Damerau–Levenshtein distance of two ASCII-folded texts, cut off: returns max + 1 when larger. */
guint    wh_text_edit_distance (const char *a, const char *b, guint max);
/* A decimal number in C notation, surrounding space allowed, nothing else ("1.5", "-2e3"); no inf, nan, hex. */
gboolean wh_text_to_number (const char *text, double *out_value);

G_END_DECLS
