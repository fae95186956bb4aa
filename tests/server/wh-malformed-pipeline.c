/* Several requests on a connection, and requests hidden in others: RFC 9112, 9.3.2 and 11.2. */
#include "wh-malformed.h"

#define SHORT(value) POST "Content-Length: " value "\r\n"
#define HIDE(head, body) head END body SMUGGLED
#define LAST_GET GET CLOSE END

const WhMalformed wh_malformed_pipeline[] = {
  GOOD ("two", GET END LAST_GET, "200 200"),
  GOOD ("three", GET END "GET /nowhere HTTP/1.1\r\n" HOST END LAST_GET, "200 404 200"),
  GOOD ("body-first", POST JSON_LENGTH END JSON LAST_GET, "200 200"),
  GOOD ("empty-line-between", GET END "\r\n" LAST_GET, "200 200"),
  GOOD ("http-1.0-kept", "GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" LAST_GET, "200 200"),
  GOOD ("http-1.0-not-kept", "GET /live HTTP/1.0\r\n\r\n" LAST_GET, "200"),
  GOOD ("after-close", LAST_GET LAST_GET, "200"),
  GOOD ("after-close-in-list", GET "Connection: foo, CLOSE\r\n" END LAST_GET, "200"),
  GOOD ("after-close-blank", GET "Connection: close \r\n" END LAST_GET, "200"),
  GOOD ("after-refused-body", GET "Content-Length: 5\r\n" END "hello" LAST_GET, "413"),

  BAD ("both", HIDE (POST "Content-Length: 4\r\n" CHUNKED, "0\r\n\r\n")),
  BAD ("both-other-order", HIDE (POST CHUNKED "Content-Length: 5\r\n", "0\r\n\r\n")),
  BAD ("lengths-differ", HIDE (POST "Content-Length: 0\r\nContent-Length: 39\r\n", "")),
  BAD ("lengths-differ-other-order", HIDE (POST "Content-Length: 39\r\nContent-Length: 0\r\n", "")),
  BAD ("length-list", HIDE (SHORT ("0, 39"), "")),
  BAD ("length-plus", HIDE (SHORT ("+0"), "")),
  BAD ("length-nul", HIDE (SHORT ("0\0" "39"), "")),
  BAD ("length-folded", HIDE (POST "Content-Length: 0\r\n 39\r\n", "")),
  BAD ("length-folded-other", HIDE (POST "X-A: b\r\n Content-Length: 39\r\nContent-Length: 0\r\n", "")),
  BAD ("length-after-bare-lf", HIDE (POST "X-A: b\nContent-Length: 0\r\n", "")),
  BAD ("length-after-bare-cr", HIDE (POST "X-A: b\rContent-Length: 39\r\nContent-Length: 0\r\n", "")),
  BAD ("length-after-nul-line", HIDE (POST "X-A: b\r\n\0\r\nContent-Length: 39\r\n", "")),
  BAD ("head-ends-at-bare-lf", HIDE (POST "Content-Length: 0\r\n\n", "")),
  BAD ("head-ends-at-nul", HIDE (POST "Content-Length: 0\r\n\0", "")),
  BAD ("coded-in-http-1.0", HIDE ("POST /api/terpenes/compare HTTP/1.0\r\n" HOST CHUNKED "Connection: keep-alive\r\n", LAST)),
  BAD ("coded-unknown", HIDE (POST "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
  BAD ("coded-identity", HIDE (POST "Transfer-Encoding: identity\r\n", "")),
  BAD ("coded-space-before-colon", HIDE (POST "Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
  BAD ("coded-folded", HIDE (POST "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
  BAD ("coded-in-other-value", HIDE (POST "X-A: b\r\r\nTransfer-Encoding: chunked\r\n", LAST)),
  BAD ("coded-underscore-and-length", HIDE (POST "Transfer_Encoding: chunked\r\nContent-Length: 5, 0\r\n", "0\r\n\r\n")),
  BAD ("body-of-get", HIDE (GET "Content-Length: 70\r\n", "")),
  BAD ("body-of-get-coded", HIDE (GET CHUNKED, CHUNK LAST)),
  BAD ("chunk-size-overflow", HIDE (POST CHUNKED, "10000000000000000\r\n")),
  BAD ("chunk-bare-lf-in-extension", HIDE (POST CHUNKED, "2;\n{}\r\n0\r\n\r\n")),
  BAD ("chunk-data-too-long", HIDE (POST CHUNKED, "2\r\n{}xx\r\n0\r\n\r\n")),
  BAD ("chunk-data-without-end", HIDE (POST CHUNKED, "2\r\n{}0\r\n\r\n")),
  BAD ("space-before-second", GET "X-A: b\r\n \r\n" SMUGGLED),
  BAD ("host-in-fold", "GET /live HTTP/1.1\r\nX-A: b\r\n" " Host: localhost\r\n\r\n" SMUGGLED),
  BAD ("request-line-in-value", "GET /live HTTP/1.1\r\nX-A: b\n\nGET /ready HTTP/1.1\r\n" HOST END),
  BAD ("connection-drops-length", HIDE (POST "Connection: Content-Length\r\nContent-Length: 39\r\n", "")),
  BAD ("upgrade-and-preface", GET "Expect: h2\r\n" END "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  BAD ("method-override-by-lf", "GET /live\nPOST / HTTP/1.1\r\n" HOST END SMUGGLED),
  { NULL, NULL, 0, NULL, NULL },
};
