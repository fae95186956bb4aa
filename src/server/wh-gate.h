/* wh-gate.h: looks at every request head before a handler or a body does (RFC 9110, 9112).
 *
 * The HTTP library is tolerant where framing could be read in two ways; the gate refuses all of that. A pure function over
 * what the library hands out, so that it is tested without a network. What the library does not hand out (line ends, folded lines, cut
 * values, more than one space) shows in where things lie in its buffer: see wh-gate-layout.c. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_GATE_MAX_HEAD 8192     /* bytes of a head, usually */
#define WH_GATE_MAX_FIELDS 100
#define WH_GATE_MAX_TARGET 4096   /* bytes of the request target */

typedef struct {
  const char *name;
  gsize       name_length;
  const char *value;
  gsize       value_length;   /* without the blanks at its end */
} WhGateField;

typedef struct {
  const char        *method;
  const char        *target;    /* as it came: path and query, or absolute form */
  const char        *version;   /* "HTTP/1.1" */
  const WhGateField *fields;
  guint              n_fields;
  const char        *raw_target;   /* where the target stood in the buffer that the other texts lie in; NULL: they lie in none */
  gsize              size;         /* bytes from `method` to the end of the head in that buffer */
} WhGateHead;

/* What an operator may set. */
typedef struct {
  const char *const *hosts;      /* names of this server, besides localhost and addresses; "*": any. NULL: none */
  gsize              max_head;   /* bytes; 0: WH_GATE_MAX_HEAD */
} WhGateRules;

typedef struct {
  guint       status;   /* of HTTP; 0: the head is good */
  const char *code;     /* stable word */
  const char *reason;   /* static, English, for the log and the reply */
} WhGateVerdict;

WhGateVerdict wh_gate_check          (const WhGateHead *head, const WhGateRules *rules);
/* The fields after a chunked body. `start`: where they begin in the buffer; NULL: they lie in none. */
WhGateVerdict wh_gate_check_trailers (const WhGateField *fields, guint n_fields, const char *start);
/* What stands before the data of a chunk: the end of the chunk before, size, extensions. */
gboolean      wh_gate_is_chunk_head  (const char *text, gsize length);
/* The path-and-query part of a target that passed: strips http://host of an absolute form. Borrowed from `target`. */
const char   *wh_gate_origin_form    (const char *target);

G_END_DECLS
