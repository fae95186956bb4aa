#include "wh-conditions.h"

#include <string.h>

#include "base/wh-text.h"
#include "wh-preset.h"

/* " multiple sclerosis ", so that only whole words match. Caller frees. */
static char *
padded (const char *text)
{
  g_autofree char *folded = wh_text_fold (text);

  return g_strconcat (" ", folded, " ", NULL);
}

static gpointer
load_cb (gpointer unused)
{
  g_autoptr (GPtrArray) rows = wh_preset_table ("conditions.tsv");
  GPtrArray *conditions = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (conditions, padded (((char **) rows->pdata[i])[0]));
  return conditions;
}

gboolean
wh_conditions_named_in (const char *text)
{
  static GOnce once = G_ONCE_INIT;
  const GPtrArray *conditions = g_once (&once, load_cb, NULL);
  g_autofree char *words = padded (text);

  for (guint i = 0; i < conditions->len; i++)
    if (strstr (words, conditions->pdata[i]))
      return TRUE;
  return FALSE;
}
