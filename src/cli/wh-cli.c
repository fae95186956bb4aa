#include "wh-cli.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "service/wh-devices.h"
#include "service/wh-rules.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-config.h"

typedef struct {
  const char      *name;
  const char      *arguments;
  const char      *summary;
  WhCliOptionGroup groups;
  guint            least;     /* words it needs after its name; one without arguments takes none */
  WhCliRun         run;
} Command;

static const Command commands[] = {
  { "search", N_("QUERY…"), N_("Find strains by half a name, aroma, terpene; with thc>20, price<12, in-stock, type:indica"),
    WH_OPTIONS_SEARCH, 1, wh_cli_search },
  { "show", N_("STRAIN"), N_("Everything about one strain: chemistry, lab results, products"), 0, 1, wh_cli_show },
  { "similar", N_("STRAIN"), N_("Strains with the closest terpenes"), 0, 1, wh_cli_similar },
  { "analyze", N_("STRAIN"), N_("Totals with their formula, type, terpenes by share, and how firmly one leads"), 0, 1, wh_cli_analyze },
  { "compare", N_("STRAIN STRAIN…"), N_("What differs between two to six strains; quote names of several words"), WH_OPTIONS_CHART, 2,
    wh_cli_compare },
  { "cluster", "", N_("Strains grouped by their terpenes; --limit makes that many groups"), 0, 0, wh_cli_cluster },
  { "correlate", N_("[TERPENE]"), N_("Which terpenes go together"), WH_OPTIONS_CHART, 0, wh_cli_correlate },
  { "map", N_("[STRAIN…]"), N_("Strains as points of a plane, near where their terpenes are in like proportions"), WH_OPTIONS_CHART, 0,
    wh_cli_map },
  { "recommend", "", N_("Strains that fit what is liked and wished for, with reasons"), WH_OPTIONS_RECOMMEND, 0, wh_cli_recommend },
  { "outliers", N_("[STRAIN]"), N_("Tests far from the others of their strain, and strains whose tests differ most"), 0, 0,
    wh_cli_outliers },
  { "sentinel", "", N_("Lab results that deserve a second look, with the evidence"), 0, 0, wh_cli_sentinel },
  { "names", N_("resolve NAME…|FILE…, review, link, accept|reject NAME STRAIN"),
    N_("Which strains free names mean, how surely, and what nobody has decided"), WH_OPTIONS_NAMES, 1,
    wh_cli_names },
  { "prices", N_("compare [STRAIN], history PRODUCT|STRAIN, total PRODUCT or observe PRODUCT"),
    N_("What a strain costs in the shops, per gram and package size; what was seen of a price, when, by whom; what is paid in all"),
    WH_OPTIONS_PRICES | WH_OPTIONS_CHART, 1, wh_cli_prices },
  { "watch", N_("add STRAIN|PRODUCT, list, remove ID or check"), N_("Wait for a price, and see which products are at or under it"),
    WH_OPTIONS_WATCH, 1, wh_cli_watch },
  { "stats", N_("[METRIC]"), N_("What is looked for, how fresh the facts are, how right prices were, what became of offers"),
    WH_OPTIONS_STATS, 0, wh_cli_stats },
  { "rules", N_("list, check FILE, keygen or sign FILE"), N_("Rules of law at hand: taxes and ages, each with the text that says so"),
    WH_OPTIONS_RULES, 1, wh_cli_rules },
  { "substitute", N_("STRAIN|PRODUCT"), N_("What is in stock in its place, nearest first, with reasons"), WH_OPTIONS_SUBSTITUTE, 1,
    wh_cli_substitute },
  { "menu", N_("[SHOP]"), N_("What a dispensary offers: by category, with prices a gram and a milligram of THC, and how old they are"),
    WH_OPTIONS_MENU, 0, wh_cli_menu },
  { "dispensaries", "", N_("Dispensaries, of a state or near a place"), WH_OPTIONS_DISPENSARIES, 0, wh_cli_dispensaries },
  { "list", N_("KIND"), N_("Rows of a kind: notes, products, prices, stock, reviews …"), WH_OPTIONS_LIST, 1, wh_cli_list },
  { "get", N_("KIND ID"), N_("One row with all its fields"), 0, 2, wh_cli_get },
  { "add", N_("KIND FIELD=VALUE…"), N_("Make a row"), 0, 2, wh_cli_add },
  { "edit", N_("KIND ID FIELD=VALUE…"), N_("Change fields of a row"), 0, 3, wh_cli_edit },
  { "delete", N_("KIND ID"), N_("Delete a row"), WH_OPTIONS_DELETE, 2, wh_cli_delete },
  { "note", N_("STRAIN TEXT…"), N_("Note something on a strain; quote names of several words"), 0, 2, wh_cli_note },
  { "notes", N_("STRAIN"), N_("What the staff noted on a strain"), 0, 1, wh_cli_notes },
  { "favorite", N_("STRAIN"), N_("Mark a strain as a favourite, or no longer"), WH_OPTIONS_FAVORITE, 1, wh_cli_favorite },
  { "favorites", "", N_("Your favourites"), 0, 0, wh_cli_favorites },
  { "outbox", "", N_("What was written here and waits to be sent to a server"), 0, 0, wh_cli_outbox },
  { "import", N_("lab|strains|dispensaries|menu FILE…"), N_("Bring files into the store, with a report"), WH_OPTIONS_IMPORT, 2,
    wh_cli_import },
  { "reproduce", N_("smith2022|watts2021 FILE"), N_("Compute a published analysis again on a lab file"), WH_OPTIONS_REPRODUCE, 2,
    wh_cli_reproduce },
  { "demo", "", N_("Make the demonstration catalogue (made-up data)"), WH_OPTIONS_DEMO, 0, wh_cli_demo },
  { "migrate", "", N_("Move the store to a PostgreSQL database, a file or back, with all that is in it"), WH_OPTIONS_MIGRATE, 0,
    wh_cli_migrate },
  { "serve", "", N_("Answer over HTTP on this machine"), WH_OPTIONS_SERVE, 0, wh_cli_serve },
  { "jobs", N_("[list|show ID|cancel ID|run KIND NAME=VALUE…|schedules]"), N_("What the server does by itself, and when"), 0, 0,
    wh_cli_jobs },
  { "sync", "", N_("Pull everything new from the server"), 0, 0, wh_cli_sync },
  { "doctor", "", N_("Look whether everything is in order"), WH_OPTIONS_DOCTOR, 0, wh_cli_doctor },
};

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

static const char *
arguments_of (const Command *command)
{
  return *command->arguments ? _(command->arguments) : "";
}

static void
print_command_help (const Command *command)
{
  g_autofree char *options = wh_cli_options_help (command->groups);

  printf (_("Usage: weedhounds %s [OPTION…] %s\n\n%s\n\nOptions:\n%s"), command->name, arguments_of (command), _(command->summary),
          options);
}

static void
print_help (void)
{
  g_autofree char *options = wh_cli_options_help (WH_OPTIONS_COMMON);

  printf (_("Usage: weedhounds [OPTION…] [COMMAND [ARGUMENT…]]\n\nWithout a command the window opens.\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  %-12s %s\n", commands[i].name, _(commands[i].summary));
  printf (_("  %-12s %s\n\nOptions of every command:\n%s\nExit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 ambiguous, "
            "5 done with bad rows, 6 server not reachable, 7 not allowed.\n"),
          "help", _("Say how a command is used"), options);
}

static int
usage (const WhCliOptions *options, const char *message)
{
  wh_cli_output_error (options, "usage", message, NULL);
  return WH_EXIT_USAGE;
}

static int
status_of_error (const GError *error)
{
  switch ((WhErrorCode) error->code)
    {
    case WH_ERROR_NOT_FOUND:
      return WH_EXIT_NOT_FOUND;
    case WH_ERROR_AMBIGUOUS:
      return WH_EXIT_AMBIGUOUS;
    case WH_ERROR_OFFLINE:
      return WH_EXIT_OFFLINE;
    case WH_ERROR_DENIED:
      return WH_EXIT_DENIED;
    default:
      return WH_EXIT_FAILED;
    }
}

static int
run_command (const WhCliOptions *options, const Command *command)
{
  g_autoptr (GError) error = NULL;
  guint n_words = g_strv_length (options->words);
  gboolean too_many = n_words > 0 && !*command->arguments;
  int status;

  if (n_words < command->least || too_many)
    {
      g_autofree char *message = g_strdup_printf (_("usage: weedhounds %s %s"), command->name, arguments_of (command));
      return usage (options, g_strchomp (message));
    }
  status = command->run (options, &error);
  if (error)
    {
      wh_cli_output_error (options, wh_error_word (error->code), error->message, NULL);
      status = status_of_error (error);
    }
  /* What could not be written (a full disk, a closed pipe) was not done. */
  if (fflush (stdout) == 0)
    return status;
  if (errno != EPIPE)
    wh_cli_output_error (options, wh_error_word (WH_ERROR_FAILED), _("the output could not be written"), NULL);
  return status ? status : WH_EXIT_FAILED;
}

static int
run_help (const WhCliOptions *options)
{
  const Command *command = options->words[0] ? find_command (options->words[0]) : NULL;

  if (options->words[0] && !command)
    {
      g_autofree char *message = g_strdup_printf (_("no command “%s”: see weedhounds --help"), options->words[0]);
      return usage (options, message);
    }
  if (command)
    print_command_help (command);
  else
    print_help ();
  return WH_EXIT_DONE;
}

static gboolean
have_display (void)
{
  const char *x11 = g_getenv ("DISPLAY"), *wayland = g_getenv ("WAYLAND_DISPLAY");

  return (x11 && *x11) || (wayland && *wayland);
}

static int
run (WhCliOptions *options, const char *name, const Command *command, WhWindowFunc open_window, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (options->version)
    {
      puts ("weedhounds " WH_VERSION);
      return WH_EXIT_DONE;
    }
  if (options->help && command)
    {
      print_command_help (command);
      return WH_EXIT_DONE;
    }
  if (options->help || g_strcmp0 (name, "help") == 0)
    return run_help (options);
  if (!wh_cli_options_configure (options, &error))
    return usage (options, error->message);
  if (!wh_rules_trust ((const char *const *) options->rule_keys, &error))
    return usage (options, error->message);
  wh_devices_configure (!options->no_devices, (const char *const *) options->devices_denied);
  if (command)
    return run_command (options, command);
  if (open_window && have_display () && options->store && !options->server)
    return usage (options, _("the window works on a server or on files, not on a database: start “weedhounds serve” on this one and"
                             " open the window with --server URL"));
  if (open_window && have_display ())
    return open_window (argc, argv, options->data_dir, options->server);
  print_help ();
  return WH_EXIT_DONE;
}

int
wh_cli_main (int argc, char **argv, WhWindowFunc open_window)
{
  g_auto (WhCliOptions) options = WH_CLI_OPTIONS_INIT;
  g_auto (GStrv) arguments = g_strdupv (argv + (argc > 0));
  g_autofree char *name = wh_cli_options_take_command (arguments);
  const Command *command = name ? find_command (name) : NULL;
  g_autoptr (GError) error = NULL;

  /* How errors look must be known before the options are understood. */
  if (g_strv_contains ((const char *const *) arguments, "--json"))
    options.format = WH_FORMAT_JSON;
  if (name && !command && strcmp (name, "help") != 0)
    {
      g_autofree char *message = g_strdup_printf (_("no command “%s”: see weedhounds --help"), name);
      return usage (&options, message);
    }
  if (!wh_cli_options_parse (&options, command ? command->groups : WH_OPTIONS_COMMON, arguments, &error))
    return usage (&options, error->message);
  return run (&options, name, command, open_window, argc, argv);
}
