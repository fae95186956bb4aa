/* wh-test-web.h: a small web server of a test, on a thread of its own, that answers what it was told to. */
#pragma once

#include <gio/gio.h>

typedef struct _WhTestWeb WhTestWeb;

/* Listens on 127.0.0.1; `certificate` NULL: without TLS. */
WhTestWeb *wh_test_web_start   (GTlsCertificate *certificate);
void       wh_test_web_stop    (WhTestWeb *web);
/* Caller frees. `host` NULL: 127.0.0.1. */
char      *wh_test_web_url     (const WhTestWeb *web, const char *host, const char *path);
/* What is answered to a path: `head` is the status line after "HTTP/1.1 " with further header lines ("302 Found\r\nLocation: /x"),
 * or "hang" (nothing comes) or "endless" (it never ends). Paths it was not told about are 404. */
void       wh_test_web_set     (WhTestWeb *web, const char *path, const char *head, const char *body);
/* So many milliseconds pass before a path is answered. */
void       wh_test_web_slow    (WhTestWeb *web, const char *path, guint milliseconds);
/* How many asked for a path at the same time, at most. */
guint      wh_test_web_at_once (WhTestWeb *web, const char *path);
/* How often a path was asked for, and the last request for it, head and body; NULL: none. Caller frees. */
guint      wh_test_web_asked   (WhTestWeb *web, const char *path);
char      *wh_test_web_request (WhTestWeb *web, const char *path);
/* A certificate for "localhost" and its own authority, made by openssl, at *out_path, too. NULL after g_test_skip without openssl. */
GTlsCertificate *wh_test_web_certificate (const char *dir, char **out_path);
