/* wh-cli-command.h: the commands, and what they share. */
#pragma once

#include "base/wh-error.h"
#include "wh-cli-options.h"
#include "wh-cli.h"

G_BEGIN_DECLS

/* Runs a command; an exit status. With `error` set the status does not count: it follows from the error. */
typedef int (*WhCliRun) (const WhCliOptions *options, GError **error);

int wh_cli_list    (const WhCliOptions *options, GError **error);
int wh_cli_get     (const WhCliOptions *options, GError **error);
int wh_cli_add     (const WhCliOptions *options, GError **error);
int wh_cli_edit    (const WhCliOptions *options, GError **error);
int wh_cli_delete  (const WhCliOptions *options, GError **error);
int wh_cli_import  (const WhCliOptions *options, GError **error);
int wh_cli_migrate (const WhCliOptions *options, GError **error);
int wh_cli_demo    (const WhCliOptions *options, GError **error);
int wh_cli_search  (const WhCliOptions *options, GError **error);
int wh_cli_similar (const WhCliOptions *options, GError **error);
int wh_cli_analyze (const WhCliOptions *options, GError **error);
int wh_cli_cluster (const WhCliOptions *options, GError **error);
int wh_cli_compare (const WhCliOptions *options, GError **error);
int wh_cli_correlate (const WhCliOptions *options, GError **error);
int wh_cli_map     (const WhCliOptions *options, GError **error);
int wh_cli_recommend (const WhCliOptions *options, GError **error);
int wh_cli_menu    (const WhCliOptions *options, GError **error);
int wh_cli_dispensaries (const WhCliOptions *options, GError **error);
int wh_cli_outliers (const WhCliOptions *options, GError **error);
int wh_cli_prices  (const WhCliOptions *options, GError **error);
int wh_cli_substitute (const WhCliOptions *options, GError **error);
int wh_cli_rules   (const WhCliOptions *options, GError **error);
int wh_cli_price_history (const WhCliOptions *options, GError **error);   /* prices history */
int wh_cli_watch   (const WhCliOptions *options, GError **error);
int wh_cli_prices_observe (const WhCliOptions *options, GError **error);   /* the words begin with "observe" */
int wh_cli_note    (const WhCliOptions *options, GError **error);
int wh_cli_notes   (const WhCliOptions *options, GError **error);
int wh_cli_favorite (const WhCliOptions *options, GError **error);
int wh_cli_favorites (const WhCliOptions *options, GError **error);
int wh_cli_outbox  (const WhCliOptions *options, GError **error);
int wh_cli_show    (const WhCliOptions *options, GError **error);
int wh_cli_sentinel (const WhCliOptions *options, GError **error);
int wh_cli_names   (const WhCliOptions *options, GError **error);
int wh_cli_serve   (const WhCliOptions *options, GError **error);
int wh_cli_stats   (const WhCliOptions *options, GError **error);
int wh_cli_sync    (const WhCliOptions *options, GError **error);
int wh_cli_jobs    (const WhCliOptions *options, GError **error);
int wh_cli_doctor  (const WhCliOptions *options, GError **error);
int wh_cli_reproduce (const WhCliOptions *options, GError **error);

/* A table of notes (WhNote*). */
void wh_cli_notes_print (const WhCliOptions *options, const GPtrArray *notes);

G_END_DECLS
