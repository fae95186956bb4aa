#include "wh-entity.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

const WhEntityClass *
wh_entity_class_by_name (const char *name)
{
  for (WhKind kind = WH_KIND_NONE + 1; name && kind < WH_N_KINDS; kind++)
    if (strcmp (wh_entity_class (kind)->name, name) == 0)
      return wh_entity_class (kind);
  return NULL;
}

const WhField *
wh_entity_field (WhKind kind, const char *name)
{
  const WhEntityClass *class = wh_entity_class (kind);

  for (guint i = 0; name && i < class->n_fields; i++)
    if (strcmp (class->fields[i].name, name) == 0)
      return &class->fields[i];
  return NULL;
}

static void
clear_field (gpointer entity, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = NAN;
      break;
    case WH_FIELD_INTEGER:
    case WH_FIELD_FLAG:
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      WH_FIELD_AT (entity, field, gint64) = WH_INTEGER_UNSET;
      break;
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
    case WH_FIELD_ID:
    case WH_FIELD_PANEL:
      break;   /* all bits zero already means absent */
    }
}

gpointer
wh_entity_new (WhKind kind, WhId id)
{
  const WhEntityClass *class = wh_entity_class (kind);
  WhEntity *entity = g_malloc0 (class->size);

  g_atomic_ref_count_init (&entity->ref_count);
  entity->kind = kind;
  entity->id = wh_id_is_none (&id) ? wh_id_new () : id;
  entity->created_at = entity->updated_at = WH_TIME_UNSET;
  for (guint i = 0; i < class->n_fields; i++)
    clear_field (entity, &class->fields[i]);
  return entity;
}

gpointer
wh_entity_ref (gconstpointer entity)
{
  g_atomic_ref_count_inc (&((WhEntity *) entity)->ref_count);
  return (gpointer) entity;
}

static void
free_field (gpointer entity, const WhField *field)
{
  if (field->type == WH_FIELD_TEXT)
    g_free (WH_FIELD_AT (entity, field, char *));
  else if (field->type == WH_FIELD_LIST)
    g_strfreev (WH_FIELD_AT (entity, field, char **));
  else if (field->type == WH_FIELD_PANEL)
    g_clear_pointer (&WH_FIELD_AT (entity, field, WhPanel *), wh_panel_unref);
}

void
wh_entity_copy_field (gpointer to, gconstpointer from, const WhField *field)
{
  free_field (to, field);
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (to, field, char *) = g_strdup (WH_FIELD_AT (from, field, char *));
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (to, field, char **) = g_strdupv (WH_FIELD_AT (from, field, char **));
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (to, field, double) = WH_FIELD_AT (from, field, double);
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (to, field, WhId) = WH_FIELD_AT (from, field, WhId);
      break;
    case WH_FIELD_PANEL:
      WH_FIELD_AT (to, field, WhPanel *)
        = WH_FIELD_AT (from, field, WhPanel *) ? wh_panel_ref (WH_FIELD_AT (from, field, WhPanel *)) : NULL;
      break;
    default:
      WH_FIELD_AT (to, field, gint64) = WH_FIELD_AT (from, field, gint64);
    }
}

gpointer
wh_entity_copy (gconstpointer data)
{
  const WhEntity *entity = data;
  const WhEntityClass *class = wh_entity_class (entity->kind);
  WhEntity *copy = wh_entity_new (entity->kind, entity->id);

  copy->revision = entity->revision;
  copy->created_at = entity->created_at;
  copy->updated_at = entity->updated_at;
  copy->source = g_strdup (entity->source);
  for (guint i = 0; i < class->n_fields; i++)
    wh_entity_copy_field (copy, entity, &class->fields[i]);
  return copy;
}

void
wh_entity_unref (gpointer data)
{
  WhEntity *entity = data;
  const WhEntityClass *class;

  if (!entity || !g_atomic_ref_count_dec (&entity->ref_count))
    return;
  class = wh_entity_class (entity->kind);
  for (guint i = 0; i < class->n_fields; i++)
    free_field (entity, &class->fields[i]);
  g_free (entity->source);
  g_free (entity);
}

static gboolean
lists_equal (char **a, char **b)
{
  static char *nothing[] = { NULL };

  return g_strv_equal ((const char *const *) (a ? a : nothing), (const char *const *) (b ? b : nothing));
}

static gboolean
reals_equal (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

gboolean
wh_entity_field_equal (gconstpointer a, gconstpointer b, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      return g_strcmp0 (WH_FIELD_AT (a, field, char *), WH_FIELD_AT (b, field, char *)) == 0;
    case WH_FIELD_LIST:
      return lists_equal (WH_FIELD_AT (a, field, char **), WH_FIELD_AT (b, field, char **));
    case WH_FIELD_REAL:
      return reals_equal (WH_FIELD_AT (a, field, double), WH_FIELD_AT (b, field, double));
    case WH_FIELD_ID:
      return wh_id_equal (&WH_FIELD_AT (a, field, WhId), &WH_FIELD_AT (b, field, WhId));
    case WH_FIELD_PANEL:
      return wh_panel_equal (WH_FIELD_AT (a, field, WhPanel *), WH_FIELD_AT (b, field, WhPanel *));
    default:
      return WH_FIELD_AT (a, field, gint64) == WH_FIELD_AT (b, field, gint64);
    }
}

gboolean
wh_entity_equal (gconstpointer a, gconstpointer b)
{
  const WhEntity *x = a, *y = b;
  const WhEntityClass *class = wh_entity_class (x->kind);

  if (x->kind != y->kind || g_strcmp0 (x->source, y->source) != 0)
    return FALSE;
  for (guint i = 0; i < class->n_fields; i++)
    if (!wh_entity_field_equal (a, b, &class->fields[i]))
      return FALSE;
  return TRUE;
}

gboolean
wh_entity_is_absent (gconstpointer entity, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      return !WH_FIELD_AT (entity, field, char *) || !*WH_FIELD_AT (entity, field, char *);
    case WH_FIELD_LIST:
    case WH_FIELD_PANEL:
      return WH_FIELD_AT (entity, field, gpointer) == NULL;
    case WH_FIELD_REAL:
      return isnan (WH_FIELD_AT (entity, field, double));
    case WH_FIELD_ID:
      return wh_id_is_none (&WH_FIELD_AT (entity, field, WhId));
    default:
      return WH_FIELD_AT (entity, field, gint64) == WH_INTEGER_UNSET;
    }
}

static gboolean
check_text (const char *text, const WhField *field, GError **error)
{
  if (!text)
    return TRUE;
  if (strlen (text) > field->max_bytes)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("%s is longer than %zu bytes; shorten it."), field->name, field->max_bytes);
      return FALSE;
    }
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is not valid UTF-8 text."), field->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_list (char **list, const WhField *field, GError **error)
{
  if (list && g_strv_length (list) > WH_LIMIT_LIST)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("%s has more than %d entries."), field->name, WH_LIMIT_LIST);
      return FALSE;
    }
  for (guint i = 0; list && list[i]; i++)
    if (!check_text (list[i], field, error))
      return FALSE;
  return TRUE;
}

static gboolean
is_limit (double limit)
{
  return isnan (limit) || (isfinite (limit) && limit >= 0);
}

/* A number where the state has one and nowhere else, and never a negative one. */
static gboolean
check_panel (const WhPanel *panel, GError **error)
{
  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      const WhAnalyte *analyte = wh_analyte_get (measure->analyte);
      gboolean has_value = measure->state == WH_STATE_VALUE;

      if (analyte && (has_value ? isfinite (measure->value) && measure->value >= 0 : isnan (measure->value)) && is_limit (measure->lod)
          && is_limit (measure->loq))
        continue;
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The amount of %s does not fit its state."),
                   analyte ? analyte->name : _("an unknown analyte"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_field (gconstpointer entity, const WhField *field, GError **error)
{
  if (field->required && wh_entity_is_absent (entity, field))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is missing."), field->name);
      return FALSE;
    }
  if (field->type == WH_FIELD_TEXT)
    return check_text (WH_FIELD_AT (entity, field, char *), field, error);
  if (field->type == WH_FIELD_LIST)
    return check_list (WH_FIELD_AT (entity, field, char **), field, error);
  if (field->type == WH_FIELD_PANEL)
    return check_panel (WH_FIELD_AT (entity, field, WhPanel *), error);
  if (field->type == WH_FIELD_REAL && isinf (WH_FIELD_AT (entity, field, double)))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is not a finite number."), field->name);
      return FALSE;
    }
  return TRUE;
}

gboolean
wh_entity_check (gconstpointer data, const WhField **out_field, GError **error)
{
  static const WhField source = { "source", WH_FIELD_TEXT, offsetof (WhEntity, source), WH_LIMIT_TEXT, FALSE };
  const WhEntity *entity = data;
  const WhEntityClass *class = wh_entity_class (entity->kind);

  *out_field = NULL;
  for (guint i = 0; i < class->n_fields; i++)
    if (!check_field (entity, &class->fields[i], error))
      {
        *out_field = &class->fields[i];
        return FALSE;
      }
  return check_field (entity, &source, error);
}

gboolean
wh_entity_validate (gconstpointer data, GError **error)
{
  const WhEntity *entity = data;
  const WhField *field;

  if (wh_entity_check (entity, &field, error))
    return TRUE;
  g_prefix_error (error, "%s: ", wh_entity_class (entity->kind)->name);
  return FALSE;
}

gboolean
wh_entity_is_demonstration (gconstpointer entity)
{
  return g_strcmp0 (((const WhEntity *) entity)->source, WH_SOURCE_DEMONSTRATION) == 0;
}
