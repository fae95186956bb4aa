/* Signatures: the vectors of RFC 8032, and that nothing but the very bytes passes. */
#include <string.h>

#include "base/wh-sign.h"
#include "support/wh-test.h"

static const struct {
  const char *secret, *key, *message, *signature;
} vectors[] = {   /* RFC 8032, 7.1: tests 1 to 3 */
  { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
  { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
  { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint8 message[2];
      gsize length = strlen (vectors[i].message) / 2;
      WhSignSecret secret;
      g_assert_true (wh_sign_from_hex (vectors[i].secret, secret.bytes, sizeof secret.bytes));
      g_assert_true (wh_sign_from_hex (vectors[i].message, message, length));
      WhSignKey key = wh_sign_key_of (&secret);
      WhSignature signature = wh_sign (&secret, message, length);
      g_autofree char *key_text = wh_sign_to_hex (key.bytes, sizeof key.bytes);
      g_autofree char *text = wh_sign_to_hex (signature.bytes, sizeof signature.bytes);
      g_assert_cmpstr (key_text, ==, vectors[i].key);
      g_assert_cmpstr (text, ==, vectors[i].signature);
      g_assert_true (wh_sign_verify (&key, &signature, message, length));
    }
}

/* Any bit of the message, the signature or the key that is another makes it fail. */
static void
test_changed (void)
{
  WhSignSecret secret = wh_sign_secret_new (), other = wh_sign_secret_new ();
  WhSignKey key = wh_sign_key_of (&secret), other_key = wh_sign_key_of (&other);
  char message[] = "NJ\ttax.sales.state\t6.625";
  WhSignature signature = wh_sign (&secret, message, strlen (message));

  g_assert_true (wh_sign_verify (&key, &signature, message, strlen (message)));
  g_assert_false (wh_sign_verify (&other_key, &signature, message, strlen (message)));
  g_assert_false (wh_sign_verify (&key, &signature, message, strlen (message) - 1));
  for (guint bit = 0; bit < 8 * strlen (message); bit++)
    {
      message[bit / 8] ^= (char) (1 << bit % 8);
      g_assert_false (wh_sign_verify (&key, &signature, message, strlen (message)));
      message[bit / 8] ^= (char) (1 << bit % 8);
    }
  for (guint bit = 0; bit < 8 * sizeof signature.bytes; bit++)
    {
      signature.bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      g_assert_false (wh_sign_verify (&key, &signature, message, strlen (message)));
      signature.bytes[bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

static void
test_hex (void)
{
  guint8 bytes[2];

  g_assert_true (wh_sign_from_hex ("00fF", bytes, 2));
  g_assert_cmpuint (bytes[1], ==, 255);
  g_assert_false (wh_sign_from_hex ("00f", bytes, 2));
  g_assert_false (wh_sign_from_hex ("00ff0", bytes, 2));
  g_assert_false (wh_sign_from_hex ("00fg", bytes, 2));
  g_assert_false (wh_sign_from_hex (" 0ff", bytes, 2));
}

static void
test_wipe (void)
{
  static const WhSignSecret empty = { { 0 } };
  WhSignSecret secret = wh_sign_secret_new ();

  g_assert_cmpint (memcmp (&secret, &empty, sizeof secret), !=, 0);
  wh_sign_wipe (&secret);
  g_assert_cmpmem (&secret, sizeof secret, &empty, sizeof empty);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sign/vectors", test_vectors);
  g_test_add_func ("/sign/changed", test_changed);
  g_test_add_func ("/sign/hex", test_hex);
  g_test_add_func ("/sign/wipe", test_wipe);
  return g_test_run ();
}
