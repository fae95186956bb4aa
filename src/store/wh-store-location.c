#include "wh-store.h"

#include <string.h>

/* What may be shown of an address; a password that was not written as it must be could stand anywhere else. */
#define PLAIN G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.:,/[]"

static const char *const schemes[] = { "postgresql://", "postgres://" };

/* The length of the scheme, 0 where there is none. */
static gsize
scheme_length (const char *location)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (location, schemes[i], strlen (schemes[i])) == 0)
      return strlen (schemes[i]);
  return 0;
}

/* "host=… dbname=…": words with a value, and none of them a path. */
static gboolean
is_list (const char *location)
{
  static const char *const words[] = { "host", "hostaddr", "port", "dbname", "user", "service" };
  gsize length = strcspn (location, "= /");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (location[length] == '=' && strlen (words[i]) == length && strncmp (location, words[i], length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
wh_store_location_is_server (const char *location)
{
  return scheme_length (location) > 0 || is_list (location);
}

static void
append_plain (GString *shown, const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);

  g_string_append (shown, strspn (part, PLAIN) == length ? part : "…");
}

/* Only what names the place: where a server is, and which database of it. */
static void
append_words (GString *shown, const char *text, const char *separators)
{
  g_auto (GStrv) words = g_strsplit_set (text, separators, -1);

  for (char **word = words; *word; word++)
    if (g_str_has_prefix (*word, "host=") || g_str_has_prefix (*word, "port=") || g_str_has_prefix (*word, "dbname="))
      {
        const char *value = strchr (*word, '=') + 1;
        g_string_append_printf (shown, "%s%.*s", shown->str[shown->len - 1] == '?' ? "" : "&", (int) (value - *word), *word);
        append_plain (shown, value, strlen (value));
      }
}

char *
wh_store_location_shown (const char *location)
{
  GString *shown = g_string_new (schemes[0]);
  const char *rest = location + scheme_length (location), *at = strrchr (rest, '@');

  if (!wh_store_location_is_server (location))
    {
      g_string_assign (shown, location);
      return g_string_free (shown, FALSE);
    }
  if (rest != location)
    {
      rest = at ? at + 1 : rest;
      append_plain (shown, rest, strcspn (rest, "?"));
      rest += strcspn (rest, "?");
    }
  g_string_append_c (shown, '?');
  append_words (shown, *rest == '?' ? rest + 1 : rest, rest == location ? " " : "&");
  if (shown->str[shown->len - 1] == '?')
    g_string_truncate (shown, shown->len - 1);
  return g_string_free (shown, FALSE);
}
