#include "wh-feedback.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-ledger.h"

#define ACCEPTED "accepted"
#define REJECTED "rejected"

gboolean
wh_feedback_parse_outcome (const char *word, gboolean *out_accepted)
{
  *out_accepted = g_strcmp0 (word, ACCEPTED) == 0;
  return *out_accepted || g_strcmp0 (word, REJECTED) == 0;
}

static WhEdit *
edit_of (const WhOutcome *outcome)
{
  WhEdit *edit = wh_edit_new (WH_EDIT_CREATE, WH_KIND_FEEDBACK, wh_id_new ());
  WhFeedback *feedback = (WhFeedback *) edit->row;

  feedback->about = g_strdup (outcome->about);
  feedback->offer_id = wh_id_to_string (&outcome->offer_id);
  if (!wh_id_is_none (&outcome->subject_id))
    feedback->subject_kind = g_strdup (wh_entity_class (outcome->subject_kind)->name);
  feedback->subject_id = outcome->subject_id;
  feedback->offered_kind = g_strdup (wh_entity_class (outcome->offered_kind)->name);
  feedback->offered_id = outcome->offered_id;
  feedback->outcome = g_strdup (outcome->accepted ? ACCEPTED : REJECTED);
  feedback->reason = outcome->reason ? wh_text_clean (outcome->reason, WH_FEEDBACK_REASON) : NULL;
  feedback->decided_at = wh_clock_now ();
  return edit;
}

WhEdit *
wh_feedback_edit (const WhOutcome *outcome, GError **error)
{
  WhEdit *edit;

  if (outcome->reason && strlen (outcome->reason) > WH_FEEDBACK_REASON)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The reason is longer than %d bytes."), WH_FEEDBACK_REASON);
      return NULL;
    }
  edit = edit_of (outcome);
  wh_edit_give_all (edit);
  return edit;
}

WhFeedback *
wh_feedback_write (WhStore *store, const WhPrincipal *principal, const WhOutcome *outcome, const WhLedgerSeal *seal, char **out_field,
                   GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  WhEdit *edit = wh_feedback_edit (outcome, error);
  WhLedgerResult *result;

  if (!edit)
    return NULL;
  g_ptr_array_add (edits, edit);
  results = wh_ledger_apply_sealed (store, principal, edits, TRUE, seal, error);
  if (!results)
    return NULL;
  result = results->pdata[0];
  if (wh_ledger_result_done (result))
    return wh_entity_ref (result->row);
  if (out_field)
    *out_field = g_steal_pointer (&result->field);
  g_propagate_error (error, g_steal_pointer (&result->error));
  return NULL;
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

void
wh_present_feedback (WhJsonWriter *writer, const WhFeedback *feedback)
{
  g_autofree char *decided = wh_clock_format (feedback->decided_at);

  wh_json_writer_begin_object (writer);
  add_id (writer, "feedback_id", &feedback->entity.id);
  wh_json_writer_add_string (writer, "about", feedback->about);
  wh_json_writer_add_string (writer, strcmp (feedback->about, WH_FEEDBACK_SUBSTITUTE) == 0 ? "substitution_id" : "recommendation_id",
                             feedback->offer_id);
  wh_json_writer_add_string (writer, "subject_kind", feedback->subject_kind);
  if (wh_id_is_none (&feedback->subject_id))
    wh_json_writer_add_string (writer, "subject_id", NULL);
  else
    add_id (writer, "subject_id", &feedback->subject_id);
  wh_json_writer_add_string (writer, "offered_kind", feedback->offered_kind);
  add_id (writer, "offered_id", &feedback->offered_id);
  wh_json_writer_add_string (writer, "outcome", feedback->outcome);
  wh_json_writer_add_string (writer, "reason", feedback->reason);
  wh_json_writer_add_string (writer, "decided_at", decided);
  wh_json_writer_end_object (writer);
}
