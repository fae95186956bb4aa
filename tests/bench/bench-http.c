/* How many requests a second the real server answers over HTTP, beside nginx that returns a body of the same size, turn by turn in the same
 * run and under the same load from wrk; what 15,000 idle connections cost; the p95 of the documented targets with 100 clients.
 *
 *   bench-http [short | long [THOUSANDS]] [DIR]
 *
 * `long` sends so many thousand requests (10,000) of all kinds and looks at memory and descriptors. DIR keeps the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-paths.h"
#include "base/wh-random.h"
#include "service/wh-catalogue.h"
#include "service/wh-demo.h"
#include "support/wh-test.h"
#include "wh-bench-http.h"

#define ROUNDS 3
#define SECONDS 2
#define WARM_SECONDS 10        /* what is kept of strains is made ahead, and on demand */
#define HEAD_BYTES 300         /* of a reply's head */
#define IDLE 15000
#define N_SEARCHES 4000
#define N_REPEATED 50
#define SETTLE_US 500000       /* until the connections of wrk are closed on both sides */

typedef struct {
  char        *dir, *script;
  gboolean     keeps_dir;
  GPtrArray   *ids, *names;   /* of all strains, mixed */
} Bench;

/* -- the store -------------------------------------------------------------------------------------------------------- */

static void
make_store (const Bench *bench)
{
  const WhDemoSize size = WH_DEMO_DOCUMENTED;
  g_autofree char *path = wh_paths_store (bench->dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  if (!store || !wh_demo_make (store, principal, &size, NULL, NULL, NULL, &error))
    g_error ("the demonstration catalogue: %s", error->message);
}

static gboolean
add_strain_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhStrain *strain = entity;
  Bench *bench = user_data;

  g_ptr_array_add (bench->ids, wh_id_to_string (&strain->entity.id));
  g_ptr_array_add (bench->names, g_strdup (strain->name));
  return TRUE;
}

static gboolean
read_strains_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_STRAIN, add_strain_cb, user_data, error);
}

static void
mix (GPtrArray *texts, guint64 seed)
{
  WhRng rng;

  wh_rng_init (&rng, seed);
  for (guint i = texts->len; i > 1; i--)
    {
      guint other = wh_rng_below (&rng, i);
      gpointer text = texts->pdata[i - 1];
      texts->pdata[i - 1] = texts->pdata[other];
      texts->pdata[other] = text;
    }
}

static void
read_strains (Bench *bench)
{
  g_autofree char *path = wh_paths_store (bench->dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_READ, NULL);

  g_assert_true (store && wh_store_read (store, principal, read_strains_cb, bench, NULL));
  mix (bench->ids, 1);
  mix (bench->names, 2);
}

static void
open_bench (Bench *bench, const char *dir)
{
  g_autofree char *store = NULL;

  bench->keeps_dir = dir != NULL;
  bench->dir = dir ? g_strdup (dir) : wh_test_make_dir ();
  bench->script = g_build_filename (bench->dir, "wrk.lua", NULL);
  bench->ids = g_ptr_array_new_with_free_func (g_free);
  bench->names = g_ptr_array_new_with_free_func (g_free);
  store = wh_paths_store (bench->dir);
  wh_paths_ensure_dir (bench->dir, NULL);
  if (!g_file_test (store, G_FILE_TEST_EXISTS))
    make_store (bench);
  read_strains (bench);
}

static void
close_bench (Bench *bench)
{
  if (!bench->keeps_dir)
    wh_test_remove_dir (bench->dir);
  g_ptr_array_unref (bench->ids);
  g_ptr_array_unref (bench->names);
  g_free (bench->script);
  g_free (bench->dir);
}

/* -- what is asked ----------------------------------------------------------------------------------------------------- */

/* For each of the texts, at most `most` of them. */
static void
write_script (const Bench *bench, const char *format, const GPtrArray *texts, guint most)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < MIN (most, texts->len); i++)
    {
      g_auto (GStrv) halves = g_strsplit (format, "*", 2);
      g_ptr_array_add (requests, halves[1] ? g_strconcat (halves[0], texts->pdata[i], halves[1], NULL) : g_strdup (format));
    }
  wh_bench_script (bench->script, requests);
}

/* As people type them: the first letters, the whole, a slip. */
static GPtrArray *
make_words (const Bench *bench)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N_SEARCHES; i++)
    {
      const char *name = bench->names->pdata[i % bench->names->len];
      g_autofree char *cut = i % 4 ? g_utf8_substring (name, 0, MIN ((glong) (2 + i % 7), g_utf8_strlen (name, -1))) : g_strdup (name);
      if (i % 5 == 0 && strlen (cut) > 4)
        cut[3] = 'x';
      g_ptr_array_add (words, g_uri_escape_string (cut, NULL, FALSE));
    }
  return words;
}

/* -- beside nginx ------------------------------------------------------------------------------------------------------ */

static int
compare_rates (const void *a, const void *b)
{
  double x = ((const WhBenchLoad *) a)->requests / ((const WhBenchLoad *) a)->seconds;
  double y = ((const WhBenchLoad *) b)->requests / ((const WhBenchLoad *) b)->seconds;

  return (x > y) - (x < y);
}

static double
rate (const WhBenchLoad *load)
{
  return load->requests / load->seconds;
}

static void
print_load (const char *who, const WhBenchLoad *load)
{
  printf ("  %-10s %8.0f/s  p50 %6.2f  p95 %6.2f  p99 %6.2f ms  %6.1f us of CPU each", who, rate (load), load->p50, load->p95, load->p99,
          load->cpu);
  if (load->refused || load->broken)
    printf ("  (%" G_GINT64_FORMAT " refused, %" G_GINT64_FORMAT " broken)", load->refused, load->broken);
  printf ("\n");
}

/* Both turn by turn; the middle one of each counts. */
static void
compare (const Bench *bench, WhBenchServer *server, const char *what, guint connections, double wanted)
{
  WhBenchLoad first = wh_bench_load (server, bench->script, connections, strstr (what, "details") ? WARM_SECONDS : 1);
  WhBenchLoad ours[ROUNDS], theirs[ROUNDS];
  gsize bytes = (gsize) MAX (first.bytes - HEAD_BYTES, 1);
  WhBenchServer nginx;
  gboolean have = wh_bench_nginx (&nginx, bytes);

  printf ("%s, %u connections, %zu bytes:\n", what, connections, bytes);
  print_load ("at first", &first);
  for (guint round = 0; round < ROUNDS; round++)
    {
      ours[round] = wh_bench_load (server, bench->script, connections, SECONDS);
      if (have)
        theirs[round] = wh_bench_load (&nginx, bench->script, connections, SECONDS);
    }
  qsort (ours, ROUNDS, sizeof *ours, compare_rates);
  print_load ("weedhounds", &ours[ROUNDS / 2]);
  if (have)
    {
      qsort (theirs, ROUNDS, sizeof *theirs, compare_rates);
      print_load ("nginx", &theirs[ROUNDS / 2]);
      printf ("  ratio %.2f", rate (&ours[ROUNDS / 2]) / rate (&theirs[ROUNDS / 2]));
      if (wanted > 0)
        printf (" (aim %.1f)", wanted);
      printf ("\n");
      wh_bench_stop (&nginx);
    }
  fflush (stdout);
}

static void
print_use (const char *when, const WhBenchUse *use)
{
  printf ("%s: %.1f MB resident, %u descriptors\n", when, (double) use->resident / 1e6, use->descriptors);
}

static const guint CONNECTIONS[] = { 64, 1000 };

/* Nothing is kept: each reply is made anew. */
static void
compare_uncached (const Bench *bench)
{
  g_autoptr (GPtrArray) words = make_words (bench);
  WhBenchServer server;

  wh_bench_serve (&server, bench->dir, (const char *const[]){ "server.response_cache_mb=0", NULL });
  for (guint i = 0; i < G_N_ELEMENTS (CONNECTIONS); i++)
    {
      write_script (bench, "GET /api/strains/*", bench->ids, G_MAXUINT);
      compare (bench, &server, "strain details, mixed, none kept", CONNECTIONS[i], 0.5);
      write_script (bench, "GET /api/strains/search?q=*", words, G_MAXUINT);
      compare (bench, &server, "search, mixed, none kept", CONNECTIONS[i], 0);
    }
  wh_bench_stop (&server);
}

static void
compare_usual (const Bench *bench)
{
  g_autoptr (GPtrArray) words = make_words (bench);
  WhBenchServer server;
  WhBenchUse use;

  wh_bench_serve (&server, bench->dir, (const char *const[]){ NULL });
  use = wh_bench_use (&server);
  print_use ("before", &use);
  for (guint i = 0; i < G_N_ELEMENTS (CONNECTIONS); i++)
    {
      write_script (bench, "GET /health", bench->ids, 1);
      compare (bench, &server, "health", CONNECTIONS[i], 0);
      write_script (bench, "GET /api/strains/*", bench->ids, G_MAXUINT);
      compare (bench, &server, "strain details, mixed", CONNECTIONS[i], 0.5);
      write_script (bench, "GET /api/strains/search?q=*", words, G_MAXUINT);
      compare (bench, &server, "search, mixed", CONNECTIONS[i], 0.7);
      write_script (bench, "GET /api/strains/search?q=*", words, N_REPEATED);
      compare (bench, &server, "search, repeated", CONNECTIONS[i], 0.7);
    }
  use = wh_bench_use (&server);
  print_use ("after", &use);
  wh_bench_stop (&server);
}

/* -- idle connections -------------------------------------------------------------------------------------------------- */

static void
hold_idle (const Bench *bench)
{
  WhBenchServer server;
  WhBenchUse before, held;
  WhBenchLoad alone, beside;
  GArray *idle;

  wh_bench_serve (&server, bench->dir, (const char *const[]){ "server.response_cache_mb=0", NULL });
  write_script (bench, "GET /api/strains/*", bench->ids, G_MAXUINT);
  alone = wh_bench_load (&server, bench->script, 100, SECONDS);
  before = wh_bench_use (&server);
  idle = wh_bench_idle (&server, IDLE);
  held = wh_bench_use (&server);
  beside = wh_bench_load (&server, bench->script, 100, SECONDS);
  printf ("%u of %u idle connections held: %.1f kB each (aim < 20)\n", idle->len, IDLE,
          (double) (held.resident - before.resident) / 1e3 / MAX (idle->len, 1));
  print_load ("alone", &alone);
  print_load ("beside", &beside);
  for (guint i = 0; i < idle->len; i++)
    close (g_array_index (idle, int, i));
  g_array_unref (idle);
  wh_bench_stop (&server);
}

/* -- the documented targets -------------------------------------------------------------------------------------------- */

static void
meet_targets (const Bench *bench)
{
  static const struct {
    const char *what, *format;
    double      target, acceptable;
  } rows[] = {
    { "health", "GET /health", 10, 50 },
    { "search", "GET /api/strains/search?q=*", 50, 100 },
    { "details", "GET /api/strains/*", 25, 75 },
    { "terpene analysis", "POST /api/terpenes/analyze {\"profiles\":[{\"name\":\"*\",\"unit\":\"mg/g\",\"analytes\":{\"beta_myrcene\":8.1,"
                          "\"d_limonene\":4.2,\"linalool\":1.1,\"beta_caryophyllene\":3.3,\"alpha_pinene\":0.9}}]}", 100, 200 },
    { "price comparison", "GET /api/pricing/compare?strain_id=*", 75, 150 },
    { "recommendations", "POST /api/strains/recommendations {\"user_preferences\":{\"flavors\":[\"lemon\"],\"thc_preference\":\"high\"},"
                         "\"limit\":10}", 150, 300 },
  };
  g_autoptr (GPtrArray) words = make_words (bench);
  WhBenchServer server;

  wh_bench_serve (&server, bench->dir, (const char *const[]){ "server.response_cache_mb=0", NULL });
  printf ("100 clients, none kept; target and acceptable p95 as documented:\n");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WhBenchLoad load;
      write_script (bench, rows[i].format, strstr (rows[i].what, "search") ? words : bench->ids, G_MAXUINT);
      load = wh_bench_load (&server, bench->script, 100, SECONDS + 1);
      printf ("  %-18s p95 %7.2f ms (%3.0f/%3.0f: %s)  p50 %6.2f  p99 %7.2f  %7.0f/s  %" G_GINT64_FORMAT " refused, %" G_GINT64_FORMAT
              " broken\n", rows[i].what, load.p95, rows[i].target, rows[i].acceptable,
              load.p95 <= rows[i].target ? "met" : load.p95 <= rows[i].acceptable ? "acceptable" : "MISSED", load.p50, load.p99,
              rate (&load), load.refused, load.broken);
      fflush (stdout);
    }
  wh_bench_stop (&server);
}

/* -- for long ---------------------------------------------------------------------------------------------------------- */

static void
run_long (const Bench *bench, gint64 wanted)
{
  g_autoptr (GPtrArray) words = make_words (bench), requests = g_ptr_array_new_with_free_func (g_free);
  WhBenchServer server;
  gint64 done = 0;

  for (guint i = 0; i < words->len; i++)
    {
      g_ptr_array_add (requests, g_strconcat ("GET /api/strains/search?q=", words->pdata[i], NULL));
      g_ptr_array_add (requests, g_strconcat ("GET /api/strains/", bench->ids->pdata[i % bench->ids->len], NULL));
      g_ptr_array_add (requests, g_strdup ("GET /health"));
    }
  wh_bench_script (bench->script, requests);
  wh_bench_serve (&server, bench->dir, (const char *const[]){ NULL });
  while (done < wanted)
    {
      WhBenchLoad load = wh_bench_load (&server, bench->script, 64, 10);
      WhBenchUse use;
      g_autofree char *when = NULL;
      g_usleep (SETTLE_US);
      use = wh_bench_use (&server);
      done += load.requests;
      when = g_strdup_printf ("after %.2f million requests (%.0f/s, %" G_GINT64_FORMAT " refused, %" G_GINT64_FORMAT " broken)", done / 1e6,
                              rate (&load), load.refused, load.broken);
      print_use (when, &use);
      fflush (stdout);
    }
  wh_bench_stop (&server);
}

int
main (int argc, char **argv)
{
  gboolean is_long = argc > 1 && strcmp (argv[1], "long") == 0;
  gint64 thousands = is_long && argc > 2 ? g_ascii_strtoll (argv[2], NULL, 10) : 10000;
  Bench bench;

  if (!wh_bench_have ("wrk"))
    {
      printf ("no wrk: nothing can be asked\n");
      return 0;
    }
  open_bench (&bench, is_long ? (argc > 3 ? argv[3] : NULL) : argc > 2 ? argv[2] : NULL);
  if (is_long)
    run_long (&bench, thousands * 1000);
  else
    {
      compare_uncached (&bench);
      compare_usual (&bench);
      hold_idle (&bench);
      meet_targets (&bench);
    }
  close_bench (&bench);
  return 0;
}
