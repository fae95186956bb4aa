#include "wh-answer.h"

#include <string.h>

WhAnswer *
wh_answer_new_of (guint status, const char *type, char *body, gsize length)
{
  WhAnswer *answer = g_new0 (WhAnswer, 1);

  answer->status = status;
  answer->type = g_strdup (type);
  answer->body = body;
  answer->length = length;
  return answer;
}

WhAnswer *
wh_answer_new (guint status, const char *type, char *body)
{
  return wh_answer_new_of (status, type, body, strlen (body));
}

WhAnswer *
wh_answer_new_stream (guint status, const char *type, WhStream *stream)
{
  WhAnswer *answer = wh_answer_new (status, type, g_strdup (""));

  answer->stream = stream;
  return answer;
}

static void
header_clear (gpointer data)
{
  g_free (((WhAnswerHeader *) data)->value);
}

void
wh_answer_set_header (WhAnswer *answer, const char *name, char *value)
{
  WhAnswerHeader header = { name, value };

  if (!value)
    return;
  if (!answer->headers)
    {
      answer->headers = g_array_new (FALSE, FALSE, sizeof (WhAnswerHeader));
      g_array_set_clear_func (answer->headers, header_clear);
    }
  g_array_append_val (answer->headers, header);
}

void
wh_answer_free (WhAnswer *answer)
{
  if (!answer)
    return;
  g_free (answer->type);
  g_free (answer->body);
  g_clear_pointer (&answer->stream, wh_stream_free);
  g_clear_pointer (&answer->headers, g_array_unref);
  g_free (answer);
}
