#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-csv.h"
#include "base/wh-text.h"
#include "service/wh-naming-queue.h"
#include "wh-cli-command.h"
#include "wh-cli-naming.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define NAMES_SHOWN 40

/* -- where the names come from ------------------------------------------------------------------------------------- */

static gboolean
is_file (const char *word)
{
  static const char *const endings[] = { ".csv", ".tsv", ".txt", ".gz" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (word, endings[i]))
      return TRUE;
  return g_file_test (word, G_FILE_TEST_IS_REGULAR);
}

/* The column whose heading says that names are in it; -1: the row is no heading. */
static int
heading_column (const WhCsvRow *row)
{
  static const char *const headings[] = { "strain name", "strain", "product name", "product", "name", NULL };

  for (guint heading = 0; headings[heading]; heading++)
    for (guint i = 0; i < row->n_cells; i++)
      {
        g_autofree char *folded = wh_text_fold (row->cells[i]);
        if (strcmp (folded, headings[heading]) == 0)
          return (int) i;
      }
  return -1;
}

/* Names of a file, one a line, or of a table's column of names. */
static gboolean
resolve_file (WhNamer *namer, const char *path, GPtrArray *entries, GError **error)
{
  g_autoptr (WhCsv) csv = wh_csv_open (path, error);
  g_autoptr (GError) failure = NULL;
  WhCsvRow row;
  gboolean first = TRUE;
  guint column = 0;

  while (csv && wh_csv_next (csv, &row, &failure))
    {
      int heading = first ? heading_column (&row) : -1;
      first = FALSE;
      if (heading >= 0)
        column = (guint) heading;
      else if (column < row.n_cells && *row.cells[column])
        g_ptr_array_add (entries, wh_named_entry_new (namer, row.cells[column], 1));
    }
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return csv && !(error && *error);
}

static GPtrArray *
resolve_words (WhNamer *namer, char **words, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_named_entry_free);

  for (; *words; words++)
    if (!is_file (*words))
      g_ptr_array_add (entries, wh_named_entry_new (namer, *words, 1));
    else if (!resolve_file (namer, *words, entries, error))
      return NULL;
  return g_steal_pointer (&entries);
}

/* -- how they are shown -------------------------------------------------------------------------------------------- */

static const char *
outcome_text (WhNamingOutcome outcome)
{
  switch (outcome)
    {
    case WH_NAMING_CERTAIN:
      return _("certain");
    case WH_NAMING_REVIEW:
      return _("to review");
    default:
      return _("unknown");
    }
}

static const char *
ground_text (WhNamingGround ground)
{
  switch (ground)
    {
    case WH_NAMING_AS_WRITTEN:
      return _("its name");
    case WH_NAMING_BESIDE:
      return _("its name, package aside");
    case WH_NAMING_ALIAS:
      return _("another name of it");
    case WH_NAMING_PLURAL:
      return _("its name, written a little differently");
    case WH_NAMING_TYPO:
      return _("its name with a slip");
    default:
      return _("words in common");
    }
}

static void
add_entry (WhCliTable *table, const WhNamedEntry *entry)
{
  const WhNaming *naming = &entry->naming;
  g_autofree char *n = g_strdup_printf ("%u", entry->n);

  for (guint i = 0; i < MAX (naming->n, 1); i++)
    {
      const WhNamingCandidate *candidate = naming->n ? &naming->candidates[i] : NULL;
      g_autofree char *confidence = candidate ? g_strdup_printf ("%.2f", candidate->confidence) : g_strdup ("–");
      wh_cli_table_add (table, (const char *const[]) { i ? "" : entry->name, i ? "" : n, i ? "" : outcome_text (naming->outcome),
                                                       candidate ? candidate->card->name : "–", confidence,
                                                       candidate ? ground_text (candidate->ground) : "" });
    }
}

static void
print_entries (const WhCliOptions *options, const GPtrArray *entries)
{
  const WhCliColumn columns[] = { { _("Name"), FALSE, 16, FALSE, "1" },     { _("Times"), TRUE, 0, TRUE, NULL },
                                  { _("Outcome"), FALSE, 0, FALSE, NULL },  { _("Strain"), FALSE, 12, FALSE, NULL },
                                  { _("Confidence"), TRUE, 0, FALSE, NULL }, { _("Why"), FALSE, 12, TRUE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint shown = MIN (options->limit ? (guint) options->limit : NAMES_SHOWN, entries->len);
  guint outcomes[WH_NAMING_UNKNOWN + 1] = { 0 };

  for (guint i = 0; i < entries->len; i++)
    outcomes[((const WhNamedEntry *) entries->pdata[i])->naming.outcome]++;
  for (guint i = 0; i < shown; i++)
    add_entry (table, entries->pdata[i]);
  wh_cli_output_table (options, table);
  wh_cli_output_line (_("%u certain, %u to review, %u unknown"), outcomes[WH_NAMING_CERTAIN], outcomes[WH_NAMING_REVIEW],
                      outcomes[WH_NAMING_UNKNOWN]);
  if (shown < entries->len)
    wh_cli_output_line (_("%u of %u; --limit shows more"), shown, entries->len);
}

static int
show (const WhCliOptions *options, const WhSnapshot *snapshot, const GPtrArray *entries, GError **error)
{
  if (options->format == WH_FORMAT_TABLE)
    {
      if (entries->len > 0)
        print_entries (options, entries);
      else
        wh_cli_output_line (_("Nothing to review."));
      wh_cli_strain_label (options, wh_snapshot_has_demonstration (snapshot));
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_names (writer, entries, (guint) options->limit);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

int
wh_cli_names (const WhCliOptions *options, GError **error)
{
  gboolean resolve = strcmp (options->words[0], "resolve") == 0 && options->words[1];

  if (!resolve && !wh_cli_naming_is (options) && (strcmp (options->words[0], "review") != 0 || options->words[1]))
    {
      wh_cli_output_error (options, "usage",
                           _("names what? resolve, then names (quoted) or files of names; review; link; or accept or reject, then a name"
                             " and a strain"),
                           NULL);
      return WH_EXIT_USAGE;
    }
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  if (!session)
    return WH_EXIT_FAILED;
  if (wh_cli_naming_is (options))
    return wh_cli_naming_run (options, session, error);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (wh_session_catalogue (session));
  g_autoptr (WhNamer) namer = wh_namer_new (snapshot);
  WhStore *store = wh_catalogue_store (wh_session_catalogue (session));
  g_autoptr (GPtrArray) entries = resolve ? resolve_words (namer, options->words + 1, error)
                                          : wh_naming_queue (store, wh_session_principal (session), namer, error);

  return entries ? show (options, snapshot, entries, error) : WH_EXIT_FAILED;
}
