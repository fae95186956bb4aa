#include "wh-test-atspi.h"

#include <string.h>

#define CONTROL_KEYCODE 37   /* of the left one, on every keyboard that an X server knows by itself */

#define PATIENCE_MS 10000
#define STEP_MS 100

static gboolean
matches (AtspiAccessible *accessible, AtspiRole role, const char *name)
{
  g_autofree char *own = NULL;

  if (role != ATSPI_ROLE_INVALID && atspi_accessible_get_role (accessible, NULL) != role)
    return FALSE;
  own = atspi_accessible_get_name (accessible, NULL);
  return !name || (own && strstr (own, name));
}

static AtspiAccessible *
search (AtspiAccessible *root, AtspiRole role, const char *name)
{
  int n;

  if (matches (root, role, name))
    return g_object_ref (root);
  n = atspi_accessible_get_child_count (root, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (root, i, NULL);
      AtspiAccessible *found = child ? search (child, role, name) : NULL;
      if (found)
        return found;
    }
  return NULL;
}

/* What has changed on the other side is only seen once cached answers are dropped. */
static void
forget (AtspiAccessible *root)
{
  atspi_accessible_clear_cache (root);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

AtspiAccessible *
wh_test_atspi_find (AtspiAccessible *root, AtspiRole role, const char *name)
{
  for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS)
    {
      AtspiAccessible *found;
      forget (root);
      found = search (root, role, name);
      if (found)
        return found;
      g_usleep (STEP_MS * 1000);
    }
  return NULL;
}

gboolean
wh_test_atspi_has (AtspiAccessible *root, AtspiRole role, const char *name)
{
  g_autoptr (AtspiAccessible) found = NULL;

  forget (root);
  found = search (root, role, name);
  return found != NULL;
}

static void
describe (AtspiAccessible *accessible, guint depth, GString *text)
{
  g_autofree char *name = atspi_accessible_get_name (accessible, NULL);
  g_autofree char *role = atspi_accessible_get_role_name (accessible, NULL);
  int n = atspi_accessible_get_child_count (accessible, NULL);

  if (name && *name)
    g_string_append_printf (text, "%*s%s \"%s\"\n", (int) depth, "", role, name);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (accessible, i, NULL);
      if (child)
        describe (child, depth + 1, text);
    }
}

char *
wh_test_atspi_describe (AtspiAccessible *root)
{
  GString *text = g_string_new (NULL);

  forget (root);
  describe (root, 0, text);
  return g_string_free (text, FALSE);
}

static AtspiAccessible *
application_now (GPid pid)
{
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);
  int n;

  forget (desktop);
  n = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) application = atspi_accessible_get_child_at_index (desktop, i, NULL);
      if (application && (GPid) atspi_accessible_get_process_id (application, NULL) == pid)
        return g_steal_pointer (&application);
    }
  return NULL;
}

AtspiAccessible *
wh_test_atspi_application (GPid pid)
{
  for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS)
    {
      AtspiAccessible *application = application_now (pid);
      if (application)
        return application;
      g_usleep (STEP_MS * 1000);
    }
  return NULL;
}

void
wh_test_atspi_type (AtspiAccessible *entry, const char *text)
{
  AtspiEditableText *editable = atspi_accessible_get_editable_text_iface (entry);

  g_assert_nonnull (editable);
  g_assert_true (atspi_editable_text_set_text_contents (editable, text, NULL));
  g_object_unref (editable);
}

void
wh_test_atspi_press (guint keysym)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (atspi_generate_keyboard_event ((glong) keysym, NULL, ATSPI_KEY_SYM, &error));
  g_assert_no_error (error);
}

void
wh_test_atspi_control (guint keysym)
{
  g_assert_true (atspi_generate_keyboard_event (CONTROL_KEYCODE, NULL, ATSPI_KEY_PRESS, NULL));
  wh_test_atspi_press (keysym);
  g_assert_true (atspi_generate_keyboard_event (CONTROL_KEYCODE, NULL, ATSPI_KEY_RELEASE, NULL));
}

gboolean
wh_test_atspi_act (AtspiAccessible *accessible, const char *name)
{
  AtspiAction *action = atspi_accessible_get_action_iface (accessible);
  gboolean done = FALSE;

  for (int i = 0; action && !done && i < atspi_action_get_n_actions (action, NULL); i++)
    {
      g_autofree char *own = atspi_action_get_action_name (action, i, NULL);
      if (own && strcmp (own, name) == 0)
        done = atspi_action_do_action (action, i, NULL);
    }
  g_clear_object (&action);
  return done;
}
