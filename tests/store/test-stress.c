/* Readers and writers at once: no reader sees half a write, the revision never goes back, the log has no gap. */
#include "store/wh-test-store.h"

#define N_READERS 8
#define N_WRITERS 2
#define N_WRITES 40
#define ROWS_A_WRITE 7

typedef struct {
  WhStore     *store;
  WhPrincipal *principal;
  gint         writers_left;
  gint         reads;
} Stress;

static gboolean
write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  for (guint i = 0; i < ROWS_A_WRITE; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());
      strain->name = g_strdup ("Strain");
      if (!wh_writer_put (writer, strain, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gpointer
write_thread (gpointer data)
{
  Stress *stress = data;

  for (guint i = 0; i < N_WRITES; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 seq = 0;
      wh_store_write (stress->store, stress->principal, WH_PERMISSION_WRITE_CATALOGUE, "stress", write_cb, NULL, &seq, &error);
      g_assert_no_error (error);
      g_assert_cmpint (seq % ROWS_A_WRITE, ==, 0);
    }
  g_atomic_int_add (&stress->writers_left, -1);
  return NULL;
}

/* Within one view, rows, log and revision tell the same. */
static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  gint64 *newest = user_data, revision = wh_reader_revision (reader);

  g_assert_cmpint (revision, >=, *newest);
  g_assert_cmpint (revision % ROWS_A_WRITE, ==, 0);
  g_assert_cmpint (wh_reader_count (reader, WH_KIND_STRAIN, error), ==, revision);
  *newest = revision;
  return TRUE;
}

static gpointer
read_thread (gpointer data)
{
  Stress *stress = data;
  gint64 newest = 0;

  while (g_atomic_int_get (&stress->writers_left) > 0)
    {
      g_autoptr (GError) error = NULL;
      wh_store_read (stress->store, stress->principal, read_cb, &newest, &error);
      g_assert_no_error (error);
      g_atomic_int_inc (&stress->reads);
    }
  return NULL;
}

static gboolean
read_log_cb (WhReader *reader, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) changes = wh_reader_changes (reader, 0, G_MAXUINT, NULL, error);

  g_assert_cmpuint (changes->len, ==, N_WRITERS * N_WRITES * ROWS_A_WRITE);
  for (guint i = 0; i < changes->len; i++)
    g_assert_cmpint (((WhChange *) changes->pdata[i])->seq, ==, i + 1);
  return TRUE;
}

static void
test_readers_and_writers (WhTestStore *fixture)
{
  Stress stress = { fixture->store, fixture->principal, N_WRITERS, 0 };
  g_autoptr (GError) error = NULL;
  GThread *threads[N_READERS + N_WRITERS];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("stress", i < N_READERS ? read_thread : write_thread, &stress);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_test_message ("%d reads beside %d writes", stress.reads, N_WRITERS * N_WRITES);
  g_assert_cmpint (stress.reads, >, 0);
  g_assert_true (wh_store_read (fixture->store, fixture->principal, read_log_cb, NULL, NULL));
  wh_store_check (fixture->store, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("readers-and-writers", WH_TEST_EVERYWHERE, test_readers_and_writers);
  return g_test_run ();
}
