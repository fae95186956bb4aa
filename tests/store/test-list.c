/* Every filter and order of every kind, held against rows in memory; pages while somebody writes; cursors that were meddled with. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-test-store.h"

#define ROWS 120
#define LISTINGS 60
#define LISTINGS_FAR 12   /* where every question is a journey */

typedef WhTestStore Fixture;

static GRand *source;   /* of all that is made up */

/* -- rows with many equals, gaps and awkward texts ------------------------------------------------------------------- */

static char *
some_text (GRand *random)
{
  static const char *const texts[] = { "Blue Dream", "blue dream", "BLUE", "ÄPFEL", "äpfel", "100%", "a_b", "a\\b", "", "'; DROP TABLE x",
                                       "x\ny", "a,b", "\"", "[", "😀 z", "zz" };

  if (g_rand_int_range (random, 0, 12) == 0)
    {
      /* Differs from its likes only where order does not look. */
      g_autofree char *same = g_strnfill (WH_LISTING_SORTED, 'm');
      return g_strdup_printf ("%s%d", same, g_rand_int_range (random, 0, 9));
    }
  return g_strdup (texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
}

static char **
some_list (GRand *random)
{
  guint n = (guint) g_rand_int_range (random, 1, 4);
  char **list = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = some_text (random);
  return list;
}

static void
fill_field (GRand *random, gpointer entity, const WhField *field, const WhId *ids)
{
  if (!field->required && g_rand_int_range (random, 0, 4) == 0)
    return;
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = field->required ? g_strdup_printf ("n%d", g_rand_int_range (random, 0, 30))
                                                            : some_text (random);
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (entity, field, char **) = some_list (random);
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = g_rand_int_range (random, -4, 5) / 3.0;
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (entity, field, WhId) = ids[g_rand_int_range (random, 0, 4)];
      break;
    case WH_FIELD_FLAG:
      WH_FIELD_AT (entity, field, gint64) = g_rand_int_range (random, 0, 2);
      break;
    case WH_FIELD_PANEL:
      break;
    default:
      WH_FIELD_AT (entity, field, gint64) = g_rand_int_range (random, -3, 4) * WH_TIME_DAY;
    }
}

static gboolean
put_all_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *rows = user_data;

  for (guint i = 0; i < rows->len; i++)
    if (!wh_writer_put (writer, rows->pdata[i], NULL, error))
      return FALSE;
  return TRUE;
}

static void
put_all (Fixture *fixture, GPtrArray *rows)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", put_all_cb, rows, NULL, &error);
  g_assert_no_error (error);
}

static GPtrArray *
make_rows (Fixture *fixture, WhKind kind, const WhId *ids)
{
  const WhEntityClass *class = wh_entity_class (kind);
  GPtrArray *rows = g_ptr_array_new_with_free_func (wh_entity_unref);

  for (guint i = 0; i < ROWS; i++)
    {
      WhEntity *entity = wh_entity_new (kind, WH_ID_NONE);
      entity->source = g_rand_boolean (source) ? g_strdup ("demonstration") : NULL;
      for (guint j = 0; j < class->n_fields; j++)
        fill_field (source, entity, &class->fields[j], ids);
      g_ptr_array_add (rows, entity);
    }
  put_all (fixture, rows);
  return rows;
}

/* -- the same in memory ---------------------------------------------------------------------------------------------- */

static int
compare_numbers (double a, double b)
{
  return (a > b) - (a < b);
}

static int
compare_integers (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

static gboolean
is_unset (gconstpointer entity, const WhField *field)
{
  return field->type == WH_FIELD_TEXT ? !WH_FIELD_AT (entity, field, char *) : wh_entity_is_absent (entity, field);
}

static gboolean
list_has (char **list, const char *entry)
{
  for (; list && *list; list++)
    if (g_ascii_strcasecmp (*list, entry) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
contains (gconstpointer entity, const WhFilter *filter)
{
  g_autofree char *text = NULL, *part = NULL;

  if (filter->field->type == WH_FIELD_LIST)
    return list_has (WH_FIELD_AT (entity, filter->field, char **), filter->text);
  text = g_ascii_strdown (WH_FIELD_AT (entity, filter->field, char *), -1);
  part = g_ascii_strdown (filter->text, -1);
  return strstr (text, part) != NULL;
}

static int
compare_to_filter (gconstpointer entity, const WhFilter *filter)
{
  const WhField *field = filter->field;

  switch (field->type)
    {
    case WH_FIELD_TEXT:
      return strcmp (WH_FIELD_AT (entity, field, char *), filter->text);
    case WH_FIELD_REAL:
      return compare_numbers (WH_FIELD_AT (entity, field, double), filter->real);
    case WH_FIELD_ID:
      return wh_id_compare (&WH_FIELD_AT (entity, field, WhId), &filter->id);
    default:
      return compare_integers (WH_FIELD_AT (entity, field, gint64), filter->integer);
    }
}

static gboolean
passes (gconstpointer entity, const WhFilter *filter)
{
  gboolean unset = is_unset (entity, filter->field);

  if (filter->op == WH_FILTER_SET)
    return unset == !filter->integer;
  if (unset)
    return FALSE;
  if (filter->op == WH_FILTER_CONTAINS)
    return contains (entity, filter);
  int order = compare_to_filter (entity, filter);
  return filter->op == WH_FILTER_EQUAL ? order == 0 : filter->op == WH_FILTER_LEAST ? order >= 0 : order <= 0;
}

static int
compare_values (gconstpointer a, gconstpointer b, const WhField *field)
{
  g_autofree char *x = NULL, *y = NULL;

  if (field->type == WH_FIELD_REAL)
    return compare_numbers (WH_FIELD_AT (a, field, double), WH_FIELD_AT (b, field, double));
  if (field->type != WH_FIELD_TEXT)
    return compare_integers (WH_FIELD_AT (a, field, gint64), WH_FIELD_AT (b, field, gint64));
  x = wh_listing_sorted_text (WH_FIELD_AT (a, field, char *));
  y = wh_listing_sorted_text (WH_FIELD_AT (b, field, char *));
  return strcmp (x, y);
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhListing *listing = user_data;
  const WhEntity *x = *(WhEntity *const *) a, *y = *(WhEntity *const *) b;
  gboolean x_unset = listing->sort && is_unset (x, listing->sort), y_unset = listing->sort && is_unset (y, listing->sort);
  int order = listing->sort && !x_unset && !y_unset ? compare_values (x, y, listing->sort) : 0;

  if (x_unset != y_unset)
    return x_unset ? 1 : -1;
  if (order == 0)
    order = wh_id_compare (&x->id, &y->id);
  return listing->descending ? -order : order;
}

static GPtrArray *
expected (const WhListing *listing, GPtrArray *rows)
{
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = 0; i < rows->len; i++)
    {
      gboolean all = TRUE;
      for (guint j = 0; all && j < listing->filters->len; j++)
        all = passes (rows->pdata[i], &g_array_index (listing->filters, WhFilter, j));
      if (all)
        g_ptr_array_add (kept, rows->pdata[i]);
    }
  g_ptr_array_sort_with_data (kept, compare_cb, (gpointer) listing);
  return kept;
}

/* -- asking ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  const WhListing *listing;
  GPtrArray       *rows;
  char            *cursor;
  gint64           count;
} Page;

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Page *page = user_data;

  page->count = wh_reader_list_count (reader, page->listing, error);
  page->rows = wh_reader_list (reader, page->listing, &page->cursor, error);
  return page->rows != NULL;
}

/* The next page; listing->cursor moves on. */
static GPtrArray *
next_page (Fixture *fixture, WhListing *listing, gint64 *out_count)
{
  Page page = { listing, NULL, NULL, -1 };
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->store, fixture->principal, list_cb, &page, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page.rows->len, <=, listing->limit);
  g_free (listing->cursor);
  listing->cursor = page.cursor;
  if (out_count)
    *out_count = page.count;
  return page.rows;
}

static void
assert_listing (Fixture *fixture, WhListing *listing, GPtrArray *rows)
{
  g_autoptr (GPtrArray) wanted = expected (listing, rows);
  guint n = 0;

  do
    {
      gint64 count = -1;
      g_autoptr (GPtrArray) page = next_page (fixture, listing, &count);
      g_assert_cmpint (count, ==, wanted->len);
      for (guint i = 0; i < page->len; i++, n++)
        {
          const WhEntity *row = page->pdata[i];
          g_assert_cmpuint (n, <, wanted->len);
          g_assert_true (wh_id_equal (&row->id, &((WhEntity *) wanted->pdata[n])->id));
          g_assert_true (wh_entity_equal (row, wanted->pdata[n]));
        }
      g_assert_true (page->len == listing->limit || !listing->cursor);
    }
  while (listing->cursor);
  g_assert_cmpuint (n, ==, wanted->len);
}

/* A value as people would write it, mostly one that some row has. */
static char *
filter_value (GRand *random, const WhField *field, gconstpointer row, gboolean set)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (set)
    return g_strdup (g_rand_boolean (random) ? "true" : "false");
  if (is_unset (row, field) && field->type != WH_FIELD_TEXT && field->type != WH_FIELD_LIST)
    return NULL;
  switch (field->type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      return some_text (random);
    case WH_FIELD_REAL:
      return g_strdup (g_ascii_dtostr (number, sizeof number, WH_FIELD_AT (row, field, double)));
    case WH_FIELD_ID:
      return wh_id_to_string (&WH_FIELD_AT (row, field, WhId));
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      return wh_clock_format (WH_FIELD_AT (row, field, gint64));
    case WH_FIELD_FLAG:
      return g_strdup (WH_FIELD_AT (row, field, gint64) ? "yes" : "0");
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, WH_FIELD_AT (row, field, gint64));
    }
}

static void
add_some_filter (GRand *random, WhListing *listing, gconstpointer row)
{
  static const char *const prefixes[] = { "", "min.", "max.", "contains.", "has." };
  const WhEntityClass *class = wh_entity_class (listing->kind);
  const WhField *field = &class->fields[g_rand_int_range (random, 0, (gint32) class->n_fields)];
  const char *prefix = prefixes[g_rand_int_range (random, 0, G_N_ELEMENTS (prefixes))];
  g_autofree char *key = g_strconcat (prefix, field->name, NULL);
  g_autofree char *value = field->type == WH_FIELD_PANEL ? NULL : filter_value (random, field, row, g_str_equal (prefix, "has."));

  if (value)
    wh_listing_add_filter (listing, key, value, NULL);   /* some do not fit their field */
}

static WhListing *
some_listing (GRand *random, WhKind kind, GPtrArray *rows)
{
  g_autofree char *names = wh_listing_sort_names (kind);
  g_auto (GStrv) sorts = g_strsplit (names, ", ", -1);
  WhListing *listing = wh_listing_new (kind);

  for (int i = g_rand_int_range (random, 0, 3); i > 0; i--)
    add_some_filter (random, listing, rows->pdata[g_rand_int_range (random, 0, (gint32) rows->len)]);
  g_assert_true (wh_listing_set_sort (listing, sorts[g_rand_int_range (random, 0, (gint32) g_strv_length (sorts))], NULL));
  listing->descending = g_rand_boolean (random);
  listing->limit = (guint) g_rand_int_range (random, 1, 40);
  return listing;
}

static void
test_as_in_memory (Fixture *fixture)
{
  WhId ids[4] = { wh_id_new (), wh_id_new (), wh_id_new (), wh_id_new () };
  guint n = fixture->database == WH_TEST_POSTGRES ? LISTINGS_FAR : LISTINGS;

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      g_autoptr (GPtrArray) rows = make_rows (fixture, kind, ids);
      for (guint i = 0; i < n; i++)
        {
          g_autoptr (WhListing) listing = some_listing (source, kind, rows);
          assert_listing (fixture, listing, rows);
        }
    }
}

/* -- while others write ---------------------------------------------------------------------------------------------- */

static WhNote *
make_note (guint number, const char *author)
{
  WhNote *note = wh_note_new (WH_ID_NONE);

  note->object_kind = g_strdup ("strain");
  note->object_id = wh_id_new ();
  note->text = g_strdup_printf ("%u", number);
  note->author = g_strdup (author);
  return note;
}

static gboolean
delete_all_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *rows = user_data;

  for (guint i = 0; i < rows->len; i++)
    if (!wh_writer_delete (writer, WH_KIND_NOTE, &((WhEntity *) rows->pdata[i])->id, error))
      return FALSE;
  return TRUE;
}

static void
delete_all (Fixture *fixture, GPtrArray *rows)
{
  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", delete_all_cb, rows, NULL, NULL);
}

#define BUSY_PAGES 20

/* The first four of them go. */
static void
some_leave (Fixture *fixture, GPtrArray *rows)
{
  g_autoptr (GPtrArray) leaving = g_ptr_array_new ();

  for (guint i = 0; i < 4 && i < rows->len; i++)
    g_ptr_array_add (leaving, rows->pdata[i]);
  delete_all (fixture, leaving);
  g_ptr_array_remove_range (rows, 0, leaving->len);
}

static void
some_come (Fixture *fixture, const char *const *authors)
{
  g_autoptr (GPtrArray) coming = g_ptr_array_new_with_free_func (wh_entity_unref);

  for (; *authors; authors++)
    g_ptr_array_add (coming, make_note (2000, *authors));
  put_all (fixture, coming);
}

/* Between pages some others come, on both sides of the place, and some others go. */
static void
pages_while_writing (Fixture *fixture, const char *sort)
{
  static const char *const authors[] = { "a", "b", "c", NULL };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  g_autoptr (WhListing) listing = wh_listing_new (WH_KIND_NOTE);

  for (guint i = 0; i < 100; i++)
    {
      g_ptr_array_add (kept, make_note (i, authors[i % 4]));
      g_ptr_array_add (others, make_note (1000 + i, authors[i % 4]));
    }
  put_all (fixture, kept);
  put_all (fixture, others);
  listing->limit = 7;
  listing->descending = g_rand_boolean (source);
  g_assert_true (wh_listing_set_sort (listing, sort, NULL));
  for (guint n = 0; n == 0 || listing->cursor; n++)
    {
      g_autoptr (GPtrArray) page = next_page (fixture, listing, NULL);
      for (guint i = 0; i < page->len; i++)
        g_assert_true (g_hash_table_add (seen, g_memdup2 (&((WhEntity *) page->pdata[i])->id, sizeof (WhId))));
      if (n < BUSY_PAGES)
        {
          some_leave (fixture, others);
          some_come (fixture, authors);
        }
    }
  for (guint i = 0; i < kept->len; i++)
    g_assert_true (g_hash_table_contains (seen, &((WhEntity *) kept->pdata[i])->id));
}

static void
test_pages_by_text (Fixture *fixture)
{
  pages_while_writing (fixture, "author");
}

static void
test_pages_by_id (Fixture *fixture)
{
  pages_while_writing (fixture, "id");
}

static void
test_pages_by_time (Fixture *fixture)
{
  pages_while_writing (fixture, "created_at");
}

/* -- what is refused --------------------------------------------------------------------------------------------------- */

static void
assert_refused (Fixture *fixture, WhListing *listing, const char *cursor)
{
  Page page = { listing, NULL, NULL, -1 };
  g_autoptr (GError) error = NULL;

  g_free (listing->cursor);
  listing->cursor = g_strdup (cursor);
  g_assert_false (wh_store_read (fixture->store, fixture->principal, list_cb, &page, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static WhListing *
notes_by (const char *sort)
{
  WhListing *listing = wh_listing_new (WH_KIND_NOTE);

  g_assert_true (wh_listing_set_sort (listing, sort, NULL));
  listing->limit = 2;
  return listing;
}

static void
test_cursors (Fixture *fixture)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (WhListing) listing = notes_by ("author"), other = notes_by ("created_at"), filtered = notes_by ("author");
  g_autofree char *cursor = NULL;

  for (guint i = 0; i < 9; i++)
    g_ptr_array_add (rows, make_note (i, "somebody"));
  put_all (fixture, rows);
  g_ptr_array_unref (next_page (fixture, listing, NULL));
  cursor = g_strdup (listing->cursor);
  for (gsize i = 0; i < strlen (cursor); i++)
    {
      g_autofree char *changed = g_strdup (cursor);
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      assert_refused (fixture, listing, changed);
      changed[i] = '\0';
      assert_refused (fixture, listing, changed);
    }
  g_autofree char *longer = g_strconcat (cursor, "A", NULL), *huge = g_strnfill (100000, 'A');
  assert_refused (fixture, listing, longer);
  assert_refused (fixture, listing, huge);
  assert_refused (fixture, listing, "");
  assert_refused (fixture, listing, "a b");
  assert_refused (fixture, other, cursor);
  g_assert_true (wh_listing_add_filter (filtered, "author", "somebody", NULL));
  assert_refused (fixture, filtered, cursor);
  g_free (listing->cursor);
  listing->cursor = g_strdup (cursor);
  listing->limit = 3;   /* another size of page is the same list */
  g_ptr_array_unref (next_page (fixture, listing, NULL));
}

static void
test_filters_refused (void)
{
  static const char *const wrong[][2] = {
    { "nothing", "1" },          { "name; DROP TABLE strain", "1" }, { "min.name", "a" },      { "contains.price_cents", "1" },
    { "price_cents", "1.5" },    { "price_cents", "many" },          { "in_stock", "perhaps" }, { "strain_id", "blue-dream" },
    { "price_observed_at", "yesterday" }, { "images", "x" },         { "contains.images", "," }, { "weight_grams", "inf" },
    { "has.name", "maybe" },     { "min.", "1" },                    { "", "1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhListing) listing = wh_listing_new (WH_KIND_PRODUCT);
      g_autoptr (GError) error = NULL;
      g_assert_false (wh_listing_add_filter (listing, wrong[i][0], wrong[i][1], &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

static void
test_too_many_filters (void)
{
  g_autoptr (WhListing) listing = wh_listing_new (WH_KIND_NOTE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < WH_LISTING_FILTERS; i++)
    g_assert_true (wh_listing_add_filter (listing, "author", "x", NULL));
  g_assert_false (wh_listing_add_filter (listing, "author", "x", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
}

static void
test_sorts_refused (void)
{
  static const char *const wrong[] = { "text", "object_id", "nothing", "", "id; --" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhListing) listing = wh_listing_new (WH_KIND_NOTE);
      g_autoptr (GError) error = NULL;
      g_assert_false (wh_listing_set_sort (listing, wrong[i], &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  source = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  wh_test_store_add ("list/as-in-memory", WH_TEST_EVERYWHERE, test_as_in_memory);
  wh_test_store_add ("list/pages-while-writing/text", WH_TEST_EVERYWHERE, test_pages_by_text);
  wh_test_store_add ("list/pages-while-writing/id", WH_TEST_EVERYWHERE, test_pages_by_id);
  wh_test_store_add ("list/pages-while-writing/time", WH_TEST_EVERYWHERE, test_pages_by_time);
  wh_test_store_add ("list/cursors", WH_TEST_EVERYWHERE, test_cursors);
  g_test_add_func ("/store/list/filters-refused", test_filters_refused);
  g_test_add_func ("/store/list/too-many-filters", test_too_many_filters);
  g_test_add_func ("/store/list/sorts-refused", test_sorts_refused);
  status = g_test_run ();
  g_rand_free (source);
  return status;
}
