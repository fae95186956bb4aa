#include "wh-map.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "wh-analyst-private.h"
#include "wh-common-panel.h"
#include "wh-composition.h"
#include "wh-statistics.h"

#define FEWEST_STRAINS 3
#define SMALL_PART 0.05              /* of the measurements of a terpene: what lies below is hardly ever reported */
#define DRAWS 200
#define CHI_SQUARE_95 5.991464547    /* two degrees of freedom */

WhMap *
wh_map_ref (WhMap *map)
{
  g_atomic_ref_count_inc (&map->ref_count);
  return map;
}

void
wh_map_unref (WhMap *map)
{
  if (!g_atomic_ref_count_dec (&map->ref_count))
    return;
  g_array_unref (map->terpenes);
  g_array_unref (map->points);
  wh_snapshot_unref (map->snapshot);
  g_free (map);
}

static const WhMapTerpene *
terpene_at (const WhMap *map, guint position)
{
  return &g_array_index (map->terpenes, WhMapTerpene, position);
}

/* -- amounts below a limit -- */

static gboolean
has_limit (const WhAmount *amount)
{
  return amount->high > 0;
}

static double
limit_of (const WhAmount *amount, const WhMapTerpene *terpene)
{
  return has_limit (amount) ? amount->high : terpene->limit;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The limit to assume of a terpene. */
static double
assumed_limit (WhSnapshot *snapshot, const WhAnalyte *analyte)
{
  g_autoptr (GArray) measured = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint strain = 0; strain < wh_snapshot_length (snapshot); strain++)
    {
      WhAmount amount = wh_snapshot_amount (snapshot, strain, analyte->index);
      if (amount.n > 0 && amount.low == amount.high && amount.low > 0)
        g_array_append_val (measured, amount.low);
    }
  g_array_sort (measured, compare_doubles);
  if (measured->len == 0)
    return WH_MAP_UNKNOWN_LIMIT;
  return MIN (WH_MAP_UNKNOWN_LIMIT, g_array_index (measured, double, (guint) (SMALL_PART * measured->len)));
}

/* -- placing -- */

/* A strain's amounts with zeros replaced; FALSE where there is too little to place. */
static gboolean
fill_row (const WhMap *map, guint strain, double *row)
{
  double limits[WH_ENGINE_COLUMNS];

  for (guint i = 0; i < map->terpenes->len; i++)
    {
      WhAmount amount = wh_snapshot_amount (map->snapshot, strain, terpene_at (map, i)->analyte->index);
      row[i] = wh_chemistry_is_below (&amount) ? 0 : amount.estimate;
      limits[i] = limit_of (&amount, terpene_at (map, i));
    }
  return wh_composition_replace (row, limits, map->terpenes->len);
}

static void
count_amounts (WhMap *map, guint strain)
{
  for (guint i = 0; i < map->terpenes->len; i++)
    {
      WhAmount amount = wh_snapshot_amount (map->snapshot, strain, terpene_at (map, i)->analyte->index);
      map->censored += wh_chemistry_is_below (&amount);
      map->assumed += wh_chemistry_is_below (&amount) && !has_limit (&amount);
    }
}

static guint
fewest_tests (const WhMap *map, guint strain)
{
  guint fewest = G_MAXUINT;

  for (guint i = 0; i < map->terpenes->len; i++)
    fewest = MIN (fewest, wh_snapshot_amount (map->snapshot, strain, terpene_at (map, i)->analyte->index).n);
  return fewest;
}

/* Log-ratios of every strain that can be placed, a point each still without a place. */
static double *
fill_table (WhMap *map, const WhCommonPanel *panel)
{
  guint n_columns = map->terpenes->len;
  double *table = g_new (double, (gsize) panel->strains->len * n_columns + 1);

  for (guint i = 0; i < panel->strains->len; i++)
    {
      guint strain = g_array_index (panel->strains, guint, i);
      const WhCard *card = wh_snapshot_card (map->snapshot, strain);
      WhMapPoint point = { card, NAN, NAN, card->n_terpenes ? wh_analyte_get (card->terpenes[0].analyte) : NULL, 0 };
      double *row = table + (gsize) map->points->len * n_columns;
      if (!fill_row (map, strain, row))
        continue;
      wh_composition_clr (row, n_columns);
      count_amounts (map, strain);
      point.n = fewest_tests (map, strain);
      g_array_append_val (map->points, point);
    }
  map->censored /= MAX (1, (double) map->points->len * n_columns);
  map->assumed /= MAX (1, (double) map->points->len * n_columns);
  return table;
}

static void
take_components (WhMap *map, const WhComponents *components)
{
  gsize n = components->n_columns;

  for (guint i = 0; i < map->points->len; i++)
    {
      WhMapPoint *point = &g_array_index (map->points, WhMapPoint, i);
      point->x = components->scores[i * n];
      point->y = components->scores[i * n + 1];
    }
  for (guint axis = 0; axis < WH_MAP_AXES; axis++)
    {
      map->shares[axis] = components->shares[axis];
      for (guint i = 0; i < n; i++)
        g_array_index (map->terpenes, WhMapTerpene, i).loadings[axis] = components->loadings[axis * n + i];
    }
}

static WhMap *
map_alloc (const WhCommonPanel *panel)
{
  WhMap *map = g_new0 (WhMap, 1);

  g_atomic_ref_count_init (&map->ref_count);
  map->snapshot = wh_snapshot_ref (panel->profiles->snapshot);
  map->terpenes = g_array_new (FALSE, TRUE, sizeof (WhMapTerpene));
  map->points = g_array_new (FALSE, FALSE, sizeof (WhMapPoint));
  for (guint i = 0; i < panel->columns->len; i++)
    {
      WhMapTerpene terpene = { .analyte = wh_common_panel_analyte (panel, i) };
      terpene.limit = assumed_limit (map->snapshot, terpene.analyte);
      g_array_append_val (map->terpenes, terpene);
    }
  return map;
}

WhMap *
wh_map_new (WhEngine *engine, const WhProfiles *profiles, GError **error)
{
  g_auto (WhCommonPanel) panel = { 0 };
  g_autoptr (WhMap) map = NULL;
  g_autoptr (WhComponents) components = NULL;
  g_autofree double *table = NULL;

  wh_common_panel_init (&panel, profiles);
  map = map_alloc (&panel);
  table = fill_table (map, &panel);
  map->n_too_little = panel.n_empty + panel.strains->len - map->points->len;
  map->n_untested = wh_snapshot_length (map->snapshot) - map->points->len - map->n_too_little;
  if (map->points->len < FEWEST_STRAINS)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                   _("A map takes at least %d strains tested for the same terpenes (here: %u). Import lab results with terpene panels."),
                   FEWEST_STRAINS, map->points->len);
      return NULL;
    }
  components = wh_components_new (engine, table, map->points->len, map->terpenes->len, FALSE, NULL, error);
  if (!components)
    return NULL;
  take_components (map, components);
  map->engine = components->path;
  return g_steal_pointer (&map);
}

static int
compare_places (gconstpointer key, gconstpointer point)
{
  guint32 wanted = ((const WhCard *) key)->index, index = ((const WhMapPoint *) point)->card->index;

  return (wanted > index) - (wanted < index);
}

const WhMapPoint *
wh_map_find (const WhMap *map, const WhCard *card)
{
  return bsearch (card, map->points->data, map->points->len, sizeof (WhMapPoint), compare_places);
}

/* -- uncertainty -- */

/* How one amount may come out again, as the logarithm of what stands in the table. */
typedef struct {
  double log;          /* in the table */
  double low, width;   /* of an interval, in the unit of the table; width 0: none */
  double sd;           /* of the logarithm of a measured amount */
} Spread;

/* Replacing zeros scaled all other parts down alike; what is drawn must be scaled the same. */
static double
scale_of (const WhMap *map, guint strain, const double *row)
{
  for (guint i = 0; i < map->terpenes->len; i++)
    {
      WhAmount amount = wh_snapshot_amount (map->snapshot, strain, terpene_at (map, i)->analyte->index);
      if (!wh_chemistry_is_below (&amount))
        return row[i] / amount.estimate;
    }
  return 1;
}

static void
fill_spreads (const WhMap *map, guint strain, Spread *spreads)
{
  double row[WH_ENGINE_COLUMNS], scale;

  fill_row (map, strain, row);
  scale = scale_of (map, strain, row);
  for (guint i = 0; i < map->terpenes->len; i++)
    {
      WhAmount amount = wh_snapshot_amount (map->snapshot, strain, terpene_at (map, i)->analyte->index);
      spreads[i] = (Spread) { .log = log (row[i]) };
      if (wh_chemistry_is_below (&amount))
        {
          spreads[i].low = has_limit (&amount) ? amount.low : 0;
          spreads[i].width = limit_of (&amount, terpene_at (map, i)) - spreads[i].low;
        }
      else if (amount.high > amount.low)
        {
          spreads[i].low = amount.low * scale;
          spreads[i].width = (amount.high - amount.low) * scale;
        }
      else
        spreads[i].sd = WH_MAP_RSD / sqrt (amount.n);
    }
}

/* How far from the table the logarithm comes out this time. */
static double
draw (const Spread *spread, WhRng *rng)
{
  if (spread->width > 0)
    return log (spread->low + (1 - wh_rng_uniform (rng)) * spread->width) - spread->log;
  return wh_rng_normal (rng, 0, spread->sd);
}

/* Half axes of the ellipse of a covariance. */
static WhMapEllipse
ellipse_of (double xx, double xy, double yy)
{
  double middle = (xx + yy) / 2, half = hypot ((xx - yy) / 2, xy);

  return (WhMapEllipse) {
    .major = sqrt (CHI_SQUARE_95 * (middle + half)),
    .minor = sqrt (CHI_SQUARE_95 * MAX (0, middle - half)),
    .angle = atan2 (2 * xy, xx - yy) / 2,
  };
}

WhMapEllipse
wh_map_ellipse (const WhMap *map, const WhMapPoint *point)
{
  Spread spreads[WH_ENGINE_COLUMNS];
  double xx = 0, xy = 0, yy = 0;
  WhRng rng;

  fill_spreads (map, point->card->index, spreads);
  wh_rng_init (&rng, wh_id_hash (&point->card->id));
  for (guint i = 0; i < DRAWS; i++)
    {
      double x = 0, y = 0;
      /* The loadings of log-ratios sum to zero: what is common to all parts falls out by itself. */
      for (guint j = 0; j < map->terpenes->len; j++)
        {
          double away = draw (&spreads[j], &rng);
          x += away * terpene_at (map, j)->loadings[0];
          y += away * terpene_at (map, j)->loadings[1];
        }
      xx += x * x / DRAWS;
      xy += x * y / DRAWS;
      yy += y * y / DRAWS;
    }
  return ellipse_of (xx, xy, yy);
}
