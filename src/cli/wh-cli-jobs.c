/* Jobs of this machine's store: read from it, and written to it, or to the `serve` that holds it. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-json.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "server/wh-job-kinds.h"
#include "service/wh-jobs.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-store.h"

#define USUAL_LIMIT 20

static int
wrong_usage (const WhCliOptions *options, const char *message)
{
  wh_cli_output_error (options, "usage", message, NULL);
  return WH_EXIT_USAGE;
}

static int
print_document (const WhCliOptions *options, GString *json, GError **error)
{
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* -- reading ----------------------------------------------------------------------------------------------------------- */

static char *
age_of (gint64 moment)
{
  return moment == WH_TIME_UNSET ? NULL : wh_cli_source_age (moment);
}

static void
add_job (WhCliTable *table, const WhJob *job)
{
  g_autofree char *id = wh_id_to_string (&job->id), *age = age_of (job->state < WH_JOB_DONE ? job->created_at : job->ended_at);
  g_autofree char *progress = job->state == WH_JOB_RUNNING && job->progress >= 0 ? g_strdup_printf ("%.0f %%", job->progress * 100) : NULL;

  wh_cli_table_add (table, (const char *const[]) { job->kind, wh_job_state_key (job->state), progress, age, job->schedule,
                                                   job->error ? job->error : job->note, id });
}

static void
print_jobs (const WhCliOptions *options, const GPtrArray *jobs)
{
  const WhCliColumn columns[] = { { _("Job"), FALSE, 0, FALSE, "1" },      { _("State"), FALSE, 0, FALSE, NULL },
                                  { _("So far"), TRUE, 0, TRUE, NULL },    { _("Ago"), TRUE, 0, TRUE, NULL },
                                  { _("Schedule"), FALSE, 8, TRUE, NULL }, { _("Remark"), FALSE, 16, FALSE, NULL },
                                  { _("Id"), FALSE, 0, FALSE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < jobs->len; i++)
    add_job (table, jobs->pdata[i]);
  if (jobs->len > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_note (_("there are no jobs; “weedhounds jobs run KIND” adds one"));
}

static int
list (const WhCliOptions *options, WhStore *store, const WhPrincipal *principal, GError **error)
{
  const WhJobFilter filter = { .limit = options->limit ? (guint) MIN (options->limit, WH_LIMIT_PAGE) : USUAL_LIMIT };
  g_autoptr (GPtrArray) jobs = wh_jobs_list (store, principal, &filter, error);

  if (!jobs)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_jobs (options, jobs);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_jobs (writer, jobs);
  return print_document (options, json, error);
}

static void
print_schedules (const WhCliOptions *options, const GPtrArray *schedules)
{
  const WhCliColumn columns[] = { { _("Schedule"), FALSE, 8, FALSE, "1" }, { _("Job"), FALSE, 0, FALSE, NULL },
                                  { _("When"), FALSE, 0, FALSE, NULL },    { _("Next"), FALSE, 0, FALSE, NULL },
                                  { _("Last, ago"), TRUE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < schedules->len; i++)
    {
      const WhSchedule *schedule = schedules->pdata[i];
      g_autofree char *next = schedule->enabled ? wh_clock_format (schedule->next_run) : g_strdup (_("switched off"));
      g_autofree char *last = age_of (schedule->last_run);
      wh_cli_table_add (table, (const char *const[]) { schedule->name, schedule->kind, schedule->rule, next, last });
    }
  if (schedules->len > 0)
    wh_cli_output_table (options, table);
  else
    wh_cli_output_note (_("there are no schedules; “weedhounds serve” makes those of its settings"));
}

static int
list_schedules (const WhCliOptions *options, WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GPtrArray) schedules = wh_jobs_schedules (store, principal, error);

  if (!schedules)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_schedules (options, schedules);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_schedules (writer, schedules);
  return print_document (options, json, error);
}

/* A job as lines "key: value", without what is not known. */
static void
print_member (const char *key, const WhJsonNode *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, wh_json_is_object (value) ? 2 : 0);

  if (wh_json_is_null (value))
    return;
  if (wh_json_is_string (value))
    g_string_append (text, wh_json_string (value, ""));
  else
    wh_json_writer_node (writer, value);
  wh_cli_output_line ("%s: %s", key, text->str);
}

static int
print_job (const WhCliOptions *options, const WhJsonNode *job, GError **error)
{
  g_autofree const char **keys = wh_json_keys (job);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format != WH_FORMAT_TABLE)
    {
      wh_json_writer_node (writer, job);
      return print_document (options, json, error);
    }
  for (const char **key = keys; *key; key++)
    print_member (*key, wh_json_member (job, *key));
  return WH_EXIT_DONE;
}

static int
print_row (const WhCliOptions *options, const WhJob *job, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  g_autoptr (WhJson) read = NULL;

  wh_present_job (writer, job, TRUE);
  read = wh_json_parse (json->str, json->len, WH_LIMIT_JSON_BYTES, error);
  return read ? print_job (options, wh_json_root (read), error) : WH_EXIT_FAILED;
}

static gboolean
take_id (const WhCliOptions *options, WhId *out_id)
{
  return options->words[1] && !options->words[2] && wh_id_parse (options->words[1], out_id);
}

static int
show (const WhCliOptions *options, WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error)
{
  g_autoptr (WhJob) job = wh_jobs_get (store, principal, id, error);

  return job ? print_row (options, job, error) : WH_EXIT_FAILED;
}

/* -- writing ----------------------------------------------------------------------------------------------------------- */

/* As the kind's table says a value is. */
static void
add_argument (WhJsonWriter *writer, const WhSpec *spec, const char *name, const char *value)
{
  double number;

  wh_json_writer_key (writer, name);
  if (spec && spec->type == WH_SPEC_FLAG && (g_str_equal (value, "true") || g_str_equal (value, "false")))
    wh_json_writer_boolean (writer, *value == 't');
  else if (spec && spec->type == WH_SPEC_INTEGER && wh_text_to_number (value, &number))
    wh_json_writer_integer (writer, (gint64) number);
  else if (spec && spec->type == WH_SPEC_NUMBER && wh_text_to_number (value, &number))
    wh_json_writer_number (writer, number, -1);
  else
    wh_json_writer_string (writer, value);
}

/* The words behind the kind, "name=value", as a JSON object; a path is made absolute. NULL with the word that is none. */
static char *
arguments_of (const WhJobKind *kind, char **words, const char **out_wrong)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  for (; *words; words++)
    {
      const char *equals = strchr (*words, '=');
      g_autofree char *name = equals ? g_strndup (*words, (gsize) (equals - *words)) : NULL;
      gboolean place = name && (g_str_equal (name, "path") || g_str_equal (name, "directory"));
      g_autofree char *value = !name ? NULL : place ? g_canonicalize_filename (equals + 1, NULL) : g_strdup (equals + 1);
      *out_wrong = *words;
      if (!name || !*name)
        return NULL;
      add_argument (writer, wh_spec_find (kind->arguments, name), name, value);
    }
  wh_json_writer_end_object (writer);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
body_of (const WhJobKind *kind, const char *arguments)
{
  return g_strdup_printf ("{\"kind\":\"%s\",\"arguments\":%s}", kind->name, arguments);
}

/* Asks `serve`, and prints the job that it answers with. */
static int
through_serve (const WhCliOptions *options, WhRouteId route, const char *id, const char *body, GError **error)
{
  g_autoptr (WhJson) reply = wh_cli_source_ask_for (options->data_dir, route, id, body, error);

  return reply ? print_job (options, wh_json_member (wh_json_root (reply), "data"), error) : WH_EXIT_FAILED;
}

static int
add_here (const WhCliOptions *options, WhStore *store, const WhPrincipal *principal, const WhJobKind *kind, char *arguments, GError **error)
{
  const WhJob wanted = { .id = wh_id_new (), .kind = (char *) kind->name, .arguments = arguments, .priority = WH_JOB_PRIORITY,
                         .run_at = WH_TIME_UNSET, .most_attempts = kind->most_attempts };
  gboolean added;
  g_autoptr (WhJob) job = wh_jobs_add (store, principal, &wanted, &added, error);

  if (!job)
    return WH_EXIT_FAILED;
  if (!options->store)
    wh_cli_output_note (_("it begins when “weedhounds serve” runs"));
  return print_row (options, job, error);
}

static int
run (const WhCliOptions *options, const WhPrincipal *principal, GError **error)
{
  const WhJobKind *kind = options->words[1] ? wh_job_kind_find (options->words[1]) : NULL;
  g_autofree char *kinds = g_strjoinv (", ", (char **) wh_job_kinds), *arguments = NULL, *field = NULL, *body = NULL;
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;
  g_autoptr (GError) refused = NULL;
  const char *wrong = NULL;

  if (!kind)
    {
      g_autofree char *message = g_strdup_printf (_("usage: weedhounds jobs run KIND NAME=VALUE…; kinds are %s"), kinds);
      return wrong_usage (options, message);
    }
  arguments = arguments_of (kind, options->words + 2, &wrong);
  if (!arguments)
    {
      g_autofree char *message = g_strdup_printf (_("“%s” is no argument; one looks like path=/srv/menus"), wrong);
      return wrong_usage (options, message);
    }
  if (!wh_job_kind_check (kind, arguments, &field, &refused))
    return wrong_usage (options, refused->message);
  if (!wh_cli_store_open_for_writing (options, &lock, &store, error))
    return WH_EXIT_FAILED;
  if (store)
    return add_here (options, store, principal, kind, arguments, error);
  body = body_of (kind, arguments);
  return through_serve (options, WH_ROUTE_JOB_ADD, NULL, body, error);
}

static int
cancel (const WhCliOptions *options, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;
  g_autoptr (WhJob) job = NULL;
  WhId id;

  if (!take_id (options, &id))
    return wrong_usage (options, _("usage: weedhounds jobs cancel ID, with an id of “weedhounds jobs list”"));
  if (!wh_cli_store_open_for_writing (options, &lock, &store, error))
    return WH_EXIT_FAILED;
  if (!store)
    return through_serve (options, WH_ROUTE_JOB_CANCEL, options->words[1], NULL, error);
  job = wh_jobs_cancel (store, principal, &id, error);
  return job ? print_row (options, job, error) : WH_EXIT_FAILED;
}

/* -- the command ------------------------------------------------------------------------------------------------------- */

static int
read_store (const WhCliOptions *options, const char *what, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhStore) store = NULL;
  gboolean one = g_str_equal (what, "show");
  WhId id;

  if (one && !take_id (options, &id))
    return wrong_usage (options, _("usage: weedhounds jobs show ID, with an id of “weedhounds jobs list”"));
  store = wh_cli_store_open (options, WH_STORE_READ, error);
  if (!store)
    return WH_EXIT_FAILED;
  if (one)
    return show (options, store, principal, &id, error);
  return g_str_equal (what, "schedules") ? list_schedules (options, store, principal, error) : list (options, store, principal, error);
}

int
wh_cli_jobs (const WhCliOptions *options, GError **error)
{
  static const char *const reading[] = { "list", "show", "schedules", NULL };
  const char *what = options->words[0] ? options->words[0] : "list";
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();

  if (options->server)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("Jobs of another machine's server are seen and changed there, or"
                                                                    " through its API: /api/admin/jobs."));
      return WH_EXIT_FAILED;
    }
  if (g_strv_contains (reading, what))
    return read_store (options, what, principal, error);
  if (g_str_equal (what, "run"))
    return run (options, principal, error);
  if (g_str_equal (what, "cancel"))
    return cancel (options, principal, error);
  return wrong_usage (options, _("jobs what? list, show, cancel, run or schedules"));
}
