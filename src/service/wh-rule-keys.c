#include "wh-rule-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"

#define KEY_MAGIC "weedhounds-rule-key 1"
#define SIGNATURE_MAGIC "weedhounds-signature 1"
#define SIGNATURE_SUFFIX ".sig"
#define SMALL_FILE 4096

/* -- files ------------------------------------------------------------------------------------------------------- */

/* Reads what `fd` has, to the end; FALSE with errno, E2BIG for more than `most`. */
static gboolean
read_to_end (int fd, GByteArray *bytes, gsize most)
{
  guint8 piece[16384];
  gssize n = 0;
  gboolean fits = TRUE;

  while (fits && (n = read (fd, piece, sizeof piece)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      g_byte_array_append (bytes, piece, (guint) n);
      fits = bytes->len <= most;
    }
  explicit_bzero (piece, sizeof piece);   /* it may have been a key */
  if (!fits)
    errno = E2BIG;
  return fits;
}

/* A plain file, opened for reading; -1 with errno. A pipe is not waited for. */
static int
open_plain (const char *path, struct stat *out_info)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (fd >= 0 && fstat (fd, out_info) == 0 && S_ISREG (out_info->st_mode))
    return fd;
  if (fd >= 0)
    {
      close (fd);
      errno = EINVAL;
    }
  return -1;
}

static gboolean
read_plain (const char *path, gsize most, mode_t closed_to, char **out_bytes, gsize *out_length, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  struct stat info;
  int fd = open_plain (path, &info), failure;
  gboolean closed = fd >= 0 && (info.st_mode & closed_to) == 0, done;

  done = closed && read_to_end (fd, bytes, most);
  failure = errno;
  if (fd >= 0)
    close (fd);
  if (done)
    {
      *out_length = bytes->len;
      g_byte_array_append (bytes, (const guint8 *) "", 1);
      *out_bytes = (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
      return TRUE;
    }
  if (fd >= 0 && !closed)
    g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s: others may read this key: chmod 600 first, or make a new one"), path);
  else if (failure == EINVAL)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: this is no plain file"), path);
  else if (failure == E2BIG)
    g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("%s: larger than %" G_GSIZE_FORMAT " bytes"), path, most);
  else
    wh_error_set_errno (error, failure, path);
  return FALSE;
}

gboolean
wh_rule_keys_read (const char *path, gsize most, char **out_bytes, gsize *out_length, GError **error)
{
  return read_plain (path, most, 0, out_bytes, out_length, error);
}

/* Writes a file that is not there yet, for its owner alone. */
static gboolean
write_secret (const char *path, const char *text, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), failure;
  gboolean done = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text) && fsync (fd) == 0;

  failure = errno;
  if (fd >= 0)
    close (fd);
  if (done)
    return TRUE;
  if (fd >= 0)
    g_unlink (path);
  wh_error_set_errno (error, failure, path);
  return FALSE;
}

/* The lines of a small file that begins with `magic`, without it; NULL when there are not `n`. */
static GStrv
lines_after (const char *text, const char *magic, guint n)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint length = g_strv_length (lines);

  if (length > 0 && *lines[length - 1] == '\0')
    length--;
  if (length != n + 1 || strcmp (lines[0], magic) != 0)
    return NULL;
  return g_strdupv (lines + 1);
}

/* -- keys -------------------------------------------------------------------------------------------------------- */

char *
wh_rule_keys_make (const char *key_file, GError **error)
{
  WhSignSecret secret = wh_sign_secret_new ();
  WhSignKey key = wh_sign_key_of (&secret);
  char *seed = wh_sign_to_hex (secret.bytes, sizeof secret.bytes);
  char *text = g_strconcat (KEY_MAGIC, "\n", seed, "\n", NULL);
  gboolean done = write_secret (key_file, text, error);

  explicit_bzero (seed, strlen (seed));
  explicit_bzero (text, strlen (text));
  g_free (seed);
  g_free (text);
  wh_sign_wipe (&secret);
  return done ? wh_sign_to_hex (key.bytes, sizeof key.bytes) : NULL;
}

static gboolean
read_secret (const char *key_file, WhSignSecret *out_secret, GError **error)
{
  char *text;
  gsize length;
  gboolean done;

  if (!read_plain (key_file, SMALL_FILE, 077, &text, &length, error))
    return FALSE;
  g_auto (GStrv) lines = strlen (text) == length ? lines_after (text, KEY_MAGIC, 1) : NULL;
  done = lines && wh_sign_from_hex (lines[0], out_secret->bytes, sizeof out_secret->bytes);
  if (lines)
    explicit_bzero (lines[0], strlen (lines[0]));
  explicit_bzero (text, length);
  g_free (text);
  if (!done)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s: this is no key: make one with weedhounds rules keygen"), key_file);
  return done;
}

/* -- signatures -------------------------------------------------------------------------------------------------- */

char *
wh_rule_keys_sign (const char *path, const char *key_file, GError **error)
{
  g_autofree char *signature_path = g_strconcat (path, SIGNATURE_SUFFIX, NULL), *bytes = NULL;
  g_autoptr (GError) failure = NULL;
  WhSignSecret secret;
  gsize length;

  if (!wh_rule_keys_read (path, WH_LIMIT_RULE_PACK, &bytes, &length, error) || !read_secret (key_file, &secret, error))
    return NULL;
  WhSignKey key = wh_sign_key_of (&secret);
  WhSignature signature = wh_sign (&secret, bytes, length);
  wh_sign_wipe (&secret);
  g_autofree char *key_text = wh_sign_to_hex (key.bytes, sizeof key.bytes);
  g_autofree char *text = wh_sign_to_hex (signature.bytes, sizeof signature.bytes);
  g_autofree char *file = g_strconcat (SIGNATURE_MAGIC, "\n", key_text, "\n", text, "\n", NULL);
  if (g_file_set_contents_full (signature_path, file, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &failure))
    return g_steal_pointer (&key_text);
  wh_error_take_io (error, g_steal_pointer (&failure), signature_path);
  return NULL;
}

gboolean
wh_rule_keys_look (const char *path, const void *bytes, gsize length, char **out_key, GError **error)
{
  g_autofree char *signature_path = g_strconcat (path, SIGNATURE_SUFFIX, NULL), *text = NULL;
  g_autoptr (GError) failure = NULL;
  gsize text_length;
  WhSignKey key;
  WhSignature signature;

  *out_key = NULL;
  if (!wh_rule_keys_read (signature_path, SMALL_FILE, &text, &text_length, &failure))
    {
      if (g_error_matches (failure, WH_ERROR, WH_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  g_auto (GStrv) lines = strlen (text) == text_length ? lines_after (text, SIGNATURE_MAGIC, 2) : NULL;
  if (lines && wh_sign_from_hex (lines[0], key.bytes, sizeof key.bytes)
      && wh_sign_from_hex (lines[1], signature.bytes, sizeof signature.bytes) && wh_sign_verify (&key, &signature, bytes, length))
    {
      *out_key = wh_sign_to_hex (key.bytes, sizeof key.bytes);
      return TRUE;
    }
  g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT,
               _("the signature beside it does not fit: the file was changed after it was signed; sign it again, or get it again"));
  return FALSE;
}
