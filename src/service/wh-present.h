/* wh-present.h: service results as JSON documents. The terminal's --json and the API's `data` both come from here. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"
#include "wh-catalogue.h"
#include "wh-facets.h"
#include "wh-importer.h"

G_BEGIN_DECLS

/* [{id, strain_id, name, slug, type, thc, cbd, thc_percentage, cbd_percentage, chemotype, dominant_terpene,
 *   terpenes[{analyte, name, amount, unit}], batches, products, in_stock, price_per_gram, tested_at, priced_at,
 *   popularity_score, demonstration, match_score, highlight, matched, matched_by}]; thc and cbd are % w/w too; in_stock and
 * price_per_gram are of the products that meet the query's conditions. */
void wh_present_hits    (WhJsonWriter *writer, const WhHits *hits);
/* {total, facets[{facet, value, name, count, query}]}; facet is type, terpene, state, category, price or thc. */
void wh_present_facets  (WhJsonWriter *writer, const WhFacets *facets);
/* One card of that list, as an object. */
void wh_present_card    (WhJsonWriter *writer, const WhCard *card);
/* The members "product" {product_id, name, brand, category, amount, weight_grams} and "dispensary" {dispensary_id, name, city, state} of
 * the object at hand; `shop` may be NULL. */
void wh_present_product_at (WhJsonWriter *writer, const WhProduct *product, const WhDispensary *shop);
/* The full strain: the strain's fields; review_count, average_rating; thc/cbd/thcv/cbg_percentage;
 * percentages{thc … cannabinoids: {value, low, high, n}};
 * terpene_profile[{analyte, name, code, amount, low, high, n, unit}]; batches with their lab_results; lab_results; products;
 * notes (the rows) and favorite (whether the one who asks marked it), null for who may not read them; not_supported{fields, reason}. */
void wh_present_strain  (WhJsonWriter *writer, const WhStrainDetail *detail);
/* The members of that object in its order, for who keeps some of them: up to the ratings; what the catalogue in memory knows; batches,
 * lab results and products; and what depends on who asks (`notes` NULL: one who may not read them), with the end. */
void wh_present_strain_head  (WhJsonWriter *writer, const WhStrainDetail *detail);
void wh_present_strain_facts (WhJsonWriter *writer, const WhSnapshot *snapshot, const WhCard *card);
void wh_present_strain_rows  (WhJsonWriter *writer, const WhStrainDetail *detail);
void wh_present_strain_end   (WhJsonWriter *writer, const GPtrArray *notes, const WhFavorite *favorite);
/* Entities as the wire writes them. */
void wh_present_rows    (WhJsonWriter *writer, const GPtrArray *rows);
/* [{strain_id, name, type, what wh_present_closeness writes, engine, words, differs, demonstration}]; `share` is that of the row's
 * strain, `other_share` that of the one asked about. */
void wh_present_similar (WhJsonWriter *writer, const WhSimilars *similars);
/* {files:[…], totals} */
void wh_present_reports (WhJsonWriter *writer, const WhImportReport *const *reports, guint n_reports);

G_END_DECLS
