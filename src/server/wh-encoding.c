#include "wh-encoding.h"

#include <string.h>
#include <zlib.h>

#include "base/wh-text.h"
#include "wh-tags.h"

#define GZIP_WINDOW (15 + 16)   /* the largest, and the frame of gzip */
#define MEMORY 8                /* zlib's usual */

/* -- what is wanted --------------------------------------------------------------------------------------------------- */

/* "q=0.5" among the parameters of one item; without it 1. What is no weight counts as 0. */
static double
weight_of (const char *parameters)
{
  g_auto (GStrv) parts = g_strsplit (parameters, ";", -1);

  for (char **part = parts; *part; part++)
    {
      double weight;
      g_strstrip (*part);
      if (g_ascii_strncasecmp (*part, "q=", 2) == 0)
        return wh_text_to_number (*part + 2, &weight) && weight >= 0 && weight <= 1 ? weight : 0;
    }
  return 1;
}

gboolean
wh_encoding_wants_gzip (const char *accept)
{
  g_auto (GStrv) items = accept ? g_strsplit (accept, ",", -1) : NULL;
  double gzip = -1, identity = -1, any = -1;

  for (char **item = items; item && *item; item++)
    {
      gsize length = strcspn (*item, ";");
      g_autofree char *name = g_strstrip (g_strndup (*item, length));
      double weight = weight_of (*item + length);

      if (g_ascii_strcasecmp (name, "gzip") == 0 || g_ascii_strcasecmp (name, "x-gzip") == 0)
        gzip = MAX (gzip, weight);
      else if (g_ascii_strcasecmp (name, "identity") == 0)
        identity = weight;
      else if (strcmp (name, "*") == 0)
        any = weight;
    }
  gzip = gzip < 0 ? any : gzip;
  return gzip > 0 && gzip >= identity;
}

/* -- compressing ------------------------------------------------------------------------------------------------------ */

/* One a thread: what a stream needs is a quarter of a megabyte, and is used again. */
typedef struct {
  z_stream stream;
  int      level;
} Packer;

static void
packer_free (gpointer data)
{
  Packer *packer = data;

  deflateEnd (&packer->stream);
  g_free (packer);
}

static Packer *
packer_new (int level)
{
  Packer *packer = g_new0 (Packer, 1);

  packer->level = level;
  if (deflateInit2 (&packer->stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK)
    return packer;
  g_free (packer);
  return NULL;
}

static Packer *
packer_of_thread (int level)
{
  static GPrivate packers = G_PRIVATE_INIT (packer_free);
  Packer *packer = g_private_get (&packers);

  if (packer && packer->level == level && deflateReset (&packer->stream) == Z_OK)
    return packer;
  packer = packer_new (level);
  g_private_replace (&packers, packer);
  return packer;
}

char *
wh_encoding_pack (const char *bytes, gsize length, int level, gsize *out_length)
{
  Packer *packer = length > 0 && length < G_MAXUINT ? packer_of_thread (level) : NULL;
  g_autofree char *packed = NULL;

  if (!packer)
    return NULL;
  packed = g_malloc (length);
  packer->stream.next_in = (Bytef *) bytes;
  packer->stream.avail_in = (uInt) length;
  packer->stream.next_out = (Bytef *) packed;
  packer->stream.avail_out = (uInt) length;
  if (deflate (&packer->stream, Z_FINISH) != Z_STREAM_END)
    return NULL;
  *out_length = length - packer->stream.avail_out;
  return g_realloc (g_steal_pointer (&packed), *out_length);
}

/* -- replies ---------------------------------------------------------------------------------------------------------- */

static gboolean
can_shrink (const char *type)
{
  gsize length = type ? strcspn (type, "; ") : 0;

  if (!type || g_str_has_prefix (type, "text/event-stream"))
    return FALSE;
  return g_str_has_prefix (type, "text/") || g_str_has_prefix (type, "application/json")
         || (length > strlen ("+json") && memcmp (type + length - strlen ("+json"), "+json", strlen ("+json")) == 0);
}

static void
rename_tag (WhAnswer *answer)
{
  for (guint i = 0; answer->headers && i < answer->headers->len; i++)
    {
      WhAnswerHeader *header = &g_array_index (answer->headers, WhAnswerHeader, i);
      g_autofree char *tag = strcmp (header->name, "ETag") == 0 ? header->value : NULL;
      if (tag)
        header->value = wh_tags_packed (tag);
    }
}

void
wh_encoding_apply (const WhSettings *settings, const WhRequest *request, WhAnswer *answer)
{
  int level = (int) wh_settings_integer (settings, WH_SETTING_GZIP_LEVEL);
  gsize least = (gsize) wh_settings_integer (settings, WH_SETTING_GZIP_BYTES), length;
  char *packed;

  if (level == 0 || !can_shrink (answer->type) || answer->status == 204)
    return;
  wh_answer_set_header (answer, "Vary", g_strdup ("Accept-Encoding"));
  if (answer->length < least || !wh_encoding_wants_gzip (wh_request_header (request, "Accept-Encoding")))
    return;
  packed = wh_encoding_pack (answer->body, answer->length, level, &length);
  if (!packed)
    return;
  g_free (answer->body);
  answer->body = packed;
  answer->length = length;
  wh_answer_set_header (answer, "Content-Encoding", g_strdup ("gzip"));
  rename_tag (answer);
}
