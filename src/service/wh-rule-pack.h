/* wh-rule-pack.h: a file of rules of law, and what is wrong with it.
 *
 * A pack is UTF-8 text of tab-separated cells; lines that are empty or begin with "#" are skipped. It begins with
 *
 *     weedhounds-rules  1                  the layout's version
 *     pack              us                 a name of lower-case letters, digits and "-"
 *     title             Taxes of …         for people
 *     issued            2026-11-25
 *     jurisdiction      subject  category  buyer  condition  status  value  unit  base  rounding  effective_from  effective_to
 *                       reviewed_on  citation  url  note
 *
 * and has a rule a line, in these columns:
 *   jurisdiction    NJ, NJ/Newark, NJ/county:Essex (core/wh-rule.h)
 *   subject         tax.sales.state, age.minimum.adult …
 *   category        of products: flower, edibles …, or * for any
 *   buyer           adult, medical, any
 *   condition       empty, or bounds on total THC by the label in %: thc<=35, thc>35, thc>10 thc<=35
 *   status          known, unknown (then value to rounding are empty and the note says what to look up)
 *   value, unit     6.625 percent; 0.10 USD/g; 21 years; 1 oz
 *   base            of taxes in percent: price, or price and taxes that are part of what is taxed: price+tax.excise.retail
 *   rounding        of taxes: half_up, up
 *   effective_from  the first day this row speaks for, effective_to the last one, empty: still in force
 *   reviewed_on     the day as of which the text was read
 *   citation, url   which text says so, and where it was read; needed where known
 *   note            free
 *
 * A pack with an error is used as a whole or not at all. */
#pragma once

#include "core/wh-rule.h"

G_BEGIN_DECLS

typedef enum {
  WH_TRUST_INSTALLED,   /* part of the program */
  WH_TRUST_SIGNED,      /* by a key that the operator listed */
  WH_TRUST_UNSIGNED,    /* without a signature, or by a key that nobody listed */
} WhRuleTrust;

typedef struct {
  guint    line;        /* from 1; 0: the whole file */
  guint    column;      /* characters from 1; 0: the whole line */
  gboolean warning;     /* the pack can be used all the same */
  char    *message;     /* translated */
} WhRuleProblem;

typedef struct {
  char       *name, *title;   /* NULL where the file does not say */
  gint64      issued;
  GPtrArray  *rules;          /* of WhRule*; only the good ones */
  GPtrArray  *problems;       /* of WhRuleProblem*, in the order of the file; the first 1000 found */
  guint       n_errors;       /* of all */
  char       *path;           /* NULL: part of the program */
  WhRuleTrust trust;
  char       *key;            /* hex, of a good signature; may be NULL */
} WhRulePack;

/* Reads and checks: each line for itself, then for rules that contradict each other, gaps in time and in THC, and taxes nobody mentions.
 * Never NULL. */
WhRulePack *wh_rule_pack_read    (const char *bytes, gsize length);
void        wh_rule_pack_free    (WhRulePack *pack);
/* "us.tsv:12:5: error: …", as compilers write it. Caller frees. */
char       *wh_rule_problem_text (const char *path, const WhRuleProblem *problem);
const char *wh_rule_trust_key    (WhRuleTrust trust);   /* "installed", "signed", "unsigned" */

/* For the files of the reader: adds a problem. */
void        wh_rule_pack_complain (WhRulePack *pack, guint line, guint column, gboolean warning, const char *format, ...)
  G_GNUC_PRINTF (5, 6);
/* Compares the rules of a pack with each other. */
void        wh_rule_pack_compare  (WhRulePack *pack);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRulePack, wh_rule_pack_free)

G_END_DECLS
