#include "wh-rules.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-paths.h"
#include "core/wh-freshness.h"
#include "wh-rule-keys.h"
#include "wh-service-resources.h"

#define RESOURCES "/com/weedhounds/rules"
#define SUFFIX ".tsv"

static GArray *trusted;   /* of WhSignKey; NULL: none. Written once, before rules are loaded. */

gboolean
wh_rules_trust (const char *const *keys, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (WhSignKey));

  for (; keys && *keys; keys++)
    {
      WhSignKey key;
      if (!wh_sign_from_hex (*keys, key.bytes, sizeof key.bytes))
        {
          g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no public key: it has 64 hex digits"), *keys);
          return FALSE;
        }
      g_array_append_val (list, key);
    }
  g_clear_pointer (&trusted, g_array_unref);
  trusted = g_steal_pointer (&list);
  return TRUE;
}

gboolean
wh_rules_trusts (const char *key)
{
  for (guint i = 0; key && trusted && i < trusted->len; i++)
    {
      g_autofree char *own = wh_sign_to_hex (g_array_index (trusted, WhSignKey, i).bytes, WH_SIGN_KEY_LENGTH);
      if (strcmp (own, key) == 0)
        return TRUE;
    }
  return FALSE;
}

/* -- loading ----------------------------------------------------------------------------------------------------- */

static void
refusal_free (WhRuleRefusal *refusal)
{
  g_free (refusal->path);
  g_free (refusal->message);
  g_free (refusal);
}

static void
refuse (WhRules *rules, const char *path, const char *message)
{
  WhRuleRefusal *refusal = g_new0 (WhRuleRefusal, 1);

  refusal->path = g_strdup (path);
  refusal->message = g_strdup (message);
  g_ptr_array_add (rules->refused, refusal);
}

static const WhRuleProblem *
first_error (const WhRulePack *pack)
{
  for (guint i = 0; i < pack->problems->len; i++)
    if (!((const WhRuleProblem *) pack->problems->pdata[i])->warning)
      return pack->problems->pdata[i];
  return NULL;
}

static gboolean
has_name (const WhRules *rules, const char *name)
{
  for (guint i = 0; i < rules->packs->len; i++)
    if (strcmp (((const WhRulePack *) rules->packs->pdata[i])->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Takes the pack, or says why not. */
static void
take_pack (WhRules *rules, const char *path, WhRulePack *read)
{
  g_autoptr (WhRulePack) pack = read;
  const WhRuleProblem *problem = first_error (pack);

  if (pack->n_errors > 0)
    {
      g_autofree char *text = problem ? g_strdup_printf (_("line %u: %s"), problem->line, problem->message) : g_strdup (_("it has errors"));
      g_autofree char *message = g_strdup_printf (_("%s (see weedhounds rules check)"), text);
      refuse (rules, path, message);
    }
  else if (pack->path && has_name (rules, pack->name))
    refuse (rules, path, _("another file has a pack of this name: name one of them anew"));
  else
    g_ptr_array_add (rules->packs, g_steal_pointer (&pack));
}

static void
load_file (WhRules *rules, const char *path)
{
  g_autofree char *bytes = NULL, *key = NULL;
  g_autoptr (GError) failure = NULL;
  WhRulePack *pack;
  gsize length;

  if (!wh_rule_keys_read (path, WH_LIMIT_RULE_PACK, &bytes, &length, &failure)
      || !wh_rule_keys_look (path, bytes, length, &key, &failure))
    {
      refuse (rules, path, failure->message);
      return;
    }
  pack = wh_rule_pack_read (bytes, length);
  pack->path = g_strdup (path);
  pack->trust = wh_rules_trusts (key) ? WH_TRUST_SIGNED : WH_TRUST_UNSIGNED;
  pack->key = g_steal_pointer (&key);
  take_pack (rules, path, pack);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
load_dir (WhRules *rules, const char *path)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &failure);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (!dir && !g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    refuse (rules, path, failure->message);
  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_texts);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
      if (i < WH_LIMIT_RULE_PACKS)
        load_file (rules, file);
      else
        refuse (rules, file, _("there are too many packs: join some of them"));
    }
}

static void
load_installed (WhRules *rules)
{
  wh_service_register_resource ();
  g_auto (GStrv) names = g_resources_enumerate_children (RESOURCES, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (char **name = names; name && *name; name++)
    {
      g_autofree char *path = g_strconcat (RESOURCES "/", *name, NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      gsize length;
      const char *text = g_bytes_get_data (bytes, &length);
      WhRulePack *pack = wh_rule_pack_read (text, length);
      pack->trust = WH_TRUST_INSTALLED;
      take_pack (rules, *name, pack);
    }
}

WhRules *
wh_rules_load (const char *data_dir, const WhPrincipal *principal, GError **error)
{
  g_autofree char *dir = data_dir ? wh_paths_rules_dir (data_dir) : NULL;
  WhRules *rules;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  rules = g_new0 (WhRules, 1);
  rules->packs = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_rule_pack_free);
  rules->refused = g_ptr_array_new_with_free_func ((GDestroyNotify) refusal_free);
  if (dir)
    load_dir (rules, dir);
  load_installed (rules);
  return rules;
}

void
wh_rules_free (WhRules *rules)
{
  g_ptr_array_unref (rules->packs);
  g_ptr_array_unref (rules->refused);
  g_free (rules);
}

/* -- looking up -------------------------------------------------------------------------------------------------- */

/* What a question has met so far. */
typedef struct {
  const WhRuleQuestion *question;
  int          rank;            /* of the rules that answer best; -1: none yet */
  gboolean     other_days;      /* there are rules, but not of that day */
  gboolean     bounded;         /* one of them has bounds on THC */
  gboolean     contradicted;
  WhRuleAnswer answer;          /* the first of them within its bounds */
} Look;

static gboolean
is_about (const WhRule *rule, const WhRuleQuestion *question)
{
  return rule->subject == question->subject && (rule->buyer == WH_BUYER_ANY || rule->buyer == question->buyer)
         && (!rule->category || g_strcmp0 (rule->category, question->category) == 0)
         && wh_jurisdiction_holds (&rule->place, question->place);
}

/* A city before a county before a state; then a category before any, a buyer before any, the operator's pack before the program's. */
static int
rank_of (const WhRule *rule, const WhRulePack *pack)
{
  return (rule->place.city ? 16 : 0) + (rule->place.county ? 8 : 0) + (rule->category ? 4 : 0) + (rule->buyer != WH_BUYER_ANY ? 2 : 0)
         + (pack->trust != WH_TRUST_INSTALLED ? 1 : 0);
}

static gboolean
same_answer (const WhRule *a, const WhRule *b)
{
  guint n = 0;

  if (a->status != b->status || a->value != b->value || a->unit != b->unit || a->rounding != b->rounding)
    return FALSE;
  for (; a->base && a->base[n]; n++)
    if (!b->base || b->base[n] != a->base[n])
      return FALSE;
  return !b->base || !b->base[n];
}

static void
meet (Look *look, const WhRule *rule, const WhRulePack *pack)
{
  double percent = look->question->thc_percent;

  look->bounded |= wh_rule_has_bound (rule);
  if (wh_rule_has_bound (rule) && (isnan (percent) || !wh_rule_within (rule, percent)))
    return;
  if (!look->answer.rule)
    look->answer = (WhRuleAnswer) { rule->status == WH_RULE_KNOWN ? WH_ANSWER_RULE : WH_ANSWER_SAID_UNKNOWN, rule, pack };
  else if (!same_answer (look->answer.rule, rule))
    look->contradicted = TRUE;
}

static void
look_at (Look *look, const WhRule *rule, const WhRulePack *pack)
{
  int rank;

  if (!is_about (rule, look->question))
    return;
  if (!wh_rule_in_force (rule, look->question->moment))
    {
      look->other_days = TRUE;
      return;
    }
  rank = rank_of (rule, pack);
  if (rank > look->rank)
    *look = (Look) { look->question, rank, look->other_days, FALSE, FALSE, { WH_ANSWER_NO_RULE, NULL, NULL } };
  if (rank == look->rank)
    meet (look, rule, pack);
}

WhRuleAnswer
wh_rules_find (const WhRules *rules, const WhRuleQuestion *question)
{
  Look look = { .question = question, .rank = -1 };

  for (guint i = 0; i < rules->packs->len; i++)
    {
      const WhRulePack *pack = rules->packs->pdata[i];
      for (guint j = 0; j < pack->rules->len; j++)
        look_at (&look, pack->rules->pdata[j], pack);
    }
  if (look.contradicted)
    return (WhRuleAnswer) { WH_ANSWER_CONTRADICTED, NULL, NULL };
  if (look.answer.rule)
    return look.answer;
  return (WhRuleAnswer) { look.bounded ? WH_ANSWER_NEEDS_THC : look.other_days ? WH_ANSWER_NOT_IN_FORCE : WH_ANSWER_NO_RULE, NULL, NULL };
}

gboolean
wh_rules_are_of (const WhRule *rule, const WhJurisdiction *place)
{
  if (!place)
    return TRUE;
  return place->county || place->city ? wh_jurisdiction_holds (&rule->place, place) : strcmp (rule->place.state, place->state) == 0;
}

gboolean
wh_rule_is_old (const WhRule *rule, gint64 now)
{
  return wh_freshness_is_stale (WH_FACT_RULE, rule->reviewed, now);
}
