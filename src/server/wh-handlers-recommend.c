/* What somebody likes and wishes, as a body, and what fits. Fields that would need claims about effects are named, not obeyed. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-recommend.h"
#include "wh-handlers-private.h"

#define PREFERENCES "user_preferences"

/* A body while it is read. */
typedef struct {
  WhRequest     *request;
  WhSnapshot    *snapshot;
  WhPreferences *preferences;
  GPtrArray     *refused;   /* names of fields, static */
  GError       **error;
} Reader;

typedef gboolean (*TakeText) (Reader *reader, const char *text, GError **error);

/* "user_preferences.flavors[2]" is wrong, in the words of `reason`, which is freed. */
static gboolean
refuse_field (Reader *reader, const char *member, gint place, GError *reason)
{
  WhRequest *request = reader->request;

  g_free (request->field_kept);
  request->field_kept = place < 0 ? g_strdup (member) : g_strdup_printf ("%s[%d]", member, place);
  wh_parameters_refuse (request, request->field_kept, reason->message, reader->error);
  g_error_free (reason);
  return FALSE;
}

static gboolean
refuse_words (Reader *reader, const char *member, gint place, const char *words)
{
  return refuse_field (reader, member, place, g_error_new_literal (WH_ERROR, WH_ERROR_INVALID, words));
}

/* A list of texts, or nothing. */
static gboolean
take_list (Reader *reader, const WhJsonNode *parent, const char *key, const char *member, TakeText take)
{
  const WhJsonNode *list = wh_json_member (parent, key);

  for (guint i = 0; i < wh_json_length (list); i++)
    {
      GError *reason = NULL;
      if (!take (reader, wh_json_string (wh_json_element (list, i), ""), &reason))
        return refuse_field (reader, member, (gint) i, reason);
    }
  return TRUE;
}

static gboolean
take_strain (Reader *reader, const char *text, WhWishKind kind, GError **error)
{
  const WhCard *card = wh_catalogue_resolve (reader->snapshot, text, NULL, error);

  return card && wh_preferences_add_strain (reader->preferences, kind, card->index, error);
}

static gboolean
take_liked (Reader *reader, const char *text, GError **error)
{
  return take_strain (reader, text, WH_WISH_LIKE, error);
}

static gboolean
take_disliked (Reader *reader, const char *text, GError **error)
{
  return take_strain (reader, text, WH_WISH_DISLIKE, error);
}

static gboolean
take_flavour (Reader *reader, const char *text, GError **error)
{
  return wh_preferences_add_flavour (reader->preferences, text, error);
}

static gboolean
take_terpene (Reader *reader, const char *text, GError **error)
{
  return wh_preferences_add_terpene (reader->preferences, text, error);
}

/* NAN, which no range takes, for what is there and no number. */
static double
bound_of (const WhJsonNode *node, double fallback)
{
  return wh_json_is_null (node) ? fallback : wh_json_number (node, NAN);
}

/* "low", or {"min": 10, "max": 20} in % w/w. */
static gboolean
take_amount (Reader *reader, const WhJsonNode *parent, const char *key, const char *member, WhWishKind kind)
{
  const WhJsonNode *node = wh_json_member (parent, key);
  const char *level = wh_json_string (node, NULL);
  GError *reason = NULL;

  if (wh_json_is_null (node))
    return TRUE;
  if (level && wh_preferences_add_level (reader->preferences, kind, level, &reason))
    return TRUE;
  if (wh_json_is_object (node)
      && wh_preferences_add_range (reader->preferences, kind, bound_of (wh_json_member (node, "min"), 0),
                                   bound_of (wh_json_member (node, "max"), INFINITY), &reason))
    return TRUE;
  return reason
             ? refuse_field (reader, member, -1, reason)
             : refuse_words (reader, member, -1, _ ("This must be low, medium or high, or an object with “min” and “max” in %."));
}

/* What is known but cannot be answered honestly is named in the reply. */
static void
name_unsupported (Reader *reader, const WhJsonNode *parent, const char *const *keys, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!wh_json_is_null (wh_json_member (parent, keys[i])))
      g_ptr_array_add (reader->refused, (gpointer) keys[i]);
}

static gboolean
take_preferences (Reader *reader, const WhJsonNode *node)
{
  static const char *const unsupported[]
      = { "effects", "avoid_effects", "medical_uses", "conditions", "symptoms", "experience_level" };
  WhPreferences *preferences = reader->preferences;
  const char *method = wh_json_string (wh_json_member (node, "consumption_method"), NULL);

  name_unsupported (reader, node, unsupported, G_N_ELEMENTS (unsupported));
  if (method)
    wh_preferences_set_method (preferences, method, NULL);
  preferences->in_stock = wh_json_boolean (wh_json_member (node, "in_stock"), FALSE);
  preferences->max_price = wh_json_number (wh_json_member (node, "max_price"), preferences->max_price);
  return take_list (reader, node, "flavors", PREFERENCES ".flavors", take_flavour)
         && take_list (reader, node, "preferred_terpenes", PREFERENCES ".preferred_terpenes", take_terpene)
         && take_list (reader, node, "liked_strains", PREFERENCES ".liked_strains", take_liked)
         && take_list (reader, node, "disliked_strains", PREFERENCES ".disliked_strains", take_disliked)
         && take_amount (reader, node, "thc_preference", PREFERENCES ".thc_preference", WH_WISH_THC)
         && take_amount (reader, node, "cbd_preference", PREFERENCES ".cbd_preference", WH_WISH_CBD);
}

static void
take_location (Reader *reader, const WhJsonNode *node)
{
  static const char *const unsupported[] = { "latitude", "longitude", "radius_miles" };

  name_unsupported (reader, node, unsupported, G_N_ELEMENTS (unsupported));
  reader->preferences->state = g_strdup (wh_json_string (wh_json_member (node, "state"), NULL));
}

static gboolean
read_body (Reader *reader, const WhJsonNode *root)
{
  reader->preferences->limit = (guint) wh_json_number (wh_json_member (root, "limit"), WH_RECOMMEND_LIMIT);
  if (!take_preferences (reader, wh_json_member (root, PREFERENCES)))
    return FALSE;
  take_location (reader, wh_json_member (root, "location"));
  return TRUE;
}

char *
wh_handle_recommend (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (host->catalogue);
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (GPtrArray) refused = g_ptr_array_new ();
  g_autoptr (WhRecommendations) found = NULL;
  Reader reader = { request, snapshot, preferences, refused, error };
  gboolean any;

  if (!json || !read_body (&reader, wh_json_root (json)))
    return NULL;
  found = wh_analyst_recommend (host->analyst, request->principal, snapshot, preferences, NULL, error);
  if (!found)
    return NULL;
  any = refused->len > 0;
  g_ptr_array_add (refused, NULL);
  WH_WRITE_DOCUMENT (wh_present_recommendations (writer, found, any ? (const char *const *) refused->pdata : NULL));
}
