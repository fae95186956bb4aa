/* wh-cli-devices.h: OpenCL devices in the terminal. */
#pragma once

#include "base/wh-json-writer.h"
#include "service/wh-devices.h"
#include "wh-cli-options.h"

G_BEGIN_DECLS

/* Tries what is not known, with a bar; of WhDevice*, free with g_ptr_array_unref; NULL when it was interrupted. */
GPtrArray *wh_cli_devices_try     (const WhCliOptions *options);
/* One device in a sentence. Caller frees. */
char      *wh_cli_devices_words   (const WhDevice *device);
/* What lies in the cache of compiled programs; NULL: nothing. Caller frees. */
char      *wh_cli_devices_kept    (const char *data_dir);
/* Adds the member "device". */
void       wh_cli_devices_present (WhJsonWriter *writer, const WhDevice *device);

G_END_DECLS
