/* What people ask to change: what is done, what is refused and why, what follows from it, and that doing it twice does nothing. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-ledger.h"
#include "support/wh-test.h"
#include "wire/wh-wire.h"

typedef struct {
  WhStore     *store;
  WhPrincipal *principal;
  WhId         shop, strain, product, batch;
} Fixture;

/* -- asking as the wire does ------------------------------------------------------------------------------------------ */

static WhEdit *
edit_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJson) json = wh_json_parse (text, strlen (text), WH_LIMIT_JSON_BYTES, &error);
  g_autofree char *key = NULL;
  WhEdit *edit;

  g_assert_no_error (error);
  edit = wh_wire_read_edit (wh_json_root (json), &key, &error);
  g_assert_no_error (error);
  return edit;
}

static WhLedgerResult *
ask_as (Fixture *fixture, const WhPrincipal *principal, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  g_strdelimit (text, "'", '"');
  g_ptr_array_add (edits, edit_of (text));
  results = wh_ledger_apply (fixture->store, principal, edits, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 1);
  g_ptr_array_set_free_func (results, NULL);
  return results->pdata[0];
}

G_GNUC_PRINTF (2, 3)
static WhLedgerResult *
ask (Fixture *fixture, const char *format, ...)
{
  WhLedgerResult *result;
  va_list arguments;

  va_start (arguments, format);
  result = ask_as (fixture, fixture->principal, format, arguments);
  va_end (arguments);
  return result;
}

/* Returns the row's id, or that of the row that is there. */
G_GNUC_PRINTF (3, 4)
static WhId
expect (Fixture *fixture, WhLedgerOutcome outcome, const char *format, ...)
{
  g_autoptr (WhLedgerResult) result = NULL;
  va_list arguments;

  va_start (arguments, format);
  result = ask_as (fixture, fixture->principal, format, arguments);
  va_end (arguments);
  if (result->error)
    g_test_message ("%s: %s", result->field, result->error->message);
  g_assert_cmpstr (wh_ledger_outcome_key (result->outcome), ==, wh_ledger_outcome_key (outcome));
  g_assert_true ((result->error != NULL) == !wh_ledger_result_done (result));
  return result->id;
}

static void
assert_refused (const WhLedgerResult *result, const char *field, WhErrorCode code)
{
  g_test_message ("%s: %s", result->field, result->error ? result->error->message : "done");
  g_assert_false (wh_ledger_result_done (result));
  g_assert_error (result->error, WH_ERROR, (int) code);
  g_assert_cmpstr (result->field, ==, field);
}

/* -- what is stored --------------------------------------------------------------------------------------------------- */

typedef struct {
  WhKind    kind;
  WhId      id;
  WhEntity *found;
} Get;

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Get *get = user_data;

  get->found = wh_reader_get (reader, get->kind, &get->id, NULL);
  return TRUE;
}

static gpointer
get (Fixture *fixture, WhKind kind, WhId id)
{
  Get request = { kind, id, NULL };

  g_assert_true (wh_store_read (fixture->store, fixture->principal, get_cb, &request, NULL));
  return request.found;
}

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  gint64 *kind_and_count = user_data;

  *kind_and_count = wh_reader_count (reader, (WhKind) *kind_and_count, error);
  return TRUE;
}

static gint64
count (Fixture *fixture, WhKind kind)
{
  gint64 kind_and_count = kind;

  wh_store_read (fixture->store, fixture->principal, count_cb, &kind_and_count, NULL);
  return kind_and_count;
}

static const char *
text_of (WhId id)
{
  static char texts[8][WH_ID_TEXT_LENGTH + 1];
  static guint next;
  char *text = texts[next++ % G_N_ELEMENTS (texts)];

  wh_id_format (&id, text);
  return text;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->principal = wh_principal_new ("anna", (const char *const[]) { "administrator", NULL });
  fixture->store = wh_store_open (":memory:", WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  fixture->shop = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'dispensary','row':{'name':'Corner','state':'nj'}}");
  fixture->strain = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'strain','row':{'name':'Blue Dream'}}");
  fixture->batch = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'batch','row':{'name':'B1','strain_id':'%s'}}",
                           text_of (fixture->strain));
  fixture->product = expect (fixture, WH_LEDGER_INSERTED,
                             "{'op':'create','kind':'product','row':{'name':'Eighth','dispensary_id':'%s','strain_id':'%s',"
                             "'batch_id':'%s','amount':'3.5g'}}",
                             text_of (fixture->shop), text_of (fixture->strain), text_of (fixture->batch));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wh_store_check (fixture->store, &error));
  wh_store_unref (fixture->store);
  wh_principal_unref (fixture->principal);
}

/* -- making, changing, deleting ----------------------------------------------------------------------------------------- */

static void
test_fills (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhDispensary) shop = get (fixture, WH_KIND_DISPENSARY, fixture->shop);
  g_autoptr (WhStrain) strain = get (fixture, WH_KIND_STRAIN, fixture->strain);
  WhId note_id = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'note','row':{'object_kind':'strain','object_id':'%s',"
                                                      "'text':'x'}}", text_of (fixture->strain));
  g_autoptr (WhNote) note = get (fixture, WH_KIND_NOTE, note_id);
  WhId imported = wh_id_from_key ("strain", "name", "blue-dream");

  g_assert_cmpstr (shop->state, ==, "NJ");
  g_assert_cmpstr (shop->slug, ==, "corner");
  g_assert_cmpstr (strain->slug, ==, "blue-dream");
  g_assert_true (wh_id_equal (&fixture->strain, &imported));
  g_assert_cmpstr (note->author, ==, "anna");
  g_assert_null (note->entity.source);
}

static void
test_change_names_fields (Fixture *fixture, gconstpointer data)
{
  const char *id = text_of (fixture->strain);
  g_autoptr (WhStrain) strain = NULL;

  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'strain','id':'%s','row':{'type':'hybrid','flavors':['lemon','pine']}}", id);
  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'strain','id':'%s','row':{'breeder':'Somebody','flavors':null}}", id);
  strain = get (fixture, WH_KIND_STRAIN, fixture->strain);
  g_assert_cmpstr (strain->type, ==, "hybrid");
  g_assert_cmpstr (strain->breeder, ==, "Somebody");
  g_assert_null (strain->flavors);
  g_assert_cmpstr (strain->name, ==, "Blue Dream");
  g_clear_pointer (&strain, wh_entity_unref);
  expect (fixture, WH_LEDGER_UPDATED, "{'op':'replace','kind':'strain','id':'%s','row':{'name':'Blue Dreams'}}", id);
  strain = get (fixture, WH_KIND_STRAIN, fixture->strain);
  g_assert_null (strain->type);
  g_assert_null (strain->breeder);
  g_assert_cmpstr (strain->slug, ==, "blue-dreams");
}

/* Each is asked twice; the second time nothing changes and the store stays where it is. */
static void
test_twice_is_once (Fixture *fixture, gconstpointer data)
{
  WhId note = wh_id_new (), price = wh_id_new (), stock = wh_id_new ();
  const char *strain = text_of (fixture->strain), *product = text_of (fixture->product);
  char *edits[] = {
    g_strdup_printf ("{'op':'create','kind':'note','id':'%s','row':{'object_kind':'strain','object_id':'%s','text':'x'}}", text_of (note),
                     strain),
    g_strdup_printf ("{'op':'create','kind':'favorite','row':{'object_kind':'strain','object_id':'%s'}}", strain),
    g_strdup_printf ("{'op':'create','kind':'price','id':'%s','row':{'product_id':'%s','amount_cents':4500}}", text_of (price), product),
    g_strdup_printf ("{'op':'create','kind':'stock','id':'%s','row':{'product_id':'%s','quantity':12}}", text_of (stock), product),
    g_strdup_printf ("{'op':'change','kind':'strain','id':'%s','row':{'type':'sativa'}}", strain),
    g_strdup_printf ("{'op':'replace','kind':'note','id':'%s','row':{'object_kind':'strain','object_id':'%s','text':'y'}}", text_of (note),
                     strain),
    g_strdup_printf ("{'op':'change','kind':'product','id':'%s','row':{'price_cents':4000}}", product),
    g_strdup_printf ("{'op':'delete','kind':'note','id':'%s'}", text_of (note)),
  };

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr (WhLedgerResult) first = ask (fixture, "%s", edits[i]);
      gint64 revision = wh_store_revision (fixture->store);
      g_autoptr (WhLedgerResult) second = ask (fixture, "%s", edits[i]);

      g_test_message ("%s", edits[i]);
      g_assert_cmpint (first->outcome, <, WH_LEDGER_UNCHANGED);
      g_assert_cmpint (second->outcome, ==, WH_LEDGER_UNCHANGED);
      g_assert_true (wh_id_equal (&first->id, &second->id));
      g_assert_cmpint (wh_store_revision (fixture->store), ==, revision);
      g_free (edits[i]);
    }
  g_autoptr (WhProduct) after = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (after->stock_quantity, ==, 12);
  g_assert_cmpint (after->price_cents, ==, 4000);
  g_assert_cmpint (count (fixture, WH_KIND_PRICE), ==, 2);
}

static void
test_conflicts (Fixture *fixture, gconstpointer data)
{
  const char *id = text_of (fixture->strain);
  g_autoptr (WhStrain) strain = get (fixture, WH_KIND_STRAIN, fixture->strain);
  gint64 base = strain->entity.revision;
  g_autoptr (WhLedgerResult) late = NULL, gone = NULL;
  WhId note;

  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'strain','id':'%s','base_revision':%d,'row':{'type':'indica'}}", id,
          (int) base);
  late = ask (fixture, "{'op':'change','kind':'strain','id':'%s','base_revision':%d,'row':{'type':'sativa'}}", id, (int) base);
  assert_refused (late, NULL, WH_ERROR_CONFLICT);
  g_assert_cmpint (late->outcome, ==, WH_LEDGER_CONFLICT);
  g_assert_cmpstr (((WhStrain *) late->row)->type, ==, "indica");
  /* Asked again after its reply was lost: it is already so. */
  expect (fixture, WH_LEDGER_UNCHANGED, "{'op':'change','kind':'strain','id':'%s','base_revision':%d,'row':{'type':'indica'}}", id,
          (int) base);
  expect (fixture, WH_LEDGER_CONFLICT, "{'op':'delete','kind':'strain','id':'%s','base_revision':%d}", id, (int) base);
  expect (fixture, WH_LEDGER_CONFLICT, "{'op':'create','kind':'strain','row':{'name':'blue dream'}}");
  note = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'note','row':{'object_kind':'strain','object_id':'%s','text':'x'}}",
                 id);
  expect (fixture, WH_LEDGER_DELETED, "{'op':'delete','kind':'note','id':'%s'}", text_of (note));
  gone = ask (fixture, "{'op':'change','kind':'note','id':'%s','base_revision':%d,'row':{'text':'y'}}", text_of (note), (int) base);
  assert_refused (gone, NULL, WH_ERROR_CONFLICT);
  expect (fixture, WH_LEDGER_REFUSED, "{'op':'change','kind':'note','id':'%s','row':{'text':'y'}}", text_of (note));
  expect (fixture, WH_LEDGER_UNCHANGED, "{'op':'delete','kind':'note','id':'%s'}", text_of (note));
}

/* -- what is refused --------------------------------------------------------------------------------------------------- */

static const struct {
  const char *kind, *row, *field;
} wrong_values[] = {
  { "strain", "'name':'X','type':'ruderalis'", "type" },
  { "strain", "'type':'hybrid'", "name" },
  { "strain", "'name':''", "name" },
  { "strain", "'name':'X','popularity_score':1.5", "popularity_score" },
  { "dispensary", "'name':'X','state':'New Jersey'", "state" },
  { "dispensary", "'name':'X','latitude':91,'longitude':0", "latitude" },
  { "dispensary", "'name':'X','latitude':40,'longitude':-181", "longitude" },
  { "dispensary", "'name':'X','latitude':40", "longitude" },
  { "dispensary", "'name':'X','website':'javascript:alert(1)'", "website" },
  { "dispensary", "'name':'X','license_type':'gray'", "license_type" },
  { "dispensary", "'name':'X','license_expiry':'2026-01-01T10:00:00Z'", "license_expiry" },
  { "dispensary", "'name':'X','rating':6", "rating" },
  { "lab_result", "'batch_id':'%s','moisture_percent':101", "moisture_percent" },
  { "lab_result", "'batch_id':'%s','status':'maybe'", "status" },
  { "lab_result", "'batch_id':'%s','test_date':'2199-01-01'", "test_date" },
  { "product", "'name':'X','dispensary_id':'%s','category':'motorcycles'", "category" },
  { "product", "'name':'X','dispensary_id':'%s','thc_percentage':101", "thc_percentage" },
  { "product", "'name':'X','dispensary_id':'%s','price_cents':-1", "price_cents" },
  { "product", "'name':'X','dispensary_id':'%s','images':['https://x','file:///etc/passwd']", "images" },
  { "product", "'name':'X'", "dispensary_id" },
  { "price", "'product_id':'%s','amount_cents':-5", "amount_cents" },
  { "price", "'product_id':'%s','amount_cents':500,'list_cents':400", "list_cents" },
  { "price", "'product_id':'%s','amount_cents':500,'currency':'dollars'", "currency" },
  { "price", "'product_id':'%s','amount_cents':500,'photo_hash':'abc'", "photo_hash" },
  { "price", "'product_id':'%s','amount_cents':500,'observed_at':'2199-01-01'", "observed_at" },
  { "alias", "'strain_id':'%s','name':'X','status':'maybe'", "status" },
  { "stock", "'product_id':'%s','quantity':0", "quantity" },
  { "stock", "'product_id':'%s','quantity':1,'reason':'theft'", "reason" },
  { "stock", "'product_id':'%s','quantity':9000000000", "quantity" },
  { "promotion", "'name':'X'", "percent_off" },
  { "promotion", "'name':'X','percent_off':10,'cents_off':5", "percent_off" },
  { "promotion", "'name':'X','percent_off':110", "percent_off" },
  { "promotion", "'name':'X','percent_off':10,'starts_at':'2026-02-01','ends_at':'2026-01-01'", "ends_at" },
  { "strain", "'name':'X','effects':['relaxed','Treats Anxiety']", "effects" },
  { "review", "'strain_id':'%s','rating':5,'effects':['happy','depression']", "effects" },
  { "review", "'strain_id':'%s','rating':0.5", "rating" },
  { "review", "'strain_id':'%s','rating':5.1", "rating" },
  { "review", "'strain_id':'%s'", "rating" },
  { "note", "'object_kind':'spaceship','object_id':'%s','text':'x'", "object_kind" },
  { "note", "'object_kind':'strain','object_id':'%s'", "text" },
  { "watch", "'limit_cents':100", "product_id" },
  { "watch", "'limit_cents':-1,'product_id':'%s'", "limit_cents" },
  { "watch", "'limit_cents':0,'product_id':'%s'", "limit_cents" },
  { "price", "'product_id':'%s','amount_cents':0", "amount_cents" },
  { "watch", "'limit_cents':100000001,'product_id':'%s'", "limit_cents" },
  { "feedback", "'about':'weather','offered_kind':'product','offered_id':'%s','outcome':'accepted'", "about" },
  { "feedback", "'about':'substitute','offered_kind':'product','offered_id':'%s','outcome':'perhaps'", "outcome" },
};

static void
test_values (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong_values); i++)
    {
      const WhEntityClass *class = wh_entity_class_by_name (wrong_values[i].kind);
      gboolean is_result = class->kind == WH_KIND_LAB_RESULT, is_strain = strstr (wrong_values[i].row, "strain") != NULL;
      WhId id = is_result                         ? fixture->batch
                : class->kind == WH_KIND_PRODUCT ? fixture->shop
                : is_strain                      ? fixture->strain
                                                 : fixture->product;
      g_auto (GStrv) parts = g_strsplit (wrong_values[i].row, "%s", 2);
      g_autofree char *row = g_strjoinv (text_of (id), parts);
      g_autoptr (WhLedgerResult) result = NULL;

      result = ask (fixture, "{'op':'create','kind':'%s','row':{%s}}", wrong_values[i].kind, row);
      g_test_message ("%s %s", wrong_values[i].kind, row);
      assert_refused (result, wrong_values[i].field, WH_ERROR_INVALID);
    }
}

static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fits = g_strnfill (WH_LIMIT_TEXT, 'x'), *too_long = g_strnfill (WH_LIMIT_TEXT + 1, 'x');
  g_autoptr (WhLedgerResult) done = ask (fixture, "{'op':'create','kind':'strain','row':{'name':'%s'}}", fits);
  g_autoptr (WhLedgerResult) refused = ask (fixture, "{'op':'create','kind':'strain','row':{'name':'%s'}}", too_long);

  g_assert_true (wh_ledger_result_done (done));
  assert_refused (refused, "name", WH_ERROR_TOO_LARGE);
}

/* A row that an import left with odd values may still be changed elsewhere. */
static gboolean
put_odd_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_put (writer, user_data, NULL, error);
}

static void
test_odd_imports (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStrain) odd = wh_strain_new (WH_ID_NONE);

  odd->name = g_strdup ("Odd");
  odd->type = g_strdup ("ruderalis");
  odd->entity.source = g_strdup ("somewhere");
  g_assert_true (wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", put_odd_cb, odd, NULL, NULL));
  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'strain','id':'%s','row':{'breeder':'B'}}", text_of (odd->entity.id));
  g_autoptr (WhStrain) after = get (fixture, WH_KIND_STRAIN, odd->entity.id);
  g_assert_cmpstr (after->type, ==, "ruderalis");
  g_assert_cmpstr (after->entity.source, ==, "somewhere");
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  WhId nowhere = wh_id_new ();
  g_autoptr (WhLedgerResult) unknown = NULL, deleted = NULL, other_kind = NULL;
  WhId strain = expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'strain','row':{'name':'Short Lived'}}");

  unknown = ask (fixture, "{'op':'create','kind':'batch','row':{'name':'X','strain_id':'%s'}}", text_of (nowhere));
  assert_refused (unknown, "strain_id", WH_ERROR_INVALID);
  other_kind = ask (fixture, "{'op':'create','kind':'note','row':{'object_kind':'product','object_id':'%s','text':'x'}}", text_of (strain));
  assert_refused (other_kind, "object_id", WH_ERROR_INVALID);
  expect (fixture, WH_LEDGER_DELETED, "{'op':'delete','kind':'strain','id':'%s'}", text_of (strain));
  deleted = ask (fixture, "{'op':'create','kind':'batch','row':{'name':'X','strain_id':'%s'}}", text_of (strain));
  assert_refused (deleted, "strain_id", WH_ERROR_INVALID);
  g_assert_nonnull (strstr (deleted->error->message, "deleted"));
}

/* Every field that holds the id of another row is looked at. */
static void
test_all_links (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = {
    [WH_KIND_BATCH] = "'name':'X'",
    [WH_KIND_LAB_RESULT] = "",
    [WH_KIND_PRODUCT] = "'name':'X'",
    [WH_KIND_PRICE] = "'amount_cents':1",
    [WH_KIND_ALIAS] = "'name':'X'",
    [WH_KIND_STOCK] = "'quantity':1",
    [WH_KIND_PROMOTION] = "'name':'X','percent_off':1",
    [WH_KIND_REVIEW] = "'rating':1",
    [WH_KIND_NOTE] = "'object_kind':'strain','text':'x'",
    [WH_KIND_FAVORITE] = "'object_kind':'strain'",
    [WH_KIND_WATCH] = "'limit_cents':1",
    [WH_KIND_FEEDBACK] = "'about':'substitute','subject_kind':'strain','offered_kind':'strain','outcome':'accepted'",
  };
  WhId nowhere = wh_id_new ();

  for (guint kind = 0; kind < G_N_ELEMENTS (rows); kind++)
    {
      const WhEntityClass *class = rows[kind] ? wh_entity_class ((WhKind) kind) : NULL;
      for (guint i = 0; class && i < class->n_fields; i++)
        {
          g_autoptr (GString) row = g_string_new (rows[kind]);
          g_autoptr (WhLedgerResult) result = NULL;
          if (class->fields[i].type != WH_FIELD_ID)
            continue;
          for (guint j = 0; j < class->n_fields; j++)
            if (class->fields[j].type == WH_FIELD_ID && (class->fields[j].required || j == i || kind == WH_KIND_FEEDBACK))
              {
                WhId id = j == i ? nowhere : g_str_equal (class->fields[j].name, "dispensary_id") ? fixture->shop
                                         : strstr (class->fields[j].name, "product")              ? fixture->product
                                                                                                  : fixture->strain;
                g_string_append_printf (row, "%s'%s':'%s'", row->len ? "," : "", class->fields[j].name, text_of (id));
              }
          if (kind == WH_KIND_WATCH && g_str_equal (class->fields[i].name, "dispensary_id"))
            g_string_append_printf (row, ",'strain_id':'%s'", text_of (fixture->strain));
          g_test_message ("%s: %s", class->name, row->str);
          result = ask (fixture, "{'op':'create','kind':'%s','row':{%s}}", class->name, row->str);
          assert_refused (result, class->fields[i].name, WH_ERROR_INVALID);
        }
    }
}

static void
test_deleting_parents (Fixture *fixture, gconstpointer data)
{
  const char *product = text_of (fixture->product);
  g_autoptr (WhLedgerResult) held = NULL, parts = NULL, gone = NULL;

  held = ask (fixture, "{'op':'delete','kind':'strain','id':'%s','with_parts':true}", text_of (fixture->strain));
  assert_refused (held, NULL, WH_ERROR_CONFLICT);
  g_assert_nonnull (strstr (held->error->message, "1 batch"));
  g_assert_nonnull (strstr (held->error->message, "1 product"));
  for (guint i = 0; i < 3; i++)
    expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'price','row':{'product_id':'%s','amount_cents':%u}}", product, 100 + i);
  expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'favorite','row':{'object_kind':'product','object_id':'%s'}}", product);
  parts = ask (fixture, "{'op':'delete','kind':'product','id':'%s'}", product);
  assert_refused (parts, NULL, WH_ERROR_CONFLICT);
  g_assert_nonnull (strstr (parts->error->message, "3 prices"));
  gone = ask (fixture, "{'op':'delete','kind':'product','id':'%s','with_parts':true}", product);
  g_assert_cmpint (gone->outcome, ==, WH_LEDGER_DELETED);
  g_assert_nonnull (strstr (gone->remark, "1 favorite"));
  g_assert_cmpint (count (fixture, WH_KIND_PRICE), ==, 0);
  g_assert_cmpint (count (fixture, WH_KIND_FAVORITE), ==, 0);
}

/* -- permissions ------------------------------------------------------------------------------------------------------- */

static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  static const char *const roles[] = { "reader", "staff", "administrator" };

  for (guint role = 0; role < G_N_ELEMENTS (roles); role++)
    for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
      for (WhEditOp op = 0; op < WH_N_EDIT_OPS; op++)
        {
          g_autoptr (WhPrincipal) principal = wh_principal_new ("x", (const char *const[]) { roles[role], NULL });
          g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
          g_autoptr (GPtrArray) results = NULL;
          g_autoptr (GError) error = NULL;
          gboolean may = wh_principal_allows (principal, wh_permission_to_write (kind));

          g_ptr_array_add (edits, wh_edit_new (op, kind, wh_id_new ()));
          results = wh_ledger_apply (fixture->store, principal, edits, FALSE, &error);
          g_assert_true (may == (results != NULL));
          if (!may)
            g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
        }
}

static WhLedgerOutcome
apply_as (Fixture *fixture, const char *who, const char *format, ...) G_GNUC_PRINTF (3, 4);

static WhLedgerOutcome
apply_as (Fixture *fixture, const char *who, const char *format, ...)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new (who, (const char *const[]) { "staff", NULL });
  g_autoptr (WhLedgerResult) result = NULL;
  va_list arguments;

  va_start (arguments, format);
  result = ask_as (fixture, principal, format, arguments);
  va_end (arguments);
  if (result->outcome == WH_LEDGER_REFUSED)
    g_assert_error (result->error, WH_ERROR, WH_ERROR_DENIED);
  return result->outcome;
}

/* A favourite is its owner's; the administrator may do all. */
static void
test_owners (Fixture *fixture, gconstpointer data)
{
  static const char id[] = "0190a6c0-0000-7000-8000-000000000077";
  const char *strain = text_of (fixture->strain);

  g_assert_cmpint (apply_as (fixture, "sam", "{'op':'create','kind':'favorite','id':'%s','row':{'object_kind':'strain','object_id':'%s'}}",
                             id, strain), ==, WH_LEDGER_INSERTED);
  g_assert_cmpint (apply_as (fixture, "kim", "{'op':'delete','kind':'favorite','id':'%s'}", id), ==, WH_LEDGER_REFUSED);
  g_assert_cmpint (apply_as (fixture, "kim", "{'op':'change','kind':'favorite','id':'%s','row':{'owner':'kim'}}", id), ==,
                   WH_LEDGER_REFUSED);
  g_assert_cmpint (apply_as (fixture, "kim", "{'op':'create','kind':'favorite','row':{'object_kind':'strain','object_id':'%s',"
                                             "'owner':'sam'}}", strain), ==, WH_LEDGER_REFUSED);
  g_assert_cmpint (apply_as (fixture, "sam", "{'op':'delete','kind':'favorite','id':'%s'}", id), ==, WH_LEDGER_DELETED);
  g_assert_cmpint (apply_as (fixture, "sam", "{'op':'create','kind':'favorite','id':'%s','row':{'object_kind':'strain','object_id':'%s'}}",
                             id, strain), ==, WH_LEDGER_INSERTED);
  expect (fixture, WH_LEDGER_DELETED, "{'op':'delete','kind':'favorite','id':'%s'}", id);
}

/* In one batch, what may be done is done and what may not is not. */
static void
test_permission_of_each (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPrincipal) staff = wh_principal_new ("sam", (const char *const[]) { "staff", NULL });
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *note = g_strdup_printf ("{\"op\":\"create\",\"kind\":\"note\",\"row\":{\"object_kind\":\"strain\",\"object_id\":\"%s\","
                                           "\"text\":\"x\"}}", text_of (fixture->strain));

  g_ptr_array_add (edits, edit_of ("{\"op\":\"create\",\"kind\":\"strain\",\"row\":{\"name\":\"Not Mine\"}}"));
  g_ptr_array_add (edits, edit_of (note));
  results = wh_ledger_apply (fixture->store, staff, edits, FALSE, NULL);
  assert_refused (results->pdata[0], NULL, WH_ERROR_DENIED);
  g_assert_cmpint (((WhLedgerResult *) results->pdata[1])->outcome, ==, WH_LEDGER_INSERTED);
}

/* -- several at once --------------------------------------------------------------------------------------------------- */

static GPtrArray *
apply_three (Fixture *fixture, gboolean all_or_nothing)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  GPtrArray *results;

  g_ptr_array_add (edits, edit_of ("{\"op\":\"create\",\"kind\":\"strain\",\"row\":{\"name\":\"One\"}}"));
  g_ptr_array_add (edits, edit_of ("{\"op\":\"create\",\"kind\":\"strain\",\"row\":{\"name\":\"Two\",\"type\":\"green\"}}"));
  g_ptr_array_add (edits, edit_of ("{\"op\":\"create\",\"kind\":\"strain\",\"row\":{\"name\":\"Three\"}}"));
  results = wh_ledger_apply (fixture->store, fixture->principal, edits, all_or_nothing, NULL);
  g_assert_cmpuint (results->len, ==, 3);
  return results;
}

static WhLedgerOutcome
outcome_at (const GPtrArray *results, guint position)
{
  return ((const WhLedgerResult *) results->pdata[position])->outcome;
}

static void
test_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  gint64 before = wh_store_revision (fixture->store);
  g_autoptr (GPtrArray) nothing = apply_three (fixture, TRUE);
  gint64 between = wh_store_revision (fixture->store);
  g_autoptr (GPtrArray) some = apply_three (fixture, FALSE);

  g_assert_cmpint (between, ==, before);
  g_assert_cmpint (outcome_at (nothing, 0), ==, WH_LEDGER_NOT_DONE);
  g_assert_cmpint (outcome_at (nothing, 1), ==, WH_LEDGER_REFUSED);
  g_assert_cmpint (outcome_at (nothing, 2), ==, WH_LEDGER_NOT_DONE);
  g_assert_cmpint (outcome_at (some, 0), ==, WH_LEDGER_INSERTED);
  g_assert_cmpint (outcome_at (some, 1), ==, WH_LEDGER_REFUSED);
  g_assert_cmpint (outcome_at (some, 2), ==, WH_LEDGER_INSERTED);
  g_assert_cmpint (count (fixture, WH_KIND_STRAIN), ==, 3);
}

static void
test_batch_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GError) none = NULL, many = NULL;

  g_assert_null (wh_ledger_apply (fixture->store, fixture->principal, edits, FALSE, &none));
  g_assert_error (none, WH_ERROR, WH_ERROR_INVALID);
  for (guint i = 0; i <= WH_LEDGER_MOST_EDITS; i++)
    g_ptr_array_add (edits, wh_edit_new (WH_EDIT_DELETE, WH_KIND_NOTE, wh_id_new ()));
  g_assert_null (wh_ledger_apply (fixture->store, fixture->principal, edits, FALSE, &many));
  g_assert_error (many, WH_ERROR, WH_ERROR_TOO_LARGE);
}

/* -- what follows ------------------------------------------------------------------------------------------------------ */

static gint64
price_of (Fixture *fixture)
{
  g_autoptr (WhProduct) product = get (fixture, WH_KIND_PRODUCT, fixture->product);

  return product->price_cents;
}

static WhId
observe (Fixture *fixture, gint64 cents, const char *moment, const char *unit)
{
  return expect (fixture, WH_LEDGER_INSERTED,
                 "{'op':'create','kind':'price','row':{'product_id':'%s','amount_cents':%d,'observed_at':'%s','unit':'%s'}}",
                 text_of (fixture->product), (int) cents, moment, unit);
}

static void
test_prices (Fixture *fixture, gconstpointer data)
{
  WhId newest;

  observe (fixture, 4000, "2026-03-01T12:00:00Z", "package");
  g_assert_cmpint (price_of (fixture), ==, 4000);
  newest = observe (fixture, 4500, "2026-03-03T12:00:00Z", "3.5g");
  g_assert_cmpint (price_of (fixture), ==, 4500);
  observe (fixture, 3900, "2026-03-02T12:00:00Z", "package");   /* arrives late */
  g_assert_cmpint (price_of (fixture), ==, 4500);
  observe (fixture, 1200, "2026-03-04T12:00:00Z", "gram");
  g_assert_cmpint (price_of (fixture), ==, 4500);
  expect (fixture, WH_LEDGER_CONFLICT, "{'op':'change','kind':'price','id':'%s','row':{'amount_cents':1}}", text_of (newest));
  expect (fixture, WH_LEDGER_DELETED, "{'op':'delete','kind':'price','id':'%s'}", text_of (newest));
  g_assert_cmpint (price_of (fixture), ==, 3900);
}

/* "usd" and "USD" would not be compared with each other. */
static void
test_currency_is_one (Fixture *fixture, gconstpointer data)
{
  WhId id = expect (fixture, WH_LEDGER_INSERTED,
                    "{'op':'create','kind':'price','row':{'product_id':'%s','amount_cents':500,'currency':'usd'}}",
                    text_of (fixture->product));
  g_autoptr (WhPrice) price = get (fixture, WH_KIND_PRICE, id);
  g_autoptr (WhProduct) product = get (fixture, WH_KIND_PRODUCT, fixture->product);

  g_assert_cmpstr (price->currency, ==, "USD");
  g_assert_cmpstr (product->currency, ==, "USD");
}

static void
test_setting_a_price_is_observed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhProduct) product = NULL;

  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'product','id':'%s','row':{'price_cents':5000}}",
          text_of (fixture->product));
  product = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (product->price_observed_at, !=, WH_TIME_UNSET);
  g_assert_cmpstr (product->currency, ==, "USD");
  g_assert_cmpint (count (fixture, WH_KIND_PRICE), ==, 1);
  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'product','id':'%s','row':{'brand':'B'}}", text_of (fixture->product));
  g_assert_cmpint (count (fixture, WH_KIND_PRICE), ==, 1);
}

/* The sum is the same in whatever order the movements come. */
static void
test_stock (Fixture *fixture, gconstpointer data)
{
  static const int movements[] = { -5, 12, -1, 30, -20, -3 };
  guint order[G_N_ELEMENTS (movements)] = { 0, 1, 2, 3, 4, 5 };
  WhId last = WH_ID_NONE;

  for (guint i = G_N_ELEMENTS (order); i > 1; i--)
    {
      guint j = (guint) g_test_rand_int_range (0, (gint32) i), kept = order[i - 1];
      order[i - 1] = order[j];
      order[j] = kept;
    }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (WhLedgerResult) result = ask (fixture, "{'op':'create','kind':'stock','row':{'product_id':'%s','quantity':%d}}",
                                               text_of (fixture->product), movements[order[i]]);
      g_autoptr (WhProduct) product = get (fixture, WH_KIND_PRODUCT, fixture->product);
      g_assert_cmpint (result->outcome, ==, WH_LEDGER_INSERTED);
      g_assert_true (product->stock_quantity >= 0 || result->remark);
      last = result->id;
    }
  g_autoptr (WhProduct) product = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (product->stock_quantity, ==, 13);
  g_assert_cmpint (product->in_stock, ==, 1);
  expect (fixture, WH_LEDGER_DELETED, "{'op':'delete','kind':'stock','id':'%s'}", text_of (last));
  g_autoptr (WhProduct) after = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (after->stock_quantity, ==, 13 - movements[order[G_N_ELEMENTS (order) - 1]]);
}

/* A product that nobody counted is not sold out because one was sold. */
static void
test_uncounted_stock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhLedgerResult) sold = NULL, last = NULL;

  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'product','id':'%s','row':{'in_stock':true}}", text_of (fixture->product));
  sold = ask (fixture, "{'op':'create','kind':'stock','row':{'product_id':'%s','quantity':-1,'reason':'sale'}}",
              text_of (fixture->product));
  g_assert_nonnull (sold->remark);
  g_autoptr (WhProduct) product = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (product->in_stock, ==, 1);
  expect (fixture, WH_LEDGER_UPDATED, "{'op':'change','kind':'product','id':'%s','row':{'stock_quantity':1}}", text_of (fixture->product));
  last = ask (fixture, "{'op':'create','kind':'stock','row':{'product_id':'%s','quantity':-1}}", text_of (fixture->product));
  g_assert_null (last->remark);
  g_autoptr (WhProduct) sold_out = get (fixture, WH_KIND_PRODUCT, fixture->product);
  g_assert_cmpint (sold_out->in_stock, ==, 0);
}

static gboolean
ratings_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhId id = wh_id_from_key ("strain", "name", "blue-dream");

  return wh_ledger_ratings (reader, "strain_id", &id, user_data, error);
}

static void
test_ratings (Fixture *fixture, gconstpointer data)
{
  WhRatings ratings;

  g_assert_true (wh_store_read (fixture->store, fixture->principal, ratings_cb, &ratings, NULL));
  g_assert_cmpuint (ratings.count, ==, 0);
  g_assert_true (isnan (ratings.average));
  for (guint i = 0; i < 3; i++)
    expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'review','row':{'strain_id':'%s','rating':%u}}", text_of (fixture->strain),
            i + 2);
  expect (fixture, WH_LEDGER_INSERTED, "{'op':'create','kind':'review','row':{'strain_id':'%s','text':'fine'}}", text_of (fixture->strain));
  g_assert_true (wh_store_read (fixture->store, fixture->principal, ratings_cb, &ratings, NULL));
  g_assert_cmpuint (ratings.count, ==, 4);
  g_assert_cmpuint (ratings.rated, ==, 3);
  g_assert_cmpfloat (ratings.average, ==, 3);
}

/* Percent becomes mg/g, five states stay five. */
static void
test_measurements (Fixture *fixture, gconstpointer data)
{
  WhId id = expect (fixture, WH_LEDGER_INSERTED,
                    "{'op':'create','kind':'lab_result','row':{'batch_id':'%s','measurements':["
                    "{'analyte':'thca','state':'value','value':20,'unit':'%%','basis':'unknown'},"
                    "{'analyte':'linalool','state':'not_detected','unit':'mg/g','basis':'unknown'}]}}", text_of (fixture->batch));
  g_autoptr (WhLabResult) result = get (fixture, WH_KIND_LAB_RESULT, id);
  const WhMeasure *thca = wh_panel_find (result->panel, wh_analyte_by_key ("thca")->index);
  const WhMeasure *linalool = wh_panel_find (result->panel, wh_analyte_by_key ("linalool")->index);

  g_assert_cmpfloat (thca->value, ==, 200);
  g_assert_cmpint (thca->unit, ==, WH_UNIT_MG_PER_G);
  g_assert_cmpint (linalool->state, ==, WH_STATE_NOT_DETECTED);
  g_assert_true (isnan (linalool->value));
}

#define TEST(name, function) g_test_add ("/ledger/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("fills", test_fills);
  TEST ("change-names-fields", test_change_names_fields);
  TEST ("twice-is-once", test_twice_is_once);
  TEST ("conflicts", test_conflicts);
  TEST ("values", test_values);
  TEST ("lengths", test_lengths);
  TEST ("odd-imports", test_odd_imports);
  TEST ("links", test_links);
  TEST ("all-links", test_all_links);
  TEST ("deleting-parents", test_deleting_parents);
  TEST ("permissions", test_permissions);
  TEST ("owners", test_owners);
  TEST ("permission-of-each", test_permission_of_each);
  TEST ("all-or-nothing", test_all_or_nothing);
  TEST ("batch-limits", test_batch_limits);
  TEST ("prices", test_prices);
  TEST ("currency-is-one", test_currency_is_one);
  TEST ("setting-a-price-is-observed", test_setting_a_price_is_observed);
  TEST ("stock", test_stock);
  TEST ("uncounted-stock", test_uncounted_stock);
  TEST ("ratings", test_ratings);
  TEST ("measurements", test_measurements);
  return g_test_run ();
}
