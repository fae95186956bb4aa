/* wh-cli-options.h: what was asked for on the command line, in the environment and in weedhounds.conf. */
#pragma once

#include "service/wh-chart.h"

G_BEGIN_DECLS

typedef enum {
  WH_FORMAT_TABLE,
  WH_FORMAT_JSON,
  WH_FORMAT_CSV,
} WhFormat;

/* What `recommend` is asked for; lists may be NULL. */
typedef struct {
  char   **likes, **dislikes, **flavors, **terpenes;
  char    *thc, *cbd;         /* low, medium, high */
  char    *method, *state;
  gboolean in_stock;
  double   max_price;         /* dollars a gram; NAN: any */
  char    *reviews;           /* a file of people's lists */
} WhCliWishes;

typedef struct {
  char    *data_dir;    /* absolute */
  char    *server;      /* normalized address; NULL: this machine's store */
  char    *store;       /* address of the database this machine's store is in; NULL: store.db in data_dir */
  char   **replicas;    /* addresses of read-only copies of it; may be NULL */
  WhFormat format;
  gboolean no_color;
  gboolean help, version;
  int      limit;       /* 0: the command's own default */
  gboolean no_devices;  /* OpenCL is switched off */
  char   **devices_denied;    /* names of devices and drivers; may be NULL */
  /* of single commands */
  gboolean strict;
  gboolean dry_run;     /* import, names link, migrate */
  char    *layout;      /* import --format */
  char    *chart;       /* a file to draw into, or NULL */
  WhChartFormat chart_format;
  char    *listen;
  char    *config;        /* a key file in place of the usual one; NULL: that */
  char   **set;           /* group.name=value, may be NULL */
  char    *limits;        /* "on" or "off"; NULL: as it is set */
  gboolean print_config;
  gboolean print_openapi;
  char    *cache;       /* address of a cache; NULL: of this process alone */
  int      threads;
  gint64   seed;
  char    *strains;     /* reproduce --strains */
  char    *unit;        /* reproduce and prices observe --unit */
  gboolean retry_devices;
  gboolean facets, products;   /* search */
  char    *near, *radius, *state, *category, *product, *since;   /* of prices and watches, as typed */
  char    *below;       /* watch --below */
  char    *timeframe;   /* stats --timeframe */
  char    *jurisdiction, *discount;    /* of prices and rules, as typed */
  int      quantity;    /* packages; 0: not said */
  gboolean medical, out_the_door;
  char    *key;         /* rules --key */
  char   **rule_keys;   /* public keys whose signatures of rule packs count; may be NULL */
  gboolean remove;      /* favorite */
  char    *price, *at, *photo;   /* prices observe, as typed */
  WhCliWishes wishes;   /* recommend */
  char    *shop, *accept, *reject, *reason;   /* of substitute, as typed; the highest price is that of the wishes */
  char    *brand, *sort;   /* of menu, and of list, as typed; the highest price and in-stock are those of the wishes */
  double   min_price;      /* NAN: any */
  char   **where;       /* of list, as typed; may be NULL */
  char    *cursor;
  gboolean descending;
  gboolean with_parts;  /* of delete */
  char    *from, *to;   /* migrate: places as typed, "" for the data directory's file */
  gboolean keep, verify_only;
  char   **words;       /* the command's arguments, never NULL once parsed */
} WhCliOptions;

/* Groups of options beside those that every command takes. */
typedef enum {
  WH_OPTIONS_COMMON = 0,
  WH_OPTIONS_IMPORT = 1 << 0,
  WH_OPTIONS_SERVE = 1 << 1,
  WH_OPTIONS_DEMO = 1 << 2,
  WH_OPTIONS_CHART = 1 << 3,
  WH_OPTIONS_REPRODUCE = 1 << 4,
  WH_OPTIONS_DOCTOR = 1 << 5,
  WH_OPTIONS_PRICES = 1 << 6,
  WH_OPTIONS_RECOMMEND = 1 << 7,
  WH_OPTIONS_SUBSTITUTE = 1 << 8,
  WH_OPTIONS_MENU = 1 << 9,
  WH_OPTIONS_DISPENSARIES = 1 << 10,
  WH_OPTIONS_SEARCH = 1 << 11,
  WH_OPTIONS_RULES = 1 << 12,
  WH_OPTIONS_WATCH = 1 << 13,
  WH_OPTIONS_STATS = 1 << 14,
  WH_OPTIONS_LIST = 1 << 15,
  WH_OPTIONS_DELETE = 1 << 16,
  WH_OPTIONS_NAMES = 1 << 17,
  WH_OPTIONS_FAVORITE = 1 << 18,
  WH_OPTIONS_MIGRATE = 1 << 19,
} WhCliOptionGroup;

#define WH_CLI_OPTIONS_INIT { .seed = 420 }

/* Takes the command's name out of `argv` (NULL-terminated); NULL when there is none. Options may stand on either side of it. */
char     *wh_cli_options_take_command (char **argv);
/* Reads what is left; the message of an error is for the one who typed it. */
gboolean  wh_cli_options_parse        (WhCliOptions *options, WhCliOptionGroup groups, char **argv, GError **error);
/* Environment, then file, then defaults, where no option was given. WH_ERROR_INVALID when one of them cannot be used. */
gboolean  wh_cli_options_configure    (WhCliOptions *options, GError **error);
/* The list of options for --help. Caller frees. */
char     *wh_cli_options_help         (WhCliOptionGroup groups);
/* The file of --config (`options` may be NULL), else weedhounds.conf in the user's configuration directory, else, where only that is
 * there, /etc/weedhounds/weedhounds.conf. Caller frees. */
char     *wh_cli_options_file         (const WhCliOptions *options);
void      wh_cli_options_clear        (WhCliOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhCliOptions, wh_cli_options_clear)

G_END_DECLS
