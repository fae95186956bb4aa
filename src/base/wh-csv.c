#include "base/wh-csv.h"

#include "base/wh-error.h"
#include "base/wh-limits.h"

#include <csv.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define TITLE_LINES 20    /* that may stand above a table */
#define TITLE_FACTOR 2    /* a table has more than as many times the separators that its title has */

struct _WhCsv {
  GInputStream     *file;         /* as on disk */
  GInputStream     *stream;       /* decompressed; the same as `file` for plain text */
  goffset           file_size;
  gint64            packed_size;  /* what gzip says it holds, modulo 2^32; -1 for plain text */
  guint64           total;        /* bytes of text read */

  struct csv_parser parser;
  GString          *text;         /* the cells of the row, each with its NUL */
  GArray           *starts;       /* gsize: where each cell starts in `text` */
  GPtrArray        *cells;
  gboolean          row_open;     /* something of a row was fed and its end was not */
  gboolean          row_done;
  gboolean          after_cr;     /* a line feed now belongs to the line end before it */
  gboolean          at_end;
  guint             line;         /* of the next byte */
  guint             row_line;

  gsize             n_bytes;
  gsize             n_fed;
  char              bytes[BUFFER_SIZE];
};

static gboolean
fail_at_row (WhCsv *csv, WhErrorCode code, const char *problem, GError **error)
{
  csv->at_end = TRUE;
  g_set_error (error, WH_ERROR, code, _("Line %u: %s."), csv->row_line, problem);
  return FALSE;
}

static gboolean
fill (WhCsv *csv, GError **error)
{
  GError *io = NULL;

  csv->n_fed = 0;
  if (!g_input_stream_read_all (csv->stream, csv->bytes, BUFFER_SIZE, &csv->n_bytes, NULL, &io))
    {
      csv->n_bytes = 0;
      csv->at_end = TRUE;
      wh_error_take_io (error, io, _("The file cannot be read to its end"));
      return FALSE;
    }
  csv->total += csv->n_bytes;
  csv->row_line = csv->row_open ? csv->row_line : csv->line;
  if (csv->total > WH_LIMIT_IMPORT_BYTES)
    return fail_at_row (csv, WH_ERROR_TOO_LARGE, _("the file is larger than can be imported; split it"), error);
  if (memchr (csv->bytes, '\0', csv->n_bytes))
    return fail_at_row (csv, WH_ERROR_INVALID, _("this is not a text file; save it as CSV in UTF-8"), error);
  return TRUE;
}

static const char delimiters[] = { CSV_COMMA, ';', CSV_TAB };
#define N_DELIMITERS G_N_ELEMENTS (delimiters)

/* How often each stands in the line at `place`, outside of quotes; returns where the next one starts. */
static gsize
count_delimiters (const char *bytes, gsize n_bytes, gsize place, guint counts[N_DELIMITERS])
{
  gboolean quoted = FALSE;

  memset (counts, 0, N_DELIMITERS * sizeof *counts);
  for (; place < n_bytes && (quoted || (bytes[place] != '\n' && bytes[place] != '\r')); place++)
    {
      quoted ^= bytes[place] == CSV_QUOTE;
      for (guint c = 0; c < N_DELIMITERS; c++)
        counts[c] += !quoted && bytes[place] == delimiters[c];
    }
  while (place < n_bytes && (bytes[place] == '\n' || bytes[place] == '\r'))
    place++;
  return place;
}

static guint
most_frequent (const guint counts[N_DELIMITERS])
{
  guint best = 0;

  for (guint c = 1; c < N_DELIMITERS; c++)
    if (counts[c] > counts[best])
      best = c;
  return best;
}

/* The separator that stands most often in the first line. A title above the table has few or none of it, so where it does
 * not go on in the next line as well, the first line that has more and does so decides. */
static guchar
guess_delimiter (const char *bytes, gsize n_bytes)
{
  guint counts[2][N_DELIMITERS];
  gsize place = count_delimiters (bytes, n_bytes, 0, counts[0]);
  guint first = most_frequent (counts[0]);
  guint in_first = counts[0][first];

  for (guint line = 1; line <= TITLE_LINES && place < n_bytes; line++)
    {
      const guint *now = counts[(line - 1) % 2], *next = counts[line % 2];
      guint best = most_frequent (now);
      place = count_delimiters (bytes, n_bytes, place, counts[line % 2]);
      if (now[best] > 0 && now[best] == next[best] && (line == 1 || now[best] > TITLE_FACTOR * in_first))
        return (guchar) delimiters[best];
    }
  return (guchar) delimiters[first];
}

static gboolean
read_head (WhCsv *csv, GError **error)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf";

  if (!fill (csv, error))
    return FALSE;
  if (csv->n_bytes >= 3 && memcmp (csv->bytes, byte_order_mark, 3) == 0)
    csv->n_fed = 3;
  csv_set_delim (&csv->parser, guess_delimiter (csv->bytes + csv->n_fed, csv->n_bytes - csv->n_fed));
  return TRUE;
}

/* Gzip ends with the size of what it holds. It shows a second part glued to the first, which would be left out. */
static gint64
read_packed_size (GInputStream *file, GError **error)
{
  guint32 size = 0;

  if (!g_seekable_seek (G_SEEKABLE (file), -(goffset) sizeof size, G_SEEK_END, NULL, error)
      || !g_input_stream_read_all (file, &size, sizeof size, NULL, NULL, error)
      || !g_seekable_seek (G_SEEKABLE (file), 0, G_SEEK_SET, NULL, error))
    return -1;
  return GUINT32_FROM_LE (size);
}

static gboolean
unpack (WhCsv *csv, GError **error)
{
  g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  csv->packed_size = read_packed_size (csv->file, error);
  csv->stream = g_converter_input_stream_new (csv->file, G_CONVERTER (gzip));
  return csv->packed_size >= 0;
}

/* Spreadsheets save "Unicode text" as UTF-16; its mark says so. */
static gboolean
decode (WhCsv *csv, GError **error)
{
  g_autoptr (GCharsetConverter) converter = NULL;
  guchar mark[2] = { 0 };

  if (!g_input_stream_read_all (csv->file, mark, sizeof mark, NULL, NULL, error)
      || !g_seekable_seek (G_SEEKABLE (csv->file), 0, G_SEEK_SET, NULL, error))
    return FALSE;
  if (!(mark[0] == 0xff && mark[1] == 0xfe) && !(mark[0] == 0xfe && mark[1] == 0xff))
    {
      csv->stream = g_object_ref (csv->file);
      return TRUE;
    }
  converter = g_charset_converter_new ("UTF-8", "UTF-16", error);
  if (converter)
    csv->stream = g_converter_input_stream_new (csv->file, G_CONVERTER (converter));
  return converter != NULL;
}

static gboolean
open_file (WhCsv *csv, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  GFileInputStream *stream = g_file_read (file, NULL, error);

  if (!stream)
    return FALSE;
  csv->file = G_INPUT_STREAM (stream);
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, error);
  if (!info)
    return FALSE;
  csv->file_size = g_file_info_get_size (info);
  if (g_str_has_suffix (path, ".gz"))
    return unpack (csv, error);
  return decode (csv, error);
}

WhCsv *
wh_csv_open (const char *path, GError **error)
{
  g_autoptr (WhCsv) csv = g_new0 (WhCsv, 1);
  GError *io = NULL;

  csv->line = 1;
  csv->packed_size = -1;
  csv->text = g_string_new (NULL);
  csv->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  csv->cells = g_ptr_array_new ();
  csv_init (&csv->parser, 0);
  if (!open_file (csv, path, &io))
    {
      wh_error_take_io (error, io, path);
      return NULL;
    }
  return read_head (csv, error) ? g_steal_pointer (&csv) : NULL;
}

void
wh_csv_free (WhCsv *csv)
{
  if (!csv)
    return;
  g_clear_object (&csv->stream);
  g_clear_object (&csv->file);
  g_string_free (csv->text, TRUE);
  g_array_unref (csv->starts);
  g_ptr_array_unref (csv->cells);
  csv_free (&csv->parser);
  g_free (csv);
}

static void
append_foreign (GString *text, const char *cell, gsize length)
{
  gsize n_written = 0;
  g_autofree char *converted = g_convert (cell, (gssize) length, "UTF-8", "WINDOWS-1252", NULL, &n_written, NULL);
  /* Five bytes mean nothing in Windows-1252 either. */
  g_autofree char *valid = converted ? NULL : g_utf8_make_valid (cell, (gssize) length);

  g_string_append (text, converted ? converted : valid);
}

static void
cell_cb (void *cell, size_t length, void *user_data)
{
  WhCsv *csv = user_data;
  gsize start = csv->text->len;

  if (csv->starts->len <= WH_LIMIT_IMPORT_COLUMNS)
    {
      g_array_append_val (csv->starts, start);
      if (g_utf8_validate_len (cell, length, NULL))
        g_string_append_len (csv->text, cell, (gssize) length);
      else
        append_foreign (csv->text, cell, length);
      g_string_append_c (csv->text, '\0');
    }
}

static void
row_cb (int terminator, void *user_data)
{
  WhCsv *csv = user_data;

  csv->row_done = TRUE;
  csv->row_open = FALSE;
}

static gboolean
has_content (const WhCsv *csv, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!strchr (" \t\r\n", bytes[i]) || (guchar) bytes[i] == csv->parser.delim_char)
      return TRUE;
  return FALSE;
}

/* The rest of the physical line, or what the buffer holds of it. A row can only end at its last byte. */
static gsize
piece_length (const char *bytes, gsize length)
{
  gsize n = 0;

  while (n < length)
    {
      char c = bytes[n++];

      if (c == '\n' || c == '\r')
        break;
    }
  return n;
}

static void
count_line (WhCsv *csv, const char *piece, gsize length)
{
  char last = piece[length - 1];
  gboolean ends_crlf = length == 1 && last == '\n' && csv->after_cr;

  if (last == '\r' || (last == '\n' && !ends_crlf))
    csv->line++;
  csv->after_cr = last == '\r';
}

static gboolean
feed_piece (WhCsv *csv, GError **error)
{
  const char *piece = csv->bytes + csv->n_fed;
  gsize length = piece_length (piece, csv->n_bytes - csv->n_fed);

  if (!csv->row_open)
    {
      csv->row_line = csv->line;
      csv->row_open = has_content (csv, piece, length);
    }
  csv->n_fed += length;
  count_line (csv, piece, length);
  if (csv_parse (&csv->parser, piece, length, cell_cb, row_cb, csv) != length)
    return fail_at_row (csv, WH_ERROR_FAILED, csv_strerror (csv_error (&csv->parser)), error);
  if (csv->parser.entry_pos > WH_LIMIT_IMPORT_CELL)
    return fail_at_row (csv, WH_ERROR_TOO_LARGE, _("a cell is too long; look for a quote that is not closed"), error);
  return TRUE;
}

static gboolean
finish (WhCsv *csv, GError **error)
{
  csv->at_end = TRUE;
  if (csv->packed_size >= 0 && (guint64) csv->packed_size != csv->total)
    return fail_at_row (csv, WH_ERROR_INVALID, _("the compressed file is damaged or has several parts; unpack it first"), error);
  /* libcsv says that a quote is open only when strict, which nothing but the end may be. */
  csv_set_opts (&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
  if (csv_fini (&csv->parser, cell_cb, row_cb, csv) != 0)
    return fail_at_row (csv, WH_ERROR_INVALID, _("a quote is opened in this row and never closed"), error);
  return TRUE;
}

static gboolean
read_row (WhCsv *csv, GError **error)
{
  csv->row_done = FALSE;
  g_string_truncate (csv->text, 0);
  g_array_set_size (csv->starts, 0);
  while (!csv->row_done && !csv->at_end)
    {
      if (csv->n_fed == csv->n_bytes && !fill (csv, error))
        return FALSE;
      if (!(csv->n_bytes > 0 ? feed_piece (csv, error) : finish (csv, error)))
        return FALSE;
    }
  if (csv->starts->len > WH_LIMIT_IMPORT_COLUMNS)
    return fail_at_row (csv, WH_ERROR_TOO_LARGE, _("the row has too many columns"), error);
  return csv->row_done;
}

gboolean
wh_csv_next (WhCsv *csv, WhCsvRow *out_row, GError **error)
{
  if (csv->at_end || !read_row (csv, error))
    return FALSE;
  g_ptr_array_set_size (csv->cells, 0);
  for (guint i = 0; i < csv->starts->len; i++)
    g_ptr_array_add (csv->cells, csv->text->str + g_array_index (csv->starts, gsize, i));
  g_ptr_array_add (csv->cells, NULL);
  out_row->line = csv->row_line;
  out_row->n_cells = csv->starts->len;
  out_row->cells = (char **) csv->cells->pdata;
  return TRUE;
}

char
wh_csv_delimiter (const WhCsv *csv)
{
  return (char) csv->parser.delim_char;
}

double
wh_csv_progress (WhCsv *csv)
{
  if (csv->at_end || csv->file_size <= 0)
    return 1;
  return CLAMP ((double) g_seekable_tell (G_SEEKABLE (csv->file)) / (double) csv->file_size, 0, 1);
}
