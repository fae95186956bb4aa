/* wh-squeeze.h: makes texts of one kind small in memory, and large again at memory speed: what stood before, in the text or in a
 * dictionary that all have in common, is named by where it stood and how long it was. For this process alone; the form is not kept. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Immutable; thread-safe. */
typedef struct _WhSqueezer WhSqueezer;

/* `dictionary`: what such texts have in common; copied, and cut to its last 32 KiB. */
WhSqueezer *wh_squeezer_new  (const char *dictionary, gsize length);
void        wh_squeezer_free (WhSqueezer *squeezer);

/* Appends the small form to `out`. */
void        wh_squeeze       (const WhSqueezer *squeezer, const char *text, gsize length, GByteArray *out);
/* So many bytes behind the text may be written over. */
#define WH_SQUEEZE_SLACK 32
/* Writes the text, which has `length` bytes. FALSE: that is not what was squeezed. */
gboolean    wh_unsqueeze     (const WhSqueezer *squeezer, const guint8 *bytes, gsize n_bytes, char *out_text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSqueezer, wh_squeezer_free)

G_END_DECLS
