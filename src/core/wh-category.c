#include "wh-category.h"

#include <string.h>

static const char *const names[] = { "flower",    "pre-rolls", "vapes",       "concentrates", "edibles",
                                     "tinctures", "topicals",  "accessories", "other" };
G_STATIC_ASSERT (G_N_ELEMENTS (names) == WH_N_CATEGORIES);

const char *
wh_category_name (guint place)
{
  g_return_val_if_fail (place < WH_N_CATEGORIES, NULL);
  return names[place];
}

guint
wh_category_bit (const char *name)
{
  for (guint i = 0; name && i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return 1u << i;
  return 0;
}

/* "Pre-Rolls", "prerolls" and "preroll" are the same to people. */
static gboolean
same_word (const char *name, const char *text)
{
  while (*name && *text)
    {
      if (*name == '-' && *text != '-')
        name++;
      if (g_ascii_tolower (*text) != *name)
        return FALSE;
      name++;
      text++;
    }
  return !*text && (!*name || strcmp (name, "s") == 0);
}

const char *
wh_category_meant (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (same_word (names[i], text))
      return names[i];
  if (g_ascii_strcasecmp (text, "accessory") == 0)
    return "accessories";
  return g_ascii_strcasecmp (text, "flowers") == 0 ? "flower" : NULL;
}
