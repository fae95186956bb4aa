#include "wh-cli-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wire/wh-wire.h"

static gboolean
is_called (const char *name, const char *word)
{
  g_autofree char *dashed = g_strdelimit (g_strdup (name), "_", '-');

  return strcmp (name, word) == 0 || strcmp (dashed, word) == 0;
}

static char *
all_kinds (void)
{
  GString *names = g_string_new (NULL);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    g_string_append_printf (names, "%s%s", names->len ? ", " : "", wh_entity_class (kind)->name);
  return g_string_free (names, FALSE);
}

gboolean
wh_cli_fields_kind (const char *word, WhKind *out_kind, GError **error)
{
  g_autofree char *names = NULL;

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    if (is_called (wh_entity_class (kind)->name, word) || is_called (wh_entity_class (kind)->plural, word))
      {
        *out_kind = kind;
        return TRUE;
      }
  names = all_kinds ();
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no kind of row; it is one of: %s"), word, names);
  return FALSE;
}

/* -- filters ------------------------------------------------------------------------------------------------------- */

gboolean
wh_cli_fields_where (WhListing *listing, const char *typed, GError **error)
{
  static const struct {
    const char *sign, *prefix;
  } signs[] = { { ">=", "min." }, { "<=", "max." }, { "~", "contains." }, { "=", "" } };
  gsize length = strcspn (typed, "<>~=");
  g_autofree char *name = g_strndup (typed, length), *key = NULL;

  if (!typed[length] || strcmp (typed + length, "=") == 0)
    {
      key = g_strconcat ("has.", name, NULL);
      return wh_listing_add_filter (listing, key, typed[length] ? "false" : "true", error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (typed + length, signs[i].sign))
      {
        key = g_strconcat (signs[i].prefix, name, NULL);
        return wh_listing_add_filter (listing, key, typed + length + strlen (signs[i].sign), error);
      }
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no filter; write FIELD=VALUE, FIELD>=VALUE, FIELD<=VALUE or FIELD~TEXT"),
               typed);
  return FALSE;
}

/* -- fields -------------------------------------------------------------------------------------------------------- */

static void
write_list (WhJsonWriter *writer, const char *value)
{
  g_auto (GStrv) entries = g_strsplit (value, ",", -1);

  wh_json_writer_begin_array (writer);
  for (char **entry = entries; *entry; entry++)
    wh_json_writer_string (writer, g_strstrip (*entry));
  wh_json_writer_end_array (writer);
}

static gboolean
is_yes (const char *value)
{
  return strcmp (value, "true") == 0 || strcmp (value, "yes") == 0 || strcmp (value, "1") == 0;
}

static gboolean
is_no (const char *value)
{
  return strcmp (value, "false") == 0 || strcmp (value, "no") == 0 || strcmp (value, "0") == 0;
}

/* What is no number or flag is written as text, which the reader then refuses with the name of the field. */
static void
write_value (WhJsonWriter *writer, const WhField *field, const char *value)
{
  gint64 integer;
  double number;

  if (!*value)
    wh_json_writer_null (writer);
  else if (field->type == WH_FIELD_LIST)
    write_list (writer, value);
  else if (field->type == WH_FIELD_FLAG && (is_yes (value) || is_no (value)))
    wh_json_writer_boolean (writer, is_yes (value));
  else if (field->type == WH_FIELD_INTEGER && g_ascii_string_to_signed (value, 10, WH_INTEGER_UNSET + 1, G_MAXINT64, &integer, NULL))
    wh_json_writer_integer (writer, integer);
  else if (field->type == WH_FIELD_REAL && wh_text_to_number (value, &number))
    wh_json_writer_number (writer, number, -1);
  else
    wh_json_writer_string (writer, value);
}

static gboolean
write_json (WhJsonWriter *writer, const char *name, const char *json, GError **error)
{
  g_autoptr (WhJson) parsed = wh_json_parse (json, strlen (json), WH_LIMIT_JSON_BYTES, error);

  if (!parsed)
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  wh_json_writer_key (writer, name);
  wh_json_writer_raw (writer, json);
  return TRUE;
}

static gboolean
write_word (WhJsonWriter *writer, WhKind kind, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  gboolean raw = equals && equals > word && equals[-1] == ':';
  g_autofree char *name = equals ? g_strndup (word, equals - word - raw) : NULL;
  const WhField *field = wh_entity_field (kind, name);

  if (!equals)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” says nothing; write FIELD=VALUE"), word);
      return FALSE;
    }
  if (raw)
    return write_json (writer, name, equals + 1, error);
  if (!field || field->type == WH_FIELD_PANEL)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s has no field “%s”"), wh_entity_class (kind)->name, name);
      return FALSE;
    }
  wh_json_writer_key (writer, name);
  write_value (writer, field, equals + 1);
  return TRUE;
}

static WhJson *
parse_words (WhKind kind, char *const *words, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  for (; *words; words++)
    if (!write_word (writer, kind, *words, error))
      return NULL;
  wh_json_writer_end_object (writer);
  return wh_json_parse (text->str, text->len, WH_LIMIT_JSON_BYTES, error);
}

WhEdit *
wh_cli_fields_edit (WhEditOp op, WhKind kind, WhId id, char *const *words, GError **error)
{
  g_autoptr (WhEdit) edit = wh_edit_new (op, kind, id);
  g_autoptr (WhJson) row = parse_words (kind, words, error);
  g_autofree char *key = NULL;

  if (!row || !wh_wire_read_edit_row (wh_json_root (row), edit, &key, error))
    return NULL;
  return g_steal_pointer (&edit);
}
