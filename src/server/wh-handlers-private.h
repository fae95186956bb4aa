/* wh-handlers-private.h: what the files of handlers share. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-handlers.h"
#include "wh-parameters.h"

G_BEGIN_DECLS

/* The writer of a document and its text at the end. */
#define WH_WRITE_DOCUMENT(call)                                             \
  G_STMT_START                                                              \
  {                                                                         \
    GString *text_ = g_string_new (NULL);                                   \
    g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text_, 0);        \
    call;                                                                   \
    return g_string_free (text_, FALSE);                                    \
  }                                                                         \
  G_STMT_END

/* A strain by id, or by a slug, name or alias that means one strain. */
gboolean wh_handlers_resolve (WhHost *host, WhRequest *request, const char *text, WhId *out_id, GError **error);
/* A dispensary in the path, by its id, slug or name. */
gboolean wh_handlers_resolve_shop (WhHost *host, WhRequest *request, WhId *out_id, GError **error);
/* The id in the path; of a dispensary and a strain also what the functions above know. */
gboolean wh_handlers_take_id (WhHost *host, WhRequest *request, WhId *out_id, GError **error);
/* "NOTE_NOT_FOUND" */
void     wh_handlers_set_not_found (WhRequest *request, WhKind kind);
/* An array of WhEntity. */
void     wh_handlers_write_rows (WhJsonWriter *writer, const GPtrArray *rows);

/* How fast terpenes were analysed. */
WhMetricsTimes wh_handlers_analysis_times (WhHost *host);

/* The answer to this request as it was kept for the current catalogue, by this server or one that shares its cache; else `compute`
 * makes it. `also` (may be NULL): what it depends on besides. */
char    *wh_handlers_answer_once (WhHost *host, WhRequest *request, WhMeta *meta, const char *also, WhHandler compute, GError **error);

G_END_DECLS
