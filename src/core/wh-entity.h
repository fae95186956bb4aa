/* wh-entity.h: what all nouns share, and the field tables that describe them.
 *
 * A noun is a plain struct that starts with WhEntity, refcounted, filled before it is shared and not changed
 * afterwards. One static table per noun names its fields; the store binds columns by it, the wire writes and
 * reads JSON by it, the terminal prints CSV by it, so a field cannot exist on one side only. */
#pragma once

#include <math.h>

#include "base/wh-clock.h"
#include "base/wh-id.h"
#include "wh-measure.h"

G_BEGIN_DECLS

typedef enum {
  WH_KIND_NONE,
  WH_KIND_STRAIN,
  WH_KIND_DISPENSARY,
  WH_KIND_BATCH,
  WH_KIND_LAB_RESULT,
  WH_KIND_PRODUCT,
  WH_KIND_PRICE,
  WH_KIND_ALIAS,
  WH_KIND_STOCK,
  WH_KIND_PROMOTION,
  WH_KIND_REVIEW,
  WH_KIND_NOTE,
  WH_KIND_FAVORITE,
  WH_KIND_WATCH,
  WH_KIND_FEEDBACK,
  WH_KIND_SEARCH_DAY,
  WH_N_KINDS   /* the numbers stand in stores: new kinds come last */
} WhKind;

typedef enum {
  WH_FIELD_TEXT,    /* char*, NULL when absent */
  WH_FIELD_LIST,    /* char** (GStrv), NULL when empty */
  WH_FIELD_REAL,    /* double, NAN when absent */
  WH_FIELD_INTEGER, /* gint64, WH_INTEGER_UNSET when absent */
  WH_FIELD_FLAG,    /* gint64: 0, 1, WH_INTEGER_UNSET when not known */
  WH_FIELD_TIME,    /* gint64 microseconds, WH_TIME_UNSET when absent */
  WH_FIELD_DATE,    /* the same, midnight UTC, written as a date */
  WH_FIELD_ID,      /* WhId, all zero when absent */
  WH_FIELD_PANEL,   /* WhPanel*, NULL when absent; at most one per noun */
} WhFieldType;

#define WH_INTEGER_UNSET G_MININT64

typedef struct {
  const char *name;        /* key in JSON, column in SQL */
  WhFieldType type;
  gsize       offset;      /* in the noun's struct */
  gsize       max_bytes;   /* of text; WH_LIMIT_TEXT mostly */
  gboolean    required;
} WhField;

typedef struct {
  gatomicrefcount ref_count;
  WhKind          kind;
  WhId            id;
  gint64          revision;     /* sequence number of its last change; 0 before it is stored */
  gint64          created_at;   /* set by the store */
  gint64          updated_at;   /* set by the store */
  char           *source;       /* where it comes from: "demonstration", "mcr-ma", … NULL for made here */
} WhEntity;

typedef struct {
  WhKind         kind;
  const char    *name;       /* "strain": table, JSON kind, id hashing */
  const char    *plural;     /* "strains" */
  const char    *id_key;     /* "strain_id" */
  const WhField *fields;
  guint          n_fields;
  gsize          size;
} WhEntityClass;

#define WH_SOURCE_DEMONSTRATION "demonstration"

const WhEntityClass *wh_entity_class   (WhKind kind);
const WhEntityClass *wh_entity_class_by_name (const char *name);   /* NULL when unknown */
/* A field of the table by its name; NULL when there is none. */
const WhField       *wh_entity_field         (WhKind kind, const char *name);

/* A new noun with every field absent and the id given (WH_ID_NONE: a fresh UUIDv7). */
gpointer  wh_entity_new     (WhKind kind, WhId id);
gpointer  wh_entity_ref     (gconstpointer entity);
void      wh_entity_unref   (gpointer entity);
/* A new one with the same fields, source, id, revision and times. */
gpointer  wh_entity_copy    (gconstpointer entity);
/* Gives `to` what the field holds in `from`; both are of the same kind. */
void      wh_entity_copy_field (gpointer to, gconstpointer from, const WhField *field);
/* Whether the field holds nothing. */
gboolean  wh_entity_is_absent (gconstpointer entity, const WhField *field);
/* Same fields and source; id, revision and times are not looked at. */
gboolean  wh_entity_equal   (gconstpointer a, gconstpointer b);
gboolean  wh_entity_field_equal (gconstpointer a, gconstpointer b, const WhField *field);
/* Lengths, UTF-8, finite numbers, required names. The message names the field. */
gboolean  wh_entity_validate (gconstpointer entity, GError **error);
/* The same; *out_field is the field that is wrong, NULL where it is none of the table. The message does not name the kind. */
gboolean  wh_entity_check    (gconstpointer entity, const WhField **out_field, GError **error);
gboolean  wh_entity_is_demonstration (gconstpointer entity);

/* Access by field descriptor. */
#define WH_FIELD_AT(entity, field, type) (*(type *) (((char *) (entity)) + (field)->offset))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhEntity, wh_entity_unref)

G_END_DECLS
