/* wh-spec.h: one description of a value that somebody sends: a query parameter, or a member of a body. The server checks values by
 * it before a handler runs, and the OpenAPI document is made of it, so that what is said and what is done cannot differ. */
#pragma once

#include "base/wh-json.h"

G_BEGIN_DECLS

typedef enum {
  WH_SPEC_TEXT,      /* least to most bytes */
  WH_SPEC_INTEGER,   /* least to most */
  WH_SPEC_NUMBER,    /* the same */
  WH_SPEC_FLAG,      /* true or false */
  WH_SPEC_WORD,      /* one of words */
  WH_SPEC_KEY,       /* of a to z, 0 to 9 and _; least to most of them */
  WH_SPEC_ID,        /* 36 characters */
  WH_SPEC_STATE,     /* two letters */
  WH_SPEC_TIME,      /* a date, or a date and a time */
  WH_SPEC_AMOUNT,    /* a number, and a unit may follow; mg/g without. Its name ends in "*", which stands for an analyte */
  WH_SPEC_FIELD,     /* of a kind's field table, which its name ends in: "{field}", "min.{field}", or by which it can be sorted:
                        "sort"; core/wh-listing checks it */
  /* In bodies only. */
  WH_SPEC_OBJECT,    /* with the members `parts` and no others */
  WH_SPEC_LIST,      /* of least to most entries, each as parts[0] says; an entry has no name */
  WH_SPEC_OTHER,     /* what only its handler can judge; `schema` says what it is */
} WhSpecType;

typedef struct _WhSpec WhSpec;

/* Lists of them end with one whose help is NULL. */
struct _WhSpec {
  const char        *name;
  WhSpecType         type;
  double             least, most;
  const char        *fallback;   /* what counts where it is absent, as text; NULL: nothing */
  const char *const *words;      /* NULL-terminated */
  const char        *help;       /* what it means, in the document */
  gboolean           required;
  const WhSpec      *parts;
  const char        *schema;     /* of OTHER: JSON */
  const char        *example;    /* JSON; NULL: none needed */
};

/* The spec of a name in a list, NULL when there is none. */
const WhSpec *wh_spec_find       (const WhSpec *list, const char *name);
/* Whether a text is such a value. WH_ERROR_INVALID with a sentence that names it as `name`. FIELD takes all. */
gboolean      wh_spec_check_text (const WhSpec *spec, const char *name, const char *text, GError **error);
/* The same of a whole object and its members; null counts as absent. *out_field is then what is wrong: "profiles[2].unit". Free it. */
gboolean      wh_spec_check_body (const WhSpec *members, const WhJsonNode *object, char **out_field, GError **error);

G_END_DECLS
