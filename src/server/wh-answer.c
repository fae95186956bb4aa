#include "wh-answer.h"

#include <string.h>

WhAnswer *
wh_answer_new (guint status, const char *type, char *body)
{
  WhAnswer *answer = g_new0 (WhAnswer, 1);

  answer->status = status;
  answer->type = g_strdup (type);
  answer->body = body;
  answer->length = strlen (body);
  return answer;
}

void
wh_answer_free (WhAnswer *answer)
{
  if (!answer)
    return;
  g_free (answer->type);
  g_free (answer->body);
  g_free (answer->allow);
  g_free (answer->location);
  g_free (answer->etag);
  g_free (answer);
}
