/* Changes laid over a mirror: reads answer as if they had been made. */
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "client/wh-pending.h"
#include "support/wh-test.h"
#include "wh-test-random.h"

#define N_ROUNDS 40
#define N_WRITES 8
#define RESTART_EVERY 13
#define LIST_PAGE 4
#define SORTED_FIELDS 4

typedef struct {
  char        *dir, *mirror_path, *reference_path;
  WhPrincipal *principal;
  WhStore     *reference;    /* where the changes are really made */
  WhStore     *mirror;
  WhOutbox    *outbox;
  WhPending   *pending;
} Fixture;

/* -- opening ------------------------------------------------------------------------------------------------------- */

static void
open_mirror (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->mirror = wh_store_open (fixture->mirror_path, WH_STORE_READ, &error);
  wh_test_no_error (error);
  fixture->outbox = wh_outbox_new (fixture->dir);
  fixture->pending = wh_pending_new (fixture->outbox, fixture->mirror, fixture->principal);
  wh_pending_refresh (fixture->pending, NULL, &error);
  wh_test_no_error (error);
}

static void
close_mirror (Fixture *fixture)
{
  g_clear_pointer (&fixture->pending, wh_pending_free);
  g_clear_pointer (&fixture->outbox, wh_outbox_unref);
  g_clear_pointer (&fixture->mirror, wh_store_unref);
}

typedef struct {
  WhChangeOp op;
  WhEntity  *entity;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  wh_entity_unref (step->entity);
  g_free (step);
}

/* Copies, since a store sets times and revision in what it is given. */
static gboolean
make_steps (WhWriter *writer, gpointer user_data, GError **error)
{
  const GPtrArray *steps = user_data;

  for (guint i = 0; i < steps->len; i++)
    {
      const Step *step = steps->pdata[i];
      g_autoptr (WhEntity) entity = wh_entity_copy (step->entity);
      if (!(step->op == WH_CHANGE_PUT ? wh_writer_put (writer, entity, NULL, error)
                                      : wh_writer_delete (writer, entity->kind, &entity->id, error)))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
random_steps (guint n)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (step_free);

  for (guint i = 0; i < n; i++)
    {
      WhKind kind = (WhKind) g_test_rand_int_range (WH_KIND_NONE + 1, WH_N_KINDS);
      WhId id = wh_test_random_id (kind);
      Step *step = g_new0 (Step, 1);
      step->op = g_test_rand_int_range (0, 4) ? WH_CHANGE_PUT : WH_CHANGE_DELETE;
      step->entity = wh_test_random_entity (kind, &id);
      g_ptr_array_add (steps, step);
    }
  return steps;
}

static void
write_steps (Fixture *fixture, WhStore *store, GPtrArray *steps)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", make_steps, steps, NULL, &error);
  wh_test_no_error (error);
}

static WhStore *
open_writable (const char *path)
{
  g_autoptr (GError) error = NULL;
  WhStore *store = wh_store_open (path, WH_STORE_WRITE, &error);

  wh_test_no_error (error);
  return store;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) steps = random_steps (120);
  WhStore *mirror;

  fixture->dir = wh_test_make_dir ();
  fixture->mirror_path = g_build_filename (fixture->dir, "mirror.db", NULL);
  fixture->reference_path = g_build_filename (fixture->dir, "reference.db", NULL);
  fixture->principal = wh_principal_new_local ();
  fixture->reference = open_writable (fixture->reference_path);
  write_steps (fixture, fixture->reference, steps);
  mirror = open_writable (fixture->mirror_path);
  write_steps (fixture, mirror, steps);
  wh_store_unref (mirror);
  open_mirror (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_mirror (fixture);
  wh_store_unref (fixture->reference);
  wh_principal_unref (fixture->principal);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->mirror_path);
  g_free (fixture->reference_path);
}

/* -- comparing --------------------------------------------------------------------------------------------------------- */

/* Everything a reader can be asked about one kind. */
typedef struct {
  WhKind      kind;
  gboolean    with_lists;
  gint64      count;
  GHashTable *each;      /* WhId -> WhEntity */
  GPtrArray  *got;       /* of every id, NULL where there is none */
  GPtrArray  *found;     /* GPtrArray of every id field and id, and every page of some lists */
  GArray     *numbers;   /* gint64: rows of these lists, and which ids were deleted */
} Answers;

static gboolean
each_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  WhEntity *row = wh_entity_ref (entity);

  g_assert_true (g_hash_table_insert (user_data, &row->id, row));
  return TRUE;
}

static void
ask_find (WhReader *reader, Answers *answers, const WhField *field, guint limit)
{
  for (guint i = 0; i < 3 * WH_TEST_RANDOM_IDS; i++)
    {
      WhKind kind = i % 3 == 0 ? WH_KIND_STRAIN : i % 3 == 1 ? WH_KIND_BATCH : WH_KIND_PRODUCT;
      g_autofree char *key = g_strdup_printf ("%u", i / 3);
      WhId id = wh_id_from_key (wh_entity_class (kind)->name, "test", key);
      GPtrArray *found = wh_reader_find (reader, answers->kind, field->name, &id, limit, NULL);
      g_assert_nonnull (found);
      g_ptr_array_add (answers->found, found);
    }
}

/* All pages of one list. */
static void
ask_list (WhReader *reader, Answers *answers, const char *sort, gboolean descending, const char *filter)
{
  g_autoptr (WhListing) listing = wh_listing_new (answers->kind);
  gint64 count;

  listing->limit = LIST_PAGE;
  listing->descending = descending;
  if (!wh_listing_set_sort (listing, sort, NULL))
    return;
  g_assert_true (!filter || wh_listing_add_filter (listing, filter, "1", NULL));
  count = wh_reader_list_count (reader, listing, NULL);
  g_assert_cmpint (count, >=, 0);
  g_array_append_val (answers->numbers, count);
  do
    {
      char *next = NULL;
      GPtrArray *page = wh_reader_list (reader, listing, &next, NULL);
      g_assert_nonnull (page);
      g_ptr_array_add (answers->found, page);
      g_free (listing->cursor);
      listing->cursor = next;
    }
  while (listing->cursor);
}

static void
ask_lists (WhReader *reader, Answers *answers)
{
  const WhEntityClass *class = wh_entity_class (answers->kind);

  ask_list (reader, answers, "id", FALSE, NULL);
  for (guint i = 0; i < MIN (class->n_fields, SORTED_FIELDS); i++)
    {
      const WhField *field = &class->fields[i];
      g_autofree char *contains = g_strconcat ("contains.", field->name, NULL);
      if (field->type == WH_FIELD_TEXT || field->type == WH_FIELD_INTEGER)
        ask_list (reader, answers, field->name, i % 2 == 1, field->type == WH_FIELD_TEXT ? contains : NULL);
    }
}

static gboolean
ask (WhReader *reader, gpointer user_data, GError **error)
{
  Answers *answers = user_data;
  const WhEntityClass *class = wh_entity_class (answers->kind);

  answers->count = wh_reader_count (reader, answers->kind, error);
  if (!wh_reader_each (reader, answers->kind, each_cb, answers->each, error))
    return FALSE;
  for (guint i = 0; i < WH_TEST_RANDOM_IDS; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      WhId id = wh_id_from_key (class->name, "test", key);
      gint64 deleted = wh_reader_is_deleted (reader, answers->kind, &id);
      g_ptr_array_add (answers->got, wh_reader_get (reader, answers->kind, &id, NULL));
      g_array_append_val (answers->numbers, deleted);
    }
  if (answers->with_lists)
    ask_lists (reader, answers);
  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type == WH_FIELD_ID)
      {
        ask_find (reader, answers, &class->fields[i], 0);
        ask_find (reader, answers, &class->fields[i], 2);
      }
  return TRUE;
}

static void
unref_if_any_cb (gpointer entity)
{
  if (entity)
    wh_entity_unref (entity);
}

static void
answers_init (Answers *answers, Fixture *fixture, WhStore *store, WhKind kind, gboolean with_lists)
{
  g_autoptr (GError) error = NULL;

  answers->kind = kind;
  answers->with_lists = with_lists;
  answers->each = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, wh_entity_unref);
  answers->got = g_ptr_array_new_with_free_func (unref_if_any_cb);
  answers->found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  answers->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  wh_store_read (store, fixture->principal, ask, answers, &error);
  wh_test_no_error (error);
}

static void
answers_clear (Answers *answers)
{
  g_hash_table_unref (answers->each);
  g_ptr_array_unref (answers->got);
  g_ptr_array_unref (answers->found);
  g_array_unref (answers->numbers);
}

static void
assert_rows_equal (const WhEntity *a, const WhEntity *b)
{
  g_assert_true ((a == NULL) == (b == NULL));
  if (!a)
    return;
  g_assert_true (wh_id_equal (&a->id, &b->id));
  g_assert_true (wh_entity_equal (a, b));
}

static void
assert_lists_equal (const GPtrArray *a, const GPtrArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    assert_rows_equal (a->pdata[i], b->pdata[i]);
}

static void
compare (Fixture *fixture, gboolean with_lists)
{
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      Answers expected, actual;
      GHashTableIter iter;
      gpointer id, row;
      answers_init (&expected, fixture, fixture->reference, kind, with_lists);
      answers_init (&actual, fixture, fixture->mirror, kind, with_lists);
      g_assert_cmpint (expected.count, ==, actual.count);
      g_assert_cmpuint (g_hash_table_size (expected.each), ==, g_hash_table_size (actual.each));
      g_hash_table_iter_init (&iter, expected.each);
      while (g_hash_table_iter_next (&iter, &id, &row))
        assert_rows_equal (row, g_hash_table_lookup (actual.each, id));
      assert_lists_equal (expected.got, actual.got);
      g_assert_cmpmem (expected.numbers->data, expected.numbers->len * sizeof (gint64), actual.numbers->data,
                       actual.numbers->len * sizeof (gint64));
      g_assert_cmpuint (expected.found->len, ==, actual.found->len);
      for (guint i = 0; i < expected.found->len; i++)
        assert_lists_equal (expected.found->pdata[i], actual.found->pdata[i]);
      answers_clear (&expected);
      answers_clear (&actual);
    }
}

static void
assert_same (Fixture *fixture)
{
  compare (fixture, FALSE);
}

static void
test_as_if_made (Fixture *fixture, gconstpointer data)
{
  assert_same (fixture);
  for (guint round = 1; round <= N_ROUNDS; round++)
    {
      g_autoptr (GPtrArray) steps = random_steps ((guint) g_test_rand_int_range (1, 2 * N_WRITES));
      write_steps (fixture, fixture->reference, steps);
      write_steps (fixture, fixture->mirror, steps);
      assert_same (fixture);
      if (round % RESTART_EVERY == 0)
        {
          close_mirror (fixture);
          open_mirror (fixture);
          compare (fixture, TRUE);   /* lists take longer to ask for */
        }
    }
  g_test_message ("%u changes wait", wh_pending_count (fixture->pending));
  g_assert_cmpuint (wh_pending_count (fixture->pending), >, N_ROUNDS);
}

/* -- two programs on one outbox --------------------------------------------------------------------------------------------- */

static void
test_two_programs (Fixture *fixture, gconstpointer data)
{
  Fixture other = *fixture;

  open_mirror (&other);
  for (guint round = 0; round < N_ROUNDS / 2; round++)
    {
      g_autoptr (GPtrArray) steps = random_steps (N_WRITES);
      gboolean changed = FALSE;
      g_autoptr (GError) error = NULL;
      /* Each sees what the other wrote once it looks, as a window and a terminal do. */
      wh_pending_refresh (fixture->pending, NULL, &error);
      wh_test_no_error (error);
      write_steps (fixture, fixture->reference, steps);
      write_steps (fixture, round % 2 ? fixture->mirror : other.mirror, steps);
      wh_pending_refresh (fixture->pending, &changed, &error);
      wh_test_no_error (error);
      g_assert_true (changed || round % 2);
      assert_same (fixture);
      wh_pending_refresh (other.pending, NULL, &error);
      wh_test_no_error (error);
    }
  assert_same (&other);
  g_assert_cmpuint (wh_pending_count (fixture->pending), ==, wh_pending_count (other.pending));
  close_mirror (&other);
}

/* -- news from the server ------------------------------------------------------------------------------------------------------ */

static void
put_product (Fixture *fixture, WhStore *store, const char *name, gint64 price, gint64 stock)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (step_free);
  Step *step = g_new0 (Step, 1);
  WhId id = wh_id_from_key ("product", "news", "p");
  WhProduct *product = wh_product_new (id);

  product->dispensary_id = wh_id_from_key ("dispensary", "news", "d");
  product->name = g_strdup (name);
  product->price_cents = price;
  product->stock_quantity = stock;
  *step = (Step){ WH_CHANGE_PUT, &product->entity };
  g_ptr_array_add (steps, step);
  write_steps (fixture, store, steps);
}

static gboolean
get_product (WhReader *reader, gpointer user_data, GError **error)
{
  WhId id = wh_id_from_key ("product", "news", "p");

  *(WhProduct **) user_data = wh_reader_get (reader, WH_KIND_PRODUCT, &id, error);
  return *(WhProduct **) user_data != NULL;
}

static WhProduct *
read_product (Fixture *fixture)
{
  WhProduct *product = NULL;
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->mirror, fixture->principal, get_product, &product, &error);
  wh_test_no_error (error);
  return product;
}

/* What was written here stays on top; what it did not mean is the server's. */
static void
test_rebase (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStore) server = open_writable (fixture->mirror_path);
  g_autoptr (WhProduct) pulled = NULL, written = NULL, rebased = NULL;

  put_product (fixture, server, "Flower", 1000, 5);
  pulled = read_product (fixture);
  g_assert_cmpint (pulled->entity.revision, >, 0);
  put_product (fixture, fixture->mirror, "Flower", 1200, 5);
  written = read_product (fixture);
  g_assert_cmpint (written->entity.revision, ==, 0);
  g_assert_cmpint (written->price_cents, ==, 1200);
  put_product (fixture, server, "Fine flower", 1100, 3);
  rebased = read_product (fixture);
  g_assert_cmpint (rebased->entity.revision, ==, 0);
  g_assert_cmpint (rebased->price_cents, ==, 1200);
  g_assert_cmpint (rebased->stock_quantity, ==, 3);
  g_assert_cmpstr (rebased->name, ==, "Fine flower");
}

static gboolean
base_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  const WhField *price = wh_entity_field (WH_KIND_PRODUCT, "price_cents");

  g_assert_cmpint (entry->change->given, ==, G_GUINT64_CONSTANT (1) << (price - wh_entity_class (WH_KIND_PRODUCT)->fields));
  *(gint64 *) user_data = entry->change->base_revision;
  return TRUE;
}

/* A change knows what it was made on. */
static void
test_base (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStore) server = open_writable (fixture->mirror_path);
  g_autoptr (WhProduct) pulled = NULL;
  gint64 base = -1;

  put_product (fixture, server, "Flower", 1000, 5);
  pulled = read_product (fixture);
  put_product (fixture, fixture->mirror, "Flower", 1200, 5);
  put_product (fixture, fixture->mirror, "Flower", 1300, 5);
  g_assert_true (wh_outbox_each (fixture->outbox, NULL, NULL, 0, base_cb, &base, NULL));
  g_assert_cmpint (base, ==, pulled->entity.revision);
}

/* -- revisions, failures, strangers ---------------------------------------------------------------------------------------------- */

static void
put_note (Fixture *fixture, WhStore *store)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (step_free);
  Step *step = g_new0 (Step, 1);
  WhId id = wh_id_new ();

  *step = (Step){ WH_CHANGE_PUT, wh_test_random_entity (WH_KIND_NOTE, &id) };
  g_ptr_array_add (steps, step);
  write_steps (fixture, store, steps);
}

/* A catalogue is built anew for what it is made of, not for a note. */
static void
test_revision (Fixture *fixture, gconstpointer data)
{
  gint64 before = wh_store_revision (fixture->mirror);

  put_note (fixture, fixture->mirror);
  g_assert_cmpint (wh_store_revision (fixture->mirror), ==, before);
  put_product (fixture, fixture->mirror, "Flower", 1000, 5);
  g_assert_cmpint (wh_store_revision (fixture->mirror), >, before);
  before = wh_store_revision (fixture->mirror);
  put_product (fixture, fixture->mirror, "Flower", 1000, 5);
  g_assert_cmpint (wh_store_revision (fixture->mirror), ==, before);
}

/* What could not be kept is not shown. */
static void
test_not_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_its_place = wh_paths_outbox (fixture->dir);
  g_autoptr (GPtrArray) steps = random_steps (20);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (in_its_place, 0700), ==, 0);
  g_assert_false (wh_store_write (fixture->mirror, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", make_steps, steps, NULL,
                                  &error));
  g_assert_nonnull (error);
  assert_same (fixture);
  g_assert_cmpuint (wh_pending_count (fixture->pending), ==, 0);
}

static void
test_strangers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPrincipal) other = wh_principal_new ("local:somebody-else", (const char *const[]) { "administrator", NULL });
  WhPrincipal *me = fixture->principal;
  g_autoptr (GPtrArray) steps = random_steps (20);
  g_autoptr (GError) error = NULL;

  write_steps (fixture, fixture->mirror, steps);
  close_mirror (fixture);
  fixture->principal = other;
  open_mirror (fixture);
  assert_same (fixture);
  g_assert_false (wh_store_write (fixture->mirror, me, WH_PERMISSION_WRITE_CATALOGUE, "test", make_steps, steps, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  close_mirror (fixture);
  fixture->principal = me;
  open_mirror (fixture);
  write_steps (fixture, fixture->reference, steps);
  assert_same (fixture);
}

#define ADD(path, function) g_test_add ("/client/pending/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("as-if-made", test_as_if_made);
  ADD ("two-programs", test_two_programs);
  ADD ("rebase", test_rebase);
  ADD ("base", test_base);
  ADD ("revision", test_revision);
  ADD ("not-kept", test_not_kept);
  ADD ("strangers", test_strangers);
  return g_test_run ();
}
