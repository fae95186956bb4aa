/* wh-test-proxy.h: stands between a store and its PostgreSQL server, and may swallow the answer to a COMMIT. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhTestProxy WhTestProxy;

/* Forwards connections to `dir`/.s.PGSQL.5432 to the server of the environment (PGHOST, PGPORT). */
WhTestProxy *wh_test_proxy_new  (const char *dir);
void         wh_test_proxy_free (WhTestProxy *proxy);
/* The next COMMIT reaches the server and is done there; its answer is swallowed and the connection cut. */
void         wh_test_proxy_swallow_commit (WhTestProxy *proxy);
/* How often that has happened. */
gint         wh_test_proxy_swallowed (WhTestProxy *proxy);

G_END_DECLS
