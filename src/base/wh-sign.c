#include "wh-sign.h"

#include <sodium.h>
#include <string.h>

#include "wh-random.h"

G_STATIC_ASSERT (WH_SIGN_KEY_LENGTH == crypto_sign_SEEDBYTES && WH_SIGN_KEY_LENGTH == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT (WH_SIGN_LENGTH == crypto_sign_BYTES);

/* Must come before anything else of the library; may come again, from any thread. */
static void
begin (void)
{
  if (sodium_init () < 0)
    g_error ("libsodium cannot be initialized");
}

WhSignSecret
wh_sign_secret_new (void)
{
  WhSignSecret secret;

  wh_random_bytes (secret.bytes, sizeof secret.bytes);
  return secret;
}

WhSignKey
wh_sign_key_of (const WhSignSecret *secret)
{
  guint8 pair[crypto_sign_SECRETKEYBYTES];
  WhSignKey key;

  begin ();
  crypto_sign_seed_keypair (key.bytes, pair, secret->bytes);
  sodium_memzero (pair, sizeof pair);
  return key;
}

WhSignature
wh_sign (const WhSignSecret *secret, const void *data, gsize length)
{
  guint8 pair[crypto_sign_SECRETKEYBYTES];
  WhSignKey key;
  WhSignature signature;

  begin ();
  crypto_sign_seed_keypair (key.bytes, pair, secret->bytes);
  crypto_sign_detached (signature.bytes, NULL, data, length, pair);
  sodium_memzero (pair, sizeof pair);
  return signature;
}

gboolean
wh_sign_verify (const WhSignKey *key, const WhSignature *signature, const void *data, gsize length)
{
  begin ();
  return crypto_sign_verify_detached (signature->bytes, data, length, key->bytes) == 0;
}

void
wh_sign_wipe (WhSignSecret *secret)
{
  sodium_memzero (secret, sizeof *secret);
}

char *
wh_sign_to_hex (const void *bytes, gsize length)
{
  char *text = g_malloc (2 * length + 1);

  return sodium_bin2hex (text, 2 * length + 1, bytes, length);
}

gboolean
wh_sign_from_hex (const char *text, void *out_bytes, gsize length)
{
  gsize digits = strlen (text), written;

  return digits == 2 * length && sodium_hex2bin (out_bytes, length, text, digits, NULL, &written, NULL) == 0 && written == length;
}
