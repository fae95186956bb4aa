#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-json-writer.h"
#include "store/wh-store-log.h"
#include "wh-live-private.h"
#include "wire/wh-wire.h"

#define PAGE 500
#define LOOK_US (500 * 1000)   /* between looks at what other processes did */
#define LEAST_US (25 * 1000)   /* between looks at all: a flood is told in portions */

/* -- one look at the store -------------------------------------------------------------------------------------------- */

typedef struct {
  WhLive    *live;
  char      *epoch;
  gint64     since, last;    /* what was read: after, up to */
  gboolean   anew;           /* the ring holds nothing that leads here */
  gboolean   other;          /* the history is another one */
  gboolean   more;
  GPtrArray *entries;
} Look;

/* Only this thread changes what is read of `live` here. */
static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Look *look = user_data;
  const WhLive *live = look->live;
  gint64 revision = wh_reader_revision (reader), begin = wh_reader_log_begin (reader);

  look->epoch = wh_reader_note (reader, "epoch");
  if (!look->epoch || revision < 0 || begin < 0)
    return FALSE;
  look->other = live->epoch && (strcmp (live->epoch, look->epoch) != 0 || revision < live->seq);
  look->anew = !live->epoch || look->other || revision - live->seq > live->history || live->seq < begin;
  look->since = look->anew ? MAX (begin, revision - (gint64) live->history) : live->seq;
  look->entries = wh_reader_log (reader, look->since, PAGE, &look->last, error);
  look->more = look->last < revision && look->last > look->since;
  return look->entries != NULL;
}

/* -- events ----------------------------------------------------------------------------------------------------------- */

static const char *
action_of (const WhLogEntry *entry)
{
  return entry->op == WH_CHANGE_DELETE ? "deleted" : entry->made ? "created" : "updated";
}

static char *
write_event (const char *epoch, const WhLogEntry *entry)
{
  const char *kind = wh_entity_class (entry->kind)->name, *action = action_of (entry);
  g_autofree char *token = wh_wire_token (epoch, entry->seq);
  char id[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&entry->id, id);
  return g_strdup_printf ("id: %s\nevent: %s.%s\ndata: {\"kind\":\"%s\",\"action\":\"%s\",\"id\":\"%s\",\"revision\":%" G_GINT64_FORMAT
                          "}\n\n", token, kind, action, kind, action, id, entry->seq);
}

static void
event_clear (WhLiveEvent *event)
{
  g_free (event->owner);
  g_free (event->text);
  *event = (WhLiveEvent){ 0 };
}

static void
drop_oldest (WhLive *live)
{
  WhLiveEvent *oldest = &live->ring[live->first++ % live->history];

  live->since = oldest->seq;
  event_clear (oldest);
}

static void
add_event (WhLive *live, const WhLogEntry *entry)
{
  WhLiveEvent *event;

  if (live->end - live->first == live->history)
    drop_oldest (live);
  event = &live->ring[live->end++ % live->history];
  event->seq = entry->seq;
  event->kind = entry->kind;
  event->owner = g_strdup (entry->owner);
  event->text = write_event (live->epoch, entry);
  event->length = (guint) strlen (event->text);
}

/* A number is left out, so that who had seen all is behind now, too. */
static void
begin_anew (WhLive *live, const Look *look)
{
  while (live->first < live->end)
    drop_oldest (live);
  live->first = ++live->end;
  g_free (live->epoch);
  live->epoch = g_strdup (look->epoch);
  live->since = look->since;
  live->generation += look->other;
}

/* A row that was put and is gone is no news: its end follows. */
static void
take (WhLive *live, const Look *look)
{
  guint64 end;

  if (look->anew)
    begin_anew (live, look);
  end = live->end;
  for (guint i = 0; i < look->entries->len; i++)
    {
      const WhLogEntry *entry = look->entries->pdata[i];
      if (entry->op == WH_CHANGE_DELETE || entry->is_there)
        add_event (live, entry);
    }
  live->seq = look->last;
  g_free (live->token);
  live->token = wh_wire_token (live->epoch, live->seq);
  for (GList *link = live->streams.head; link; link = link->next)
    wh_live_stream_tell (link->data, end);
}

/* Without the lock. FALSE: the store cannot be read now. */
static gboolean
read_page (WhLive *live, gboolean *out_more)
{
  Look look = { .live = live };
  gboolean done = wh_store_read (live->store, live->reader, read_cb, &look, NULL);

  *out_more = done && look.more;
  if (done && (look.anew || look.last > look.since))
    {
      g_mutex_lock (&live->lock);
      take (live, &look);
      g_mutex_unlock (&live->lock);
    }
  g_clear_pointer (&look.entries, g_ptr_array_unref);
  g_free (look.epoch);
  return done;
}

/* -- the thread ------------------------------------------------------------------------------------------------------- */

/* With the lock, which it lets go meanwhile. */
static void
look_at_store (WhLive *live)
{
  gboolean more = TRUE, done = TRUE;

  live->is_stale = FALSE;
  live->begun++;
  while (more && done && !live->stop)
    {
      g_mutex_unlock (&live->lock);
      done = read_page (live, &more);
      g_mutex_lock (&live->lock);
    }
  if (!done)
    return;
  live->done = live->begun;
  for (GList *link = live->streams.head; link; link = link->next)
    wh_live_stream_looked (link->data);
}

/* Until it is time to look at the store again. FALSE: it is time to end. */
static gboolean
wait_for_news (WhLive *live, gint64 last)
{
  while (!live->stop && live->streams.length == 0)
    g_cond_wait (&live->wake, &live->lock);
  while (!live->stop && g_get_monotonic_time () < last + LEAST_US)
    g_cond_wait_until (&live->wake, &live->lock, last + LEAST_US);
  while (!live->stop && !live->is_stale && g_cond_wait_until (&live->wake, &live->lock, last + LOOK_US))
    ;
  return !live->stop;
}

static gpointer
live_thread (gpointer data)
{
  WhLive *live = data;
  gint64 last = 0;

  g_mutex_lock (&live->lock);
  while (wait_for_news (live, last))
    {
      look_at_store (live);
      last = g_get_monotonic_time ();
      for (GList *link = live->streams.head; link; link = link->next)
        wh_live_stream_age (link->data, wh_clock_monotonic ());
    }
  g_mutex_unlock (&live->lock);
  return NULL;
}

WhLive *
wh_live_new (WhStore *store, const WhPrincipal *reader, guint history)
{
  WhLive *live = g_new0 (WhLive, 1);

  live->store = store;
  live->reader = reader;
  live->history = history;
  live->ring = g_new0 (WhLiveEvent, history);
  g_mutex_init (&live->lock);
  g_cond_init (&live->wake);
  live->thread = g_thread_new ("live", live_thread, live);
  return live;
}

void
wh_live_free (WhLive *live)
{
  g_mutex_lock (&live->lock);
  live->stop = TRUE;
  g_cond_signal (&live->wake);
  g_mutex_unlock (&live->lock);
  g_thread_join (live->thread);
  for (guint i = 0; i < live->history; i++)
    event_clear (&live->ring[i]);
  g_free (live->ring);
  g_free (live->epoch);
  g_free (live->token);
  g_mutex_clear (&live->lock);
  g_cond_clear (&live->wake);
  g_free (live);
}

void
wh_live_changed (WhLive *live)
{
  g_mutex_lock (&live->lock);
  live->is_stale = TRUE;
  g_cond_signal (&live->wake);
  g_mutex_unlock (&live->lock);
}

void
wh_live_close (WhLive *live)
{
  g_mutex_lock (&live->lock);
  live->closing = TRUE;
  for (GList *link = live->streams.head; link; link = link->next)
    wh_live_stream_end (link->data);
  g_mutex_unlock (&live->lock);
}

guint
wh_live_count (WhLive *live)
{
  guint count;

  g_mutex_lock (&live->lock);
  count = live->streams.length;
  g_mutex_unlock (&live->lock);
  return count;
}
