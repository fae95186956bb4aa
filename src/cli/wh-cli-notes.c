#include <glib/gi18n.h>
#include <string.h>

#include "service/wh-notebook.h"
#include "service/wh-present.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-strain.h"
#include "wire/wh-wire.h"

/* What all four commands work on. */
typedef struct {
  const WhCliOptions *options;
  WhSession          *session;
  WhSnapshot         *snapshot;
  const WhCard       *card;
  WhStrainDetail     *detail;
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->detail, wh_strain_detail_free);
  g_clear_pointer (&work->snapshot, wh_snapshot_unref);
  g_clear_object (&work->session);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* Opens the catalogue and finds the strain. */
static int
begin (Work *work, const WhCliOptions *options, const char *typed, GError **error)
{
  int status;

  work->options = options;
  work->session = wh_cli_source_open (options, error);
  if (!work->session)
    return WH_EXIT_FAILED;
  work->snapshot = wh_catalogue_snapshot (wh_session_catalogue (work->session));
  status = wh_cli_strain_resolve (options, work->snapshot, typed, &work->card, error);
  if (status != WH_EXIT_DONE)
    return status;
  work->detail = wh_catalogue_show (wh_session_catalogue (work->session), wh_session_principal (work->session), &work->card->id, error);
  return work->detail ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
document (const WhCliOptions *options, const GString *json, GError **error)
{
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

/* -- notes -------------------------------------------------------------------------------------------------------- */

int
wh_cli_note (const WhCliOptions *options, GError **error)
{
  g_auto (Work) work = { NULL };
  int status = begin (&work, options, options->words[0], error);
  g_autofree char *text = g_strjoinv (" ", options->words + 1);
  g_autoptr (WhEdit) edit = status == WH_EXIT_DONE ? wh_notebook_note (WH_KIND_STRAIN, &work.card->id, text, error) : NULL;
  g_autoptr (WhEntity) row = edit ? wh_cli_source_write (work.session, edit, error) : NULL;

  if (!row)
    return status ? status : WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      g_autofree char *waits = wh_cli_source_waits (work.session);
      wh_cli_output_line (_("Noted on %s%s"), work.card->name, waits);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_wire_write_entity (writer, row, TRUE);
  return document (options, json, error);
}

void
wh_cli_notes_print (const WhCliOptions *options, const GPtrArray *notes)
{
  const WhCliColumn columns[] = { { _("Noted"), FALSE, 0, FALSE, NULL }, { _("By"), FALSE, 0, TRUE, "2" },
                                  { _("Note"), FALSE, 20, FALSE, NULL }, { "", FALSE, 0, FALSE, "33" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < notes->len; i++)
    {
      const WhNote *note = notes->pdata[i];
      g_autofree char *date = wh_clock_format_date (note->entity.created_at);
      wh_cli_table_add (table, (const char *const[]) { date, note->author, note->text,
                                                       wh_notebook_is_pending (note) ? _("not sent yet") : NULL });
    }
  wh_cli_output_table (options, table);
}

int
wh_cli_notes (const WhCliOptions *options, GError **error)
{
  g_auto (Work) work = { NULL };
  g_autofree char *typed = g_strjoinv (" ", options->words);
  int status = begin (&work, options, typed, error);

  if (status != WH_EXIT_DONE)
    return status;
  if (options->format == WH_FORMAT_TABLE)
    {
      if (work.detail->notes->len)
        wh_cli_notes_print (options, work.detail->notes);
      else
        wh_cli_output_line (_("No notes on %s yet: weedhounds note \"%s\" TEXT"), work.card->name, work.card->name);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_rows (writer, work.detail->notes);
  return document (options, json, error);
}

/* -- favourites --------------------------------------------------------------------------------------------------- */

static void
write_favorite (WhJsonWriter *writer, const WhCard *card, const WhFavorite *favorite)
{
  g_autofree char *id = wh_id_to_string (&card->id);
  g_autofree char *since = favorite ? wh_clock_format (favorite->entity.created_at) : NULL;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "strain_id", id);
  wh_json_writer_add_string (writer, "name", card->name);
  wh_json_writer_add_string (writer, "slug", card->slug);
  wh_json_writer_add_boolean (writer, "favorite", favorite != NULL);
  wh_json_writer_add_string (writer, "since", since);
  wh_json_writer_add_boolean (writer, "pending", favorite && wh_notebook_is_pending (favorite));
  wh_json_writer_end_object (writer);
}

static int
tell_favorite (const Work *work, const WhFavorite *favorite, gboolean changed, GError **error)
{
  const char *name = work->card->name;
  g_autofree char *waits = wh_cli_source_waits (work->session);

  if (work->options->format == WH_FORMAT_TABLE)
    {
      if (!changed)
        wh_cli_output_line (favorite ? _("%s is one of your favourites already") : _("%s is none of your favourites"), name);
      else
        wh_cli_output_line (favorite ? _("%s is one of your favourites now%s") : _("%s is no longer one of your favourites%s"), name,
                            waits);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  write_favorite (writer, work->card, favorite);
  return document (work->options, json, error);
}

int
wh_cli_favorite (const WhCliOptions *options, GError **error)
{
  g_auto (Work) work = { NULL };
  g_autofree char *typed = g_strjoinv (" ", options->words);
  g_autoptr (WhEdit) edit = NULL;
  g_autoptr (WhEntity) row = NULL;
  g_autoptr (GError) failure = NULL;
  int status = begin (&work, options, typed, error);

  if (status != WH_EXIT_DONE)
    return status;
  if ((work.detail->favorite != NULL) == !options->remove)
    return tell_favorite (&work, work.detail->favorite, FALSE, error);
  edit = options->remove ? wh_notebook_unfavorite (&work.detail->favorite->entity.id)
                         : wh_notebook_favorite (WH_KIND_STRAIN, &work.card->id);
  row = wh_cli_source_write (work.session, edit, &failure);
  if (!failure)
    return tell_favorite (&work, options->remove ? NULL : (const WhFavorite *) row, TRUE, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return WH_EXIT_FAILED;
}

typedef struct {
  const WhPrincipal *principal;
  GPtrArray         *favorites;
} Favorites;

static gboolean
read_favorites (WhReader *reader, gpointer user_data, GError **error)
{
  Favorites *favorites = user_data;

  favorites->favorites = wh_notebook_favorites (reader, favorites->principal, error);
  return favorites->favorites != NULL;
}

/* Of strains that are in the catalogue; other favourites have no page yet that would show them. */
static const WhCard *
card_of (const WhSnapshot *snapshot, const WhFavorite *favorite)
{
  return strcmp (favorite->object_kind, "strain") == 0 ? wh_snapshot_find (snapshot, &favorite->object_id) : NULL;
}

static void
print_favorites (const Work *work, const GPtrArray *favorites)
{
  const WhCliColumn columns[] = { { _("Strain"), FALSE, 12, FALSE, "1" }, { _("Since"), FALSE, 0, FALSE, NULL },
                                  { "", FALSE, 0, FALSE, "33" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < favorites->len; i++)
    {
      const WhFavorite *favorite = favorites->pdata[i];
      const WhCard *card = card_of (work->snapshot, favorite);
      g_autofree char *since = wh_clock_format_date (favorite->entity.created_at);
      if (card)
        wh_cli_table_add (table, (const char *const[]) { card->name, since,
                                                         wh_notebook_is_pending (favorite) ? _("not sent yet") : NULL });
    }
  if (favorites->len)
    wh_cli_output_table (work->options, table);
  else
    wh_cli_output_line (_("No favourites yet: weedhounds favorite STRAIN"));
}

int
wh_cli_favorites (const WhCliOptions *options, GError **error)
{
  g_auto (Work) work = { .options = options, .session = wh_cli_source_open (options, error) };
  g_autoptr (GPtrArray) owned = NULL;
  Favorites favorites = { NULL, NULL };

  if (!work.session)
    return WH_EXIT_FAILED;
  favorites.principal = wh_session_principal (work.session);
  work.snapshot = wh_catalogue_snapshot (wh_session_catalogue (work.session));
  if (!wh_store_read (wh_session_store (work.session), favorites.principal, read_favorites, &favorites, error))
    return WH_EXIT_FAILED;
  owned = favorites.favorites;
  if (options->format == WH_FORMAT_TABLE)
    {
      print_favorites (&work, owned);
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < owned->len; i++)
    if (card_of (work.snapshot, owned->pdata[i]))
      write_favorite (writer, card_of (work.snapshot, owned->pdata[i]), owned->pdata[i]);
  wh_json_writer_end_array (writer);
  return document (options, json, error);
}
