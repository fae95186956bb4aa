#include "wh-price-subject.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-price-index.h"

#define MOST_CANDIDATES 10

/* Something that may be meant. */
typedef struct {
  const WhId *id;
  const char *name, *place;   /* place: a shop or a town; may be NULL */
  gboolean    whole;          /* called exactly so */
} Candidate;

/* -- words ------------------------------------------------------------------------------------------------------- */

/* " blue dream green farms" */
static char *
folded_text (const char *name, const char *brand)
{
  g_autofree char *all = g_strjoin (" ", name, brand, NULL);
  g_autofree char *folded = wh_text_fold (all);

  return g_strconcat (" ", folded, NULL);
}

/* " blue", " dream" of "blue dream" */
static GStrv
padded_words (const char *folded)
{
  g_auto (GStrv) bare = g_strsplit (folded, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **word = bare; *word; word++)
    if (**word)
      {
        g_autofree char *padded = g_strconcat (" ", *word, NULL);
        g_strv_builder_add (builder, padded);
      }
  return g_strv_builder_end (builder);
}

static gboolean
begins_words (const char *text, gsize length, char *const *words)
{
  for (; *words; words++)
    if (!memmem (text, length, *words, strlen (*words)))
      return FALSE;
  return TRUE;
}

gboolean
wh_price_words_match (const char *typed, const char *name, const char *brand)
{
  g_autofree char *folded = wh_text_fold (typed);
  g_autofree char *text = folded_text (name ? name : "", brand);
  g_auto (GStrv) words = padded_words (folded);

  return begins_words (text, strlen (text), words);
}

static gboolean
is_called (const char *name, const char *folded)
{
  g_autofree char *own = wh_text_fold (name);

  return strcmp (own, folded) == 0;
}

/* -- choosing ---------------------------------------------------------------------------------------------------- */

/* Where something is called exactly so, only that is meant. */
static void
keep_whole (GArray *candidates)
{
  guint kept = 0;

  for (guint i = 0; i < candidates->len; i++)
    if (g_array_index (candidates, Candidate, i).whole)
      g_array_index (candidates, Candidate, kept++) = g_array_index (candidates, Candidate, i);
  if (kept > 0)
    g_array_set_size (candidates, kept);
}

static void
set_ambiguous (const GArray *candidates, const char *typed, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (candidates->len, MOST_CANDIDATES); i++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, i);
      g_autofree char *id = wh_id_to_string (candidate->id);
      g_string_append_printf (list, "%s%s%s%s (%s)", i ? "; " : "", candidate->name, candidate->place ? ", " : "",
                              candidate->place ? candidate->place : "", id);
    }
  if (candidates->len > MOST_CANDIDATES)
    g_string_append (list, "; …");
  /* Translators: what was typed, a number, a list of names with their ids. */
  g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("“%s” may be any of %u; give the id of one: %s"), typed, candidates->len, list->str);
}

static const WhId *
choose (GArray *candidates, const char *typed, const char *not_found, GError **error)
{
  g_autofree char *shown = wh_text_clean (typed, WH_LIMIT_QUERY);

  keep_whole (candidates);
  if (candidates->len == 1)
    return g_array_index (candidates, Candidate, 0).id;
  if (candidates->len > 1)
    set_ambiguous (candidates, shown, error);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, "%s: “%s”", not_found, shown);
  return NULL;
}

static gboolean
check_typed (const char *folded, const char *typed, GError **error)
{
  if (*folded && strlen (typed) <= WH_LIMIT_QUERY)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("A name must have letters or digits, and at most %d bytes."), WH_LIMIT_QUERY);
  return FALSE;
}

/* -- products and strains ---------------------------------------------------------------------------------------- */

static const WhPriceShop *
shop_of (const WhPriceIndex *index, const WhPriceProduct *product)
{
  return &g_array_index (index->shops, WhPriceShop, product->shop);
}

static GArray *
products_called (const WhPriceIndex *index, const char *folded, const WhId *shop_id)
{
  const guint32 *first = (const guint32 *) (gpointer) index->text_first->data;
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_auto (GStrv) words = padded_words (folded);

  for (guint i = 0; i < index->products->len; i++)
    {
      const WhPriceProduct *product = &g_array_index (index->products, WhPriceProduct, i);
      const WhPriceShop *shop = shop_of (index, product);
      if (shop_id && !wh_id_equal (&shop->id, shop_id))
        continue;
      if (!begins_words (index->texts->str + first[product->text], first[product->text + 1] - first[product->text], words))
        continue;
      Candidate candidate = { &product->id, product->name, shop->name, is_called (product->name, folded) };
      g_array_append_val (candidates, candidate);
    }
  return candidates;
}

static gboolean
find_product (WhPriceIndex *index, const char *typed, const WhId *shop_id, const char *not_found, WhId *out_product_id, GError **error)
{
  g_autofree char *folded = wh_text_fold (typed);
  g_autoptr (GArray) candidates = NULL;
  const WhId *id;

  if (wh_id_parse (typed, out_product_id))
    return TRUE;   /* whether there is one is said by who reads it */
  if (!check_typed (folded, typed, error))
    return FALSE;
  candidates = products_called (index, folded, shop_id);
  id = choose (candidates, typed, not_found, error);
  if (id)
    *out_product_id = *id;
  return id != NULL;
}

gboolean
wh_price_product_find (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, const WhId *shop_id, WhId *out_product_id,
                       GError **error)
{
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (WhPriceIndex) index = NULL;

  return wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error)
         && (index = wh_analyst_price_index (analyst, principal, &snapshot, error))
         && find_product (index, typed, shop_id, _("There is no priced product of this name"), out_product_id, error);
}

gboolean
wh_price_subject_find (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, const WhId *shop_id,
                       WhPriceSubject *out_subject, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (WhPriceIndex) index = NULL;
  g_autoptr (GError) no_strain = NULL;
  const WhCard *card;

  *out_subject = (WhPriceSubject) { WH_ID_NONE, WH_ID_NONE };
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error)
      || !(index = wh_analyst_price_index (analyst, principal, &snapshot, error)))
    return FALSE;
  card = wh_catalogue_resolve (snapshot, typed, NULL, &no_strain);
  if (card)
    {
      out_subject->strain_id = card->id;
      return TRUE;
    }
  if (g_error_matches (no_strain, WH_ERROR, WH_ERROR_AMBIGUOUS))
    {
      g_propagate_error (error, g_steal_pointer (&no_strain));
      return FALSE;
    }
  return find_product (index, typed, shop_id, _("There is no strain and no priced product of this name"), &out_subject->product_id, error);
}

/* -- shops ------------------------------------------------------------------------------------------------------- */

static GArray *
shops_called (const WhPriceIndex *index, const char *folded)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_auto (GStrv) words = padded_words (folded);

  for (guint i = 0; i < index->shops->len; i++)
    {
      const WhPriceShop *shop = &g_array_index (index->shops, WhPriceShop, i);
      g_autofree char *text = folded_text (shop->name, NULL);
      if (!begins_words (text, strlen (text), words))
        continue;
      Candidate candidate = { &shop->id, shop->name, shop->city ? shop->city : shop->state, is_called (shop->name, folded) };
      g_array_append_val (candidates, candidate);
    }
  return candidates;
}

gboolean
wh_price_shop_find (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, WhId *out_shop_id, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (WhPriceIndex) index = NULL;
  g_autofree char *folded = wh_text_fold (typed);
  g_autoptr (GArray) candidates = NULL;
  const WhId *id;

  if (wh_id_parse (typed, out_shop_id))
    return TRUE;
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !check_typed (folded, typed, error)
      || !(index = wh_analyst_price_index (analyst, principal, &snapshot, error)))
    return FALSE;
  candidates = shops_called (index, folded);
  id = choose (candidates, typed, _("There is no shop of this name"), error);
  if (id)
    *out_shop_id = *id;
  return id != NULL;
}
