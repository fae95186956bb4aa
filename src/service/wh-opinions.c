#include "wh-opinions.h"

#include <math.h>
#include <string.h>

#include "core/wh-nouns-shop.h"

#define AVERAGE_OFFERS 10.0   /* added to those of every strain, so that a few say little */
#define FEW_CHANGES 500       /* so many are looked through for feedback */
#define LEAST_FACTOR 0.5
#define MOST_FACTOR 1.5

static gboolean
take_review_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhReview *review = entity;
  WhOpinions *opinions = user_data;
  const WhCard *card = review->reviewer && !(review->rating < WH_OPINIONS_LIKED) ? wh_snapshot_find (opinions->snapshot, &review->strain_id)
                                                                                : NULL;

  if (card)
    wh_taste_add_report (opinions->taste, review->reviewer, card->index);
  return TRUE;
}

static gboolean
take_feedback_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhFeedback *feedback = entity;
  WhOpinions *opinions = user_data;
  gboolean ours = strcmp (feedback->about, "recommendation") == 0 && strcmp (feedback->offered_kind, "strain") == 0;
  const WhCard *card = ours ? wh_snapshot_find (opinions->snapshot, &feedback->offered_id) : NULL;

  if (card && strcmp (feedback->outcome, "accepted") == 0)
    opinions->tallies[card->index].accepted++;
  else if (card)
    opinions->tallies[card->index].rejected++;
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhOpinions *opinions = user_data;

  opinions->revision = wh_reader_revision (reader);
  return (opinions->origin || wh_reader_each (reader, WH_KIND_REVIEW, take_review_cb, opinions, error))
         && wh_reader_each (reader, WH_KIND_FEEDBACK, take_feedback_cb, opinions, error);
}

/* Reviews change the catalogue, so the same snapshot has the same. */
static void
begin_taste (WhOpinions *opinions, WhOpinions *older)
{
  WhOpinions *origin = older && older->snapshot == opinions->snapshot ? (older->origin ? older->origin : older) : NULL;

  opinions->origin = origin ? wh_opinions_ref (origin) : NULL;
  opinions->taste = origin ? origin->taste : wh_taste_new (wh_snapshot_length (opinions->snapshot));
}

static void
finish_taste (WhOpinions *opinions)
{
  if (opinions->origin)
    return;
  wh_taste_finish (opinions->taste);
  if (wh_taste_witnesses (opinions->taste) < WH_OPINIONS_WITNESSES)
    g_clear_pointer (&opinions->taste, wh_taste_free);
}

static double
share_accepted (const WhOpinions *opinions)
{
  guint64 accepted = 0, offers = 0;

  for (guint i = 0; i < wh_snapshot_length (opinions->snapshot); i++)
    {
      accepted += opinions->tallies[i].accepted;
      offers += opinions->tallies[i].accepted + opinions->tallies[i].rejected;
    }
  return offers > 0 ? (double) accepted / offers : NAN;
}

WhOpinions *
wh_opinions_new (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, WhOpinions *older, GError **error)
{
  g_autoptr (WhOpinions) opinions = g_new0 (WhOpinions, 1);

  g_atomic_ref_count_init (&opinions->ref_count);
  opinions->snapshot = wh_snapshot_ref (snapshot);
  begin_taste (opinions, older);
  opinions->tallies = g_new0 (WhTally, wh_snapshot_length (snapshot) + 1);
  if (!wh_store_read (store, principal, read_cb, opinions, error))
    return NULL;
  finish_taste (opinions);
  opinions->share = share_accepted (opinions);
  return g_steal_pointer (&opinions);
}

WhOpinions *
wh_opinions_ref (WhOpinions *opinions)
{
  g_atomic_ref_count_inc (&opinions->ref_count);
  return opinions;
}

void
wh_opinions_unref (WhOpinions *opinions)
{
  if (!g_atomic_ref_count_dec (&opinions->ref_count))
    return;
  if (opinions->origin)
    wh_opinions_unref (opinions->origin);
  else
    g_clear_pointer (&opinions->taste, wh_taste_free);
  wh_snapshot_unref (opinions->snapshot);
  g_free (opinions->tallies);
  g_free (opinions);
}

typedef struct {
  gint64   since;
  gboolean grown;
} Listening;

static gboolean
listen_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Listening *listening = user_data;
  gint64 revision = wh_reader_revision (reader);
  g_autoptr (GPtrArray) changes = NULL;

  if (revision == listening->since)
    return TRUE;
  changes = wh_reader_changes (reader, listening->since, FEW_CHANGES, &listening->grown, error);
  for (guint i = 0; changes && i < changes->len; i++)
    listening->grown |= ((const WhChange *) changes->pdata[i])->kind == WH_KIND_FEEDBACK;
  listening->since = revision;
  return changes != NULL;
}

gboolean
wh_opinions_have_grown (WhStore *store, const WhPrincipal *principal, gint64 *since)
{
  Listening listening = { *since, FALSE };

  if (!wh_store_read (store, principal, listen_cb, &listening, NULL) || listening.grown)
    return TRUE;
  *since = listening.since;
  return FALSE;
}

double
wh_opinions_factor (const WhOpinions *opinions, guint strain)
{
  const WhTally *tally = &opinions->tallies[strain];
  double offers = tally->accepted + tally->rejected;

  if (offers == 0 || !(opinions->share > 0))
    return 1;
  return CLAMP ((tally->accepted + AVERAGE_OFFERS * opinions->share) / ((offers + AVERAGE_OFFERS) * opinions->share), LEAST_FACTOR,
                MOST_FACTOR);
}
