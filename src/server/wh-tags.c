#include "wh-tags.h"

#include <string.h>

#include "base/wh-hash.h"

#define PACKED "-gzip"
#define ODD G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

static const char *
skip_blanks (const char *text)
{
  return text + strspn (text, " \t");
}

gboolean
wh_tags_any (const char *list)
{
  const char *star = skip_blanks (list);

  return *star == '*' && *skip_blanks (star + 1) == '\0';
}

/* After a tag: the next one, or NULL at the end. FALSE: something else stands there. */
static gboolean
move_on (const char **place, const char *after)
{
  after = skip_blanks (after);
  if (*after != '\0' && *after != ',')
    return FALSE;
  *place = *after ? after + 1 : NULL;
  return TRUE;
}

gboolean
wh_tags_next (const char **place, WhEntityTag *out_tag)
{
  const char *text = *place ? skip_blanks (*place) : NULL;

  /* A list may have empty places. */
  while (text && *text == ',')
    text = skip_blanks (text + 1);
  if (!text || !*text)
    {
      *place = NULL;
      return FALSE;
    }
  out_tag->weak = g_str_has_prefix (text, "W/");
  text += out_tag->weak ? strlen ("W/") : 0;
  if (*text++ != '"')
    return FALSE;
  out_tag->text = text;
  out_tag->length = strcspn (text, "\" \t");
  text += out_tag->length;
  out_tag->packed = out_tag->length > strlen (PACKED) && memcmp (text - strlen (PACKED), PACKED, strlen (PACKED)) == 0;
  out_tag->length -= out_tag->packed ? strlen (PACKED) : 0;
  return *text == '"' && move_on (place, text + 1);
}

gboolean
wh_tags_known (const char *list, const char *tag, gboolean *out_packed)
{
  WhEntityTag own, given;

  if (out_packed)
    *out_packed = FALSE;
  if (!list || !tag || !wh_tags_next (&tag, &own))
    return FALSE;
  if (wh_tags_any (list))
    return TRUE;
  while (wh_tags_next (&list, &given))
    if (given.length == own.length && memcmp (given.text, own.text, own.length) == 0)
      {
        if (out_packed)
          *out_packed = given.packed;
        return TRUE;
      }
  return FALSE;
}

char *
wh_tags_packed (const char *tag)
{
  return *tag == 'W' ? g_strdup (tag) : g_strdup_printf ("%.*s" PACKED "\"", (int) strlen (tag) - 1, tag);
}

char *
wh_tags_of (const char *data, gsize length, gint64 total)
{
  WhQuickHash hash = wh_hash_quick (data, length);

  return g_strdup_printf ("W/\"%016" G_GINT64_MODIFIER "x%08x\"", hash.halves[0], (guint32) (hash.halves[1] ^ (guint64) total * ODD >> 32));
}
