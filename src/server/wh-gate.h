/* wh-gate.h: looks at every request head before a handler or a body does (RFC 9110, 9112).
 *
 * The HTTP library is tolerant where framing could be read in two ways; the gate refuses all of that. A pure function over
 * what the library hands out, so that it is tested without a network. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_GATE_MAX_HEAD 8192     /* bytes of names and values */
#define WH_GATE_MAX_FIELDS 100
#define WH_GATE_MAX_TARGET 4096   /* bytes of the request target */

typedef struct {
  const char *name;
  gsize       name_length;
  const char *value;
  gsize       value_length;
} WhGateField;

typedef struct {
  const char        *method;
  const char        *target;    /* as it came: path and query, or absolute form */
  const char        *version;   /* "HTTP/1.1" */
  const WhGateField *fields;
  guint              n_fields;
} WhGateHead;

/* NULL when the head is good, else why it is refused (static, English, for the log and the reply). */
const char *wh_gate_check (const WhGateHead *head);
/* The path-and-query part of a target that passed: strips http://host of an absolute form. Borrowed from `target`. */
const char *wh_gate_origin_form (const char *target);

G_END_DECLS
