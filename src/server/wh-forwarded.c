#include "wh-forwarded.h"

#include <string.h>

#define MOST_NODE 64        /* bytes of "[address]:port" */
#define MOST_PORT_DIGITS 5

/* A piece of a field's value; borrowed. */
typedef struct {
  const char *text;
  gsize       length;
} Piece;

/* What one proxy says of who asked it. */
typedef struct {
  Piece node, scheme, host;   /* text NULL: not said */
} Hop;

/* The last hops, in the order of the chain. */
typedef struct {
  Hop      hops[WH_FORWARDED_HOPS];
  guint    n;             /* in all; the hop i is at i modulo WH_FORWARDED_HOPS */
  gboolean is_there;      /* the field is */
  gboolean is_malformed;
} Chain;

static const Hop *
hop_at (const Chain *chain, guint i)
{
  return &chain->hops[i % WH_FORWARDED_HOPS];
}

static void
add_hop (Chain *chain, const Hop *hop)
{
  chain->hops[chain->n++ % WH_FORWARDED_HOPS] = *hop;
}

static gboolean
is_named (const WhGateField *field, const char *name)
{
  return field->name_length == strlen (name) && g_ascii_strncasecmp (field->name, name, field->name_length) == 0;
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
equals (const Piece *piece, const char *text)
{
  return piece->length == strlen (text) && g_ascii_strncasecmp (piece->text, text, piece->length) == 0;
}

static Piece
trim (const char *text, gsize length)
{
  while (length && is_blank (*text))
    text++, length--;
  while (length && is_blank (text[length - 1]))
    length--;
  return (Piece){ text, length };
}

/* -- X-Forwarded-For -- */

static void
read_list (const WhGateField *field, Chain *chain)
{
  const char *end = field->value + field->value_length;

  for (const char *place = field->value; place <= end;)
    {
      const char *comma = memchr (place, ',', (gsize) (end - place));
      const Hop hop = { .node = trim (place, (gsize) ((comma ? comma : end) - place)) };
      if (hop.node.length)
        add_hop (chain, &hop);
      place = comma ? comma + 1 : end + 1;
    }
}

/* -- Forwarded = element *( OWS "," OWS element ), element = [ pair ] *( ";" [ pair ] ), pair = token "=" ( token / quoted-string ) -- */

static gsize
token_length (const char *text, const char *end)
{
  const char *place = text;

  while (place < end && (g_ascii_isalnum (*place) || (*place && strchr ("!#$%&'*+-.^_`|~", *place))))
    place++;
  return (gsize) (place - text);
}

/* What follows an opening quote, up to the closing one. Escapes stay as they are: no address, scheme or host needs one, so what has one
 * is none. */
static gboolean
take_quoted (const char **place, const char *end, Piece *out_piece)
{
  const char *start = *place, *quote = start;

  while (quote < end && *quote != '"')
    quote += *quote == '\\' ? 2 : 1;
  if (quote >= end)
    return FALSE;
  *out_piece = (Piece){ start, (gsize) (quote - start) };
  *place = quote + 1;
  return TRUE;
}

static gboolean
take_value (const char **place, const char *end, Piece *out_piece)
{
  if (*place < end && **place == '"')
    {
      *place += 1;
      return take_quoted (place, end, out_piece);
    }
  *out_piece = (Piece){ *place, token_length (*place, end) };
  *place += out_piece->length;
  return out_piece->length > 0;
}

/* Each parameter at most once. */
static gboolean
keep (Hop *hop, const Piece *name, const Piece *value)
{
  Piece *kept = equals (name, "for") ? &hop->node : equals (name, "proto") ? &hop->scheme : equals (name, "host") ? &hop->host : NULL;

  if (kept && kept->text)
    return FALSE;
  if (kept)
    *kept = *value;
  return TRUE;
}

static gboolean
take_pair (const char **place, const char *end, Hop *hop)
{
  const Piece name = { *place, token_length (*place, end) };
  Piece value;

  *place += name.length;
  if (name.length == 0 || *place == end || **place != '=')
    return FALSE;
  *place += 1;
  return take_value (place, end, &value) && keep (hop, &name, &value);
}

static void
skip_blanks (const char **place, const char *end)
{
  while (*place < end && is_blank (**place))
    *place += 1;
}

/* Up to a comma or the end; *out_is_empty: nothing stood there. */
static gboolean
take_element (const char **place, const char *end, Hop *out_hop, gboolean *out_is_empty)
{
  *out_hop = (Hop){ 0 };
  *out_is_empty = TRUE;
  skip_blanks (place, end);
  while (*place < end && **place != ',' && !is_blank (**place))
    {
      *out_is_empty = FALSE;
      if (**place != ';' && !take_pair (place, end, out_hop))
        return FALSE;
      if (*place < end && **place == ';')
        *place += 1;
      else
        break;
    }
  skip_blanks (place, end);
  return *place == end || **place == ',';
}

static void
read_standard (const WhGateField *field, Chain *chain)
{
  const char *place = field->value, *end = field->value + field->value_length;

  for (;;)
    {
      Hop hop;
      gboolean is_empty;
      if (!take_element (&place, end, &hop, &is_empty))
        {
          chain->is_malformed = TRUE;
          return;
        }
      if (!is_empty)
        add_hop (chain, &hop);
      if (place == end)
        return;
      place++;
    }
}

/* -- what a hop is called -- */

typedef enum { NODE_ADDRESS, NODE_HIDDEN, NODE_MALFORMED } NodeKind;

/* RFC 7239, 6.3: "_" and at least one of these. */
static gboolean
is_obfuscated (const char *text, gsize length)
{
  if (length < 2 || *text != '_')
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '.' && text[i] != '_' && text[i] != '-')
      return FALSE;
  return TRUE;
}

/* "" or ":8080"; with `obfuscated` also ":_abc". */
static gboolean
is_port (const char *text, gsize length, gboolean obfuscated)
{
  gsize n = 0;

  if (length == 0)
    return TRUE;
  text++, length--;
  if (obfuscated && is_obfuscated (text, length))
    return TRUE;
  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  return n == length && n > 0 && n <= MOST_PORT_DIGITS;
}

static NodeKind
read_bracketed (const Piece *node, gboolean is_standard, WhNetworkAddress *out_address)
{
  const char *bracket = memchr (node->text, ']', node->length);
  gsize length = bracket ? (gsize) (bracket - node->text) : 0;

  if (length < 2 || !memchr (node->text, ':', length) || !wh_network_parse (node->text + 1, length - 1, out_address))
    return NODE_MALFORMED;
  if (length + 1 < node->length && bracket[1] != ':')
    return NODE_MALFORMED;
  return is_port (bracket + 1, node->length - length - 1, is_standard) ? NODE_ADDRESS : NODE_MALFORMED;
}

/* An address or a word, with or without a port. An IPv6 address stands in brackets, in X-Forwarded-For also without. */
static NodeKind
read_node (const Piece *node, gboolean is_standard, WhNetworkAddress *out_address)
{
  const char *colon = node->text ? memchr (node->text, ':', node->length) : NULL;
  gsize length = colon ? (gsize) (colon - node->text) : node->length;
  Piece name = { node->text, length };

  if (!node->text)
    return NODE_HIDDEN;
  if (node->length == 0 || node->length > MOST_NODE)
    return NODE_MALFORMED;
  if (*node->text == '[')
    return read_bracketed (node, is_standard, out_address);
  if (colon && !is_standard && wh_network_parse (node->text, node->length, out_address))
    return NODE_ADDRESS;
  if (!is_port (node->text + length, node->length - length, is_standard))
    return NODE_MALFORMED;
  if (equals (&name, "unknown") || is_obfuscated (name.text, name.length))
    return NODE_HIDDEN;
  return wh_network_parse (name.text, name.length, out_address) ? NODE_ADDRESS : NODE_MALFORMED;
}

/* -- scheme and host -- */

static void
take_scheme (WhClient *client, const Piece *scheme)
{
  client->scheme = equals (scheme, "https") ? "https" : equals (scheme, "http") ? "http" : NULL;
  client->misled |= !client->scheme;
}

static gboolean
is_host (const Piece *host)
{
  if (host->length == 0 || host->length > WH_FORWARDED_HOST)
    return FALSE;
  for (gsize i = 0; i < host->length; i++)
    if (!g_ascii_isalnum (host->text[i]) && !(host->text[i] && strchr ("-._:[]", host->text[i])))
      return FALSE;
  return TRUE;
}

static void
take_host (WhClient *client, const Piece *host)
{
  if (!is_host (host))
    {
      client->misled = TRUE;
      return;
    }
  memcpy (client->host, host->text, host->length);
  client->host[host->length] = '\0';
}

/* The only field of a name; several contradict each other. */
static gboolean
find_single (const WhGateField *fields, guint n_fields, const char *name, WhClient *client, Piece *out_piece)
{
  guint n = 0;

  for (guint i = 0; i < n_fields; i++)
    if (is_named (&fields[i], name))
      {
        *out_piece = trim (fields[i].value, fields[i].value_length);
        n++;
      }
  client->misled |= n > 1;
  return n == 1;
}

/* -- the chain -- */

static void
read_chain (Chain *chain, const WhGateField *fields, guint n_fields, gboolean is_standard)
{
  for (guint i = 0; i < n_fields; i++)
    if (is_named (&fields[i], is_standard ? "Forwarded" : "X-Forwarded-For"))
      {
        chain->is_there = TRUE;
        if (is_standard)
          read_standard (&fields[i], chain);
        else
          read_list (&fields[i], chain);
      }
}

/* From the right end to the first that is not trusted; *out_hop: what named it, NULL where nothing did. */
static WhClientSource
walk (const Chain *chain, const WhNetworks *trusted, gboolean is_standard, WhNetworkAddress *address, const Hop **out_hop)
{
  guint least = chain->n > WH_FORWARDED_HOPS ? chain->n - WH_FORWARDED_HOPS : 0;

  *out_hop = NULL;
  if (chain->is_malformed || chain->n == 0)
    return WH_CLIENT_MALFORMED;
  for (guint i = chain->n; i-- > least;)
    {
      WhNetworkAddress next;
      NodeKind kind = read_node (&hop_at (chain, i)->node, is_standard, &next);
      if (kind != NODE_ADDRESS)
        return kind == NODE_HIDDEN ? WH_CLIENT_HIDDEN : WH_CLIENT_MALFORMED;
      *address = next;
      *out_hop = hop_at (chain, i);
      if (!wh_networks_contain (trusted, address))
        return WH_CLIENT_FORWARDED;
    }
  return least ? WH_CLIENT_MALFORMED : WH_CLIENT_FORWARDED;
}

static void
take_fields (WhClient *client, const WhGateField *fields, guint n_fields)
{
  Piece piece;

  if (find_single (fields, n_fields, "X-Forwarded-Proto", client, &piece))
    take_scheme (client, &piece);
  if (find_single (fields, n_fields, "X-Forwarded-Host", client, &piece))
    take_host (client, &piece);
}

/* The peer is trusted. */
static void
listen_to (const WhNetworks *trusted, gboolean is_standard, const WhGateField *fields, guint n_fields, WhClient *client)
{
  Chain chain = { .n = 0 };
  const Hop *hop = NULL;

  read_chain (&chain, fields, n_fields, is_standard);
  if (chain.is_there)
    client->source = walk (&chain, trusted, is_standard, &client->address, &hop);
  client->misled = client->source == WH_CLIENT_MALFORMED;
  if (client->misled)
    return;
  if (!is_standard)
    take_fields (client, fields, n_fields);
  if (is_standard && hop && hop->scheme.text)
    take_scheme (client, &hop->scheme);
  if (is_standard && hop && hop->host.text)
    take_host (client, &hop->host);
}

void
wh_forwarded_find (const WhNetworkAddress *peer, const WhNetworks *trusted, WhForwardedField field, const WhGateField *fields,
                   guint n_fields, WhClient *out_client)
{
  out_client->address = *peer;
  out_client->source = WH_CLIENT_PEER;
  out_client->misled = FALSE;
  out_client->scheme = NULL;
  out_client->host[0] = '\0';
  if (wh_networks_contain (trusted, peer))
    listen_to (trusted, field == WH_FORWARDED_STANDARD, fields, n_fields, out_client);
}
