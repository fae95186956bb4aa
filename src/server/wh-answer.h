/* wh-answer.h: what is answered, as a value. Handlers know no HTTP library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint  status;
  char  *type;          /* content type */
  char  *body;          /* text; its length is `length` */
  gsize  length;
  char  *allow;         /* Allow header or NULL */
  char  *location;      /* Location header or NULL */
  char  *etag;          /* ETag header or NULL */
  guint  retry_after;   /* seconds; 0: no header */
} WhAnswer;

/* Takes `body`. */
WhAnswer *wh_answer_new  (guint status, const char *type, char *body);
void      wh_answer_free (WhAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAnswer, wh_answer_free)

G_END_DECLS
