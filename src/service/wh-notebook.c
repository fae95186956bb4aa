#include "wh-notebook.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

static void
set_text (WhEdit *edit, const char *name, const char *text)
{
  const WhField *field = wh_entity_field (edit->kind, name);

  WH_FIELD_AT (edit->row, field, char *) = g_strdup (text);
  wh_edit_give (edit, field);
}

static void
set_id (WhEdit *edit, const char *name, const WhId *id)
{
  const WhField *field = wh_entity_field (edit->kind, name);

  WH_FIELD_AT (edit->row, field, WhId) = *id;
  wh_edit_give (edit, field);
}

static void
set_number (WhEdit *edit, const char *name, gint64 number)
{
  const WhField *field = wh_entity_field (edit->kind, name);

  WH_FIELD_AT (edit->row, field, gint64) = number;
  wh_edit_give (edit, field);
}

/* On a thing: its kind and id. */
static WhEdit *
edit_on (WhKind own, WhKind kind, const WhId *object)
{
  WhEdit *edit = wh_edit_new (WH_EDIT_CREATE, own, WH_ID_NONE);

  set_text (edit, "object_kind", wh_entity_class (kind)->name);
  set_id (edit, "object_id", object);
  return edit;
}

WhEdit *
wh_notebook_note (WhKind kind, const WhId *object, const char *text, GError **error)
{
  g_autofree char *words = g_strstrip (g_strdup (text));
  WhEdit *edit;

  if (!*words)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("a note needs words"));
      return NULL;
    }
  edit = edit_on (WH_KIND_NOTE, kind, object);
  set_text (edit, "text", words);
  return edit;
}

WhEdit *
wh_notebook_unnote (const WhId *note)
{
  return wh_edit_new (WH_EDIT_DELETE, WH_KIND_NOTE, *note);
}

WhEdit *
wh_notebook_favorite (WhKind kind, const WhId *object)
{
  return edit_on (WH_KIND_FAVORITE, kind, object);
}

WhEdit *
wh_notebook_unfavorite (const WhId *favorite)
{
  return wh_edit_new (WH_EDIT_DELETE, WH_KIND_FAVORITE, *favorite);
}

WhEdit *
wh_notebook_price (const WhId *product, const WhSeenPrice *price)
{
  WhEdit *edit = wh_edit_new (WH_EDIT_CREATE, WH_KIND_PRICE, WH_ID_NONE);

  set_id (edit, "product_id", product);
  set_number (edit, "amount_cents", price->cents);
  if (price->unit)
    set_text (edit, "unit", price->unit);
  if (price->observed_at != WH_TIME_UNSET)
    set_number (edit, "observed_at", price->observed_at);
  if (price->photo_hash)
    set_text (edit, "photo_hash", price->photo_hash);
  return edit;
}

/* -- reading ----------------------------------------------------------------------------------------------------------- */

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const WhEntity *x = *(WhEntity *const *) a, *y = *(WhEntity *const *) b;

  if (x->created_at != y->created_at)
    return x->created_at > y->created_at ? -1 : 1;
  return wh_id_compare (&y->id, &x->id);
}

/* Ids of different kinds hardly meet, but a name is part of what was said. */
static gboolean
is_on (WhEntity *entity, WhKind kind)
{
  const char *name = WH_FIELD_AT (entity, wh_entity_field (entity->kind, "object_kind"), char *);

  return g_strcmp0 (name, wh_entity_class (kind)->name) == 0;
}

static GPtrArray *
find_on (WhReader *reader, WhKind own, WhKind kind, const WhId *object, GError **error)
{
  g_autoptr (GPtrArray) rows = wh_reader_find (reader, own, "object_id", object, 0, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);

  for (guint i = 0; rows && i < rows->len; i++)
    if (is_on (rows->pdata[i], kind))
      g_ptr_array_add (found, wh_entity_ref (rows->pdata[i]));
  g_ptr_array_sort (found, compare_newest);
  return rows ? g_steal_pointer (&found) : NULL;
}

GPtrArray *
wh_notebook_notes (WhReader *reader, WhKind kind, const WhId *object, GError **error)
{
  return find_on (reader, WH_KIND_NOTE, kind, object, error);
}

WhFavorite *
wh_notebook_favorite_of (WhReader *reader, const WhPrincipal *principal, WhKind kind, const WhId *object, GError **error)
{
  g_autoptr (GPtrArray) found = find_on (reader, WH_KIND_FAVORITE, kind, object, error);

  for (guint i = 0; found && i < found->len; i++)
    if (g_strcmp0 (((WhFavorite *) found->pdata[i])->owner, principal->who) == 0)
      return wh_entity_ref (found->pdata[i]);
  return NULL;
}

typedef struct {
  const WhPrincipal *principal;
  GPtrArray         *found;
} Own;

static gboolean
own_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const Own *own = user_data;

  if (g_strcmp0 (((const WhFavorite *) entity)->owner, own->principal->who) == 0)
    g_ptr_array_add (own->found, wh_entity_ref (entity));
  return TRUE;
}

GPtrArray *
wh_notebook_favorites (WhReader *reader, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);
  Own own = { principal, found };

  if (!wh_reader_each (reader, WH_KIND_FAVORITE, own_cb, &own, error))
    return NULL;
  g_ptr_array_sort (found, compare_newest);
  return g_steal_pointer (&found);
}

gboolean
wh_notebook_is_pending (gconstpointer entity)
{
  return ((const WhEntity *) entity)->revision == 0;
}
