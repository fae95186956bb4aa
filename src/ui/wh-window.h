/* wh-window.h: the counter screen: search, results, one strain. */
#pragma once

#include <adwaita.h>

#include "client/wh-session.h"

G_BEGIN_DECLS

#define WH_TYPE_WINDOW (wh_window_get_type ())
G_DECLARE_FINAL_TYPE (WhWindow, wh_window, WH, WINDOW, AdwApplicationWindow)

WhWindow *wh_window_new (AdwApplication *application, WhSession *session);
/* Puts text in the search field, as if typed. */
void      wh_window_search (WhWindow *window, const char *text);

G_END_DECLS
