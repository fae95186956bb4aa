/* wh-route-tables.h: what the rows of the route table take: query parameters (wh-route-parameters.c) and members of bodies
 * (wh-route-bodies.c). Each list ends with an empty spec. */
#pragma once

#include "wh-spec.h"

G_BEGIN_DECLS

extern const WhSpec wh_route_no_parameters[];
extern const WhSpec wh_route_strains_parameters[];
extern const WhSpec wh_route_search_parameters[];
extern const WhSpec wh_route_facets_parameters[];
extern const WhSpec wh_route_product_parameters[];
extern const WhSpec wh_route_similar_parameters[];
extern const WhSpec wh_route_map_parameters[];
extern const WhSpec wh_route_checks_parameters[];
extern const WhSpec wh_route_clusters_parameters[];
extern const WhSpec wh_route_correlations_parameters[];
extern const WhSpec wh_route_led_parameters[];
extern const WhSpec wh_route_outliers_parameters[];
extern const WhSpec wh_route_pricing_parameters[];
extern const WhSpec wh_route_substitutes_parameters[];
extern const WhSpec wh_route_total_parameters[];
extern const WhSpec wh_route_history_parameters[];
extern const WhSpec wh_route_watches_parameters[];
extern const WhSpec wh_route_stats_parameters[];
extern const WhSpec wh_route_rows_parameters[];
extern const WhSpec wh_route_row_delete_parameters[];
extern const WhSpec wh_route_dispensaries_parameters[];
extern const WhSpec wh_route_shop_products_parameters[];
extern const WhSpec wh_route_changes_parameters[];
extern const WhSpec wh_route_jobs_parameters[];
extern const WhSpec wh_route_events_parameters[];
extern const WhSpec wh_route_deliveries_parameters[];

extern const WhSpec wh_route_compare_body[];
extern const WhSpec wh_route_analyze_body[];
extern const WhSpec wh_route_effects_body[];
extern const WhSpec wh_route_recommend_body[];
extern const WhSpec wh_route_feedback_body[];
extern const WhSpec wh_route_import_body[];
extern const WhSpec wh_route_job_body[];
extern const WhSpec wh_route_schedule_body[];
extern const WhSpec wh_route_demo_body[];
extern const WhSpec wh_route_edits_body[];
extern const WhSpec wh_route_webhook_body[];
extern const WhSpec wh_route_webhook_change_body[];

G_END_DECLS
