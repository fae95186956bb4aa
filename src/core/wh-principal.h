/* wh-principal.h: who asks, and what that one may do. Default is deny. */
#pragma once

#include "wh-entity.h"

G_BEGIN_DECLS

typedef enum {
  WH_PERMISSION_NONE,             /* no one has it */
  WH_PERMISSION_PUBLIC,           /* health and the like: everyone */
  WH_PERMISSION_READ_CATALOGUE,
  WH_PERMISSION_WRITE_CATALOGUE,  /* imports, demonstration data, strains, shops, products, lab results … */
  WH_PERMISSION_READ_SHOP,        /* what the staff keeps for itself: notes, favourites, watches, feedback */
  WH_PERMISSION_WRITE_SHOP,       /* that, and what it observes: prices, stock, reviews */
  WH_PERMISSION_SYNC,             /* pulling changes */
  WH_PERMISSION_READ_METRICS,
  WH_PERMISSION_ADMINISTER,
  WH_N_PERMISSIONS
} WhPermission;

/* Immutable, refcounted. */
typedef struct {
  gatomicrefcount ref_count;
  char  *who;      /* "anonymous", "admin", "local:<user>" */
  char **roles;    /* "reader", "staff", "administrator" */
  char **states;   /* jurisdictions this one is restricted to; NULL: all */
  char **shops;    /* the same for shops */
} WhPrincipal;

WhPrincipal *wh_principal_new       (const char *who, const char *const *roles);
WhPrincipal *wh_principal_ref       (const WhPrincipal *principal);
void         wh_principal_unref     (WhPrincipal *principal);
/* Unsigned-in on loopback: may read the catalogue, sync and metrics. */
WhPrincipal *wh_principal_new_anonymous (void);
/* The owner of the data directory at this machine's terminal or window: administrator. */
WhPrincipal *wh_principal_new_local (void);

gboolean     wh_principal_allows    (const WhPrincipal *principal, WhPermission permission);
/* The same with WH_ERROR_DENIED and a sentence that says what is missing. */
gboolean     wh_principal_require   (const WhPrincipal *principal, WhPermission permission, GError **error);
const char  *wh_permission_key      (WhPermission permission);   /* "read_catalogue" … */
/* What reading or writing rows of a kind needs; NONE where nobody may. The only table of it. */
WhPermission wh_permission_to_read  (WhKind kind);
WhPermission wh_permission_to_write (WhKind kind);

/* Whether rows of the kind belong to single people: watches and favourites. */
gboolean     wh_permission_has_owner (WhKind kind);
/* Whether an owner (NULL: none) is somebody else, and this one is no administrator. */
gboolean     wh_principal_is_other  (const WhPrincipal *principal, const char *owner);
/* Whether the row (NULL: none) belongs to somebody else: it has an owner who is not this one, and this one is no administrator. */
gboolean     wh_principal_is_others (const WhPrincipal *principal, gconstpointer row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPrincipal, wh_principal_unref)

G_END_DECLS
