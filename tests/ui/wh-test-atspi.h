/* wh-test-atspi.h: reaching a running window the way a screen reader does. */
#pragma once

#include <atspi/atspi.h>

#define WH_TEST_KEY_RETURN 0xff0d   /* XK_Return */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)

/* The application of a process, once it is on the bus; NULL after ten seconds. */
AtspiAccessible *wh_test_atspi_application (GPid pid);
/* A descendant with this role (any: ATSPI_ROLE_INVALID) whose name contains `name` (any: NULL); waits up to ten seconds,
 * then NULL. */
AtspiAccessible *wh_test_atspi_find        (AtspiAccessible *root, AtspiRole role, const char *name);
/* The same without waiting. */
gboolean         wh_test_atspi_has         (AtspiAccessible *root, AtspiRole role, const char *name);
/* Roles and names of all that is there, a line each, for a test that fails. */
char            *wh_test_atspi_describe    (AtspiAccessible *root);
void             wh_test_atspi_type        (AtspiAccessible *entry, const char *text);
/* Presses and lets go of one key, on what has the focus. */
void             wh_test_atspi_press       (guint keysym);
/* The same with the Control key held. */
void             wh_test_atspi_control     (guint keysym);
/* Does the action called `name`; FALSE when there is none. */
gboolean         wh_test_atspi_act         (AtspiAccessible *accessible, const char *name);
