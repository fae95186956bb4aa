#include "wh-settings.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

#define MAIN_GROUP "weedhounds"
#define SEPARATORS " \t\n;"
#define LINE_WIDTH 100

typedef struct {
  gint64  integer;
  char   *text;    /* as it was set */
  char  **list;
  WhNetworks *networks;
  WhRate  rate;
} Value;

struct _WhSettings {
  Value values[WH_N_SETTINGS];
};

/* Groups and keys of weedhounds.conf that other parts of the program read. */
static const char *const foreign_groups[] = { "opencl", "rules", NULL };
static const char *const foreign_keys[] = { "data_dir", "server", NULL };

static char *
variable_of (const WhSettingRow *row)
{
  g_autofree char *name = strcmp (row->group, MAIN_GROUP) == 0 ? g_strdup (row->name) : g_strdup_printf ("%s_%s", row->group, row->name);
  g_autofree char *upper = g_ascii_strup (name, -1);

  return g_strconcat ("WEEDHOUNDS_", upper, NULL);
}

static const WhSettingRow *
find_row (const char *group, const char *name)
{
  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    if (strcmp (wh_setting_row (i)->group, group) == 0 && strcmp (wh_setting_row (i)->name, name) == 0)
      return wh_setting_row (i);
  return NULL;
}

/* -- reading one value -- */

static gboolean
read_integer (const WhSettingRow *row, Value *value, const char *where, GError **error)
{
  if (g_ascii_string_to_signed (value->text, 10, row->least, row->most, &value->integer, NULL))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("%s: %s in [%s] is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not “%s”"), where, row->name,
               row->group, row->least, row->most, value->text);
  return FALSE;
}

static gboolean
read_boolean (const WhSettingRow *row, Value *value, const char *where, GError **error)
{
  value->integer = strcmp (value->text, "true") == 0;
  if (value->integer || strcmp (value->text, "false") == 0)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: %s in [%s] is true or false, not “%s”"), where, row->name, row->group,
               value->text);
  return FALSE;
}

static gboolean
read_text (const WhSettingRow *row, const Value *value, const char *where, GError **error)
{
  g_autofree char *choices = NULL;

  if (!row->choices || g_strv_contains (row->choices, value->text))
    return TRUE;
  choices = g_strjoinv (", ", (char **) row->choices);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: %s in [%s] is one of %s, not “%s”"), where, row->name, row->group, choices,
               value->text);
  return FALSE;
}

static char **
split_list (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, SEPARATORS, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **part = parts; *part; part++)
    if (**part)
      g_strv_builder_add (builder, *part);
  return g_strv_builder_end (builder);
}

static gboolean
read_networks (const WhSettingRow *row, Value *value, const char *where, GError **error)
{
  g_autoptr (GError) wrong = NULL;

  wh_networks_free (value->networks);
  value->networks = wh_networks_new ((const char *const *) value->list, &wrong);
  if (!value->networks)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: %s in [%s]: %s"), where, row->name, row->group, wrong->message);
  return value->networks != NULL;
}

static gboolean
read_rate (const WhSettingRow *row, Value *value, const char *where, GError **error)
{
  if (wh_rate_parse (value->text, &value->rate))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("%s: %s in [%s] is written as “1000/100 per 3600” (requests of one who is signed in, of one address where nobody is, in so"
                 " many seconds, at most %d in %d) or “off”, not “%s”"), where, row->name, row->group, WH_RATE_MOST, WH_RATE_MOST_SECONDS,
               value->text);
  return FALSE;
}

/* `where`: what set it, for an error. */
static gboolean
set_value (WhSettings *settings, const WhSettingRow *row, const char *text, const char *where, GError **error)
{
  Value *value = &settings->values[row->id];

  g_free (value->text);
  value->text = g_strstrip (g_strdup (text));
  switch (row->type)
    {
    case WH_SETTING_INTEGER:
      return read_integer (row, value, where, error);
    case WH_SETTING_BOOLEAN:
      return read_boolean (row, value, where, error);
    case WH_SETTING_LIST:
    case WH_SETTING_NETWORKS:
      g_strfreev (value->list);
      value->list = split_list (value->text);
      return row->type == WH_SETTING_LIST || read_networks (row, value, where, error);
    case WH_SETTING_RATE:
      return read_rate (row, value, where, error);
    default:
      return read_text (row, value, where, error);
    }
}

/* -- where values come from -- */

static gboolean
take_usual (WhSettings *settings, GError **error)
{
  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    {
      const WhSettingRow *row = wh_setting_row (i);
      if (!set_value (settings, row, row->usual ? row->usual : "", _("default"), error))
        return FALSE;
    }
  return TRUE;
}

/* A message of GLib's as one of ours. Always FALSE. */
static gboolean
cannot_read (const char *path, GError *wrong, GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s cannot be read: %s"), path, wrong->message);
  return FALSE;
}

static gboolean
take_group (WhSettings *settings, GKeyFile *file, const char *group, const char *path, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  g_autoptr (GError) wrong = NULL;
  gboolean is_main = strcmp (group, MAIN_GROUP) == 0;

  for (char **key = keys; keys && *key; key++)
    {
      const WhSettingRow *row = find_row (group, *key);
      g_autofree char *text = row ? g_key_file_get_string (file, group, *key, &wrong) : NULL;
      if (!row && is_main && g_strv_contains (foreign_keys, *key))
        continue;
      if (!row)
        {
          g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                       _("%s: there is no key “%s” in [%s]; “weedhounds serve --print-config” lists all"), path, *key, group);
          return FALSE;
        }
      if (!text)
        return cannot_read (path, wrong, error);
      if (!set_value (settings, row, text, path, error))
        return FALSE;
    }
  return TRUE;
}

/* NULL without an error: it is not there. GLib would quote bytes that are no text in its messages. */
static char *
read_file (const char *path, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &wrong))
    {
      if (!g_error_matches (wrong, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        cannot_read (path, wrong, error);
      return NULL;
    }
  if (g_utf8_validate_len (text, length, NULL))
    return g_steal_pointer (&text);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is no UTF-8 text; save it as that."), path);
  return NULL;
}

static gboolean
take_file (WhSettings *settings, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) wrong = NULL;
  g_auto (GStrv) groups = NULL;

  if (!path)
    return TRUE;
  text = read_file (path, &wrong);
  if (wrong)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }
  if (!text)
    return TRUE;
  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, &wrong))
    return cannot_read (path, wrong, error);
  groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group; group++)
    if (!g_strv_contains (foreign_groups, *group) && !take_group (settings, file, *group, path, error))
      return FALSE;
  return TRUE;
}

static gboolean
take_environment (WhSettings *settings, GError **error)
{
  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    {
      g_autofree char *variable = variable_of (wh_setting_row (i));
      const char *text = g_getenv (variable);
      if (text && *text && !set_value (settings, wh_setting_row (i), text, variable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_given (WhSettings *settings, const char *given, GError **error)
{
  const char *equals = strchr (given, '='), *dot = strchr (given, '.');
  g_autofree char *group = equals && dot && dot < equals ? g_strndup (given, dot - given) : NULL;
  g_autofree char *name = group ? g_strndup (dot + 1, equals - dot - 1) : NULL;
  const WhSettingRow *row = group ? find_row (group, name) : NULL;

  if (row)
    return set_value (settings, row, equals + 1, "--set", error);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("“%s” sets nothing: write group.name=value; “weedhounds serve --print-config” lists all"), given);
  return FALSE;
}

WhSettings *
wh_settings_load (const char *path, const char *const *given, GError **error)
{
  g_autoptr (WhSettings) settings = g_new0 (WhSettings, 1);

  if (!take_usual (settings, error) || !take_file (settings, path, error) || !take_environment (settings, error))
    return NULL;
  for (; given && *given; given++)
    if (!take_given (settings, *given, error))
      return NULL;
  return g_steal_pointer (&settings);
}

void
wh_settings_free (WhSettings *settings)
{
  if (!settings)
    return;
  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    {
      g_free (settings->values[i].text);
      g_strfreev (settings->values[i].list);
      wh_networks_free (settings->values[i].networks);
    }
  g_free (settings);
}

/* -- asking -- */

gint64
wh_settings_integer (const WhSettings *settings, WhSetting setting)
{
  return settings->values[setting].integer;
}

gboolean
wh_settings_boolean (const WhSettings *settings, WhSetting setting)
{
  return settings->values[setting].integer != 0;
}

const char *
wh_settings_text (const WhSettings *settings, WhSetting setting)
{
  const char *text = settings->values[setting].text;

  return *text ? text : NULL;
}

const char *const *
wh_settings_list (const WhSettings *settings, WhSetting setting)
{
  return (const char *const *) settings->values[setting].list;
}

const WhNetworks *
wh_settings_networks (const WhSettings *settings, WhSetting setting)
{
  return settings->values[setting].networks;
}

WhRate
wh_settings_rate (const WhSettings *settings, WhSetting setting)
{
  return settings->values[setting].rate;
}

gboolean
wh_settings_agree (const WhSettings *a, const WhSettings *b, WhSetting setting)
{
  return strcmp (a->values[setting].text, b->values[setting].text) == 0;
}

void
wh_settings_keep (WhSettings *settings, const WhSettings *other, WhSetting setting)
{
  set_value (settings, wh_setting_row (setting), other->values[setting].text, "", NULL);
}

/* -- printing -- */

static void
print_meaning (GString *out, const WhSettingRow *row)
{
  g_auto (GStrv) words = g_strsplit (_(row->meaning), " ", -1);
  gsize line = out->len;

  g_string_append_c (out, '#');
  for (char **word = words; *word; word++)
    {
      if (out->len - line + strlen (*word) >= LINE_WIDTH)
        {
          g_string_append (out, "\n#");
          line = out->len - 1;
        }
      g_string_append_printf (out, " %s", *word);
    }
  g_string_append_c (out, '\n');
}

static void
print_bounds (GString *out, const WhSettingRow *row)
{
  g_autofree char *variable = variable_of (row);
  g_autofree char *choices = row->choices ? g_strjoinv (", ", (char **) row->choices) : NULL;

  g_string_append (out, "# ");
  if (row->type == WH_SETTING_INTEGER)
    g_string_append_printf (out, _("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "; "), row->least, row->most);
  else if (row->type == WH_SETTING_BOOLEAN)
    g_string_append (out, _("true or false; "));
  else if (choices)
    g_string_append_printf (out, _("one of %s; "), choices);
  if (row->usual && *row->usual)
    g_string_append_printf (out, _("usually %s; "), row->usual);
  g_string_append_printf (out, row->flags & WH_SETTING_RELOADABLE ? _("%s; SIGHUP is enough\n") : _("%s; needs a restart\n"), variable);
}

char *
wh_settings_print (const WhSettings *settings)
{
  GString *out = g_string_new (NULL);
  const char *group = "";

  for (WhSetting i = 0; i < WH_N_SETTINGS; i++)
    {
      const WhSettingRow *row = wh_setting_row (i);
      const char *text = settings->values[i].text;
      if (strcmp (row->group, group) != 0)
        g_string_append_printf (out, "%s[%s]\n", i ? "\n" : "", row->group);
      group = row->group;
      print_meaning (out, row);
      print_bounds (out, row);
      if (!*text)
        g_string_append_printf (out, "#%s=\n", row->name);
      else if (row->flags & WH_SETTING_SECRET)
        g_string_append_printf (out, _("#%s= (set; not shown)\n"), row->name);
      else
        g_string_append_printf (out, "%s=%s\n", row->name, text);
    }
  return g_string_free (out, FALSE);
}
