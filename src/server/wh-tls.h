/* wh-tls.h: the certificate that the server shows, and whom it takes certificates from (GnuTLS). Reading them anew drops nobody. */
#pragma once

#include <gnutls/abstract.h>

#include "wh-settings.h"

G_BEGIN_DECLS

typedef struct _WhTls WhTls;
/* The handshake on this descriptor is done. */
typedef void (*WhTlsFunc) (int fd, gpointer user_data);

/* By the keys of [tls]. WH_ERROR_INVALID says which file is wrong, and how. One at a time in a process: the callbacks of GnuTLS are
 * told of no other. */
WhTls   *wh_tls_new     (const WhSettings *settings, WhTlsFunc handshaken, gpointer user_data, GError **error);
/* Nobody may shake hands any more. */
void     wh_tls_free    (WhTls *tls);
/* Handshakes from now on see what the files hold now. On error all stays as it was. */
gboolean wh_tls_reload  (WhTls *tls, const WhSettings *settings, GError **error);
/* What GnuTLS asks in a handshake. */
int      wh_tls_certificate_cb (gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
                                const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **out_chain,
                                unsigned *out_length, gnutls_privkey_t *out_key);
/* Whom the peer's certificate is about (RFC 4514); NULL without one. It was verified in the handshake. Caller frees. */
char    *wh_tls_subject (gnutls_session_t session);

G_END_DECLS
