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

static const char *const client_certificates[] = { "none", "optional", "required", NULL };
static const char *const anonymous[] = { "none", "loopback", "all", NULL };

#define NETWORKS(id, group, name, meaning) \
  [id] = { id, group, name, WH_SETTING_NETWORKS, "", 0, 0, NULL, WH_SETTING_RELOADABLE, meaning }
#define RATE(id, name, usual, meaning) \
  [id] = { id, "limits", name, WH_SETTING_RATE, usual, 0, 0, NULL, WH_SETTING_RELOADABLE, meaning }

static const char *const proxy_fields[] = { "x-forwarded-for", "forwarded", NULL };
static const char *const on_off[] = { "on", "off", NULL };

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
  INTEGER (WH_SETTING_RESPONSE_CACHE_MB, "server", "response_cache_mb", "64", 0, 65536, 0,
           N_("Megabytes of finished answers that this process keeps until the store changes. 0: every answer is made anew.")),
  INTEGER (WH_SETTING_STRAIN_CACHE_MB, "server", "strain_cache_mb", "64", 0, 65536, 0,
           N_("Megabytes in which this process keeps what rows say of single strains, until one changes. 0: they are read each time.")),
  INTEGER (WH_SETTING_DRAIN_SECONDS, "server", "drain_seconds", "10", 0, 600, WH_SETTING_RELOADABLE,
           N_("How long requests may go on when the server is told to end.")),
  INTEGER (WH_SETTING_HEAD_BYTES, "server", "head_bytes", "8192", 1024, 65536, 0,
           N_("How long the head of a request may be. Each connection has twice as much memory.")),
  INTEGER (WH_SETTING_CONNECTIONS, "server", "connections", "16384", 16, 1000000, 0,
           N_("How many may be connected at a time. Who comes then is told to try again.")),
  INTEGER (WH_SETTING_CONNECTIONS_PER_ADDRESS, "server", "connections_per_address", "256", 0, 1000000, WH_SETTING_RELOADABLE,
           N_("How many connections one address may have, of IPv6 one /64. 0: any number.")),
  BOOLEAN (WH_SETTING_LIMIT_LOOPBACK, "server", "limit_loopback", "false", WH_SETTING_RELOADABLE,
           N_("Whether that holds for this machine, too.")),
  INTEGER (WH_SETTING_IDLE_SECONDS, "server", "idle_seconds", "60", 1, 86400, WH_SETTING_RELOADABLE,
           N_("How long a connection may wait between requests.")),
  INTEGER (WH_SETTING_HEAD_SECONDS, "server", "head_seconds", "5", 1, 3600, WH_SETTING_RELOADABLE,
           N_("How long the head of a request may take from its first byte on.")),
  INTEGER (WH_SETTING_GRACE_SECONDS, "server", "grace_seconds", "15", 1, 3600, WH_SETTING_RELOADABLE,
           N_("How long a body or the taking of a reply may hang.")),
  INTEGER (WH_SETTING_BYTES_A_SECOND, "server", "bytes_a_second", "512", 1, 1000000000, WH_SETTING_RELOADABLE,
           N_("How fast a body must come and a reply be taken, at least; the grace comes on top.")),
  INTEGER (WH_SETTING_REPLY_MEGABYTES, "server", "reply_megabytes", "128", 1, 65536, WH_SETTING_RELOADABLE,
           N_("How much of replies may wait to be taken. Who asks for more of it than a few kilobytes then is told to try again.")),
  LIST (WH_SETTING_TLS_LISTEN, "tls", "listen", "", 0, N_("Where to listen with TLS, address:port.")),
  LIST (WH_SETTING_TLS_REDIRECT, "tls", "redirect", "", 0,
        N_("Where to listen in clear and send everybody to the first address with TLS.")),
  TEXT (WH_SETTING_TLS_CERTIFICATE, "tls", "certificate", "", NULL, WH_SETTING_RELOADABLE,
        N_("PEM file of the server's certificate and those that lead to its authority, in this order. SIGHUP reads it anew.")),
  TEXT (WH_SETTING_TLS_KEY, "tls", "key", "", NULL, WH_SETTING_RELOADABLE, N_("PEM file of the private key of that certificate.")),
  TEXT (WH_SETTING_TLS_CLIENT_CERTIFICATES, "tls", "client_certificates", "none", client_certificates, WH_SETTING_RELOADABLE,
        N_("Whether clients are asked for a certificate, and may come without.")),
  TEXT (WH_SETTING_TLS_CLIENT_CA, "tls", "client_ca", "", NULL, WH_SETTING_RELOADABLE,
        N_("PEM file of the authorities that issue certificates of clients.")),
  TEXT (WH_SETTING_TLS_PRIORITIES, "tls", "priorities",
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:"
        "-MAC-ALL:+AEAD:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:%SERVER_PRECEDENCE",
        NULL, 0, N_("Protocols and algorithms, as GnuTLS writes them.")),
  INTEGER (WH_SETTING_TLS_HSTS_SECONDS, "tls", "hsts_seconds", "31536000", 0, 315360000, WH_SETTING_RELOADABLE,
           N_("How long browsers shall come with TLS only, once they came with TLS. 0: they are not told.")),
  LIST (WH_SETTING_HOSTS, "access", "hosts", "", WH_SETTING_RELOADABLE,
        N_("Names under which this server is asked for, besides localhost and addresses: a request for any other is refused, since it "
           "may come from a page in a browser that was led here. “*”: any name.")),
  TEXT (WH_SETTING_ANONYMOUS, "access", "anonymous", "loopback", anonymous, WH_SETTING_RELOADABLE,
        N_("Who may read the catalogue without a key: nobody, who comes from this machine, or all.")),
  BOOLEAN (WH_SETTING_PLAIN_NETWORK, "access", "plain_network", "false", 0,
           N_("Whether “listen” may name addresses that other machines reach. What passes there, keys too, can be read on the way: only "
              "in a network that is yours alone.")),
  NETWORKS (WH_SETTING_ALLOW, "access", "allow",
            N_("Addresses and nets that may come in, 192.0.2.0/24 2001:db8::/32. Not set: all.")),
  NETWORKS (WH_SETTING_DENY, "access", "deny", N_("Addresses and nets that may not, whatever “allow” says.")),
  NETWORKS (WH_SETTING_TRUSTED_PROXIES, "access", "trusted_proxies",
            N_("Addresses and nets of proxies that are believed when they say whose request they hand on. They may come in themselves, and"
               " must set or remove the fields named by “proxy_field” in every request.")),
  TEXT (WH_SETTING_PROXY_FIELD, "access", "proxy_field", "x-forwarded-for", proxy_fields, WH_SETTING_RELOADABLE,
        N_("Where they say it: X-Forwarded-For, with X-Forwarded-Proto and X-Forwarded-Host; or Forwarded (RFC 7239). The other one is not"
           " read, since it would be the client’s own.")),
  INTEGER (WH_SETTING_IDEMPOTENCY_HOURS, "http", "idempotency_hours", "24", 1, 720, WH_SETTING_RELOADABLE,
           N_("For how many hours the reply to a write with an Idempotency-Key is kept, to be given again.")),
  INTEGER (WH_SETTING_GZIP_LEVEL, "http", "gzip_level", "1", 0, 9, WH_SETTING_RELOADABLE,
           N_("How hard replies are compressed for who takes them so; 9 is smallest and slowest, 0 not at all.")),
  INTEGER (WH_SETTING_GZIP_BYTES, "http", "gzip_bytes", "1024", 0, 1048576, WH_SETTING_RELOADABLE,
           N_("From how many bytes on replies are compressed.")),
  LIST (WH_SETTING_CORS_ORIGINS, "cors", "origins", "", WH_SETTING_RELOADABLE,
        N_("Web pages that may read replies in a browser, by their origin: https://shop.example. “*”: any. Not set: none.")),
  BOOLEAN (WH_SETTING_CORS_CREDENTIALS, "cors", "credentials", "false", WH_SETTING_RELOADABLE,
           N_("Whether a browser may send cookies and client certificates along for those pages; never for “*”.")),
  INTEGER (WH_SETTING_CORS_MAX_AGE, "cors", "max_age", "600", 0, 86400, WH_SETTING_RELOADABLE,
           N_("For how many seconds a browser need not ask again what a page may ask.")),
  LIST (WH_SETTING_OUTGOING_ALLOW, "outgoing", "allow", "", 0,
        N_("Networks that files may be fetched from and webhooks sent to though they are private: 10.1.0.0/16.")),
  TEXT (WH_SETTING_OUTGOING_CA_FILE, "outgoing", "ca_file", "", NULL, 0,
        N_("A PEM file with the authorities whose certificates count there. Not set: those of the system.")),
  INTEGER (WH_SETTING_OUTGOING_SECONDS, "outgoing", "seconds", "30", 1, 3600, 0,
           N_("How long one such call may take, redirects included.")),
  INTEGER (WH_SETTING_OUTGOING_MEGABYTES, "outgoing", "megabytes", "64", 1, 1024, 0, N_("How large what is fetched may be.")),
  INTEGER (WH_SETTING_OUTGOING_REDIRECTS, "outgoing", "redirects", "3", 0, 10, 0, N_("How many redirects are followed.")),
  INTEGER (WH_SETTING_JOBS_THREADS, "jobs", "threads", "1", 0, 16, 0,
           N_("Jobs that this server does at once. 0: none; other servers on the same database do them.")),
  INTEGER (WH_SETTING_JOBS_POLL_MS, "jobs", "poll_ms", "1000", 50, 60000, WH_SETTING_RELOADABLE,
           N_("How often it looks for jobs that are due.")),
  INTEGER (WH_SETTING_JOBS_LEASE_SECONDS, "jobs", "lease_seconds", "60", 2, 3600, 0,
           N_("After so long without a sign of life of a server, another one takes its job over.")),
  TEXT (WH_SETTING_JOBS_FRESHNESS, "jobs", "freshness", "every 1 hour", NULL, 0,
        N_("When it is looked how old the facts are: “every 15 minutes”, “every 6 hours”, “daily 03:30”, “weekly sun 04:00”. Empty:"
           " never.")),
  TEXT (WH_SETTING_JOBS_ANALYTICS, "jobs", "analytics", "every 15 minutes", NULL, 0, N_("When figures are worked out ahead.")),
  TEXT (WH_SETTING_JOBS_RETENTION, "jobs", "retention", "daily 03:30", NULL, 0, N_("When what was kept for long enough is deleted.")),
  TEXT (WH_SETTING_JOBS_BACKUP, "jobs", "backup", "daily 02:15", NULL, 0,
        N_("When the store is copied, where “directory” in [backup] says to which place.")),
  TEXT (WH_SETTING_BACKUP_DIRECTORY, "backup", "directory", "", NULL, 0,
        N_("A folder for copies of the store, absolute, best on another disk. Not set: none are made.")),
  INTEGER (WH_SETTING_BACKUP_KEEP, "backup", "keep", "7", 1, 1000, WH_SETTING_RELOADABLE, N_("So many copies stay.")),
  INTEGER (WH_SETTING_RETENTION_SEARCH_DAYS, "retention", "search_days", "730", 0, 36500, WH_SETTING_RELOADABLE,
           N_("For how many days it is kept what was searched for. 0: for ever, like the next.")),
  INTEGER (WH_SETTING_RETENTION_PRICE_DAYS, "retention", "price_days", "2555", 0, 36500, WH_SETTING_RELOADABLE,
           N_("The same for observed prices; the newest of a product always stays.")),
  INTEGER (WH_SETTING_RETENTION_JOB_DAYS, "retention", "job_days", "90", 0, 36500, WH_SETTING_RELOADABLE,
           N_("The same for jobs that are over.")),
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
  INTEGER (WH_SETTING_EVENTS_STREAMS, "events", "streams", "2000", 1, 100000, WH_SETTING_RELOADABLE,
           N_("How many may listen to /api/events at the same time.")),
  INTEGER (WH_SETTING_EVENTS_STREAMS_EACH, "events", "streams_each", "64", 1, 100000, WH_SETTING_RELOADABLE,
           N_("How many of them may come from one address.")),
  INTEGER (WH_SETTING_EVENTS_MINUTES, "events", "minutes", "60", 1, 1440, WH_SETTING_RELOADABLE,
           N_("After how long such a stream is ended; who listens comes back by itself and goes on where it was.")),
  INTEGER (WH_SETTING_EVENTS_HISTORY, "events", "history", "4096", 16, 1000000, 0,
           N_("How many of the newest events are kept for who comes back; who has missed more is told to fetch the changes.")),
  TEXT (WH_SETTING_LIMITS_ENFORCE, "limits", "enforce", "on", on_off, 0,
        N_("Whether requests are counted at all. “off” is for measuring: it is refused unless all listens on this machine only.")),
  INTEGER (WH_SETTING_LIMITS_KEYS, "limits", "keys", "262144", 1024, 16777216, 0,
           N_("How many accounts and addresses are counted by themselves at a time, 24 bytes each, with a shared cache 40. Who finds no"
              " room is counted together with neighbours.")),
  RATE (WH_SETTING_LIMIT_SEARCH, "search", "1000/100 per 3600",
        N_("Searches and lists: so many of one who is signed in, so many of one address (of IPv6 one /64) where nobody is, in so many"
           " seconds. “off”: any number.")),
  RATE (WH_SETTING_LIMIT_STRAIN, "strain", "5000/500 per 3600", N_("Details of one strain, shop or product.")),
  RATE (WH_SETTING_LIMIT_TERPENES, "terpenes", "500/50 per 3600", N_("Analyses of terpenes and lab results.")),
  RATE (WH_SETTING_LIMIT_USER, "user", "2000/0 per 3600", N_("What people keep for themselves: notes, favourites, watches, feedback.")),
  RATE (WH_SETTING_LIMIT_ANALYTICS, "analytics", "100/10 per 3600", N_("Figures of the trade.")),
  RATE (WH_SETTING_LIMIT_LOGIN, "login", "10/10 per 60", N_("Attempts to sign in, of one account and of one address.")),
  RATE (WH_SETTING_LIMIT_WRITE, "write", "20000/0 per 3600", N_("Changes of the catalogue, prices and stock.")),
  RATE (WH_SETTING_LIMIT_SYNC, "sync", "20000/5000 per 3600", N_("What desktops pull, and events they listen to.")),
  RATE (WH_SETTING_LIMIT_ADMIN, "admin", "2000/0 per 3600", N_("Imports, jobs and schedules.")),
  INTEGER (WH_SETTING_WEBHOOKS_MOST, "webhooks", "most", "32", 0, 1000, WH_SETTING_RELOADABLE, N_("How many webhooks there may be.")),
  INTEGER (WH_SETTING_WEBHOOKS_SECONDS, "webhooks", "seconds", "10", 1, 60, WH_SETTING_RELOADABLE,
           N_("How long a receiver may take to answer.")),
  INTEGER (WH_SETTING_WEBHOOKS_TRIES, "webhooks", "tries", "8", 1, 20, WH_SETTING_RELOADABLE,
           N_("How often a call is tried; then it is dead, until somebody has it made once more.")),
  INTEGER (WH_SETTING_WEBHOOKS_PAUSE_SECONDS, "webhooks", "pause_seconds", "15", 1, 3600, WH_SETTING_RELOADABLE,
           N_("The pause after the first failure; each next one is four times as long, a day at most.")),
  INTEGER (WH_SETTING_WEBHOOKS_DEAD, "webhooks", "dead", "10", 1, 1000, WH_SETTING_RELOADABLE,
           N_("After how many dead calls in a row a webhook is disabled.")),
};
G_STATIC_ASSERT (G_N_ELEMENTS (rows) == WH_N_SETTINGS);

const WhSettingRow *
wh_setting_row (WhSetting setting)
{
  return &rows[setting];
}
