#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-import-private.h"

/* A flavour is taken over when at least this share of reviews names it. */
#define FLAVOR_SHARE 0.15

/* Tables with a column per flavour: the column's name where the share is large enough. */
static char **
flavors_from_columns (WhImport *import, int first)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = (guint) first; i < wh_table_columns (import->table); i++)
    {
      double share;
      if (!wh_text_to_number (wh_import_cell (import, (int) i), &share) || share < FLAVOR_SHARE)
        continue;
      g_strv_builder_add (builder, wh_table_header (import->table)[i]);
      n++;
    }
  return n ? g_strv_builder_end (builder) : NULL;
}

static void
read_flavors (WhImport *import, WhStrain *strain)
{
  int first = wh_import_column (import, "flavors_from");

  strain->flavors = first >= 0 ? flavors_from_columns (import, first) : wh_import_list (wh_import_text (import, "flavors"));
}

static char *
name_of_row (WhImport *import)
{
  const char *name = wh_import_text (import, "name");
  const char *slug = wh_import_text (import, "slug");

  return *name ? g_strdup (name) : *slug ? wh_import_title (import, slug) : NULL;
}

static double
popularity_of (WhImport *import)
{
  double value = wh_import_number (import, "popularity");

  if (isnan (value) || value < 0)
    return NAN;
  return value > 1 ? MIN (1, value / 100) : value;
}

gboolean
wh_import_strain_row (WhImport *import, GError **error)
{
  g_autofree char *name = name_of_row (import);
  WhStrain *strain = name ? wh_import_strain (import, *wh_import_text (import, "slug") ? wh_import_text (import, "slug") : name) : NULL;
  WhImportUnit *unit;

  if (!strain)
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, "name"), name, _("This row has no strain name."));
      return TRUE;
    }
  g_free (strain->name);
  strain->name = wh_text_clean (name, WH_LIMIT_TEXT);
  strain->type = wh_import_type (wh_import_text (import, "type"));
  strain->aliases = wh_import_list (wh_import_text (import, "aliases"));
  strain->genetics = wh_import_copy (import, "genetics");
  strain->breeder = wh_import_copy (import, "breeder");
  strain->description = wh_import_copy (import, "description");
  strain->popularity_score = popularity_of (import);
  read_flavors (import, strain);
  unit = wh_import_unit_new (1);
  wh_import_unit_add (import, unit, strain, TRUE);
  return wh_import_submit (import, unit, error);
}
