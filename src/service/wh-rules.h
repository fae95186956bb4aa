/* wh-rules.h: the rules of law that are at hand, and which of them holds.
 *
 * Packs (wh-rule-pack.h) are part of the program, or lie as *.tsv in the directory `rules` of the data directory. Beside one of those
 * may lie its signature (FILE.sig, wh-rule-keys.h): one that does not fit makes the pack refused, one by a key that the operator
 * listed makes it signed; otherwise the pack is used as unsigned and shown as that wherever it speaks. A pack with an error is
 * refused as a whole. Where a pack of the operator and one of the program answer the same question, the operator's counts. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-principal.h"
#include "wh-rule-pack.h"

G_BEGIN_DECLS

/* A file that is not used. */
typedef struct {
  char *path;
  char *message;      /* translated */
} WhRuleRefusal;

typedef struct {
  GPtrArray *packs;     /* of WhRulePack*: the operator's by name, then the program's */
  GPtrArray *refused;   /* of WhRuleRefusal* */
} WhRules;

typedef struct {
  const WhJurisdiction *place;
  const WhRuleSubject  *subject;
  const char *category;       /* of the product; NULL: not known, then only rules for any count */
  WhBuyer     buyer;          /* adult or medical */
  double      thc_percent;    /* total THC by the label; NAN: not known */
  gint64      moment;
} WhRuleQuestion;

typedef enum {
  WH_ANSWER_RULE,           /* `rule` tells the value */
  WH_ANSWER_SAID_UNKNOWN,   /* `rule` tells what to look up */
  WH_ANSWER_NO_RULE,        /* no pack says anything */
  WH_ANSWER_NOT_IN_FORCE,   /* only of other days */
  WH_ANSWER_NEEDS_THC,      /* it depends on THC, and the label does not tell, or no rule covers it */
  WH_ANSWER_CONTRADICTED,   /* packs say different things */
} WhAnswerKind;

typedef struct {
  WhAnswerKind      kind;
  const WhRule     *rule;   /* NULL unless RULE or SAID_UNKNOWN */
  const WhRulePack *pack;   /* of the rule */
} WhRuleAnswer;

/* Once, before rules are loaded: public keys in hex whose signatures count (NULL-terminated, may be NULL). WH_ERROR_INVALID. */
gboolean     wh_rules_trust    (const char *const *keys, GError **error);
/* Whether the key (hex) is one of them. */
gboolean     wh_rules_trusts   (const char *key);
/* data_dir NULL: only the program's. What is wrong with the operator's is in `refused`. WH_ERROR_DENIED. */
WhRules     *wh_rules_load     (const char *data_dir, const WhPrincipal *principal, GError **error);
void         wh_rules_free     (WhRules *rules);
/* The rule in force, or why there is none; never a zero that nobody wrote. */
WhRuleAnswer wh_rules_find     (const WhRules *rules, const WhRuleQuestion *question);
/* Whether the text of a rule was read so long ago that it is to be read again. */
gboolean     wh_rule_is_old    (const WhRule *rule, gint64 now);

/* -- in words and as JSON ---------------------------------------------------------------------------------------- */

/* "6.625 %", "0.10 USD/g", "21 years"; caller frees. */
char        *wh_rules_value_words  (const WhRule *rule);
/* Why there is no value; NULL for WH_ANSWER_RULE. Translated; caller frees. */
char        *wh_rules_answer_words (const WhRuleAnswer *answer);
/* "N.J.S.A. 54:32B-3 (pack us, installed), read 2024-01-01"; caller frees. */
char        *wh_rules_source_words (const WhRule *rule, const WhRulePack *pack);
/* {jurisdiction, subject, title, category, buyer, condition, status, value, unit, base[], rounding, effective_from, effective_to,
 *  reviewed_on, review_due, citation, url, note, pack, trust} */
void         wh_present_rule       (WhJsonWriter *writer, const WhRule *rule, const WhRulePack *pack, gint64 now);
/* Whether a rule belongs into a list of those of a place: of a state all, of a county or city those that hold there. NULL: any. */
gboolean     wh_rules_are_of       (const WhRule *rule, const WhJurisdiction *place);
/* {packs[{pack, title, issued, trust, key, path, rules, warnings}], refused[{path, message}], rules[…]}; `place` as above; rules at most
 * `limit`, 0: all. */
void         wh_present_rules      (WhJsonWriter *writer, const WhRules *rules, const WhJurisdiction *place, guint limit, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRules, wh_rules_free)

G_END_DECLS
