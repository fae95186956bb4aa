/* Any bytes as a pack of rules of law: what is wrong has a place in the file and a sentence. */
#include "service/wh-rule-pack.h"
#include "wh-fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WhRulePack) pack = wh_rule_pack_read ((const char *) data, size);

  g_assert_nonnull (pack);
  for (guint i = 0; i < pack->problems->len; i++)
    {
      g_autofree char *text = wh_rule_problem_text ("pack.tsv", pack->problems->pdata[i]);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  return 0;
}
