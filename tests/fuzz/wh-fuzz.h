/* wh-fuzz.h: entry points as libFuzzer calls them, one program each. Built by clang with -Dfuzz=true libFuzzer drives them, led by what
 * the inputs reach; else wh-fuzz-driver.c does, which changes the inputs of the corpus by a seed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Any bytes. Always 0; what is wrong ends the process. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
