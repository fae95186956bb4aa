/* wh-openapi-private.h: the parts of the document. Each writes one JSON value. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-route.h"

G_BEGIN_DECLS

/* What the `data` of a reply is: "{strain_id:id,thc:number?,terpenes~:[{name:text}]}".
 *   text, integer, number, flag, id, date, time, any; (a|b) one of these words; [x] a list of x; {name:x,…} an object; {*:x} an object
 *   whose names are data; @name a schema of the document, @name+{…} that with more members. A "?" behind: or null. A "~" behind a
 *   name: or absent. */
void        wh_openapi_write_shape   (WhJsonWriter *writer, const char *shape);
/* The shape of the route's reply; "any" where none is told, which a test does not allow. */
const char *wh_openapi_reply_shape   (const WhRoute *route);
/* Shapes that several replies share, as schemas of the document: key and value of each. */
void        wh_openapi_write_shared  (WhJsonWriter *writer);

/* The schema of a value that somebody sends; of the members of a body. */
void        wh_openapi_write_spec    (WhJsonWriter *writer, const WhSpec *spec);
void        wh_openapi_write_members (WhJsonWriter *writer, const WhSpec *members);
/* The query parameters of a route, entries of a list; a field of a kind becomes one of each way it can be asked for. */
void        wh_openapi_write_parameters (WhJsonWriter *writer, const WhRoute *route);

/* Members of the path's item: "get": {…} and so on. */
void        wh_openapi_write_operation (WhJsonWriter *writer, const WhRoute *route);
/* "strains": what operations are listed under. Caller frees. */
char       *wh_openapi_tag           (const WhRoute *route);

/* components: schemas of all kinds, replies that are errors, headers, security. */
void        wh_openapi_write_components (WhJsonWriter *writer);
/* "note", "note_new", "note_change". */
void        wh_openapi_write_kinds   (WhJsonWriter *writer);

void        wh_openapi_add_ref       (WhJsonWriter *writer, const char *folder, const char *name);   /* "$ref" as a member */
void        wh_openapi_write_ref     (WhJsonWriter *writer, const char *folder, const char *name);   /* an object of it */

G_END_DECLS
