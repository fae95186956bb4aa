/* wh-remote.h: one server, asked over HTTP or over the Unix socket of a running `serve`.
 *
 * Asynchronous only and for the main thread only: the synchronous calls of libsoup 3.2 can hang for ever, whatever the
 * time-out, when every idle connection to a host was closed by the peer. Redirects are not followed. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WhRemote WhRemote;

/* The canonical form of a server's address: "https://host:8000", lower case, without a final slash. NULL and
 * WH_ERROR_INVALID when it is none. Caller frees. */
char     *wh_remote_normalize_url (const char *url, GError **error);
/* `url` must be normalized. */
WhRemote *wh_remote_new           (const char *url);
/* Answers "http://localhost" through the Unix socket. */
WhRemote *wh_remote_new_socket    (const char *socket_path);
WhRemote *wh_remote_ref           (WhRemote *remote);
void      wh_remote_unref         (WhRemote *remote);
/* Sent as bearer token from now on; NULL: none. */
void      wh_remote_set_key       (WhRemote *remote, const char *key);

typedef struct {
  const char *method;       /* "GET" */
  const char *path;         /* what wh_route_url gives */
  const char *body;         /* JSON or NULL; copied */
  gsize       max_bytes;    /* of the decoded reply */
  guint       seconds;      /* until the reply must be in; 0: as long as it takes */
} WhRemoteRequest;

/* What came back, whatever its status. */
typedef struct {
  guint   status;
  GBytes *body;
} WhRemoteReply;

void      wh_remote_send_async    (WhRemote *remote, const WhRemoteRequest *request, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* WH_ERROR_OFFLINE when there is no answer in time, WH_ERROR_TOO_LARGE, WH_ERROR_CANCELLED. */
WhRemoteReply  *wh_remote_send_finish   (GAsyncResult *result, GError **error);
void      wh_remote_reply_free           (WhRemoteReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRemote, wh_remote_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRemoteReply, wh_remote_reply_free)

G_END_DECLS
