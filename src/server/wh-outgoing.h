/* wh-outgoing.h: the door outwards: calls to addresses that somebody wrote into a field: menus, prices, webhooks.
 *
 * Every connection goes to an address that was looked at when it was made (wh-outgoing-address.h); redirects are followed by calls
 * without a body only, a few times, each looked at anew and never from https to http. No proxy, no cookies, no credentials of this
 * machine. A WhOutgoing is immutable and may be used by all threads; a call runs in the main context that is the default of the
 * thread which begins it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WhOutgoing WhOutgoing;

typedef struct {
  const char *const *allowed;    /* networks that may be called though they are private: "10.1.0.0/16"; NULL: none */
  const char        *ca_file;    /* PEM with the authorities to trust; NULL: the system's */
  guint              seconds;    /* for a call with all its redirects; 0: 30 */
  gsize              max_bytes;  /* of a reply; 0: 64 MiB */
  guint              redirects;  /* followed at most */
} WhOutgoingOptions;

/* WH_ERROR_INVALID for a network that is none or a file without certificates. */
WhOutgoing *wh_outgoing_new       (const WhOutgoingOptions *options, GError **error);
WhOutgoing *wh_outgoing_ref       (WhOutgoing *outgoing);
void        wh_outgoing_unref     (WhOutgoing *outgoing);
/* For when an address is written down: http or https, a host, no user or password, and no numbers of a private network. What a name
 * stands for is seen only when it is called. WH_ERROR_INVALID, WH_ERROR_DENIED. */
gboolean    wh_outgoing_check_url (const WhOutgoing *outgoing, const char *url, GError **error);

typedef struct {
  const char        *method;        /* "GET", "POST" … */
  const char        *url;
  const char *const *headers;       /* name, value, name, value …, NULL; not sent to another host or port by a redirect */
  const char        *content_type;  /* of the body */
  GBytes            *body;          /* NULL: none */
  guint              seconds;       /* fewer than usual; 0: the usual ones */
  gsize              max_bytes;     /* fewer than usual; 0: the usual ones */
  gboolean           cut;           /* a longer reply is cut and no error */
} WhOutgoingCall;

typedef struct {
  guint   status;         /* of HTTP; any */
  char   *url;            /* that gave it, after redirects */
  char   *content_type;   /* NULL: not told, like the next */
  char   *etag;
  char   *last_modified;
  char   *retry_after;
  GBytes *body;
} WhOutgoingReply;

/* Errors: WH_ERROR_INVALID (address), WH_ERROR_DENIED (private network), WH_ERROR_OFFLINE (not reached, or not in time),
 * WH_ERROR_TOO_LARGE, WH_ERROR_CANCELLED. The call is read before this returns. */
void             wh_outgoing_send_async  (WhOutgoing *outgoing, const WhOutgoingCall *call, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
/* Caller owns. */
WhOutgoingReply *wh_outgoing_send_finish (GAsyncResult *result, GError **error);
/* The same for a thread that may wait. */
WhOutgoingReply *wh_outgoing_send        (WhOutgoing *outgoing, const WhOutgoingCall *call, GCancellable *cancellable, GError **error);
void             wh_outgoing_reply_free  (WhOutgoingReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOutgoing, wh_outgoing_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOutgoingReply, wh_outgoing_reply_free)

G_END_DECLS
