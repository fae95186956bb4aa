#include <string.h>

#include "wh-openapi-private.h"

static const struct {
  const char *word, *format, *type;
} bases[] = {
  { "text", NULL, "string" },
  { "integer", NULL, "integer" },
  { "number", NULL, "number" },
  { "flag", NULL, "boolean" },
  { "id", "uuid", "string" },
  { "date", "date", "string" },
  { "time", "date-time", "string" },
};

static const char *write_shape (WhJsonWriter *writer, const char *shape);

/* Whether the shape that begins here may be null: what stands behind it. */
static gboolean
is_nullable (const char *shape)
{
  guint depth = 0;

  for (; *shape; shape++)
    {
      if (strchr ("[{(", *shape))
        depth++;
      else if (depth && strchr ("]})", *shape))
        depth--;
      else if (!depth && strchr (",]})?", *shape))
        break;
    }
  return *shape == '?';
}

static void
write_type (WhJsonWriter *writer, const char *type, gboolean nullable)
{
  wh_json_writer_key (writer, "type");
  if (!nullable)
    {
      wh_json_writer_string (writer, type);
      return;
    }
  wh_json_writer_begin_array (writer);
  wh_json_writer_string (writer, type);
  wh_json_writer_string (writer, "null");
  wh_json_writer_end_array (writer);
}

static const char *
write_base (WhJsonWriter *writer, const char *shape, gboolean nullable)
{
  gsize length = strspn (shape, "abcdefghijklmnopqrstuvwxyz");

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (strlen (bases[i].word) == length && strncmp (bases[i].word, shape, length) == 0)
      {
        write_type (writer, bases[i].type, nullable);
        if (bases[i].format)
          wh_json_writer_add_string (writer, "format", bases[i].format);
        return shape + length;
      }
  g_assert (strncmp (shape, "any", length) == 0);
  return shape + length;
}

/* "(a|b)" */
static const char *
write_words (WhJsonWriter *writer, const char *shape, gboolean nullable)
{
  gsize length = strcspn (shape + 1, ")");
  g_autofree char *text = g_strndup (shape + 1, length);
  g_auto (GStrv) words = g_strsplit (text, "|", -1);

  write_type (writer, "string", nullable);
  wh_json_writer_key (writer, "enum");
  wh_json_writer_begin_array (writer);
  for (char **word = words; *word; word++)
    wh_json_writer_string (writer, *word);
  if (nullable)
    wh_json_writer_null (writer);
  wh_json_writer_end_array (writer);
  return shape + length + 2;
}

static const char *
write_list (WhJsonWriter *writer, const char *shape, gboolean nullable)
{
  write_type (writer, "array", nullable);
  wh_json_writer_key (writer, "items");
  shape = write_shape (writer, shape + 1);
  g_assert (*shape == ']');
  return shape + 1;
}

/* "name:" or "name~:"; notes those that are always there. */
static const char *
take_name (WhJsonWriter *writer, const char *shape, GPtrArray *required)
{
  gsize length = strcspn (shape, "~:");
  g_autofree char *name = g_strndup (shape, length);
  gboolean optional = shape[length] == '~';

  g_assert (shape[length + optional] == ':');
  wh_json_writer_key (writer, name);
  if (!optional)
    g_ptr_array_add (required, g_steal_pointer (&name));
  return shape + length + optional + 1;
}

static void
write_required (WhJsonWriter *writer, const GPtrArray *required)
{
  if (required->len == 0)
    return;
  wh_json_writer_key (writer, "required");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < required->len; i++)
    wh_json_writer_string (writer, required->pdata[i]);
  wh_json_writer_end_array (writer);
}

static const char *
write_members (WhJsonWriter *writer, const char *shape)
{
  g_autoptr (GPtrArray) required = g_ptr_array_new_with_free_func (g_free);

  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  while (*shape != '}')
    {
      shape = write_shape (writer, take_name (writer, shape, required));
      g_assert (*shape == ',' || *shape == '}');
      shape += *shape == ',';
    }
  wh_json_writer_end_object (writer);
  write_required (writer, required);
  return shape;
}

static const char *
write_object (WhJsonWriter *writer, const char *shape, gboolean nullable)
{
  write_type (writer, "object", nullable);
  shape++;
  if (*shape != '*')
    return write_members (writer, shape) + 1;
  wh_json_writer_key (writer, "additionalProperties");
  shape = write_shape (writer, shape + strlen ("*:"));
  g_assert (*shape == '}');
  return shape + 1;
}

/* "@name", or "@name+{…}": that and more members. */
static const char *
write_name (WhJsonWriter *writer, const char *shape, gboolean nullable)
{
  gsize length = strcspn (shape + 1, "+,]}?");
  g_autofree char *name = g_strndup (shape + 1, length);
  gboolean more = shape[1 + length] == '+';

  shape += 1 + length;
  if (!nullable && !more)
    {
      wh_openapi_add_ref (writer, "schemas", name);
      return shape;
    }
  wh_json_writer_key (writer, more ? "allOf" : "anyOf");
  wh_json_writer_begin_array (writer);
  wh_openapi_write_ref (writer, "schemas", name);
  if (more)
    shape = write_shape (writer, shape + 1);
  else
    wh_json_writer_raw (writer, "{\"type\":\"null\"}");
  wh_json_writer_end_array (writer);
  return shape;
}

/* What stands behind the shape and its "?". */
static const char *
write_shape (WhJsonWriter *writer, const char *shape)
{
  gboolean nullable = is_nullable (shape);

  wh_json_writer_begin_object (writer);
  if (*shape == '[')
    shape = write_list (writer, shape, nullable);
  else if (*shape == '{')
    shape = write_object (writer, shape, nullable);
  else if (*shape == '(')
    shape = write_words (writer, shape, nullable);
  else if (*shape == '@')
    shape = write_name (writer, shape, nullable);
  else
    shape = write_base (writer, shape, nullable);
  wh_json_writer_end_object (writer);
  return shape + (nullable ? 1 : 0);
}

void
wh_openapi_write_shape (WhJsonWriter *writer, const char *shape)
{
  const char *end = write_shape (writer, shape);

  g_assert (*end == '\0');
}
