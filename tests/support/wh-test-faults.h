/* wh-test-faults.h: makes calls of another process fail that are about its files, while it runs.
 *
 * The process is started with LD_PRELOAD=wh-test-faults.so, WEEDHOUNDS_TEST_FAULTS=FILE, which both map, and WEEDHOUNDS_TEST_FAULTS_DIR:
 * calls for files below that folder count, no others. A write that fails has written half of what it should. */
#pragma once

#include <glib.h>

typedef enum {
  WH_FAULT_OPEN = 1 << 0,
  WH_FAULT_READ = 1 << 1,
  WH_FAULT_WRITE = 1 << 2,    /* and making a file longer or shorter */
  WH_FAULT_SYNC = 1 << 3,
} WhFaultClass;

/* All are atomic. */
typedef struct {
  gint classes;    /* of calls that count; 0: none */
  gint first;      /* the number, from 1, of the first call that fails */
  gint last;       /* and of the last */
  gint error;      /* errno they fail with */
  gint calls;      /* counted so far */
  gint failed;     /* of them */
} WhTestFaults;
