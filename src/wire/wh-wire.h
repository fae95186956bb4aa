/* wh-wire.h: core values to JSON and back; the documented envelope; errors and their statuses. */
#pragma once

#include "base/wh-error.h"
#include "base/wh-json.h"
#include "base/wh-json-writer.h"
#include "core/wh-change.h"
#include "core/wh-edit.h"

G_BEGIN_DECLS

/* Every field of an entity by its table: <id_key>, revision, source, demonstration, created_at, updated_at, then the fields; absent ones
 * as null. A row that no server has stored yet (revision 0) has pending: true besides. A panel becomes
 * "measurements": [{analyte, name, state, value, unit, basis, lod, loq, text}]. Without `braces` the caller has opened the object and
 * may add keys of its own. */
void      wh_wire_write_entity (WhJsonWriter *writer, gconstpointer entity, gboolean braces);
/* Reads what wh_wire_write_entity wrote; unknown keys are skipped (a newer server). WH_ERROR_INVALID names the key. */
gpointer  wh_wire_read_entity  (const WhJsonNode *node, WhKind kind, GError **error);
void      wh_wire_write_measure (WhJsonWriter *writer, const WhMeasure *measure);

/* One field by its table: its key ("measurements" for a panel), key and value, and back from a value that is not null. */
const char *wh_wire_field_key  (const WhField *field);
void      wh_wire_write_field  (WhJsonWriter *writer, gconstpointer entity, const WhField *field);
gboolean  wh_wire_read_field   (const WhJsonNode *node, gpointer entity, const WhField *field, GError **error);
/* Always FALSE: WH_ERROR_INVALID that names the key. */
gboolean  wh_wire_wrong        (const char *key, GError **error);

/* What somebody asks for: {op, kind, id, base_revision, with_parts, row}; the row has the fields that are given, null for those to be
 * emptied, and may have what wh_wire_write_entity adds: its revision is then the base. Nothing is skipped: WH_ERROR_INVALID with the
 * key in *out_key (NULL: none; free it) for one that this program does not know, because it could not keep it. */
void      wh_wire_write_edit   (WhJsonWriter *writer, const WhEdit *edit);
WhEdit   *wh_wire_read_edit    (const WhJsonNode *node, char **out_key, GError **error);
/* The row of an edit whose other parts are known. */
gboolean  wh_wire_read_edit_row (const WhJsonNode *row, WhEdit *edit, char **out_key, GError **error);

/* {seq, op, kind, id, row}; without seq while it is not stored by a server, without row when it deletes. */
void      wh_wire_write_change (WhJsonWriter *writer, const WhChange *change);
/* NULL with error unset for a kind this program does not know: skip it. */
WhChange *wh_wire_read_change  (const WhJsonNode *node, GError **error);

/* What somebody sends about a sample: {"myrcene": 0.8, "linalool": "<0.01", "cbd": "ND"}, in % or mg/g, each analyte once, none more
 * than the whole. NULL with WH_ERROR_INVALID; *out_key is then the key that is wrong, or NULL where it is the object; free it. */
WhPanel  *wh_wire_read_analytes (const WhJsonNode *object, WhUnit unit, char **out_key, GError **error);

/* The data of GET /api/sync/changes?token=TOKEN&limit=N (at most WH_LIMIT_SYNC_PAGE), one page in commit order:
 *   {server_id, epoch, revision, token, has_more, changes: [change, …]}
 * `token` asks for what follows this page; `revision` is the server's sequence number now. A token of another epoch, or
 * one older than the tombstones kept, is answered 410 with the code MUST_REFETCH: begin again without a token. */
/* Sync tokens: opaque to clients, base64url of epoch and seq. An absent token is the beginning. */
char     *wh_wire_token        (const char *epoch, gint64 seq);
gboolean  wh_wire_token_parse  (const char *token, char **out_epoch, gint64 *out_seq, GError **error);

#define WH_META_NO_OFFSET G_MAXUINT   /* nobody knows how many rows stand before the page */

/* What stands in meta. A total_count < 0 is left out, and with per_page 0 all of it that is about pages. */
typedef struct {
  const char *request_id;
  gint64      started;        /* wh_clock_monotonic when the request came */
  gint64      total_count;
  guint       per_page;
  guint       offset;
  const char *next_cursor;    /* NULL: none */
  guint       rate_limit;     /* requests that are free in the window; 0: nothing is said of it */
  guint       rate_remaining;
  gint64      rate_reset;     /* when the window ends, seconds since 1970 */
} WhMeta;

/* What went wrong, as a reply says it. */
typedef struct {
  guint       status;         /* of HTTP */
  const char *code;           /* stable word: STRAIN_NOT_FOUND … */
  const char *message;
  const char *field;          /* parameter or body field; NULL: none */
  const char *details;        /* one JSON value; NULL: none */
} WhWireError;

/* Status and code by the one table; borrows the error's message. */
WhWireError wh_wire_error      (const GError *error);

/* The finished reply body: {success, data, meta, errors}. `data` is one JSON value. */
char     *wh_wire_envelope     (const char *data, const WhMeta *meta);
/* The same for data of so many bytes; out_length: of the body. */
char     *wh_wire_envelope_of  (const char *data, gsize length, const WhMeta *meta, gsize *out_length);
char     *wh_wire_error_envelope (const WhWireError *error, const WhMeta *meta);
/* application/problem+json (RFC 9457). */
char     *wh_wire_problem      (const WhWireError *error, const WhMeta *meta);
/* And back, for the client: from a reply's status and body to an error of our domain. */
GError   *wh_wire_error_from_reply (guint status, const char *body, gsize length);

G_END_DECLS
