#include "wh-calibration.h"

#include <math.h>

#include "base/wh-text.h"

#define MOST_GROUPS 2000          /* names whose batches are compared */
#define BATCHES_OF_A_GROUP 4

/* A batch by who made what: numbers of texts. */
typedef struct {
  guint producer, name, type;
  WhId  id;
} Place;

typedef struct {
  const WhProfiles *profiles;
  GHashTable *texts;      /* text as written -> its number; what differs only in case or punctuation has the same */
  GHashTable *folded;     /* folded text -> its number */
  GArray     *places;     /* of Place */
  GArray     *pairs;
} Calibration;

static guint
number_of (Calibration *calibration, const char *text)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (calibration->texts, text));
  g_autofree char *folded = NULL;

  if (number)
    return number;
  folded = wh_text_fold (text);
  number = GPOINTER_TO_UINT (g_hash_table_lookup (calibration->folded, folded));
  if (!number)
    {
      number = g_hash_table_size (calibration->folded) + 1;
      g_hash_table_insert (calibration->folded, g_steal_pointer (&folded), GUINT_TO_POINTER (number));
    }
  g_hash_table_insert (calibration->texts, g_strdup (text), GUINT_TO_POINTER (number));
  return number;
}

static gboolean
take_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Calibration *calibration = user_data;
  const WhBatch *batch = entity;
  Place place = { .id = batch->entity.id };

  if (!batch->producer || !*batch->producer)
    return TRUE;
  place.producer = number_of (calibration, batch->producer);
  place.name = number_of (calibration, batch->name);
  place.type = number_of (calibration, batch->product_type ? batch->product_type : "");
  g_array_append_val (calibration->places, place);
  return TRUE;
}

/* Zero: one producer's strain. */
static int
compare_kinds (const Place *x, const Place *y)
{
  if (x->producer != y->producer)
    return x->producer < y->producer ? -1 : 1;
  if (x->name != y->name)
    return x->name < y->name ? -1 : 1;
  return (x->type > y->type) - (x->type < y->type);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;
  int order = compare_kinds (x, y);

  return order ? order : wh_id_compare (&x->id, &y->id);
}

static gboolean
read_profile (Calibration *calibration, WhReader *reader, const WhId *batch, WhProfile *out, GError **error)
{
  g_autoptr (GPtrArray) results = wh_reader_find (reader, WH_KIND_LAB_RESULT, "batch_id", batch, 0, error);
  g_autofree const WhPanel **panels = results ? g_new (const WhPanel *, results->len + 1) : NULL;

  for (guint i = 0; results && i < results->len; i++)
    panels[i] = ((const WhLabResult *) results->pdata[i])->panel;
  if (results)
    *out = wh_profiles_panels (calibration->profiles, panels, results->len);
  return results != NULL;
}

/* All pairs of the first few batches by id, which says nothing about what is in them. */
static gboolean
take_group (Calibration *calibration, WhReader *reader, const Place *places, guint n, GError **error)
{
  WhProfile profiles[BATCHES_OF_A_GROUP];

  n = MIN (n, BATCHES_OF_A_GROUP);
  for (guint i = 0; i < n; i++)
    if (!read_profile (calibration, reader, &places[i].id, &profiles[i], error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < i; j++)
      {
        float distance = (float) wh_profiles_distance (calibration->profiles, &profiles[i], &profiles[j]);
        if (!isnan (distance))
          g_array_append_val (calibration->pairs, distance);
      }
  return TRUE;
}

static guint
group_length (const GArray *places, guint first)
{
  const Place *place = (const Place *) places->data;
  guint end = first;

  while (end < places->len && compare_kinds (&place[end], &place[first]) == 0)
    end++;
  return end - first;
}

/* Where groups of two and more begin, in the sorted places. */
static GArray *
find_groups (const GArray *places)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0, length; i < places->len; i += length)
    {
      length = group_length (places, i);
      if (length > 1)
        g_array_append_val (groups, i);
    }
  return groups;
}

/* Of more groups than are wanted, some spread evenly over them. */
static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Calibration *calibration = user_data;
  g_autoptr (GArray) groups = NULL;
  guint n;

  if (!wh_reader_each (reader, WH_KIND_BATCH, take_batch_cb, calibration, error))
    return FALSE;
  g_array_sort (calibration->places, compare_places);
  groups = find_groups (calibration->places);
  n = MIN (groups->len, MOST_GROUPS);
  for (guint i = 0; i < n; i++)
    {
      guint first = g_array_index (groups, guint, (guint64) i * groups->len / n);
      if (!take_group (calibration, reader, &g_array_index (calibration->places, Place, first),
                       group_length (calibration->places, first), error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

GArray *
wh_calibration_producer_pairs (const WhProfiles *profiles, WhStore *store, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (WhPrincipal) anyone = wh_principal_new_anonymous ();   /* who asks was let in before; reading takes no more than this */
  Calibration calibration = { profiles, texts, folded, places, pairs };

  if (!wh_store_read (store, anyone, read_cb, &calibration, error))
    return NULL;
  g_array_sort (pairs, compare_floats);
  return g_steal_pointer (&pairs);
}
