#include "wh-search-tally.h"

#include <string.h>

#include "base/wh-clock.h"
#include "core/wh-nouns-shop.h"

#define SETTLED (1500 * WH_TIME_SECOND / 1000)   /* a text that stood so long was meant */

typedef struct {
  guint64  searches, empty;   /* not yet written */
  gboolean kept;              /* it has a row of its own */
} Count;

/* The counts of one day. */
typedef struct {
  gint64      day;       /* date */
  GHashTable *terms;     /* char* -> Count*; stays until the day ends, so that terms of a day are bounded */
  Count       rest;
} Day;

struct _WhSearchTally {
  GMutex  lock;      /* guards all below; held for moments */
  GMutex  flushing;  /* one flush at a time */
  Day    *today;
  GQueue  past;      /* of Day*: ended, not yet written */
  char   *typed;     /* what stands in the search entry; NULL: nothing */
  gboolean is_counted;
  guint   n_found;
  gint64  typed_at;
};

static Day *
day_new (gint64 day)
{
  Day *new = g_new0 (Day, 1);

  new->day = day;
  new->terms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return new;
}

static void
day_free (Day *day)
{
  g_hash_table_unref (day->terms);
  g_free (day);
}

static gint64
date_now (void)
{
  return wh_clock_now () / WH_TIME_DAY * WH_TIME_DAY;
}

WhSearchTally *
wh_search_tally_new (void)
{
  WhSearchTally *tally = g_new0 (WhSearchTally, 1);

  g_mutex_init (&tally->lock);
  g_mutex_init (&tally->flushing);
  g_queue_init (&tally->past);
  tally->today = day_new (date_now ());
  return tally;
}

void
wh_search_tally_free (WhSearchTally *tally)
{
  g_queue_clear_full (&tally->past, (GDestroyNotify) day_free);
  day_free (tally->today);
  g_free (tally->typed);
  g_mutex_clear (&tally->lock);
  g_mutex_clear (&tally->flushing);
  g_free (tally);
}

/* -- counting ---------------------------------------------------------------------------------------------------- */

/* Locked. */
static void
turn_day (WhSearchTally *tally)
{
  gint64 day = date_now ();

  if (tally->today->day == day)
    return;
  g_queue_push_tail (&tally->past, tally->today);
  tally->today = day_new (day);
}

static Count *
count_of (Day *day, const char *text)
{
  Count *count = strlen (text) <= WH_SEARCH_TERM_BYTES ? g_hash_table_lookup (day->terms, text) : &day->rest;

  if (count)
    return count;
  if (g_hash_table_size (day->terms) >= WH_SEARCH_TERMS)
    return &day->rest;
  count = g_new0 (Count, 1);
  g_hash_table_insert (day->terms, g_strdup (text), count);
  return count;
}

static void
count_locked (WhSearchTally *tally, const char *text, guint n_found)
{
  Count *count;

  turn_day (tally);
  count = count_of (tally->today, text);
  count->searches++;
  count->empty += n_found == 0;
}

void
wh_search_tally_count (WhSearchTally *tally, const char *text, guint n_found)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);

  if (text && *text)
    count_locked (tally, text, n_found);
}

/* Locked. */
static void
settle_typed (WhSearchTally *tally)
{
  if (!tally->typed || tally->is_counted || wh_clock_now () - tally->typed_at < SETTLED)
    return;
  tally->is_counted = TRUE;
  count_locked (tally, tally->typed, tally->n_found);
}

void
wh_search_tally_typed (WhSearchTally *tally, const char *text, guint n_found)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);

  if (g_strcmp0 (tally->typed, text) == 0)
    return;   /* the same list, shown anew */
  settle_typed (tally);
  g_free (tally->typed);
  tally->typed = text && *text ? g_strdup (text) : NULL;
  tally->is_counted = FALSE;
  tally->n_found = n_found;
  tally->typed_at = wh_clock_now ();
}

/* -- writing ----------------------------------------------------------------------------------------------------- */

/* What is on its way into the store. */
typedef struct {
  GPtrArray  *rows;       /* of WhSearchDay*: to be added to those of the store */
} Write;

static void
take (Write *write, gint64 day, const char *term, Count *count)
{
  WhSearchDay *row = wh_search_day_new (WH_ID_NONE);

  row->day = day;
  row->term = g_strdup (term);
  row->searches = (gint64) count->searches;
  row->empty = (gint64) count->empty;
  g_ptr_array_add (write->rows, row);
  count->searches = count->empty = 0;
}

/* Of a day that has ended, what is rare goes into the sum. */
static void
take_day (Write *write, Day *day, gboolean ended)
{
  GHashTableIter iter;
  gpointer term, data;

  g_hash_table_iter_init (&iter, day->terms);
  while (g_hash_table_iter_next (&iter, &term, &data))
    {
      Count *count = data;
      count->kept |= count->searches >= WH_SEARCH_KEPT_FROM;
      if (count->kept && count->searches > 0)
        take (write, day->day, term, count);
      else if (ended)
        {
          day->rest.searches += count->searches;
          day->rest.empty += count->empty;
          count->searches = count->empty = 0;
        }
    }
  if (ended && day->rest.searches > 0)
    take (write, day->day, WH_SEARCH_REST, &day->rest);
}

/* Locked. */
static void
take_all (WhSearchTally *tally, Write *write, gboolean last)
{
  Day *past;

  turn_day (tally);
  settle_typed (tally);
  while ((past = g_queue_pop_head (&tally->past)))
    {
      take_day (write, past, TRUE);
      day_free (past);
    }
  take_day (write, tally->today, last);
}

/* Back into the days they came from. Locked. */
static void
put_back (WhSearchTally *tally, const Write *write)
{
  for (guint i = 0; i < write->rows->len; i++)
    {
      const WhSearchDay *row = write->rows->pdata[i];
      Day *day = tally->today;
      Count *count;
      if (row->day != day->day)
        {
          day = g_queue_peek_tail (&tally->past);
          if (!day || day->day != row->day)
            g_queue_push_tail (&tally->past, day = day_new (row->day));
        }
      count = strcmp (row->term, WH_SEARCH_REST) == 0 ? &day->rest : count_of (day, row->term);
      count->searches += (guint64) row->searches;
      count->empty += (guint64) row->empty;
      count->kept |= count != &day->rest;
    }
}

/* Rows of two writers never meet, so none overwrites the other's. */
static WhId
id_of (const WhSearchDay *row, const char *server_id)
{
  g_autofree char *date = wh_clock_format_date (row->day);
  g_autofree char *key = g_strdup_printf ("%s/%s", date, row->term);

  return wh_id_from_key ("search_day", server_id, key);
}

static gboolean
write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  const Write *write = user_data;
  g_autofree char *server_id = wh_reader_note (wh_writer_reader (writer), "server_id");

  for (guint i = 0; i < write->rows->len; i++)
    {
      const WhSearchDay *added = write->rows->pdata[i];
      g_autoptr (WhSearchDay) row = wh_search_day_new (id_of (added, server_id ? server_id : ""));
      gpointer found;
      if (!wh_reader_look (wh_writer_reader (writer), WH_KIND_SEARCH_DAY, &row->entity.id, &found, error))
        return FALSE;
      g_autoptr (WhSearchDay) stored = found;
      row->day = added->day;
      row->term = g_strdup (added->term);
      row->searches = added->searches + (stored ? stored->searches : 0);
      row->empty = added->empty + (stored ? stored->empty : 0);
      if (!wh_writer_put (writer, row, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
wh_search_tally_flush (WhSearchTally *tally, WhStore *store, const WhPrincipal *principal, gboolean last, GError **error)
{
  g_autoptr (GMutexLocker) flushing = g_mutex_locker_new (&tally->flushing);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (wh_entity_unref);
  Write write = { rows };

  if (!wh_principal_require (principal, WH_PERMISSION_WRITE_CATALOGUE, error))
    return FALSE;
  g_mutex_lock (&tally->lock);
  take_all (tally, &write, last);
  g_mutex_unlock (&tally->lock);
  if (rows->len == 0
      || wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "searches.count", write_cb, &write, NULL, error))
    return TRUE;
  g_mutex_lock (&tally->lock);
  put_back (tally, &write);
  g_mutex_unlock (&tally->lock);
  return FALSE;
}

gboolean
wh_search_tally_is_due (WhSearchTally *tally, gboolean last)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);
  GHashTableIter iter;
  gpointer data;

  turn_day (tally);
  settle_typed (tally);
  if (!g_queue_is_empty (&tally->past) || (last && tally->today->rest.searches > 0))
    return TRUE;
  g_hash_table_iter_init (&iter, tally->today->terms);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      const Count *count = data;
      if (count->searches > 0 && (last || count->kept || count->searches >= WH_SEARCH_KEPT_FROM))
        return TRUE;
    }
  return FALSE;
}
