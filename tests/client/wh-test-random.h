/* wh-test-random.h: rows of every kind with anything in their fields. */
#pragma once

#include "core/wh-nouns-shop.h"

/* Ids of rows and of what they refer to come from so few that changes meet the same rows again. */
#define WH_TEST_RANDOM_IDS 12

WhId      wh_test_random_id     (WhKind kind);
/* A valid row with this id. */
WhEntity *wh_test_random_entity (WhKind kind, const WhId *id);
