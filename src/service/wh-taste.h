/* wh-taste.h: what people who liked one thing liked besides, and how much that says.
 *
 * Strains are numbers below `n_strains`; a person is the set of strains that one person wrote well of. Nobody's name is kept.
 * With P(i) the people who took i, w(p) = 1 / sqrt (|p| - 1), and `liked` the strains L:
 *
 *   together(i) = sum over j in L and people with i and j of w(p) / ((P(i) + 20)^0.2 (P(j) + 20)^0.5)
 *
 * divided by its mean over all pairs and by |L|; popularity(i) = P(i) / mean of P. A strain's score is their sum. The
 * constants were chosen on a hold-out of their own (tests/bench/bench-recommend.c). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of the mean likeness (0..1) of a strain to those liked, which whoever ranks adds to its score. */
#define WH_TASTE_LIKENESS 1.0

typedef struct _WhTaste WhTaste;

/* How many of those who took a strain took another one, too. */
typedef struct {
  guint both;
  guint liked;
} WhTogether;

WhTaste   *wh_taste_new        (guint n_strains);
void       wh_taste_free       (WhTaste *taste);
/* One person; strains may come in any order, each once. */
void       wh_taste_add_person (WhTaste *taste, const guint32 *strains, guint n);
/* One report, in any order; people become whole with wh_taste_finish. The same strain again says nothing new. People over 500 strains
 * are passed over: that long a list is no taste. */
void       wh_taste_add_report (WhTaste *taste, const char *person, guint32 strain);
/* After the last person, before anything below. */
void       wh_taste_finish     (WhTaste *taste);
/* A table with the columns "user" and "strain_slug" (or "strain"), a row for each person and strain; rows without a user and
 * strains that `numbers` (slug -> number + 1) does not have are passed over. Finished.
 * WH_ERROR_INVALID without those columns, and whatever wh_csv_open says. */
WhTaste   *wh_taste_read       (const char *path, GHashTable *numbers, guint n_strains, GError **error);

guint      wh_taste_length     (const WhTaste *taste);
guint      wh_taste_people     (const WhTaste *taste, guint strain);
/* People with two strains or more: who has one says nothing about what goes together. */
guint      wh_taste_witnesses  (const WhTaste *taste);
/* Into out_scores[n_strains]; those in `liked` get one as well. `liked` may be empty: popularity alone. */
void       wh_taste_score      (const WhTaste *taste, const guint32 *liked, guint n_liked, double *out_scores);
WhTogether wh_taste_together   (const WhTaste *taste, guint strain, guint liked);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTaste, wh_taste_free)

G_END_DECLS
