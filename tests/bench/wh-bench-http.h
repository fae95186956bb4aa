/* wh-bench-http.h: a real `weedhounds serve`, nginx as its peer, and wrk against either. */
#pragma once

#include <gio/gio.h>

/* A process that serves on 127.0.0.1. */
typedef struct {
  GSubprocess *process;
  char        *dir;       /* of nginx: its own, removed with it; NULL: none */
  guint16      port;
} WhBenchServer;

/* What a process and its children take. */
typedef struct {
  double cpu;             /* microseconds so far */
  gint64 resident;        /* bytes */
  guint  descriptors;
} WhBenchUse;

/* What wrk saw. */
typedef struct {
  gint64 requests;
  double seconds;
  double bytes;                  /* of a reply, its head included */
  double p50, p95, p99;          /* ms */
  gint64 refused;                /* replies that are neither 2xx nor 3xx */
  gint64 broken;                 /* connections that failed, and requests without a reply in time */
  double cpu;                    /* microseconds of the server for a request */
} WhBenchLoad;

/* On the store in `dir`; `settings`: "group.name=value", NULL-terminated. Returns once its catalogue is there. */
void        wh_bench_serve      (WhBenchServer *server, const char *dir, const char *const *settings);
/* Answers everything with `bytes` bytes of body, with two workers. FALSE: there is no nginx. */
gboolean    wh_bench_nginx      (WhBenchServer *server, gsize bytes);
void        wh_bench_stop       (WhBenchServer *server);
WhBenchUse  wh_bench_use        (const WhBenchServer *server);

/* Writes the script by which wrk asks these in turn, each "GET /path" or "POST /path {body}", beginning anywhere. */
void        wh_bench_script     (const char *path, const GPtrArray *requests);
WhBenchLoad wh_bench_load       (const WhBenchServer *server, const char *script, guint connections, guint seconds);
gboolean    wh_bench_have       (const char *program);

/* Opens so many connections from addresses of this machine beside 127.0.0.1, and asks each once; they stay open. Returns those that were
 * answered, -1 for none that could be opened. */
GArray     *wh_bench_idle       (const WhBenchServer *server, guint n);
