#include "wh-tls.h"

#include <glib/gi18n.h>
#include <gnutls/x509.h>
#include <string.h>

#include "base/wh-error.h"

#define MAX_CHAIN 16

/* What the files held when they were read. Immutable. */
typedef struct {
  gnutls_pcert_st            chain[MAX_CHAIN];
  guint                      length;
  gnutls_privkey_t           key;
  gnutls_x509_trust_list_t   authorities;   /* of clients; NULL: no client is asked */
  gnutls_certificate_request_t request;
} Identity;

struct _WhTls {
  Identity  *identity;   /* atomic pointer */
  GPtrArray *past;       /* a handshake may still read them */
  WhTlsFunc  handshaken;
  gpointer   user_data;
};

static WhTls *current;   /* atomic pointer: the one that the callbacks know */

static void
identity_free (gpointer data)
{
  Identity *identity = data;

  for (guint i = 0; i < identity->length; i++)
    gnutls_pcert_deinit (&identity->chain[i]);
  if (identity->key)
    gnutls_privkey_deinit (identity->key);
  if (identity->authorities)
    gnutls_x509_trust_list_deinit (identity->authorities, 1);
  g_free (identity);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)

/* -- reading -- */

static gboolean
is_done (int result, const char *path, GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s cannot be used for TLS: %s"), path, gnutls_strerror (result));
  return FALSE;
}

/* Also that the key is the certificate's. */
static gboolean
fits (const char *certificate, const char *key, GError **error)
{
  gnutls_certificate_credentials_t credentials;
  gboolean well;

  gnutls_certificate_allocate_credentials (&credentials);
  well = is_done (gnutls_certificate_set_x509_key_file (credentials, certificate, key, GNUTLS_X509_FMT_PEM), certificate, error);
  gnutls_certificate_free_credentials (credentials);
  return well;
}

static gboolean
read_key (Identity *identity, const char *path, GError **error)
{
  gnutls_datum_t data = { NULL, 0 };
  gboolean well = is_done (gnutls_load_file (path, &data), path, error);

  if (well)
    {
      gnutls_privkey_init (&identity->key);
      well = is_done (gnutls_privkey_import_x509_raw (identity->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0), path, error);
      gnutls_memset (data.data, 0, data.size);
      gnutls_free (data.data);
    }
  return well;
}

static gboolean
read_authorities (Identity *identity, const char *path, const char *mode, GError **error)
{
  int n;

  if (strcmp (mode, "none") == 0)
    return TRUE;
  if (!path)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                           _("[tls] client_certificates asks clients for certificates, but client_ca does not name who may have issued "
                             "them"));
      return FALSE;
    }
  gnutls_x509_trust_list_init (&identity->authorities, 0);
  n = gnutls_x509_trust_list_add_trust_file (identity->authorities, path, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
  if (n > 0)
    identity->request = strcmp (mode, "required") == 0 ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST;
  return is_done (n == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND : n, path, error);
}

static Identity *
read_identity (const WhSettings *settings, GError **error)
{
  const char *certificate = wh_settings_text (settings, WH_SETTING_TLS_CERTIFICATE), *key = wh_settings_text (settings, WH_SETTING_TLS_KEY);
  g_autoptr (Identity) identity = g_new0 (Identity, 1);
  guint length = MAX_CHAIN;

  if (!certificate || !key)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("[tls] listen needs “certificate” and “key” beside it"));
      return NULL;
    }
  if (!read_key (identity, key, error) || !fits (certificate, key, error)
      || !is_done (gnutls_pcert_list_import_x509_file (identity->chain, &length, certificate, GNUTLS_X509_FMT_PEM, NULL, NULL, 0),
                   certificate, error))
    return NULL;
  identity->length = length;
  if (!read_authorities (identity, wh_settings_text (settings, WH_SETTING_TLS_CLIENT_CA),
                         wh_settings_text (settings, WH_SETTING_TLS_CLIENT_CERTIFICATES), error))
    return NULL;
  return g_steal_pointer (&identity);
}

/* The HTTP library would only say that it does not start. */
static gboolean
are_priorities (const char *text, GError **error)
{
  gnutls_priority_t priorities;
  const char *wrong = text ? text : "";

  if (text && gnutls_priority_init (&priorities, text, &wrong) >= 0)
    {
      gnutls_priority_deinit (priorities);
      return TRUE;
    }
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("[tls] priorities: GnuTLS does not know what begins at “%s”"), wrong);
  return FALSE;
}

/* -- in a handshake -- */

static void
free_certificates (gnutls_x509_crt_t *certificates, guint n)
{
  for (guint i = 0; i < n; i++)
    gnutls_x509_crt_deinit (certificates[i]);
}

/* 0: the client's certificate, if it has one, is good. */
static int
verify_cb (gnutls_session_t session)
{
  WhTls *tls = g_atomic_pointer_get (&current);
  const Identity *identity = g_atomic_pointer_get (&tls->identity);
  gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *) GNUTLS_KP_TLS_WWW_CLIENT, 0 };
  gnutls_x509_crt_t certificates[MAX_CHAIN];
  guint n = 0, read = 0, status = GNUTLS_CERT_INVALID;
  const gnutls_datum_t *raw = gnutls_certificate_get_peers (session, &n);

  if (!identity->authorities)
    return 0;
  if (!raw || n == 0)
    return identity->request == GNUTLS_CERT_REQUIRE ? GNUTLS_E_CERTIFICATE_ERROR : 0;
  for (read = 0; read < MIN (n, MAX_CHAIN); read++)
    {
      gnutls_x509_crt_init (&certificates[read]);
      gnutls_x509_crt_import (certificates[read], &raw[read], GNUTLS_X509_FMT_DER);
    }
  if (gnutls_x509_trust_list_verify_crt2 (identity->authorities, certificates, read, &purpose, 1, 0, &status, NULL) < 0)
    status = GNUTLS_CERT_INVALID;
  free_certificates (certificates, read);
  return status ? GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR : 0;
}

static int
finished_cb (gnutls_session_t session, unsigned type, unsigned when, unsigned incoming, const gnutls_datum_t *message)
{
  WhTls *tls = g_atomic_pointer_get (&current);

  if (incoming)
    tls->handshaken (gnutls_transport_get_int (session), tls->user_data);
  return 0;
}

int
wh_tls_certificate_cb (gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
                       const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **out_chain, unsigned *out_length,
                       gnutls_privkey_t *out_key)
{
  WhTls *tls = g_atomic_pointer_get (&current);
  Identity *identity = g_atomic_pointer_get (&tls->identity);

  gnutls_certificate_server_set_request (session, identity->request);
  gnutls_session_set_verify_function (session, verify_cb);
  gnutls_handshake_set_hook_function (session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST, finished_cb);
  *out_chain = identity->chain;
  *out_length = identity->length;
  *out_key = identity->key;
  return 0;
}

char *
wh_tls_subject (gnutls_session_t session)
{
  guint n = 0;
  const gnutls_datum_t *raw = gnutls_certificate_get_peers (session, &n);
  gnutls_datum_t name = { NULL, 0 };
  gnutls_x509_crt_t certificate;
  char *subject = NULL;

  if (!raw || n == 0)
    return NULL;
  gnutls_x509_crt_init (&certificate);
  if (gnutls_x509_crt_import (certificate, raw, GNUTLS_X509_FMT_DER) >= 0 && gnutls_x509_crt_get_dn3 (certificate, &name, 0) >= 0)
    subject = g_strndup ((const char *) name.data, name.size);
  gnutls_free (name.data);
  gnutls_x509_crt_deinit (certificate);
  return subject;
}

/* -- itself -- */

gboolean
wh_tls_reload (WhTls *tls, const WhSettings *settings, GError **error)
{
  Identity *identity = read_identity (settings, error);

  if (!identity)
    return FALSE;
  if (tls->identity)
    g_ptr_array_add (tls->past, tls->identity);
  g_atomic_pointer_set (&tls->identity, identity);
  return TRUE;
}

WhTls *
wh_tls_new (const WhSettings *settings, WhTlsFunc handshaken, gpointer user_data, GError **error)
{
  WhTls *tls = g_new0 (WhTls, 1);

  tls->past = g_ptr_array_new_with_free_func (identity_free);
  tls->handshaken = handshaken;
  tls->user_data = user_data;
  if (!are_priorities (wh_settings_text (settings, WH_SETTING_TLS_PRIORITIES), error) || !wh_tls_reload (tls, settings, error))
    {
      wh_tls_free (tls);
      return NULL;
    }
  g_atomic_pointer_set (&current, tls);
  return tls;
}

void
wh_tls_free (WhTls *tls)
{
  g_atomic_pointer_compare_and_exchange (&current, tls, NULL);
  g_clear_pointer (&tls->identity, identity_free);
  g_ptr_array_unref (tls->past);
  g_free (tls);
}
