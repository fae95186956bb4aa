/* wh-stats.h: figures about what is looked for, how fresh the facts are, how right shown prices were, and what became of offers.
 *
 * Each figure comes with the number it rests on. What is looked for is counted without who (wh-search-tally.h); a term that was looked
 * for fewer than WH_SEARCH_KEPT_FROM times in the timeframe is not named. The figures are kept and moved on by the change log, so asking
 * again costs what has changed. Days are those of UTC. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-freshness.h"
#include "wh-catalogue.h"

G_BEGIN_DECLS

/* Facts that the store holds; rules of law lie beside it. */
#define WH_STATS_FACTS WH_FACT_RULE

#define WH_STATS_ROWS 20          /* of each list, where nothing else is asked for */
#define WH_STATS_ROWS_MOST 100
#define WH_STATS_TREND_FROM 10    /* searches in a period, from which on a term can be called rising or falling */

typedef enum {
  WH_STATS_STRAIN,                /* searches */
  WH_STATS_TERPENE,               /* analyses, terpene panels */
  WH_STATS_DISPENSARY,            /* freshness */
  WH_STATS_USER,
  WH_STATS_PRICE,                 /* how right */
  WH_STATS_RECOMMENDATION,        /* what became of offers */
  WH_N_STATS
} WhStatsMetric;

typedef struct {
  guint days;                     /* 1, 7, 30, 90 */
  int   metric;                   /* WhStatsMetric; -1: all */
  guint rows;                     /* of each list */
} WhStatsQuestion;

#define WH_STATS_QUESTION_INIT { .days = 7, .metric = -1, .rows = WH_STATS_ROWS }

/* How fast terpene analyses were answered, as counted by whoever answers. */
typedef struct {
  gint64  since;                  /* moment from which on was counted */
  guint64 n;
  double  p50, p95;               /* ms; NAN: none */
} WhStatsTimes;

typedef struct {
  const char *term;               /* kept by the report */
  const WhCard *card;             /* the strain that is called so; NULL: none, or several */
  gint64 searches, empty;
  gint64 before;                  /* trends: searches in the period before */
} WhStatsTerm;

typedef struct {
  gint64  searches, empty;        /* in the timeframe, today included */
  gint64  rest;                   /* of the searches: for terms that are not named */
  GArray *terms;                  /* of WhStatsTerm, most searched first */
  GArray *strains;                /* of WhStatsTerm with a card: all names of a strain together */
  GArray *without_result;         /* of WhStatsTerm, most often empty first */
  GArray *rising, *falling;       /* of WhStatsTerm, clearest first: whole days before today against as many before those */
} WhStatsSearches;

typedef struct {
  WhFactKind kind;
  guint   n, fresh, unknown;      /* unknown: of those that are not fresh, without a date */
  gint64  oldest, newest;         /* WH_TIME_UNSET: none is dated */
} WhStatsFreshness;

/* A price that was shown until the next observation of the product, against that observation. */
typedef struct {
  guint  n, equal;                /* pairs whose later one falls into the timeframe */
  double median_difference;       /* absolute, units of currency; NAN: no pair */
  double median_percent;          /* of the later one */
  double median_hours;            /* from one to the other */
} WhStatsAccuracy;

typedef struct {
  const char *about;              /* "substitute", "recommendation" */
  guint  n, accepted;
  double share, low, high;        /* accepted share with its Wilson interval of 95 %; NAN: nothing decided */
} WhStatsOffers;

typedef struct {
  WhStatsQuestion question;
  gint64      from, to, today;    /* moments; today: a date */
  gint64      revision;
  WhSnapshot *snapshot;           /* holds the cards */
  GStringChunk *text;
  guint       counts[32];         /* rows per kind; [WhKind] */
  WhStatsSearches  searches;
  WhStatsFreshness freshness[WH_STATS_FACTS];
  guint       results, with_terpenes;   /* lab results */
  gboolean    has_times;
  WhStatsTimes times;
  const char *engine;             /* static */
  WhStatsAccuracy accuracy;
  GArray     *offers;             /* of WhStatsOffers */
} WhStatsReport;

typedef struct _WhStats WhStats;

/* `catalogue` must outlive it. Thread-safe. */
WhStats       *wh_stats_new         (WhCatalogue *catalogue);
void           wh_stats_free        (WhStats *stats);
/* Needs READ_METRICS. `times` NULL: nobody counted. The first call reads the whole store. */
WhStatsReport *wh_stats_report      (WhStats *stats, const WhPrincipal *principal, const WhStatsQuestion *question,
                                     const WhStatsTimes *times, GError **error);
void           wh_stats_report_free (WhStatsReport *report);
/* Whether it was asked for; the others are not worked out. */
gboolean       wh_stats_wants       (const WhStatsReport *report, WhStatsMetric metric);

/* "24h", "7d", "30d", "90d". */
gboolean       wh_stats_parse_timeframe (const char *text, guint *out_days);
const char    *wh_stats_timeframe   (guint days);
gboolean       wh_stats_parse_metric (const char *text, int *out_metric);
const char    *wh_stats_metric_key  (WhStatsMetric metric);
const char    *wh_stats_fact_key    (WhFactKind kind);   /* "lab_result" … */
/* The interval in which a share lies 95 times of 100 (Wilson 1927). n > 0. */
void           wh_stats_wilson      (guint successes, guint n, double *out_low, double *out_high);

/* {timeframe, from, to, revision, strain_analytics{searches, without_result, not_named, top_terms[], top_strains[], terms_without_result[],
 *  trending_up[], trending_down[], trend{from, to, before}}, terpene_analytics{analyses, counted_since, p50_ms, p95_ms, engine,
 *  lab_results, with_terpenes}, dispensary_analytics{freshness[{kind, limit_hours, facts, fresh, stale, unknown_age, fresh_share, oldest,
 *  newest}]}, user_analytics{available, reason}, price_analytics{pairs, equal, equal_share, median_difference, median_difference_percent,
 *  median_hours_between}, recommendation_analytics{offers[{about, decided, accepted, accepted_share, low, high}]}, catalogue{strains, …},
 *  demonstration}; of the six only the metric asked for, else all. */
void           wh_present_stats      (WhJsonWriter *writer, const WhStatsReport *report);
/* The same as rows for a table: {figures[{metric, figure, of, value, n}]}. */
void           wh_present_stats_rows (WhJsonWriter *writer, const WhStatsReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStats, wh_stats_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStatsReport, wh_stats_report_free)

G_END_DECLS
