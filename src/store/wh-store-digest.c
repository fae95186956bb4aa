#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-store-tables.h"

/* Rows between two looks at whether to stop. */
#define PAGE 4096

static void
add_number (GByteArray *bytes, char type, guint64 number)
{
  guint64 big_endian = GUINT64_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *) &type, 1);
  g_byte_array_append (bytes, (const guint8 *) &big_endian, sizeof big_endian);
}

/* One value in the same bytes from every database: its type, then the number or the length and what it holds. A zero has no
 * sign: SQLite drops it. */
static void
add_value (GByteArray *bytes, WhStatement *statement, int column, char type)
{
  const WhDriver *driver = statement->connection->driver;
  gsize length = 0;
  guint64 bits = 0;
  gconstpointer value;

  if (driver->is_null (statement, column))
    add_number (bytes, '0', 0);
  else if (type == 'i')
    add_number (bytes, type, (guint64) driver->integer (statement, column));
  else if (type == 'r')
    {
      double number = driver->real (statement, column) + 0.0;
      memcpy (&bits, &number, sizeof bits);
      add_number (bytes, type, bits);
    }
  else
    {
      value = type == 't' ? driver->text (statement, column, &length) : driver->bytes (statement, column, &length);
      add_number (bytes, type, length);
      g_byte_array_append (bytes, value ? value : (gconstpointer) "", (guint) length);
    }
}

/* sum + hash modulo 2^256, both big-endian. */
static void
add_hash (WhHash *sum, const WhHash *hash)
{
  guint carry = 0;

  for (int i = WH_HASH_LENGTH - 1; i >= 0; i--)
    {
      carry += (guint) sum->bytes[i] + hash->bytes[i];
      sum->bytes[i] = (guint8) carry;
      carry >>= 8;
    }
}

gboolean
wh_store_table_digest (WhConnection *connection, const WhStoreTable *table, GCancellable *cancellable, WhStoreTableDigest *out,
                       GError **error)
{
  g_autoptr (WhStatement) walk = wh_store_table_walk (connection, table, FALSE, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  WhStep step = WH_STEP_FAILED;

  memset (out, 0, sizeof *out);
  out->name = table->name;
  while (walk && (step = wh_statement_step (walk, error)) == WH_STEP_ROW)
    {
      WhHash hash;
      g_byte_array_set_size (bytes, 0);
      for (guint i = 0; i < table->types->len; i++)
        add_value (bytes, walk, (int) i, table->types->str[i]);
      hash = wh_hash_data (bytes->data, bytes->len);
      add_hash (&out->sum, &hash);
      if (++out->rows % PAGE == 0 && g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("stopped"));
          return FALSE;
        }
    }
  return step == WH_STEP_DONE;
}

WhStoreDigest *
wh_store_digest_new (void)
{
  WhStoreDigest *digest = g_new0 (WhStoreDigest, 1);

  digest->tables = g_array_new (FALSE, TRUE, sizeof (WhStoreTableDigest));
  return digest;
}

void
wh_store_digest_free (WhStoreDigest *digest)
{
  if (!digest)
    return;
  g_array_unref (digest->tables);
  g_free (digest);
}

void
wh_store_digest_finish (WhStoreDigest *digest)
{
  WhHasher *hasher = wh_hasher_new ();

  for (guint i = 0; i < digest->tables->len; i++)
    {
      const WhStoreTableDigest *table = &g_array_index (digest->tables, WhStoreTableDigest, i);
      guint64 rows = GUINT64_TO_BE ((guint64) table->rows);
      wh_hasher_text (hasher, table->name);
      wh_hasher_data (hasher, &rows, sizeof rows);
      wh_hasher_data (hasher, &table->sum, sizeof table->sum);
    }
  digest->whole = wh_hasher_finish (hasher);
}

static gboolean
digest_all (WhConnection *connection, WhStoreDigest *digest, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) tables = wh_store_tables_new ();

  g_ptr_array_add (tables, wh_store_table_of_notes ());
  for (guint i = 0; i < tables->len; i++)
    {
      WhStoreTableDigest table;
      if (!wh_store_table_digest (connection, tables->pdata[i], cancellable, &table, error))
        return FALSE;
      g_array_append_val (digest->tables, table);
    }
  wh_store_digest_finish (digest);
  return TRUE;
}

WhStoreDigest *
wh_store_digest (const char *location, GCancellable *cancellable, GError **error)
{
  g_autoptr (WhConnection) connection = wh_connection_open (location, WH_STORE_READ, TRUE, error);
  g_autoptr (WhStoreDigest) digest = wh_store_digest_new ();
  gboolean done;

  if (!connection || !wh_store_check_reader (connection, WH_STORE_READ, error) || !connection->driver->begin_read (connection, error))
    return NULL;
  done = digest_all (connection, digest, cancellable, error);
  connection->driver->rollback (connection);
  return done ? g_steal_pointer (&digest) : NULL;
}
