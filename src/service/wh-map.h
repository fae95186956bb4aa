/* wh-map.h: the strains of the catalogue as points of a plane, near where their terpenes are in like proportions.
 *
 * Principal components of centred log-ratios (Aitchison geometry) over the terpenes that most strains with a profile were tested
 * for. Strains not tested for all of them are not placed. What was not detected or lies below a limit is replaced by 0.65 of the
 * limit (opencl/wh-composition.h). Two assumptions are declared, and carried in every document and chart:
 *
 * - the limit where a lab gives none: 0.1 mg/g (the lower limit that Smith et al. 2022, PLOS ONE e0267498, fill in), or the amount
 *   that a twentieth of the catalogue's measurements of the terpene stay below, where that is less;
 * - a relative standard deviation of 10 % of a lab's result, where uncertainty is asked for.
 *
 * An axis can be mirrored from one catalogue to the next; only distances and directions among points and terpenes mean something. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_MAP_AXES 2
#define WH_MAP_RSD 0.10             /* of one lab result; an assumption */
#define WH_MAP_UNKNOWN_LIMIT 0.1    /* mg/g; an assumption */

typedef struct {
  const WhAnalyte *analyte;
  double           limit;                  /* mg/g that stands for a limit of detection where none was given */
  double           loadings[WH_MAP_AXES];
} WhMapTerpene;

typedef struct {
  const WhCard    *card;
  double           x, y;
  const WhAnalyte *dominant;     /* of all terpenes of the strain */
  guint            n;            /* tests that the least tested of the terpenes rests on */
} WhMapPoint;

/* Where the point would lie 95 times of 100 if all was tested again: half axes, and the angle of the major one from the x axis in
 * radians, (-pi/2, pi/2]. Centred on the point. */
typedef struct {
  double major, minor, angle;
} WhMapEllipse;

/* Immutable, refcounted, read by any thread. */
typedef struct {
  gatomicrefcount ref_count;
  WhSnapshot *snapshot;
  double      shares[WH_MAP_AXES];   /* of the variance */
  GArray     *terpenes;      /* of WhMapTerpene */
  GArray     *points;        /* of WhMapPoint, in the order of the snapshot: best known first */
  guint       n_untested;    /* not tested for all of the terpenes */
  guint       n_too_little;  /* tested, but with hardly any of the terpenes: the limits would outweigh what was found */
  double      censored;      /* share of all amounts placed that lie below a limit, 0..1 */
  const char *engine;        /* which path ran: "cpu-avx2" … */
  double      assumed;       /* share of all amounts placed whose limit is the assumed one */
} WhMap;

/* Made once per snapshot. WH_ERROR_INVALID with fewer than three strains that can be placed. Caller unrefs. */
WhMap            *wh_analyst_map (WhAnalyst *analyst, const WhPrincipal *principal, GError **error);
WhMap            *wh_map_ref     (WhMap *map);
void              wh_map_unref   (WhMap *map);
/* NULL when the strain is not placed. */
const WhMapPoint *wh_map_find    (const WhMap *map, const WhCard *card);
/* By a parametric bootstrap with a seed of the strain: results vary by WH_MAP_RSD, divided by the root of the tests they rest on,
 * amounts below a limit are anywhere below it. Less than 0.1 ms. */
WhMapEllipse      wh_map_ellipse (const WhMap *map, const WhMapPoint *point);

/* {axes:[{share, loadings:[{analyte, name, value}]}], method, engine, assumption:{limit, unit, rsd, censored, assumed, words}, placed,
 *  points:[{strain_id, name, x, y, ellipse:{major, minor, angle}, dominant, n}], untested, too_little}; points from `offset` on, at
 *  most `limit` of them (0: all); with `cards` (of const WhCard*) only of these. */
void              wh_present_map (WhJsonWriter *writer, const WhMap *map, const GPtrArray *cards, guint offset, guint limit);
/* What was assumed, in a sentence; translated; caller frees. */
char             *wh_present_map_assumption (const WhMap *map);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhMap, wh_map_unref)

G_END_DECLS
