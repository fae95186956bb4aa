#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "wh-conditions.h"
#include "wh-ledger-private.h"
#include "wh-pricing.h"
#include "wh-watch.h"

#define SLACK (WH_TIME_DAY)      /* clocks of machines differ, and days begin at different hours */
#define LEAST_PRICE 1            /* nothing is sold for nothing: menus write 0 where they tell no price */
#define MOST_CENTS 1e9           /* ten million dollars */
#define MOST_COUNT 1e9
#define PHOTO_HASH_LENGTH 64

typedef enum {
  CHECK_WORDS,       /* one of `words`, separated by | */
  CHECK_RANGE,       /* from `least` to `most` */
  CHECK_KIND,        /* the name of a noun */
  CHECK_CATEGORY,    /* of products */
  CHECK_STATE,       /* two letters */
  CHECK_CURRENCY,    /* three capitals */
  CHECK_ADDRESS,     /* http:// or https://, a text or a list of them: windows make links of them */
  CHECK_REPORTED,    /* a list of what people reported: no illness, which would be a claim */
  CHECK_PAST,        /* not later than now */
  CHECK_DAY,         /* a date without a time of day */
  CHECK_HASH,
} Check;

typedef struct {
  WhKind      kind;
  const char *field;
  Check       check;
  const char *words;
  double      least, most;
} Rule;

#define TYPES "indica|sativa|hybrid"

static const Rule rules[] = {
  { WH_KIND_STRAIN, "type", CHECK_WORDS, TYPES },
  { WH_KIND_STRAIN, "effects", CHECK_REPORTED },
  { WH_KIND_STRAIN, "popularity_score", CHECK_RANGE, NULL, 0, 1 },
  { WH_KIND_DISPENSARY, "state", CHECK_STATE },
  { WH_KIND_DISPENSARY, "latitude", CHECK_RANGE, NULL, -90, 90 },
  { WH_KIND_DISPENSARY, "longitude", CHECK_RANGE, NULL, -180, 180 },
  { WH_KIND_DISPENSARY, "website", CHECK_ADDRESS },
  { WH_KIND_DISPENSARY, "license_type", CHECK_WORDS, "medical|recreational|both" },
  { WH_KIND_DISPENSARY, "license_issued", CHECK_DAY },
  { WH_KIND_DISPENSARY, "license_expiry", CHECK_DAY },
  { WH_KIND_DISPENSARY, "last_inspection", CHECK_DAY },
  { WH_KIND_DISPENSARY, "last_inspection", CHECK_PAST },
  { WH_KIND_DISPENSARY, "delivery_radius_miles", CHECK_RANGE, NULL, 0, 1000 },
  { WH_KIND_DISPENSARY, "delivery_fee_cents", CHECK_RANGE, NULL, 0, MOST_CENTS },
  { WH_KIND_DISPENSARY, "delivery_minimum_cents", CHECK_RANGE, NULL, 0, MOST_CENTS },
  { WH_KIND_DISPENSARY, "rating", CHECK_RANGE, NULL, 0, 5 },
  { WH_KIND_DISPENSARY, "review_count", CHECK_RANGE, NULL, 0, MOST_COUNT },
  { WH_KIND_BATCH, "harvest_date", CHECK_DAY },
  { WH_KIND_BATCH, "harvest_date", CHECK_PAST },
  { WH_KIND_LAB_RESULT, "test_date", CHECK_DAY },
  { WH_KIND_LAB_RESULT, "test_date", CHECK_PAST },
  { WH_KIND_LAB_RESULT, "basis", CHECK_WORDS, "dry|as_received|unknown" },
  { WH_KIND_LAB_RESULT, "unit_grams", CHECK_RANGE, NULL, 0, 1e6 },
  { WH_KIND_LAB_RESULT, "status", CHECK_WORDS, "pass|fail" },
  { WH_KIND_LAB_RESULT, "moisture_percent", CHECK_RANGE, NULL, 0, 100 },
  { WH_KIND_PRODUCT, "category", CHECK_CATEGORY },
  { WH_KIND_PRODUCT, "strain_type", CHECK_WORDS, TYPES },
  { WH_KIND_PRODUCT, "weight_grams", CHECK_RANGE, NULL, 0, 1e6 },
  { WH_KIND_PRODUCT, "thc_percentage", CHECK_RANGE, NULL, 0, 100 },
  { WH_KIND_PRODUCT, "cbd_percentage", CHECK_RANGE, NULL, 0, 100 },
  { WH_KIND_PRODUCT, "total_cannabinoids", CHECK_RANGE, NULL, 0, 100 },
  { WH_KIND_PRODUCT, "thc_mg", CHECK_RANGE, NULL, 0, 1e6 },
  { WH_KIND_PRODUCT, "stock_quantity", CHECK_RANGE, NULL, 0, MOST_COUNT },
  { WH_KIND_PRODUCT, "low_stock_threshold", CHECK_RANGE, NULL, 0, MOST_COUNT },
  { WH_KIND_PRODUCT, "price_cents", CHECK_RANGE, NULL, LEAST_PRICE, MOST_CENTS },
  { WH_KIND_PRODUCT, "currency", CHECK_CURRENCY },
  { WH_KIND_PRODUCT, "price_observed_at", CHECK_PAST },
  { WH_KIND_PRODUCT, "url", CHECK_ADDRESS },
  { WH_KIND_PRODUCT, "images", CHECK_ADDRESS },
  { WH_KIND_PRODUCT, "harvest_date", CHECK_DAY },
  { WH_KIND_PRODUCT, "package_date", CHECK_DAY },
  { WH_KIND_PRICE, "amount_cents", CHECK_RANGE, NULL, LEAST_PRICE, MOST_CENTS },
  { WH_KIND_PRICE, "list_cents", CHECK_RANGE, NULL, LEAST_PRICE, MOST_CENTS },
  { WH_KIND_PRICE, "currency", CHECK_CURRENCY },
  { WH_KIND_PRICE, "tax_basis", CHECK_WORDS, "included|excluded|unknown" },
  { WH_KIND_PRICE, "observed_at", CHECK_PAST },
  { WH_KIND_PRICE, "photo_hash", CHECK_HASH },
  { WH_KIND_ALIAS, "status", CHECK_WORDS, "accepted|rejected" },
  { WH_KIND_ALIAS, "confidence", CHECK_RANGE, NULL, 0, 1 },
  { WH_KIND_ALIAS, "decided_at", CHECK_PAST },
  { WH_KIND_STOCK, "quantity", CHECK_RANGE, NULL, -MOST_COUNT, MOST_COUNT },
  { WH_KIND_STOCK, "reason", CHECK_WORDS, "delivery|sale|return|waste|count" },
  { WH_KIND_STOCK, "moved_at", CHECK_PAST },
  { WH_KIND_PROMOTION, "category", CHECK_CATEGORY },
  { WH_KIND_PROMOTION, "percent_off", CHECK_RANGE, NULL, 0, 100 },
  { WH_KIND_PROMOTION, "cents_off", CHECK_RANGE, NULL, 0, MOST_CENTS },
  { WH_KIND_REVIEW, "effects", CHECK_REPORTED },
  { WH_KIND_REVIEW, "rating", CHECK_RANGE, NULL, 1, 5 },
  { WH_KIND_REVIEW, "reviewed_at", CHECK_PAST },
  { WH_KIND_NOTE, "object_kind", CHECK_KIND },
  { WH_KIND_FAVORITE, "object_kind", CHECK_KIND },
  { WH_KIND_WATCH, "category", CHECK_CATEGORY },
  { WH_KIND_WATCH, "limit_cents", CHECK_RANGE, NULL, 1, WH_WATCH_MOST_CENTS },
  { WH_KIND_WATCH, "limit_unit", CHECK_WORDS, "gram|package" },
  { WH_KIND_FEEDBACK, "about", CHECK_WORDS, "substitute|recommendation" },
  { WH_KIND_FEEDBACK, "subject_kind", CHECK_KIND },
  { WH_KIND_FEEDBACK, "offered_kind", CHECK_KIND },
  { WH_KIND_FEEDBACK, "outcome", CHECK_WORDS, "accepted|rejected" },
  { WH_KIND_FEEDBACK, "decided_at", CHECK_PAST },
};

/* -- single fields ------------------------------------------------------------------------------------------------- */

static gboolean
wrong (WhLedgerWork *work, const char *field, const char *expected)
{
  return wh_ledger_refuse (work, field, WH_ERROR_INVALID, _("“%s” must be %s."), field, expected);
}

static gboolean
check_words (WhLedgerWork *work, const Rule *rule, const char *text)
{
  g_auto (GStrv) words = g_strsplit (rule->words, "|", -1);
  g_autofree char *list = g_strjoinv (", ", words), *expected = NULL;

  if (g_strv_contains ((const char *const *) words, text))
    return TRUE;
  expected = g_strdup_printf (_("one of: %s"), list);
  return wrong (work, rule->field, expected);
}

static gboolean
check_category (WhLedgerWork *work, const Rule *rule, const char *text)
{
  g_autofree char *expected = NULL;

  if (wh_pricing_is_category (text))
    return TRUE;
  expected = g_strdup_printf (_("one of: %s"), wh_pricing_categories ());
  return wrong (work, rule->field, expected);
}

static double
number_of (const WhEntity *row, const WhField *field)
{
  return field->type == WH_FIELD_REAL ? WH_FIELD_AT (row, field, double) : (double) WH_FIELD_AT (row, field, gint64);
}

static gboolean
check_range (WhLedgerWork *work, const Rule *rule, const WhField *field)
{
  double number = number_of (work->row, field);
  g_autofree char *expected = NULL;

  if (number >= rule->least && number <= rule->most)
    return TRUE;
  expected = g_strdup_printf (_("from %.12g to %.12g"), rule->least, rule->most);
  return wrong (work, rule->field, expected);
}

static gboolean
is_address (const char *text)
{
  return g_ascii_strncasecmp (text, "http://", 7) == 0 || g_ascii_strncasecmp (text, "https://", 8) == 0;
}

static gboolean
check_address (WhLedgerWork *work, const Rule *rule, const WhField *field)
{
  char *single[] = { field->type == WH_FIELD_TEXT ? WH_FIELD_AT (work->row, field, char *) : NULL, NULL };
  char **list = field->type == WH_FIELD_LIST ? WH_FIELD_AT (work->row, field, char **) : single;

  for (; list && *list; list++)
    if (!is_address (*list))
      return wrong (work, rule->field, _("an address that begins with https:// or http://"));
  return TRUE;
}

static gboolean
check_reported (WhLedgerWork *work, const Rule *rule, char **words)
{
  for (; *words; words++)
    if (wh_conditions_named_in (*words))
      return wrong (work, rule->field, _("what people reported to feel, without the name of an illness or complaint"));
  return TRUE;
}

static gboolean
are_letters (const char *text, gsize n)
{
  gsize length = 0;

  while (g_ascii_isalpha (text[length]))
    length++;
  return length == n && text[n] == '\0';
}

static gboolean
is_hash (const char *text)
{
  return strlen (text) == PHOTO_HASH_LENGTH && strspn (text, "0123456789abcdef") == PHOTO_HASH_LENGTH;
}

static gboolean
check_text (WhLedgerWork *work, const Rule *rule, const char *text)
{
  switch (rule->check)
    {
    case CHECK_WORDS:
      return check_words (work, rule, text);
    case CHECK_KIND:
      return wh_entity_class_by_name (text) || wrong (work, rule->field, _("the name of a kind, such as strain or product"));
    case CHECK_CATEGORY:
      return check_category (work, rule, text);
    case CHECK_STATE:
      return are_letters (text, 2) || wrong (work, rule->field, _("two letters, such as NJ"));
    case CHECK_CURRENCY:
      return are_letters (text, 3) || wrong (work, rule->field, _("three letters, such as USD"));
    default:
      return is_hash (text) || wrong (work, rule->field, _("64 hexadecimal digits in lower case"));
    }
}

static gboolean
check_moment (WhLedgerWork *work, const Rule *rule, gint64 moment)
{
  if (rule->check == CHECK_DAY)
    return moment % WH_TIME_DAY == 0 || wrong (work, rule->field, _("a date without a time"));
  return moment <= work->now + SLACK || wrong (work, rule->field, _("a moment that is not in the future"));
}

static gboolean
check_rule (WhLedgerWork *work, const Rule *rule, const WhField *field)
{
  if (!wh_edit_gives (work->edit, field) || wh_entity_is_absent (work->row, field))
    return TRUE;
  switch (rule->check)
    {
    case CHECK_RANGE:
      return check_range (work, rule, field);
    case CHECK_ADDRESS:
      return check_address (work, rule, field);
    case CHECK_REPORTED:
      return check_reported (work, rule, WH_FIELD_AT (work->row, field, char **));
    case CHECK_PAST:
    case CHECK_DAY:
      return check_moment (work, rule, WH_FIELD_AT (work->row, field, gint64));
    default:
      return check_text (work, rule, WH_FIELD_AT (work->row, field, char *));
    }
}

/* -- fields that must fit each other ------------------------------------------------------------------------------- */

static gboolean
check_dispensary (WhLedgerWork *work)
{
  const WhDispensary *shop = (const WhDispensary *) work->row;

  if (isnan (shop->latitude) == isnan (shop->longitude))
    return TRUE;
  return wh_ledger_refuse (work, isnan (shop->latitude) ? "latitude" : "longitude", WH_ERROR_INVALID,
                           _("“latitude” and “longitude” make a place only together."));
}

static gboolean
check_price (WhLedgerWork *work)
{
  const WhPrice *price = (const WhPrice *) work->row;

  if (price->list_cents == WH_INTEGER_UNSET || price->list_cents >= price->amount_cents)
    return TRUE;
  return wh_ledger_refuse (work, "list_cents", WH_ERROR_INVALID, _("The price before the discount cannot be less than the price."));
}

static gboolean
check_stock (WhLedgerWork *work)
{
  return ((const WhStock *) work->row)->quantity != 0
         || wh_ledger_refuse (work, "quantity", WH_ERROR_INVALID, _("A movement of no packages is none."));
}

static gboolean
check_promotion (WhLedgerWork *work)
{
  const WhPromotion *promotion = (const WhPromotion *) work->row;

  if (isnan (promotion->percent_off) == (promotion->cents_off == WH_INTEGER_UNSET))
    return wh_ledger_refuse (work, "percent_off", WH_ERROR_INVALID, _("A promotion needs either “percent_off” or “cents_off”."));
  if (promotion->starts_at == WH_TIME_UNSET || promotion->ends_at == WH_TIME_UNSET || promotion->starts_at <= promotion->ends_at)
    return TRUE;
  return wh_ledger_refuse (work, "ends_at", WH_ERROR_INVALID, _("A promotion cannot end before it starts."));
}

static gboolean
check_watch (WhLedgerWork *work)
{
  const WhWatch *watch = (const WhWatch *) work->row;

  if (wh_id_is_none (&watch->strain_id) != wh_id_is_none (&watch->product_id))
    return TRUE;
  return wh_ledger_refuse (work, "product_id", WH_ERROR_INVALID, _("A watch is for a strain or for a product: give one of them."));
}

static gboolean
check_review (WhLedgerWork *work)
{
  const WhReview *review = (const WhReview *) work->row;

  if (!isnan (review->rating) || review->text || review->effects || review->flavors)
    return TRUE;
  return wh_ledger_refuse (work, "rating", WH_ERROR_INVALID, _("A review needs a rating or something that was said."));
}

/* A kind without an id, or the other way round, points nowhere. */
static gboolean
check_feedback (WhLedgerWork *work)
{
  const WhFeedback *feedback = (const WhFeedback *) work->row;

  if ((feedback->subject_kind == NULL) == wh_id_is_none (&feedback->subject_id))
    return TRUE;
  return wh_ledger_refuse (work, "subject_id", WH_ERROR_INVALID, _("“subject_kind” and “subject_id” go together."));
}

static gboolean
check_together (WhLedgerWork *work)
{
  switch (work->edit->kind)
    {
    case WH_KIND_DISPENSARY:
      return check_dispensary (work);
    case WH_KIND_PRICE:
      return check_price (work);
    case WH_KIND_STOCK:
      return check_stock (work);
    case WH_KIND_PROMOTION:
      return check_promotion (work);
    case WH_KIND_WATCH:
      return check_watch (work);
    case WH_KIND_REVIEW:
      return check_review (work);
    case WH_KIND_FEEDBACK:
      return check_feedback (work);
    default:
      return TRUE;
    }
}

/* Fields that nobody named stay as an import left them, whatever that was. */
gboolean
wh_ledger_check (WhLedgerWork *work)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].kind == work->edit->kind && !check_rule (work, &rules[i], wh_entity_field (rules[i].kind, rules[i].field)))
      return FALSE;
  return check_together (work);
}
