#include "wh-category.h"

#include <string.h>

const char *const wh_category_names[] = { "flower",    "pre-rolls", "vapes",       "concentrates", "edibles",
                                          "tinctures", "topicals",  "accessories", "other", NULL };
G_STATIC_ASSERT (G_N_ELEMENTS (wh_category_names) == WH_N_CATEGORIES + 1);

const char *
wh_category_name (guint place)
{
  g_return_val_if_fail (place < WH_N_CATEGORIES, NULL);
  return wh_category_names[place];
}

guint
wh_category_bit (const char *name)
{
  for (guint i = 0; name && i < WH_N_CATEGORIES; i++)
    if (strcmp (wh_category_names[i], name) == 0)
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
  for (guint i = 0; i < WH_N_CATEGORIES; i++)
    if (same_word (wh_category_names[i], text))
      return wh_category_names[i];
  if (g_ascii_strcasecmp (text, "accessory") == 0)
    return "accessories";
  return g_ascii_strcasecmp (text, "flowers") == 0 ? "flower" : NULL;
}
