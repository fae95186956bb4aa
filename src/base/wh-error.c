#include "base/wh-error.h"

#include <errno.h>
#include <gio/gio.h>

G_DEFINE_QUARK (wh-error-quark, wh_error)

static const char *const words[] = {
  [WH_ERROR_FAILED] = "failed",
  [WH_ERROR_INVALID] = "invalid",
  [WH_ERROR_NOT_FOUND] = "not_found",
  [WH_ERROR_AMBIGUOUS] = "ambiguous",
  [WH_ERROR_DENIED] = "denied",
  [WH_ERROR_CONFLICT] = "conflict",
  [WH_ERROR_BUSY] = "busy",
  [WH_ERROR_OFFLINE] = "offline",
  [WH_ERROR_TOO_LARGE] = "too_large",
  [WH_ERROR_CORRUPT] = "corrupt",
  [WH_ERROR_UNSUPPORTED] = "unsupported",
  [WH_ERROR_CANCELLED] = "cancelled",
  [WH_ERROR_NO_SPACE] = "no_space",
};

const char *
wh_error_word (WhErrorCode code)
{
  return (guint) code < G_N_ELEMENTS (words) ? words[code] : words[WH_ERROR_FAILED];
}

static WhErrorCode
code_from_io (int io_code)
{
  switch (io_code)
    {
    case G_IO_ERROR_NOT_FOUND:
      return WH_ERROR_NOT_FOUND;
    case G_IO_ERROR_PERMISSION_DENIED:
    case G_IO_ERROR_READ_ONLY:
      return WH_ERROR_DENIED;
    case G_IO_ERROR_EXISTS:
      return WH_ERROR_CONFLICT;
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_WOULD_BLOCK:
      return WH_ERROR_BUSY;
    case G_IO_ERROR_NO_SPACE:
      return WH_ERROR_NO_SPACE;
    case G_IO_ERROR_CANCELLED:
      return WH_ERROR_CANCELLED;
    case G_IO_ERROR_INVALID_DATA:
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_IS_DIRECTORY:
    case G_IO_ERROR_NOT_DIRECTORY:
    case G_IO_ERROR_FILENAME_TOO_LONG:
      return WH_ERROR_INVALID;
    default:
      return WH_ERROR_FAILED;
    }
}

void
wh_error_set_errno (GError **error, int number, const char *what)
{
  /* GIO has no word for a full quota, which a person solves like a full disk. */
  WhErrorCode code = number == EDQUOT ? WH_ERROR_NO_SPACE : code_from_io (g_io_error_from_errno (number));

  g_set_error (error, WH_ERROR, code, "%s: %s", what, g_strerror (number));
}

void
wh_error_take_io (GError **error, GError *io, const char *what)
{
  WhErrorCode code = io->domain == G_IO_ERROR ? code_from_io (io->code) : WH_ERROR_FAILED;

  g_set_error (error, WH_ERROR, code, "%s: %s", what, io->message);
  g_error_free (io);
}
