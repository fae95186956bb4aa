/* wh-error.h: the one error domain of the program.
 *
 * Only what a caller can act on has a code of its own. Foreign errors (SQLite, GIO, libsoup, errno)
 * are converted at the border, in one function per room. Messages are sentences for people, already
 * translated; they are built outward with g_prefix_error ("reading coa.csv line 7: "). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  WH_ERROR_FAILED,       /* anything without a better word */
  WH_ERROR_INVALID,      /* the input is wrong; the message says where */
  WH_ERROR_NOT_FOUND,
  WH_ERROR_AMBIGUOUS,    /* more than one thing answers to this name */
  WH_ERROR_DENIED,       /* the principal may not do this */
  WH_ERROR_CONFLICT,
  WH_ERROR_BUSY,         /* try again later */
  WH_ERROR_OFFLINE,      /* the server cannot be reached */
  WH_ERROR_TOO_LARGE,    /* over a limit of wh-limits.h */
  WH_ERROR_CORRUPT,      /* stored data is damaged */
  WH_ERROR_UNSUPPORTED,  /* made by a newer program, or not built in */
  WH_ERROR_CANCELLED,
  WH_ERROR_NO_SPACE,     /* disk full */
} WhErrorCode;

#define WH_ERROR (wh_error_quark ())
GQuark wh_error_quark (void);

/* The stable word of a code for --json and the API: "not_found" … Never NULL. */
const char *wh_error_word (WhErrorCode code);

/* Sets the WH_ERROR that fits an errno or a GIO error: "<what>: <the system's reason>". */
void wh_error_set_errno (GError **error, int number, const char *what);
void wh_error_take_io   (GError **error, GError *io, const char *what);   /* takes `io` */

G_END_DECLS
