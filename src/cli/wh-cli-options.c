#include "wh-cli-options.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-paths.h"
#include "base/wh-text.h"
#include "client/wh-remote.h"
#include "service/wh-out-the-door.h"
#include "store/wh-store.h"

#define CONFIG_GROUP "weedhounds"
#define MACHINE_FILE "/etc/weedhounds/weedhounds.conf"
#define DEVICES_GROUP "opencl"
#define RULES_GROUP "rules"

typedef struct {
  WhCliOptionGroup group;
  GOptionEntry     entry;
} Option;

typedef struct {
  gboolean json, csv;
  char    *threads, *limit, *seed, *min_price, *max_price, *quantity;
} Raw;

/* Of rules of law, and of prices with their taxes. */
static void
list_rule_options (WhCliOptions *o, Raw *raw, GArray *list)
{
  const Option options[] = {
    { WH_OPTIONS_PRICES | WH_OPTIONS_RULES,
      { "jurisdiction", 0, 0, G_OPTION_ARG_STRING, &o->jurisdiction, N_("Rules of this place: NJ, NJ/Newark, NJ/county:Essex"),
        N_("PLACE") } },
    { WH_OPTIONS_PRICES,
      { "discount", 0, 0, G_OPTION_ARG_STRING, &o->discount, N_("Off before tax: 10% or, in dollars, 5.00"), N_("AMOUNT") } },
    { WH_OPTIONS_PRICES, { "quantity", 0, 0, G_OPTION_ARG_STRING, &raw->quantity, N_("So many packages (1)"), N_("N") } },
    { WH_OPTIONS_PRICES, { "medical", 0, 0, G_OPTION_ARG_NONE, &o->medical, N_("Taxes of a registered patient"), NULL } },
    { WH_OPTIONS_PRICES,
      { "out-the-door", 0, 0, G_OPTION_ARG_NONE, &o->out_the_door, N_("Compare with what is paid at the counter, too"), NULL } },
    { WH_OPTIONS_RULES, { "key", 0, 0, G_OPTION_ARG_FILENAME, &o->key, N_("The file of the key that signs"), N_("KEYFILE") } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

static void
list_base_options (WhCliOptions *o, Raw *raw, GArray *list)
{
  const Option options[] = {
    { 0, { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->data_dir, N_("Keep and read data in DIR"), N_("DIR") } },
    { 0, { "server", 0, 0, G_OPTION_ARG_STRING, &o->server, N_("Work on the mirror of the server at URL"), N_("URL") } },
    { 0, { "store", 0, 0, G_OPTION_ARG_STRING, &o->store, N_("Keep this machine's store in the PostgreSQL database at URL"), N_("URL") } },
    { 0, { "json", 0, 0, G_OPTION_ARG_NONE, &raw->json, N_("Print one JSON document, as the API's data"), NULL } },
    { 0, { "csv", 0, 0, G_OPTION_ARG_NONE, &raw->csv, N_("Print CSV with the same keys"), NULL } },
    { 0, { "no-color", 0, 0, G_OPTION_ARG_NONE, &o->no_color, N_("No colour, also on a terminal"), NULL } },
    { 0, { "limit", 0, 0, G_OPTION_ARG_STRING, &raw->limit, N_("At most N rows"), N_("N") } },
    { 0, { "help", 'h', 0, G_OPTION_ARG_NONE, &o->help, N_("Say how it is used"), NULL } },
    { 0, { "version", 0, 0, G_OPTION_ARG_NONE, &o->version, N_("Print the version"), NULL } },
    { WH_OPTIONS_SEARCH, { "facets", 0, 0, G_OPTION_ARG_NONE, &o->facets, N_("How all that is found divides, instead of a list"), NULL } },
    { WH_OPTIONS_SEARCH,
      { "products", 0, 0, G_OPTION_ARG_NONE, &o->products, N_("Products by their names and brands, instead of strains"), NULL } },
    { WH_OPTIONS_IMPORT, { "strict", 0, 0, G_OPTION_ARG_NONE, &o->strict, N_("Refuse a file that has any bad row"), NULL } },
    { WH_OPTIONS_IMPORT | WH_OPTIONS_NAMES | WH_OPTIONS_MIGRATE,
      { "dry-run", 0, 0, G_OPTION_ARG_NONE, &o->dry_run, N_("Report only, write nothing"), NULL } },
    { WH_OPTIONS_IMPORT,
      { "format", 0, 0, G_OPTION_ARG_STRING, &o->layout, N_("Layout of the file, instead of by its header"), N_("NAME") } },
    { WH_OPTIONS_CHART,
      { "chart", 0, 0, G_OPTION_ARG_FILENAME, &o->chart, N_("Draw it, too: FILE ends in .png, .pdf or .svg"), N_("FILE") } },
    { WH_OPTIONS_SERVE, { "listen", 0, 0, G_OPTION_ARG_STRING, &o->listen, N_("Listen here (127.0.0.1:8000)"), N_("ADDRESS:PORT") } },
    { WH_OPTIONS_SERVE, { "threads", 0, 0, G_OPTION_ARG_STRING, &raw->threads, N_("Threads that answer (one per core)"), N_("N") } },
    { WH_OPTIONS_SERVE,
      { "cache", 0, 0, G_OPTION_ARG_STRING, &o->cache, N_("Keep finished answers in a cache that servers share"), N_("ADDRESS") } },
    { WH_OPTIONS_SERVE,
      { "config", 0, 0, G_OPTION_ARG_FILENAME, &o->config, N_("Read the settings in FILE instead of weedhounds.conf"), N_("FILE") } },
    { WH_OPTIONS_SERVE,
      { "limits", 0, 0, G_OPTION_ARG_STRING, &o->limits, N_("off: count no requests, to measure; on this machine only"), N_("ON|OFF") } },
    { WH_OPTIONS_SERVE,
      { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->set, N_("Set one, in spite of file and environment; several times"),
        N_("GROUP.NAME=VALUE") } },
    { WH_OPTIONS_SERVE,
      { "print-config", 0, 0, G_OPTION_ARG_NONE, &o->print_config, N_("Print all settings with their meaning, then end"), NULL } },
    { WH_OPTIONS_SERVE,
      { "print-openapi", 0, 0, G_OPTION_ARG_NONE, &o->print_openapi, N_("Print the OpenAPI document of the API, then end"), NULL } },
    { WH_OPTIONS_REPRODUCE,
      { "strains", 0, 0, G_OPTION_ARG_FILENAME, &o->strains, N_("The list that says which names are strains"), N_("LIST") } },
    { WH_OPTIONS_REPRODUCE, { "unit", 0, 0, G_OPTION_ARG_STRING, &o->unit, N_("Unit of rows that do not say theirs"), N_("UNIT") } },
    { WH_OPTIONS_DOCTOR,
      { "retry-devices", 0, 0, G_OPTION_ARG_NONE, &o->retry_devices, N_("Forget what is known of OpenCL devices, try them anew"),
        NULL } },
    { WH_OPTIONS_DEMO, { "seed", 0, 0, G_OPTION_ARG_STRING, &raw->seed, N_("Another made-up catalogue (420)"), N_("N") } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

/* Of the commands about what shops have and what it costs. */
static void
list_shop_options (WhCliOptions *o, Raw *raw, GArray *list)
{
  const Option options[] = {
    { WH_OPTIONS_PRICES | WH_OPTIONS_DISPENSARIES,
      { "near", 0, 0, G_OPTION_ARG_STRING, &o->near, N_("Shops near this place, in degrees"), N_("LAT,LON") } },
    { WH_OPTIONS_PRICES | WH_OPTIONS_DISPENSARIES,
      { "radius", 0, 0, G_OPTION_ARG_STRING, &o->radius, N_("At most so many miles away (25)"), N_("MILES") } },
    { WH_OPTIONS_PRICES | WH_OPTIONS_DISPENSARIES,
      { "state", 0, 0, G_OPTION_ARG_STRING, &o->state, N_("Shops of this state"), N_("XX") } },
    { WH_OPTIONS_PRICES | WH_OPTIONS_WATCH | WH_OPTIONS_MENU,
      { "category", 0, 0, G_OPTION_ARG_STRING, &o->category, N_("Only these: flower, vapes …"), N_("NAME") } },
    { WH_OPTIONS_PRICES,
      { "product", 0, 0, G_OPTION_ARG_STRING, &o->product, N_("Only products whose name has these words"), N_("NAME") } },
    { WH_OPTIONS_RECOMMEND,
      { "like", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->wishes.likes, N_("A strain that is liked; may be given several times"),
        N_("STRAIN") } },
    { WH_OPTIONS_RECOMMEND,
      { "dislike", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->wishes.dislikes, N_("A strain that is not; several times"), N_("STRAIN") } },
    { WH_OPTIONS_RECOMMEND,
      { "flavor", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->wishes.flavors, N_("A flavour or aroma; several times"), N_("WORD") } },
    { WH_OPTIONS_RECOMMEND,
      { "terpene", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->wishes.terpenes, N_("A terpene that should lead; several times"), N_("TERPENE") } },
    { WH_OPTIONS_RECOMMEND,
      { "thc", 0, 0, G_OPTION_ARG_STRING, &o->wishes.thc, N_("Total THC: low (under 10 %), medium, high (over 20 %)"), N_("LEVEL") } },
    { WH_OPTIONS_RECOMMEND,
      { "cbd", 0, 0, G_OPTION_ARG_STRING, &o->wishes.cbd, N_("Total CBD: low (under 1 %), medium, high (over 5 %)"), N_("LEVEL") } },
    { WH_OPTIONS_RECOMMEND,
      { "method", 0, 0, G_OPTION_ARG_STRING, &o->wishes.method, N_("In stock for smoking, vaping, edibles, tinctures or topicals"),
        N_("METHOD") } },
    { WH_OPTIONS_RECOMMEND, { "state", 0, 0, G_OPTION_ARG_STRING, &o->wishes.state, N_("Sold in this state"), N_("STATE") } },
    { WH_OPTIONS_RECOMMEND | WH_OPTIONS_MENU,
      { "in-stock", 0, 0, G_OPTION_ARG_NONE, &o->wishes.in_stock, N_("Only what is in stock"), NULL } },
    { WH_OPTIONS_MENU, { "brand", 0, 0, G_OPTION_ARG_STRING, &o->brand, N_("Only brands with words that begin so"), N_("NAME") } },
    { WH_OPTIONS_MENU, { "min-price", 0, 0, G_OPTION_ARG_STRING, &raw->min_price, N_("At least so many dollars a package"), N_("N") } },
    { WH_OPTIONS_MENU, { "max-price", 0, 0, G_OPTION_ARG_STRING, &raw->max_price, N_("At most so many dollars a package"), N_("N") } },
    { WH_OPTIONS_MENU, { "sort", 0, 0, G_OPTION_ARG_STRING, &o->sort, N_("By name, price, thc or popularity"), N_("BY") } },
    { WH_OPTIONS_RECOMMEND | WH_OPTIONS_SUBSTITUTE,
      { "max-price", 0, 0, G_OPTION_ARG_STRING, &raw->max_price, N_("At most so many dollars a gram"), N_("N") } },
    { WH_OPTIONS_STATS,
      { "timeframe", 0, 0, G_OPTION_ARG_STRING, &o->timeframe, N_("Over the last 24h, 7d, 30d or 90d (7d)"), N_("TIME") } },
    { WH_OPTIONS_WATCH,
      { "below", 0, 0, G_OPTION_ARG_STRING, &o->below, N_("At or under this price of a gram (10/g) or a package (35.00)"), N_("PRICE") } },
    { WH_OPTIONS_PRICES | WH_OPTIONS_WATCH,
      { "since", 0, 0, G_OPTION_ARG_STRING, &o->since, N_("From this date on, or so long ago (90d, 24h); of watch: a revision"),
        N_("WHEN") } },
    { WH_OPTIONS_SUBSTITUTE | WH_OPTIONS_PRICES | WH_OPTIONS_WATCH,
      { "shop", 0, 0, G_OPTION_ARG_STRING, &o->shop, N_("Only in this shop: id, slug or name"), N_("SHOP") } },
    { WH_OPTIONS_SUBSTITUTE,
      { "category", 0, 0, G_OPTION_ARG_STRING, &o->category, N_("Of this category instead of the same; or any"), N_("NAME") } },
    { WH_OPTIONS_SUBSTITUTE | WH_OPTIONS_RECOMMEND,
      { "accept", 0, 0, G_OPTION_ARG_STRING, &o->accept, N_("Note that this one was taken: its id's beginning; of recommend: a strain"),
        N_("ID") } },
    { WH_OPTIONS_SUBSTITUTE | WH_OPTIONS_RECOMMEND,
      { "reject", 0, 0, G_OPTION_ARG_STRING, &o->reject, N_("Note that this one of them was turned down"), N_("ID") } },
    { WH_OPTIONS_SUBSTITUTE | WH_OPTIONS_RECOMMEND,
      { "reason", 0, 0, G_OPTION_ARG_STRING, &o->reason, N_("Why; with --accept or --reject"), N_("TEXT") } },
    { WH_OPTIONS_RECOMMEND,
      { "reviews", 0, 0, G_OPTION_ARG_FILENAME, &o->wishes.reviews, N_("Go by a table of user and strain_slug, too"), N_("FILE") } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

/* Of what people write down. */
static void
list_noted_options (WhCliOptions *o, GArray *list)
{
  const Option options[] = {
    { WH_OPTIONS_PRICES, { "price", 0, 0, G_OPTION_ARG_STRING, &o->price, N_("The price that was seen: 12.50"), N_("AMOUNT") } },
    { WH_OPTIONS_PRICES, { "unit", 0, 0, G_OPTION_ARG_STRING, &o->unit, N_("What it buys, if not the package: 3.5g"), N_("UNIT") } },
    { WH_OPTIONS_PRICES, { "at", 0, 0, G_OPTION_ARG_STRING, &o->at, N_("When it was seen, if not now"), N_("TIME") } },
    { WH_OPTIONS_PRICES,
      { "photo", 0, 0, G_OPTION_ARG_FILENAME, &o->photo, N_("A photo of it; its SHA-256 is kept, not the file"), N_("FILE") } },
    { WH_OPTIONS_FAVORITE, { "remove", 0, 0, G_OPTION_ARG_NONE, &o->remove, N_("No longer a favourite"), NULL } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

static void
list_row_options (WhCliOptions *o, GArray *list)
{
  const Option options[] = {
    { WH_OPTIONS_LIST, { "where", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->where, N_("Only rows that fit; several times"), N_("FILTER") } },
    { WH_OPTIONS_LIST, { "sort", 0, 0, G_OPTION_ARG_STRING, &o->sort, N_("In the order of this field (id)"), N_("FIELD") } },
    { WH_OPTIONS_LIST, { "descending", 0, 0, G_OPTION_ARG_NONE, &o->descending, N_("The other way round"), NULL } },
    { WH_OPTIONS_LIST, { "cursor", 0, 0, G_OPTION_ARG_STRING, &o->cursor, N_("The page after the one that gave this"), N_("CURSOR") } },
    { WH_OPTIONS_DELETE, { "with-parts", 0, 0, G_OPTION_ARG_NONE, &o->with_parts, N_("With its prices, notes and other parts"), NULL } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

static void
list_migrate_options (WhCliOptions *o, GArray *list)
{
  const Option options[] = {
    { WH_OPTIONS_MIGRATE,
      { "to", 0, 0, G_OPTION_ARG_STRING, &o->to, N_("Move to this database or file; '' is store.db of the data directory"), N_("PLACE") } },
    { WH_OPTIONS_MIGRATE, { "from", 0, 0, G_OPTION_ARG_STRING, &o->from, N_("Move what is there (the store in use)"), N_("PLACE") } },
    { WH_OPTIONS_MIGRATE,
      { "keep", 0, 0, G_OPTION_ARG_NONE, &o->keep, N_("Make a copy with a name of its own; the source stays in use"), NULL } },
    { WH_OPTIONS_MIGRATE,
      { "verify-only", 0, 0, G_OPTION_ARG_NONE, &o->verify_only, N_("Only compare two stores that are there"), NULL } },
  };

  g_array_append_vals (list, options, G_N_ELEMENTS (options));
}

/* All options of the program, each with the place its value goes to. Caller unrefs. */
static GArray *
list_options (WhCliOptions *o, Raw *raw)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Option));

  list_base_options (o, raw, list);
  list_shop_options (o, raw, list);
  list_rule_options (o, raw, list);
  list_noted_options (o, list);
  list_row_options (o, list);
  list_migrate_options (o, list);
  return list;
}

static const Option *
option_at (const GArray *list, guint i)
{
  return &g_array_index (list, Option, i);
}

static gboolean
takes_value (const Option *option)
{
  return option->entry.arg != G_OPTION_ARG_NONE;
}

/* Whether `argument` is an option whose value is the next argument. */
static gboolean
value_follows (const GArray *list, const char *argument)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_has_prefix (argument, "--") && strcmp (argument + 2, option_at (list, i)->entry.long_name) == 0)
      return takes_value (option_at (list, i));
  return FALSE;
}

char *
wh_cli_options_take_command (char **argv)
{
  WhCliOptions options = WH_CLI_OPTIONS_INIT;
  Raw raw = { 0 };
  g_autoptr (GArray) list = list_options (&options, &raw);

  for (char **place = argv; *place && strcmp (*place, "--") != 0; place++)
    {
      if (**place != '-')
        {
          char *name = *place;
          memmove (place, place + 1, (g_strv_length (place + 1) + 1) * sizeof *place);
          return name;
        }
      if (value_follows (list, *place) && place[1])
        place++;
    }
  return NULL;
}

static gboolean
read_number (const char *text, const char *option, gint64 least, gint64 most, gint64 *out_number, GError **error)
{
  if (!text || g_ascii_string_to_signed (text, 10, least, most, out_number, NULL))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s takes a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not “%s”"),
               option, least, most, text);
  return FALSE;
}

static gboolean
read_price (const char *text, const char *option, double *out_price, GError **error)
{
  *out_price = NAN;
  if (!text || (wh_text_to_number (text, out_price) && *out_price > 0))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s takes dollars, such as 12.50, not “%s”"), option, text);
  return FALSE;
}

static gboolean
take_raw (WhCliOptions *options, const Raw *raw, GError **error)
{
  gint64 limit = 0, threads = 0, quantity = 0;

  if (raw->json && raw->csv)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--json and --csv exclude each other"));
      return FALSE;
    }
  if (options->facets && options->products)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--facets counts strains, so it excludes --products"));
      return FALSE;
    }
  options->format = raw->json ? WH_FORMAT_JSON : raw->csv ? WH_FORMAT_CSV : WH_FORMAT_TABLE;
  if (!read_number (raw->limit, "--limit", 1, WH_LIMIT_PAGE, &limit, error)
      || !read_number (raw->quantity, "--quantity", 1, WH_DOOR_MOST_PACKAGES, &quantity, error)
      || !read_number (raw->threads, "--threads", 1, 256, &threads, error)
      || !read_number (raw->seed, "--seed", 0, G_MAXINT64, &options->seed, error)
      || !read_price (raw->min_price, "--min-price", &options->min_price, error)
      || !read_price (raw->max_price, "--max-price", &options->wishes.max_price, error))
    return FALSE;
  if (options->chart && !wh_chart_format_of (options->chart, &options->chart_format, error))
    return FALSE;
  options->limit = (int) limit;
  options->threads = (int) threads;
  options->quantity = (int) quantity;
  return TRUE;
}

static gboolean
is_of (const Option *option, WhCliOptionGroup groups)
{
  return option->group == WH_OPTIONS_COMMON || (option->group & groups);
}

static GOptionContext *
context_new (WhCliOptionGroup groups, const GArray *list)
{
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  for (guint i = 0; i < list->len; i++)
    {
      const GOptionEntry entries[] = { option_at (list, i)->entry, { NULL } };
      if (is_of (option_at (list, i), groups))
        g_option_context_add_main_entries (context, entries, NULL);
    }
  return context;
}

/* GLib keeps a "--" that ends the options. */
static void
drop_separator (char **words)
{
  for (; *words; words++)
    if (strcmp (*words, "--") == 0)
      {
        g_free (*words);
        memmove (words, words + 1, (g_strv_length (words + 1) + 1) * sizeof *words);
        return;
      }
}

static void
raw_clear (Raw *raw)
{
  g_free (raw->limit);
  g_free (raw->threads);
  g_free (raw->seed);
  g_free (raw->min_price);
  g_free (raw->max_price);
  g_free (raw->quantity);
}

gboolean
wh_cli_options_parse (WhCliOptions *options, WhCliOptionGroup groups, char **argv, GError **error)
{
  Raw raw = { 0 };
  g_autoptr (GArray) list = list_options (options, &raw);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean done;

  g_autoptr (GOptionContext) context = context_new (groups, list);
  /* The parser takes the first argument for the program's name. */
  g_strv_builder_add (builder, "weedhounds");
  g_strv_builder_addv (builder, (const char **) argv);
  g_auto (GStrv) arguments = g_strv_builder_end (builder);
  done = g_option_context_parse_strv (context, &arguments, &wrong);
  if (done)
    {
      options->words = g_strdupv (arguments + 1);
      drop_separator (options->words);
      done = take_raw (options, &raw, error);
    }
  else
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, wrong->message);
  raw_clear (&raw);
  return done;
}

char *
wh_cli_options_help (WhCliOptionGroup groups)
{
  WhCliOptions options = WH_CLI_OPTIONS_INIT;
  Raw raw = { 0 };
  g_autoptr (GArray) list = list_options (&options, &raw);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const GOptionEntry *entry = &option_at (list, i)->entry;
      gboolean valued = takes_value (option_at (list, i));
      if (!is_of (option_at (list, i), groups))
        continue;
      g_autofree char *left = g_strdup_printf ("--%s%s%s", entry->long_name, valued ? " " : "", valued ? _(entry->arg_description) : "");
      g_string_append_printf (text, "  %-24s %s\n", left, _(entry->description));
    }
  return g_string_free (text, FALSE);
}

char *
wh_cli_options_file (const WhCliOptions *options)
{
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "weedhounds", "weedhounds.conf", NULL);

  if (options && options->config)
    return g_strdup (options->config);
  if (!g_file_test (own, G_FILE_TEST_EXISTS) && g_file_test (MACHINE_FILE, G_FILE_TEST_EXISTS))
    return g_strdup (MACHINE_FILE);
  return g_steal_pointer (&own);
}

static GKeyFile *
load_file (const WhCliOptions *options, GError **error)
{
  g_autofree char *path = wh_cli_options_file (options);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) wrong = NULL;

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &wrong)
      || (!options->config && g_error_matches (wrong, G_FILE_ERROR, G_FILE_ERROR_NOENT)))
    return g_steal_pointer (&file);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s cannot be read: %s"), path, wrong->message);
  return NULL;
}

static void
fill (char **setting, const char *variable, GKeyFile *file, const char *key)
{
  if (!*setting && g_getenv (variable) && *g_getenv (variable))
    *setting = g_strdup (g_getenv (variable));
  if (!*setting)
    *setting = g_key_file_get_string (file, CONFIG_GROUP, key, NULL);
}

/* The environment says "off" or "auto", the file "enabled" and "deny". */
static gboolean
configure_devices (WhCliOptions *options, GKeyFile *file, GError **error)
{
  const char *word = g_getenv ("WEEDHOUNDS_OPENCL");
  g_autoptr (GError) wrong = NULL;
  gboolean enabled = g_key_file_get_boolean (file, DEVICES_GROUP, "enabled", &wrong);

  options->devices_denied = g_key_file_get_string_list (file, DEVICES_GROUP, "deny", NULL, NULL);
  options->no_devices = !wrong && !enabled;
  if (g_error_matches (wrong, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("weedhounds.conf: “enabled” in [opencl] is true or false"));
      return FALSE;
    }
  if (!word || !*word)
    return TRUE;
  options->no_devices = strcmp (word, "off") == 0;
  if (options->no_devices || strcmp (word, "auto") == 0)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("WEEDHOUNDS_OPENCL is “off” or “auto”, not “%s”"), word);
  return FALSE;
}

/* An empty --store asks for the file in spite of a configured database. */
static gboolean
configure_store (WhCliOptions *options, GKeyFile *file, GError **error)
{
  g_autofree char *replicas = NULL;

  fill (&options->store, "WEEDHOUNDS_STORE", file, "store");
  fill (&replicas, "WEEDHOUNDS_STORE_REPLICAS", file, "store_replicas");
  if (options->store && !*options->store)
    g_clear_pointer (&options->store, g_free);
  if (options->store && replicas && *replicas)
    options->replicas = g_strsplit_set (g_strstrip (replicas), " \t", -1);
  if (!options->store || wh_store_location_is_server (options->store))
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                       _("the store is a PostgreSQL database, postgresql://user@host/database, or a file; where that is, --data-dir"
                         " says"));
  return FALSE;
}

gboolean
wh_cli_options_configure (WhCliOptions *options, GError **error)
{
  g_autoptr (GKeyFile) file = load_file (options, error);

  if (!file || !configure_devices (options, file, error))
    return FALSE;
  options->rule_keys = g_key_file_get_string_list (file, RULES_GROUP, "keys", NULL, NULL);
  fill (&options->data_dir, "WEEDHOUNDS_DATA_DIR", file, "data_dir");
  fill (&options->server, "WEEDHOUNDS_SERVER", file, "server");
  fill (&options->cache, "WEEDHOUNDS_CACHE", file, "cache");
  if (!configure_store (options, file, error))
    return FALSE;
  g_autofree char *given_dir = g_steal_pointer (&options->data_dir);
  g_autofree char *given_server = g_steal_pointer (&options->server);
  options->data_dir = wh_paths_data_dir (given_dir);
  /* An empty --server asks for this machine's store in spite of a configured one. */
  if (given_server && *given_server)
    options->server = wh_remote_normalize_url (given_server, error);
  return options->server || !given_server || !*given_server;
}

/* The tables know every text that an option filled. */
static void
clear_values (const GArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      const GOptionEntry *entry = &option_at (list, i)->entry;
      if (entry->arg == G_OPTION_ARG_STRING || entry->arg == G_OPTION_ARG_FILENAME)
        g_clear_pointer ((char **) entry->arg_data, g_free);
      else if (entry->arg == G_OPTION_ARG_STRING_ARRAY)
        g_clear_pointer ((char ***) entry->arg_data, g_strfreev);
    }
}

void
wh_cli_options_clear (WhCliOptions *options)
{
  Raw raw = { 0 };
  g_autoptr (GArray) list = list_options (options, &raw);

  clear_values (list);
  g_clear_pointer (&options->words, g_strfreev);
  g_clear_pointer (&options->devices_denied, g_strfreev);
  g_clear_pointer (&options->rule_keys, g_strfreev);
  g_clear_pointer (&options->replicas, g_strfreev);
}
