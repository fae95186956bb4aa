#include "wh-ledger-private.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <string.h>

#include "wh-watch.h"
#include "wire/wh-wire.h"

static const char *const outcome_keys[] = {
  [WH_LEDGER_INSERTED] = "inserted", [WH_LEDGER_UPDATED] = "updated",   [WH_LEDGER_DELETED] = "deleted",
  [WH_LEDGER_UNCHANGED] = "unchanged", [WH_LEDGER_CONFLICT] = "conflict", [WH_LEDGER_REFUSED] = "refused",
  [WH_LEDGER_NOT_DONE] = "not_done",
};

typedef struct {
  const WhPrincipal *principal;
  const GPtrArray   *edits;            /* of const WhEdit* */
  gboolean           all_or_nothing;
  GPtrArray         *results;
  const WhLedgerSeal *seal;            /* NULL: none */
  gboolean           stopped;          /* one was not done, so none is */
} Batch;

const char *
wh_ledger_outcome_key (WhLedgerOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < G_N_ELEMENTS (outcome_keys), "refused");
  return outcome_keys[outcome];
}

void
wh_ledger_result_free (WhLedgerResult *result)
{
  if (!result)
    return;
  wh_entity_unref (result->row);
  g_clear_error (&result->error);
  g_free (result->field);
  g_free (result->remark);
  g_free (result);
}

gboolean
wh_ledger_result_done (const WhLedgerResult *result)
{
  return result->outcome <= WH_LEDGER_UNCHANGED;
}

gboolean
wh_ledger_refuse (WhLedgerWork *work, const char *field, WhErrorCode code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_clear_error (&work->result->error);
  work->result->error = g_error_new_valist (WH_ERROR, (int) code, format, arguments);
  va_end (arguments);
  work->result->outcome = code == WH_ERROR_CONFLICT ? WH_LEDGER_CONFLICT : WH_LEDGER_REFUSED;
  g_free (work->result->field);
  work->result->field = g_strdup (field);
  if (code == WH_ERROR_CONFLICT && work->stored)
    work->result->row = wh_entity_ref (work->stored);
  return FALSE;
}

void
wh_ledger_remark (WhLedgerWork *work, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_free (work->result->remark);
  work->result->remark = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

gpointer
wh_ledger_read (WhLedgerWork *work, WhKind kind, const WhId *id)
{
  g_autoptr (GError) failure = NULL;
  gpointer entity = wh_reader_get (work->reader, kind, id, &failure);

  if (failure && failure->code != WH_ERROR_NOT_FOUND && !work->failure)
    work->failure = g_steal_pointer (&failure);
  return entity;
}

GPtrArray *
wh_ledger_find (WhLedgerWork *work, WhKind kind, const char *field, const WhId *id)
{
  return wh_reader_find (work->reader, kind, field, id, 0, work->failure ? NULL : &work->failure);
}

/* -- one edit ------------------------------------------------------------------------------------------------------ */

static gboolean
already_so (WhLedgerWork *work)
{
  work->result->outcome = WH_LEDGER_UNCHANGED;
  work->result->row = work->stored ? wh_entity_ref (work->stored) : NULL;
  return FALSE;
}

/* Whether everything that was given is what is stored. */
static gboolean
given_is_stored (const WhLedgerWork *work)
{
  const WhEntityClass *class = wh_entity_class (work->edit->kind);

  for (guint i = 0; i < class->n_fields; i++)
    if (wh_edit_gives (work->edit, &class->fields[i])
        && !wh_entity_field_equal (work->row, work->stored, &class->fields[i]))
      return FALSE;
  return TRUE;
}

static gboolean
never_changes (WhKind kind)
{
  return kind == WH_KIND_PRICE || kind == WH_KIND_STOCK;
}

static gboolean
missing (WhLedgerWork *work)
{
  const char *kind = wh_entity_class (work->edit->kind)->name;

  if (!wh_reader_is_deleted (work->reader, work->edit->kind, &work->edit->id))
    return wh_ledger_refuse (work, NULL, WH_ERROR_NOT_FOUND, _("There is no such %s."), kind);
  if (work->edit->base)
    return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT, _("Somebody else has deleted this %s."), kind);
  return wh_ledger_refuse (work, NULL, WH_ERROR_NOT_FOUND, _("This %s has been deleted."), kind);
}

/* Whether the row is still what the edit was made on. */
static gboolean
check_base (WhLedgerWork *work)
{
  const WhEdit *edit = work->edit;

  if (edit->base == 0 || (work->stored && work->stored->revision == edit->base))
    return TRUE;
  if (!work->stored)
    return missing (work);
  return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT, _("Somebody else has changed this %s; look at it as it is now."),
                           wh_entity_class (edit->kind)->name);
}

/* Makes work->row. FALSE when it is settled that nothing is to be written. */
static gboolean
make_row (WhLedgerWork *work)
{
  const WhEdit *edit = work->edit;
  const char *kind = wh_entity_class (edit->kind)->name;

  if (edit->op == WH_EDIT_CHANGE && !work->stored)
    return missing (work);
  work->row = wh_edit_result (edit, work->stored);
  work->row->id = work->result->id;
  wh_ledger_fill (work);
  if (work->stored && (edit->op == WH_EDIT_CREATE ? given_is_stored (work) : wh_entity_equal (work->row, work->stored)))
    return already_so (work);
  if (work->stored && edit->op == WH_EDIT_CREATE)
    return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT, _("There is already another %s of this id or name."), kind);
  if (work->stored && never_changes (edit->kind))
    return wh_ledger_refuse (work, NULL, WH_ERROR_CONFLICT, _("What was observed is never changed: make a new %s, and delete this one if "
                                                              "it was a mistake."), kind);
  return check_base (work);
}

static gboolean
check_owner (WhLedgerWork *work)
{
  return !(wh_principal_is_others (work->principal, work->stored) || wh_principal_is_others (work->principal, work->row))
         || wh_ledger_refuse (work, "owner", WH_ERROR_DENIED, _("This %s belongs to somebody else."),
                              wh_entity_class (work->edit->kind)->name);
}

static gboolean
check_room (WhLedgerWork *work)
{
  if (work->edit->kind != WH_KIND_WATCH || work->stored
      || wh_reader_count (work->reader, WH_KIND_WATCH, work->failure ? NULL : &work->failure) < WH_WATCH_MOST)
    return TRUE;
  return wh_ledger_refuse (work, NULL, WH_ERROR_TOO_LARGE, _("There are %d watches already; remove some first."), WH_WATCH_MOST);
}

static gboolean
check_row (WhLedgerWork *work)
{
  g_autoptr (GError) wrong = NULL;
  const WhField *field;

  if (!wh_entity_check (work->row, &field, &wrong))
    return wh_ledger_refuse (work, field ? wh_wire_field_key (field) : NULL, (WhErrorCode) wrong->code, "%s", wrong->message);
  return check_owner (work) && check_room (work) && wh_ledger_check (work) && wh_ledger_check_links (work);
}

/* Says that a row may go and what goes with it. */
static gboolean
plan_delete (WhLedgerWork *work)
{
  return work->stored ? check_owner (work) && check_base (work) && wh_ledger_release (work) : already_so (work);
}

/* Says what is to be written, without writing: what is refused must leave nothing behind. */
static gboolean
plan (WhLedgerWork *work)
{
  const WhEdit *edit = work->edit;
  g_autoptr (GError) denied = NULL;

  if (!wh_principal_require (work->principal, wh_permission_to_write (edit->kind), &denied))
    return wh_ledger_refuse (work, NULL, WH_ERROR_DENIED, "%s", denied->message);
  if (edit->op == WH_EDIT_DELETE ? !plan_delete (work) : !make_row (work) || !check_row (work))
    return FALSE;
  wh_ledger_follow (work);
  return TRUE;
}

static gboolean
write_change (WhWriter *writer, const WhChange *change, GError **error)
{
  return change->op == WH_CHANGE_PUT ? wh_writer_put (writer, change->entity, NULL, error)
                                     : wh_writer_delete (writer, change->kind, &change->id, error);
}

static gboolean
write_planned (WhWriter *writer, WhLedgerWork *work, GError **error)
{
  const WhEdit *edit = work->edit;
  WhLedgerResult *result = work->result;

  wh_writer_set_follows (writer, TRUE);
  for (guint i = 0; i < work->changes->len; i++)
    if (!write_change (writer, work->changes->pdata[i], error))
      return FALSE;
  wh_writer_set_follows (writer, FALSE);
  if (edit->op == WH_EDIT_DELETE)
    {
      result->outcome = WH_LEDGER_DELETED;
      return wh_writer_delete (writer, edit->kind, &edit->id, error);
    }
  result->outcome = work->stored ? WH_LEDGER_UPDATED : WH_LEDGER_INSERTED;
  result->row = wh_entity_ref (work->row);
  return wh_writer_put (writer, work->row, NULL, error);
}

static gboolean
apply_edit (WhWriter *writer, const WhPrincipal *principal, const WhEdit *edit, WhLedgerResult *result, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  g_autoptr (WhEntity) stored = NULL, row = NULL;
  WhLedgerWork work = { wh_writer_reader (writer), principal, wh_clock_now (), edit, NULL, NULL, changes, result, NULL };
  gboolean planned;

  result->kind = edit->kind;
  result->id = wh_id_is_none (&edit->id) ? wh_ledger_fresh_id (edit, principal) : edit->id;
  work.stored = stored = wh_ledger_read (&work, edit->kind, &result->id);
  planned = plan (&work);
  row = work.row;
  if (!work.failure)
    return !planned || write_planned (writer, &work, error);
  g_propagate_error (error, work.failure);
  return FALSE;
}

/* -- all of them --------------------------------------------------------------------------------------------------- */

static gboolean
apply_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Batch *batch = user_data;

  /* The store may run this again from the start. */
  g_ptr_array_set_size (batch->results, 0);
  batch->stopped = FALSE;
  for (guint i = 0; i < batch->edits->len; i++)
    {
      WhLedgerResult *result = g_new0 (WhLedgerResult, 1);
      g_ptr_array_add (batch->results, result);
      if (!apply_edit (writer, batch->principal, batch->edits->pdata[i], result, error))
        return FALSE;
      if (!wh_ledger_result_done (result) && batch->all_or_nothing)
        {
          batch->stopped = TRUE;
          g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, "one was not done");
          return FALSE;
        }
    }
  return !batch->seal || batch->seal->func (writer, batch->results, batch->seal->user_data, error);
}

static void
take_back (WhLedgerResult *result)
{
  if (wh_ledger_result_done (result))
    {
      result->outcome = WH_LEDGER_NOT_DONE;
      g_clear_pointer (&result->row, wh_entity_unref);
      g_clear_pointer (&result->remark, g_free);
    }
}

/* The transaction was rolled back: what came before was not done, what follows was not looked at. */
static void
take_all_back (Batch *batch)
{
  for (guint i = 0; i < batch->results->len; i++)
    take_back (batch->results->pdata[i]);
  for (guint i = batch->results->len; i < batch->edits->len; i++)
    {
      const WhEdit *edit = batch->edits->pdata[i];
      WhLedgerResult *result = g_new0 (WhLedgerResult, 1);
      result->outcome = WH_LEDGER_NOT_DONE;
      result->kind = edit->kind;
      result->id = edit->id;
      g_ptr_array_add (batch->results, result);
    }
}

/* The store asks for one permission; each edit is asked for its own. */
static WhPermission
permission_of (const Batch *batch)
{
  for (guint i = 0; i < batch->edits->len; i++)
    {
      WhPermission permission = wh_permission_to_write (((const WhEdit *) batch->edits->pdata[i])->kind);
      if (wh_principal_allows (batch->principal, permission))
        return permission;
    }
  return WH_PERMISSION_NONE;
}

static char *
action_of (const Batch *batch)
{
  const WhEdit *edit = batch->edits->pdata[0];

  if (batch->edits->len > 1)
    return g_strdup ("ledger.changes");
  return g_strdup_printf ("ledger.%s.%s", wh_entity_class (edit->kind)->name, wh_edit_op_key (edit->op));
}

static gboolean
check_batch (const Batch *batch, GError **error)
{
  if (batch->edits->len == 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("There is nothing to change."));
  else if (batch->edits->len > WH_LEDGER_MOST_EDITS)
    g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("At most %d changes at once; send them in parts."), WH_LEDGER_MOST_EDITS);
  else if (permission_of (batch) == WH_PERMISSION_NONE)
    return wh_principal_require (batch->principal, wh_permission_to_write (((const WhEdit *) batch->edits->pdata[0])->kind), error);
  else
    return TRUE;
  return FALSE;
}

GPtrArray *
wh_ledger_apply (WhStore *store, const WhPrincipal *principal, const GPtrArray *edits, gboolean all_or_nothing, GError **error)
{
  return wh_ledger_apply_sealed (store, principal, edits, all_or_nothing, NULL, error);
}

GPtrArray *
wh_ledger_apply_sealed (WhStore *store, const WhPrincipal *principal, const GPtrArray *edits, gboolean all_or_nothing,
                        const WhLedgerSeal *seal, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_ledger_result_free);
  Batch batch = { principal, edits, all_or_nothing, results, seal, FALSE };
  g_autoptr (GError) failure = NULL;
  g_autofree char *action = NULL;

  if (!check_batch (&batch, error))
    return NULL;
  action = action_of (&batch);
  if (!wh_store_write (store, principal, permission_of (&batch), action, apply_cb, &batch, NULL, &failure) && !batch.stopped)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (batch.stopped)
    take_all_back (&batch);
  return g_steal_pointer (&results);
}
