#include "wh-cli-outcome.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-write.h"

gboolean
wh_cli_outcome_check (const WhCliOptions *options, GError **error)
{
  if (options->accept && options->reject)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--accept and --reject exclude each other"));
  else if (options->reason && !options->accept && !options->reject)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--reason goes with --accept or --reject"));
  else
    return TRUE;
  return FALSE;
}

static int
say (const WhCliOptions *options, const WhEdit *edit, const char *name, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (options->accept ? _("Noted: %s was taken.") : _("Noted: %s was turned down."), name);
      return WH_EXIT_DONE;
    }
  wh_present_feedback (writer, (const WhFeedback *) edit->row);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_outcome_note (const WhCliOptions *options, WhOutcome *outcome, const char *name, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  WhEdit *edit;

  outcome->accepted = options->accept != NULL;
  outcome->reason = options->reason;
  edit = wh_feedback_edit (outcome, error);
  if (!edit)
    return WH_EXIT_FAILED;
  g_ptr_array_add (edits, edit);
  return wh_cli_write_all (options, edits, error) ? say (options, edit, name, error) : WH_EXIT_FAILED;
}
