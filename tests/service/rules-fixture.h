/* rules-fixture.h: rule packs by hand. */
#pragma once

#include <math.h>
#include <string.h>

#include "service/wh-rules.h"
#include "support/wh-test.h"

#define RULES_HEAD                                                                                                                   \
  "weedhounds-rules\t1\npack\ttest\ntitle\tA pack for tests\nissued\t2026-11-01\n"                                                    \
  "jurisdiction\tsubject\tcategory\tbuyer\tcondition\tstatus\tvalue\tunit\tbase\trounding\teffective_from\teffective_to\t"            \
  "reviewed_on\tcitation\turl\tnote\n"

/* Rows of six: "place subject category:buyer:condition value:unit base:rounding from:to", by words; value "?" is unknown. */
static inline char *
rules_text (const char *const *rows)
{
  GString *text = g_string_new (RULES_HEAD);

  for (; *rows; rows++)
    {
      g_auto (GStrv) words = g_strsplit (*rows, " ", -1);
      g_assert_cmpuint (g_strv_length (words), ==, 6);
      g_auto (GStrv) what = g_strsplit (words[2], ":", 3), value = g_strsplit (words[3], ":", 2);
      g_auto (GStrv) base = g_strsplit (words[4], ":", 2), days = g_strsplit (words[5], ":", 2);
      gboolean known = strcmp (words[3], "?") != 0;
      g_string_append_printf (text, "%s\t%s\t%s\t%s\t%s\t", words[0], words[1], what[0], what[1], what[2]);
      if (known)
        g_string_append_printf (text, "known\t%s\t%s\t%s\t%s\t%s\t%s\t2026-10-01\tLaw 1\thttps://example.org/law\t\n", value[0], value[1],
                                base[0], base[1], days[0], days[1]);
      else
        g_string_append_printf (text, "unknown\t\t\t\t\t%s\t%s\t2026-10-01\t\t\tLook it up.\n", days[0], days[1]);
    }
  return g_string_free (text, FALSE);
}

/* Rules of one pack, as if the operator had it. */
static inline WhRules *
rules_of (const char *const *rows)
{
  g_autofree char *text = rules_text (rows);
  WhRules *rules = g_new0 (WhRules, 1);
  WhRulePack *pack = wh_rule_pack_read (text, strlen (text));

  for (guint i = 0; i < pack->problems->len; i++)
    {
      g_autofree char *problem = wh_rule_problem_text ("pack", pack->problems->pdata[i]);
      g_test_message ("%s", problem);
    }
  g_assert_cmpuint (pack->n_errors, ==, 0);
  rules->packs = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_rule_pack_free);
  rules->refused = g_ptr_array_new ();
  g_ptr_array_add (rules->packs, pack);
  return rules;
}

static inline gint64
rules_day (const char *text)
{
  gint64 moment;

  g_assert_true (wh_clock_parse (text, &moment));
  return moment;
}
