#include "wh-outgoing-address.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

/* IANA's registries of special addresses for IPv4 and IPv6 (RFC 6890 and what came after it). */
static const char *const closed[] = {
  "0.0.0.0/8",        /* this network */
  "10.0.0.0/8",       /* private */
  "100.64.0.0/10",    /* shared by customers of one provider */
  "127.0.0.0/8",      /* loopback */
  "169.254.0.0/16",   /* link-local; clouds tell their secrets at 169.254.169.254 */
  "172.16.0.0/12",    /* private */
  "192.0.0.0/24",     /* protocols */
  "192.0.2.0/24",     /* examples */
  "192.88.99.0/24",   /* 6to4 relays */
  "192.168.0.0/16",   /* private */
  "198.18.0.0/15",    /* benchmarks */
  "198.51.100.0/24",  /* examples */
  "203.0.113.0/24",   /* examples */
  "224.0.0.0/3",      /* multicast, reserved, broadcast */
  "2001::/23",        /* protocols, Teredo */
  "2001:db8::/32",    /* examples */
  "3fff::/20",        /* examples */
};

/* What of IPv6 is handed out to the public; all else is closed. */
#define PUBLIC_IPV6 "2000::/3"

/* Where addresses of IPv6 carry one of IPv4 that packets end up at, and at which byte. */
static const struct {
  const char *network;
  guint       at;
} carriers[] = {
  { "::/96", 12 },             /* compatible */
  { "::ffff:0:0/96", 12 },     /* mapped */
  { "64:ff9b::/96", 12 },      /* translated */
  { "2002::/16", 2 },          /* 6to4 */
};

typedef struct {
  GPtrArray        *closed;
  GInetAddressMask *public_ipv6;
  GPtrArray        *carriers;
} Table;

static GPtrArray *
masks_new (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static gpointer
make_table (gpointer data)
{
  Table *table = g_new0 (Table, 1);

  table->closed = masks_new ();
  table->carriers = masks_new ();
  table->public_ipv6 = g_inet_address_mask_new_from_string (PUBLIC_IPV6, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    g_ptr_array_add (table->closed, g_inet_address_mask_new_from_string (closed[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
    g_ptr_array_add (table->carriers, g_inet_address_mask_new_from_string (carriers[i].network, NULL));
  return table;
}

static const Table *
the_table (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_table, NULL);
}

GPtrArray *
wh_outgoing_networks (const char *const *networks, GError **error)
{
  g_autoptr (GPtrArray) masks = masks_new ();

  for (; networks && *networks; networks++)
    {
      GInetAddressMask *mask = g_inet_address_mask_new_from_string (*networks, NULL);
      if (!mask)
        {
          g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no network; one looks like 10.1.0.0/16"), *networks);
          return NULL;
        }
      g_ptr_array_add (masks, mask);
    }
  return g_steal_pointer (&masks);
}

static gboolean
is_in (const GPtrArray *masks, GInetAddress *address)
{
  for (guint i = 0; masks && i < masks->len; i++)
    if (g_inet_address_mask_matches (masks->pdata[i], address))
      return TRUE;
  return FALSE;
}

/* The address of IPv4 that one of IPv6 stands for; NULL: none. */
static GInetAddress *
carried_by (const Table *table, GInetAddress *address)
{
  for (guint i = 0; i < table->carriers->len; i++)
    if (g_inet_address_mask_matches (table->carriers->pdata[i], address))
      return g_inet_address_new_from_bytes (g_inet_address_to_bytes (address) + carriers[i].at, G_SOCKET_FAMILY_IPV4);
  return NULL;
}

gboolean
wh_outgoing_may_reach (const GPtrArray *networks, GInetAddress *address)
{
  const Table *table = the_table ();
  g_autoptr (GInetAddress) carried = NULL;

  if (is_in (networks, address))
    return TRUE;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return !is_in (table->closed, address);
  carried = carried_by (table, address);
  if (carried)
    return wh_outgoing_may_reach (networks, carried);
  return g_inet_address_mask_matches (table->public_ipv6, address) && !is_in (table->closed, address);
}

/* -- the addresses of a host, without those that are closed ----------------------------------------------------------- */

typedef struct {
  GSocketAddressEnumerator  parent;
  GSocketAddressEnumerator *inner;
  GPtrArray                *networks;
  char                     *host;
  gboolean                  gave;      /* one that may be reached */
  gboolean                  withheld;  /* one that may not */
} WhGuardedAddresses;
typedef GSocketAddressEnumeratorClass WhGuardedAddressesClass;

static GType wh_guarded_addresses_get_type (void);

G_DEFINE_TYPE (WhGuardedAddresses, wh_guarded_addresses, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

/* Whether the enumeration may show this result; NULL is its end. */
static gboolean
passes (WhGuardedAddresses *self, GSocketAddress *address)
{
  gboolean fine = !address || (G_IS_INET_SOCKET_ADDRESS (address)
                               && wh_outgoing_may_reach (self->networks,
                                                         g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))));

  self->gave = self->gave || (address && fine);
  self->withheld = self->withheld || !fine;
  return fine;
}

static gboolean
check_end (WhGuardedAddresses *self, GSocketAddress *address, GError **error)
{
  if (address || self->gave || !self->withheld)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_DENIED,
               _("%s is an address of a private network, which is not called. The configuration can allow it: [outgoing] allow."),
               self->host);
  return FALSE;
}

static GSocketAddress *
next_address (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  WhGuardedAddresses *self = (WhGuardedAddresses *) enumerator;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next (self->inner, cancellable, &failure);
      if (failure)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (passes (self, address))
        return check_end (self, address, error) ? g_steal_pointer (&address) : NULL;
    }
}

static void
inner_next_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WhGuardedAddresses *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (self->inner, result, &error);

  if (!error && !passes (self, address))
    {
      GCancellable *cancellable = g_task_get_cancellable (task);
      g_socket_address_enumerator_next_async (self->inner, cancellable, inner_next_cb, g_steal_pointer (&task));
      return;
    }
  if (error || !check_end (self, address, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&address), g_object_unref);
}

static void
next_address_async (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  WhGuardedAddresses *self = (WhGuardedAddresses *) enumerator;
  GTask *task = g_task_new (enumerator, cancellable, callback, user_data);

  g_socket_address_enumerator_next_async (self->inner, cancellable, inner_next_cb, task);
}

static GSocketAddress *
next_address_finish (GSocketAddressEnumerator *enumerator, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
wh_guarded_addresses_init (WhGuardedAddresses *self)
{
}

static void
addresses_finalize (GObject *object)
{
  WhGuardedAddresses *self = (WhGuardedAddresses *) object;

  g_clear_object (&self->inner);
  g_clear_pointer (&self->networks, g_ptr_array_unref);
  g_free (self->host);
  G_OBJECT_CLASS (wh_guarded_addresses_parent_class)->finalize (object);
}

static void
wh_guarded_addresses_class_init (WhGuardedAddressesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = addresses_finalize;
  class->next = next_address;
  class->next_async = next_address_async;
  class->next_finish = next_address_finish;
}

/* -- the host ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  GNetworkAddress parent;
  GPtrArray      *networks;
} WhGuardedHost;
typedef GNetworkAddressClass WhGuardedHostClass;

static GType wh_guarded_host_get_type (void);
static void host_connectable_init (GSocketConnectableIface *iface);

G_DEFINE_TYPE_WITH_CODE (WhGuardedHost, wh_guarded_host, G_TYPE_NETWORK_ADDRESS,
                         G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, host_connectable_init))

static GSocketConnectableIface *inherited;

static GSocketAddressEnumerator *
enumerate (GSocketConnectable *connectable)
{
  WhGuardedHost *self = (WhGuardedHost *) connectable;
  WhGuardedAddresses *addresses = g_object_new (wh_guarded_addresses_get_type (), NULL);

  addresses->inner = inherited->enumerate (connectable);
  addresses->networks = g_ptr_array_ref (self->networks);
  addresses->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)));
  return G_SOCKET_ADDRESS_ENUMERATOR (addresses);
}

/* A proxy would connect where nobody looks: none is used. */
static void
host_connectable_init (GSocketConnectableIface *iface)
{
  inherited = g_type_interface_peek_parent (iface);
  iface->enumerate = enumerate;
  iface->proxy_enumerate = enumerate;
}

static void
wh_guarded_host_init (WhGuardedHost *self)
{
}

static void
host_finalize (GObject *object)
{
  g_clear_pointer (&((WhGuardedHost *) object)->networks, g_ptr_array_unref);
  G_OBJECT_CLASS (wh_guarded_host_parent_class)->finalize (object);
}

static void
wh_guarded_host_class_init (WhGuardedHostClass *class)
{
  G_OBJECT_CLASS (class)->finalize = host_finalize;
}

GSocketConnectable *
wh_outgoing_guard_host (const GPtrArray *networks, const char *host, guint16 port)
{
  WhGuardedHost *self = g_object_new (wh_guarded_host_get_type (), "hostname", host, "port", port, NULL);

  self->networks = g_ptr_array_ref ((GPtrArray *) networks);
  return G_SOCKET_CONNECTABLE (self);
}
