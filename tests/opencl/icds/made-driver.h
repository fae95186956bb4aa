/* made-driver.h: as much of a driver as a loader asks for before it asks for platforms. */
#pragma once

#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__ ((visibility ("default")))
#define NO_PLATFORM (-1001)

EXPORTED int   clIcdGetPlatformIDsKHR (unsigned n_entries, void **platforms, unsigned *n_platforms);
EXPORTED int   clGetPlatformInfo (void *platform, unsigned name, unsigned long size, void *value, unsigned long *size_of_value);
EXPORTED void *clGetExtensionFunctionAddress (const char *name);

int
clGetPlatformInfo (void *platform, unsigned name, unsigned long size, void *value, unsigned long *size_of_value)
{
  return -30;
}

void *
clGetExtensionFunctionAddress (const char *name)
{
  return strcmp (name, "clIcdGetPlatformIDsKHR") == 0 ? (void *) clIcdGetPlatformIDsKHR : NULL;
}
