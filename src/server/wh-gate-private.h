/* wh-gate-private.h: what the files of the gate share. Each check returns NULL, or why the head is refused. */
#pragma once

#include "wh-gate.h"

G_BEGIN_DECLS

gboolean    wh_gate_is_token      (const char *text, gsize length);
const char *wh_gate_check_target  (const char *target);
/* `host`: the field, NULL without one; out_status: of the refusal, left alone where 400 is right. */
const char *wh_gate_check_host    (const WhGateHead *head, const WhGateField *host, const WhGateRules *rules, guint *out_status);
/* Whether the head lies in its buffer as it must when every line ends with CRLF, is one line, and has no NUL. */
gboolean    wh_gate_head_is_plain (const WhGateHead *head);
/* The same of fields from `start` on; where the last ends, NULL when they do not. */
const char *wh_gate_fields_end    (const char *start, const WhGateField *fields, guint n_fields);

G_END_DECLS
