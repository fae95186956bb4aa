#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-rule-pack.h"

/* A rule with what makes it one question with others: where, on what, for whom. */
typedef struct {
  const WhRule *rule;
  char         *key;
} Keyed;

static void
keyed_clear (gpointer data)
{
  g_free (((Keyed *) data)->key);
}

static char *
folded (const char *name)
{
  return name ? wh_text_fold (name) : g_strdup ("");
}

static char *
key_of (const WhRule *rule)
{
  g_autofree char *county = folded (rule->place.county), *city = folded (rule->place.city);

  return g_strjoin ("\x1f", rule->place.state, county, city, rule->subject->key, rule->category ? rule->category : "",
                    wh_buyer_key (rule->buyer), NULL);
}

static int
compare_keyed (gconstpointer a, gconstpointer b)
{
  const Keyed *x = a, *y = b;
  int order = strcmp (x->key, y->key);

  if (order == 0)
    order = (x->rule->from > y->rule->from) - (x->rule->from < y->rule->from);   /* unset comes first */
  return order ? order : (x->rule->line > y->rule->line) - (x->rule->line < y->rule->line);
}

/* -- two rules --------------------------------------------------------------------------------------------------- */

static gboolean
bounds_meet (const WhRule *a, const WhRule *b)
{
  return !(a->thc_above >= b->thc_at_most) && !(b->thc_above >= a->thc_at_most);   /* comparing with NAN is false */
}

static gboolean
same_base (const WhRule *a, const WhRule *b)
{
  guint n = 0;

  for (; a->base && a->base[n]; n++)
    if (!b->base || b->base[n] != a->base[n])
      return FALSE;
  return !b->base || !b->base[n];
}

static gboolean
say_the_same (const WhRule *a, const WhRule *b)
{
  return a->status == b->status && a->value == b->value && a->unit == b->unit && a->rounding == b->rounding && same_base (a, b);
}

static void
compare_two (WhRulePack *pack, const WhRule *earlier, const WhRule *later)
{
  if (!wh_rule_days_meet (earlier, later) || !bounds_meet (earlier, later))
    return;
  if (say_the_same (earlier, later))
    wh_rule_pack_complain (pack, later->line, 0, FALSE, _("overlaps line %u, which says the same: keep one of them"), earlier->line);
  else
    wh_rule_pack_complain (pack, later->line, 0, FALSE, _("contradicts line %u: both are in force on the same day"), earlier->line);
}

/* -- rules of one question --------------------------------------------------------------------------------------- */

static gboolean
same_bounds (const WhRule *a, const WhRule *b)
{
  return (isnan (a->thc_above) ? isnan (b->thc_above) : a->thc_above == b->thc_above)
         && (isnan (a->thc_at_most) ? isnan (b->thc_at_most) : a->thc_at_most == b->thc_at_most);
}

/* Days between a rule's end and the next of its kind. */
static void
find_gap_in_time (WhRulePack *pack, const Keyed *group, guint n, guint place)
{
  const WhRule *rule = group[place].rule, *next = NULL;

  if (rule->to == WH_TIME_UNSET)
    return;
  for (guint i = place + 1; i < n && !next; i++)
    if (same_bounds (rule, group[i].rule))
      next = group[i].rule;
  if (!next || next->from <= rule->to + WH_TIME_DAY)
    return;
  g_autofree char *end = wh_clock_format_date (rule->to), *begin = wh_clock_format_date (next->from);
  wh_rule_pack_complain (pack, next->line, 0, TRUE, _("nothing is said of the days between %s (line %u) and %s"), end, rule->line, begin);
}

/* Whether a rule of the group that is in force with `rule` speaks of what lies just beyond its bound. */
static gboolean
is_met (const Keyed *group, guint n, const WhRule *rule, gboolean at_top)
{
  double edge = at_top ? rule->thc_at_most : rule->thc_above;

  for (guint i = 0; i < n; i++)
    {
      const WhRule *other = group[i].rule;
      gboolean beyond = at_top ? !(other->thc_above > edge) && !(other->thc_at_most <= edge)
                               : !(other->thc_above >= edge) && !(other->thc_at_most < edge);   /* comparing with NAN is false */
      if (beyond && wh_rule_days_meet (rule, other))
        return TRUE;
    }
  return isnan (edge);
}

static void
find_gap_in_thc (WhRulePack *pack, const Keyed *group, guint n, const WhRule *rule)
{
  if (!is_met (group, n, rule, TRUE))
    wh_rule_pack_complain (pack, rule->line, 0, TRUE, _("nothing is said of products with more than %g %% THC"), rule->thc_at_most);
  if (!is_met (group, n, rule, FALSE))
    wh_rule_pack_complain (pack, rule->line, 0, TRUE, _("nothing is said of products with at most %g %% THC"), rule->thc_above);
}

static void
compare_group (WhRulePack *pack, const Keyed *group, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      for (guint j = i + 1; j < n; j++)
        compare_two (pack, group[i].rule, group[j].rule);
      find_gap_in_time (pack, group, n, i);
      find_gap_in_thc (pack, group, n, group[i].rule);
    }
}

/* -- a state ----------------------------------------------------------------------------------------------------- */

/* What a pack says of a state's taxes. */
typedef struct {
  const WhRule *first;
  gboolean whole;          /* something is said of the state as a whole */
  gboolean said[64];       /* by subject */
  gboolean on[64][64];     /* a tax is levied on another, straight or through others */
} State;

static State *
state_of (GHashTable *states, const WhRule *rule)
{
  State *state = g_hash_table_lookup (states, rule->place.state);

  if (state)
    return state;
  state = g_new0 (State, 1);
  state->first = rule;
  g_hash_table_insert (states, rule->place.state, state);
  return state;
}

static void
note_tax (GHashTable *states, const WhRule *rule)
{
  State *state = state_of (states, rule);
  guint subject = wh_rule_subject_index (rule->subject);

  if (!rule->place.county && !rule->place.city)
    state->whole = state->said[subject] = TRUE;
  for (const WhRuleSubject **base = rule->base; base && *base; base++)
    state->on[subject][wh_rule_subject_index (*base)] = TRUE;
}

static void
find_circles (WhRulePack *pack, State *state, guint n)
{
  for (guint through = 0; through < n; through++)
    for (guint from = 0; from < n; from++)
      for (guint to = 0; to < n; to++)
        state->on[from][to] |= state->on[from][through] && state->on[through][to];
  for (guint subject = 0; subject < n; subject++)
    if (state->on[subject][subject])
      wh_rule_pack_complain (pack, state->first->line, 0, TRUE, _("%s: %s is levied on a tax that is levied on it"),
                             state->first->place.state, wh_rule_subject_at (subject)->key);
}

static void
compare_states (WhRulePack *pack)
{
  g_autoptr (GHashTable) states = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  guint n = wh_rule_subject_count ();
  GHashTableIter iter;
  gpointer value;

  g_assert (n <= G_N_ELEMENTS (((State *) NULL)->said));
  for (guint i = 0; i < pack->rules->len; i++)
    if (((const WhRule *) pack->rules->pdata[i])->subject->kind == WH_RULE_TAX)
      note_tax (states, pack->rules->pdata[i]);
  for (g_hash_table_iter_init (&iter, states); g_hash_table_iter_next (&iter, NULL, &value);)
    {
      State *state = value;
      find_circles (pack, state, n);
      for (guint subject = 0; subject < n; subject++)
        if (state->whole && wh_rule_subject_at (subject)->expected && !state->said[subject])
          wh_rule_pack_complain (pack, state->first->line, 0, TRUE, _("%s: nothing is said of %s; say zero or unknown where it is so"),
                                 state->first->place.state, wh_rule_subject_at (subject)->key);
    }
}

void
wh_rule_pack_compare (WhRulePack *pack)
{
  g_autoptr (GArray) keyed = g_array_new (FALSE, FALSE, sizeof (Keyed));
  const Keyed *all;

  g_array_set_clear_func (keyed, keyed_clear);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      Keyed one = { pack->rules->pdata[i], key_of (pack->rules->pdata[i]) };
      g_array_append_val (keyed, one);
    }
  g_array_sort (keyed, compare_keyed);
  all = (const Keyed *) (gpointer) keyed->data;
  for (guint first = 0, end; first < keyed->len; first = end)
    {
      for (end = first + 1; end < keyed->len && strcmp (all[end].key, all[first].key) == 0; end++)
        ;
      compare_group (pack, all + first, end - first);
    }
  compare_states (pack);
}
