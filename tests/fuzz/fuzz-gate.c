/* Any bytes as the head of a request, cut up in place as the HTTP library does: what passes the gate can be read in one way only. */
#include <string.h>

#include "server/wh-gate.h"
#include "wh-fuzz.h"

#define MOST_FIELDS (WH_GATE_MAX_FIELDS + 20)

/* Cuts at the next `c`, or at the end; returns what follows. */
static char *
cut (char *text, char *end, char c)
{
  char *place = memchr (text, c, (gsize) (end - text));

  if (!place)
    return end;
  *place = '\0';
  return place + 1;
}

/* The line that begins at `text`, its end made NUL; returns the next. */
static char *
cut_line (char *text, char *end)
{
  char *next = cut (text, end, '\n');

  if (next - text >= 2 && next[-1] == '\0' && next[-2] == '\r')
    next[-2] = '\0';
  return next;
}

static guint
cut_fields (char *text, char *end, WhGateField *fields, char **out_end)
{
  guint n = 0;

  while (text < end && *text && *text != '\r' && *text != '\n' && n < MOST_FIELDS)
    {
      char *next = cut_line (text, end);
      gsize length = strlen (text);
      char *value = cut (text, text + length, ':');
      value += strspn (value, " \t");
      fields[n].name = text;
      fields[n].name_length = strlen (text);
      fields[n].value = value;
      fields[n].value_length = strlen (value);
      while (fields[n].value_length && strchr (" \t", value[fields[n].value_length - 1]))
        fields[n].value_length--;
      n++;
      text = next;
    }
  *out_end = text < end ? cut_line (text, end) : end;
  return n;
}

static guint
count_called (const WhGateHead *head, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < head->n_fields; i++)
    n += head->fields[i].name_length == strlen (name) && g_ascii_strncasecmp (head->fields[i].name, name, strlen (name)) == 0;
  return n;
}

static void
assert_one_way (const WhGateHead *head)
{
  const char *origin = wh_gate_origin_form (head->target);

  g_assert_true (*origin == '/' || strcmp (origin, "*") == 0);
  g_assert_cmpuint (count_called (head, "Host"), <=, 1);
  g_assert_cmpuint (count_called (head, "Content-Length") + count_called (head, "Transfer-Encoding"), <=, 1);
  g_assert_null (strpbrk (head->target, " \t\r\n#\\"));
  g_assert_cmpuint (head->n_fields, <=, WH_GATE_MAX_FIELDS);
  for (guint i = 0; i < head->n_fields; i++)
    for (gsize j = 0; j < head->fields[i].value_length; j++)
      g_assert_true ((guchar) head->fields[i].value[j] >= 0x20 || head->fields[i].value[j] == '\t');
}

static void
check (char *buffer, gsize size, gboolean in_buffer)
{
  char *end = buffer + size, *next = cut_line (buffer, end), *target, *version, *head_end;
  WhGateField fields[MOST_FIELDS];
  const WhGateRules rules = { 0 };
  WhGateHead head = { .method = buffer, .fields = fields };
  WhGateVerdict verdict;

  target = cut (buffer, buffer + strlen (buffer), ' ');
  version = cut (target, target + strlen (target), ' ');
  head.target = target;
  head.version = version;
  head.n_fields = cut_fields (next, end, fields, &head_end);
  head.raw_target = in_buffer ? target : NULL;
  head.size = (gsize) (head_end - buffer);
  verdict = wh_gate_check (&head, &rules);
  g_assert_true (verdict.status == 0 || (verdict.status >= 400 && verdict.code && verdict.reason));
  if (verdict.status == 0)
    assert_one_way (&head);
  wh_gate_check_trailers (fields, head.n_fields, in_buffer && head.n_fields ? fields[0].name : NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  for (int in_buffer = 0; in_buffer < 2; in_buffer++)
    {
      g_autofree char *buffer = g_malloc0 (size + 8);   /* the library keeps its buffer zeroed behind the head */
      if (size)
        memcpy (buffer, data, size);
      check (buffer, size, in_buffer);
    }
  wh_gate_is_chunk_head ((const char *) data, size);
  return 0;
}
