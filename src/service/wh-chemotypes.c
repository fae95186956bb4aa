#include "wh-chemotypes.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "wh-analyst-private.h"
#include "wh-clusters.h"
#include "wh-common-panel.h"

#define MOST_GROUPS 8
#define FEWEST_STRAINS 20
#define N_STARTS 10
#define SEED 420
#define SILHOUETTE_ROWS 2000
#define N_RESAMPLES 10
#define RESAMPLED_ROWS 2000
#define RESAMPLE_STARTS 3
#define BETWEEN 1.1            /* unclassified when the next middle is not farther than this times the own */

/* The strains of the common panel as rows of square roots of shares. */
typedef struct {
  WhCommonPanel panel;
  double       *roots;   /* strains x columns */
} Rows;

/* Amounts in, square roots of shares out. */
static void
take_roots (double *row, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += row[i];
  for (guint i = 0; i < n; i++)
    row[i] = sum > 0 ? sqrt (row[i] / sum) : 0;
}

static void
fill_row (const WhCommonPanel *panel, guint strain, double *out)
{
  for (guint i = 0; i < panel->columns->len; i++)
    out[i] = wh_common_panel_amount (panel, strain, i);
  take_roots (out, panel->columns->len);
}

static void
rows_init (Rows *rows, const WhProfiles *profiles)
{
  WhCommonPanel *panel = &rows->panel;

  wh_common_panel_init (panel, profiles);
  rows->roots = g_new (double, (gsize) panel->strains->len * panel->columns->len + 1);
  for (guint i = 0; i < panel->strains->len; i++)
    fill_row (panel, g_array_index (panel->strains, guint, i), rows->roots + (gsize) i * panel->columns->len);
}

static void
rows_clear (Rows *rows)
{
  wh_common_panel_clear (&rows->panel);
  g_free (rows->roots);
}

/* -- stability -- */

static gboolean
is_censored (const WhCommonPanel *panel, guint strain, guint position)
{
  return panel->profiles->censored[strain] >> g_array_index (panel->columns, guint, position) & 1;
}

static double
draw_amount (const WhCommonPanel *panel, WhRng *rng, guint strain, guint position)
{
  WhAmount amount;

  if (!is_censored (panel, strain, position))
    return wh_common_panel_amount (panel, strain, position);
  amount = wh_snapshot_amount (panel->profiles->snapshot, strain, wh_common_panel_analyte (panel, position)->index);
  return amount.low + wh_rng_uniform (rng) * (amount.high - amount.low);
}

/* How far the groups of one bootstrap sample agree with the ones found. */
static double
resample (WhEngine *engine, const WhCommonPanel *panel, const WhClusters *clusters, WhRng *rng)
{
  guint n = MIN (panel->strains->len, RESAMPLED_ROWS), n_columns = panel->columns->len;
  g_autofree double *roots = g_new (double, (gsize) n * n_columns + 1);
  g_autofree guint *labels = g_new (guint, n);
  g_autoptr (WhClusters) again = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint row = wh_rng_below (rng, panel->strains->len);
      labels[i] = clusters->labels[row];
      for (guint j = 0; j < n_columns; j++)
        roots[(gsize) i * n_columns + j] = draw_amount (panel, rng, g_array_index (panel->strains, guint, row), j);
      take_roots (roots + (gsize) i * n_columns, n_columns);
    }
  again = wh_clusters_new (engine, roots, n, n_columns, clusters->k, RESAMPLE_STARTS, wh_rng_next (rng), NULL, NULL);
  return wh_clusters_agreement (labels, again->labels, n);
}

static double
stability_of (WhEngine *engine, const WhCommonPanel *panel, const WhClusters *clusters)
{
  double sum = 0;
  WhRng rng;

  wh_rng_init (&rng, SEED);
  for (guint i = 0; i < N_RESAMPLES; i++)
    sum += resample (engine, panel, clusters, &rng);
  return sum / N_RESAMPLES;
}

static guint
count_censored (const WhCommonPanel *panel)
{
  guint censored = 0;

  for (guint i = 0; i < panel->strains->len; i++)
    for (guint j = 0; j < panel->columns->len; j++)
      censored += is_censored (panel, g_array_index (panel->strains, guint, i), j);
  return censored;
}

/* -- grouping -- */

static WhClusters *
group (WhEngine *engine, const Rows *rows, guint k, double *out_silhouette)
{
  guint first = k ? k : 2, last = k ? k : MOST_GROUPS;
  WhClusters *best = NULL;

  *out_silhouette = -INFINITY;
  for (guint n = first; n <= last; n++)
    {
      WhClusters *clusters = wh_clusters_new (engine, rows->roots, rows->panel.strains->len, rows->panel.columns->len, n, N_STARTS, SEED,
                                              NULL, NULL);
      double silhouette = wh_clusters_silhouette (engine, clusters, rows->roots, SILHOUETTE_ROWS, NULL);
      if (silhouette > *out_silhouette)
        {
          g_clear_pointer (&best, wh_clusters_free);
          best = g_steal_pointer (&clusters);
          *out_silhouette = silhouette;
        }
      g_clear_pointer (&clusters, wh_clusters_free);
    }
  return best;
}

static double
distance (const double *a, const double *b, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sqrt (sum);
}

static gboolean
is_between (const Rows *rows, const WhClusters *clusters, guint row)
{
  const double *roots = rows->roots + (gsize) row * rows->panel.columns->len;
  double own = distance (roots, clusters->centres + clusters->labels[row] * rows->panel.columns->len, rows->panel.columns->len);

  for (guint other = 0; other < clusters->k; other++)
    if (other != clusters->labels[row]
        && distance (roots, clusters->centres + other * rows->panel.columns->len, rows->panel.columns->len) <= BETWEEN * own)
      return TRUE;
  return FALSE;
}

static void
set_leading (WhChemotypeGroup *out, const Rows *rows, const double *centre)
{
  double sum = 0;

  for (guint i = 0; i < rows->panel.columns->len; i++)
    sum += centre[i] * centre[i];
  for (guint i = 0; i < rows->panel.columns->len && sum > 0; i++)
    {
      double share = centre[i] * centre[i] / sum;
      guint place = WH_CHEMOTYPES_LEADING;
      while (place > 0 && share > out->leading[place - 1].share)
        {
          if (place < WH_CHEMOTYPES_LEADING)
            out->leading[place] = out->leading[place - 1];
          place--;
        }
      if (place < WH_CHEMOTYPES_LEADING)
        {
          out->leading[place].analyte = wh_common_panel_analyte (&rows->panel, i);
          out->leading[place].share = share;
        }
    }
}

/* Strains stand in the snapshot by how well they are known. */
static void
take_strain (WhChemotypes *chemotypes, guint strain, guint label)
{
  WhChemotypeGroup *own = &g_array_index (chemotypes->groups, WhChemotypeGroup, label);

  chemotypes->labels[strain] = (gint8) label;
  if (own->n < WH_CHEMOTYPES_EXAMPLES)
    own->examples[own->n] = wh_snapshot_card (chemotypes->snapshot, strain);
  own->n++;
}

static void
take_groups (WhChemotypes *chemotypes, const Rows *rows, const WhClusters *clusters)
{
  for (guint i = 0; i < rows->panel.columns->len; i++)
    g_ptr_array_add (chemotypes->terpenes, (gpointer) wh_common_panel_analyte (&rows->panel, i));
  g_array_set_size (chemotypes->groups, clusters->k);
  for (guint i = 0; i < clusters->k; i++)
    set_leading (&g_array_index (chemotypes->groups, WhChemotypeGroup, i), rows, clusters->centres + i * rows->panel.columns->len);
  for (guint row = 0; row < rows->panel.strains->len; row++)
    if (is_between (rows, clusters, row))
      chemotypes->n_between++;
    else
      take_strain (chemotypes, g_array_index (rows->panel.strains, guint, row), clusters->labels[row]);
  chemotypes->n_empty = rows->panel.n_empty;
  chemotypes->n_untested = wh_snapshot_length (chemotypes->snapshot) - rows->panel.strains->len - rows->panel.n_empty;
}

static WhChemotypes *
chemotypes_new (WhSnapshot *snapshot)
{
  WhChemotypes *chemotypes = g_new0 (WhChemotypes, 1);

  chemotypes->snapshot = wh_snapshot_ref (snapshot);
  chemotypes->terpenes = g_ptr_array_new ();
  chemotypes->groups = g_array_new (FALSE, TRUE, sizeof (WhChemotypeGroup));
  chemotypes->labels = g_malloc (wh_snapshot_length (snapshot) + 1);
  memset (chemotypes->labels, -1, wh_snapshot_length (snapshot) + 1);
  return chemotypes;
}

WhChemotypes *
wh_analyst_chemotypes (WhAnalyst *analyst, const WhPrincipal *principal, guint k, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  g_autoptr (WhClusters) clusters = NULL;
  WhChemotypes *chemotypes = NULL;
  double silhouette;
  Rows rows;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  rows_init (&rows, profiles);
  if (rows.panel.strains->len < FEWEST_STRAINS || k == 1 || k > MOST_GROUPS)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                 _("Grouping takes at least %d strains tested for the same terpenes (here: %u) and makes 2 to %d groups."), FEWEST_STRAINS,
                 rows.panel.strains->len, MOST_GROUPS);
  else
    {
      clusters = group (wh_analyst_engine (analyst), &rows, k, &silhouette);
      chemotypes = chemotypes_new (profiles->snapshot);
      chemotypes->engine = clusters->path;
      chemotypes->silhouette = silhouette;
      chemotypes->stability = stability_of (wh_analyst_engine (analyst), &rows.panel, clusters);
      chemotypes->n_values = rows.panel.strains->len * rows.panel.columns->len;
      chemotypes->n_censored = count_censored (&rows.panel);
      take_groups (chemotypes, &rows, clusters);
    }
  rows_clear (&rows);
  return chemotypes;
}

void
wh_chemotypes_free (WhChemotypes *chemotypes)
{
  wh_snapshot_unref (chemotypes->snapshot);
  g_ptr_array_unref (chemotypes->terpenes);
  g_array_unref (chemotypes->groups);
  g_free (chemotypes->labels);
  g_free (chemotypes);
}
