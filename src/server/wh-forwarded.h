/* wh-forwarded.h: whose request it is when a proxy hands it on (X-Forwarded-For; Forwarded, RFC 7239). A pure function.
 *
 * Only a trusted proxy is listened to, and only about the field that the operator says it writes: the other one would be the client's.
 * The chain is read from its right end, where the nearest proxy writes, over trusted hops to the first address that is not trusted. */
#pragma once

#include "wh-gate.h"
#include "wh-network.h"

G_BEGIN_DECLS

#define WH_FORWARDED_HOPS 32   /* of a chain that are looked at */
#define WH_FORWARDED_HOST 255  /* bytes */

typedef enum {
  WH_FORWARDED_FOR_LIST,   /* X-Forwarded-For, with X-Forwarded-Proto and X-Forwarded-Host */
  WH_FORWARDED_STANDARD,   /* Forwarded */
} WhForwardedField;

typedef enum {
  WH_CLIENT_PEER,        /* who is connected speaks for itself */
  WH_CLIENT_FORWARDED,   /* a trusted proxy says who it is */
  WH_CLIENT_HIDDEN,      /* a trusted proxy does not say: unknown, obfuscated */
  WH_CLIENT_MALFORMED,   /* what it says is not to be read in one way */
} WhClientSource;

typedef struct {
  WhNetworkAddress address;   /* of HIDDEN and MALFORMED: of the last trusted hop, never what somebody claims */
  WhClientSource   source;
  gboolean         misled;    /* something of it was malformed: the chain, the scheme or the host */
  const char      *scheme;    /* static: "http", "https"; NULL: not told by a trusted proxy */
  char             host[WH_FORWARDED_HOST + 1];   /* with its port, as the client asked for it; "": not told by a trusted proxy */
} WhClient;

void wh_forwarded_find (const WhNetworkAddress *peer, const WhNetworks *trusted, WhForwardedField field, const WhGateField *fields,
                        guint n_fields, WhClient *out_client);

G_END_DECLS
