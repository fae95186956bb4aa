/* wh-id.h: 128-bit identifiers.
 *
 * What a person makes gets a UUIDv7 (RFC 9562); what comes from a source gets a UUIDv8 from SHA-256 of
 * (kind, source, natural key), so importing one file twice, or in two shops, gives the same rows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint8 bytes[16];
} WhId;

#define WH_ID_TEXT_LENGTH 36
#define WH_ID_NONE ((WhId){ { 0 } })

WhId     wh_id_new         (void);
/* The parts are hashed length-prefixed, so ("ab","c") and ("a","bc") differ. */
WhId     wh_id_from_key    (const char *kind, const char *source, const char *natural_key);
/* Accepts the 36-character form only, upper or lower case. */
gboolean wh_id_parse       (const char *text, WhId *out_id);
void     wh_id_format      (const WhId *id, char out_text[WH_ID_TEXT_LENGTH + 1]);
char    *wh_id_to_string   (const WhId *id);
gboolean wh_id_is_none     (const WhId *id);
int      wh_id_compare     (gconstpointer a, gconstpointer b);
guint    wh_id_hash        (gconstpointer id);
gboolean wh_id_equal       (gconstpointer a, gconstpointer b);

G_END_DECLS
