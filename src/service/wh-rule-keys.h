/* wh-rule-keys.h: files of keys, and signatures beside the files they are of.
 *
 * A key file is `weedhounds-rule-key 1`, a line, and the seed in hex; mode 0600. FILE.sig is `weedhounds-signature 1`, a line, the
 * public key and the Ed25519 signature of the very bytes of FILE in hex, a line each. */
#pragma once

#include "base/wh-sign.h"

G_BEGIN_DECLS

/* Makes a key in a file that must not be there yet. The public key in hex, NULL on error; caller frees. */
char    *wh_rule_keys_make (const char *key_file, GError **error);
/* Signs `path` with the key of a file that others may not read; writes path.sig. The public key in hex; caller frees. */
char    *wh_rule_keys_sign (const char *path, const char *key_file, GError **error);
/* The signature beside `path`, held against its bytes. TRUE with out_key (caller frees), the hex of the key whose signature it is, or
 * NULL where there is none; FALSE for one that does not fit or cannot be read. */
gboolean wh_rule_keys_look (const char *path, const void *bytes, gsize length, char **out_key, GError **error);
/* A file's bytes, at most `most` of them; not of pipes and devices. */
gboolean wh_rule_keys_read (const char *path, gsize most, char **out_bytes, gsize *out_length, GError **error);

G_END_DECLS
