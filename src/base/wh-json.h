/* wh-json.h: reading JSON from anybody.
 *
 * A byte cap and a strict RFC 8259 scan (UTF-8, depth <= WH_LIMIT_JSON_DEPTH, numbers that fit) come
 * before json-glib, which alone crashes on deep nesting and accepts invalid text. RFC 8259 allows a key
 * twice and \u0000: the last of equal keys counts, and U+FFFD stands for U+0000, which would end a C
 * string early. No other file sees json-glib: nodes are borrowed pointers that live as long as their
 * document. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhJson     WhJson;      /* a parsed document, owned */
typedef struct _WhJsonNode WhJsonNode;  /* a borrowed place in it */

/* WH_ERROR_TOO_LARGE over `max_bytes`, WH_ERROR_INVALID with line and column for anything else. */
WhJson           *wh_json_parse       (const char *text, gsize length, gsize max_bytes, GError **error);
void              wh_json_free        (WhJson *json);
const WhJsonNode *wh_json_root        (const WhJson *json);

gboolean wh_json_is_object (const WhJsonNode *node);
gboolean wh_json_is_array  (const WhJsonNode *node);
gboolean wh_json_is_string (const WhJsonNode *node);
gboolean wh_json_is_number (const WhJsonNode *node);
gboolean wh_json_is_null   (const WhJsonNode *node);   /* also for a NULL node */

/* NULL where the key is absent or the node is no object. */
const WhJsonNode *wh_json_member  (const WhJsonNode *node, const char *key);
guint             wh_json_length  (const WhJsonNode *node);   /* 0 for anything but an array */
const WhJsonNode *wh_json_element (const WhJsonNode *node, guint index);
/* Keys of an object in document order, NULL-terminated; free the array with g_free, not the strings. */
const char      **wh_json_keys    (const WhJsonNode *node);

/* Of a value node; the fallback where it is absent or of another type. */
const char *wh_json_string  (const WhJsonNode *node, const char *fallback);
double      wh_json_number  (const WhJsonNode *node, double fallback);
gint64      wh_json_integer (const WhJsonNode *node, gint64 fallback);
gboolean    wh_json_boolean (const WhJsonNode *node, gboolean fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhJson, wh_json_free)

G_END_DECLS
