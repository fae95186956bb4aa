/* More connections than the server may have files open: it waits without turning in circles, answers those it has, and everybody again when
 * they are gone. */
#include <string.h>
#include <unistd.h>

#include "wh-test-server.h"

#define DESCRIPTORS 80
#define CROWD 300
#define WATCHED_US 2000000
#define MOST_CPU 0.25        /* of one processor, while nothing can be done */
#define RECOVERY_US (5 * G_USEC_PER_SEC)

static WhTestServer server;

/* Seconds of processor that the server has used. */
static double
cpu_seconds (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (server.process)), *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);   /* from the third field on */
  return (double) (g_ascii_strtoull (fields[11], NULL, 10) + g_ascii_strtoull (fields[12], NULL, 10)) / (double) sysconf (_SC_CLK_TCK);
}

/* One connection of the crowd; what it says may never be read. */
static GSocket *
join_crowd (void)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", server.port);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_socket_set_blocking (socket, FALSE);
  g_socket_connect (socket, address, NULL, NULL);
  return socket;
}

static gboolean
answers (const char *method, const char *target, const char *body)
{
  g_autofree char *bearer = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, method, target, bearer, body);

  return reply->status / 100 == 2;
}

static void
test_crowd (void)
{
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
  double before, used;
  gint64 left;

  for (guint i = 0; i < CROWD; i++)
    g_ptr_array_add (crowd, join_crowd ());
  g_usleep (500000);
  before = cpu_seconds ();
  g_usleep (WATCHED_US);
  used = (cpu_seconds () - before) / (WATCHED_US / (double) G_USEC_PER_SEC);
  g_test_message ("%.0f %% of a processor while %u connections want in", 100 * used, CROWD);
  g_assert_cmpfloat (used, <, MOST_CPU);
  g_ptr_array_set_size (crowd, 0);
  left = g_get_monotonic_time ();
  g_assert_true (answers ("GET", "/live", NULL));
  g_test_message ("answers %.3f s after they left", (double) (g_get_monotonic_time () - left) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - left, <, RECOVERY_US);
  g_assert_true (answers ("POST", "/api/strains", "{\"name\":\"After the crowd\"}"));
  g_assert_true (answers ("GET", "/api/strains?limit=5", NULL));
}

static void
test_crowds_again (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint j = 0; j < CROWD; j++)
        g_ptr_array_add (crowd, join_crowd ());
      g_usleep (100000);
    }
  g_assert_true (answers ("GET", "/health", NULL));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_make (&server);
  server.descriptors = DESCRIPTORS;
  wh_test_server_run (&server, NULL);
  g_test_add_func ("/server/descriptors/crowd", test_crowd);
  g_test_add_func ("/server/descriptors/crowds-again", test_crowds_again);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
