/* The table of wh-settings.h. Keys of one group stand together: they are printed in this order. */
#include <glib/gi18n.h>

#include "wh-settings.h"

#define INTEGER(id, group, name, usual, least, most, flags, meaning) \
  [id] = { id, group, name, WH_SETTING_INTEGER, usual, least, most, NULL, flags, meaning }
#define BOOLEAN(id, group, name, usual, flags, meaning) [id] = { id, group, name, WH_SETTING_BOOLEAN, usual, 0, 0, NULL, flags, meaning }
#define TEXT(id, group, name, usual, choices, flags, meaning) \
  [id] = { id, group, name, WH_SETTING_TEXT, usual, 0, 0, choices, flags, meaning }
#define LIST(id, group, name, usual, flags, meaning) [id] = { id, group, name, WH_SETTING_LIST, usual, 0, 0, NULL, flags, meaning }

static const char *const log_formats[] = { "auto", "text", "json", "journal", NULL };
static const char *const log_levels[] = { "critical", "warning", "message", "info", "debug", NULL };
static const char *const log_requests[] = { "none", "errors", "slow", "all", NULL };

static const WhSettingRow rows[] = {
  TEXT (WH_SETTING_STORE, "weedhounds", "store", "", NULL, WH_SETTING_SECRET,
        N_("Address of a PostgreSQL database, postgresql://user@host/database. Not set: the file store.db in the data directory.")),
  LIST (WH_SETTING_STORE_REPLICAS, "weedhounds", "store_replicas", "", WH_SETTING_SECRET,
        N_("Addresses of read-only copies of that database.")),
  TEXT (WH_SETTING_CACHE, "weedhounds", "cache", "", NULL, WH_SETTING_SECRET,
        N_("Address of a Redis server that several servers share, unix:/PATH or redis://127.0.0.1:PORT. Not set: each has its own.")),
  LIST (WH_SETTING_LISTEN, "server", "listen", "127.0.0.1:8000", 0,
        N_("Where to listen, address:port; port 0 is any free one.")),
  INTEGER (WH_SETTING_THREADS, "server", "threads", "0", 0, 256, 0, N_("Threads that answer. 0: one for each processor.")),
  INTEGER (WH_SETTING_DRAIN_SECONDS, "server", "drain_seconds", "10", 0, 600, WH_SETTING_RELOADABLE,
           N_("How long requests may go on when the server is told to end.")),
  INTEGER (WH_SETTING_HEAD_BYTES, "server", "head_bytes", "8192", 1024, 65536, 0,
           N_("How long the head of a request may be. Each connection has twice as much memory.")),
  LIST (WH_SETTING_HOSTS, "access", "hosts", "", WH_SETTING_RELOADABLE,
        N_("Names under which this server is asked for, besides localhost and addresses: a request for any other is refused, since it "
           "may come from a page in a browser that was led here. “*”: any name.")),
  LIST (WH_SETTING_OUTGOING_ALLOW, "outgoing", "allow", "", 0,
        N_("Networks that files may be fetched from and webhooks sent to though they are private: 10.1.0.0/16.")),
  TEXT (WH_SETTING_OUTGOING_CA_FILE, "outgoing", "ca_file", "", NULL, 0,
        N_("A PEM file with the authorities whose certificates count there. Not set: those of the system.")),
  INTEGER (WH_SETTING_OUTGOING_SECONDS, "outgoing", "seconds", "30", 1, 3600, 0,
           N_("How long one such call may take, redirects included.")),
  INTEGER (WH_SETTING_OUTGOING_MEGABYTES, "outgoing", "megabytes", "64", 1, 1024, 0, N_("How large what is fetched may be.")),
  INTEGER (WH_SETTING_OUTGOING_REDIRECTS, "outgoing", "redirects", "3", 0, 10, 0, N_("How many redirects are followed.")),
  TEXT (WH_SETTING_LOG_FORMAT, "log", "format", "auto", log_formats, WH_SETTING_RELOADABLE,
        N_("How the log is written: to the journal, or on standard error as lines of text or of JSON. “auto” is the journal where systemd"
           " reads it, text on a terminal, JSON elsewhere.")),
  TEXT (WH_SETTING_LOG_LEVEL, "log", "level", "message", log_levels, WH_SETTING_RELOADABLE,
        N_("What is written at least; “message” is what an operator needs to know.")),
  TEXT (WH_SETTING_LOG_REQUESTS, "log", "requests", "errors", log_requests, WH_SETTING_RELOADABLE,
        N_("Which requests are written: none, those that failed in the server, also those that took long, or all. Neither what was"
           " asked for (after “?”) nor a key is.")),
  INTEGER (WH_SETTING_LOG_SLOW_REQUEST_MS, "log", "slow_request_ms", "1000", 1, 600000, WH_SETTING_RELOADABLE,
           N_("From how many milliseconds on a request took long.")),
  INTEGER (WH_SETTING_LOG_SLOW_QUERY_MS, "log", "slow_query_ms", "500", 0, 600000, WH_SETTING_RELOADABLE,
           N_("Statements of the database that take so many milliseconds are written, without any value. 0: none.")),
  TEXT (WH_SETTING_REPORTS_DSN, "reports", "dsn", "", NULL, WH_SETTING_SECRET,
        N_("Where failures of the server itself are reported to, https://KEY@HOST/PROJECT of a Sentry-compatible service. Names, addresses,"
           " ids and numbers are taken out before. Not set: nowhere.")),
};
G_STATIC_ASSERT (G_N_ELEMENTS (rows) == WH_N_SETTINGS);

const WhSettingRow *
wh_setting_row (WhSetting setting)
{
  return &rows[setting];
}
