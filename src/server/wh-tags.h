/* wh-tags.h: entity tags as RFC 9110 lists them: “"a", W/"b"” or “*”. Rows have strong ones, their revision; what is made of many rows has
 * weak ones, of what it says. A compressed row is “"7-gzip"”: other bytes, the same row. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *text;     /* what stands between the quotes, without the mark of compression */
  gsize       length;
  gboolean    weak;
  gboolean    packed;   /* it had that mark */
} WhEntityTag;

/* Reads the next of a list and moves on; `*place` is NULL after the last. FALSE: it is no list of tags, or is at its end. */
gboolean wh_tags_next   (const char **place, WhEntityTag *out_tag);
gboolean wh_tags_any    (const char *list);   /* "*" */
/* If-None-Match: whether the list (may be NULL) names the tag, weak or strong, or is “*”. out_packed (may be NULL): it named the compressed
 * one. */
gboolean wh_tags_known  (const char *list, const char *tag, gboolean *out_packed);
/* “"7-gzip"” of “"7"”, and a weak one as it is. Caller frees. */
char    *wh_tags_packed (const char *tag);
/* A weak one of what a reply says. Caller frees. */
char    *wh_tags_of     (const char *data, gsize length, gint64 total);

G_END_DECLS
