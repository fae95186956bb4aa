#include "wh-compare.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"

/* -- contrasts -- */

/* How far two amounts are apart for certain: their intervals do not touch. */
static double
gap_between (const WhAmount *a, const WhAmount *b)
{
  if (a->n == 0 || b->n == 0)
    return 0;
  return MAX (0, MAX (a->low - b->high, b->low - a->high));
}

static double
greatest_gap (const WhAmount *amounts, guint n)
{
  double greatest = 0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < i; j++)
      greatest = MAX (greatest, gap_between (&amounts[i], &amounts[j]));
  return greatest;
}

/* Isomers are left to the total they belong to, so that one lab's total and the other's parts can be compared. */
static gboolean
is_compared (const WhAnalyte *analyte)
{
  return analyte->total == WH_ANALYTE_NONE;
}

static void
add_contrast (WhComparison *comparison, const WhAnalyte *analyte)
{
  WhContrast contrast = { .analyte = analyte };
  guint tested = 0;

  for (guint i = 0; i < comparison->n; i++)
    {
      contrast.amounts[i] = wh_snapshot_amount (comparison->snapshot, comparison->cards[i]->index, analyte->index);
      tested += contrast.amounts[i].n > 0;
    }
  contrast.difference = greatest_gap (contrast.amounts, comparison->n);
  if (tested > 0)
    g_array_append_val (comparison->contrasts, contrast);
}

static double
largest_amount (const WhContrast *contrast)
{
  double largest = 0;

  for (guint i = 0; i < WH_COMPARE_MOST; i++)
    if (contrast->amounts[i].n)
      largest = MAX (largest, contrast->amounts[i].estimate);
  return largest;
}

static int
compare_contrasts (gconstpointer a, gconstpointer b)
{
  const WhContrast *x = a, *y = b;

  if (x->difference != y->difference)
    return x->difference > y->difference ? -1 : 1;
  if (largest_amount (x) != largest_amount (y))
    return largest_amount (x) > largest_amount (y) ? -1 : 1;
  return (int) x->analyte->index - (int) y->analyte->index;
}

/* -- pairs -- */

static void
add_pairs (WhComparison *comparison, const WhProfiles *profiles, WhEngine *engine)
{
  WhProfile all[WH_COMPARE_MOST];
  WhPairOfRows pairs[WH_COMPARE_MOST * (WH_COMPARE_MOST - 1) / 2];
  WhCloseness closeness[G_N_ELEMENTS (pairs)];
  guint n = 0;

  for (guint i = 0; i < comparison->n; i++)
    all[i] = wh_profiles_strain (profiles, comparison->cards[i]->index);
  for (guint second = 1; second < comparison->n; second++)
    for (guint first = 0; first < second; first++)
      pairs[n++] = (WhPairOfRows) { first, second };
  comparison->engine = wh_profiles_closeness (profiles, engine, all, comparison->n, pairs, n, closeness);
  for (guint i = 0; i < n; i++)
    {
      WhPair pair = { pairs[i].first, pairs[i].second, closeness[i] };
      g_array_append_val (comparison->pairs, pair);
    }
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const WhPair *x = a, *y = b;
  double p = isnan (x->closeness.hellinger_distance) ? INFINITY : x->closeness.hellinger_distance;
  double q = isnan (y->closeness.hellinger_distance) ? INFINITY : y->closeness.hellinger_distance;

  if (p != q)
    return p < q ? -1 : 1;
  return x->first != y->first ? (int) x->first - (int) y->first : (int) x->second - (int) y->second;
}

/* -- the comparison -- */

static gboolean
take_strain (WhComparison *comparison, const WhId *id, GError **error)
{
  const WhCard *card = wh_snapshot_find (comparison->snapshot, id);

  if (!card)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
      return FALSE;
    }
  for (guint i = 0; i < comparison->n; i++)
    if (comparison->cards[i] == card)
      {
        g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s is named twice; name different strains."), card->name);
        return FALSE;
      }
  comparison->cards[comparison->n++] = card;
  return TRUE;
}

static void
fill (WhComparison *comparison, const WhProfiles *profiles, WhEngine *engine)
{
  for (guint i = 0; i < wh_analyte_count (); i++)
    if (is_compared (wh_analyte_get ((WhAnalyteIndex) i)))
      add_contrast (comparison, wh_analyte_get ((WhAnalyteIndex) i));
  add_pairs (comparison, profiles, engine);
  g_array_sort (comparison->contrasts, compare_contrasts);
  g_array_sort (comparison->pairs, compare_pairs);
}

WhComparison *
wh_analyst_compare (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_ids, guint n, GError **error)
{
  g_autoptr (WhComparison) comparison = NULL;
  g_autoptr (WhProfiles) profiles = NULL;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  if (n < 2 || n > WH_COMPARE_MOST)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Name two to %d strains to compare."), WH_COMPARE_MOST);
      return NULL;
    }
  profiles = wh_analyst_profiles (analyst, error);
  if (!profiles)
    return NULL;
  comparison = g_new0 (WhComparison, 1);
  comparison->snapshot = wh_snapshot_ref (profiles->snapshot);
  comparison->contrasts = g_array_new (FALSE, FALSE, sizeof (WhContrast));
  comparison->pairs = g_array_new (FALSE, FALSE, sizeof (WhPair));
  for (guint i = 0; i < n; i++)
    if (!take_strain (comparison, &strain_ids[i], error))
      return NULL;
  fill (comparison, profiles, wh_analyst_engine (analyst));
  return g_steal_pointer (&comparison);
}

void
wh_comparison_free (WhComparison *comparison)
{
  g_array_unref (comparison->contrasts);
  g_array_unref (comparison->pairs);
  wh_snapshot_unref (comparison->snapshot);
  g_free (comparison);
}
