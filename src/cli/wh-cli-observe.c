#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-hash.h"
#include "base/wh-text.h"
#include "service/wh-notebook.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wire/wh-wire.h"

#define CENTS 100.0
#define MOST_CENTS (1000000 * CENTS)
#define MAX_PHOTO_BYTES (64 * 1024 * 1024)
#define CANDIDATES_SHOWN 10

/* -- the product -------------------------------------------------------------------------------------------------- */

typedef struct {
  WhId       id;        /* none: by name */
  char      *folded;
  GPtrArray *found;     /* WhProduct* */
} Search;

static gboolean
product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Search *search = user_data;
  g_autofree char *folded = wh_text_fold (((const WhProduct *) entity)->name);

  if (strcmp (folded, search->folded) == 0)
    g_ptr_array_add (search->found, wh_entity_ref (entity));
  return TRUE;
}

static gboolean
search_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Search *search = user_data;
  WhEntity *product;

  if (wh_id_is_none (&search->id))
    return wh_reader_each (reader, WH_KIND_PRODUCT, product_cb, search, error);
  product = wh_reader_get (reader, WH_KIND_PRODUCT, &search->id, error);
  if (product)
    g_ptr_array_add (search->found, product);
  return product != NULL;
}

static void
print_candidates (const WhCliOptions *options, const char *typed, const GPtrArray *found)
{
  g_autoptr (GString) message = g_string_new (NULL);

  g_string_append_printf (message, _("“%s” is sold more than once; give the id of one: "), typed);
  for (guint i = 0; i < MIN (found->len, CANDIDATES_SHOWN); i++)
    {
      const WhProduct *product = found->pdata[i];
      g_autofree char *id = wh_id_to_string (&product->entity.id);
      g_string_append_printf (message, "%s%s%s%s (%s)", i ? ", " : "", product->name, product->amount ? " " : "",
                              product->amount ? product->amount : "", id);
    }
  if (found->len > CANDIDATES_SHOWN)
    g_string_append (message, ", …");
  wh_cli_output_error (options, wh_error_word (WH_ERROR_AMBIGUOUS), message->str, NULL);
}

/* A PRODUCT argument: an id, or the whole name but for case and punctuation. */
static int
find_product (const WhCliOptions *options, WhSession *session, const char *typed, WhProduct **out_product, GError **error)
{
  g_autofree char *folded = wh_text_fold (typed);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);
  Search search = { WH_ID_NONE, folded, found };

  wh_id_parse (typed, &search.id);
  if (!wh_store_read (wh_session_store (session), wh_session_principal (session), search_cb, &search, error))
    return WH_EXIT_FAILED;
  if (found->len > 1)
    {
      print_candidates (options, typed, found);
      return WH_EXIT_AMBIGUOUS;
    }
  if (found->len == 1)
    {
      *out_product = wh_entity_ref (found->pdata[0]);
      return WH_EXIT_DONE;
    }
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no product “%s”; give its whole name or its id."), typed);
  return WH_EXIT_FAILED;
}

/* -- what was seen ------------------------------------------------------------------------------------------------ */

static gboolean
read_cents (const char *text, gint64 *out_cents, GError **error)
{
  double amount = NAN;

  if (text && wh_text_to_number (text, &amount) && amount >= 0 && amount * CENTS <= MOST_CENTS
      && fabs (amount * CENTS - round (amount * CENTS)) < 1e-6)
    {
      *out_cents = (gint64) round (amount * CENTS);
      return TRUE;
    }
  if (text)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("--price takes an amount such as 12.50, not “%s”"), text);
  else
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("which price? Say it with --price, such as --price 12.50"));
  return FALSE;
}

static gboolean
read_moment (const char *text, gint64 *out_moment, GError **error)
{
  *out_moment = WH_TIME_UNSET;
  if (!text || (wh_clock_parse (text, out_moment) && *out_moment <= wh_clock_now ()))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("--at takes a date or time that is over, such as 2026-11-24 or 2026-11-24T17:30:00Z, not “%s”"), text);
  return FALSE;
}

/* The digest alone is kept: it proves which photo it was. */
static gboolean
read_photo (const char *path, char **out_hash, GError **error)
{
  g_autoptr (GFile) file = path ? g_file_new_for_path (path) : NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *io = NULL;
  WhHash hash;
  gsize length;

  if (!path)
    return TRUE;
  stream = g_file_read (file, NULL, &io);
  bytes = stream ? g_input_stream_read_bytes (G_INPUT_STREAM (stream), MAX_PHOTO_BYTES + 1, NULL, &io) : NULL;
  if (!bytes)
    {
      wh_error_take_io (error, io, path);
      return FALSE;
    }
  gconstpointer data = g_bytes_get_data (bytes, &length);
  if (length == 0 || length > MAX_PHOTO_BYTES)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("%s is no photo: it is empty or larger than 64 MiB"), path);
      return FALSE;
    }
  hash = wh_hash_data (data, length);
  *out_hash = wh_hash_to_string (&hash);
  return TRUE;
}

/* -- together ----------------------------------------------------------------------------------------------------- */

static int
report (const WhCliOptions *options, WhSession *session, const WhProduct *product, const WhPrice *price, GError **error)
{
  g_autofree char *waits = wh_cli_source_waits (session);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (_("%s: %.2f %s for %s, noted%s"), product->name, (double) price->amount_cents / CENTS, price->currency,
                          price->unit, waits);
      return WH_EXIT_DONE;
    }
  wh_wire_write_entity (writer, price, TRUE);
  return wh_cli_output_document (options, json, NULL, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static int
observe (const WhCliOptions *options, const WhSeenPrice *seen, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);
  g_autofree char *typed = g_strjoinv (" ", options->words + 1);
  g_autoptr (WhProduct) product = NULL;
  int status = session ? find_product (options, session, typed, &product, error) : WH_EXIT_FAILED;
  g_autoptr (WhEdit) edit = product ? wh_notebook_price (&product->entity.id, seen) : NULL;
  g_autoptr (WhEntity) row = edit ? wh_cli_source_write (session, edit, error) : NULL;

  if (row)
    return report (options, session, product, (const WhPrice *) row, error);
  return status ? status : WH_EXIT_FAILED;
}

int
wh_cli_prices_observe (const WhCliOptions *options, GError **error)
{
  WhSeenPrice seen = { 0, options->unit, WH_TIME_UNSET, NULL };
  g_autofree char *hash = NULL;
  g_autoptr (GError) wrong = NULL;

  if (!options->words[1])
    g_set_error_literal (&wrong, WH_ERROR, WH_ERROR_INVALID, _("usage: weedhounds prices observe PRODUCT --price AMOUNT"));
  else if (read_cents (options->price, &seen.cents, &wrong) && read_moment (options->at, &seen.observed_at, &wrong)
           && read_photo (options->photo, &hash, &wrong))
    {
      seen.photo_hash = hash;
      return observe (options, &seen, error);
    }
  wh_cli_output_error (options, "usage", wrong->message, NULL);
  return WH_EXIT_USAGE;
}
