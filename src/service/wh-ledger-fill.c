#include "wh-ledger-private.h"

#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-decide.h"

typedef enum {
  FILL_TEXT,    /* a word */
  FILL_WHO,     /* the one who asks */
  FILL_NOW,
} Fill;

/* What a row gets where nobody said otherwise, once, when it is made. */
static const struct {
  WhKind      kind;
  const char *field;
  Fill        fill;
  const char *word;
} fills[] = {
  { WH_KIND_PRICE, "currency", FILL_TEXT, "USD" },
  { WH_KIND_PRICE, "unit", FILL_TEXT, "package" },
  { WH_KIND_PRICE, "tax_basis", FILL_TEXT, "unknown" },
  { WH_KIND_PRICE, "observed_at", FILL_NOW, NULL },
  { WH_KIND_PRICE, "observed_by", FILL_WHO, NULL },
  { WH_KIND_STOCK, "moved_at", FILL_NOW, NULL },
  { WH_KIND_STOCK, "moved_by", FILL_WHO, NULL },
  { WH_KIND_ALIAS, "status", FILL_TEXT, "accepted" },
  { WH_KIND_ALIAS, "decided_by", FILL_WHO, NULL },
  { WH_KIND_ALIAS, "decided_at", FILL_NOW, NULL },
  { WH_KIND_REVIEW, "reviewed_at", FILL_NOW, NULL },
  { WH_KIND_NOTE, "author", FILL_WHO, NULL },
  { WH_KIND_FAVORITE, "owner", FILL_WHO, NULL },
  { WH_KIND_WATCH, "owner", FILL_WHO, NULL },
  { WH_KIND_WATCH, "limit_unit", FILL_TEXT, "package" },
  { WH_KIND_FEEDBACK, "decided_at", FILL_NOW, NULL },
};

static char *
key_of_name (const WhEntity *row)
{
  const WhField *name = wh_entity_field (row->kind, "name");
  const char *text = name ? WH_FIELD_AT (row, name, char *) : NULL;

  return text ? wh_text_slug (text) : NULL;
}

static char *
key_of_favorite (const WhFavorite *favorite, const WhPrincipal *principal)
{
  g_autofree char *object = wh_id_to_string (&favorite->object_id);

  return g_strdup_printf ("%s/%s/%s", favorite->owner ? favorite->owner : principal->who, favorite->object_kind, object);
}

/* A strain has the id that imports give its name, so a menu that comes later knows it; a decision about a name, and a favourite, is
 * one however often it is made. */
WhId
wh_ledger_fresh_id (const WhEdit *edit, const WhPrincipal *principal)
{
  g_autofree char *key = NULL;

  if (edit->kind == WH_KIND_STRAIN && (key = key_of_name (edit->row)) && *key)
    return wh_id_from_key ("strain", "name", key);
  if (edit->kind == WH_KIND_FAVORITE && ((const WhFavorite *) edit->row)->object_kind)
    {
      key = key_of_favorite ((const WhFavorite *) edit->row, principal);
      return wh_id_from_key ("favorite", "owner", key);
    }
  if (edit->kind == WH_KIND_ALIAS && ((const WhAlias *) edit->row)->name)
    return wh_naming_decided_id (((const WhAlias *) edit->row)->name, &((const WhAlias *) edit->row)->strain_id);
  return edit->row->id;
}

static void
fill_field (WhLedgerWork *work, const WhField *field, Fill fill, const char *word)
{
  if (!wh_entity_is_absent (work->row, field))
    return;
  if (work->stored && !wh_entity_is_absent (work->stored, field))
    wh_entity_copy_field (work->row, work->stored, field);
  else if (fill == FILL_NOW)
    WH_FIELD_AT (work->row, field, gint64) = work->now;
  else
    {
      g_free (WH_FIELD_AT (work->row, field, char *));
      WH_FIELD_AT (work->row, field, char *) = g_strdup (fill == FILL_WHO ? work->principal->who : word);
    }
}

/* "nj" and "NJ" are one state, "usd" and "USD" one currency. */
static void
fold_up (WhEntity *row, const char *name)
{
  const WhField *field = wh_entity_field (row->kind, name);
  char **text = field ? &WH_FIELD_AT (row, field, char *) : NULL;
  g_autofree char *old = text ? *text : NULL;

  if (old)
    *text = g_ascii_strup (old, -1);
}

/* The slug follows the name, unless somebody gave another. */
static void
fill_slug (WhLedgerWork *work)
{
  const WhField *slug = wh_entity_field (work->edit->kind, "slug"), *name = wh_entity_field (work->edit->kind, "name");
  gboolean renamed = slug && work->stored && !wh_entity_field_equal (work->row, work->stored, name);

  if (!slug || (wh_edit_gives (work->edit, slug) && !wh_entity_is_absent (work->row, slug))
      || !(renamed || wh_entity_is_absent (work->row, slug)))
    return;
  g_free (WH_FIELD_AT (work->row, slug, char *));
  WH_FIELD_AT (work->row, slug, char *) = key_of_name (work->row);
}

/* A price that somebody sets is as of now, unless he says since when. */
static void
fill_product (WhLedgerWork *work)
{
  WhProduct *product = (WhProduct *) work->row;
  const WhProduct *stored = (const WhProduct *) work->stored;
  const WhField *observed = wh_entity_field (WH_KIND_PRODUCT, "price_observed_at");
  const WhField *quantity = wh_entity_field (WH_KIND_PRODUCT, "stock_quantity"), *flag = wh_entity_field (WH_KIND_PRODUCT, "in_stock");

  if (wh_edit_gives (work->edit, quantity) && !wh_edit_gives (work->edit, flag) && product->stock_quantity != WH_INTEGER_UNSET)
    product->in_stock = product->stock_quantity > 0;
  if (product->price_cents == WH_INTEGER_UNSET)
    return;
  if (!product->currency)
    product->currency = g_strdup (stored && stored->currency ? stored->currency : "USD");
  if (stored && stored->price_cents == product->price_cents)
    {
      if (product->price_observed_at == WH_TIME_UNSET)
        product->price_observed_at = stored->price_observed_at;
    }
  else if (!wh_edit_gives (work->edit, observed) || product->price_observed_at == WH_TIME_UNSET)
    product->price_observed_at = work->now;
}

/* Amounts are kept in mg/g where they can be; a panel that is shared is not changed. */
static void
fill_result (WhLabResult *result)
{
  WhPanel *panel = wh_panel_new ();

  for (guint i = 0; result->panel && i < wh_panel_length (result->panel); i++)
    {
      WhMeasure measure = *wh_panel_at (result->panel, i);
      wh_measure_to_mg_per_g (&measure, result->unit_grams);
      wh_panel_add (panel, &measure, NULL);
    }
  g_clear_pointer (&result->panel, wh_panel_unref);
  result->panel = panel;
}

void
wh_ledger_fill (WhLedgerWork *work)
{
  for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
    if (fills[i].kind == work->edit->kind)
      fill_field (work, wh_entity_field (fills[i].kind, fills[i].field), fills[i].fill, fills[i].word);
  fill_slug (work);
  fold_up (work->row, "state");
  fold_up (work->row, "currency");
  if (work->edit->kind == WH_KIND_PRODUCT)
    fill_product (work);
  if (work->edit->kind == WH_KIND_LAB_RESULT && wh_edit_gives (work->edit, wh_entity_field (WH_KIND_LAB_RESULT, "panel")))
    fill_result ((WhLabResult *) work->row);
}
