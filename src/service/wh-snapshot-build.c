/* The store is read once, kind by kind, and nothing of it is kept but what the snapshot shows. */
#include "wh-snapshot.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-category.h"
#include "core/wh-nouns-shop.h"
#include "wh-search-words.h"

#define MAX_AMOUNT 1000.0    /* mg in a gram: what claims more is no amount */
#define MAX_STATES WH_SHELF_NO_STATE
#define NOWHERE G_MAXUINT32
#define N_PRICE_TIERS 4

/* A strain while it has no number yet. */
typedef struct {
  WhCard      card;
  const char *folded;
} Draft;

typedef struct {
  guint32 strain;
  guint32 kind;       /* as wh_snapshot_kind has it */
} BatchPlace;

/* One test of one analyte. Only the best tier of a strain counts. */
typedef struct {
  guint32 strain;
  guint32 batch;
  guint16 analyte;
  guint16 tier;
  guint32 estimate, low, high;
} Sample;

typedef struct {
  double per_gram;   /* NAN: none */
  gint64 seen_at;
} Price;

typedef struct {
  WhSnapshot *snapshot;
  GStringChunk *text;
  GPtrArray  *alias_lists;
  GArray     *drafts;         /* of Draft */
  const char **flavours;
  GHashTable *accepted;       /* WhId -> GPtrArray of names that somebody decided mean this strain */
  GHashTable *strains;        /* WhId -> number */
  GHashTable *batches;        /* WhId -> position in places + 1 */
  GArray     *places;         /* of BatchPlace */
  GArray     *samples;        /* of Sample */
  guint8     *best_tier;      /* per strain */
  GHashTable *shops;          /* WhId -> bit of its state + 1 */
  Price     (*prices)[N_PRICE_TIERS];
} Builder;

/* -- strains ----------------------------------------------------------------------------------------------------- */

static const char *
keep_text (Builder *builder, const char *text)
{
  return text ? g_string_chunk_insert (builder->text, text) : NULL;
}

static gboolean
take_alias_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhAlias *alias = entity;
  GPtrArray *names = g_hash_table_lookup (builder->accepted, &alias->strain_id);

  if (g_strcmp0 (alias->status, "accepted") != 0)
    return TRUE;
  if (!names)
    {
      names = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (builder->accepted, g_memdup2 (&alias->strain_id, sizeof (WhId)), names);
    }
  g_ptr_array_add (names, g_strdup (alias->name));
  return TRUE;
}

static void
add_alias (Builder *builder, GPtrArray *aliases, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (aliases, name, g_str_equal, NULL))
    g_ptr_array_add (aliases, (gpointer) keep_text (builder, name));
}

/* The strain's own aliases, the well-known ones and those decided here, without repetitions. */
static const char *const *
keep_aliases (Builder *builder, const WhStrain *strain)
{
  g_autoptr (GPtrArray) aliases = g_ptr_array_new ();
  const char *const *lists[] = { (const char *const *) strain->aliases, wh_search_words_aliases (strain->slug) };
  const GPtrArray *accepted = g_hash_table_lookup (builder->accepted, &strain->entity.id);

  for (guint list = 0; list < G_N_ELEMENTS (lists); list++)
    for (guint i = 0; lists[list] && lists[list][i]; i++)
      add_alias (builder, aliases, lists[list][i]);
  for (guint i = 0; accepted && i < accepted->len; i++)
    add_alias (builder, aliases, accepted->pdata[i]);
  if (aliases->len == 0)
    return NULL;
  g_ptr_array_add (aliases, NULL);
  gpointer kept = g_ptr_array_steal (aliases, NULL);
  g_ptr_array_add (builder->alias_lists, kept);
  return kept;
}

static gboolean
take_strain_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhStrain *strain = entity;
  g_autofree char *folded = wh_text_fold (strain->name);
  g_autofree char *flavours = strain->flavors ? g_strjoinv (", ", strain->flavors) : NULL;
  Draft draft = {
    .card = {
      .id = strain->entity.id,
      .name = keep_text (builder, strain->name),
      .slug = keep_text (builder, strain->slug),
      .aliases = keep_aliases (builder, strain),
      .type = strain->type ? g_string_chunk_insert_const (builder->text, strain->type) : NULL,
      .flavours = keep_text (builder, flavours),
      .popularity = strain->popularity_score,
      .thc = WH_AMOUNT_NONE,
      .cbd = WH_AMOUNT_NONE,
      .price_per_gram = NAN,
      .tested_at = WH_TIME_UNSET,
      .priced_at = WH_TIME_UNSET,
      .demonstration = wh_entity_is_demonstration (strain),
    },
    .folded = keep_text (builder, folded),
  };

  g_array_append_val (builder->drafts, draft);
  return TRUE;
}

static int
compare_drafts (gconstpointer a, gconstpointer b)
{
  const Draft *x = a, *y = b;

  if (isnan (x->card.popularity) != isnan (y->card.popularity))
    return isnan (x->card.popularity) ? 1 : -1;
  if (!isnan (x->card.popularity) && x->card.popularity != y->card.popularity)
    return x->card.popularity > y->card.popularity ? -1 : 1;
  int order = strcmp (x->folded, y->folded);
  return order ? order : wh_id_compare (&x->card.id, &y->card.id);
}

/* From here on a strain is its number. */
static void
number_strains (Builder *builder)
{
  guint n = builder->drafts->len;
  WhSnapshot *snapshot = wh_snapshot_new (n);

  g_array_sort (builder->drafts, compare_drafts);
  g_string_chunk_free (snapshot->text);
  snapshot->text = g_steal_pointer (&builder->text);
  g_ptr_array_unref (snapshot->alias_lists);
  snapshot->alias_lists = g_steal_pointer (&builder->alias_lists);
  builder->snapshot = snapshot;
  builder->flavours = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const Draft *draft = &g_array_index (builder->drafts, Draft, i);
      snapshot->cards[i] = draft->card;
      snapshot->cards[i].index = i;
      snapshot->has_demonstration |= draft->card.demonstration;
      builder->flavours[i] = draft->card.flavours;
      g_hash_table_insert (builder->strains, &snapshot->cards[i].id, GUINT_TO_POINTER (i));
    }
  g_clear_pointer (&builder->drafts, g_array_unref);
  builder->best_tier = g_new (guint8, MAX (n, 1));
  memset (builder->best_tier, G_MAXUINT8, n);
  builder->prices = g_malloc (MAX (n, 1) * sizeof *builder->prices);
  for (guint i = 0; i < n; i++)
    for (guint tier = 0; tier < N_PRICE_TIERS; tier++)
      builder->prices[i][tier] = (Price) { NAN, WH_TIME_UNSET };
}

static guint32
strain_number (const Builder *builder, const WhId *id)
{
  gpointer number;

  return g_hash_table_lookup_extended (builder->strains, id, NULL, &number) ? GPOINTER_TO_UINT (number) : NOWHERE;
}

/* -- chemistry --------------------------------------------------------------------------------------------------- */

static gboolean
take_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhBatch *batch = entity;
  BatchPlace place = { strain_number (builder, &batch->strain_id), wh_snapshot_kind (batch->product_type) };

  if (place.strain == NOWHERE)
    return TRUE;
  builder->snapshot->cards[place.strain].n_batches++;
  g_array_append_val (builder->places, place);
  g_hash_table_insert (builder->batches, g_memdup2 (&batch->entity.id, sizeof (WhId)), GUINT_TO_POINTER (builder->places->len));
  return TRUE;
}

static gboolean
is_dry (const WhLabResult *result)
{
  WhBasis basis;

  if (result->basis && wh_basis_parse (result->basis, &basis) && basis != WH_BASIS_UNKNOWN)
    return basis == WH_BASIS_DRY;
  for (guint i = 0; i < wh_panel_length (result->panel); i++)
    if (wh_panel_at (result->panel, i)->basis == WH_BASIS_DRY)
      return TRUE;
  return FALSE;
}

guint
wh_snapshot_kind (const char *product_type)
{
  return !product_type ? 1 : strcmp (product_type, "flower") == 0 ? 0 : 2;
}

guint
wh_snapshot_tier (guint kind, const WhLabResult *result)
{
  return 2 * kind + is_dry (result);
}

static guint32
millionths (double amount)
{
  return (guint32) llround (CLAMP (amount, 0, MAX_AMOUNT) * WH_FACT_UNIT);
}

static void
add_sample (Builder *builder, Sample sample, guint analyte, WhAmount amount)
{
  if (amount.n == 0 || !isfinite (amount.estimate) || amount.estimate > MAX_AMOUNT)
    return;
  sample.analyte = (guint16) analyte;
  sample.estimate = millionths (amount.estimate);
  sample.low = millionths (amount.low);
  sample.high = millionths (amount.high);
  g_array_append_val (builder->samples, sample);
  builder->best_tier[sample.strain] = MIN (builder->best_tier[sample.strain], sample.tier);
}

static void
add_sums (Builder *builder, Sample sample, const WhPanel *panel)
{
  static const char *const neutrals[] = {
    [WH_SUM_THC] = "delta_9_thc", [WH_SUM_CBD] = "cbd", [WH_SUM_THCV] = "thcv", [WH_SUM_CBG] = "cbg"
  };

  for (guint sum = 0; sum < G_N_ELEMENTS (neutrals); sum++)
    add_sample (builder, sample, wh_analyte_count () + sum, wh_chemistry_total (panel, neutrals[sum]));
  add_sample (builder, sample, wh_analyte_count () + WH_SUM_TERPENES, wh_chemistry_terpenes (panel));
  add_sample (builder, sample, wh_analyte_count () + WH_SUM_CANNABINOIDS, wh_chemistry_cannabinoids (panel));
}

/* Every analyte of the panel, and the totals whose parts are in it, each once. */
static void
add_analytes (Builder *builder, Sample sample, const WhPanel *panel)
{
  WhAnalyteIndex last_total = WH_ANALYTE_NONE;

  for (guint i = 0; i < wh_panel_length (panel); i++)
    {
      WhAnalyteIndex analyte = wh_panel_at (panel, i)->analyte;
      WhAnalyteIndex total = wh_analyte_get (analyte)->total;
      add_sample (builder, sample, analyte, wh_chemistry_amount (panel, analyte));
      if (total == WH_ANALYTE_NONE || total == last_total || wh_panel_find (panel, total))
        continue;
      add_sample (builder, sample, total, wh_chemistry_amount (panel, total));
      last_total = total;
    }
}

static gboolean
take_result_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhLabResult *result = entity;
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (builder->batches, &result->batch_id));

  if (place == 0)
    return TRUE;
  const BatchPlace *batch = &g_array_index (builder->places, BatchPlace, place - 1);
  WhCard *card = &builder->snapshot->cards[batch->strain];
  if (result->test_date != WH_TIME_UNSET)
    card->tested_at = MAX (card->tested_at, result->test_date);
  if (!result->panel)
    return TRUE;
  Sample sample = { .strain = batch->strain, .batch = place, .tier = (guint16) wh_snapshot_tier (batch->kind, result) };
  add_analytes (builder, sample, result->panel);
  add_sums (builder, sample, result->panel);
  return TRUE;
}

static int
compare_samples (gconstpointer a, gconstpointer b)
{
  const Sample *x = a, *y = b;

  if (x->analyte != y->analyte)
    return x->analyte < y->analyte ? -1 : 1;
  return (x->batch > y->batch) - (x->batch < y->batch);
}

static WhAmount
sample_amount (const Sample *sample)
{
  return (WhAmount){ sample->estimate / WH_FACT_UNIT, sample->low / WH_FACT_UNIT, sample->high / WH_FACT_UNIT, 1 };
}

/* The samples of one analyte, sorted by batch: a batch that was tested twice still counts once. */
static WhAmount
median_over_batches (const Sample *samples, guint n)
{
  g_autofree WhAmount *batches = g_new (WhAmount, n);
  g_autofree WhAmount *tests = g_new (WhAmount, n);
  guint n_batches = 0;

  for (guint i = 0; i < n;)
    {
      guint n_tests = 0;
      for (guint batch = samples[i].batch; i < n && samples[i].batch == batch; i++)
        tests[n_tests++] = sample_amount (&samples[i]);
      batches[n_batches] = n_tests == 1 ? tests[0] : wh_chemistry_median (tests, n_tests);
      batches[n_batches++].n = 1;
    }
  WhAmount median = n_batches == 1 ? batches[0] : wh_chemistry_median (batches, n_batches);
  median.n = n_batches;
  return median;
}

static void
add_facts (GArray *facts, Sample *samples, guint n)
{
  if (n == 0)
    return;
  qsort (samples, n, sizeof *samples, compare_samples);
  for (guint i = 0, end; i < n; i = end)
    {
      for (end = i + 1; end < n && samples[end].analyte == samples[i].analyte;)
        end++;
      WhAmount median = median_over_batches (&samples[i], end - i);
      WhFact fact = { samples[i].analyte, (guint16) MIN (median.n, G_MAXUINT16), millionths (median.estimate),
                      millionths (median.low), millionths (median.high) };
      g_array_append_val (facts, fact);
    }
}

/* Drops what the strain's better tests make unnecessary; counts the rest into `first`, as where each strain begins. */
static void
keep_best_samples (Builder *builder, guint32 *first)
{
  Sample *samples = (Sample *) builder->samples->data;
  guint kept = 0;

  for (guint i = 0; i < builder->samples->len; i++)
    if (samples[i].tier == builder->best_tier[samples[i].strain])
      {
        first[samples[i].strain + 1]++;
        samples[kept++] = samples[i];
      }
  g_array_set_size (builder->samples, kept);
  for (guint i = 0; i < builder->snapshot->n; i++)
    first[i + 1] += first[i];
}

/* Groups samples by strain where they stand: a second copy would be the largest thing in memory. */
static void
group_samples (Sample *samples, const guint32 *first, guint n)
{
  g_autofree guint32 *next = g_memdup2 (first, (n + 1) * sizeof *first);

  for (guint strain = 0; strain < n; strain++)
    while (next[strain] < first[strain + 1])
      {
        Sample moved = samples[next[strain]];
        guint32 *home = &next[moved.strain];
        samples[next[strain]] = samples[*home];
        samples[(*home)++] = moved;
      }
}

static void
build_facts (Builder *builder)
{
  WhSnapshot *snapshot = builder->snapshot;
  g_autofree guint32 *first = g_new0 (guint32, snapshot->n + 1);
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (WhFact));

  keep_best_samples (builder, first);
  Sample *samples = (Sample *) builder->samples->data;
  group_samples (samples, first, snapshot->n);
  for (guint i = 0; i < snapshot->n; i++)
    {
      snapshot->facts_first[i] = facts->len;
      add_facts (facts, samples + first[i], first[i + 1] - first[i]);
    }
  g_clear_pointer (&builder->samples, g_array_unref);
  snapshot->facts_first[snapshot->n] = facts->len;
  snapshot->facts = g_realloc (g_array_free (facts, FALSE), MAX (snapshot->facts_first[snapshot->n], 1) * sizeof (WhFact));
}

/* Keeps the largest few, in order; a part of a total is left to its total. */
static void
offer_terpene (WhCard *card, const WhFact *fact)
{
  const WhAnalyte *analyte = fact->analyte < wh_analyte_count () ? wh_analyte_get (fact->analyte) : NULL;
  double amount = fact->estimate / WH_FACT_UNIT;
  guint place = card->n_terpenes;

  if (!analyte || !wh_analyte_is_terpene (analyte) || analyte->total != WH_ANALYTE_NONE || amount <= 0)
    return;
  while (place > 0 && card->terpenes[place - 1].amount < amount)
    place--;
  if (place == WH_CARD_TERPENES)
    return;
  card->n_terpenes = MIN (card->n_terpenes + 1, WH_CARD_TERPENES);
  memmove (&card->terpenes[place + 1], &card->terpenes[place], (card->n_terpenes - 1 - place) * sizeof card->terpenes[0]);
  card->terpenes[place].analyte = fact->analyte;
  card->terpenes[place].amount = amount;
}

static void
fill_chemistry (WhSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->n; i++)
    {
      WhCard *card = &snapshot->cards[i];
      card->thc = wh_snapshot_sum (snapshot, i, WH_SUM_THC);
      card->cbd = wh_snapshot_sum (snapshot, i, WH_SUM_CBD);
      card->chemotype = wh_chemistry_type (card->thc.estimate, card->cbd.estimate);
      for (guint fact = snapshot->facts_first[i]; fact < snapshot->facts_first[i + 1]; fact++)
        offer_terpene (card, &snapshot->facts[fact]);
    }
}

/* -- shops and prices -------------------------------------------------------------------------------------------- */

static gboolean
take_dispensary_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhDispensary *shop = entity;
  GPtrArray *states = builder->snapshot->states;
  g_autofree char *folded = shop->state ? wh_text_fold (shop->state) : NULL;
  guint bit = 0;

  if (!folded)
    return TRUE;
  if (!g_ptr_array_find_with_equal_func (states, folded, g_str_equal, &bit))
    {
      if (states->len == MAX_STATES)
        return TRUE;
      bit = states->len;
      g_ptr_array_add (states, g_steal_pointer (&folded));
    }
  g_hash_table_insert (builder->shops, g_memdup2 (&shop->entity.id, sizeof (WhId)), GUINT_TO_POINTER (bit + 1));
  return TRUE;
}

/* What is in stock before what is not, and flower before everything else. */
static guint
price_tier (const WhProduct *product)
{
  return (product->in_stock == 1 ? 0 : 2) + (g_strcmp0 (product->category, "flower") == 0 ? 0 : 1);
}

/* The lowest, and of equal ones the one seen last. */
static void
take_price (Price *price, double per_gram, gint64 seen_at)
{
  if (isnan (per_gram) || per_gram > price->per_gram)
    return;
  price->seen_at = per_gram == price->per_gram ? MAX (price->seen_at, seen_at) : seen_at;
  price->per_gram = per_gram;
}

static gboolean
take_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhProduct *product = entity;
  guint32 strain = strain_number (builder, &product->strain_id);

  if (strain == NOWHERE)
    return TRUE;
  WhCard *card = &builder->snapshot->cards[strain];
  guint bit = GPOINTER_TO_UINT (g_hash_table_lookup (builder->shops, &product->dispensary_id));
  card->n_products++;
  card->n_in_stock += product->in_stock == 1;
  if (product->in_stock == 1)
    card->sold_as |= wh_category_bit (product->category);
  if (product->price_observed_at != WH_TIME_UNSET)
    card->priced_at = MAX (card->priced_at, product->price_observed_at);
  if (bit > 0)
    builder->snapshot->sold_in[strain] |= G_GUINT64_CONSTANT (1) << (bit - 1);
  double per_gram = wh_product_price_per_gram (product);
  take_price (&builder->prices[strain][price_tier (product)], per_gram, product->price_observed_at);
  wh_shelves_add (builder->snapshot->shelves, strain, bit > 0 ? bit - 1 : WH_SHELF_NO_STATE, product, per_gram);
  return TRUE;
}

/* When the price was seen goes with it: a cheap old one is no newer for a dear new one beside it. */
static void
fill_prices (Builder *builder)
{
  for (guint i = 0; i < builder->snapshot->n; i++)
    {
      WhCard *card = &builder->snapshot->cards[i];
      for (guint tier = 0; tier < N_PRICE_TIERS && isnan (card->price_per_gram); tier++)
        {
          const Price *price = &builder->prices[i][tier];
          card->price_per_gram = price->per_gram;
          card->priced_at = isnan (price->per_gram) ? card->priced_at : price->seen_at;
        }
    }
}

/* -- all together ------------------------------------------------------------------------------------------------ */

static void
builder_init (Builder *builder)
{
  *builder = (Builder){
    .text = g_string_chunk_new (64 * 1024),
    .alias_lists = g_ptr_array_new_with_free_func (g_free),
    .drafts = g_array_new (FALSE, FALSE, sizeof (Draft)),
    .accepted = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, (GDestroyNotify) g_ptr_array_unref),
    .strains = g_hash_table_new (wh_id_hash, wh_id_equal),
    .batches = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL),
    .places = g_array_new (FALSE, FALSE, sizeof (BatchPlace)),
    .samples = g_array_new (FALSE, FALSE, sizeof (Sample)),
    .shops = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL),
  };
}

static void
builder_clear (Builder *builder)
{
  g_clear_pointer (&builder->text, g_string_chunk_free);
  g_clear_pointer (&builder->alias_lists, g_ptr_array_unref);
  g_clear_pointer (&builder->drafts, g_array_unref);
  g_clear_pointer (&builder->accepted, g_hash_table_unref);
  g_clear_pointer (&builder->strains, g_hash_table_unref);
  g_clear_pointer (&builder->batches, g_hash_table_unref);
  g_clear_pointer (&builder->places, g_array_unref);
  g_clear_pointer (&builder->samples, g_array_unref);
  g_clear_pointer (&builder->shops, g_hash_table_unref);
  g_clear_pointer (&builder->snapshot, wh_snapshot_unref);
  g_clear_pointer (&builder->flavours, g_free);
  g_clear_pointer (&builder->best_tier, g_free);
  g_clear_pointer (&builder->prices, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, builder_clear)

WhSnapshot *
wh_snapshot_build (WhReader *reader, GError **error)
{
  g_auto (Builder) builder;

  builder_init (&builder);
  if (!wh_reader_each (reader, WH_KIND_ALIAS, take_alias_cb, &builder, error)
      || !wh_reader_each (reader, WH_KIND_STRAIN, take_strain_cb, &builder, error))
    return NULL;
  number_strains (&builder);
  if (!wh_reader_each (reader, WH_KIND_BATCH, take_batch_cb, &builder, error)
      || !wh_reader_each (reader, WH_KIND_LAB_RESULT, take_result_cb, &builder, error)
      || !wh_reader_each (reader, WH_KIND_DISPENSARY, take_dispensary_cb, &builder, error)
      || !wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, &builder, error))
    return NULL;
  build_facts (&builder);
  fill_chemistry (builder.snapshot);
  fill_prices (&builder);
  g_clear_pointer (&builder.batches, g_hash_table_unref);
  g_clear_pointer (&builder.places, g_array_unref);
  wh_snapshot_finish (builder.snapshot, builder.flavours);
  builder.snapshot->revision = wh_reader_revision (reader);
  builder.snapshot->head = wh_reader_head (reader, error);
  if (!builder.snapshot->head)
    return NULL;
  malloc_trim (0);   /* building leaves the heap full of small holes; a server lives long with what stays */
  return g_steal_pointer (&builder.snapshot);
}
