#include "wh-store-private.h"

/* A list of rows some of which are changed by an overlay is asked of a small store in memory that holds what may stand on the page:
 * so filters and order are the database's own, whatever they are. */

static WhConnection *
open_memory (GError **error)
{
  g_autoptr (WhConnection) memory = wh_connection_open (":memory:", WH_STORE_WRITE, FALSE, error);

  if (!memory || !wh_store_migrate (memory, error) || !wh_store_load_analytes (memory, TRUE, error))
    return NULL;
  return g_steal_pointer (&memory);
}

typedef struct {
  WhReader     *reader;
  WhKind        kind;
  WhConnection *memory;
  gboolean      base;      /* the file's rows in place of what they became */
} Copy;

static gboolean
copy_cb (const WhId *id, const WhOverlayRow *laid, gpointer user_data, GError **error)
{
  const Copy *copy = user_data;
  GError *failure = NULL;
  g_autoptr (WhEntity) base = wh_store_read_row (copy->reader->connection, copy->kind, id, NULL, &failure);
  g_autoptr (WhEntity) row = NULL;

  if (failure)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  row = copy->base ? g_steal_pointer (&base) : wh_store_lay_row (laid, base);
  return !row || wh_store_write_row (copy->memory, row, 0, error);
}

/* The file's rows of one page, and as many more as are changed, until there are enough that are not. */
static gboolean
copy_page (const Copy *copy, const WhListing *listing, GError **error)
{
  WhReader bare = { copy->reader->connection };
  WhListing page = *listing;
  g_autofree char *cursor = g_strdup (listing->cursor);
  guint kept = 0;

  do
    {
      g_autofree char *next = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      page.cursor = cursor;
      rows = wh_reader_list (&bare, &page, &next, error);
      for (guint i = 0; rows && i < rows->len; i++)
        {
          const WhEntity *row = rows->pdata[i];
          if (wh_store_overlay_row (copy->reader->overlay, copy->kind, &row->id))
            continue;
          kept++;
          if (!wh_store_write_row (copy->memory, row, 0, error))
            return FALSE;
        }
      if (!rows)
        return FALSE;
      g_free (cursor);
      cursor = g_steal_pointer (&next);
    }
  while (cursor && kept <= listing->limit);
  return TRUE;
}

GPtrArray *
wh_store_list_laid (WhReader *reader, const WhListing *listing, char **out_cursor, GError **error)
{
  g_autoptr (WhConnection) memory = open_memory (error);
  Copy copy = { reader, listing->kind, memory, FALSE };
  WhReader bare = { memory };

  if (!memory || !wh_store_overlay_each (reader->overlay, listing->kind, copy_cb, &copy, error) || !copy_page (&copy, listing, error))
    return NULL;
  return wh_reader_list (&bare, listing, out_cursor, error);
}

/* How many of the changed rows pass as they are, or (`base`) as they were in the file. -1 on error. */
static gint64
count_changed (WhReader *reader, const WhListing *listing, gboolean base, GError **error)
{
  g_autoptr (WhConnection) memory = open_memory (error);
  Copy copy = { reader, listing->kind, memory, base };
  WhReader bare = { memory };

  if (!memory || !wh_store_overlay_each (reader->overlay, listing->kind, copy_cb, &copy, error))
    return -1;
  return wh_reader_list_count (&bare, listing, error);
}

gint64
wh_store_list_count_laid (WhReader *reader, const WhListing *listing, GError **error)
{
  WhReader bare = { reader->connection };
  gint64 all = wh_reader_list_count (&bare, listing, error);
  gint64 were = all < 0 ? -1 : count_changed (reader, listing, TRUE, error);
  gint64 are = were < 0 ? -1 : count_changed (reader, listing, FALSE, error);

  return are < 0 ? -1 : all - were + are;
}
