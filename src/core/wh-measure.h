/* wh-measure.h: one measured value in five states, and panels of them.
 *
 * Amounts are mg/g where the source could be converted (unit == WH_UNIT_MG_PER_G); otherwise as reported in
 * `unit`: WH_UNIT_MG_PER_UNIT without a package weight, or WH_UNIT_UNKNOWN for rows without a unit, which are
 * kept as imported, never converted and never used in calculations. */
#pragma once

#include "wh-analyte.h"

G_BEGIN_DECLS

typedef enum {
  WH_STATE_NOT_TESTED,
  WH_STATE_VALUE,
  WH_STATE_BELOW_LOQ,
  WH_STATE_NOT_DETECTED,
  WH_STATE_NOT_APPLICABLE,
} WhState;

typedef enum {
  WH_UNIT_UNKNOWN,
  WH_UNIT_MG_PER_G,
  WH_UNIT_PERCENT,       /* % w/w, 10 mg/g */
  WH_UNIT_PPM,           /* by mass: µg/g */
  WH_UNIT_UG_PER_G,
  WH_UNIT_PPB,           /* by mass: ng/g */
  WH_UNIT_MG_PER_UNIT,   /* per serving or package; needs a weight to become mg/g */
  WH_UNIT_G_PER_G,       /* fraction of the whole: 0.18 is 18 % */
} WhUnit;

typedef enum {
  WH_BASIS_UNKNOWN,
  WH_BASIS_AS_RECEIVED,
  WH_BASIS_DRY,
} WhBasis;

typedef struct {
  WhAnalyteIndex analyte;
  guint8         state;   /* WhState */
  guint8         unit;    /* WhUnit of value, lod and loq */
  guint8         basis;   /* WhBasis */
  double         value;   /* NAN unless state is VALUE */
  double         lod;     /* NAN when unknown */
  double         loq;     /* NAN when unknown */
  const char    *text;    /* the cell as the source wrote it, or NULL; owned by the panel it is in */
} WhMeasure;

#define WH_MEASURE_INIT { WH_ANALYTE_NONE, WH_STATE_NOT_TESTED, WH_UNIT_UNKNOWN, WH_BASIS_UNKNOWN, NAN, NAN, NAN, NULL }

const char *wh_state_key   (WhState state);              /* "value", "below_loq" … */
gboolean    wh_state_parse (const char *key, WhState *out_state);
const char *wh_unit_key    (WhUnit unit);                /* "mg/g", "%", "ppm", "ug/g", "ppb", "mg/unit", "g/g", "unknown" */
/* As sources write them: "percent", "%", "mg_per_serving", "mg/g", "PPM", "ug/g", "µg/g" … FALSE when unknown. */
gboolean    wh_unit_parse  (const char *text, WhUnit *out_unit);
const char *wh_basis_key   (WhBasis basis);              /* "as_received", "dry", "unknown" */
gboolean    wh_basis_parse (const char *key, WhBasis *out_basis);

/* Reads one source cell by the table of states: a number > 0 is a value; "0" and "0.0" not detected with unknown
 * LOD; "ND", "<LOD" … not detected; "<LOQ", "BLQ" and "<x" below LOQ (x becomes the LOQ); empty, "NT", "-" …
 * not tested; "N/A" not applicable. A trailing '%' is allowed. FALSE for anything else, negative numbers
 * included: the measure is then NOT_TESTED with the text kept by the caller. Does not set unit or text. */
gboolean    wh_measure_parse_cell (const char *cell, WhMeasure *out_measure);

/* Converts value, lod and loq to mg/g. `unit_grams` is the weight of one unit for mg/unit, NAN when unknown.
 * FALSE (unchanged) when the unit cannot be converted. */
gboolean    wh_measure_to_mg_per_g (WhMeasure *measure, double unit_grams);

/* The interval the amount lies in, in mg/g: a value is a point, below LOQ [lod or 0, loq], not detected [0, lod or
 * loq or 0]. FALSE when there is none (not tested, not applicable, not in mg/g). */
gboolean    wh_measure_interval (const WhMeasure *measure, double *out_low, double *out_high);
/* The one number that stands for it in calculations: the value; LOQ/2 (0 when unknown) below LOQ; 0 not detected. NAN when none. */
double      wh_measure_estimate (const WhMeasure *measure);

/* A panel: measurements sorted by analyte, at most one each. Refcounted; not changed once shared. */
typedef struct _WhPanel WhPanel;

WhPanel         *wh_panel_new    (void);
WhPanel         *wh_panel_ref    (WhPanel *panel);
void             wh_panel_unref  (WhPanel *panel);
/* Copies the measure (text too), replacing one of the same analyte. WH_ERROR_INVALID when its basis differs
 * from that of the panel (both known), WH_ERROR_TOO_LARGE over WH_LIMIT_PANEL. */
gboolean         wh_panel_add    (WhPanel *panel, const WhMeasure *measure, GError **error);
guint            wh_panel_length (const WhPanel *panel);
const WhMeasure *wh_panel_at     (const WhPanel *panel, guint position);
const WhMeasure *wh_panel_find   (const WhPanel *panel, WhAnalyteIndex analyte);   /* NULL when absent */
gboolean         wh_panel_equal  (const WhPanel *a, const WhPanel *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPanel, wh_panel_unref)

G_END_DECLS
