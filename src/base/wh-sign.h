/* wh-sign.h: signatures of files: Ed25519, by libsodium. No other file calls it.
 *
 * A secret key is its seed of 32 bytes; who holds one wipes it with wh_sign_wipe. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_SIGN_KEY_LENGTH 32
#define WH_SIGN_LENGTH     64

typedef struct {
  guint8 bytes[WH_SIGN_KEY_LENGTH];
} WhSignSecret;

typedef struct {
  guint8 bytes[WH_SIGN_KEY_LENGTH];
} WhSignKey;

typedef struct {
  guint8 bytes[WH_SIGN_LENGTH];
} WhSignature;

WhSignSecret wh_sign_secret_new (void);
WhSignKey    wh_sign_key_of     (const WhSignSecret *secret);
WhSignature  wh_sign            (const WhSignSecret *secret, const void *data, gsize length);
gboolean     wh_sign_verify     (const WhSignKey *key, const WhSignature *signature, const void *data, gsize length);
void         wh_sign_wipe       (WhSignSecret *secret);

/* Lower-case hex digits, two a byte. Caller frees. */
char        *wh_sign_to_hex     (const void *bytes, gsize length);
/* Exactly `length` bytes of hex digits, nothing else; FALSE otherwise. */
gboolean     wh_sign_from_hex   (const char *text, void *out_bytes, gsize length);

G_END_DECLS
