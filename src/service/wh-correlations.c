#include "wh-correlations.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"
#include "wh-statistics.h"

#define FEWEST_STRAINS 30
#define DECIMALS 4
#define Z_90 1.6448536269514722   /* of the normal distribution, 5 % on either side */

/* What the coefficients are taken from: all of them at once, or pair by pair where only one terpene is asked about. */
typedef struct {
  const WhProfiles    *profiles;
  double              *values;              /* strains x n_columns; NAN: not tested */
  WhCorrelationMatrix *spearman, *pearson;  /* NULL: pair by pair */
} Table;

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->spearman, wh_correlation_matrix_free);
  g_clear_pointer (&table->pearson, wh_correlation_matrix_free);
  g_free (table->values);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static gboolean
table_init (Table *table, WhEngine *engine, const WhProfiles *profiles, gboolean all, GError **error)
{
  guint n = wh_snapshot_length (profiles->snapshot), n_columns = profiles->n_columns;

  *table = (Table) { profiles, g_new (double, (gsize) n * n_columns + 1), NULL, NULL };
  for (gsize row = 0; row < n; row++)
    for (guint column = 0; column < n_columns; column++)
      table->values[row * n_columns + column]
        = profiles->masks[row] >> column & 1 ? profiles->values[row * n_columns + column] : NAN;
  if (!all)
    return TRUE;
  table->spearman = wh_statistics_correlations (engine, table->values, n, n_columns, WH_CORRELATION_SPEARMAN, NULL, error);
  table->pearson = wh_statistics_correlations (engine, table->values, n, n_columns, WH_CORRELATION_PEARSON, NULL, error);
  return table->spearman && table->pearson;
}

static double *
column_of (const Table *table, guint column)
{
  guint n = wh_snapshot_length (table->profiles->snapshot);
  double *out = g_new (double, n + 1);

  for (guint row = 0; row < n; row++)
    out[row] = table->values[(gsize) row * table->profiles->n_columns + column];
  return out;
}

static void
correlate (const Table *table, guint first, guint second, WhCorrelation *pair)
{
  guint n = wh_snapshot_length (table->profiles->snapshot), place = first * table->profiles->n_columns + second;
  g_autofree double *x = table->spearman ? NULL : column_of (table, first);
  g_autofree double *y = table->spearman ? NULL : column_of (table, second);
  gsize pairs;

  pair->spearman = x ? wh_statistics_spearman (x, y, n, &pairs) : table->spearman->values[place];
  pair->pearson = x ? wh_statistics_pearson (x, y, n, NULL) : table->pearson->values[place];
  pair->n = (guint) (x ? pairs : table->spearman->pairs[place]);
}

static guint
count_censored (const WhProfiles *profiles, guint first, guint second)
{
  guint64 both = G_GUINT64_CONSTANT (1) << first | G_GUINT64_CONSTANT (1) << second;
  guint censored = 0;

  for (guint row = 0; row < wh_snapshot_length (profiles->snapshot); row++)
    censored += (profiles->masks[row] & both) == both && profiles->censored[row] & both;
  return censored;
}

/* tanh (atanh r ± z s): r is far from normal near one, its inverse hyperbolic tangent is not. */
static void
set_band (double r, double variance, double *out_low, double *out_high)
{
  *out_low = tanh (atanh (r) - Z_90 * sqrt (variance));
  *out_high = tanh (atanh (r) + Z_90 * sqrt (variance));
}

static void
set_bands (WhCorrelation *pair)
{
  double rest = pair->n - 3.0;

  set_band (pair->pearson, 1 / rest, &pair->pearson_low, &pair->pearson_high);
  set_band (pair->spearman, (1 + pair->spearman * pair->spearman / 2) / rest, &pair->spearman_low, &pair->spearman_high);
}

static void
add_pair (WhCorrelations *correlations, const Table *table, guint first, guint second)
{
  const WhProfiles *profiles = table->profiles;
  WhCorrelation pair = { .first = wh_analyte_get (profiles->columns[first]), .second = wh_analyte_get (profiles->columns[second]) };

  correlate (table, first, second, &pair);
  if (pair.n < FEWEST_STRAINS || isnan (pair.spearman))
    return;
  pair.n_censored = count_censored (profiles, first, second);
  set_bands (&pair);
  g_array_append_val (correlations->pairs, pair);
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const WhCorrelation *x = a, *y = b;

  if (fabs (x->spearman) != fabs (y->spearman))
    return fabs (x->spearman) > fabs (y->spearman) ? -1 : 1;
  return x->first != y->first ? (int) x->first->index - (int) y->first->index : (int) x->second->index - (int) y->second->index;
}

static gboolean
is_wanted (const WhProfiles *profiles, const WhAnalyte *analyte, guint first, guint second)
{
  return !analyte || profiles->columns[first] == analyte->index || profiles->columns[second] == analyte->index;
}

static void
add_pairs (WhCorrelations *correlations, const Table *table, const WhAnalyte *analyte)
{
  for (guint second = 1; second < table->profiles->n_columns; second++)
    for (guint first = 0; first < second; first++)
      if (is_wanted (table->profiles, analyte, first, second))
        add_pair (correlations, table, first, second);
  g_array_sort (correlations->pairs, compare_pairs);
}

WhCorrelations *
wh_analyst_correlate (WhAnalyst *analyst, const WhPrincipal *principal, const WhAnalyte *analyte, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  g_autoptr (WhCorrelations) correlations = NULL;
  g_auto (Table) table = { NULL, NULL, NULL, NULL };

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error))
      || !table_init (&table, wh_analyst_engine (analyst), profiles, analyte == NULL, error))
    return NULL;
  if (analyte && analyte->total != WH_ANALYTE_NONE)
    analyte = wh_analyte_get (analyte->total);
  correlations = g_new0 (WhCorrelations, 1);
  correlations->snapshot = wh_snapshot_ref (profiles->snapshot);
  correlations->engine = table.spearman ? table.spearman->path : "cpu";
  correlations->pairs = g_array_new (FALSE, FALSE, sizeof (WhCorrelation));
  add_pairs (correlations, &table, analyte);
  if (correlations->pairs->len > 0)
    return g_steal_pointer (&correlations);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("No two terpenes were tested together in at least %d strains."), FEWEST_STRAINS);
  return NULL;
}

void
wh_correlations_free (WhCorrelations *correlations)
{
  wh_snapshot_unref (correlations->snapshot);
  g_array_unref (correlations->pairs);
  g_free (correlations);
}

void
wh_present_correlations (WhJsonWriter *writer, const WhCorrelations *correlations, guint limit)
{
  guint n = limit ? MIN (limit, correlations->pairs->len) : correlations->pairs->len;

  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < n; i++)
    {
      const WhCorrelation *pair = &g_array_index (correlations->pairs, WhCorrelation, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", pair->first->key);
      wh_json_writer_add_string (writer, "name", pair->first->name);
      wh_json_writer_add_string (writer, "other_analyte", pair->second->key);
      wh_json_writer_add_string (writer, "other_name", pair->second->name);
      wh_json_writer_add_number (writer, "spearman", pair->spearman, DECIMALS);
      wh_json_writer_add_number (writer, "spearman_low", pair->spearman_low, DECIMALS);
      wh_json_writer_add_number (writer, "spearman_high", pair->spearman_high, DECIMALS);
      wh_json_writer_add_number (writer, "pearson", pair->pearson, DECIMALS);
      wh_json_writer_add_number (writer, "pearson_low", pair->pearson_low, DECIMALS);
      wh_json_writer_add_number (writer, "pearson_high", pair->pearson_high, DECIMALS);
      wh_json_writer_add_integer (writer, "n", pair->n);
      wh_json_writer_add_integer (writer, "n_censored", pair->n_censored);
      wh_json_writer_add_string (writer, "engine", correlations->engine);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
