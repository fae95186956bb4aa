/* Searches over 100,000 made-up strains with names like real ones; prints p50 and p99 per kind of search, build time and
 * memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "base/wh-text.h"
#include "service/wh-catalogue.h"

#define N_STRAINS 100000
#define N_MEASURED 100000
#define N_PER_PANEL 10
#define N_SEARCHES 2000

static const char *const WORDS[] = {
  "Blue",   "Dream",  "Kush",   "OG",      "Purple",  "Haze",   "Sour",    "Diesel",  "Lemon",  "Cookies", "Girl",   "Scout",
  "Cake",   "Wedding", "Gelato", "Sherbet", "Cherry",  "Pie",    "Grape",   "Ape",     "Ghost",  "Train",   "Northern", "Lights",
  "White",  "Widow",  "Green",  "Crack",   "Pineapple", "Express", "Super", "Silver",  "Jack",   "Herer",   "Master", "Hindu",
  "Skunk",  "Cheese", "Mango",  "Tangie",  "Orange",  "Banana", "Strawberry", "Cough", "Gorilla", "Glue",   "Bubba",  "Tahoe",
  "Alien",  "Fire",   "Animal", "Mint",    "Chem",    "Dawg",   "Durban",  "Poison",  "Critical", "Mass",   "Royal",  "Queen",
};
static const char *const SYLLABLES[] = { "ba", "ki", "lo", "mer", "za", "tri", "go", "nu", "sha", "del", "or", "ven", "pa", "rish",
                                         "ten", "qu", "fa", "lly", "ster", "mo", "chi", "ran", "do", "wix" };

static char *
make_word (WhRng *rng)
{
  g_autoptr (GString) word = g_string_new (NULL);

  if (wh_rng_uniform (rng) < 0.7)
    {
      double place = wh_rng_uniform (rng);   /* few words are in many names */
      return g_strdup (WORDS[(guint) (place * place * G_N_ELEMENTS (WORDS))]);
    }
  for (guint i = 0; i < 2 + wh_rng_below (rng, 2); i++)
    g_string_append (word, SYLLABLES[wh_rng_below (rng, G_N_ELEMENTS (SYLLABLES))]);
  return g_string_free (g_steal_pointer (&word), FALSE);
}

static char *
make_name (WhRng *rng, guint number)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 2 + wh_rng_below (rng, 2); i++)
    {
      g_autofree char *word = make_word (rng);
      g_string_append_printf (name, "%s%s", i > 0 ? " " : "", word);
    }
  if (number % 10 == 0)
    g_string_append_printf (name, " #%u", 1 + number % 97);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static WhLabResult *
make_result (WhRng *rng, const WhBatch *batch)
{
  static const char *const analytes[N_PER_PANEL] = { "thca", "cbda", "beta_myrcene", "d_limonene", "beta_caryophyllene", "linalool",
                                                     "alpha_pinene", "beta_pinene", "alpha_humulene", "terpinolene" };
  WhLabResult *result = wh_lab_result_new (wh_id_new ());

  result->batch_id = batch->entity.id;
  result->panel = wh_panel_new ();
  for (guint i = 0; i < N_PER_PANEL; i++)
    {
      const WhAnalyte *analyte = wh_analyte_lookup (analytes[i]);
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = analyte->index;
      measure.state = WH_STATE_VALUE;
      measure.unit = WH_UNIT_MG_PER_G;
      measure.value = round ((i < 2 ? 200 : 8) * wh_rng_uniform (rng) * 1000) / 1000;
      wh_panel_add (result->panel, &measure, NULL);
    }
  return result;
}

static gboolean
fill_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  WhRng *rng = user_data;

  for (guint i = 0; i < N_STRAINS; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());
      g_autoptr (WhBatch) batch = wh_batch_new (wh_id_new ());
      strain->name = make_name (rng, i);
      strain->slug = wh_text_slug (strain->name);
      strain->popularity_score = pow (wh_rng_uniform (rng), 8);
      batch->name = g_strdup (strain->name);
      batch->strain_id = strain->entity.id;
      batch->product_type = g_strdup ("flower");
      g_autoptr (WhLabResult) result = make_result (rng, batch);
      if (!wh_writer_put (writer, strain, NULL, error) || !wh_writer_put (writer, batch, NULL, error)
          || !wh_writer_put (writer, result, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* -- kinds of searches ------------------------------------------------------------------------------------------- */

typedef char *(*MakeText) (WhRng *rng, const char *name, guint length);

static char *
make_prefix (WhRng *rng, const char *name, guint length)
{
  return g_strndup (name, length);
}

/* One letter changed, dropped or swapped, somewhere after the first. */
static char *
make_typo (WhRng *rng, const char *name, guint length)
{
  GString *text = g_string_new (name);
  guint place = 1 + wh_rng_below (rng, (guint32) MAX (text->len, 3) - 2);

  switch (wh_rng_below (rng, 3))
    {
    case 0:
      text->str[place] = (char) ('a' + wh_rng_below (rng, 26));
      break;
    case 1:
      g_string_erase (text, place, 1);
      break;
    default:
      {
        char letter = text->str[place];
        text->str[place] = text->str[place - 1];
        text->str[place - 1] = letter;
      }
    }
  return g_string_free (text, FALSE);
}

static char *
make_two_words (WhRng *rng, const char *name, guint length)
{
  return g_strdup_printf ("%s %.3s", WORDS[wh_rng_below (rng, G_N_ELEMENTS (WORDS))],
                          WORDS[wh_rng_below (rng, G_N_ELEMENTS (WORDS))]);
}

static char *
make_aroma (WhRng *rng, const char *name, guint length)
{
  static const char *const texts[] = { "that lemon one", "something piney", "lemon", "pepper",
                                       "limonene",       "citrus haze",     "floral" };

  return g_strdup (texts[wh_rng_below (rng, G_N_ELEMENTS (texts))]);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
measure (WhCatalogue *catalogue, const WhPrincipal *principal, const char *what, MakeText make, guint length)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
  g_autofree gint64 *times = g_new (gint64, N_SEARCHES);
  WhRng rng;

  wh_rng_init (&rng, 7 + length);
  for (guint i = 0; i < N_SEARCHES; i++)
    {
      g_autoptr (WhQuery) query = wh_query_new ();
      query->text = make (&rng, wh_snapshot_card (snapshot, wh_rng_below (&rng, N_STRAINS))->name, length);
      gint64 begin = wh_clock_monotonic ();
      g_autoptr (WhHits) hits = wh_catalogue_search (catalogue, principal, query, NULL);
      times[i] = wh_clock_monotonic () - begin;
    }
  qsort (times, N_SEARCHES, sizeof *times, compare_times);
  printf ("%-22s p50 %6.3f ms   p99 %6.3f ms   max %6.3f ms\n", what, times[N_SEARCHES / 2] / 1e3,
          times[N_SEARCHES * 99 / 100] / 1e3, times[N_SEARCHES - 1] / 1e3);
}

static void
print_memory (const char *when)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return;
  const char *now = strstr (status, "VmRSS:"), *peak = strstr (status, "VmHWM:");
  printf ("memory %s: %ld MiB now, %ld MiB at most\n", when, now ? strtol (now + 6, NULL, 10) / 1024 : 0,
          peak ? strtol (peak + 6, NULL, 10) / 1024 : 0);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("weedhounds-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_MIRROR, &error);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  WhRng rng;

  wh_rng_init (&rng, 420);
  if (!store || !wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", fill_cb, &rng, NULL, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  print_memory ("after filling the store");
  g_autoptr (WhCatalogue) catalogue = wh_catalogue_new (store);
  gint64 begin = wh_clock_monotonic ();
  if (!wh_catalogue_refresh (catalogue, principal, NULL, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  printf ("snapshot of %d strains, %d measurements: %.2f s\n", N_STRAINS, N_MEASURED * N_PER_PANEL,
          (wh_clock_monotonic () - begin) / 1e6);
  print_memory ("with the snapshot");
  for (guint length = 1; length <= 12; length++)
    {
      g_autofree char *what = g_strdup_printf ("prefix of %u letters", length);
      measure (catalogue, principal, what, make_prefix, length);
    }
  measure (catalogue, principal, "with a typo", make_typo, 0);
  measure (catalogue, principal, "two words", make_two_words, 0);
  measure (catalogue, principal, "aroma", make_aroma, 0);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);
  return system (command) == 0 ? 0 : 1;
}
