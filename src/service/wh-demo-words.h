/* wh-demo-words.h: the words and places the demonstration catalogue is made of (data/demo/, embedded). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char **first, **second;              /* of strain names */
  char **brands, **shops, **kinds, **labs;
  GPtrArray *known;                    /* of char**: name, type, genetics, aliases (|), leading terpene */
  GPtrArray *cities;                   /* of char**: city, state, latitude, longitude */
} WhDemoWords;

WhDemoWords *wh_demo_words_load (void);
void         wh_demo_words_free (WhDemoWords *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDemoWords, wh_demo_words_free)

G_END_DECLS
