/* What somebody likes and wishes, as a body, and what fits. Fields that would need claims about effects are named, not obeyed. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-recommend.h"
#include "wh-handlers-private.h"

#define PREFERENCES "user_preferences"
#define NAME_LENGTH 64

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

  if (wh_json_is_null (list))
    return TRUE;
  if (!wh_json_is_array (list))
    return refuse_words (reader, member, -1, _ ("This must be a list of texts."));
  for (guint i = 0; i < wh_json_length (list); i++)
    {
      const char *text = wh_json_string (wh_json_element (list, i), NULL);
      GError *reason = NULL;
      if (!text)
        return refuse_words (reader, member, (gint) i, _ ("This must be a text."));
      if (!take (reader, text, &reason))
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

static gboolean
take_method (Reader *reader, const WhJsonNode *parent)
{
  const WhJsonNode *node = wh_json_member (parent, "consumption_method");
  const char *method = wh_json_string (node, "");
  GError *reason = NULL;

  if (wh_json_is_null (node) || wh_preferences_set_method (reader->preferences, method, &reason))
    return TRUE;
  return refuse_field (reader, PREFERENCES ".consumption_method", -1, reason);
}

static gboolean
take_price (Reader *reader, const WhJsonNode *parent)
{
  const WhJsonNode *node = wh_json_member (parent, "max_price");

  if (wh_json_is_null (node))
    return TRUE;
  reader->preferences->max_price = wh_json_number (node, NAN);
  return reader->preferences->max_price > 0
         || refuse_words (reader, PREFERENCES ".max_price", -1, _ ("This must be a number of dollars a gram, over 0."));
}

static gboolean
is_boolean (const WhJsonNode *node)
{
  return wh_json_boolean (node, FALSE) == wh_json_boolean (node, TRUE);
}

static gboolean
take_stock (Reader *reader, const WhJsonNode *parent)
{
  const WhJsonNode *node = wh_json_member (parent, "in_stock");

  reader->preferences->in_stock = wh_json_boolean (node, FALSE);
  return wh_json_is_null (node) || is_boolean (node)
         || refuse_words (reader, PREFERENCES ".in_stock", -1, _ ("This must be true or false."));
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
take_known (Reader *reader, const WhJsonNode *node, const char *member, const char *const *known)
{
  g_autofree const char **keys = wh_json_keys (node);

  for (guint i = 0; keys && keys[i]; i++)
    if (!g_strv_contains (known, keys[i]))
      {
        g_autofree char *name = g_strdup_printf ("%s%s%.*s", member, *member ? "." : "", NAME_LENGTH, keys[i]);
        g_autofree char *valid = g_utf8_make_valid (name, -1);
        return refuse_words (reader, valid, -1, _ ("There is no such field here."));
      }
  return TRUE;
}

static gboolean
take_preferences (Reader *reader, const WhJsonNode *node)
{
  static const char *const unsupported[]
      = { "effects", "avoid_effects", "medical_uses", "conditions", "symptoms", "experience_level" };
  static const char *const known[] = { "effects",
                                       "avoid_effects",
                                       "medical_uses",
                                       "conditions",
                                       "symptoms",
                                       "experience_level",
                                       "flavors",
                                       "thc_preference",
                                       "cbd_preference",
                                       "preferred_terpenes",
                                       "liked_strains",
                                       "disliked_strains",
                                       "consumption_method",
                                       "in_stock",
                                       "max_price",
                                       NULL };

  if (!wh_json_is_null (node) && !wh_json_is_object (node))
    return refuse_words (reader, PREFERENCES, -1, _ ("This must be an object."));
  name_unsupported (reader, node, unsupported, G_N_ELEMENTS (unsupported));
  return take_known (reader, node, PREFERENCES, known) && take_list (reader, node, "flavors", PREFERENCES ".flavors", take_flavour)
         && take_list (reader, node, "preferred_terpenes", PREFERENCES ".preferred_terpenes", take_terpene)
         && take_list (reader, node, "liked_strains", PREFERENCES ".liked_strains", take_liked)
         && take_list (reader, node, "disliked_strains", PREFERENCES ".disliked_strains", take_disliked)
         && take_amount (reader, node, "thc_preference", PREFERENCES ".thc_preference", WH_WISH_THC)
         && take_amount (reader, node, "cbd_preference", PREFERENCES ".cbd_preference", WH_WISH_CBD) && take_method (reader, node)
         && take_stock (reader, node) && take_price (reader, node);
}

static gboolean
take_location (Reader *reader, const WhJsonNode *node)
{
  static const char *const unsupported[] = { "latitude", "longitude", "radius_miles" };
  static const char *const known[] = { "state", "latitude", "longitude", "radius_miles", NULL };
  const WhJsonNode *state = wh_json_member (node, "state");

  if (!wh_json_is_null (node) && !wh_json_is_object (node))
    return refuse_words (reader, "location", -1, _ ("This must be an object."));
  if (!wh_json_is_null (state) && !wh_json_is_string (state))
    return refuse_words (reader, "location.state", -1, _ ("This must be a text."));
  name_unsupported (reader, node, unsupported, G_N_ELEMENTS (unsupported));
  reader->preferences->state = g_strdup (wh_json_string (state, NULL));
  return take_known (reader, node, "location", known);
}

static gboolean
take_limit (Reader *reader, const WhJsonNode *node)
{
  double limit = wh_json_number (node, wh_json_is_null (node) ? WH_RECOMMEND_LIMIT : 0);

  if (!(limit >= 1 && limit <= WH_RECOMMEND_MOST && limit == floor (limit)))
    return refuse_words (reader, "limit", -1, _ ("“limit” must be a whole number from 1 to 100."));
  reader->preferences->limit = (guint) limit;
  return TRUE;
}

static gboolean
read_body (Reader *reader, const WhJsonNode *root)
{
  static const char *const known[] = { PREFERENCES, "location", "limit", NULL };

  return take_known (reader, root, "", known) && take_preferences (reader, wh_json_member (root, PREFERENCES))
         && take_location (reader, wh_json_member (root, "location")) && take_limit (reader, wh_json_member (root, "limit"));
}

char *
wh_handle_recommend (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_check (request, error) ? wh_parameters_body (request, error) : NULL;
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
