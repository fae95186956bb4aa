#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-nouns-shop.h"
#include "wh-conditions.h"
#include "wh-import-private.h"

#define WORST_RATING 1.0
#define BEST_RATING 5.0

/* A condition is a claim that no review can carry. */
static char **
reported_effects (WhImport *import)
{
  g_auto (GStrv) words = wh_import_list (wh_import_text (import, "effects"));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; words && words[i]; i++)
    if (!wh_conditions_named_in (words[i]))
      {
        g_strv_builder_add (builder, words[i]);
        n++;
      }
  return n ? g_strv_builder_end (builder) : NULL;
}

static double
rating_of (WhImport *import)
{
  double rating = wh_import_number (import, "rating");

  if (isnan (rating) || (rating >= WORST_RATING && rating <= BEST_RATING))
    return rating;
  wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, "rating"), wh_import_text (import, "rating"), "%s",
                  _("A rating is a number from 1 to 5; the cell was left out."));
  return NAN;
}

/* A number or name that ties one person's reviews of this source together, and says nothing elsewhere. */
static char *
pseudonym_of (WhImport *import)
{
  g_autofree char *reviewer = wh_import_copy (import, "reviewer");

  return reviewer ? g_strconcat (import->source, ":", reviewer, NULL) : NULL;
}

static WhReview *
make_review (WhImport *import, const WhStrain *strain)
{
  g_autofree char *key = wh_import_key (import);
  WhReview *review = wh_review_new (wh_id_from_key ("review", import->source, key));

  review->strain_id = strain->entity.id;
  review->rating = rating_of (import);
  review->text = wh_text_clean (wh_import_text (import, "text"), WH_LIMIT_LONG_TEXT);
  if (!*review->text)
    g_clear_pointer (&review->text, g_free);
  review->effects = reported_effects (import);
  review->flavors = wh_import_list (wh_import_text (import, "flavors"));
  review->reviewer = pseudonym_of (import);
  review->reviewed_at = wh_import_date (import, "date");
  return review;
}

gboolean
wh_import_review_row (WhImport *import, GError **error)
{
  const char *slug = wh_import_text (import, "slug");
  g_autofree char *name = *slug ? wh_import_title (import, slug) : wh_import_copy (import, "name");
  g_autoptr (WhStrain) strain = name ? wh_import_strain (import, *slug ? slug : name) : NULL;
  WhImportUnit *unit;

  if (!strain)
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, *slug ? "slug" : "name"), name,
                            _("This row names no strain."));
      return TRUE;
    }
  g_free (strain->name);
  strain->name = wh_text_clean (name, WH_LIMIT_TEXT);
  strain->type = wh_import_type (wh_import_text (import, "type"));
  unit = wh_import_unit_new (1);
  if (!g_hash_table_contains (import->own_strains, &strain->entity.id))
    wh_import_unit_add (import, unit, wh_entity_ref (strain), FALSE);
  wh_import_unit_add (import, unit, make_review (import, strain), TRUE);
  return wh_import_submit (import, unit, error);
}
