/* One who listens: a place in the ring, and the few bytes that are on their way. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-random.h"
#include "wh-live-private.h"

#define PORTION 4096            /* bytes that are made ready at once */
#define LEAST_RETRY_MS 1000     /* when a client comes back after the end; the rest is drawn, so that not all come at once */
#define RETRY_SPREAD_MS 4000

gboolean
wh_live_stream_wants (const WhLiveStream *stream, const WhLiveEvent *event)
{
  return (!stream->kinds || (stream->kinds & (1u << event->kind)))
         && wh_principal_allows (stream->principal, wh_permission_to_read (event->kind))
         && !wh_principal_is_other (stream->principal, event->owner);
}

static void
wake (WhLiveStream *stream)
{
  if (stream->wake)
    stream->wake (stream->wake_data);
}

/* One that had seen all and wants none of the new stays at the end, so that it does not fall behind in its sleep. */
void
wh_live_stream_tell (WhLiveStream *stream, guint64 end)
{
  const WhLive *live = stream->live;

  if (!stream->is_placed)
    return;
  if (stream->generation == live->generation && stream->next >= live->first && stream->next == end)
    while (stream->next < live->end && !wh_live_stream_wants (stream, wh_live_event (live, stream->next)))
      stream->next++;
  if (stream->generation != live->generation || stream->next < live->end)
    wake (stream);
}

void
wh_live_stream_looked (WhLiveStream *stream)
{
  if (!stream->is_placed && stream->live->done >= stream->look)
    wake (stream);
}

void
wh_live_stream_age (WhLiveStream *stream, gint64 now)
{
  if (!stream->wake)
    return;
  if (now > stream->until)
    wh_live_stream_end (stream);
  else if (now - stream->touched > WH_LIVE_BEAT_SECONDS * G_USEC_PER_SEC && !stream->beat)
    {
      stream->beat = TRUE;
      wake (stream);
    }
}

void
wh_live_stream_end (WhLiveStream *stream)
{
  stream->ending = TRUE;
  wake (stream);
}

/* -- what is sent ----------------------------------------------------------------------------------------------------- */

static void
say_refetch (WhLiveStream *stream, const char *reason)
{
  const WhLive *live = stream->live;

  stream->next = live->end;
  g_string_append_printf (stream->out, "id: %s\nevent: refetch\ndata: {\"reason\":\"%s\",\"epoch\":\"%s\",\"revision\":%" G_GINT64_FORMAT
                          "}\n\n", live->token, reason, live->epoch, live->seq);
}

static guint64
number_after (const WhLive *live, gint64 seq)
{
  guint64 low = live->first, high = live->end;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;
      if (wh_live_event (live, middle)->seq <= seq)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The first words say when to come back, and where this is, without being an event: who is cut off before one came resumes there. */
static void
place (WhLiveStream *stream)
{
  const WhLive *live = stream->live;
  guint16 chance;

  wh_random_bytes ((guint8 *) &chance, sizeof chance);
  g_string_append_printf (stream->out, "retry: %u\n\n", LEAST_RETRY_MS + chance % RETRY_SPREAD_MS);
  stream->is_placed = TRUE;
  stream->generation = live->generation;
  stream->next = live->end;
  if (!stream->epoch)
    g_string_append_printf (stream->out, "id: %s\n\n", live->token);
  else if (strcmp (stream->epoch, live->epoch) != 0 || stream->seq > live->seq)
    say_refetch (stream, "history");
  else if (stream->seq < live->since)
    say_refetch (stream, "behind");
  else
    stream->next = number_after (live, stream->seq);
}

static void
say_events (WhLiveStream *stream)
{
  const WhLive *live = stream->live;

  if (stream->generation != live->generation)
    {
      stream->generation = live->generation;
      say_refetch (stream, "history");
    }
  else if (stream->next < live->first)
    say_refetch (stream, "behind");
  while (stream->next < live->end && stream->out->len < PORTION)
    {
      const WhLiveEvent *event = wh_live_event (live, stream->next++);
      if (wh_live_stream_wants (stream, event))
        g_string_append_len (stream->out, event->text, event->length);
    }
}

/* With the id, since everything up to it was seen, whether it was wanted or not. */
static void
say_beat (WhLiveStream *stream)
{
  if (stream->is_placed)
    g_string_append_printf (stream->out, ": alive\nid: %s\n\n", stream->live->token);
  else
    g_string_append (stream->out, ": alive\n\n");
}

static void
fill (WhLiveStream *stream)
{
  g_string_truncate (stream->out, 0);
  stream->sent = 0;
  if (!stream->is_placed && stream->live->done >= stream->look)
    place (stream);
  if (stream->is_placed)
    say_events (stream);
  if (stream->out->len == 0 && stream->ending && !stream->ended)
    {
      stream->ended = TRUE;
      g_string_append (stream->out, ": over, come back\n\n");
    }
  else if (stream->out->len == 0 && stream->beat)
    say_beat (stream);
  stream->beat = FALSE;
}

/* -- as the listener sees it ------------------------------------------------------------------------------------------ */

static void
start_cb (WhStream *data, WhStreamWakeFunc func, gpointer func_data)
{
  WhLiveStream *stream = (WhLiveStream *) data;
  WhLive *live = stream->live;

  g_mutex_lock (&live->lock);
  stream->wake = func;
  stream->wake_data = func_data;
  stream->touched = wh_clock_monotonic ();
  stream->look = live->begun + 1;
  stream->ending = live->closing;
  live->is_stale = TRUE;
  g_cond_signal (&live->wake);
  g_mutex_unlock (&live->lock);
}

static gssize
read_cb (WhStream *data, char *buffer, gsize size)
{
  WhLiveStream *stream = (WhLiveStream *) data;
  gsize length;

  g_mutex_lock (&stream->live->lock);
  if (stream->sent == stream->out->len && !stream->ended)
    fill (stream);
  length = MIN (size, stream->out->len - stream->sent);
  memcpy (buffer, stream->out->str + stream->sent, length);
  stream->sent += length;
  if (length > 0)
    stream->touched = wh_clock_monotonic ();
  g_mutex_unlock (&stream->live->lock);
  return length == 0 && stream->ended ? -1 : (gssize) length;
}

static void
free_cb (WhStream *data)
{
  WhLiveStream *stream = (WhLiveStream *) data;

  g_mutex_lock (&stream->live->lock);
  g_queue_unlink (&stream->live->streams, &stream->link);
  g_mutex_unlock (&stream->live->lock);
  wh_principal_unref (stream->principal);
  g_string_free (stream->out, TRUE);
  g_free (stream->epoch);
  g_free (stream);
}

static guint
count_of_peer (const WhLive *live, const guint8 *peer)
{
  guint count = 0;

  for (const GList *link = live->streams.head; link; link = link->next)
    count += memcmp (((const WhLiveStream *) link->data)->peer, peer, WH_LIVE_PEER_SIZE) == 0;
  return count;
}

/* A sign of life to all shows at once who has hung up, so that there is room when the next one asks again. */
static void
look_for_dead (WhLive *live)
{
  for (GList *link = live->streams.head; link; link = link->next)
    {
      WhLiveStream *stream = link->data;
      stream->beat = TRUE;
      wake (stream);
    }
}

static gboolean
check_room (WhLive *live, const WhLiveQuestion *question, gboolean *out_too_many, GError **error)
{
  *out_too_many = count_of_peer (live, question->peer) >= question->most_each;
  if (*out_too_many || live->streams.length >= question->most)
    look_for_dead (live);
  if (*out_too_many)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_BUSY, _("This address listens often enough already; end another stream first."));
  else if (live->closing || live->streams.length >= question->most)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_BUSY, _("As many listen as this server can bear; try again later."));
  else
    return TRUE;
  return FALSE;
}

WhStream *
wh_live_open (WhLive *live, const WhLiveQuestion *question, gboolean *out_too_many, GError **error)
{
  WhLiveStream *stream = NULL;

  g_mutex_lock (&live->lock);
  if (check_room (live, question, out_too_many, error))
    {
      stream = g_new0 (WhLiveStream, 1);
      stream->stream = (WhStream){ start_cb, read_cb, free_cb };
      stream->live = live;
      stream->principal = wh_principal_ref (question->principal);
      memcpy (stream->peer, question->peer, WH_LIVE_PEER_SIZE);
      stream->kinds = question->kinds;
      stream->epoch = g_strdup (question->epoch);
      stream->seq = question->seq;
      stream->out = g_string_new (NULL);
      stream->until = wh_clock_monotonic () + (gint64) question->seconds * G_USEC_PER_SEC;
      stream->link.data = stream;
      g_queue_push_tail_link (&live->streams, &stream->link);
    }
  g_mutex_unlock (&live->lock);
  return (WhStream *) stream;
}
