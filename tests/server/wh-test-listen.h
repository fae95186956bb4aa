/* wh-test-listen.h: somebody who listens to /api/events. */
#pragma once

#include "wh-test-server.h"

typedef struct {
  GSocketConnection *connection;
  GString           *raw;         /* what came and is not in `text` yet */
  GString           *text;        /* head and body so far, without the framing of chunks */
} WhTestListener;

/* Asks, and waits until the first words are there; `extra` as in wh_test_server_ask. */
WhTestListener *wh_test_listen_open  (const WhTestServer *server, const char *target, const char *extra);
/* Without waiting, and with a small window. */
WhTestListener *wh_test_listen_begin (const WhTestServer *server, const char *target, const char *extra);
/* Reads until `needle` came; fails the test when it does not. */
void            wh_test_listen_until (WhTestListener *listener, const char *needle);
/* The id that a client would remember. Caller frees. */
char           *wh_test_listen_id    (const WhTestListener *listener);
/* How often something came. */
guint           wh_test_listen_count (const WhTestListener *listener, const char *needle);
void            wh_test_listen_free  (WhTestListener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTestListener, wh_test_listen_free)
