/* Members of the bodies that are no rows. Rows are as their field tables say. */
#include "base/wh-limits.h"
#include "core/wh-job.h"
#include "core/wh-webhook.h"
#include "wh-route-tables.h"

#define END { .help = NULL }
#define NAME_BYTES 256
#define PATH_BYTES 4096
#define REASON_BYTES 500
#define MOST_WISHES 32
#define MOST_EDITS 1000
#define MOST_SEED 9007199254740991.0   /* that JSON tells exactly */

static const WhSpec name_entry[] = { { NULL, WH_SPEC_TEXT, 1, NAME_BYTES, .help = "" }, END };

/* -- profiles and strains ------------------------------------------------------------------------------------------- */

static const WhSpec strain_entry[] = { { NULL, WH_SPEC_TEXT, 1, NAME_BYTES, .help = "Id, slug or name." }, END };

const WhSpec wh_route_compare_body[] = {
  { "strain_ids", WH_SPEC_LIST, 2, 6, .help = "Strains by id, slug or name.", .required = TRUE, .parts = strain_entry }, END
};

static const char *const units[] = { "%", "mg/g", NULL };

static const WhSpec profile_members[] = {
  { "name", WH_SPEC_TEXT, 0, WH_LIMIT_TEXT, .help = "Comes back with the answer." },
  { "unit", WH_SPEC_WORD, .words = units, .help = "Of the amounts.", .required = TRUE },
  { "analytes", WH_SPEC_OTHER, .help = "Amounts by analyte: numbers, or cells as laboratories write them, such as \"ND\" and \"<0.01\".",
    .required = TRUE, .schema = "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"type\":[\"number\",\"string\"]}}",
    .example = "{\"myrcene\":0.8,\"limonene\":0.3,\"linalool\":\"<0.01\"}" },
  END
};
static const WhSpec profile_entry[] = { { NULL, WH_SPEC_OBJECT, .help = "A sample.", .parts = profile_members }, END };

#define PROFILES { "profiles", WH_SPEC_LIST, 1, 20, .help = "Samples.", .required = TRUE, .parts = profile_entry }

const WhSpec wh_route_effects_body[] = { PROFILES, END };

const WhSpec wh_route_analyze_body[] = {
  PROFILES,
  { "limit", WH_SPEC_INTEGER, 1, 50, "5", .help = "Strains that are nearest, of each." }, END
};

/* -- recommendations ------------------------------------------------------------------------------------------------ */

#define NAMES(name, meaning) { name, WH_SPEC_LIST, 0, MOST_WISHES, .help = meaning, .parts = name_entry }
#define UNSUPPORTED(name) \
  { name, WH_SPEC_OTHER, .help = "Taken and not obeyed: the reply names it in not_supported, with the reason.", .schema = "{}" }
#define CONTENT(name, meaning) \
  { name, WH_SPEC_OTHER, .help = meaning, .example = "\"medium\"", \
    .schema = "{\"anyOf\":[{\"type\":\"string\",\"enum\":[\"low\",\"medium\",\"high\"]},{\"type\":\"object\"," \
              "\"properties\":{\"min\":{\"type\":\"number\"},\"max\":{\"type\":\"number\"}}}]}" }

static const char *const methods[] = { "smoking", "vaping", "edibles", "tinctures", "topicals", NULL };

static const WhSpec preference_members[] = {
  NAMES ("flavors", "Flavours that are liked, as people report them."),
  NAMES ("preferred_terpenes", "Terpenes that are wished for."),
  NAMES ("liked_strains", "Strains that are liked, by id, slug or name."),
  NAMES ("disliked_strains", "Strains that are not liked."),
  CONTENT ("thc_preference", "Total THC: low, medium, high, or a range in % by weight."),
  CONTENT ("cbd_preference", "Total CBD: low, medium, high, or a range in % by weight."),
  { "consumption_method", WH_SPEC_WORD, .words = methods, .help = "What it is sold for." },
  { "in_stock", WH_SPEC_FLAG, .fallback = "false", .help = "Only what is in stock." },
  { "max_price", WH_SPEC_NUMBER, 0.01, 1e6, .help = "Most dollars a gram." },
  UNSUPPORTED ("effects"), UNSUPPORTED ("avoid_effects"), UNSUPPORTED ("medical_uses"), UNSUPPORTED ("conditions"),
  UNSUPPORTED ("symptoms"), UNSUPPORTED ("experience_level"), END
};

static const WhSpec location_members[] = {
  { "state", WH_SPEC_STATE, .help = "What is sold in this state." },
  UNSUPPORTED ("latitude"), UNSUPPORTED ("longitude"), UNSUPPORTED ("radius_miles"), END
};

const WhSpec wh_route_recommend_body[] = {
  { "user_preferences", WH_SPEC_OBJECT, .help = "What is liked and wished for.", .parts = preference_members },
  { "location", WH_SPEC_OBJECT, .help = "Where it is bought.", .parts = location_members },
  { "limit", WH_SPEC_INTEGER, 1, 100, "10", .help = "Strains to recommend." }, END
};

/* -- others --------------------------------------------------------------------------------------------------------- */

static const char *const outcomes[] = { "accepted", "rejected", NULL };

const WhSpec wh_route_feedback_body[] = {
  { "substitution_id", WH_SPEC_ID, .help = "Of the reply that offered it.", .required = TRUE },
  { "product_id", WH_SPEC_ID, .help = "In place of what; this or strain_id." },
  { "strain_id", WH_SPEC_ID, .help = "In place of what; this or product_id." },
  { "offered_id", WH_SPEC_ID, .help = "The product that was offered.", .required = TRUE },
  { "outcome", WH_SPEC_WORD, .words = outcomes, .help = "What became of it.", .required = TRUE },
  { "reason", WH_SPEC_TEXT, 0, REASON_BYTES, .help = "Why, in words." }, END
};

static const char *const import_kinds[] = { "lab", "strains", "dispensaries", "menu", "reviews", "analytes", NULL };

const WhSpec wh_route_import_body[] = {
  { "kind", WH_SPEC_WORD, .words = import_kinds, .help = "What the file holds.", .required = TRUE },
  { "path", WH_SPEC_TEXT, 1, PATH_BYTES, .help = "Absolute path on the server's machine.", .required = TRUE },
  { "format", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "Name of a layout; without it, the layout is recognised." },
  { "strict", WH_SPEC_FLAG, .fallback = "false", .help = "Whether one bad row refuses the whole file." },
  { "dry_run", WH_SPEC_FLAG, .fallback = "false", .help = "Only report what would be done." }, END
};

#define JOB_KIND { "kind", WH_SPEC_WORD, .words = wh_job_kinds, .help = "What is done.", .required = TRUE }
#define JOB_ARGUMENTS \
  { "arguments", WH_SPEC_OTHER, .help = "How, as its kind asks for it.", .schema = "{\"type\":\"object\"}", .example = "{}" }
#define JOB_PRIORITY { "priority", WH_SPEC_INTEGER, 0, WH_JOB_PRIORITY_MOST, "5", .help = "9 is first." }
#define A_DAY 86400

const WhSpec wh_route_job_body[] = {
  JOB_KIND, JOB_ARGUMENTS, JOB_PRIORITY,
  { "key", WH_SPEC_TEXT, 1, WH_JOB_KEY, .help = "While a job with this key is not over, asking again gives that one." },
  { "run_at", WH_SPEC_TIME, .help = "Not before; without it, now." },
  { "attempts", WH_SPEC_INTEGER, 1, 100, .help = "How often it is tried; without it, as its kind says." }, END
};

const WhSpec wh_route_schedule_body[] = {
  JOB_KIND, JOB_ARGUMENTS, JOB_PRIORITY,
  { "rule", WH_SPEC_TEXT, 1, NAME_BYTES, .help = "When: every 15 minutes, every 6 hours, daily 03:30, weekly sun 04:00.", .required = TRUE,
    .example = "\"daily 03:30\"" },
  { "enabled", WH_SPEC_FLAG, .fallback = "true", .help = "Whether it begins jobs." },
  { "jitter_seconds", WH_SPEC_INTEGER, 0, A_DAY, "0", .help = "How late it may begin, by chance, so that many do not at once." }, END
};

const WhSpec wh_route_demo_body[] = {
  { "seed", WH_SPEC_INTEGER, 0, MOST_SEED, "420", .help = "Another seed makes another catalogue." }, END
};

static const WhSpec edit_entry[] = {
  { NULL, WH_SPEC_OTHER, .help = "A change.", .schema = "{\"$ref\":\"#/components/schemas/change_request\"}" }, END
};

const WhSpec wh_route_edits_body[] = {
  { "changes", WH_SPEC_LIST, 1, MOST_EDITS, .help = "Changes, in their order.", .required = TRUE, .parts = edit_entry },
  { "all_or_nothing", WH_SPEC_FLAG, .fallback = "false", .help = "Whether one that is refused undoes all." }, END
};

/* -- webhooks ------------------------------------------------------------------------------------------------------- */

#define URL_HELP "Where it is sent, http or https. Private networks are refused unless the server allows them."

static const WhSpec event_entry[] = { { NULL, WH_SPEC_WORD, .words = wh_event_keys, .help = "An event." }, END };

const WhSpec wh_route_webhook_body[] = {
  { "url", WH_SPEC_TEXT, 1, WH_WEBHOOK_URL, .help = URL_HELP, .required = TRUE, .example = "\"https://example.com/hook\"" },
  { "events", WH_SPEC_LIST, 1, 32, .help = "What is told.", .required = TRUE, .parts = event_entry },
  { "secret", WH_SPEC_TEXT, WH_WEBHOOK_SECRET_LEAST, WH_WEBHOOK_SECRET, .help = "Signs the calls; without it, one is made." }, END
};

const WhSpec wh_route_webhook_change_body[] = {
  { "url", WH_SPEC_TEXT, 1, WH_WEBHOOK_URL, .help = URL_HELP, .example = "\"https://example.com/hook\"" },
  { "events", WH_SPEC_LIST, 1, 32, .help = "What is told.", .parts = event_entry },
  { "paused", WH_SPEC_FLAG, .help = "Whether calls wait. False also has one that was disabled go on." }, END
};
