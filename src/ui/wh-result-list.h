/* wh-result-list.h: the list pane: how many, the rows, and what to say when there are none. */
#pragma once

#include <gtk/gtk.h>

#include "client/wh-session.h"

G_BEGIN_DECLS

#define WH_TYPE_RESULT_LIST (wh_result_list_get_type ())
/* Signals: "chosen" (id as text, gboolean activated): a row was selected, or activated. */
G_DECLARE_FINAL_TYPE (WhResultList, wh_result_list, WH, RESULT_LIST, GtkWidget)

/* Searches for what was typed and shows the result; keeps the selection where the strain is still there. */
void     wh_result_list_search       (WhResultList *list, WhSession *session, const char *typed);
/* Chooses the first row; FALSE when there is none. */
gboolean wh_result_list_choose_first (WhResultList *list);
void     wh_result_list_unselect     (WhResultList *list);
void     wh_result_list_focus        (WhResultList *list);

G_END_DECLS
