/* slowhttptest in its four modes with 4,000 connections each, while somebody asks for /live every tenth of a second on a connection of its
 * own: the worst and the middle answer of each. Aim: every one within a second. WEEDHOUNDS_BENCH_SLOW: the seconds of a mode, 40. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wh-test-server.h"

#define CONNECTIONS "4000"
#define PER_SECOND "500"
#define SECONDS "40"
#define PROBE_US 100000
#define AIM_MS 1000.0
#define MS 1e3

typedef struct {
  const char *name;
  const char *options[14];
} Mode;

static const Mode modes[] = {
  { "-H slow heads", { "-H", "-i", "5", "-x", "24", NULL } },
  { "-B slow bodies", { "-B", "-i", "5", "-s", "8192", "-x", "10", "-t", "POST", NULL } },
  { "-R ranges", { "-R", "-a", "5", "-b", "2000", "-t", "GET", NULL } },
  { "-X slow reads", { "-X", "-k", "3", "-n", "5", "-w", "10", "-y", "20", "-z", "32", NULL } },
};

static WhTestServer server;

/* Milliseconds; INFINITY: no answer. */
static double
probe (void)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/live", NULL, NULL);

  return reply->status == 200 ? (double) (g_get_monotonic_time () - start) / MS : INFINITY;
}

static GSubprocess *
attack (const Mode *mode, const char *seconds)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", server.port,
                                          mode->options[0][1] == 'B' ? "/api/terpenes/compare" : "/api/strains?limit=100");
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  static const char *const common[] = { "slowhttptest", "-c", CONNECTIONS, "-r", PER_SECOND, "-v", "0", "-p", "5" };
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    g_ptr_array_add (argv, (gpointer) common[i]);
  for (const char *const *option = mode->options; *option; option++)
    g_ptr_array_add (argv, (gpointer) *option);
  g_ptr_array_add (argv, (gpointer) "-l");
  g_ptr_array_add (argv, (gpointer) seconds);
  g_ptr_array_add (argv, (gpointer) "-u");
  g_ptr_array_add (argv, url);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                               &error);
  g_assert_no_error (error);
  return process;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

/* How many connections the server holds now, as the kernel counts its descriptors. */
static guint
descriptors (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (server.process));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

static void
measure (const Mode *mode, const char *seconds)
{
  g_autoptr (GSubprocess) process = attack (mode, seconds);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 end = g_get_monotonic_time () + (gint64) atoi (seconds) * G_USEC_PER_SEC;
  guint most = 0;
  double worst;

  while (g_get_monotonic_time () < end && g_subprocess_get_identifier (process))
    {
      double time = probe ();
      g_array_append_val (times, time);
      most = MAX (most, descriptors ());
      g_usleep (PROBE_US);
    }
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  g_array_sort (times, compare);
  worst = g_array_index (times, double, times->len - 1);
  printf ("%-15s %4u probes, half within %7.2f ms, 99 in 100 within %7.2f ms, worst %7.2f ms (aim %.0f): %s; at most %u descriptors\n",
          mode->name, times->len, g_array_index (times, double, times->len / 2),
          g_array_index (times, double, times->len * 99 / 100), worst,
          AIM_MS, worst < AIM_MS ? "met" : "MISSED", most);
  fflush (stdout);
}

int
main (void)
{
  const char *seconds = g_getenv ("WEEDHOUNDS_BENCH_SLOW");
  g_autofree char *tool = g_find_program_in_path ("slowhttptest");

  if (!tool)
    {
      printf ("slowhttptest is not installed\n");
      return 77;
    }
  wh_test_server_start (&server);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    measure (&modes[i], seconds ? seconds : SECONDS);
  wh_test_server_alive (&server);
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  wh_test_server_clear (&server);
  return 0;
}
