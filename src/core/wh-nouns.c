#include "wh-nouns-shop.h"

#include <string.h>

#include "base/wh-limits.h"

#define MG_PER_PERCENT_GRAM 10.0

#define FIELD(noun, member, field_type) { #member, WH_FIELD_##field_type, offsetof (noun, member), WH_LIMIT_TEXT, FALSE }
#define REQUIRED(noun, member, field_type) { #member, WH_FIELD_##field_type, offsetof (noun, member), WH_LIMIT_TEXT, TRUE }
#define LONG_TEXT(noun, member) { #member, WH_FIELD_TEXT, offsetof (noun, member), WH_LIMIT_LONG_TEXT, FALSE }

static const WhField strain_fields[] = {
  REQUIRED (WhStrain, name, TEXT),
  FIELD (WhStrain, slug, TEXT),
  FIELD (WhStrain, aliases, LIST),
  FIELD (WhStrain, type, TEXT),
  FIELD (WhStrain, genetics, TEXT),
  FIELD (WhStrain, breeder, TEXT),
  LONG_TEXT (WhStrain, description),
  FIELD (WhStrain, flavors, LIST),
  FIELD (WhStrain, popularity_score, REAL),
  FIELD (WhStrain, effects, LIST),
  FIELD (WhStrain, side_effects, LIST),
  FIELD (WhStrain, flowering_time, TEXT),
  FIELD (WhStrain, yield, TEXT),
  FIELD (WhStrain, growing_difficulty, TEXT),
  FIELD (WhStrain, indoor_outdoor, TEXT),
  FIELD (WhStrain, plant_height, TEXT),
};

static const WhField dispensary_fields[] = {
  REQUIRED (WhDispensary, name, TEXT),
  FIELD (WhDispensary, slug, TEXT),
  FIELD (WhDispensary, legal_name, TEXT),
  FIELD (WhDispensary, address, TEXT),
  FIELD (WhDispensary, city, TEXT),
  FIELD (WhDispensary, county, TEXT),
  FIELD (WhDispensary, state, TEXT),
  FIELD (WhDispensary, postal_code, TEXT),
  FIELD (WhDispensary, latitude, REAL),
  FIELD (WhDispensary, longitude, REAL),
  FIELD (WhDispensary, phone, TEXT),
  FIELD (WhDispensary, website, TEXT),
  FIELD (WhDispensary, license_number, TEXT),
  FIELD (WhDispensary, license_type, TEXT),
  FIELD (WhDispensary, license_class, TEXT),
  FIELD (WhDispensary, license_status, TEXT),
  FIELD (WhDispensary, license_issued, DATE),
  FIELD (WhDispensary, license_expiry, DATE),
  FIELD (WhDispensary, hours, TEXT),
  FIELD (WhDispensary, delivery_available, FLAG),
  FIELD (WhDispensary, pickup_available, FLAG),
  LONG_TEXT (WhDispensary, description),
  FIELD (WhDispensary, email, TEXT),
  FIELD (WhDispensary, social_media, LIST),
  FIELD (WhDispensary, delivery_radius_miles, REAL),
  FIELD (WhDispensary, delivery_fee_cents, INTEGER),
  FIELD (WhDispensary, delivery_minimum_cents, INTEGER),
  FIELD (WhDispensary, curbside_available, FLAG),
  FIELD (WhDispensary, payment_methods, LIST),
  FIELD (WhDispensary, features, LIST),
  FIELD (WhDispensary, rating, REAL),
  FIELD (WhDispensary, review_count, INTEGER),
  FIELD (WhDispensary, compliance_status, TEXT),
  FIELD (WhDispensary, last_inspection, DATE),
};

static const WhField batch_fields[] = {
  FIELD (WhBatch, strain_id, ID),
  REQUIRED (WhBatch, name, TEXT),
  FIELD (WhBatch, producer, TEXT),
  FIELD (WhBatch, product_type, TEXT),
  FIELD (WhBatch, batch_number, TEXT),
  FIELD (WhBatch, harvest_date, DATE),
};

static const WhField lab_result_fields[] = {
  REQUIRED (WhLabResult, batch_id, ID),
  FIELD (WhLabResult, lab_name, TEXT),
  FIELD (WhLabResult, sample_id, TEXT),
  FIELD (WhLabResult, test_date, DATE),
  FIELD (WhLabResult, unit, TEXT),
  FIELD (WhLabResult, basis, TEXT),
  FIELD (WhLabResult, unit_grams, REAL),
  FIELD (WhLabResult, status, TEXT),
  FIELD (WhLabResult, truncated, FLAG),
  FIELD (WhLabResult, moisture_percent, REAL),
  FIELD (WhLabResult, checks, LIST),
  FIELD (WhLabResult, safety, LIST),
  FIELD (WhLabResult, origin, TEXT),
  FIELD (WhLabResult, panel, PANEL),
};

static const WhField product_fields[] = {
  REQUIRED (WhProduct, dispensary_id, ID),
  FIELD (WhProduct, strain_id, ID),
  FIELD (WhProduct, batch_id, ID),
  REQUIRED (WhProduct, name, TEXT),
  FIELD (WhProduct, brand, TEXT),
  FIELD (WhProduct, category, TEXT),
  FIELD (WhProduct, subcategory, TEXT),
  LONG_TEXT (WhProduct, description),
  FIELD (WhProduct, strain_type, TEXT),
  FIELD (WhProduct, weight_grams, REAL),
  FIELD (WhProduct, amount, TEXT),
  FIELD (WhProduct, thc_percentage, REAL),
  FIELD (WhProduct, cbd_percentage, REAL),
  FIELD (WhProduct, thc_mg, REAL),
  FIELD (WhProduct, in_stock, FLAG),
  FIELD (WhProduct, stock_quantity, INTEGER),
  FIELD (WhProduct, price_cents, INTEGER),
  FIELD (WhProduct, currency, TEXT),
  FIELD (WhProduct, price_observed_at, TIME),
  FIELD (WhProduct, url, TEXT),
  FIELD (WhProduct, total_cannabinoids, REAL),
  FIELD (WhProduct, low_stock_threshold, INTEGER),
  FIELD (WhProduct, lab_tested, FLAG),
  FIELD (WhProduct, harvest_date, DATE),
  FIELD (WhProduct, package_date, DATE),
  FIELD (WhProduct, images, LIST),
};

static const WhField price_fields[] = {
  REQUIRED (WhPrice, product_id, ID),
  REQUIRED (WhPrice, amount_cents, INTEGER),
  FIELD (WhPrice, list_cents, INTEGER),
  FIELD (WhPrice, currency, TEXT),
  FIELD (WhPrice, unit, TEXT),
  FIELD (WhPrice, tax_basis, TEXT),
  FIELD (WhPrice, observed_at, TIME),
  FIELD (WhPrice, observed_by, TEXT),
  FIELD (WhPrice, photo_hash, TEXT),
};

static const WhField alias_fields[] = {
  REQUIRED (WhAlias, strain_id, ID),
  REQUIRED (WhAlias, name, TEXT),
  FIELD (WhAlias, status, TEXT),
  FIELD (WhAlias, confidence, REAL),
  FIELD (WhAlias, decided_by, TEXT),
  FIELD (WhAlias, decided_at, TIME),
};

static const WhField stock_fields[] = {
  REQUIRED (WhStock, product_id, ID),
  REQUIRED (WhStock, quantity, INTEGER),
  FIELD (WhStock, reason, TEXT),
  FIELD (WhStock, moved_at, TIME),
  FIELD (WhStock, moved_by, TEXT),
};

static const WhField promotion_fields[] = {
  FIELD (WhPromotion, dispensary_id, ID),
  FIELD (WhPromotion, product_id, ID),
  REQUIRED (WhPromotion, name, TEXT),
  LONG_TEXT (WhPromotion, description),
  FIELD (WhPromotion, category, TEXT),
  FIELD (WhPromotion, brand, TEXT),
  FIELD (WhPromotion, percent_off, REAL),
  FIELD (WhPromotion, cents_off, INTEGER),
  FIELD (WhPromotion, starts_at, TIME),
  FIELD (WhPromotion, ends_at, TIME),
};

static const WhField review_fields[] = {
  REQUIRED (WhReview, strain_id, ID),
  FIELD (WhReview, product_id, ID),
  FIELD (WhReview, rating, REAL),
  LONG_TEXT (WhReview, text),
  FIELD (WhReview, effects, LIST),
  FIELD (WhReview, flavors, LIST),
  FIELD (WhReview, reviewer, TEXT),
  FIELD (WhReview, reviewed_at, TIME),
};

static const WhField note_fields[] = {
  REQUIRED (WhNote, object_kind, TEXT),
  REQUIRED (WhNote, object_id, ID),
  { "text", WH_FIELD_TEXT, offsetof (WhNote, text), WH_LIMIT_LONG_TEXT, TRUE },
  FIELD (WhNote, author, TEXT),
};

static const WhField favorite_fields[] = {
  REQUIRED (WhFavorite, object_kind, TEXT),
  REQUIRED (WhFavorite, object_id, ID),
  FIELD (WhFavorite, owner, TEXT),
};

static const WhField watch_fields[] = {
  FIELD (WhWatch, strain_id, ID),
  FIELD (WhWatch, product_id, ID),
  FIELD (WhWatch, dispensary_id, ID),
  FIELD (WhWatch, category, TEXT),
  REQUIRED (WhWatch, limit_cents, INTEGER),
  FIELD (WhWatch, limit_unit, TEXT),
  FIELD (WhWatch, owner, TEXT),
};

static const WhField feedback_fields[] = {
  REQUIRED (WhFeedback, about, TEXT),
  FIELD (WhFeedback, offer_id, TEXT),
  FIELD (WhFeedback, subject_kind, TEXT),
  FIELD (WhFeedback, subject_id, ID),
  REQUIRED (WhFeedback, offered_kind, TEXT),
  REQUIRED (WhFeedback, offered_id, ID),
  REQUIRED (WhFeedback, outcome, TEXT),
  FIELD (WhFeedback, reason, TEXT),
  FIELD (WhFeedback, decided_at, TIME),
};

static const WhField search_day_fields[] = {
  REQUIRED (WhSearchDay, day, DATE),
  REQUIRED (WhSearchDay, term, TEXT),
  FIELD (WhSearchDay, searches, INTEGER),
  FIELD (WhSearchDay, empty, INTEGER),
};

#define CLASS(kind, name, plural, fields, noun) { kind, name, plural, name "_id", fields, G_N_ELEMENTS (fields), sizeof (noun) }

static const WhEntityClass classes[] = {
  CLASS (WH_KIND_STRAIN, "strain", "strains", strain_fields, WhStrain),
  CLASS (WH_KIND_DISPENSARY, "dispensary", "dispensaries", dispensary_fields, WhDispensary),
  CLASS (WH_KIND_BATCH, "batch", "batches", batch_fields, WhBatch),
  CLASS (WH_KIND_LAB_RESULT, "lab_result", "lab_results", lab_result_fields, WhLabResult),
  CLASS (WH_KIND_PRODUCT, "product", "products", product_fields, WhProduct),
  CLASS (WH_KIND_PRICE, "price", "prices", price_fields, WhPrice),
  CLASS (WH_KIND_ALIAS, "alias", "aliases", alias_fields, WhAlias),
  CLASS (WH_KIND_STOCK, "stock", "stock", stock_fields, WhStock),
  CLASS (WH_KIND_PROMOTION, "promotion", "promotions", promotion_fields, WhPromotion),
  CLASS (WH_KIND_REVIEW, "review", "reviews", review_fields, WhReview),
  CLASS (WH_KIND_NOTE, "note", "notes", note_fields, WhNote),
  CLASS (WH_KIND_FAVORITE, "favorite", "favorites", favorite_fields, WhFavorite),
  CLASS (WH_KIND_WATCH, "watch", "watches", watch_fields, WhWatch),
  CLASS (WH_KIND_FEEDBACK, "feedback", "feedback", feedback_fields, WhFeedback),
  CLASS (WH_KIND_SEARCH_DAY, "search_day", "search_days", search_day_fields, WhSearchDay),
};
G_STATIC_ASSERT (G_N_ELEMENTS (classes) == WH_N_KINDS - 1);

const WhEntityClass *
wh_entity_class (WhKind kind)
{
  g_return_val_if_fail (kind > WH_KIND_NONE && kind < WH_N_KINDS, NULL);
  return &classes[kind - 1];
}

WhStrain *
wh_strain_new (WhId id)
{
  return wh_entity_new (WH_KIND_STRAIN, id);
}

WhDispensary *
wh_dispensary_new (WhId id)
{
  return wh_entity_new (WH_KIND_DISPENSARY, id);
}

WhBatch *
wh_batch_new (WhId id)
{
  return wh_entity_new (WH_KIND_BATCH, id);
}

WhLabResult *
wh_lab_result_new (WhId id)
{
  return wh_entity_new (WH_KIND_LAB_RESULT, id);
}

WhProduct *
wh_product_new (WhId id)
{
  return wh_entity_new (WH_KIND_PRODUCT, id);
}

WhPrice *
wh_price_new (WhId id)
{
  return wh_entity_new (WH_KIND_PRICE, id);
}

WhAlias *
wh_alias_new (WhId id)
{
  return wh_entity_new (WH_KIND_ALIAS, id);
}

WhStock *
wh_stock_new (WhId id)
{
  return wh_entity_new (WH_KIND_STOCK, id);
}

WhPromotion *
wh_promotion_new (WhId id)
{
  return wh_entity_new (WH_KIND_PROMOTION, id);
}

WhReview *
wh_review_new (WhId id)
{
  return wh_entity_new (WH_KIND_REVIEW, id);
}

WhNote *
wh_note_new (WhId id)
{
  return wh_entity_new (WH_KIND_NOTE, id);
}

WhFavorite *
wh_favorite_new (WhId id)
{
  return wh_entity_new (WH_KIND_FAVORITE, id);
}

WhWatch *
wh_watch_new (WhId id)
{
  return wh_entity_new (WH_KIND_WATCH, id);
}

WhFeedback *
wh_feedback_new (WhId id)
{
  return wh_entity_new (WH_KIND_FEEDBACK, id);
}

WhSearchDay *
wh_search_day_new (WhId id)
{
  return wh_entity_new (WH_KIND_SEARCH_DAY, id);
}

/* The price for an amount of what is in the package; NAN without either. */
static double
price_per (const WhProduct *product, double amount)
{
  if (product->price_cents == WH_INTEGER_UNSET || product->price_cents < 0 || !(amount > 0))
    return NAN;
  return product->price_cents / 100.0 / amount;
}

double
wh_product_price_per_gram (const WhProduct *product)
{
  return price_per (product, product->weight_grams);
}

double
wh_product_label_thc_mg (const WhProduct *product)
{
  double thc_mg = product->thc_mg;

  if (!(thc_mg > 0))
    thc_mg = product->weight_grams * product->thc_percentage * MG_PER_PERCENT_GRAM;
  return thc_mg > 0 ? thc_mg : NAN;
}

double
wh_product_price_per_mg_thc (const WhProduct *product)
{
  return price_per (product, wh_product_label_thc_mg (product));
}

gboolean
wh_price_is_of_package (const WhPrice *price, const WhProduct *product)
{
  return !price->unit || !*price->unit || strcmp (price->unit, "package") == 0 || g_strcmp0 (price->unit, product->amount) == 0;
}
