/* wh-malformed.h: requests as bytes, and what must become of them; written from RFC 9110 and 9112, a table per idea. */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;
  const char *bytes;
  gsize       length;
  const char *replies;   /* statuses of all replies, in order; NULL: must be refused, and nothing after it answered */
  const char *hidden;    /* why it may pass all the same: the HTTP library hides it; NULL: it may not */
} WhMalformed;

#define BAD(name, bytes) { name, bytes, sizeof bytes - 1, NULL, NULL }
#define GOOD(name, bytes, replies) { name, bytes, sizeof bytes - 1, replies, NULL }
#define HIDDEN(name, bytes, why) { name, bytes, sizeof bytes - 1, NULL, why }

/* Parts of requests. */
#define HOST "Host: localhost\r\n"
#define CLOSE "Connection: close\r\n"
#define END "\r\n"
#define GET "GET /live HTTP/1.1\r\n" HOST
#define POST "POST /api/terpenes/compare HTTP/1.1\r\n" HOST
#define JSON "{\"strain_ids\":[\"Blue Dream\",\"OG Kush\"]}"   /* 39 bytes, 27 in hexadecimal */
#define JSON_LENGTH "Content-Length: 39\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define CHUNK "27\r\n" JSON "\r\n"
#define LAST "0\r\n\r\n"
#define SMUGGLED "GET /ready HTTP/1.1\r\n" HOST "\r\n"

extern const WhMalformed wh_malformed_line[];      /* request line: methods, spaces, versions */
extern const WhMalformed wh_malformed_target[];    /* request targets and hosts */
extern const WhMalformed wh_malformed_fields[];    /* header fields: grammar, what may stand once */
extern const WhMalformed wh_malformed_framing[];   /* where a body ends */
extern const WhMalformed wh_malformed_chunks[];    /* chunked bodies */
extern const WhMalformed wh_malformed_pipeline[];  /* several requests, what smuggles one in */
/* Each ends with a row without a name. */
