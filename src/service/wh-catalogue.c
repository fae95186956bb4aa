#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-notebook.h"
#include "wh-product-index.h"
#include "wh-search.h"

#define MAX_PRODUCTS 200
#define MAX_SUGGESTIONS 5
#define MAX_CANDIDATES 20
#define HALF_CENT 0.005   /* shelves keep prices rounded */
#define FEW_CHANGES 500    /* so many are looked through for one that matters */

struct _WhCatalogue {
  WhStore    *store;
  GMutex      swap;        /* guards `snapshot` and, for those who do not build, `looked_at`; held only to take or exchange them */
  GMutex      build;       /* one refresh at a time */
  WhSnapshot *snapshot;
  WhPrepareFunc prepare;   /* this and the next are guarded by `build` */
  gpointer    prepare_data;
  GMutex      packing;     /* guards `products`, held while they are packed for the first time */
  WhProductIndex *products;   /* NULL until asked for */
  gint64      looked_at;   /* what came up to here is in the snapshot, or matters to nobody; -1: nothing is built */
};

static WhSnapshot *
empty_snapshot (void)
{
  WhSnapshot *snapshot = wh_snapshot_new (0);

  wh_snapshot_finish (snapshot, NULL);
  snapshot->revision = -1;   /* no store has it, so the first refresh builds */
  return snapshot;
}

WhCatalogue *
wh_catalogue_new (WhStore *store)
{
  WhCatalogue *catalogue = g_new0 (WhCatalogue, 1);

  catalogue->store = wh_store_ref (store);
  g_mutex_init (&catalogue->swap);
  g_mutex_init (&catalogue->build);
  g_mutex_init (&catalogue->packing);
  catalogue->snapshot = empty_snapshot ();
  catalogue->looked_at = -1;
  return catalogue;
}

void
wh_catalogue_free (WhCatalogue *catalogue)
{
  wh_snapshot_unref (catalogue->snapshot);
  g_mutex_clear (&catalogue->swap);
  g_mutex_clear (&catalogue->build);
  g_clear_pointer (&catalogue->products, wh_product_index_unref);
  g_mutex_clear (&catalogue->packing);
  wh_store_unref (catalogue->store);
  g_free (catalogue);
}

void
wh_catalogue_set_prepare (WhCatalogue *catalogue, WhPrepareFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->build);

  catalogue->prepare = func;
  catalogue->prepare_data = user_data;
}

void
wh_catalogue_drop_prepare (WhCatalogue *catalogue, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->build);

  if (catalogue->prepare_data != user_data)
    return;
  catalogue->prepare = NULL;
  catalogue->prepare_data = NULL;
}

gint64
wh_card_price_seen (const WhCard *card, double price)
{
  return fabs (price - card->price_per_gram) < HALF_CENT ? card->priced_at : WH_TIME_UNSET;
}

WhStore *
wh_catalogue_store (WhCatalogue *catalogue)
{
  return catalogue->store;
}

WhSnapshot *
wh_catalogue_snapshot (WhCatalogue *catalogue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->swap);

  return wh_snapshot_ref (catalogue->snapshot);
}

WhSnapshot *
wh_catalogue_snapshot_until (WhCatalogue *catalogue, gint64 *out_revision)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->swap);

  *out_revision = catalogue->looked_at;
  return wh_snapshot_ref (catalogue->snapshot);
}

gint64
wh_catalogue_state (WhCatalogue *catalogue, gint64 *out_until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->swap);

  *out_until = catalogue->looked_at;
  return catalogue->snapshot->revision;
}

/* -- refresh ----------------------------------------------------------------------------------------------------- */

typedef struct {
  gint64      since;      /* looked at up to here; -1: nothing is built yet */
  gint64      revision;
  WhSnapshot *fresh;      /* NULL: nothing that matters has changed */
} Build;

/* What was searched for, is waited for, or became of offers is on no card. */
static gboolean
matters (WhKind kind)
{
  return kind != WH_KIND_SEARCH_DAY && kind != WH_KIND_WATCH && kind != WH_KIND_FEEDBACK;
}

/* Where there are many, something will. TRUE after an error, too. */
static gboolean
anything_matters (WhReader *reader, gint64 since)
{
  gboolean more = FALSE;
  g_autoptr (GPtrArray) changes = wh_reader_changes (reader, since, FEW_CHANGES, &more, NULL);

  for (guint i = 0; changes && i < changes->len; i++)
    if (matters (((const WhChange *) changes->pdata[i])->kind))
      return TRUE;
  return !changes || more;
}

static gboolean
build_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Build *build = user_data;

  build->revision = wh_reader_revision (reader);
  if (build->since >= 0 && build->revision >= build->since && !anything_matters (reader, build->since))
    return TRUE;
  build->fresh = wh_snapshot_build (reader, error);
  return build->fresh != NULL;
}

/* `fresh` NULL: the snapshot stays. */
static void
exchange (WhCatalogue *catalogue, WhSnapshot *fresh, gint64 looked_at)
{
  WhSnapshot *old = NULL;

  g_mutex_lock (&catalogue->swap);
  catalogue->looked_at = looked_at;
  if (fresh)
    {
      old = catalogue->snapshot;
      catalogue->snapshot = fresh;
    }
  g_mutex_unlock (&catalogue->swap);
  g_clear_pointer (&old, wh_snapshot_unref);
}

/* Once somebody searches products, their index follows; until it is there the old one answers, with its own snapshot. */
static gboolean
follow_products (WhCatalogue *catalogue, const WhPrincipal *principal, WhSnapshot *snapshot, GError **error)
{
  WhProductIndex *fresh, *old;
  gboolean asked;

  g_mutex_lock (&catalogue->packing);
  asked = catalogue->products != NULL;
  g_mutex_unlock (&catalogue->packing);
  if (!asked)
    return TRUE;
  fresh = wh_product_index_new (snapshot, catalogue->store, principal, error);
  g_mutex_lock (&catalogue->packing);
  old = catalogue->products;
  catalogue->products = fresh;   /* NULL: the next question tries again */
  g_mutex_unlock (&catalogue->packing);
  g_clear_pointer (&old, wh_product_index_unref);
  return fresh != NULL;
}

gboolean
wh_catalogue_refresh (WhCatalogue *catalogue, const WhPrincipal *principal, gboolean *out_changed, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->build);
  Build build = { catalogue->looked_at, 0, NULL };

  if (out_changed)
    *out_changed = FALSE;
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return FALSE;
  gint64 revision = wh_store_revision (catalogue->store);
  if (revision >= 0 && revision == build.since)   /* a store that cannot be read says below why */
    return TRUE;
  if (!wh_store_read_copy (catalogue->store, principal, build_cb, &build, error))
    {
      g_clear_pointer (&build.fresh, wh_snapshot_unref);
      return FALSE;
    }
  if (build.fresh && catalogue->prepare)
    catalogue->prepare (build.fresh, principal, catalogue->prepare_data);
  exchange (catalogue, build.fresh, build.revision);
  if (!build.fresh)
    return TRUE;
  if (out_changed)
    *out_changed = TRUE;
  return follow_products (catalogue, principal, build.fresh, error);
}

WhHits *
wh_catalogue_search (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error)
{
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
  return wh_search_run (snapshot, query, error);
}

WhProductIndex *
wh_catalogue_product_index (WhCatalogue *catalogue, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&catalogue->packing);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);

  if (!catalogue->products)
    catalogue->products = wh_product_index_new (snapshot, catalogue->store, principal, error);
  return catalogue->products ? wh_product_index_ref (catalogue->products) : NULL;
}

WhFacets *
wh_catalogue_facets (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error)
{
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
  return wh_search_facets (snapshot, query, error);
}

/* -- resolving a name -------------------------------------------------------------------------------------------- */

static gboolean
folds_to (const char *text, const char *folded)
{
  g_autofree char *own = wh_text_fold (text);

  return strcmp (own, folded) == 0;
}

/* Strains whose name, else alias, is `argument` but for case, accents, punctuation and spaces. */
static GPtrArray *
strains_titled (const WhSnapshot *snapshot, const char *argument)
{
  g_autofree char *folded = wh_text_fold (argument);
  g_autofree char *squeezed = wh_search_index_squeeze (folded);
  GPtrArray *found = g_ptr_array_new ();
  GPtrArray *exact = g_ptr_array_new ();
  guint n;
  const WhTitle *titles = wh_search_index_titles (snapshot->index, squeezed, FALSE, &n);

  for (guint i = 0; i < n && titles[i].is_alias == titles[0].is_alias; i++)
    {
      gpointer card = (gpointer) wh_snapshot_card (snapshot, titles[i].strain);
      if (!g_ptr_array_find (found, card, NULL))
        g_ptr_array_add (found, card);
    }
  for (guint i = 0; i < found->len; i++)
    if (folds_to (((const WhCard *) g_ptr_array_index (found, i))->name, folded))
      g_ptr_array_add (exact, g_ptr_array_index (found, i));
  if (exact->len == 0)
    {
      g_ptr_array_unref (exact);
      return found;
    }
  g_ptr_array_unref (found);
  return exact;
}

/* "Blue Dream, Blue Dragon" */
static char *
join_names (const GPtrArray *cards, guint max)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (cards->len, max); i++)
    {
      const WhCard *card = g_ptr_array_index (cards, i);
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", card->name);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
set_not_found (WhSnapshot *snapshot, const char *argument, GError **error)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autofree char *shown = wh_text_clean (argument, WH_LIMIT_QUERY);
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  query->text = g_strdup (shown);
  query->limit = MAX_SUGGESTIONS;
  g_autoptr (WhHits) hits = wh_search_run (snapshot, query, NULL);
  for (guint i = 0; hits && i < hits->hits->len; i++)
    g_ptr_array_add (cards, (gpointer) g_array_index (hits->hits, WhHit, i).card);
  g_autofree char *names = join_names (cards, MAX_SUGGESTIONS);
  if (cards->len > 0)
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no strain “%s”. Did you mean: %s?"), shown, names);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no strain “%s”"), shown);
}

static void
set_ambiguous (GPtrArray *candidates, const char *argument, GPtrArray **out_candidates, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (candidates->len, MAX_CANDIDATES); i++)
    {
      const WhCard *card = g_ptr_array_index (candidates, i);
      char id[WH_ID_TEXT_LENGTH + 1];
      wh_id_format (&card->id, id);
      g_string_append_printf (list, "%s%s (%s)", i > 0 ? ", " : "", card->name, id);
    }
  g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("“%s” may be one of %u strains; give the id of one: %s"), argument,
               candidates->len, list->str);
  if (out_candidates)
    *out_candidates = g_ptr_array_ref (candidates);
}

const WhCard *
wh_catalogue_resolve (WhSnapshot *snapshot, const char *argument, GPtrArray **out_candidates, GError **error)
{
  WhId id;
  const WhCard *card = wh_id_parse (argument, &id) ? wh_snapshot_find (snapshot, &id) : NULL;

  if (out_candidates)
    *out_candidates = NULL;
  if (!card)
    card = wh_snapshot_find_slug (snapshot, argument);
  if (card)
    return card;
  g_autoptr (GPtrArray) candidates = strains_titled (snapshot, argument);
  if (candidates->len == 1)
    return g_ptr_array_index (candidates, 0);
  if (candidates->len == 0)
    set_not_found (snapshot, argument, error);
  else
    set_ambiguous (candidates, argument, out_candidates, error);
  return NULL;
}

/* -- one strain -------------------------------------------------------------------------------------------------- */

static int
compare_times (gint64 a, gint64 b)
{
  return (a < b) - (a > b);
}

static int
compare_results (gconstpointer a, gconstpointer b)
{
  const WhLabResult *x = *(WhLabResult *const *) a, *y = *(WhLabResult *const *) b;
  int order = compare_times (x->test_date, y->test_date);

  return order ? order : wh_id_compare (&x->entity.id, &y->entity.id);
}

/* In stock first, then cheapest per gram; those without a price last. */
static int
compare_products (gconstpointer a, gconstpointer b)
{
  const WhProduct *x = *(WhProduct *const *) a, *y = *(WhProduct *const *) b;
  double price_x = wh_product_price_per_gram (x), price_y = wh_product_price_per_gram (y);

  if ((x->in_stock == 1) != (y->in_stock == 1))
    return x->in_stock == 1 ? -1 : 1;
  if (isnan (price_x) != isnan (price_y))
    return isnan (price_x) ? 1 : -1;
  if (!isnan (price_x) && price_x != price_y)
    return price_x < price_y ? -1 : 1;
  return wh_id_compare (&x->entity.id, &y->entity.id);
}

/* user_data: WhId of a batch -> its newest WhLabResult. */
static int
compare_batches_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  GHashTable *newest = user_data;
  const WhBatch *x = *(WhBatch *const *) a, *y = *(WhBatch *const *) b;
  const WhLabResult *result_x = g_hash_table_lookup (newest, &x->entity.id);
  const WhLabResult *result_y = g_hash_table_lookup (newest, &y->entity.id);
  int order = compare_times (result_x ? result_x->test_date : WH_TIME_UNSET, result_y ? result_y->test_date : WH_TIME_UNSET);

  return order ? order : wh_id_compare (&x->entity.id, &y->entity.id);
}

/* Newest results first, so the first one seen of a batch is its newest. */
static void
sort_batches (WhStrainDetail *detail)
{
  g_autoptr (GHashTable) newest = g_hash_table_new (wh_id_hash, wh_id_equal);

  for (guint i = 0; i < detail->results->len; i++)
    {
      WhLabResult *result = g_ptr_array_index (detail->results, i);
      if (!g_hash_table_contains (newest, &result->batch_id))
        g_hash_table_insert (newest, &result->batch_id, result);
    }
  g_ptr_array_sort_with_data (detail->batches, compare_batches_cb, newest);
}

static gboolean
read_results (WhReader *reader, WhStrainDetail *detail, GError **error)
{
  for (guint i = 0; i < detail->batches->len; i++)
    {
      const WhBatch *batch = g_ptr_array_index (detail->batches, i);
      GPtrArray *results = wh_reader_find (reader, WH_KIND_LAB_RESULT, "batch_id", &batch->entity.id, 0, error);
      if (!results)
        return FALSE;
      g_ptr_array_extend_and_steal (detail->results, results);
    }
  g_ptr_array_sort (detail->results, compare_results);
  sort_batches (detail);
  return TRUE;
}

static void
read_dispensaries (WhReader *reader, WhStrainDetail *detail)
{
  g_ptr_array_sort (detail->products, compare_products);
  if (detail->products->len > MAX_PRODUCTS)
    g_ptr_array_set_size (detail->products, MAX_PRODUCTS);
  for (guint i = 0; i < detail->products->len; i++)
    {
      const WhProduct *product = g_ptr_array_index (detail->products, i);
      g_ptr_array_add (detail->dispensaries, wh_reader_get (reader, WH_KIND_DISPENSARY, &product->dispensary_id, NULL));
    }
}

typedef struct {
  WhStrainDetail    *detail;
  const WhPrincipal *principal;
} Show;

static gboolean
read_notes (WhReader *reader, const Show *show, GError **error)
{
  WhStrainDetail *detail = show->detail;
  g_autoptr (GError) failure = NULL;

  if (!wh_principal_allows (show->principal, WH_PERMISSION_READ_SHOP))
    return TRUE;
  detail->notes = wh_notebook_notes (reader, WH_KIND_STRAIN, &detail->card->id, &failure);
  if (detail->notes)
    detail->favorite = wh_notebook_favorite_of (reader, show->principal, WH_KIND_STRAIN, &detail->card->id, &failure);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return failure == NULL;
}

static gboolean
show_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Show *show = user_data;
  WhStrainDetail *detail = show->detail;
  const WhId *id = &detail->card->id;

  detail->revision = wh_reader_revision (reader);
  detail->strain = wh_reader_get (reader, WH_KIND_STRAIN, id, error);
  if (!detail->strain)
    return FALSE;
  detail->batches = wh_reader_find (reader, WH_KIND_BATCH, "strain_id", id, 0, error);
  if (!detail->batches || !read_results (reader, detail, error))
    return FALSE;
  detail->products = wh_reader_find (reader, WH_KIND_PRODUCT, "strain_id", id, 0, error);
  if (!detail->products)
    return FALSE;
  read_dispensaries (reader, detail);
  return wh_ledger_ratings (reader, "strain_id", id, &detail->ratings, error) && read_notes (reader, show, error);
}

static void
unref_if_any_cb (gpointer entity)
{
  if (entity)
    wh_entity_unref (entity);
}

WhStrainDetail *
wh_catalogue_show (WhCatalogue *catalogue, const WhPrincipal *principal, const WhId *id, GError **error)
{
  g_autoptr (WhStrainDetail) detail = g_new0 (WhStrainDetail, 1);
  Show show = { detail, principal };

  detail->snapshot = wh_catalogue_snapshot (catalogue);
  detail->results = g_ptr_array_new_with_free_func (wh_entity_unref);
  detail->dispensaries = g_ptr_array_new_with_free_func (unref_if_any_cb);
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  detail->card = wh_snapshot_find (detail->snapshot, id);
  if (!detail->card)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no strain with this id"));
      return NULL;
    }
  if (!wh_store_read (catalogue->store, principal, show_cb, &show, error))
    return NULL;
  return g_steal_pointer (&detail);
}

void
wh_strain_detail_free (WhStrainDetail *detail)
{
  g_clear_pointer (&detail->strain, wh_entity_unref);
  g_clear_pointer (&detail->batches, g_ptr_array_unref);
  g_clear_pointer (&detail->results, g_ptr_array_unref);
  g_clear_pointer (&detail->products, g_ptr_array_unref);
  g_clear_pointer (&detail->dispensaries, g_ptr_array_unref);
  g_clear_pointer (&detail->notes, g_ptr_array_unref);
  g_clear_pointer (&detail->favorite, wh_entity_unref);
  g_clear_pointer (&detail->snapshot, wh_snapshot_unref);
  g_free (detail);
}
