/* wh-substitute-private.h: one product weighed against what was asked about. The search and its plain form share it. */
#pragma once

#include "wh-price-index.h"
#include "wh-profiles.h"
#include "wh-substitute.h"

G_BEGIN_DECLS

/* A question made ready; borrows everything. */
typedef struct {
  const WhPriceIndex *index;
  const WhProfiles   *profiles;
  const WhSubstituteQuestion *question;
  WhSubstituteSide    asked;
  const char         *category;   /* of the index; NULL: any */
  guint32             shop;       /* position in the index; G_MAXUINT32: any */
  gint64              now;
} WhSubstituteSearch;

/* What is the same for all products of a strain. */
typedef struct {
  double distance;                /* NAN: none */
  double chemistry, aroma;        /* parts; NAN: not known */
} WhStrainParts;

/* A candidate on its way: who it is and how it stands. */
typedef struct {
  guint32  place;                 /* in the index */
  gboolean same_strain;
  double   score, distance;
} WhStanding;

/* `asked` of a product, or of a strain in the question's category (else its usual one). */
void          wh_substitute_side_of_product (const WhSubstituteSearch *search, const WhPriceProduct *product, WhSubstituteSide *out_side);
void          wh_substitute_side_of_strain  (const WhSubstituteSearch *search, const WhCard *card, WhSubstituteSide *out_side);

/* Whether a product might be offered if it were in stock: another article, of the category, the shop and the price asked for; and
 * whether it may be offered. */
gboolean      wh_substitute_fits         (const WhSubstituteSearch *search, const WhPriceProduct *product);
gboolean      wh_substitute_is_candidate (const WhSubstituteSearch *search, const WhPriceProduct *product);
/* `strain` is a number in the snapshot; G_MAXUINT32: nobody knows. */
WhStrainParts wh_substitute_weigh_strain (const WhSubstituteSearch *search, guint32 strain);
/* The part of a distance; NAN for none. */
double        wh_substitute_chemistry    (const WhSubstituteSearch *search, double distance);
/* out_parts (may be NULL): of WH_N_PARTS; out_unknown likewise. */
WhStanding    wh_substitute_weigh        (const WhSubstituteSearch *search, guint32 place, const WhStrainParts *strain,
                                          double *out_parts, guint *out_unknown);
/* Fills in the differences of a substitute whose side is known. */
void          wh_substitute_compare      (const WhSubstituteSide *asked, WhSubstitute *substitute);
/* Whether `a` stands before `b`. */
gboolean      wh_substitute_is_before    (const WhSubstituteSearch *search, const WhStanding *a, const WhStanding *b);
/* The best `limit` of different articles into out_best; how many there are. */
guint         wh_substitute_search       (const WhSubstituteSearch *search, WhStanding *out_best);
/* Makes a question ready; `index` and `profiles` are of one snapshot. WH_ERROR_NOT_FOUND. */
gboolean      wh_substitute_prepare      (WhSubstituteSearch *search, const WhPriceIndex *index, const WhProfiles *profiles,
                                          const WhSubstituteQuestion *question, GError **error);

G_END_DECLS
