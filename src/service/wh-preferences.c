/* What somebody likes and wishes, checked while it is put together. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-category.h"
#include "wh-recommend.h"

#define MOST_PERCENT 100.0

static void
wish_clear (gpointer data)
{
  g_free (((WhWish *) data)->word);
}

WhPreferences *
wh_preferences_new (void)
{
  WhPreferences *preferences = g_new0 (WhPreferences, 1);

  preferences->wishes = g_array_new (FALSE, TRUE, sizeof (WhWish));
  g_array_set_clear_func (preferences->wishes, wish_clear);
  preferences->max_price = NAN;
  preferences->limit = WH_RECOMMEND_LIMIT;
  return preferences;
}

void
wh_preferences_free (WhPreferences *preferences)
{
  g_array_unref (preferences->wishes);
  g_free (preferences->state);
  g_free (preferences);
}

/* Takes `wish` with what it owns. */
static gboolean
add_wish (WhPreferences *preferences, WhWish wish, GError **error)
{
  if (preferences->wishes->len < WH_WISHES_MOST)
    {
      g_array_append_val (preferences->wishes, wish);
      return TRUE;
    }
  wish_clear (&wish);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _ ("At most %d wishes at once."), WH_WISHES_MOST);
  return FALSE;
}

gboolean
wh_preferences_add_strain (WhPreferences *preferences, WhWishKind kind, guint strain, GError **error)
{
  for (guint i = 0; i < preferences->wishes->len; i++)
    {
      const WhWish *wish = &g_array_index (preferences->wishes, WhWish, i);
      if (wish->strain != strain || (wish->kind != WH_WISH_LIKE && wish->kind != WH_WISH_DISLIKE))
        continue;
      if (wish->kind == kind)
        return TRUE;
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _ ("A strain cannot be liked and disliked."));
      return FALSE;
    }
  return add_wish (preferences, (WhWish) { .kind = kind, .strain = strain }, error);
}

gboolean
wh_preferences_add_flavour (WhPreferences *preferences, const char *word, GError **error)
{
  g_autofree char *clean = wh_text_clean (word, WH_LIMIT_QUERY);
  g_autofree char *folded = wh_text_fold (clean);

  if (!*folded || strlen (word) > WH_LIMIT_QUERY)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _ ("A flavour must be a word, such as lemon."));
      return FALSE;
    }
  return add_wish (preferences, (WhWish) { .kind = WH_WISH_FLAVOUR, .word = g_steal_pointer (&folded) }, error);
}

gboolean
wh_preferences_add_terpene (WhPreferences *preferences, const char *name, GError **error)
{
  const WhAnalyte *terpene = wh_analyte_lookup (name);

  if (!terpene || !wh_analyte_is_terpene (terpene))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _ ("There is no terpene “%s” in the dictionary."), name);
      return FALSE;
    }
  if (terpene->total != WH_ANALYTE_NONE)
    terpene = wh_analyte_get (terpene->total);
  return add_wish (preferences, (WhWish) { .kind = WH_WISH_TERPENE, .terpene = terpene }, error);
}

gboolean
wh_preferences_add_range (WhPreferences *preferences, WhWishKind kind, double low, double high, GError **error)
{
  if (low >= 0 && low <= high && low <= MOST_PERCENT)
    return add_wish (preferences, (WhWish) { .kind = kind, .low = low, .high = high }, error);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                       _ ("A range must have a minimum from 0 to 100 % and a maximum not below it."));
  return FALSE;
}

gboolean
wh_preferences_add_level (WhPreferences *preferences, WhWishKind kind, const char *level, GError **error)
{
  static const char *const levels[] = { "low", "medium", "high" };
  static const double thc[] = { 0, 10, 20, INFINITY }, cbd[] = { 0, 1, 5, INFINITY };
  const double *bounds = kind == WH_WISH_THC ? thc : cbd;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (strcmp (level, levels[i]) == 0)
      return wh_preferences_add_range (preferences, kind, bounds[i], bounds[i + 1], error);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _ ("“%s” must be low, medium or high."), level);
  return FALSE;
}

gboolean
wh_preferences_set_method (WhPreferences *preferences, const char *method, GError **error)
{
  static const struct {
    const char *method, *categories[2];
  } methods[] = {
    { "smoking", { "flower", "pre-rolls" } }, { "vaping", { "vapes", "concentrates" } }, { "edibles", { "edibles", NULL } },
    { "tinctures", { "tinctures", NULL } },   { "topicals", { "topicals", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (method, methods[i].method) == 0)
      {
        preferences->sold_as = wh_category_bit (methods[i].categories[0]) | wh_category_bit (methods[i].categories[1]);
        return TRUE;
      }
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _ ("“%s” must be smoking, vaping, edibles, tinctures or topicals."), method);
  return FALSE;
}
