/* wh-limits.h: every limit on input, in one place. */
#pragma once

#define WH_LIMIT_TEXT             4096            /* bytes of one text field */
#define WH_LIMIT_LONG_TEXT        32768           /* bytes of a description */
#define WH_LIMIT_LIST             256             /* entries of a list field */
#define WH_LIMIT_PANEL            512             /* measurements of one lab result */
#define WH_LIMIT_QUERY            512             /* bytes of a search */
#define WH_LIMIT_JSON_DEPTH       64
#define WH_LIMIT_JSON_BYTES       (8 * 1024 * 1024)
#define WH_LIMIT_IMPORT_BYTES     (1024 * 1024 * 1024)  /* one import file, decompressed */
#define WH_LIMIT_IMPORT_COLUMNS   2048
#define WH_LIMIT_IMPORT_CELL      (1024 * 1024)   /* bytes of one cell */
#define WH_LIMIT_IMPORT_WARNINGS  10000           /* kept with their place; all are counted */
#define WH_LIMIT_RULE_PACK        (1024 * 1024)   /* bytes of one rule pack */
#define WH_LIMIT_RULE_ROWS        5000            /* rules of one pack */
#define WH_LIMIT_RULE_PACKS       32              /* packs of the data directory */
#define WH_LIMIT_PAGE             1000            /* rows of one page of any list */
#define WH_LIMIT_SYNC_PAGE        2000            /* changes of one sync page */
#define WH_LIMIT_NETWORKS         65536           /* nets of one list of addresses */
#define WH_LIMIT_CACHE_KEY        256             /* bytes of a cache's key */
#define WH_LIMIT_CACHE_VALUE      (4 * 1024 * 1024)  /* bytes of one value in a cache */
#define WH_LIMIT_CACHE_SECONDS    (7 * 86400)     /* that a cache keeps anything */
#define WH_LIMIT_OUTBOX_LETTERS   500000          /* changes that wait to be sent */
#define WH_LIMIT_OUTBOX_BYTES     G_GINT64_CONSTANT (536870912)   /* of them, 512 MiB */
