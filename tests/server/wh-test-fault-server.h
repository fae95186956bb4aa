/* wh-test-fault-server.h: the real server, whose files can be made to fail while it runs (support/wh-test-faults.h). */
#pragma once

#include "support/wh-test-faults.h"
#include "wh-test-server.h"

typedef struct {
  const char *name;
  gint        classes;
  gint        error;       /* errno */
  gboolean    goes_on;     /* every call from the n-th on; else the n-th alone */
} WhTestFaultPlan;

/* The environment for WhTestServer: files below `dir` can fail from now on. */
const char *const *wh_test_faults_environment (const char *dir);
void               wh_test_faults_arm     (const WhTestFaultPlan *plan, guint n);
/* How many calls failed since. */
guint              wh_test_faults_disarm  (void);
void               wh_test_faults_clear   (void);
