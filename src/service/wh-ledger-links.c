#include <glib/gi18n.h>
#include <string.h>

#include "wh-ledger-private.h"

typedef enum {
  HOLDS,    /* while such a row is there, what it refers to cannot be deleted */
  PART,     /* it belongs to what it refers to, and goes with it where that is asked for */
  LOOSE,    /* it may outlive what it refers to */
} Hold;

/* Every field that refers to a row of another kind. */
static const struct {
  WhKind      kind;
  const char *field;
  WhKind      to;            /* NONE: the kind that the field `kind_field` names */
  Hold        hold;
  const char *kind_field;
} links[] = {
  { WH_KIND_BATCH, "strain_id", WH_KIND_STRAIN, HOLDS, NULL },
  { WH_KIND_LAB_RESULT, "batch_id", WH_KIND_BATCH, HOLDS, NULL },
  { WH_KIND_PRODUCT, "dispensary_id", WH_KIND_DISPENSARY, HOLDS, NULL },
  { WH_KIND_PRODUCT, "strain_id", WH_KIND_STRAIN, HOLDS, NULL },
  { WH_KIND_PRODUCT, "batch_id", WH_KIND_BATCH, HOLDS, NULL },
  { WH_KIND_PRICE, "product_id", WH_KIND_PRODUCT, PART, NULL },
  { WH_KIND_ALIAS, "strain_id", WH_KIND_STRAIN, PART, NULL },
  { WH_KIND_STOCK, "product_id", WH_KIND_PRODUCT, PART, NULL },
  { WH_KIND_PROMOTION, "dispensary_id", WH_KIND_DISPENSARY, PART, NULL },
  { WH_KIND_PROMOTION, "product_id", WH_KIND_PRODUCT, PART, NULL },
  { WH_KIND_REVIEW, "strain_id", WH_KIND_STRAIN, HOLDS, NULL },
  { WH_KIND_REVIEW, "product_id", WH_KIND_PRODUCT, HOLDS, NULL },
  { WH_KIND_NOTE, "object_id", WH_KIND_NONE, PART, "object_kind" },
  { WH_KIND_FAVORITE, "object_id", WH_KIND_NONE, PART, "object_kind" },
  { WH_KIND_WATCH, "strain_id", WH_KIND_STRAIN, PART, NULL },
  { WH_KIND_WATCH, "product_id", WH_KIND_PRODUCT, PART, NULL },
  { WH_KIND_WATCH, "dispensary_id", WH_KIND_DISPENSARY, PART, NULL },
  { WH_KIND_FEEDBACK, "subject_id", WH_KIND_NONE, LOOSE, "subject_kind" },
  { WH_KIND_FEEDBACK, "offered_id", WH_KIND_NONE, LOOSE, "offered_kind" },
};

/* -- what a row refers to ------------------------------------------------------------------------------------------ */

static WhKind
kind_of (const WhEntity *row, guint link)
{
  const WhField *named = links[link].kind_field ? wh_entity_field (row->kind, links[link].kind_field) : NULL;
  const WhEntityClass *class = named ? wh_entity_class_by_name (WH_FIELD_AT (row, named, char *)) : NULL;

  return named ? (class ? class->kind : WH_KIND_NONE) : links[link].to;
}

/* What nobody named may refer to something that an import never brought. */
static gboolean
is_given (const WhEdit *edit, guint link)
{
  const char *const names[] = { links[link].field, links[link].kind_field };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i] && wh_edit_gives (edit, wh_entity_field (edit->kind, names[i])))
      return TRUE;
  return FALSE;
}

static gboolean
check_link (WhLedgerWork *work, guint link)
{
  const WhField *field = wh_entity_field (links[link].kind, links[link].field);
  const WhId *id = &WH_FIELD_AT (work->row, field, WhId);
  WhKind to = kind_of (work->row, link);
  g_autoptr (WhEntity) found = NULL;

  if (!is_given (work->edit, link) || wh_id_is_none (id) || to == WH_KIND_NONE)
    return TRUE;
  if (wh_principal_allows (work->principal, wh_permission_to_read (to)))
    found = wh_ledger_read (work, to, id);
  if (found)
    return TRUE;
  if (wh_reader_is_deleted (work->reader, to, id))
    return wh_ledger_refuse (work, field->name, WH_ERROR_INVALID, _("The %s that “%s” names has been deleted."),
                             wh_entity_class (to)->name, field->name);
  return wh_ledger_refuse (work, field->name, WH_ERROR_INVALID, _("There is no %s that “%s” could mean."), wh_entity_class (to)->name,
                           field->name);
}

gboolean
wh_ledger_check_links (WhLedgerWork *work)
{
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    if (links[i].kind == work->edit->kind && !check_link (work, i))
      return FALSE;
  return TRUE;
}

/* -- what refers to a row ------------------------------------------------------------------------------------------ */

static guint
count_referring (WhLedgerWork *work, guint link)
{
  g_autoptr (WhListing) listing = wh_listing_new (links[link].kind);
  g_autofree char *id = wh_id_to_string (&work->stored->id);
  gint64 count;

  if (links[link].to != work->edit->kind && links[link].to != WH_KIND_NONE)
    return 0;
  wh_listing_add_filter (listing, links[link].field, id, NULL);
  count = wh_reader_list_count (work->reader, listing, work->failure ? NULL : &work->failure);
  return (guint) MAX (count, 0);
}

/* "12 prices", added to a list of such. */
static void
add_count (GString *list, WhKind kind, guint n)
{
  const WhEntityClass *class = wh_entity_class (kind);

  g_string_append_printf (list, "%s%u %s", list->len ? ", " : "", n, n == 1 ? class->name : class->plural);
}

static gboolean
take_along (WhLedgerWork *work, guint link)
{
  g_autoptr (GPtrArray) rows = wh_ledger_find (work, links[link].kind, links[link].field, &work->stored->id);
  g_autoptr (GError) denied = NULL;

  if (!wh_principal_require (work->principal, wh_permission_to_write (links[link].kind), &denied))
    return wh_ledger_refuse (work, NULL, WH_ERROR_DENIED, "%s", denied->message);
  for (guint i = 0; rows && i < rows->len; i++)
    g_ptr_array_add (work->changes, wh_change_new_delete (links[link].kind, ((const WhEntity *) rows->pdata[i])->id));
  return TRUE;
}

gboolean
wh_ledger_release (WhLedgerWork *work)
{
  g_autoptr (GString) holding = g_string_new (NULL), parts = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      guint n = links[i].hold == LOOSE ? 0 : count_referring (work, i);

      if (n == 0)
        continue;
      if (links[i].hold == PART && work->edit->with_parts && !take_along (work, i))
        return FALSE;
      add_count (links[i].hold == PART ? parts : holding, links[i].kind, n);
    }
  if (holding->len)
    return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT, _("%s still refer to it; change or delete those first."), holding->str);
  if (parts->len && !work->edit->with_parts)
    return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT,
                             _("%s belong to it; delete it with its parts, or those first."), parts->str);
  if (parts->len)
    wh_ledger_remark (work, _("Deleted with it: %s."), parts->str);
  return TRUE;
}
