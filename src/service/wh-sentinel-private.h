/* wh-sentinel-private.h: what the rules share. A family of rules has its own file: amounts, labs, repeats, shelf. */
#pragma once

#include "wh-sentinel.h"

G_BEGIN_DECLS

typedef struct {
  WhId        strain_id;
  const char *name;
  guint       strain;      /* number; 0: none */
  gboolean    is_flower;
  gboolean    is_unknown;  /* nobody said what it is */
} WhWatchBatch;

/* What the rules need to know of a result; texts live in the watch, equal ones at one address. Amounts in percent, NAN: not tested. */
typedef struct {
  WhId        id;
  guint       batch;       /* position in `batches` */
  const char *lab;         /* "": not named */
  const char *sample_id;   /* NULL: unknown */
  const char *report;      /* lab and sample in one; NULL without a sample */
  gint64      test_date;
  double      thc, cbd, cannabinoids, terpenes;
  double      most[2];     /* the largest cannabinoid and terpene */
  guint16     most_of[2];  /* which */
  gboolean    demonstration;
  guint64     signature;   /* of all terpenes found, to the last digit, with the lab; 0: too few to tell */
} WhSample;

typedef struct {
  GStringChunk *text;
  GHashTable   *strains;      /* WhId -> number */
  GHashTable   *batch_at;     /* WhId -> position + 1 */
  GArray       *batches;      /* of WhWatchBatch; the first stands for results whose batch is not there */
  GArray       *samples;      /* of WhSample */
  GPtrArray    *findings;
  gint64        now;
} WhWatch;

#define WH_SENTINEL_MOST_CANNABINOIDS 50.0   /* percent of a flower (Smith et al. 2022) */
#define WH_SENTINEL_CANNABINOID 0
#define WH_SENTINEL_TERPENE 1

const WhWatchBatch *wh_sentinel_batch (const WhWatch *watch, const WhSample *sample);
/* Called flower, or called nothing and with cannabinoids that a flower may hold: what nobody named may be an extract. */
gboolean   wh_sentinel_is_flower (const WhWatch *watch, const WhSample *sample);
/* A result counts for a year. */
gboolean   wh_sentinel_is_expired (const WhWatch *watch, gint64 test_date);
/* Takes the message. */
WhFinding *wh_sentinel_find       (WhWatch *watch, const WhSample *sample, const char *code, double value, char *message);

/* A key that keeps flower, and what nobody named, apart from each other; 0 for other kinds of product and without `number`. */
guint64    wh_sentinel_flower_key (const WhWatch *watch, const WhSample *sample, guint64 number);
/* Which group a sample is in; 0: none. */
typedef guint64 (*WhSampleKey)   (const WhWatch *watch, const WhSample *sample);
/* The samples of one group, oldest test first. */
typedef void    (*WhSampleGroup) (WhWatch *watch, const WhSample *const *samples, guint n);
void       wh_sentinel_each_group (WhWatch *watch, WhSampleKey key, WhSampleGroup check);

void       wh_sentinel_amounts    (WhWatch *watch);
void       wh_sentinel_units      (WhWatch *watch);
void       wh_sentinel_labs       (WhWatch *watch);
void       wh_sentinel_repeats    (WhWatch *watch);
/* Reads the products. */
gboolean   wh_sentinel_shelf      (WhWatch *watch, WhReader *reader, GError **error);

G_END_DECLS
