/* wh-json-writer.h: writing JSON, streaming into a GString. Commas and quotes are its business. */
#pragma once

#include "wh-json.h"

G_BEGIN_DECLS

typedef struct _WhJsonWriter WhJsonWriter;

/* Writes into `out` (borrowed). `indent` 0 for one line, else spaces per level. */
WhJsonWriter *wh_json_writer_new  (GString *out, guint indent);
void          wh_json_writer_free (WhJsonWriter *writer);

void wh_json_writer_begin_object (WhJsonWriter *writer);
void wh_json_writer_end_object   (WhJsonWriter *writer);
void wh_json_writer_begin_array  (WhJsonWriter *writer);
void wh_json_writer_end_array    (WhJsonWriter *writer);
void wh_json_writer_key          (WhJsonWriter *writer, const char *key);

/* Values. Invalid UTF-8 is written with U+FFFD; NULL text and non-finite numbers become null. */
void wh_json_writer_string  (WhJsonWriter *writer, const char *text);
void wh_json_writer_integer (WhJsonWriter *writer, gint64 value);
/* The shortest form with at most `decimals` decimals, trailing zeros dropped; decimals < 0: shortest that reads back equal. */
void wh_json_writer_number  (WhJsonWriter *writer, double value, int decimals);
void wh_json_writer_boolean (WhJsonWriter *writer, gboolean value);
void wh_json_writer_null    (WhJsonWriter *writer);
/* Appends text that already is one valid JSON value. */
void wh_json_writer_raw     (WhJsonWriter *writer, const char *json);
/* Members of the object at hand: "a":1,"b":2 */
void wh_json_writer_raw_members (WhJsonWriter *writer, const char *members, gsize length);
void wh_json_writer_raw_of (WhJsonWriter *writer, const char *json, gsize length);

/* The same of a value that was read. */
void wh_json_writer_node    (WhJsonWriter *writer, const WhJsonNode *node);

/* key + value in one call. */
void wh_json_writer_add_string  (WhJsonWriter *writer, const char *key, const char *text);
void wh_json_writer_add_integer (WhJsonWriter *writer, const char *key, gint64 value);
void wh_json_writer_add_number  (WhJsonWriter *writer, const char *key, double value, int decimals);
void wh_json_writer_add_boolean (WhJsonWriter *writer, const char *key, gboolean value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhJsonWriter, wh_json_writer_free)

G_END_DECLS
