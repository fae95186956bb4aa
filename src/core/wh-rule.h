/* wh-rule.h: one rule of law as a value: what is levied, allowed or asked for, where, on what, since when, and which text says so.
 *
 * Values are exact: millionths in 64 bits, so that 6.625 % is 6625000. A rule of which nobody knows the value is a rule, too
 * (WH_RULE_UNKNOWN): it says what to look up, and nothing ever takes it for zero. */
#pragma once

#include "base/wh-clock.h"

G_BEGIN_DECLS

#define WH_RULE_UNIT_VALUE 1000000            /* millionths in one */
#define WH_RULE_GRAMS_PER_OUNCE 28.349523125  /* the law's ounce, avoirdupois */

typedef enum {
  WH_RULE_TAX,
  WH_RULE_AGE,
  WH_RULE_LIMIT,
} WhRuleKind;

/* Stable keys of what rules are about; a closed list, so that a slip of the pen is found. */
typedef struct {
  const char *key;      /* "tax.sales.state" */
  WhRuleKind  kind;
  gboolean    expected; /* a tax that every state must have a rule on, be it zero or unknown */
  const char *title;    /* English; translate with _() */
} WhRuleSubject;

typedef enum {
  WH_RULE_PERCENT,          /* of the base */
  WH_RULE_USD_PER_OUNCE,
  WH_RULE_USD_PER_GRAM,
  WH_RULE_USD_PER_MG_THC,
  WH_RULE_YEARS,
  WH_RULE_GRAMS,
  WH_RULE_OUNCES,
  WH_RULE_MG_THC,
} WhRuleUnit;

typedef enum {
  WH_BUYER_ANY,
  WH_BUYER_ADULT,     /* adult use */
  WH_BUYER_MEDICAL,   /* a registered patient */
} WhBuyer;

typedef enum {
  WH_ROUND_HALF_UP,
  WH_ROUND_UP,        /* to the next whole cent */
} WhRounding;

typedef enum {
  WH_RULE_KNOWN,
  WH_RULE_UNKNOWN,
} WhRuleStatus;

/* A state, a county or a city in it. */
typedef struct {
  char *state;        /* two capitals */
  char *county;       /* NULL: not said */
  char *city;         /* NULL: not said */
} WhJurisdiction;

/* Filled by its reader, then not changed. */
typedef struct {
  guint          line;                    /* of the file */
  WhJurisdiction place;
  const WhRuleSubject *subject;
  char          *category;                /* of products; NULL: any */
  WhBuyer        buyer;
  double         thc_above, thc_at_most;  /* total THC by the label in %; NAN: no bound */
  WhRuleStatus   status;
  gint64         value;                   /* millionths of `unit`; 0 where unknown */
  WhRuleUnit     unit;
  const WhRuleSubject **base;             /* taxes that are part of what is taxed, NULL-terminated; NULL: the price alone */
  WhRounding     rounding;
  gint64         from, to;                /* first and last day in force; WH_TIME_UNSET: no end (and, where unknown, no beginning) */
  gint64         reviewed;                /* day of the text that was read */
  char          *citation, *url;          /* NULL where unknown, if nobody gave one */
  char          *note;                    /* what to mind, or what to look up; may be NULL */
} WhRule;

WhRule     *wh_rule_new    (void);
void        wh_rule_free   (WhRule *rule);

guint                wh_rule_subject_count (void);
const WhRuleSubject *wh_rule_subject_at    (guint position);
const WhRuleSubject *wh_rule_subject_find  (const char *key);            /* NULL when there is none */
guint                wh_rule_subject_index (const WhRuleSubject *subject);

const char *wh_rule_unit_key    (WhRuleUnit unit);                       /* "percent", "USD/oz" … */
gboolean    wh_rule_unit_parse  (const char *key, WhRuleUnit *out_unit);
gboolean    wh_rule_unit_fits   (WhRuleUnit unit, WhRuleKind kind);
const char *wh_buyer_key        (WhBuyer buyer);                         /* "any", "adult", "medical" */
gboolean    wh_buyer_parse      (const char *key, WhBuyer *out_buyer);
const char *wh_rounding_key     (WhRounding rounding);                   /* "half_up", "up" */
gboolean    wh_rounding_parse   (const char *key, WhRounding *out_rounding);

/* "6.625" -> 6625000: plain decimals, at most six after the point and twelve before it, no sign. FALSE otherwise. */
gboolean    wh_rule_value_parse  (const char *text, gint64 *out_value);
char       *wh_rule_value_format (gint64 value);                         /* "6.625" */

/* "NJ", "NJ/Newark", "NJ/county:Essex", "NJ/county:Essex/Newark". FALSE otherwise. Free with wh_jurisdiction_clear. */
gboolean    wh_jurisdiction_parse  (const char *text, WhJurisdiction *out_place);
char       *wh_jurisdiction_format (const WhJurisdiction *place);
void        wh_jurisdiction_clear  (WhJurisdiction *place);
/* Whether a rule for `rule` holds at `place`: names are compared folded. */
gboolean    wh_jurisdiction_holds  (const WhJurisdiction *rule, const WhJurisdiction *place);
/* Equal as wh_jurisdiction_holds compares. */
gboolean    wh_jurisdiction_equal  (const WhJurisdiction *a, const WhJurisdiction *b);

/* Whether the rule is in force on the day of `moment` (UTC). */
gboolean    wh_rule_in_force    (const WhRule *rule, gint64 moment);
/* Whether the two have a day in common. */
gboolean    wh_rule_days_meet   (const WhRule *a, const WhRule *b);
/* Whether the rule has a bound on THC, and whether `percent` is within it. */
gboolean    wh_rule_has_bound   (const WhRule *rule);
gboolean    wh_rule_within      (const WhRule *rule, double percent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRule, wh_rule_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhJurisdiction, wh_jurisdiction_clear)

G_END_DECLS
