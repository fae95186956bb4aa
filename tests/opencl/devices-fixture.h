/* devices-fixture.h: a cache directory, a folder of drivers and the fake child, whose device is the CPU or fails as told. */
#pragma once

#include "support/wh-test.h"
#include "wh-engine-private.h"
#include "wh-matrix-private.h"

typedef struct {
  char *cache, *vendors;
} Fixture;

/* Shorter than the program's own. */
extern const WhOpenclLimits test_limits;

void fixture_set_up    (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
/* What the fake child does from its next start on; NULL: what it should. */
void fixture_tell      (const char *what);
/* Tries all devices and returns the report: of WhDevice*. */
GPtrArray *fixture_look (Fixture *fixture);
/* Remembers the device as good, and as one that takes hardly any time but to start. */
void fixture_make_fast (Fixture *fixture, double seconds_to_open);

void add_session_tests (void);
