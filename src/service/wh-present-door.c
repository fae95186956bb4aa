#include <glib/gi18n.h>
#include <string.h>

#include "core/wh-freshness.h"
#include "wh-out-the-door.h"

#define GRAM_DECIMALS 3
#define CURRENCY "USD"

static const char *const certainty_keys[] = { "known", "at_least", "unknown" };

static char *
money (gint64 cents)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT, cents / 100, cents % 100);
}

/* Exact; null where it is not known. */
static void
add_money (WhJsonWriter *writer, const char *key, gint64 cents)
{
  g_autofree char *text = cents == WH_INTEGER_UNSET ? g_strdup ("null") : money (cents);

  wh_json_writer_key (writer, key);
  wh_json_writer_raw (writer, text);
}

/* -- in words ---------------------------------------------------------------------------------------------------- */

char *
wh_door_amount_words (const WhDoor *door)
{
  g_autofree char *least = money (door->least_cents);
  g_autofree char *most = door->most_cents == WH_INTEGER_UNSET ? NULL : money (door->most_cents);

  if (door->total_cents != WH_INTEGER_UNSET)
    return g_steal_pointer (&least);
  if (most)
    /* Translators: two amounts of money. */
    return g_strdup_printf (_("%s to %s"), least, most);
  /* Translators: an amount of money. */
  return g_strdup_printf (_("at least %s"), least);
}

/* How many of the rules that tell a value were read long ago, and how many nobody signed. */
static void
count_doubtful (const WhDoor *door, gint64 now, guint *out_old, guint *out_unsigned)
{
  *out_old = *out_unsigned = 0;
  for (guint i = 0; i < door->lines->len; i++)
    {
      const WhRuleAnswer *answer = &g_array_index (door->lines, WhDoorLine, i).answer;
      if (answer->kind != WH_ANSWER_RULE)
        continue;
      *out_old += wh_rule_is_old (answer->rule, now);
      *out_unsigned += answer->pack->trust == WH_TRUST_UNSIGNED;
    }
}

static void
add_sentence (GString *words, const char *sentence)
{
  g_string_append_printf (words, "%s%s", words->len ? " " : "", sentence);
}

/* "… the local sales tax is not known." */
static void
add_open (GString *words, const WhDoor *door)
{
  for (guint i = 0; i < door->lines->len; i++)
    {
      const WhDoorLine *line = &g_array_index (door->lines, WhDoorLine, i);
      g_autofree char *sentence = NULL;
      if (line->certainty == WH_DOOR_KNOWN)
        continue;
      /* Translators: the name of a tax, then why. */
      sentence = g_strdup_printf (line->certainty == WH_DOOR_AT_LEAST ? _("The %s may be more: %s.") : _("The %s is not known: %s."),
                                  _(line->subject->title), line->why);
      if (g_str_has_suffix (sentence, ".."))
        sentence[strlen (sentence) - 1] = '\0';
      add_sentence (words, sentence);
    }
}

/* What speaks against relying on the rules. */
static void
add_doubts (GString *words, const WhDoor *door, gint64 now)
{
  guint n_old, n_unsigned;

  count_doubtful (door, now, &n_old, &n_unsigned);
  if (n_unsigned > 0)
    {
      g_autofree char *sentence = g_strdup_printf (ngettext ("UNSIGNED: %u of these rules is of a pack that nobody trusted has signed.",
                                                             "UNSIGNED: %u of these rules are of packs that nobody trusted has signed.",
                                                             n_unsigned),
                                                   n_unsigned);
      add_sentence (words, sentence);
    }
  if (n_old > 0)
    {
      g_autofree char *sentence =
        g_strdup_printf (ngettext ("The text of %u of these rules was read more than a year ago: look whether it still says so.",
                                   "The texts of %u of these rules were read more than a year ago: look whether they still say so.",
                                   n_old),
                         n_old);
      add_sentence (words, sentence);
    }
}

char *
wh_door_words (const WhDoor *door, const char *currency, gint64 now)
{
  g_autofree char *amount = wh_door_amount_words (door);
  g_autoptr (GString) words = g_string_new (NULL);

  /* Translators: "48.74", "at least 45.00" …, a currency. */
  g_string_append_printf (words, _("To pay: %s %s."), amount, currency);
  if (door->tax_basis == WH_TAX_BASIS_INCLUDED)
    add_sentence (words, _("The price has its taxes in it, says its source; a discount came off the price with tax."));
  else if (door->tax_basis == WH_TAX_BASIS_UNKNOWN)
    add_sentence (words, _("Nobody knows whether the price has its taxes in it already."));
  add_open (words, door);
  add_doubts (words, door, now);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* -- as JSON ----------------------------------------------------------------------------------------------------- */

static void
write_line (WhJsonWriter *writer, const WhDoorLine *line, gint64 now)
{
  const WhRule *rule = line->answer.rule;
  g_autofree char *rate = line->answer.kind == WH_ANSWER_RULE ? wh_rules_value_words (rule) : NULL;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "subject", line->subject->key);
  wh_json_writer_add_string (writer, "title", _(line->subject->title));
  wh_json_writer_add_string (writer, "certainty", certainty_keys[line->certainty]);
  wh_json_writer_add_string (writer, "rate", rate);
  add_money (writer, "base", line->base_cents);
  add_money (writer, "amount", line->certainty == WH_DOOR_NOT_KNOWN ? WH_INTEGER_UNSET : line->amount_cents);
  wh_json_writer_add_string (writer, "why", line->why);
  wh_json_writer_key (writer, "rule");
  if (rule)
    wh_present_rule (writer, rule, line->answer.pack, now);
  else
    wh_json_writer_null (writer);
  wh_json_writer_end_object (writer);
}

void
wh_present_door (WhJsonWriter *writer, const WhDoor *door, const char *currency, gint64 now)
{
  g_autofree char *words = wh_door_words (door, currency, now);

  wh_json_writer_add_string (writer, "tax_basis", wh_tax_basis_key (door->tax_basis));
  add_money (writer, "list_price", door->list_cents);
  add_money (writer, "discount", door->discount_cents);
  add_money (writer, "price", door->price_cents);
  wh_json_writer_key (writer, "taxes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < door->lines->len; i++)
    write_line (writer, &g_array_index (door->lines, WhDoorLine, i), now);
  wh_json_writer_end_array (writer);
  add_money (writer, "total", door->total_cents);
  add_money (writer, "at_least", door->least_cents);
  add_money (writer, "at_most", door->most_cents);
  wh_json_writer_add_string (writer, "words", words);
}

void
wh_present_offer_door (WhJsonWriter *writer, const WhOfferDoor *offer)
{
  const WhDoorProduct *product = offer ? offer->product : NULL;
  const WhDoor *door = product ? product->door : NULL;
  g_autofree char *place = product ? wh_jurisdiction_format (&product->place) : NULL;
  g_autofree char *words = door ? wh_door_words (door, CURRENCY, product->moment) : g_strdup (offer ? offer->why : NULL);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "jurisdiction", place);
  add_money (writer, "total", door ? door->total_cents : WH_INTEGER_UNSET);
  add_money (writer, "at_least", door ? door->least_cents : WH_INTEGER_UNSET);
  add_money (writer, "at_most", door ? door->most_cents : WH_INTEGER_UNSET);
  wh_json_writer_add_string (writer, "words", words);
  wh_json_writer_end_object (writer);
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

static void
write_product (WhJsonWriter *writer, const WhProduct *product)
{
  wh_json_writer_key (writer, "product");
  wh_json_writer_begin_object (writer);
  add_id (writer, "product_id", &product->entity.id);
  wh_json_writer_add_string (writer, "name", product->name);
  wh_json_writer_add_string (writer, "brand", product->brand);
  wh_json_writer_add_string (writer, "category", product->category);
  wh_json_writer_add_string (writer, "amount", product->amount);
  wh_json_writer_add_number (writer, "weight_grams", product->weight_grams, GRAM_DECIMALS);
  wh_json_writer_add_number (writer, "thc_mg", wh_product_label_thc_mg (product), GRAM_DECIMALS);
  wh_json_writer_end_object (writer);
}

static void
write_shop (WhJsonWriter *writer, const WhDispensary *shop)
{
  wh_json_writer_key (writer, "dispensary");
  wh_json_writer_begin_object (writer);
  add_id (writer, "dispensary_id", &shop->entity.id);
  wh_json_writer_add_string (writer, "name", shop->name);
  wh_json_writer_add_string (writer, "city", shop->city);
  wh_json_writer_add_string (writer, "county", shop->county);
  wh_json_writer_add_string (writer, "state", shop->state);
  wh_json_writer_end_object (writer);
}

void
wh_present_door_product (WhJsonWriter *writer, const WhDoorProduct *product)
{
  g_autofree char *place = wh_jurisdiction_format (&product->place);
  g_autofree char *observed = wh_clock_format (product->observed_at);

  wh_json_writer_begin_object (writer);
  write_product (writer, product->product);
  write_shop (writer, product->shop);
  wh_json_writer_add_string (writer, "jurisdiction", place);
  wh_json_writer_add_string (writer, "buyer", wh_buyer_key (product->buyer));
  wh_json_writer_add_integer (writer, "quantity", product->quantity);
  add_money (writer, "shelf_price", product->door->list_cents / product->quantity);
  wh_json_writer_add_string (writer, "currency", CURRENCY);
  wh_json_writer_add_string (writer, "observed_at", observed);
  wh_json_writer_add_boolean (writer, "stale", wh_freshness_is_stale (WH_FACT_PRICE, product->observed_at, product->moment));
  wh_present_door (writer, product->door, CURRENCY, product->moment);
  wh_json_writer_key (writer, "refused_rules");
  wh_json_writer_begin_array (writer);
  for (char **refused = product->refused; refused && *refused; refused++)
    wh_json_writer_string (writer, *refused);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_boolean (writer, "demonstration", wh_entity_is_demonstration (product->product));
  wh_json_writer_end_object (writer);
}
