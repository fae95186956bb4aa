/* The store's promises in every database: what goes in comes out, changes come in commit order, the audit trail notices meddling. */
#include <math.h>

#include "base/wh-error.h"
#include "store/wh-test-store.h"

typedef WhTestStore Fixture;

#define put wh_test_store_put
#define make_strain wh_test_store_strain
#define meddle wh_test_store_meddle

static WhLabResult *
make_result (void)
{
  WhLabResult *result = wh_lab_result_new (wh_id_from_key ("lab_result", "test", "1"));

  result->batch_id = wh_id_from_key ("batch", "test", "1");
  result->test_date = 86400 * WH_TIME_SECOND;
  result->panel = wh_panel_new ();
  for (WhState state = WH_STATE_NOT_TESTED; state <= WH_STATE_NOT_APPLICABLE; state++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = state;
      measure.state = state;
      measure.unit = WH_UNIT_MG_PER_G;
      measure.value = state == WH_STATE_VALUE ? 1.25 : NAN;
      measure.loq = state == WH_STATE_BELOW_LOQ ? 0.1 : NAN;
      measure.text = "as written";
      g_assert_true (wh_panel_add (result->panel, &measure, NULL));
    }
  return result;
}

typedef struct {
  gpointer     entity;
  WhPutOutcome outcome;
} Put;

static gboolean
put_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Put *put = user_data;

  return wh_writer_put (writer, put->entity, &put->outcome, error);
}

typedef struct {
  WhKind kind;
  WhId   id;
  gpointer found;
} Get;

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Get *get = user_data;

  get->found = wh_reader_get (reader, get->kind, &get->id, error);
  return get->found != NULL;
}

static gpointer
get (Fixture *fixture, gconstpointer like, GError **error)
{
  const WhEntity *entity = like;
  Get request = { entity->kind, entity->id, NULL };

  wh_store_read (fixture->store, fixture->principal, get_cb, &request, error);
  return request.found;
}

static void
test_round_trip (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("Blue Dream");
  g_autoptr (WhLabResult) result = make_result ();
  g_autoptr (WhEntity) strain_back = NULL;
  g_autoptr (WhEntity) result_back = NULL;

  g_assert_cmpint (put (fixture, strain), ==, WH_PUT_INSERTED);
  g_assert_cmpint (put (fixture, result), ==, WH_PUT_INSERTED);
  strain_back = get (fixture, strain, NULL);
  result_back = get (fixture, result, NULL);
  g_assert_true (wh_entity_equal (strain, strain_back));
  g_assert_true (wh_entity_equal (result, result_back));
  g_assert_cmpint (result_back->revision, ==, 2);
}

/* Every text, list, number, flag, date and id field of every noun comes back as it went in. */
static void
fill_field (gpointer entity, const WhField *field, guint salt)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = g_strdup_printf ("%s ä %u", field->name, salt);
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (entity, field, char **) = g_strsplit ("a|b\nc|", "|", -1);
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = 0.1 + salt;
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (entity, field, WhId) = wh_id_new ();
      break;
    case WH_FIELD_PANEL:
      break;
    default:
      WH_FIELD_AT (entity, field, gint64) = salt;
    }
}

static void
test_every_field (Fixture *fixture)
{
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      const WhEntityClass *class = wh_entity_class (kind);
      g_autoptr (WhEntity) entity = wh_entity_new (kind, WH_ID_NONE);
      g_autoptr (WhEntity) back = NULL;

      entity->source = g_strdup ("test");
      for (guint i = 0; i < class->n_fields; i++)
        fill_field (entity, &class->fields[i], i + 1);
      g_assert_cmpint (put (fixture, entity), ==, WH_PUT_INSERTED);
      g_assert_cmpint (put (fixture, entity), ==, WH_PUT_UNCHANGED);
      back = get (fixture, entity, NULL);
      g_assert_true (wh_entity_equal (entity, back));
    }
}

static void
test_put_says_what_it_did (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("Blue Dream");
  g_autoptr (WhStrain) again = make_strain ("Blue Dream");

  g_assert_cmpint (put (fixture, strain), ==, WH_PUT_INSERTED);
  g_assert_cmpint (put (fixture, again), ==, WH_PUT_UNCHANGED);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 1);
  again->type = g_strdup ("hybrid");
  g_assert_cmpint (put (fixture, again), ==, WH_PUT_UPDATED);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 2);
}

static gboolean
delete_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  const WhEntity *entity = user_data;

  return wh_writer_delete (writer, entity->kind, &entity->id, error);
}

typedef struct {
  gint64     since;
  guint      limit;
  gboolean   has_more;
  GPtrArray *changes;
} Pull;

static gboolean
pull_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Pull *pull = user_data;

  pull->changes = wh_reader_changes (reader, pull->since, pull->limit, &pull->has_more, error);
  return pull->changes != NULL;
}

static GPtrArray *
pull (Fixture *fixture, gint64 since, guint limit, gboolean *out_has_more)
{
  Pull request = { since, limit, FALSE, NULL };
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->store, fixture->principal, pull_cb, &request, &error);
  g_assert_no_error (error);
  if (out_has_more)
    *out_has_more = request.has_more;
  return request.changes;
}

static void
delete (Fixture *fixture, gpointer entity)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", delete_cb, entity, NULL, &error);
  g_assert_no_error (error);
}

static void
test_changes_skip_what_was_superseded (Fixture *fixture)
{
  g_autoptr (WhStrain) a = make_strain ("A");
  g_autoptr (WhStrain) b = make_strain ("B");
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) page = NULL;
  gboolean has_more = FALSE;

  put (fixture, a);            /* 1, superseded by 3 */
  put (fixture, b);            /* 2, superseded by 4 */
  a->type = g_strdup ("sativa");
  put (fixture, a);            /* 3 */
  delete (fixture, b);         /* 4 */
  all = pull (fixture, 0, 10, &has_more);
  g_assert_false (has_more);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpint (((WhChange *) all->pdata[0])->seq, ==, 3);
  g_assert_cmpint (((WhChange *) all->pdata[1])->op, ==, WH_CHANGE_DELETE);
  page = pull (fixture, 0, 1, &has_more);
  g_assert_true (has_more);
  g_assert_cmpuint (page->len, ==, 1);
}

static void
test_a_row_may_come_back (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("A");
  g_autoptr (GPtrArray) changes = NULL;

  put (fixture, strain);
  delete (fixture, strain);
  put (fixture, strain);
  changes = pull (fixture, 0, 10, NULL);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_cmpint (((WhChange *) changes->pdata[0])->op, ==, WH_CHANGE_PUT);
}

static gboolean
apply_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *changes = user_data;

  for (guint i = 0; i < changes->len; i++)
    if (!wh_writer_apply (writer, changes->pdata[i], error))
      return FALSE;
  return TRUE;
}

static void
test_mirror_keeps_sequence_numbers (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = wh_test_store_place (fixture);
  g_autoptr (WhStore) mirror = wh_store_open (path, WH_STORE_MIRROR, &error);
  g_autoptr (WhStrain) strain = make_strain ("A");
  g_autoptr (GPtrArray) changes = NULL;

  g_assert_no_error (error);
  put (fixture, strain);
  strain->type = g_strdup ("sativa");
  put (fixture, strain);
  changes = pull (fixture, 0, 10, NULL);
  for (guint round = 0; round < 2; round++)   /* a page may arrive twice */
    g_assert_true (wh_store_write (mirror, fixture->principal, WH_PERMISSION_SYNC, "sync", apply_cb, changes, NULL, &error));
  g_assert_cmpint (wh_store_revision (mirror), ==, 2);
  g_assert_true (wh_store_check (mirror, &error));
}

static void
test_denied (Fixture *fixture)
{
  g_autoptr (WhPrincipal) nobody = wh_principal_new ("nobody", NULL);
  g_autoptr (WhPrincipal) reader = wh_principal_new_anonymous ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStrain) strain = make_strain ("A");
  Put request = { strain, WH_PUT_UNCHANGED };
  Pull changes = { 0, 10, FALSE, NULL };

  g_assert_false (wh_store_write (fixture->store, reader, WH_PERMISSION_WRITE_CATALOGUE, "test", put_cb, &request, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (wh_store_read (fixture->store, nobody, pull_cb, &changes, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
}

static gboolean
fail_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  put_cb (writer, user_data, NULL);
  g_set_error_literal (error, WH_ERROR, WH_ERROR_FAILED, "on purpose");
  return FALSE;
}

static void
test_failed_write_leaves_nothing (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("A");
  Put request = { strain, WH_PUT_UNCHANGED };
  g_autoptr (GError) error = NULL;

  g_assert_false (wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fail_cb, &request, NULL,
                                  &error));
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
  g_assert_null (get (fixture, strain, NULL));
}

static void
test_audit_notices (Fixture *fixture)
{
  static const char *const tricks[] = {
    "UPDATE audit SET principal = 'someone' WHERE seq = 2", "UPDATE audit SET time = time + 1 WHERE seq = 1",
    "UPDATE audit SET action = 'x' WHERE seq = 3",          "UPDATE audit SET object = 'x' WHERE seq = 2",
    "UPDATE audit SET change_hash = hash WHERE seq = 2", "DELETE FROM audit WHERE seq = 2",
    "DELETE FROM audit WHERE seq = 3",                      "UPDATE audit SET prev_hash = hash WHERE seq = 3",
  };
  const char *names[] = { "A", "B", "C" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (WhStrain) strain = make_strain (names[i]);
      put (fixture, strain);
    }
  g_assert_true (wh_store_check (fixture->store, NULL));
  meddle (fixture, "CREATE TABLE saved AS SELECT * FROM audit");
  for (guint i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autoptr (GError) error = NULL;
      meddle (fixture, tricks[i]);
      g_assert_false (wh_store_check (fixture->store, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_CORRUPT);
      meddle (fixture, "DELETE FROM audit; INSERT INTO audit SELECT * FROM saved");
    }
  g_assert_true (wh_store_check (fixture->store, NULL));
}

static void
test_future_schema_is_refused (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->store, wh_store_unref);
  wh_test_store_to_future (fixture);
  g_assert_null (wh_store_open (fixture->location, WH_STORE_WRITE, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (wh_store_open (fixture->location, WH_STORE_READ, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
}

static void
test_reading_needs_a_store (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_store_open ("/nowhere/store.db", WH_STORE_READ, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

/* The five states hold in the store, wherever a panel came from. */
static void
test_amount_must_fit_its_state (Fixture *fixture)
{
  static const struct {
    WhState state;
    double  value, loq;
  } wrong[] = { { WH_STATE_VALUE, -1, NAN }, { WH_STATE_VALUE, NAN, NAN }, { WH_STATE_VALUE, INFINITY, NAN },
                { WH_STATE_NOT_TESTED, 0, NAN }, { WH_STATE_NOT_DETECTED, 1, NAN }, { WH_STATE_BELOW_LOQ, NAN, -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhLabResult) result = make_result ();
      WhMeasure measure = WH_MEASURE_INIT;
      g_autoptr (GError) error = NULL;

      g_assert_true (wh_entity_validate (result, NULL));
      measure.analyte = i;
      measure.state = wrong[i].state;
      measure.value = wrong[i].value;
      measure.loq = wrong[i].loq;
      g_assert_true (wh_panel_add (result->panel, &measure, NULL));
      g_assert_false (wh_entity_validate (result, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

/* -- lists ------------------------------------------------------------------------------------------------------ */

static WhBatch *
make_batch (const char *name, const WhId *strain_id)
{
  WhBatch *batch = wh_batch_new (wh_id_from_key ("batch", "test", name));

  batch->name = g_strdup (name);
  batch->strain_id = *strain_id;
  return batch;
}

typedef struct {
  WhId       strain_id;
  guint      limit;
  GPtrArray *found;
  GString   *names;
} Listing;

static gboolean
find_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Listing *listing = user_data;

  listing->found = wh_reader_find (reader, WH_KIND_BATCH, "strain_id", &listing->strain_id, listing->limit, error);
  return listing->found != NULL;
}

static void
test_find (Fixture *fixture)
{
  static const char *const names[] = { "one", "two", "three", "four", "five" };
  Listing listing = { wh_id_from_key ("strain", "test", "A"), 0, NULL, NULL };
  WhId other = wh_id_from_key ("strain", "test", "B");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (WhBatch) batch = make_batch (names[i], i == 2 ? &other : &listing.strain_id);
      put (fixture, batch);
    }
  g_assert_true (wh_store_read (fixture->store, fixture->principal, find_cb, &listing, NULL));
  g_assert_cmpuint (listing.found->len, ==, 4);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpint (memcmp (&((WhEntity *) listing.found->pdata[i - 1])->id, &((WhEntity *) listing.found->pdata[i])->id, sizeof (WhId)),
                     <, 0);
  g_ptr_array_unref (listing.found);
  listing.limit = 2;
  g_assert_true (wh_store_read (fixture->store, fixture->principal, find_cb, &listing, NULL));
  g_assert_cmpuint (listing.found->len, ==, 2);
  g_ptr_array_unref (listing.found);
  listing.strain_id = wh_id_new ();
  g_assert_true (wh_store_read (fixture->store, fixture->principal, find_cb, &listing, NULL));
  g_assert_cmpuint (listing.found->len, ==, 0);
  g_ptr_array_unref (listing.found);
}

static gboolean
name_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Listing *listing = user_data;

  g_string_append (listing->names, ((const WhStrain *) entity)->name);
  if (g_str_has_suffix (listing->names->str, "!"))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, "enough");
  return !g_str_has_suffix (listing->names->str, "!");
}

static gboolean
each_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_STRAIN, name_cb, user_data, error);
}

/* In the order of insertion, changed rows in their old place; stopped with the error of who is told. */
static void
test_each (Fixture *fixture)
{
  g_autoptr (WhStrain) a = make_strain ("a");
  g_autoptr (WhStrain) b = make_strain ("b");
  g_autoptr (WhStrain) c = make_strain ("c");
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Listing listing = { .names = names };

  put (fixture, c);
  put (fixture, a);
  put (fixture, b);
  delete (fixture, a);
  c->type = g_strdup ("hybrid");
  put (fixture, c);
  put (fixture, a);
  g_assert_true (wh_store_read (fixture->store, fixture->principal, each_cb, &listing, NULL));
  g_assert_cmpstr (names->str, ==, "cba");
  g_free (b->name);
  b->name = g_strdup ("!");
  put (fixture, b);
  g_string_truncate (names, 0);
  g_assert_false (wh_store_read (fixture->store, fixture->principal, each_cb, &listing, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CANCELLED);
  g_assert_cmpstr (names->str, ==, "c!");
}

static gboolean
panels_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhLabResult *result = entity;
  guint *n = user_data;

  g_assert_cmpuint (wh_panel_length (result->panel), ==, *n == 1 ? 0 : 5);
  (*n)++;
  return TRUE;
}

static gboolean
each_result_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_LAB_RESULT, panels_cb, user_data, error);
}

/* A walk reads panels beside the rows: each gets its own, also behind a row without any and after a deleted one. */
static void
test_each_brings_its_panel (Fixture *fixture)
{
  static const char *const keys[] = { "1", "2", "3", "4" };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (WhLabResult) result = make_result ();
      result->entity.id = wh_id_from_key ("lab_result", "test", keys[i]);
      if (i == 1)
        g_clear_pointer (&result->panel, wh_panel_unref);
      put (fixture, result);
      if (i == 2)
        delete (fixture, result);
    }
  g_assert_true (wh_store_read (fixture->store, fixture->principal, each_result_cb, &n, NULL));
  g_assert_cmpuint (n, ==, 3);
}

/* -- notes, deletes, pages --------------------------------------------------------------------------------------- */

static gboolean
note_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  char **values = user_data;

  for (; *values; values++)
    if (!wh_writer_set_note (writer, "key", **values ? *values : NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_note_cb (WhReader *reader, gpointer user_data, GError **error)
{
  *(char **) user_data = wh_reader_note (reader, "key");
  return TRUE;
}

static void
assert_note (Fixture *fixture, const char *expected)
{
  char *note = NULL;

  g_assert_true (wh_store_read (fixture->store, fixture->principal, read_note_cb, &note, NULL));
  g_assert_cmpstr (note, ==, expected);
  g_free (note);
}

static void
set_notes (Fixture *fixture, const char *const *values)
{
  g_assert_true (wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", note_cb, (gpointer) values,
                                 NULL, NULL));
}

static void
test_notes (Fixture *fixture)
{
  g_autofree char *epoch = wh_store_epoch (fixture->store), *server_id = wh_store_server_id (fixture->store);

  g_assert_cmpuint (strlen (epoch), ==, 36);
  g_assert_cmpuint (strlen (server_id), ==, 36);
  assert_note (fixture, NULL);
  set_notes (fixture, (const char *const[]) { "one", "zwei ä 🌿", NULL });
  assert_note (fixture, "zwei ä 🌿");
  set_notes (fixture, (const char *const[]) { "", NULL });
  assert_note (fixture, NULL);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
}

static void
test_deleting_nothing_is_no_error (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("A");

  delete (fixture, strain);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
  put (fixture, strain);
  delete (fixture, strain);
  delete (fixture, strain);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 2);
  g_assert_true (wh_store_check (fixture->store, NULL));
}

/* Page by page comes what one large page has. */
static void
test_changes_by_pages (Fixture *fixture)
{
  g_autoptr (GPtrArray) all = NULL;
  gboolean has_more = TRUE;
  gint64 since = 0;
  guint n = 0;

  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i % 20);
      g_autoptr (WhStrain) strain = make_strain (name);
      strain->popularity_score = i / 100.0;
      put (fixture, strain);
      if (i % 10 == 9)
        delete (fixture, strain);
    }
  all = pull (fixture, 0, G_MAXUINT, NULL);
  while (has_more)
    {
      g_autoptr (GPtrArray) page = pull (fixture, since, 3, &has_more);
      for (guint i = 0; i < page->len; i++, n++)
        g_assert_cmpint (((WhChange *) page->pdata[i])->seq, ==, ((WhChange *) all->pdata[n])->seq);
      since = ((WhChange *) page->pdata[page->len - 1])->seq;
    }
  g_assert_cmpuint (n, ==, all->len);
  g_assert_cmpuint (n, ==, 20);
}

static void
test_unknown_id_is_not_found (Fixture *fixture)
{
  g_autoptr (WhStrain) strain = make_strain ("A");
  g_autoptr (GError) error = NULL;

  g_assert_null (get (fixture, strain, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

/* -- looking ahead ----------------------------------------------------------------------------------------------- */

#define N_AHEAD 150

static gboolean
ahead_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *rows = user_data;
  WhEntity *first = rows->pdata[0], *last = rows->pdata[rows->len - 1];
  g_autoptr (WhEntity) back = NULL;
  WhPutOutcome outcome;

  g_assert_true (wh_writer_expect (writer, (gconstpointer const *) rows->pdata, rows->len, error));
  for (guint i = 0; i < rows->len; i++)
    g_assert_true (wh_writer_put (writer, rows->pdata[i], NULL, error));
  g_assert_true (wh_writer_put (writer, first, &outcome, error));
  g_assert_cmpint (outcome, ==, WH_PUT_UNCHANGED);
  g_assert_true (wh_writer_expect (writer, (gconstpointer const *) rows->pdata, rows->len, error));
  g_assert_true (wh_writer_delete (writer, first->kind, &first->id, error));
  g_assert_null (wh_reader_get (wh_writer_reader (writer), first->kind, &first->id, NULL));
  g_assert_true (wh_writer_put (writer, first, &outcome, error));
  g_assert_cmpint (outcome, ==, WH_PUT_INSERTED);
  back = wh_reader_get (wh_writer_reader (writer), last->kind, &last->id, error);
  g_assert_true (wh_entity_equal (back, last));
  return TRUE;
}

/* What was looked up ahead is what is there, changes of the same write included; with panels, over several questions. */
static void
test_looking_ahead (Fixture *fixture)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_AHEAD; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      WhLabResult *result = i % 2 ? make_result () : NULL;
      if (result)
        result->entity.id = wh_id_from_key ("lab_result", "test", key);
      g_ptr_array_add (rows, result ? (gpointer) result : (gpointer) make_strain (key));
      if (i % 3 == 0)
        put (fixture, rows->pdata[i]);
    }
  for (guint round = 0; round < 2; round++)
    {
      wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", ahead_cb, rows, NULL, &error);
      g_assert_no_error (error);
    }
  changes = pull (fixture, 0, G_MAXUINT, NULL);
  g_assert_cmpuint (changes->len, ==, N_AHEAD);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (WhEntity) back = get (fixture, rows->pdata[i], NULL);
      g_assert_true (wh_entity_equal (back, rows->pdata[i]));
    }
  g_assert_true (wh_store_check (fixture->store, NULL));
}

/* -- columns ----------------------------------------------------------------------------------------------------- */

static gint64
look_at_columns (Fixture *fixture, const char *table, const char *column, const char *sqlite_type, const char *postgres_type)
{
  g_autofree char *sql = NULL;

  if (fixture->database == WH_TEST_POSTGRES)
    sql = g_strdup_printf ("SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '%s'"
                           " AND column_name LIKE '%s' AND data_type LIKE '%s' AND (data_type <> 'text' OR collation_name = 'C')",
                           table, column, postgres_type);
  else
    sql = g_strdup_printf ("SELECT count(*) FROM pragma_table_info('%s') WHERE name LIKE '%s' AND type LIKE '%s'", table, column,
                           sqlite_type);
  return wh_test_store_look (fixture, sql);
}

static void
assert_column (Fixture *fixture, const char *table, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      g_assert_cmpint (look_at_columns (fixture, table, field->name, "TEXT", "text"), ==, 1);
      break;
    case WH_FIELD_REAL:
      g_assert_cmpint (look_at_columns (fixture, table, field->name, "REAL", "double precision"), ==, 1);
      break;
    case WH_FIELD_ID:
      g_assert_cmpint (look_at_columns (fixture, table, field->name, "BLOB", "bytea"), ==, 1);
      break;
    default:
      g_assert_cmpint (look_at_columns (fixture, table, field->name, "INTEGER", "bigint"), ==, 1);
    }
}

/* Each field has its column, of its type, and every database has the same columns. */
static void
test_columns_are_the_fields (Fixture *fixture)
{
  Fixture reference = { .database = WH_TEST_FILE, .location = g_build_filename (fixture->dir, "reference.db", NULL) };

  wh_test_store_reopen (&reference, WH_STORE_WRITE);
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      const WhEntityClass *class = wh_entity_class (kind);
      for (guint i = 0; i < class->n_fields; i++)
        if (class->fields[i].type != WH_FIELD_PANEL)
          assert_column (fixture, class->name, &class->fields[i]);
      g_assert_cmpint (look_at_columns (fixture, class->name, "%", "%", "%"), ==,
                       look_at_columns (&reference, class->name, "%", "%", "%"));
    }
  wh_store_unref (reference.store);
  g_free (reference.location);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("round-trip", WH_TEST_EVERYWHERE, test_round_trip);
  wh_test_store_add ("every-field", WH_TEST_EVERYWHERE, test_every_field);
  wh_test_store_add ("put-says-what-it-did", WH_TEST_EVERYWHERE, test_put_says_what_it_did);
  wh_test_store_add ("changes-skip-superseded", WH_TEST_EVERYWHERE, test_changes_skip_what_was_superseded);
  wh_test_store_add ("a-row-may-come-back", WH_TEST_EVERYWHERE, test_a_row_may_come_back);
  wh_test_store_add ("mirror-keeps-sequence-numbers", WH_TEST_EVERYWHERE, test_mirror_keeps_sequence_numbers);
  wh_test_store_add ("denied", WH_TEST_EVERYWHERE, test_denied);
  wh_test_store_add ("failed-write-leaves-nothing", WH_TEST_EVERYWHERE, test_failed_write_leaves_nothing);
  wh_test_store_add ("amount-must-fit-its-state", WH_TEST_EVERYWHERE, test_amount_must_fit_its_state);
  wh_test_store_add ("audit-notices", WH_TEST_NOT_IN_MEMORY, test_audit_notices);
  wh_test_store_add ("future-schema-is-refused", WH_TEST_NOT_IN_MEMORY, test_future_schema_is_refused);
  wh_test_store_add ("find", WH_TEST_EVERYWHERE, test_find);
  wh_test_store_add ("each", WH_TEST_EVERYWHERE, test_each);
  wh_test_store_add ("each-brings-its-panel", WH_TEST_EVERYWHERE, test_each_brings_its_panel);
  wh_test_store_add ("notes", WH_TEST_EVERYWHERE, test_notes);
  wh_test_store_add ("deleting-nothing-is-no-error", WH_TEST_EVERYWHERE, test_deleting_nothing_is_no_error);
  wh_test_store_add ("changes-by-pages", WH_TEST_EVERYWHERE, test_changes_by_pages);
  wh_test_store_add ("unknown-id-is-not-found", WH_TEST_EVERYWHERE, test_unknown_id_is_not_found);
  wh_test_store_add ("looking-ahead", WH_TEST_EVERYWHERE, test_looking_ahead);
  wh_test_store_add ("columns-are-the-fields", WH_TEST_NOT_IN_MEMORY, test_columns_are_the_fields);
  g_test_add_func ("/store/reading-needs-a-store", test_reading_needs_a_store);
  return g_test_run ();
}
