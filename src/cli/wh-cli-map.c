#include <glib/gi18n.h>
#include <math.h>

#include "service/wh-map.h"
#include "wh-cli-chart.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"

#define LOADINGS_SHOWN 3
#define LOADING_LEAST 0.4     /* of the strongest in a direction */

/* -- what drives an axis -- */

typedef struct {
  const char *name;
  double      value;
} Loading;

static int
compare_loadings (gconstpointer a, gconstpointer b)
{
  const Loading *x = a, *y = b;

  return (x->value < y->value) - (x->value > y->value);
}

/* The strongest of one direction: "Terpinolene, α-Terpinene". */
static char *
drivers (const WhMap *map, guint axis, double sign)
{
  g_autoptr (GArray) loadings = g_array_new (FALSE, FALSE, sizeof (Loading));
  GString *text = g_string_new (NULL);
  double least;

  for (guint i = 0; i < map->terpenes->len; i++)
    {
      const WhMapTerpene *terpene = &g_array_index (map->terpenes, WhMapTerpene, i);
      const Loading loading = { terpene->analyte->name, sign * terpene->loadings[axis] };
      g_array_append_val (loadings, loading);
    }
  g_array_sort (loadings, compare_loadings);
  least = LOADING_LEAST * g_array_index (loadings, Loading, 0).value;
  for (guint i = 0; i < LOADINGS_SHOWN && g_array_index (loadings, Loading, i).value > least; i++)
    g_string_append_printf (text, "%s%s", i ? ", " : "", g_array_index (loadings, Loading, i).name);
  return g_string_free (text, FALSE);
}

/* The strain farthest in one direction. */
static const WhMapPoint *
extreme (const WhMap *map, guint axis, double sign)
{
  const WhMapPoint *found = NULL;
  double farthest = -INFINITY;

  for (guint i = 0; i < map->points->len; i++)
    {
      const WhMapPoint *point = &g_array_index (map->points, WhMapPoint, i);
      double place = sign * (axis ? point->y : point->x);
      if (place > farthest)
        {
          farthest = place;
          found = point;
        }
    }
  return found;
}

static void
print_axes (const WhCliOptions *options, const WhMap *map)
{
  const WhCliColumn columns[] = { { _("Axis"), FALSE, 0, FALSE, "1" },
                                  { _("Of the variance"), TRUE, 0, TRUE, NULL },
                                  { _("Where there is more"), FALSE, 16, FALSE, NULL },
                                  { _("Farthest there"), FALSE, 12, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < 2 * WH_MAP_AXES; i++)
    {
      guint axis = i / 2;
      double sign = i % 2 ? -1 : 1;
      const char name[] = { (char) ("xy"[axis]), "+-"[i % 2], '\0' };
      g_autofree char *share = i % 2 ? NULL : g_strdup_printf ("%.0f %%", 100 * map->shares[axis]);
      g_autofree char *driven = drivers (map, axis, sign);
      wh_cli_table_add (table, (const char *const[]) { name, share, driven, extreme (map, axis, sign)->card->name });
    }
  wh_cli_output_table (options, table);
}

/* -- strains -- */

/* The one nearest on the map. */
static const WhMapPoint *
nearest (const WhMap *map, const WhMapPoint *point)
{
  const WhMapPoint *found = NULL;
  double least = INFINITY;

  for (guint i = 0; i < map->points->len; i++)
    {
      const WhMapPoint *other = &g_array_index (map->points, WhMapPoint, i);
      double away = hypot (other->x - point->x, other->y - point->y);
      if (other != point && away < least)
        {
          least = away;
          found = other;
        }
    }
  return found;
}

static void
add_strain (WhCliTable *table, const WhMap *map, const WhMapPoint *point)
{
  WhMapEllipse ellipse = wh_map_ellipse (map, point);
  g_autofree char *place = g_strdup_printf ("%+.2f, %+.2f", point->x, point->y);
  g_autofree char *range = g_strdup_printf ("%.2f × %.2f", ellipse.major, ellipse.minor);

  wh_cli_table_add (table, (const char *const[]) { point->card->name, place, range, point->dominant ? point->dominant->name : "–",
                                                   nearest (map, point)->card->name });
}

static void
print_strains (const WhCliOptions *options, const WhMap *map, const GPtrArray *cards)
{
  const WhCliColumn columns[] = { { _("Strain"), FALSE, 12, FALSE, "1" },
                                  { _("x, y"), TRUE, 0, FALSE, NULL },
                                  { _("± (95 %)"), TRUE, 0, TRUE, NULL },
                                  { _("Leading terpene"), FALSE, 8, TRUE, NULL },
                                  { _("Nearest"), FALSE, 12, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  guint placed = 0;

  for (guint i = 0; i < cards->len; i++)
    if (wh_map_find (map, cards->pdata[i]))
      {
        add_strain (table, map, wh_map_find (map, cards->pdata[i]));
        placed++;
      }
  if (placed > 0)
    wh_cli_output_table (options, table);
  for (guint i = 0; i < cards->len; i++)
    if (!wh_map_find (map, cards->pdata[i]))
      wh_cli_output_line (_("%s is not on the map: it was not tested for all of its terpenes, or has hardly any."),
                          ((const WhCard *) cards->pdata[i])->name);
}

static void
print_map (const WhCliOptions *options, const WhMap *map, const GPtrArray *cards)
{
  g_autofree char *assumption = wh_present_map_assumption (map);

  print_axes (options, map);
  if (cards->len > 0)
    print_strains (options, map, cards);
  wh_cli_output_line (_("%u strains placed by %u terpenes; %u not tested for all of them, %u with hardly any"), map->points->len,
                      map->terpenes->len, map->n_untested, map->n_too_little);
  wh_cli_output_line ("%s", assumption);
  wh_cli_output_line (_("Computed by %s"), map->engine);
  wh_cli_strain_label (options, wh_snapshot_has_demonstration (map->snapshot));
}

/* -- the command -- */

static int
resolve_all (const WhCliOptions *options, WhSnapshot *snapshot, GPtrArray *cards, GError **error)
{
  for (char **word = options->words; *word; word++)
    {
      const WhCard *card;
      int status = wh_cli_strain_resolve (options, snapshot, *word, &card, error);
      if (!card)
        return status;
      if (!g_ptr_array_find (cards, card, NULL))
        g_ptr_array_add (cards, (gpointer) card);
    }
  return WH_EXIT_DONE;
}

static gboolean
print_document (const WhCliOptions *options, const WhMap *map, const GPtrArray *cards, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  wh_present_map (writer, map, cards->len ? cards : NULL, 0, (guint) options->limit);
  return wh_cli_output_document (options, json, "points", error);
}

int
wh_cli_map (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open (options, error);
  g_autoptr (WhMap) map = NULL;
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();
  int status;

  if (!session)
    return WH_EXIT_FAILED;
  map = wh_analyst_map (wh_session_analyst (session), wh_session_principal (session), error);
  if (!map)
    return WH_EXIT_FAILED;
  status = resolve_all (options, map->snapshot, cards, error);
  if (status != WH_EXIT_DONE)
    return status;
  if (options->chart && !wh_cli_chart_take (options, wh_chart_map (map, cards, options->chart_format, error), error))
    return WH_EXIT_FAILED;
  if (options->format != WH_FORMAT_TABLE)
    return print_document (options, map, cards, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
  print_map (options, map, cards);
  return WH_EXIT_DONE;
}
