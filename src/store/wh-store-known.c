#include "wh-store-private.h"

#include <string.h>

/* What a write found where it looked: a row, or nothing. */
typedef struct {
  WhKind    kind;
  WhId      id;
  gint64    row;
  WhEntity *entity;    /* NULL: there is none */
} Known;

static guint
known_hash (gconstpointer data)
{
  return wh_id_hash (&((const Known *) data)->id);
}

static gboolean
known_equal (gconstpointer a, gconstpointer b)
{
  const Known *one = a, *other = b;

  return one->kind == other->kind && memcmp (&one->id, &other->id, sizeof one->id) == 0;
}

static void
known_free (gpointer data)
{
  g_clear_pointer (&((Known *) data)->entity, wh_entity_unref);
  g_free (data);
}

void
wh_store_know (WhConnection *connection, WhKind kind, const WhId *id, gint64 row, const WhEntity *entity)
{
  Known *known = g_new0 (Known, 1);

  *known = (Known) { kind, *id, row, entity ? wh_entity_ref (entity) : NULL };
  if (!connection->known)
    connection->known = g_hash_table_new_full (known_hash, known_equal, known_free, NULL);
  g_hash_table_add (connection->known, known);
}

gboolean
wh_store_recall (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, WhEntity **out_entity)
{
  const Known key = { .kind = kind, .id = *id };
  const Known *known = connection->known ? g_hash_table_lookup (connection->known, &key) : NULL;

  if (!known)
    return FALSE;
  if (out_row && known->entity)
    *out_row = known->row;
  *out_entity = known->entity ? wh_entity_ref (known->entity) : NULL;
  return TRUE;
}

void
wh_store_forget (WhConnection *connection, WhKind kind, const WhId *id)
{
  const Known key = { .kind = kind, .id = *id };

  if (connection->known)
    g_hash_table_remove (connection->known, &key);
}

void
wh_store_forget_all (WhConnection *connection)
{
  g_clear_pointer (&connection->known, g_hash_table_unref);
}
