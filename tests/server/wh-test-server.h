/* wh-test-server.h: the real server on a store made here, and raw HTTP to it. */
#pragma once

#include <gio/gio.h>

#include "base/wh-json.h"
#include "support/wh-test.h"

typedef struct {
  char        *dir;
  GSubprocess *process;
  guint16      port;
  char        *key;      /* of admin.key */
  char        *id;       /* of a strain that has everything */
  char        *log;      /* where its standard error goes; NULL: nowhere */
  const char *const *environment;   /* "NAME=VALUE" …, besides; may be NULL */
  guint        descriptors;         /* it may open so many files; 0: as many as this process */
} WhTestServer;

/* A store with three strains, one of them ("Blue Dream") with batch, result and product; and `serve` on it. */
void               wh_test_server_start  (WhTestServer *server);
/* Only the folder and the store. */
void               wh_test_server_make   (WhTestServer *server);
/* `serve` on the folder that is there; `cache` (may be NULL): the address of a shared one. */
void               wh_test_server_run    (WhTestServer *server, const char *cache);
/* The same with these options of serve, NULL-terminated, on `port` (0: any). */
void               wh_test_server_run_with (WhTestServer *server, const char *const *options);
/* Ends it by SIGTERM; the exit status. */
int                wh_test_server_stop   (WhTestServer *server);
void               wh_test_server_clear  (WhTestServer *server);

GSocketConnection *wh_test_server_connect (const WhTestServer *server);
void               wh_test_server_send    (GSocketConnection *connection, const char *bytes, gssize length);
/* Everything up to the end of the connection; at most ten seconds of silence. Caller frees. */
char              *wh_test_server_read    (GSocketConnection *connection);

typedef struct {
  guint   status;   /* 0: no reply */
  char   *head, *body;
  WhJson *json;     /* of the body; NULL where it is none */
} WhTestReply;

/* One request on a connection of its own; `extra`: further header lines, each ended by \r\n, or NULL. */
WhTestReply       *wh_test_server_ask     (const WhTestServer *server, const char *method, const char *target, const char *extra,
                                           const char *body);
void               wh_test_reply_free     (WhTestReply *reply);
/* Fails the test unless it answers at once. */
void               wh_test_server_alive   (const WhTestServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTestReply, wh_test_reply_free)
