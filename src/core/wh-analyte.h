/* wh-analyte.h: the analyte dictionary, shipped as data (data/analytes.tsv, embedded in the program).
 *
 * An analyte is named by its key ("beta_myrcene", "thca") and, inside one run of the program, by a small
 * index. Indices are not stable across versions: only keys are stored and sent. Isomers are entries of
 * their own; what labs report together (ocimene, nerolidol) is a total entry with its parts, and summing
 * is by rule: a total is the reported total or, without one, the sum of the parts that were tested. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef guint16 WhAnalyteIndex;
#define WH_ANALYTE_NONE G_MAXUINT16

typedef enum {
  WH_ANALYTE_CANNABINOID,
  WH_ANALYTE_MONOTERPENE,
  WH_ANALYTE_SESQUITERPENE,
  WH_ANALYTE_TERPENE_OTHER,   /* diterpenes, alcohols outside the two classes */
} WhAnalyteClass;

typedef struct {
  WhAnalyteIndex index;
  const char    *key;            /* "beta_caryophyllene" */
  const char    *name;           /* "β-Caryophyllene" */
  const char    *code;           /* two letters for labels and charts: "Ca"; "" for most */
  const char    *cas;            /* "87-44-5" or "" */
  WhAnalyteClass analyte_class;
  const char    *aroma;          /* "pepper, clove"; "" when there is none */
  const char    *aroma_source;   /* citation of the aroma; "" when there is none */
  WhAnalyteIndex acid;           /* for a neutral cannabinoid its acid, else WH_ANALYTE_NONE */
  double         acid_factor;    /* mass factor acid -> neutral: 0.877 (THCA), 0.8668 (varins); 0 without acid */
  WhAnalyteIndex total;          /* the outermost total entry this one is a part of, else WH_ANALYTE_NONE */
  WhAnalyteIndex parent;         /* the nearest one: beta_ocimene for cis_beta_ocimene, whose total is ocimene */
} WhAnalyte;

guint            wh_analyte_count       (void);
const WhAnalyte *wh_analyte_get         (WhAnalyteIndex index);
/* By key only. NULL when unknown. */
const WhAnalyte *wh_analyte_by_key      (const char *key);
/* By key, name or any alias as labs write them ("B-MYRCENE", "d_limonene", "Δ9-THC"); case, dashes, spaces
 * and underscores do not matter. NULL when unknown. */
const WhAnalyte *wh_analyte_lookup      (const char *text);
gboolean         wh_analyte_is_terpene  (const WhAnalyte *analyte);
/* Analytes whose aroma words contain a word starting with the folded `word` ("lemon" -> limonene …). The
 * array holds const WhAnalyte*, is owned by the caller. */
GPtrArray       *wh_analyte_by_aroma    (const char *word);

G_END_DECLS
