/* wh-shell.h: list and detail side by side, or one at a time when narrow. The only file that touches the adaptive
 * container of this libadwaita, so a later one is this file's work. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WH_TYPE_SHELL (wh_shell_get_type ())
/* Property "folded" (read): one at a time. Signal "back": the detail was left by a gesture or key. */
G_DECLARE_FINAL_TYPE (WhShell, wh_shell, WH, SHELL, GtkWidget)

GtkWidget *wh_shell_new         (void);
void       wh_shell_set_panes   (WhShell *shell, GtkWidget *list, GtkWidget *detail);
/* Brings the detail to the front; FALSE goes back to the list. No effect while both are shown. */
void       wh_shell_show_detail (WhShell *shell, gboolean detail);
gboolean   wh_shell_get_folded  (WhShell *shell);

G_END_DECLS
