/* wh-nouns.h: the nouns of the product. Field names are the documented API's.
 *
 * Text is UTF-8; money is in cents of `currency`; weights in grams. The batch is the primary unit: a strain is
 * a distribution over batches. Label percentages of a product are what the package says, not a measurement. */
#pragma once

#include "wh-entity.h"

G_BEGIN_DECLS

typedef struct {
  WhEntity entity;
  char  *name;              /* required */
  char  *slug;              /* wh_text_slug (name) unless the source has one */
  char **aliases;
  char  *type;              /* label: indica, sativa, hybrid; NULL when unknown */
  char  *genetics;          /* lineage as written: "Blueberry x Haze" */
  char  *breeder;
  char  *description;
  char **flavors;           /* as people reported */
  double popularity_score;  /* 0..1 within its source */
  char **effects;           /* as people reported */
  char **side_effects;      /* as people reported */
  char  *flowering_time;    /* the breeder's words from here on: "8-9 weeks" */
  char  *yield;
  char  *growing_difficulty;
  char  *indoor_outdoor;
  char  *plant_height;
} WhStrain;

typedef struct {
  WhEntity entity;
  char  *name;              /* required */
  char  *slug;
  char  *legal_name;
  char  *address;
  char  *city;
  char  *county;
  char  *state;             /* two letters */
  char  *postal_code;
  double latitude, longitude;   /* degrees WGS 84 */
  char  *phone;
  char  *website;
  char  *license_number;
  char  *license_type;      /* medical, recreational, both */
  char  *license_class;     /* as the authority words it */
  char  *license_status;
  gint64 license_issued;    /* date */
  gint64 license_expiry;    /* date */
  char  *hours;
  gint64 delivery_available;
  gint64 pickup_available;
  char  *description;
  char  *email;
  char **social_media;
  double delivery_radius_miles;
  gint64 delivery_fee_cents;
  gint64 delivery_minimum_cents;
  gint64 curbside_available;
  char **payment_methods;
  char **features;
  double rating;            /* 0..5 as its source tells */
  gint64 review_count;
  char  *compliance_status; /* as the authority words it */
  gint64 last_inspection;   /* date */
} WhDispensary;

typedef struct {
  WhEntity entity;
  WhId   strain_id;         /* none when the name could not be resolved */
  char  *name;              /* as the source wrote it; required */
  char  *producer;
  char  *product_type;      /* flower, concentrate, edible, … normalised lower case */
  char  *batch_number;
  gint64 harvest_date;
} WhBatch;

typedef struct {
  WhEntity entity;
  WhId     batch_id;
  char    *lab_name;
  char    *sample_id;       /* the lab's report or sample number */
  gint64   test_date;       /* date */
  char    *unit;            /* unit key the source reported in: "%", "mg/unit", "unknown" … */
  char    *basis;           /* "dry", "as_received", "unknown" */
  double   unit_grams;      /* weight of a serving or package */
  char    *status;          /* pass, fail; NULL when not given */
  gint64   truncated;       /* 1: the source was cut, the panel is incomplete */
  double   moisture_percent;
  char   **checks;          /* what the importer found suspicious: warning codes */
  char   **safety;          /* contaminant lines as reported: "analysis/analyte value unit limit status" */
  char    *origin;          /* file and line: "mcr.csv:17" */
  WhPanel *panel;
} WhLabResult;

typedef struct {
  WhEntity entity;
  WhId   dispensary_id;     /* required */
  WhId   strain_id;
  WhId   batch_id;
  char  *name;              /* required */
  char  *brand;
  char  *category;          /* flower, pre-rolls, vapes, concentrates, edibles, tinctures, topicals, accessories, other */
  char  *subcategory;
  char  *description;
  char  *strain_type;       /* label */
  double weight_grams;      /* net weight of the package; NAN when unknown */
  char  *amount;            /* as written: "3.5g", "10pk" */
  double thc_percentage;    /* label, % w/w */
  double cbd_percentage;
  double thc_mg;            /* label, mg per package */
  gint64 in_stock;
  gint64 stock_quantity;
  gint64 price_cents;       /* current price (the last observation) */
  char  *currency;          /* "USD" */
  gint64 price_observed_at;
  char  *url;
  double total_cannabinoids; /* label, % w/w */
  gint64 low_stock_threshold;
  gint64 lab_tested;
  gint64 harvest_date;
  gint64 package_date;
  char **images;            /* addresses */
} WhProduct;

typedef struct {
  WhEntity entity;
  WhId   product_id;        /* required */
  gint64 amount_cents;      /* required */
  gint64 list_cents;        /* before discount, unset when none */
  char  *currency;
  char  *unit;              /* what the price buys: "package", "3.5g" */
  char  *tax_basis;         /* included, excluded, unknown */
  gint64 observed_at;
  char  *observed_by;       /* file, shop or person */
  char  *photo_hash;        /* SHA-256 of the photo that proves it, 64 hex digits */
} WhPrice;

/* NULL-safe typed constructors. */
WhStrain     *wh_strain_new     (WhId id);
WhDispensary *wh_dispensary_new (WhId id);
WhBatch      *wh_batch_new      (WhId id);
WhLabResult  *wh_lab_result_new (WhId id);
WhProduct    *wh_product_new    (WhId id);
WhPrice      *wh_price_new      (WhId id);

/* "$45.00 for 3.5 g" -> 12.857…; NAN without price or weight. Dollars (units of currency) per gram. */
double wh_product_price_per_gram   (const WhProduct *product);
/* Milligrams of THC in the package by its label: what is written on it, else the label's percentage of the weight. A label, not a
 * measurement; say so where it is shown. NAN when the label does not tell. */
double wh_product_label_thc_mg     (const WhProduct *product);
/* Units of currency per milligram of that. NAN without a price or without THC. */
double wh_product_price_per_mg_thc (const WhProduct *product);
/* Whether a price that was seen is one of the package the product is, and not of a part of it. */
gboolean wh_price_is_of_package    (const WhPrice *price, const WhProduct *product);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStrain, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDispensary, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhBatch, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhLabResult, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhProduct, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPrice, wh_entity_unref)

G_END_DECLS
