#include "wh-feedback.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"

#define ACCEPTED "accepted"
#define REJECTED "rejected"

gboolean
wh_feedback_parse_outcome (const char *word, gboolean *out_accepted)
{
  *out_accepted = g_strcmp0 (word, ACCEPTED) == 0;
  return *out_accepted || g_strcmp0 (word, REJECTED) == 0;
}

static WhFeedback *
feedback_of (const WhOutcome *outcome)
{
  WhFeedback *feedback = wh_feedback_new (WH_ID_NONE);

  feedback->about = g_strdup (outcome->about);
  feedback->offer_id = wh_id_to_string (&outcome->offer_id);
  feedback->subject_kind = g_strdup (wh_entity_class (outcome->subject_kind)->name);
  feedback->subject_id = outcome->subject_id;
  feedback->offered_kind = g_strdup (wh_entity_class (outcome->offered_kind)->name);
  feedback->offered_id = outcome->offered_id;
  feedback->outcome = g_strdup (outcome->accepted ? ACCEPTED : REJECTED);
  feedback->reason = outcome->reason ? wh_text_clean (outcome->reason, WH_FEEDBACK_REASON) : NULL;
  feedback->decided_at = wh_clock_now ();
  return feedback;
}

static gboolean
is_there (WhReader *reader, const char *kind, const WhId *id, GError **error)
{
  g_autoptr (WhEntity) entity = wh_reader_get (reader, wh_entity_class_by_name (kind)->kind, id, error);

  return entity != NULL;
}

static gboolean
write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  const WhFeedback *feedback = user_data;
  WhReader *reader = wh_writer_reader (writer);

  return is_there (reader, feedback->subject_kind, &feedback->subject_id, error)
         && is_there (reader, feedback->offered_kind, &feedback->offered_id, error) && wh_writer_put (writer, feedback, NULL, error);
}

WhFeedback *
wh_feedback_write (WhStore *store, const WhPrincipal *principal, const WhOutcome *outcome, GError **error)
{
  g_autoptr (WhFeedback) feedback = NULL;

  if (outcome->reason && strlen (outcome->reason) > WH_FEEDBACK_REASON)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The reason is longer than %d bytes."), WH_FEEDBACK_REASON);
      return NULL;
    }
  feedback = feedback_of (outcome);
  if (!wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "feedback", write_cb, feedback, NULL, error))
    return NULL;
  return g_steal_pointer (&feedback);
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
  wh_json_writer_add_string (writer, "substitution_id", feedback->offer_id);
  wh_json_writer_add_string (writer, "subject_kind", feedback->subject_kind);
  add_id (writer, "subject_id", &feedback->subject_id);
  wh_json_writer_add_string (writer, "offered_kind", feedback->offered_kind);
  add_id (writer, "offered_id", &feedback->offered_id);
  wh_json_writer_add_string (writer, "outcome", feedback->outcome);
  wh_json_writer_add_string (writer, "reason", feedback->reason);
  wh_json_writer_add_string (writer, "decided_at", decided);
  wh_json_writer_end_object (writer);
}
