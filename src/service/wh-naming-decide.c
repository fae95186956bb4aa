#include "wh-naming-decide.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-nouns-shop.h"

/* A reading of the store that looks for rows to link. */
typedef struct {
  WhNamingDecision *decision;
  GHashTable       *strains;    /* slug of a name -> WhId of its strain, NULL once looked for in vain */
  WhNamer          *namer;      /* NULL: only the names in `strains` */
  GHashTable       *rejected;   /* with a namer: of wh_naming_decided_id */
} Linking;

static WhNamingDecision *
decision_new (void)
{
  WhNamingDecision *decision = g_new0 (WhNamingDecision, 1);

  decision->edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  return decision;
}

void
wh_naming_decision_free (WhNamingDecision *decision)
{
  g_ptr_array_unref (decision->edits);
  g_free (decision);
}

/* What is eaten or rubbed in is seldom of one strain. */
gboolean
wh_naming_is_of_a_strain (const char *category)
{
  static const char *const categories[] = { "flower", "pre-rolls", "vapes", "concentrates", NULL };

  return category && g_strv_contains (categories, category);
}

WhId
wh_naming_decided_id (const char *name, const WhId *strain_id)
{
  g_autofree char *slug = wh_text_slug (name);
  g_autofree char *strain = wh_id_to_string (strain_id);
  g_autofree char *key = g_strdup_printf ("%s/%s", slug, strain);

  return wh_id_from_key ("alias", "decided", key);
}

static gboolean
take_rejection_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhAlias *alias = entity;
  WhId id = wh_naming_decided_id (alias->name, &alias->strain_id);

  if (g_strcmp0 (alias->status, "rejected") == 0)
    g_hash_table_add (user_data, g_memdup2 (&id, sizeof id));
  return TRUE;
}

GHashTable *
wh_naming_rejections (WhReader *reader, GError **error)
{
  g_autoptr (GHashTable) rejected = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);

  return wh_reader_each (reader, WH_KIND_ALIAS, take_rejection_cb, rejected, error) ? g_steal_pointer (&rejected) : NULL;
}

static WhId *
ask_namer (Linking *linking, const char *name)
{
  WhNaming naming;
  WhId decided;

  wh_namer_resolve (linking->namer, name, &naming);
  if (naming.outcome != WH_NAMING_CERTAIN)
    return NULL;
  decided = wh_naming_decided_id (name, &naming.candidates[0].card->id);
  if (g_hash_table_contains (linking->rejected, &decided))
    return NULL;
  linking->decision->n_names++;
  return g_memdup2 (&naming.candidates[0].card->id, sizeof (WhId));
}

/* The strain that a name now stands for. Borrowed; NULL: none. */
static const WhId *
strain_of (Linking *linking, const char *name)
{
  g_autofree char *slug = wh_text_slug (name);
  gpointer strain = NULL;

  if (g_hash_table_lookup_extended (linking->strains, slug, NULL, &strain) || !linking->namer || !*slug)
    return strain;
  strain = ask_namer (linking, name);
  g_hash_table_insert (linking->strains, g_steal_pointer (&slug), strain);
  return strain;
}

/* The row gets the strain, unless somebody changes it in between. */
static void
link_row (Linking *linking, const WhEntity *entity, const WhId *strain)
{
  const WhField *field = wh_entity_field (entity->kind, "strain_id");
  WhEdit *edit = wh_edit_new (WH_EDIT_CHANGE, entity->kind, entity->id);

  edit->base = entity->revision;
  WH_FIELD_AT (edit->row, field, WhId) = *strain;
  wh_edit_give (edit, field);
  g_ptr_array_add (linking->decision->edits, edit);
}

static gboolean
link_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhBatch *batch = entity;
  Linking *linking = user_data;
  const WhId *strain = wh_id_is_none (&batch->strain_id) && batch->name ? strain_of (linking, batch->name) : NULL;

  if (!strain)
    return TRUE;
  link_row (linking, entity, strain);
  linking->decision->n_batches++;
  return TRUE;
}

static gboolean
link_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhProduct *product = entity;
  Linking *linking = user_data;
  const WhId *strain = wh_id_is_none (&product->strain_id) && product->name && wh_naming_is_of_a_strain (product->category)
                         ? strain_of (linking, product->name)
                         : NULL;

  if (!strain)
    return TRUE;
  link_row (linking, entity, strain);
  linking->decision->n_products++;
  return TRUE;
}

static gboolean
link_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Linking *linking = user_data;

  if (linking->namer && !(linking->rejected = wh_naming_rejections (reader, error)))
    return FALSE;
  return wh_reader_each (reader, WH_KIND_BATCH, link_batch_cb, user_data, error)
         && wh_reader_each (reader, WH_KIND_PRODUCT, link_product_cb, user_data, error);
}

/* The alias that keeps a decision: one per name and strain, so that deciding anew replaces it. NULL with an error. */
static WhEdit *
make_alias (const WhPrincipal *principal, const char *name, const WhId *strain_id, const char *status, double confidence, GError **error)
{
  g_autofree char *slug = wh_text_slug (name);
  WhEdit *edit;
  WhAlias *alias;

  if (!*slug)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no name: it has no letters or digits."), name);
      return NULL;
    }
  edit = wh_edit_new (WH_EDIT_REPLACE, WH_KIND_ALIAS, wh_naming_decided_id (name, strain_id));
  alias = (WhAlias *) edit->row;
  alias->strain_id = *strain_id;
  alias->name = wh_text_clean (name, WH_LIMIT_TEXT);
  alias->status = g_strdup (status);
  alias->confidence = confidence;
  alias->decided_by = g_strdup (principal->who);
  alias->decided_at = wh_clock_now ();
  wh_edit_give_all (edit);
  return edit;
}

WhNamingDecision *
wh_naming_accept (WhStore *store, const WhPrincipal *principal, const char *name, const WhId *strain_id, double confidence,
                  GError **error)
{
  g_autoptr (WhNamingDecision) decision = decision_new ();
  g_autoptr (GHashTable) strains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  WhEdit *alias = make_alias (principal, name, strain_id, "accepted", confidence, error);
  Linking linking = { decision, strains, NULL, NULL };

  if (!alias)
    return NULL;
  g_ptr_array_add (decision->edits, alias);
  decision->n_names = 1;
  g_hash_table_insert (strains, wh_text_slug (name), g_memdup2 (strain_id, sizeof *strain_id));
  return wh_store_read (store, principal, link_cb, &linking, error) ? g_steal_pointer (&decision) : NULL;
}

WhNamingDecision *
wh_naming_reject (WhStore *store, const WhPrincipal *principal, const char *name, const WhId *strain_id, double confidence,
                  GError **error)
{
  g_autoptr (WhNamingDecision) decision = decision_new ();
  WhEdit *alias = make_alias (principal, name, strain_id, "rejected", confidence, error);

  if (!alias || !wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  g_ptr_array_add (decision->edits, alias);
  decision->n_names = 1;
  return g_steal_pointer (&decision);
}

WhNamingDecision *
wh_naming_link (WhStore *store, const WhPrincipal *principal, WhNamer *namer, GError **error)
{
  g_autoptr (WhNamingDecision) decision = decision_new ();
  g_autoptr (GHashTable) strains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Linking linking = { decision, strains, namer, NULL };
  gboolean read = wh_store_read (store, principal, link_cb, &linking, error);

  g_clear_pointer (&linking.rejected, g_hash_table_unref);
  return read ? g_steal_pointer (&decision) : NULL;
}
