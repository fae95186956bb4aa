/* wh-reproduce-strains.c: what samples of one name have in common, by the names of a list. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-import-table.h"
#include "wh-preset.h"
#include "wh-reproduce-private.h"

#define LEAST_SAMPLES 5   /* of a strain, to speak of it */

char *
wh_study_slug (const char *name)
{
  static GRegex *dropped;
  g_autofree char *bare = NULL;

  if (g_once_init_enter (&dropped))
    g_once_init_leave (&dropped, g_regex_new ("\\([^)]*\\)|\\[[^]]*\\]|['’`]", G_REGEX_OPTIMIZE, 0, NULL));
  bare = g_regex_replace_literal (dropped, name, -1, 0, "", 0, NULL);
  return wh_text_slug (bare ? bare : name);
}

/* A list without a header known otherwise must name its column of slugs or names. */
static int
name_column (WhTable *table, GError **error)
{
  g_autoptr (WhPreset) preset = wh_preset_choose (WH_IMPORT_STRAINS, NULL, wh_table_header (table), error);
  int slug = preset ? wh_preset_column (preset, wh_table_header (table), "slug") : -1;
  int found = slug >= 0 || !preset ? slug : wh_preset_column (preset, wh_table_header (table), "name");

  if (preset && found < 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                         _("This list of strains has no column of names; call one “name” or “slug” in its first row."));
  return found;
}

GHashTable *
wh_study_read_strains (const char *path, GError **error)
{
  g_autoptr (GHashTable) slugs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (WhTable) table = wh_table_open (path, error);
  int column = table ? name_column (table, error) : -1;
  g_autoptr (GError) failure = NULL;
  char **cells;
  guint n_cells, line;

  if (column < 0)
    return NULL;
  while (wh_table_next (table, &cells, &n_cells, &line, &failure))
    if ((guint) column < n_cells)
      g_hash_table_add (slugs, wh_study_slug (cells[column]));
  g_hash_table_remove (slugs, "");
  if (!failure)
    return g_steal_pointer (&slugs);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* -- cosines of all pairs: the sum of u·v over the pairs of n directions is (|Σu|² − n) / 2 -- */

typedef struct {
  gsize   n;
  double *sum;   /* of directions, one per column */
} Group;

static Group *
group_new (gsize n_columns)
{
  Group *group = g_new0 (Group, 1);

  group->sum = g_new0 (double, n_columns);
  return group;
}

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->sum);
  g_free (group);
}

static double
square_of (const double *x, gsize n_columns)
{
  double sum = 0;

  for (gsize i = 0; i < n_columns; i++)
    sum += x[i] * x[i];
  return sum;
}

static double
pairs_in (gsize n)
{
  return (double) n * (double) (n - 1) / 2;
}

static double
cosines_in (const Group *group, gsize n_columns)
{
  return (square_of (group->sum, n_columns) - (double) group->n) / 2;
}

static void
add_direction (Group *group, const double *row, gsize n_columns)
{
  double length = sqrt (square_of (row, n_columns));

  if (length == 0)
    return;
  group->n++;
  for (gsize i = 0; i < n_columns; i++)
    group->sum[i] += row[i] / length;
}

static GHashTable *
group_rows (const WhStudyNames *names, const GHashTable *slugs, gsize *out_named)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);

  *out_named = 0;
  for (gsize row = 0; row < names->n_rows; row++)
    {
      const char *slug = names->slugs[row];
      Group *group;
      if (!g_hash_table_contains ((GHashTable *) slugs, slug))
        continue;
      group = g_hash_table_lookup (groups, slug);
      if (!group)
        g_hash_table_insert (groups, (gpointer) slug, group = group_new (names->n_columns));
      add_direction (group, names->values + row * names->n_columns, names->n_columns);
      ++*out_named;
    }
  return groups;
}

typedef struct {
  gsize  strains;
  double within;        /* sum over strains of their mean cosine */
  double same, same_pairs;
  Group *all;           /* every sample of these strains */
} Cosines;

static void
add_strain (Cosines *cosines, const Group *group, gsize n_columns)
{
  if (group->n < LEAST_SAMPLES)
    return;
  cosines->strains++;
  cosines->within += cosines_in (group, n_columns) / pairs_in (group->n);
  cosines->same += cosines_in (group, n_columns);
  cosines->same_pairs += pairs_in (group->n);
  cosines->all->n += group->n;
  for (gsize i = 0; i < n_columns; i++)
    cosines->all->sum[i] += group->sum[i];
}

static void
add_figures (GPtrArray *figures, double named, double strains, double within, double same, double other)
{
  wh_study_add (figures, "samples_named", g_strdup (_("Samples named as a strain of the list")), 576, named);
  wh_study_add (figures, "strains_repeated", g_strdup (_("Strains with 5 samples or more")), 19, strains);
  wh_study_add (figures, "cosine_within_strain", g_strdup (_("Mean cosine within these strains")), 0.756, within);
  wh_study_add (figures, "cosine_same_name", g_strdup (_("Cosine of pairs, same name")), 0.763, same);
  wh_study_add (figures, "cosine_other_name", g_strdup (_("Cosine of pairs, other name")), 0.654, other);
}

void
wh_study_add_strains (const WhStudyNames *names, const GHashTable *slugs, GPtrArray *figures)
{
  Cosines cosines = { .all = group_new (names->n_columns) };
  gsize named = 0;
  double other, other_pairs;

  if (slugs)
    {
      g_autoptr (GHashTable) groups = group_rows (names, slugs, &named);
      GHashTableIter iter;
      gpointer group;
      g_hash_table_iter_init (&iter, groups);
      while (g_hash_table_iter_next (&iter, NULL, &group))
        add_strain (&cosines, group, names->n_columns);
    }
  other = cosines_in (cosines.all, names->n_columns) - cosines.same;
  other_pairs = cosines.strains > 1 ? pairs_in (cosines.all->n) - cosines.same_pairs : 0;
  add_figures (figures, slugs ? (double) named : NAN, slugs ? (double) cosines.strains : NAN,
               cosines.strains ? cosines.within / (double) cosines.strains : NAN,
               cosines.strains ? cosines.same / cosines.same_pairs : NAN, other_pairs > 0 ? other / other_pairs : NAN);
  group_free (cosines.all);
}
