/* wh-naming.h: which strain a free name means: "Gorilla Glue #4 Pre-Roll 2pk x .5g" -> Gorilla Glue #4, with a confidence.
 *
 * A name is certain only where nothing speaks against it; a cross is neither of its parents, "#4" is never "#5", and what was
 * grown from a strain's seed ("F2", "S1") is not that strain. Everything else is for a person to decide. The confidences are
 * shares of right answers among names judged by hand (tests/service/names-judged.tsv). */
#pragma once

#include "wh-catalogue.h"

G_BEGIN_DECLS

#define WH_NAMING_CANDIDATES 5
#define WH_NAMING_AUTOMATIC 0.95   /* from here on nobody needs to look */
#define WH_NAMING_LEAST 0.07       /* below, a candidate is not worth a look */

typedef enum {
  WH_NAMING_CERTAIN,
  WH_NAMING_REVIEW,
  WH_NAMING_UNKNOWN,
} WhNamingOutcome;

typedef enum {
  WH_NAMING_AS_WRITTEN,   /* the strain's name, but for case, accents and punctuation */
  WH_NAMING_BESIDE,       /* the same beside words about package, type or maker */
  WH_NAMING_ALIAS,        /* a known other name */
  WH_NAMING_PLURAL,       /* "Kush Mintz" for "Kush Mints" */
  WH_NAMING_TYPO,         /* a slip or two in a long name */
  WH_NAMING_WORDS,        /* it shares words with the name */
} WhNamingGround;

typedef struct {
  const WhCard  *card;
  double         confidence;   /* 0..1 */
  WhNamingGround ground;
} WhNamingCandidate;

typedef struct {
  WhNamingOutcome   outcome;
  guint             n;         /* candidates, best first; one when certain, none when unknown */
  WhNamingCandidate candidates[WH_NAMING_CANDIDATES];
} WhNaming;

typedef struct _WhNamer WhNamer;

/* Holds the snapshot. One thread at a time may ask it. */
WhNamer    *wh_namer_new            (WhSnapshot *snapshot);
void        wh_namer_free           (WhNamer *namer);
void        wh_namer_resolve        (WhNamer *namer, const char *typed, WhNaming *out_naming);

/* "certain", "review", "unknown"; "as_written" … "words": for JSON. */
const char *wh_naming_outcome_word  (WhNamingOutcome outcome);
const char *wh_naming_ground_word   (WhNamingGround ground);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhNamer, wh_namer_free)

G_END_DECLS
