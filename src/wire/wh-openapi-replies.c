/* The shapes of replies. A test compares them with what the server answers. */
#include "wh-openapi-private.h"

#define ANALYTE "analyte:text,name:text"
#define INTERVAL "low:number?,high:number?,n:integer"
#define PLACE "name:text?,city:text?,state:text?"
#define CLOSENESS \
  "hellinger_distance:number?,hellinger_low:number?,hellinger_high:number?,rsd_assumed:number,js_distance:number?,percentile:number?," \
  "same_producer_percentile:number?,shared_analytes:integer," \
  "contributions:[{" ANALYTE ",share:number,other_share:number,part:number,direction:(more|less)}]"
#define CHEMISTRY \
  "thc_percentage:number?,cbd_percentage:number?,chemotype:text?,dominant_terpene:text?," \
  "terpenes:[{" ANALYTE ",amount:number,unit:text}]"
#define CARD \
  "id:id,strain_id:id,name:text,slug:text?,type:text?,thc:number?,cbd:number?," CHEMISTRY ",batches:integer,products:integer," \
  "in_stock:integer,price_per_gram:number?,tested_at:date?,priced_at:time?,price_stale:flag?,popularity_score:number?,demonstration:flag"
#define ANALYSIS \
  "n_results:integer,n_left_out:integer,totals:[{key:text,name:text,formula:text?,amount:number?," INTERVAL ",unit:text}]," \
  "chemotype:text?,thc_cbd_ratio:number?,thc_cbd_ratio_low:number?,thc_cbd_ratio_high:number?," \
  "terpenes:[{" ANALYTE ",amount:number?," INTERVAL ",unit:text,share:number?,share_low:number?,share_high:number?,leads_in:integer}]," \
  "dominant:{" ANALYTE ",share:number?,leads_in:integer,of:integer,stability:number?,lead:number?,stable:flag,in_words:text}?," \
  "aroma:[{analyte:text,words:text,source:text?}]"
#define COUNTS \
  "rows:integer,imported:integer,updated:integer,unchanged:integer,duplicates:integer,bad:integer,measurements:integer,n_warnings:integer"
#define SIDE \
  "strain_id:id?,strain:text?,category:text?,subcategory:text?,amount:text?,weight_grams:number?,thc_percentage:number?," \
  "thc_source:text?,thc_mg:number?,price:number?,currency:text?,price_per_gram:number?,in_stock:flag?,observed_at:time?,stale:flag," \
  "price_age_hours:number?"
#define SOLD "product_id:id,name:text,brand:text?"
#define SHOP_FIGURES \
  "delivery_fee:number?,delivery_minimum:number?,product_categories:[text],brand_count:integer,product_count:integer"
#define TERM "term:text,strain_id~:id?,searches:integer"

#define OUTLIERS \
  "{n_tests:integer,strains:[{strain_id:id,name:text,n_tests:integer,spread:number?,demonstration:flag}],tests:[{strain_id:id,name:text," \
  "batch_id:id?,batch_number:text?,lab_result_id:id,lab:text?,sample_id:text?,test_date:date?,kind:(analyte|profile),analyte:text?," \
  "value:number?,median:number?,unit:text?,z:number?,n_tests:integer,message:text}]}"

static const struct {
  const char *name, *shape;
} shared[] = {
  { "strain_card", "{" CARD "}" },
  { "similar_strain", "{strain_id:id,name:text,type:text?," CLOSENESS ",engine:text?,words:text,differs:text?,demonstration:flag}" },
  { "share", "{" ANALYTE ",share:number}" },
  { "short_product", "{product_id:id,name:text,brand:text?,category:text?,amount:text?,weight_grams:number?}" },
  { "short_dispensary", "{dispensary_id:id," PLACE "}" },
  { "offer", "{dispensary:@short_dispensary,product:@short_product,price:number?,currency:text?,unit:text,price_per_gram:number?,"
             "price_per_mg_thc:number?,in_stock:flag?,distance_miles:number?,delivery:flag?,pickup:flag?,observed_at:time?,stale:flag,"
             "comparable:flag,check:text?}" },
  { "substitute_parts", "{chemistry:@substitute_part,aroma:@substitute_part,format:@substitute_part,strength:@substitute_part,"
                        "price:@substitute_part}" },
  { "substitute_part", "{weight:number,value:number?,known:flag}" },
  { "not_supported", "{fields:[text],reason:text}" },
  { "interval", "{value:number?," INTERVAL "}" },
  { "rule", "{jurisdiction:text,subject:text,title:text,category:text?,buyer:text,condition:{thc_above:number?,thc_at_most:number?}?,"
            "status:(known|unknown),value:any,unit:text?,base:[text]?,rounding:text?,effective_from:date?,effective_to:date?,"
            "reviewed_on:date?,review_due:flag,citation:text?,url:text?,note:text?,pack:text,trust:text}" },
  { "job", "{job_id:id,kind:text,state:(waiting|running|done|failed|cancelled),priority:integer,arguments:{*:any},key:text?,"
           "schedule:text?,created_by:text,created_at:time,run_at:time,started_at:time?,ended_at:time?,attempts:integer,"
           "most_attempts:integer,cancel_requested:flag,progress:number?,note:text?,holder:text?,error:{code:text,message:text}?}" },
  { "webhook", "{webhook_id:id,url:text,events:[text],state:(active|paused|disabled),reason:text?,secret~:text,created_by:text,"
               "created_at:time,updated_at:time}" },
  { "schedule", "{name:text,kind:text,arguments:{*:any},rule:text,priority:integer,enabled:flag,jitter_seconds:integer,next_run:time,"
                "last_run:time?,last_job_id:id?,revision:integer,updated_at:time,updated_by:text}" },
  { "trend", "{" TERM ",before:integer,change_percent:number?}" },
  { "searched_term", "{" TERM ",without_result:integer}" },
};

static const char *const shapes[WH_N_ROUTES] = {
  [WH_ROUTE_HEALTH] = "{status:(healthy|starting|unhealthy),checks:{database:text,catalogue:text,cache:text,opencl:text,disk:text,"
                      "backup:text,jobs:text,standby:text}}",
  [WH_ROUTE_READY] = "{status:(ready)}",
  [WH_ROUTE_LIVE] = "{status:(live)}",
  [WH_ROUTE_METRICS] = "text",
  [WH_ROUTE_EVENTS] = "text",
  [WH_ROUTE_METRICS_JSON] = "{routes:[{route:text?,method:text?,requests:integer,statuses:{*:integer},p50_ms:number?,p95_ms:number?,"
                            "p99_ms:number?}],figures:[{name:text,type:text,label~:text,of~:text?,value:number?}]}",
  [WH_ROUTE_OPENAPI] = "{openapi:text,info:{*:any},paths:{*:any},components:{*:any}}",
  [WH_ROUTE_STRAINS] = "[@strain_card+{match_score:number?,highlight:text?,matched:text?,matched_by:text?}]",
  [WH_ROUTE_STRAIN_SEARCH] = "[@strain_card+{match_score:number?,highlight:text?,matched:text?,matched_by:text?}]",
  [WH_ROUTE_STRAIN_FACETS] = "{total:integer,facets:[{facet:text,value:text?,name:text?,count:integer,query:text?}]}",
  [WH_ROUTE_PRODUCT_SEARCH] = "[{product_id:id,name:text,brand:text?,category:text?,strain_id:id?,strain:text?,weight_grams:number?,"
                              "products:integer,in_stock:integer,price:number?,price_per_gram:number?,match_score:number?,highlight:text?,"
                              "matched_by:text?,demonstration:flag}]",
  [WH_ROUTE_STRAIN_RECOMMENDATIONS]
  = "{recommendation_id:id,recommendations:[{strain_id:id,name:text,type:text?,match_score:number,match_reasons:[text],availability:{"
    "dispensaries_count:integer,avg_price:number?,unit:text,stale_prices:integer,in_stock:flag},strain:@strain_card,demonstration:flag}],"
    "counterfactuals:[{strain_id:id,name:text,change:text,words:text}],not_supported~:@not_supported}",
  /* A strain that was made a moment ago is told before it is searched. */
  [WH_ROUTE_STRAIN]
  = "@strain+{id~:id,review_count~:integer,average_rating~:number?,thc_percentage~:number?,cbd_percentage~:number?,chemotype~:text?,"
    "dominant_terpene~:text?,terpenes~:[{" ANALYTE ",amount:number,unit:text}],thcv_percentage~:number?,cbg_percentage~:number?,"
    "percentages~:{thc:@interval,cbd:@interval,thcv:@interval,cbg:@interval,terpenes:@interval,cannabinoids:@interval},"
    "terpene_profile~:[{" ANALYTE ",code:text,amount:number?," INTERVAL ",unit:text}],in_stock~:integer,price_per_gram~:number?,"
    "tested_at~:date?,priced_at~:time?,batches~:[@batch+{lab_results:[@lab_result]}],lab_results~:[@lab_result],"
    "products~:[@product+{price_per_gram:number?,dispensary_name:text?,dispensary_state:text?}],notes~:[@note]?,favorite~:flag?,"
    "medical_uses~:[text]?,not_supported~:@not_supported}",
  [WH_ROUTE_LAB_RESULT_CHECKS] = "[{code:text,lab:text?,name:text?,sample_id:text?,lab_result_id:id?,product_id:id?,value:number?,"
                                 "message:text}]",
  [WH_ROUTE_TERPENES_ANALYZE] = "[{name:text?," ANALYSIS ",similar:[@similar_strain]?,similar_reason:text?}]",
  [WH_ROUTE_TERPENES_EFFECTS] = "[{name:text?,effects:{*:any}?," ANALYSIS ",not_supported:@not_supported}]",
  [WH_ROUTE_TERPENES_CLUSTERS]
  = "{k:integer,engine:text,silhouette:number?,stability:number?,n_values:integer,n_censored:integer,terpenes:[text],groups:[{label:text,"
    "n:integer,leading:[@share],examples:[{strain_id:id,name:text}]}],unclassified:{between:integer,untested:integer,empty:integer}}",
  [WH_ROUTE_TERPENES_CORRELATIONS]
  = "[{" ANALYTE ",other_analyte:text,other_name:text,spearman:number?,spearman_low:number?,spearman_high:number?,pearson:number?,"
    "pearson_low:number?,pearson_high:number?,n:integer,n_censored:integer,engine:text}]",
  [WH_ROUTE_TERPENES_OUTLIERS] = OUTLIERS,
  [WH_ROUTE_TERPENES_STRAIN_OUTLIERS] = OUTLIERS,
  [WH_ROUTE_TERPENES_SEARCH] = "[{strain_id:id,name:text,type:text?,hellinger_distance:number,n_tested:integer,leading:[@share],"
                               "demonstration:flag}]",
  [WH_ROUTE_TERPENES_SIMILAR] = "[@similar_strain]",
  [WH_ROUTE_TERPENES] = "{strain_id:id,name:text,demonstration:flag," ANALYSIS "}",
  [WH_ROUTE_TERPENES_MAP]
  = "{axes:[{share:number,loadings:[{" ANALYTE ",value:number}]}],method:text,engine:text,assumption:{limit:number?,unit:text,rsd:number,"
    "censored:number,assumed:integer,words:text},placed:integer,points:[{strain_id:id,name:text,x:number,y:number,"
    "ellipse:{major:number?,minor:number?,angle:number?},dominant:text?,n:integer}],untested:integer,too_little:integer}",
  [WH_ROUTE_TERPENES_COMPARE]
  = "{strains:[@strain_card],differences:[{" ANALYTE ",difference:number,unit:text,amounts:[{strain_id:id,amount:number?," INTERVAL "}]}],"
    "engine:text?,pairs:[{strain_id:id,other_strain_id:id," CLOSENESS ",words:text?,differs:text?,in_words:text}]}",
  [WH_ROUTE_PRICING_COMPARE]
  = "{compared:{category:text?,by:text?,package_grams_low:number?,package_grams_high:number?,amount:text?,currency:text?,offers:integer,"
    "stale:integer,other_sizes:integer,other_categories:integer,without_price:integer,without_place:integer,words:text},"
    "price_comparison:[@offer],price_statistics:{lowest:number?,highest:number?,average:number?,median:number?,price_range:number?,"
    "dispensaries_compared:integer,offers:integer,unit:text?,stale:flag},best_value:@offer?,closest_option:@offer?,demonstration:flag}",
  [WH_ROUTE_SUBSTITUTES]
  = "{substitution_id:id,asked:{product:{" SOLD "}?,dispensary:@short_dispensary?," SIDE "},searched:{dispensary:@short_dispensary?,"
    "category:text?},same_product_elsewhere:integer,stock_not_known:integer,substitutes:[{product:{" SOLD "},dispensary:@short_dispensary?,"
    SIDE ",same_strain:flag,score:number,parts:@substitute_parts,reasons:[text]," CLOSENESS ",thc_difference:number?,"
    "thc_mg_difference:number?,price_difference:number?,price_by:text?,weight_difference:number?,dispensaries:integer,not_known:[text],"
    "demonstration:flag}],words:text,demonstration:flag}",
  [WH_ROUTE_SUBSTITUTE_FEEDBACK]
  = "{feedback_id:id,about:text,substitution_id:id?,subject_kind:text?,subject_id:id?,offered_kind:text,offered_id:id,outcome:text,"
    "reason:text?,decided_at:time?}",
  [WH_ROUTE_PRICING_TOTAL]
  = "{product:@short_product+{thc_mg:number?},dispensary:@short_dispensary+{county:text?},jurisdiction:text?,buyer:text,quantity:integer,"
    "shelf_price:number?,currency:text,observed_at:time?,stale:flag,tax_basis:text?,list_price:number?,discount:number?,price:number?,"
    "taxes:[{subject:text,title:text,certainty:text,rate:text?,base:number?,amount:number?,why:text?,rule:@rule?}],total:number?,"
    "at_least:number?,at_most:number?,words:text,refused_rules:[any],demonstration:flag}",
  [WH_ROUTE_PRICING_HISTORY]
  = "{of:{product_id~:id,name:text,strain_id~:id},since:time?,unit:text?,currency:text?,category:text?,step:text,observations:[{"
    "price_id:id,product:@short_product,dispensary:@short_dispensary,price:number?,list_price:number?,currency:text?,unit:text?,"
    "price_per_gram:number?,value:number?,change:number?,tax_basis:text?,observed_at:time?,until:time?,gap:flag,source:text?,"
    "observed_by:text?,photo_hash:text?,check:text?}],periods:[{from:date,to:date,observations:integer,lowest:number?,highest:number?,"
    "median:number?}],statistics:{lowest:number?,highest:number?,median:number?,counted:integer,observations:integer,products:integer,"
    "checks:integer,last:number?,change:number?,change_percent:number?},demonstration:flag}",
  [WH_ROUTE_PRICING_WATCHES]
  = "{revision:integer,since:integer,watches:[{watch_id:id,strain_id:id?,product_id:id?,name:text?,dispensary_id:id?,dispensary:text?,"
    "category:text?,limit:number,limit_unit:text?,owner:text?,hits:integer,stale:integer}],hits:[{watch_id:id,product:@short_product,"
    "dispensary:@short_dispensary,price:number?,currency:text?,price_per_gram:number?,limit:number,limit_unit:text?,in_stock:flag?,"
    "observed_at:time?,stale:flag}],demonstration:flag}",
  [WH_ROUTE_ANALYTICS_STATS]
  = "{timeframe:text,from:time,to:time,revision:integer,strain_analytics~:{searches:integer,without_result:integer,not_named:integer,"
    "top_terms:[@searched_term],top_strains:[{strain_id:id,name:text,searches:integer}],terms_without_result:[@searched_term],"
    "trending_up:[@trend],trending_down:[@trend],trend:{before_from:date,from:date,to:date,least_searches:integer}},"
    "terpene_analytics~:{analyses:integer?,counted_since:time?,p50_ms:number?,p95_ms:number?,engine:text?,lab_results:integer,"
    "with_terpenes:integer},dispensary_analytics~:{freshness:[{kind:text,limit_hours:integer,facts:integer,fresh:integer,stale:integer,"
    "unknown_age:integer,fresh_share:number?,oldest:time?,newest:time?}]},user_analytics~:{available:flag,reason:text},"
    "price_analytics~:{pairs:integer,equal:integer,equal_share:number?,median_difference:number?,median_difference_percent:number?,"
    "median_hours_between:number?},recommendation_analytics~:{offers:[{about:text,decided:integer,accepted:integer,"
    "accepted_share:number?,low:number?,high:number?}]},catalogue:{*:integer},demonstration:flag}",
  [WH_ROUTE_SYNC_CHANGES] = "{server_id:id,epoch:id,revision:integer,token:text,has_more:flag,changes:[{seq:integer,op:(put|delete),"
                            "kind:text,id:id,row~:{*:any}}]}",
  [WH_ROUTE_ADMIN_IMPORT]
  = "{files:[{path:text,format:text?," COUNTS ",refused:flag,warnings:[{code:text,file:text?,line:integer,column:text?,value:text?,"
    "message:text}]}],totals:{files:integer," COUNTS "}}",
  [WH_ROUTE_WEBHOOKS] = "[@webhook]",
  [WH_ROUTE_WEBHOOK_ADD] = "@webhook",
  [WH_ROUTE_WEBHOOK] = "@webhook",
  [WH_ROUTE_WEBHOOK_CHANGE] = "@webhook",
  [WH_ROUTE_WEBHOOK_DELETE] = "{webhook_id:id}",
  [WH_ROUTE_WEBHOOK_DELIVERIES] = "[{delivery_id:id,event:text?,revision:integer,state:(waiting|delivered|dead),tries:integer,due_at:time,"
                                  "created_at:time,ended_at:time?,status:integer?,error:text?}]",
  [WH_ROUTE_WEBHOOK_RETRY] = "{retried:integer}",
  [WH_ROUTE_JOBS] = "[@job]",
  [WH_ROUTE_JOB_ADD] = "@job+{outcome:{*:any}?}",
  [WH_ROUTE_JOB] = "@job+{outcome:{*:any}?}",
  [WH_ROUTE_JOB_CANCEL] = "@job+{outcome:{*:any}?}",
  [WH_ROUTE_SCHEDULES] = "[@schedule]",
  [WH_ROUTE_SCHEDULE] = "@schedule",
  [WH_ROUTE_SCHEDULE_PUT] = "@schedule",
  [WH_ROUTE_SCHEDULE_DELETE] = "{name:text}",
  [WH_ROUTE_ADMIN_DEMO] = "{seed:integer,strains:integer,dispensaries:integer,products:integer,batches:integer}",
  [WH_ROUTE_DISPENSARIES] = "[@dispensary+{distance_miles:number?," SHOP_FIGURES "}]",
  [WH_ROUTE_DISPENSARY] = "@dispensary+{" SHOP_FIGURES "}",
  [WH_ROUTE_DISPENSARY_PRODUCTS]
  = "[@product+{category_given:text?,strain:text?,price:number?,unit:text?,price_per_gram:number?,thc_mg_label:number?,"
    "thc_mg_source:text?,price_per_mg_thc:number?,stale:flag,menu_stale:flag,price_age_hours:number?,"
    "lab_results:{lab_result_id:id,batch_id:id,lab_name:text?,test_date:date?}?,terpene_profile:[@measurement]?}]",
  [WH_ROUTE_CHANGES] = "{results:[{outcome:text,kind:text,id:id?,row:{*:any}?,remark:text?,error:{code:text,message:text,field:text?}?}]}",
};

const char *
wh_openapi_reply_shape (const WhRoute *route)
{
  return shapes[route->id] ? shapes[route->id] : "any";
}

void
wh_openapi_write_shared (WhJsonWriter *writer)
{
  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    {
      wh_json_writer_key (writer, shared[i].name);
      wh_openapi_write_shape (writer, shared[i].shape);
    }
}
