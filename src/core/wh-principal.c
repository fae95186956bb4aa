#include "wh-principal.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

#define BIT(permission) (1u << (permission))
#define READER_PERMISSIONS \
  (BIT (WH_PERMISSION_PUBLIC) | BIT (WH_PERMISSION_READ_CATALOGUE) | BIT (WH_PERMISSION_SYNC) | BIT (WH_PERMISSION_READ_METRICS))

#define STAFF_PERMISSIONS (READER_PERMISSIONS | BIT (WH_PERMISSION_READ_SHOP) | BIT (WH_PERMISSION_WRITE_SHOP))

/* The whole policy. A role that is not here may do nothing. */
static const struct {
  const char *role;
  guint       permissions;
} policy[] = {
  { "reader", READER_PERMISSIONS },
  { "staff", STAFF_PERMISSIONS },
  { "administrator", STAFF_PERMISSIONS | BIT (WH_PERMISSION_WRITE_CATALOGUE) | BIT (WH_PERMISSION_ADMINISTER) },
};

static const char *const permission_keys[] = {
  [WH_PERMISSION_NONE] = "none",
  [WH_PERMISSION_PUBLIC] = "public",
  [WH_PERMISSION_READ_CATALOGUE] = "read_catalogue",
  [WH_PERMISSION_WRITE_CATALOGUE] = "write_catalogue",
  [WH_PERMISSION_READ_SHOP] = "read_shop",
  [WH_PERMISSION_WRITE_SHOP] = "write_shop",
  [WH_PERMISSION_SYNC] = "sync",
  [WH_PERMISSION_READ_METRICS] = "read_metrics",
  [WH_PERMISSION_ADMINISTER] = "administer",
};
G_STATIC_ASSERT (G_N_ELEMENTS (permission_keys) == WH_N_PERMISSIONS);

/* A kind that is not here may be read and written by nobody. */
static const struct {
  WhPermission read, write;
} kinds[WH_N_KINDS] = {
  [WH_KIND_STRAIN] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_DISPENSARY] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_BATCH] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_LAB_RESULT] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_PRODUCT] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_PRICE] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_ALIAS] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_STOCK] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_PROMOTION] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_CATALOGUE },
  [WH_KIND_REVIEW] = { WH_PERMISSION_READ_CATALOGUE, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_NOTE] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_FAVORITE] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_WATCH] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_FEEDBACK] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_WRITE_SHOP },
  [WH_KIND_SEARCH_DAY] = { WH_PERMISSION_READ_SHOP, WH_PERMISSION_NONE },
};

WhPrincipal *
wh_principal_new (const char *who, const char *const *roles)
{
  WhPrincipal *principal = g_new0 (WhPrincipal, 1);

  g_atomic_ref_count_init (&principal->ref_count);
  principal->who = g_strdup (who);
  principal->roles = g_strdupv ((char **) roles);
  return principal;
}

WhPrincipal *
wh_principal_ref (const WhPrincipal *principal)
{
  g_atomic_ref_count_inc (&((WhPrincipal *) principal)->ref_count);
  return (WhPrincipal *) principal;
}

void
wh_principal_unref (WhPrincipal *principal)
{
  if (!principal || !g_atomic_ref_count_dec (&principal->ref_count))
    return;
  g_free (principal->who);
  g_strfreev (principal->roles);
  g_strfreev (principal->states);
  g_strfreev (principal->shops);
  g_free (principal);
}

WhPrincipal *
wh_principal_new_anonymous (void)
{
  return wh_principal_new ("anonymous", (const char *const[]) { "reader", NULL });
}

WhPrincipal *
wh_principal_new_local (void)
{
  g_autofree char *who = g_strdup_printf ("local:%s", g_get_user_name ());

  return wh_principal_new (who, (const char *const[]) { "administrator", NULL });
}

static guint
permissions_of (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (policy); i++)
    if (strcmp (policy[i].role, role) == 0)
      return policy[i].permissions;
  return 0;
}

gboolean
wh_principal_allows (const WhPrincipal *principal, WhPermission permission)
{
  if (permission <= WH_PERMISSION_NONE || permission >= WH_N_PERMISSIONS)
    return FALSE;
  if (permission == WH_PERMISSION_PUBLIC)
    return TRUE;
  for (char **role = principal ? principal->roles : NULL; role && *role; role++)
    if (permissions_of (*role) & BIT (permission))
      return TRUE;
  return FALSE;
}

gboolean
wh_principal_require (const WhPrincipal *principal, WhPermission permission, GError **error)
{
  if (wh_principal_allows (principal, permission))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s may not do this: the permission “%s” is missing."),
               principal ? principal->who : _("Nobody"), wh_permission_key (permission));
  return FALSE;
}

const char *
wh_permission_key (WhPermission permission)
{
  g_return_val_if_fail ((guint) permission < WH_N_PERMISSIONS, "none");
  return permission_keys[permission];
}

WhPermission
wh_permission_to_read (WhKind kind)
{
  return (guint) kind < WH_N_KINDS ? kinds[kind].read : WH_PERMISSION_NONE;
}

WhPermission
wh_permission_to_write (WhKind kind)
{
  return (guint) kind < WH_N_KINDS ? kinds[kind].write : WH_PERMISSION_NONE;
}

gboolean
wh_permission_has_owner (WhKind kind)
{
  return wh_entity_field (kind, "owner") != NULL;
}

gboolean
wh_principal_is_other (const WhPrincipal *principal, const char *owner)
{
  return owner && strcmp (owner, principal->who) != 0 && !wh_principal_allows (principal, WH_PERMISSION_ADMINISTER);
}

gboolean
wh_principal_is_others (const WhPrincipal *principal, gconstpointer data)
{
  const WhEntity *row = data;
  const WhField *field = row ? wh_entity_field (row->kind, "owner") : NULL;

  return field && wh_principal_is_other (principal, WH_FIELD_AT (row, field, char *));
}
