#include "wh-store-outbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

/* -- letters that can still be read ----------------------------------------------------------------------------------- */

typedef struct {
  WhConnection *from, *to;
  gint64        last;      /* number of the last letter looked at */
  gint64        n_saved, n_bytes;
  GError       *error;     /* of writing: nothing can be saved then */
} Rescue;

static void
rescue_row (Rescue *rescue, WhStatement *statement)
{
  g_autoptr (WhLetter) letter = wh_store_outbox_read_letter (statement, NULL);

  rescue->last = MAX (rescue->last, wh_statement_integer (statement, 0));
  if (!letter || !wh_store_outbox_put_letter (rescue->to, letter, &rescue->error))
    return;
  rescue->n_saved++;
  rescue->n_bytes += (gint64) g_bytes_get_size (letter->content);
}

/* In order as far as it goes. TRUE when it went to the end. */
static gboolean
rescue_in_order (Rescue *rescue)
{
  g_autoptr (WhStatement) statement = wh_connection_walk (rescue->from, "SELECT " WH_LETTER_COLUMNS " FROM letter ORDER BY number",
                                                          NULL);
  WhStep step = WH_STEP_FAILED;

  while (statement && !rescue->error && (step = wh_statement_step (statement, NULL)) == WH_STEP_ROW)
    rescue_row (rescue, statement);
  return step == WH_STEP_DONE;
}

/* One by one behind the damage: a page that cannot be read hides only what stands in it. */
static void
rescue_one_by_one (Rescue *rescue, gint64 up_to)
{
  g_autoptr (WhStatement) statement = wh_connection_walk (rescue->from, "SELECT " WH_LETTER_COLUMNS " FROM letter WHERE number = ?1",
                                                          NULL);

  for (gint64 number = rescue->last + 1; statement && number <= up_to && !rescue->error; number++)
    {
      wh_statement_bind_integer (statement, 1, number);
      if (wh_statement_step (statement, NULL) == WH_STEP_ROW)
        rescue_row (rescue, statement);
      wh_statement_reset (statement);
    }
}

/* A number that a server may have seen must not come again: it would take the new change for the old one. */
static gboolean
skip_numbers (WhConnection *connection, gint64 past, GError **error)
{
  WhStatement *statement;

  if (!wh_connection_run (connection, "DELETE FROM sqlite_sequence WHERE name = 'letter'", error))
    return FALSE;
  statement = wh_connection_statement (connection, "INSERT INTO sqlite_sequence (name, seq) VALUES ('letter', ?1)", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, past);
  return wh_statement_run (statement, error);
}

static gboolean
rescue_all (WhConnection *from, WhConnection *to, WhSalvage *salvage, GError **error)
{
  Rescue rescue = { .from = from, .to = to };
  gint64 known = wh_store_outbox_number (from, "letters", -1), generation = wh_store_outbox_number (from, "generation", 0);
  gint64 last_given = -1;
  g_autofree char *generation_text = g_strdup_printf ("%" G_GINT64_FORMAT, generation);

  if (!wh_connection_integer (from, "SELECT seq FROM sqlite_sequence WHERE name = 'letter'", -1, &last_given, NULL))
    last_given = -1;
  if (!rescue_in_order (&rescue) && !rescue.error)
    rescue_one_by_one (&rescue, last_given >= 0 ? last_given : rescue.last + WH_LIMIT_OUTBOX_LETTERS);
  if (rescue.error)
    {
      g_propagate_error (error, rescue.error);
      return FALSE;
    }
  salvage->n_saved = rescue.n_saved;
  salvage->n_lost = known >= rescue.n_saved ? known - rescue.n_saved : -1;
  return skip_numbers (to, MAX (rescue.last, last_given) + WH_LIMIT_OUTBOX_LETTERS, error)
         && wh_store_outbox_set_fact (to, "generation", generation_text, error)
         && wh_store_outbox_count (to, rescue.n_saved, rescue.n_bytes, error);
}

/* -- files ---------------------------------------------------------------------------------------------------------- */

static gboolean
sync_directory (const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);
  int fd = g_open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean done = fd >= 0 && fsync (fd) == 0;

  if (!done)
    wh_error_set_errno (error, errno, dir);
  if (fd >= 0)
    close (fd);
  return done;
}

/* "outbox.db.damaged-2026-11-25T11-20-00", another number behind it where that is taken. */
static char *
name_for_damaged (const char *path)
{
  g_autofree char *now = wh_clock_format (wh_clock_now ());
  g_autofree char *stem = NULL;
  char *name;

  now[strlen ("2026-11-25T11:20:00")] = '\0';
  stem = g_strdup_printf ("%s.damaged-%s", path, g_strdelimit (now, ":", '-'));
  name = g_strdup (stem);
  for (guint number = 2; g_file_test (name, G_FILE_TEST_EXISTS); number++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%u", stem, number);
    }
  return name;
}

/* Its rollback journal must go with it: it would be played back into whatever stands there next. */
static void
move_journal (const char *from, const char *to)
{
  g_autofree char *journal = g_strconcat (from, "-journal", NULL);
  g_autofree char *kept = g_strconcat (to, "-journal", NULL);

  g_rename (journal, kept);
}

/* Both files are there at every moment: a second name for the damaged one, then the sound one in its place. Where a file
 * system has no second names, the damaged one is renamed. */
static gboolean
exchange (const char *path, const char *sound, const char *kept, GError **error)
{
  if (link (path, kept) != 0 && g_rename (path, kept) != 0)
    {
      wh_error_set_errno (error, errno, kept);
      return FALSE;
    }
  move_journal (path, kept);
  if (g_rename (sound, path) == 0)
    return sync_directory (path, error);
  wh_error_set_errno (error, errno, path);
  return FALSE;
}

/* -- together ------------------------------------------------------------------------------------------------------- */

static gboolean
save_letters (const char *path, const char *sound, WhSalvage *salvage, GError **error)
{
  g_autoptr (WhConnection) from = wh_connection_open_with (&wh_driver_outbox, path, WH_STORE_READ, TRUE, NULL);
  g_autoptr (WhStoreOutbox) to = wh_store_outbox_open (sound, error);
  const WhDriver *driver = &wh_driver_outbox;

  salvage->n_lost = -1;
  if (!to)
    return FALSE;
  if (!from)
    return TRUE;
  if (!driver->begin_write (to->connection, error))
    return FALSE;
  if (rescue_all (from, to->connection, salvage, error) && driver->commit (to->connection, error))
    return TRUE;
  driver->rollback (to->connection);
  return FALSE;
}

gboolean
wh_store_outbox_salvage (const char *path, WhSalvage *out_salvage, GError **error)
{
  g_autofree char *sound = g_strconcat (path, ".part", NULL);
  g_autofree char *journal = g_strconcat (sound, "-journal", NULL);
  g_autofree char *kept = name_for_damaged (path);

  *out_salvage = (WhSalvage){ NULL, 0, -1 };
  g_unlink (sound);
  g_unlink (journal);
  if (!save_letters (path, sound, out_salvage, error))
    {
      g_prefix_error (error, _("Saving what can be read of %s, which is damaged and was left as it is: "), path);
      return FALSE;
    }
  g_unlink (journal);
  if (!exchange (path, sound, kept, error))
    return FALSE;
  out_salvage->kept = g_steal_pointer (&kept);
  return TRUE;
}
