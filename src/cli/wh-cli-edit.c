#include <glib/gi18n.h>
#include <string.h>

#include "service/wh-ledger.h"
#include "wh-cli-command.h"
#include "wh-cli-csv.h"
#include "wh-cli-fields.h"
#include "wh-cli-output.h"
#include "wh-cli-rows.h"
#include "wh-cli-write.h"

static const char *
text_of (const WhJsonNode *node, const char *key)
{
  return wh_json_string (wh_json_member (node, key), NULL);
}

/* -- what became of it ---------------------------------------------------------------------------------------------- */

/* Takes `refusal`. A conflict comes with the row as it is now. */
static int
report_refusal (const WhCliOptions *options, const WhJsonNode *result, GError *refusal, GError **error)
{
  g_autoptr (GString) details = NULL;

  if (refusal->code != WH_ERROR_CONFLICT)
    {
      g_propagate_error (error, refusal);
      return WH_EXIT_FAILED;
    }
  details = g_string_new ("{\"current\":");
  wh_cli_csv_append_json (details, wh_json_member (result, "row"));
  g_string_append_c (details, '}');
  wh_cli_output_error (options, wh_error_word (refusal->code), refusal->message, details->str);
  g_error_free (refusal);
  return WH_EXIT_FAILED;
}

static void
print_outcome (const WhJsonNode *result)
{
  const char *outcome = text_of (result, "outcome"), *kind = text_of (result, "kind"), *id = text_of (result, "id");

  if (g_strcmp0 (outcome, "inserted") == 0)
    wh_cli_output_line (_("Added %s %s"), kind, id);
  else if (g_strcmp0 (outcome, "updated") == 0)
    wh_cli_output_line (_("Changed %s %s"), kind, id);
  else if (g_strcmp0 (outcome, "deleted") == 0)
    wh_cli_output_line (_("Deleted %s %s"), kind, id);
  else
    wh_cli_output_line (_("%s %s is already so"), kind, id);
}

static int
report (const WhCliOptions *options, const WhJsonNode *result, GError **error)
{
  const char *remark = text_of (result, "remark");
  g_autoptr (GString) row = g_string_new (NULL);
  GError *refusal = NULL;

  if (!wh_cli_write_check (result, &refusal))
    return report_refusal (options, result, refusal, error);
  if (remark)
    wh_cli_output_note ("%s", remark);
  if (options->format == WH_FORMAT_TABLE)
    {
      print_outcome (result);
      return WH_EXIT_DONE;
    }
  wh_cli_csv_append_json (row, wh_json_member (result, "row"));
  return wh_cli_output_document (options, row, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* Takes `edit`. */
static int
apply (const WhCliOptions *options, WhEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (WhJson) reply = NULL;
  const WhJsonNode *results;

  g_ptr_array_add (edits, edit);
  reply = wh_cli_write_edits (options, edits, error);
  if (!reply)
    return WH_EXIT_FAILED;
  results = wh_cli_write_results (reply);
  if (wh_json_length (results) == 1)
    return report (options, wh_json_element (results, 0), error);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_FAILED, _("the running server sent no result"));
  return WH_EXIT_FAILED;
}

/* -- the commands --------------------------------------------------------------------------------------------------- */

static int
refuse_usage (const WhCliOptions *options, const GError *wrong)
{
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}

int
wh_cli_add (const WhCliOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  WhEdit *edit = NULL;
  WhKind kind;

  if (wh_cli_fields_kind (options->words[0], &kind, &wrong))
    edit = wh_cli_fields_edit (WH_EDIT_CREATE, kind, WH_ID_NONE, options->words + 1, &wrong);
  return edit ? apply (options, edit, error) : refuse_usage (options, wrong);
}

int
wh_cli_edit (const WhCliOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  WhEdit *edit;
  WhKind kind;
  WhId id;
  int status;

  if (!wh_cli_fields_kind (options->words[0], &kind, &wrong))
    return refuse_usage (options, wrong);
  status = wh_cli_rows_take_id (options, kind, options->words[1], &id, error);
  if (status != WH_EXIT_DONE)
    return status;
  edit = wh_cli_fields_edit (WH_EDIT_CHANGE, kind, id, options->words + 2, &wrong);
  return edit ? apply (options, edit, error) : refuse_usage (options, wrong);
}

int
wh_cli_delete (const WhCliOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  WhEdit *edit;
  WhKind kind;
  WhId id;
  int status;

  if (!wh_cli_rows_take_kind (options, 2, &kind, &wrong))
    return refuse_usage (options, wrong);
  status = wh_cli_rows_take_id (options, kind, options->words[1], &id, error);
  if (status != WH_EXIT_DONE)
    return status;
  edit = wh_edit_new (WH_EDIT_DELETE, kind, id);
  edit->with_parts = options->with_parts;
  return apply (options, edit, error);
}
