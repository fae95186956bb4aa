/* Which strain a free name means: what is certain, what is for a person, and never a wrong merge. */
#include "catalogue-fixture.h"

#include <string.h>

#include "service/wh-importer.h"
#include "service/wh-ledger.h"
#include "service/wh-naming-decide.h"

static void
add_list (Fixture *fixture)
{
  static const char *const names[] = {
    "Blue Dream",     "OG Kush",        "Gorilla Glue #4",  "Gelato",        "Gelato #33",      "Gelato #41",   "Orange",
    "Orange Bud",     "Grand Daddy Purple", "Purple Punch", "Purple Princess", "Lemon Drop",    "Lemon Haze",   "Strawberry Lemonade",
    "Kush Mints",     "Animal Cookies", "White Fire OG",    "White Fire Alien OG", "Northern Lights 5 x Haze", "Wedding Cake",
    "Grease Monkey",  "Peaches and Cream", "Forbidden Fruit", "Slurricane",  "MAC",             "MAC 1",        "GSC",
    "Orange Cookies", "Orange Kush",    "Orange Creamsicle", "Orange Crush", "Orange Dream",   "Orange Velvet", "Orange Tree",
    "Kush",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fixture_strain (fixture, names[i], "hybrid", 1.0 / (i + 2));
  fixture_commit (fixture);
}

static WhNamer *
namer_of (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  return wh_namer_new (snapshot);
}

static void
test_certain (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *typed, *name;
    WhNamingGround ground;
  } cases[] = {
    { "BLUE-DREAM", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "Blüe Dréam*", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "BlueDream 3.5g", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "Blue Dream 1/8 oz", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "Blue Dream-Sativa", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "Blue Dream (S)", "Blue Dream", WH_NAMING_AS_WRITTEN },
    { "Gelato 41 2x.5g", "Gelato #41", WH_NAMING_AS_WRITTEN },
    { "G.S.C.", "GSC", WH_NAMING_AS_WRITTEN },
    { "Northern Lights #5 x Haze", "Northern Lights 5 x Haze", WH_NAMING_AS_WRITTEN },
    { "Blue Dream Pre-Roll 5 Pack", "Blue Dream", WH_NAMING_BESIDE },
    { "Gelato #33 Joints x5 .5g", "Gelato #33", WH_NAMING_BESIDE },
    { "Live Resin: Blue Dream", "Blue Dream", WH_NAMING_BESIDE },
    { "Some Farm: Blue Dream: 7g: Flower", "Blue Dream", WH_NAMING_BESIDE },
    { "Blue Dream Pre Roll by Some Farm", "Blue Dream", WH_NAMING_BESIDE },
    { "OG Kush Lot #00012345", "OG Kush", WH_NAMING_BESIDE },
    { "Orange Bud Preroll", "Orange Bud", WH_NAMING_BESIDE },
    { "Slurricane (Gelato x Purple Punch)", "Slurricane", WH_NAMING_AS_WRITTEN },
    { "Girl Scout Cookies Shake", "GSC", WH_NAMING_ALIAS },
    { "GG4", "Gorilla Glue #4", WH_NAMING_ALIAS },
    { "GDP 28g", "Grand Daddy Purple", WH_NAMING_ALIAS },
    { "Kush Mintz", "Kush Mints", WH_NAMING_PLURAL },
    { "Animal Cookie", "Animal Cookies", WH_NAMING_PLURAL },
    { "Peaches n Cream", "Peaches and Cream", WH_NAMING_PLURAL },
    { "Forbiden Fruit", "Forbidden Fruit", WH_NAMING_TYPO },
    { "Weddign Cake Pre Roll", "Wedding Cake", WH_NAMING_TYPO },
  };

  add_list (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WhNaming naming;
      wh_namer_resolve (namer, cases[i].typed, &naming);
      g_test_message ("%s: %s, %s", cases[i].typed, wh_naming_outcome_word (naming.outcome),
                      naming.n ? naming.candidates[0].card->name : "-");
      g_assert_cmpuint (naming.n, >, 0);
      g_assert_cmpstr (naming.candidates[0].card->name, ==, cases[i].name);
      g_assert_cmpint (naming.candidates[0].ground, ==, cases[i].ground);
      g_assert_cmpint (naming.outcome, ==, WH_NAMING_CERTAIN);
      g_assert_cmpfloat (naming.candidates[0].confidence, >=, WH_NAMING_AUTOMATIC);
    }
}

static void
test_never_merged (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {
    "Gelato #42",           "Gelato 4",           "Gorilla Glue #5",      "Blue Dream F2",        "Blue Dream S1",
    "Blue Dream x OG Kush", "Blue Dream + OG Kush", "Blue Dream/OG Kush 1g", "Blue Dream BX1",    "Mixed Blue Dream",
    "Blue Dream w/ Tangie", "Blue Dream CBD",     "Purple Prince",        "Lemon Drip",           "Lemondrip",
    "Strawberry Lemonhaze", "White Fire Alien",   "Blue Cream",           "Orange Infused Pre Roll", "MAC 2",
    "The MAC 1 x Gelato",   "Wedding",            "Haze",                 "",                     "3.5g",
    "🌿",                   "Og Kush Blue Dream", "Gelato 33 Gelato 41",  "Blue Dream: OG Kush",
    "Indica Wedding Cake",  "Kush Valley 1g",     "Gelatoz",              "Mixed: Blue Dream",    "Gelato x: Blue Dream",
  };

  add_list (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      WhNaming naming;
      wh_namer_resolve (namer, names[i], &naming);
      g_test_message ("%s: %s", names[i], naming.n ? naming.candidates[0].card->name : "-");
      g_assert_cmpint (naming.outcome, !=, WH_NAMING_CERTAIN);
      g_assert_true ((naming.n > 0) == (naming.outcome == WH_NAMING_REVIEW));
      for (guint c = 1; c < naming.n; c++)
        g_assert_cmpfloat (naming.candidates[c - 1].confidence, >=, naming.candidates[c].confidence);
    }
}

/* Two strains of one name: nobody can tell. */
static void
test_shared_name (Fixture *fixture, gconstpointer data)
{
  WhStrain *one = fixture_strain (fixture, "Alpine Mist", "hybrid", 0.5), *other = fixture_strain (fixture, "Harbour Fog", "hybrid", 0.4);
  WhNaming naming;

  one->aliases = g_strsplit ("Grey Morning", ",", -1);
  other->aliases = g_strsplit ("Grey Morning", ",", -1);
  fixture_commit (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  wh_namer_resolve (namer, "Grey Morning", &naming);
  g_assert_cmpint (naming.outcome, ==, WH_NAMING_REVIEW);
  g_assert_cmpuint (naming.n, ==, 2);
}

/* Anything may stand in a name: none of it harms. */
static void
test_any_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) endless = g_string_new (NULL);
  WhNaming naming;

  add_list (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  for (guint i = 0; i < 20000; i++)
    g_string_append (endless, "blue dream (x ");
  wh_namer_resolve (namer, endless->str, &naming);
  g_assert_cmpint (naming.outcome, !=, WH_NAMING_CERTAIN);
  wh_namer_resolve (namer, "Blue Dream 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g 1g of OG Kush", &naming);
  g_assert_cmpint (naming.outcome, !=, WH_NAMING_CERTAIN);
  wh_namer_resolve (namer, "\xff\xfe Blue Dream", &naming);
  wh_namer_resolve (namer, ":: :: by by x x ( [ #", &naming);
  g_assert_cmpint (naming.outcome, !=, WH_NAMING_CERTAIN);
}

static void
add_batch (Fixture *fixture, const char *name)
{
  WhBatch *batch = fixture_add (fixture, wh_batch_new (wh_id_new ()));

  batch->name = g_strdup (name);
}

static void
add_product (Fixture *fixture, const char *name, const char *category)
{
  WhDispensary *shop = fixture_add (fixture, wh_dispensary_new (wh_id_from_key ("dispensary", "test", name)));
  WhProduct *product = fixture_add (fixture, wh_product_new (wh_id_new ()));

  shop->name = g_strdup ("Shop");
  shop->slug = g_strdup ("shop");
  product->dispensary_id = shop->entity.id;
  product->name = g_strdup (name);
  product->category = g_strdup (category);
}

static void
test_queue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_list (fixture);
  for (guint i = 0; i < 3; i++)
    add_batch (fixture, i < 2 ? "Blue Dream CBD" : "Forbiden Fruit 1g");
  add_product (fixture, "Blue Dream Gummies", "edibles");
  add_product (fixture, "Forbiden Fruit 1g", "flower");
  add_product (fixture, "Forbiden Fruit 1g", "pre-rolls");
  fixture_commit (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  g_autoptr (GPtrArray) queue = wh_naming_queue (fixture->store, fixture->principal, namer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (queue->len, ==, 2);
  const WhNamedEntry *first = queue->pdata[0], *second = queue->pdata[1];
  g_assert_cmpstr (first->name, ==, "Forbiden Fruit 1g");
  g_assert_cmpuint (first->n, ==, 3);
  g_assert_cmpint (first->naming.outcome, ==, WH_NAMING_CERTAIN);
  g_assert_cmpuint (second->n, ==, 2);
  g_assert_cmpint (second->naming.outcome, ==, WH_NAMING_REVIEW);
}

/* Writes the decision and frees it. */
static void
apply (Fixture *fixture, WhNamingDecision *decision)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (decision);
  g_autoptr (GPtrArray) results = wh_ledger_apply (fixture->store, fixture->principal, decision->edits, TRUE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < results->len; i++)
    g_assert_true (wh_ledger_result_done (results->pdata[i]));
  wh_naming_decision_free (decision);
}

static GPtrArray *
queue_of (Fixture *fixture, WhNamer *namer)
{
  GPtrArray *queue = wh_naming_queue (fixture->store, fixture->principal, namer, NULL);

  g_assert_nonnull (queue);
  return queue;
}

/* What the namer is certain of is linked, batches and products alike; nothing else, and nothing twice. */
static void
test_link (Fixture *fixture, gconstpointer data)
{
  add_list (fixture);
  add_batch (fixture, "Forbiden Fruit 1g");
  add_batch (fixture, "Blue Dream CBD");
  add_product (fixture, "Forbiden Fruit 1g", "flower");
  add_product (fixture, "Forbiden Fruit 1g", "edibles");
  fixture_commit (fixture);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  WhNamingDecision *decision = wh_naming_link (fixture->store, fixture->principal, namer, NULL);
  g_assert_cmpuint (decision->n_names, ==, 1);
  g_assert_cmpuint (decision->n_batches, ==, 1);
  g_assert_cmpuint (decision->n_products, ==, 1);
  apply (fixture, decision);
  decision = wh_naming_link (fixture->store, fixture->principal, namer, NULL);
  g_assert_cmpuint (decision->edits->len, ==, 0);
  wh_naming_decision_free (decision);
}

/* A name accepted for a strain is an alias from then on, for the search and for whatever is imported under it; a strain that was
 * rejected for a name is not proposed again. */
static void
test_decide (Fixture *fixture, gconstpointer data)
{
  WhId strain = wh_id_from_key ("strain", "test", "Blue Dream");
  WhNaming naming;

  add_list (fixture);
  add_batch (fixture, "Blue Dream CBD");
  fixture_commit (fixture);
  g_autoptr (WhNamer) before = namer_of (fixture);
  apply (fixture, wh_naming_reject (fixture->store, fixture->principal, "blue-dream CBD", &strain, 0.5, NULL));
  g_autoptr (GPtrArray) rejected = queue_of (fixture, before);
  for (guint i = 0; i < rejected->len; i++)
    for (guint j = 0; j < ((WhNamedEntry *) rejected->pdata[i])->naming.n; j++)
      g_assert_cmpstr (((WhNamedEntry *) rejected->pdata[i])->naming.candidates[j].card->name, !=, "Blue Dream");

  WhNamingDecision *accepted = wh_naming_accept (fixture->store, fixture->principal, "Blue Dream CBD", &strain, NAN, NULL);
  g_assert_cmpuint (accepted->n_batches, ==, 1);
  apply (fixture, accepted);
  g_autoptr (WhNamer) after = namer_of (fixture);
  wh_namer_resolve (after, "BLUE DREAM CBD", &naming);
  g_assert_cmpint (naming.outcome, ==, WH_NAMING_CERTAIN);
  g_assert_cmpstr (naming.candidates[0].card->name, ==, "Blue Dream");
  g_assert_cmpint (naming.candidates[0].ground, ==, WH_NAMING_ALIAS);
  g_autoptr (GPtrArray) queue = queue_of (fixture, after);
  g_assert_cmpuint (queue->len, ==, 0);
  g_autoptr (GError) error = NULL;
  g_assert_null (wh_naming_accept (fixture->store, fixture->principal, "!!!", &strain, NAN, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static void
import_menu (Fixture *fixture, const char *path)
{
  WhImportOptions options = { .kind = WH_IMPORT_MENU };
  g_autoptr (WhImportReport) report = wh_importer_run (fixture->store, fixture->principal, path, &options, NULL, NULL, NULL, NULL);

  g_assert_nonnull (report);
  g_assert_cmpuint (report->bad, ==, 0);
}

static gboolean
count_linked_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  *(guint *) user_data += !wh_id_is_none (&((const WhProduct *) entity)->strain_id);
  return TRUE;
}

static gboolean
count_linked (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_PRODUCT, count_linked_cb, user_data, error);
}

static guint
linked_products (Fixture *fixture)
{
  guint n = 0;

  g_assert_true (wh_store_read (fixture->store, fixture->principal, count_linked, &n, NULL));
  return n;
}

/* A menu that comes again keeps what was linked, and a new one under a decided name is linked at once. */
static void
test_import_keeps_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "menu.csv", NULL);
  WhId strain = wh_id_from_key ("strain", "test", "Blue Dream");

  add_list (fixture);
  g_assert_true (g_file_set_contents (path, "Dispensary,Product,Category,Price\nGreen Door,BD Special,Flower,35\n", -1, NULL));
  import_menu (fixture, path);
  g_assert_cmpuint (linked_products (fixture), ==, 0);
  apply (fixture, wh_naming_accept (fixture->store, fixture->principal, "BD Special", &strain, NAN, NULL));
  g_assert_cmpuint (linked_products (fixture), ==, 1);
  import_menu (fixture, path);
  g_assert_cmpuint (linked_products (fixture), ==, 1);
  g_assert_true (g_file_set_contents (path, "Dispensary,Product,Category,Price\nBlue Door,bd special,Flower,36\n", -1, NULL));
  import_menu (fixture, path);
  g_assert_cmpuint (linked_products (fixture), ==, 2);
  wh_test_remove_dir (dir);
}

/* -- names judged by hand ------------------------------------------------------------------------------------------- */

typedef struct {
  guint n_certain, n_right, n_listed;
} Judged;

static void
judge_line (WhNamer *namer, const char *line, Judged *judged)
{
  g_auto (GStrv) cells = g_strsplit (line, "\t", -1);
  WhNaming naming;

  if (line[0] == '#' || g_strv_length (cells) < 2)
    return;
  g_auto (GStrv) slugs = g_strsplit (cells[1], "|", -1);
  wh_namer_resolve (namer, cells[0], &naming);
  judged->n_listed += strcmp (cells[1], "-") != 0 && strcmp (cells[1], "?") != 0;
  if (naming.outcome != WH_NAMING_CERTAIN)
    return;
  gboolean right = g_strv_contains ((const char *const *) slugs, naming.candidates[0].card->slug);
  judged->n_certain++;
  judged->n_right += right;
  if (!right)
    g_test_message ("%s taken for %s, judged %s", cells[0], naming.candidates[0].card->slug, cells[1]);
}

static void
judge_file (WhNamer *namer, const char *name, Judged *judged)
{
  g_autofree char *path = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), "tests", "service", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    judge_line (namer, lines[i], judged);
}

static void
test_judged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = wh_test_shared ("data/strains/strain-info-2021.csv");
  WhImportOptions options = { .kind = WH_IMPORT_STRAINS };
  g_autoptr (GError) error = NULL;
  Judged judged = { 0 };

  if (!path)
    return;
  g_autoptr (WhImportReport) report = wh_importer_run (fixture->store, fixture->principal, path, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (WhNamer) namer = namer_of (fixture);
  judge_file (namer, "names-judged.tsv", &judged);
  judge_file (namer, "names-judged-last.tsv", &judged);
  g_assert_cmpuint (judged.n_listed, >, 250);
  g_assert_cmpuint (100 * judged.n_right, >=, 98 * judged.n_certain);
  g_assert_cmpuint (100 * judged.n_right, >=, 85 * judged.n_listed);
}

#define ADD(path, test) g_test_add ("/service/naming/" path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("certain", test_certain);
  ADD ("never-merged", test_never_merged);
  ADD ("shared-name", test_shared_name);
  ADD ("any-text", test_any_text);
  ADD ("queue", test_queue);
  ADD ("link", test_link);
  ADD ("decide", test_decide);
  ADD ("import-keeps-links", test_import_keeps_links);
  ADD ("judged", test_judged);
  return g_test_run ();
}
