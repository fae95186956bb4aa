/* wh-test-run.h: runs the real program in a directory of its own. */
#pragma once

#include "base/wh-json.h"
#include "support/wh-test.h"

typedef struct {
  int   status;   /* exit status; -1: killed */
  char *out, *err;
} WhTestRun;

/* Runs `weedhounds` with `arguments` (quoted as for a shell) in `dir`; data in dir/data, neither display nor configuration. */
WhTestRun *wh_test_run       (const char *dir, const char *arguments);
/* Runs a script for bash in the same surroundings; the program is "$WEEDHOUNDS_TEST_BINARY". */
WhTestRun *wh_test_run_shell (const char *dir, const char *script);
void       wh_test_run_free  (WhTestRun *run);
/* Runs, asserts the exit status, returns what was printed on stdout or (where it failed) on stderr. Caller frees. */
char      *wh_test_say       (const char *dir, const char *arguments, int status);
/* The same, read as JSON. */
WhJson    *wh_test_ask       (const char *dir, const char *arguments, int status);
void       wh_test_write     (const char *dir, const char *name, const char *text);
/* Asserts that `node` is an object with all of these keys, separated by spaces. */
void       wh_test_has_keys  (const WhJsonNode *node, const char *keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTestRun, wh_test_run_free)
