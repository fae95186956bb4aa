#include "wh-network.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

#define BITS 128
#define MAPPED_BITS 96
#define MAPPED G_GUINT64_CONSTANT (0xffff00000000)   /* the low half of ::ffff:0.0.0.0 */

/* -- addresses -- */

WhNetworkAddress
wh_network_from_bytes (const guint8 bytes[16])
{
  guint64 halves[2];

  memcpy (halves, bytes, sizeof halves);
  return (WhNetworkAddress){ GUINT64_FROM_BE (halves[0]), GUINT64_FROM_BE (halves[1]) };
}

static WhNetworkAddress
from_ipv4 (guint32 address)
{
  return (WhNetworkAddress){ 0, MAPPED | address };
}

gboolean
wh_network_parse (const char *text, gsize length, WhNetworkAddress *out_address)
{
  char copy[WH_NETWORK_TEXT];
  guint8 bytes[16];
  struct in_addr ipv4;

  if (length == 0 || length >= sizeof copy || memchr (text, '\0', length))
    return FALSE;
  memcpy (copy, text, length);
  copy[length] = '\0';
  if (inet_pton (AF_INET, copy, &ipv4) == 1)
    *out_address = from_ipv4 (g_ntohl (ipv4.s_addr));
  else if (inet_pton (AF_INET6, copy, bytes) == 1)
    *out_address = wh_network_from_bytes (bytes);
  else
    return FALSE;
  return TRUE;
}

char *
wh_network_format (const WhNetworkAddress *address, char text[WH_NETWORK_TEXT])
{
  const guint64 halves[2] = { GUINT64_TO_BE (address->high), GUINT64_TO_BE (address->low) };
  const guint32 ipv4 = g_htonl ((guint32) address->low);

  if (wh_network_is_ipv4 (address))
    inet_ntop (AF_INET, &ipv4, text, WH_NETWORK_TEXT);
  else
    inet_ntop (AF_INET6, halves, text, WH_NETWORK_TEXT);
  return text;
}

gboolean
wh_network_is_ipv4 (const WhNetworkAddress *address)
{
  return address->high == 0 && address->low >> 32 == MAPPED >> 32;
}

gboolean
wh_network_equal (const WhNetworkAddress *a, const WhNetworkAddress *b)
{
  return a->high == b->high && a->low == b->low;
}

/* The mask of the first `bits` of a half. */
static guint64
mask_of (guint bits)
{
  return bits == 0 ? 0 : bits >= 64 ? G_MAXUINT64 : ~(G_MAXUINT64 >> bits);
}

WhNetworkAddress
wh_network_prefix (const WhNetworkAddress *address, guint bits)
{
  return (WhNetworkAddress){ address->high & mask_of (bits), address->low & mask_of (bits > 64 ? bits - 64 : 0) };
}

static int
compare (const WhNetworkAddress *a, const WhNetworkAddress *b)
{
  if (a->high != b->high)
    return a->high < b->high ? -1 : 1;
  return a->low < b->low ? -1 : a->low > b->low;
}

/* -- lists -- */

typedef struct {
  WhNetworkAddress first, last;
} Range;

/* Ranges that neither overlap nor touch, in order. */
struct _WhNetworks {
  GArray *ipv4, *ipv6;   /* of Range */
};

static gboolean
refuse (const char *text, GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("“%s” is no address and no net; write 192.0.2.7, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32"), text);
  return FALSE;
}

static gboolean
refuse_host_bits (const char *text, const WhNetworkAddress *prefix, guint bits, GError **error)
{
  char buffer[WH_NETWORK_TEXT];

  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” names a machine of a net; write %s/%u for the net"), text,
               wh_network_format (prefix, buffer), bits);
  return FALSE;
}

static gboolean
parse_net (const char *text, Range *out_range, GError **error)
{
  const char *slash = strchr (text, '/');
  gsize length = slash ? (gsize) (slash - text) : strlen (text);
  gboolean is_dotted = !memchr (text, ':', length);
  guint least = is_dotted ? MAPPED_BITS : 0, bits = BITS;
  WhNetworkAddress prefix;
  guint64 given;

  if (!wh_network_parse (text, length, &out_range->first))
    return refuse (text, error);
  if (slash)
    {
      if (!g_ascii_string_to_unsigned (slash + 1, 10, 0, BITS - least, &given, NULL) || slash[1] == '+' || (slash[1] == '0' && slash[2]))
        return refuse (text, error);
      bits = least + (guint) given;
    }
  out_range->last.high = out_range->first.high | ~mask_of (bits);
  out_range->last.low = out_range->first.low | ~mask_of (bits > 64 ? bits - 64 : 0);
  prefix = wh_network_prefix (&out_range->first, bits);
  if (!wh_network_equal (&out_range->first, &prefix))
    return refuse_host_bits (text, &prefix, bits - least, error);
  return TRUE;
}

static int
compare_cb (gconstpointer a, gconstpointer b)
{
  return compare (&((const Range *) a)->first, &((const Range *) b)->first);
}

/* Whether `next` begins within `range` or right behind it. */
static gboolean
is_joined (const Range *range, const Range *next)
{
  WhNetworkAddress behind = range->last;

  if (compare (&next->first, &range->last) <= 0)
    return TRUE;
  behind.low++;
  behind.high += behind.low == 0;
  return wh_network_equal (&next->first, &behind);
}

static void
join (GArray *ranges)
{
  guint n = 0;

  g_array_sort (ranges, compare_cb);
  for (guint i = 0; i < ranges->len; i++)
    {
      const Range next = g_array_index (ranges, Range, i);
      Range *range = n ? &g_array_index (ranges, Range, n - 1) : NULL;
      if (!range || !is_joined (range, &next))
        g_array_index (ranges, Range, n++) = next;
      else if (compare (&next.last, &range->last) > 0)
        range->last = next.last;
    }
  g_array_set_size (ranges, n);
}

WhNetworks *
wh_networks_new (const char *const *texts, GError **error)
{
  g_autoptr (WhNetworks) networks = g_new0 (WhNetworks, 1);

  networks->ipv4 = g_array_new (FALSE, FALSE, sizeof (Range));
  networks->ipv6 = g_array_new (FALSE, FALSE, sizeof (Range));
  if (g_strv_length ((char **) texts) > WH_LIMIT_NETWORKS)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("more than %d nets"), WH_LIMIT_NETWORKS);
      return NULL;
    }
  for (; *texts; texts++)
    {
      Range range;
      if (!parse_net (*texts, &range, error))
        return NULL;
      g_array_append_val (wh_network_is_ipv4 (&range.first) ? networks->ipv4 : networks->ipv6, range);
    }
  join (networks->ipv4);
  join (networks->ipv6);
  return g_steal_pointer (&networks);
}

void
wh_networks_free (WhNetworks *networks)
{
  if (!networks)
    return;
  g_array_unref (networks->ipv4);
  g_array_unref (networks->ipv6);
  g_free (networks);
}

gboolean
wh_networks_contain (const WhNetworks *networks, const WhNetworkAddress *address)
{
  const GArray *ranges = wh_network_is_ipv4 (address) ? networks->ipv4 : networks->ipv6;
  guint low = 0, high = ranges->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const Range *range = &g_array_index (ranges, Range, middle);
      if (compare (address, &range->first) < 0)
        high = middle;
      else if (compare (address, &range->last) > 0)
        low = middle + 1;
      else
        return TRUE;
    }
  return FALSE;
}

gboolean
wh_networks_is_empty (const WhNetworks *networks)
{
  return networks->ipv4->len == 0 && networks->ipv6->len == 0;
}
