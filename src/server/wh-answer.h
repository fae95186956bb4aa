/* wh-answer.h: what is answered, as a value. Handlers know no HTTP library. */
#pragma once

#include "wh-stream.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;    /* static */
  char       *value;
} WhAnswerHeader;

typedef struct {
  guint  status;
  char  *type;          /* content type; NULL: nothing is sent */
  char  *body;          /* `length` bytes; text unless it is compressed */
  gsize  length;
  WhStream *stream;     /* in place of the body; NULL: none */
  GArray *headers;      /* of WhAnswerHeader; NULL: none besides those of every reply */
} WhAnswer;

/* Takes `body`, a text. */
WhAnswer *wh_answer_new  (guint status, const char *type, char *body);
WhAnswer *wh_answer_new_of (guint status, const char *type, char *body, gsize length);
/* Takes `stream`. */
WhAnswer *wh_answer_new_stream (guint status, const char *type, WhStream *stream);
/* One more header field. Takes `value`; NULL: does nothing. */
void      wh_answer_set_header (WhAnswer *answer, const char *name, char *value);
void      wh_answer_free (WhAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAnswer, wh_answer_free)

G_END_DECLS
