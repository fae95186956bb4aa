/* wh-hash.h: SHA-256, the one digest of the program. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_HASH_LENGTH 32

typedef struct {
  guint8 bytes[WH_HASH_LENGTH];
} WhHash;

WhHash wh_hash_data (const void *data, gsize length);
/* SipHash-2-4, for tables that strangers fill: who does not know the key cannot make two texts fall together. */
guint64 wh_hash_keyed (const guint64 key[2], const void *data, gsize length);
char  *wh_hash_to_string (const WhHash *hash);   /* 64 lower-case hex digits */

/* 128 bits that tell texts apart which nobody makes in order to be taken for each other; thirty times as fast. */
typedef struct {
  guint64 halves[2];
} WhQuickHash;
WhQuickHash wh_hash_quick (const void *data, gsize length);

/* HMAC-SHA256 (RFC 2104) as 64 lower-case hex digits. Caller frees. */
char  *wh_hash_sign (const char *key, const void *data, gsize length);

/* A running digest; text parts are length-prefixed. */
typedef struct _WhHasher WhHasher;
WhHasher *wh_hasher_new    (void);
void      wh_hasher_data   (WhHasher *hasher, const void *data, gsize length);
void      wh_hasher_text   (WhHasher *hasher, const char *text);   /* NULL and "" differ */
WhHash    wh_hasher_finish (WhHasher *hasher);                     /* frees it */

G_END_DECLS
