/* wh-outbox-content.h: what stands in a letter of the outbox.
 *
 * {"change": as the wire writes it, but for what is absent; "fields": [those it means, none: all]; "follows": whether the server makes it
 * himself}. What is absent is left out since a desktop may keep hundred thousands of them. */
#pragma once

#include "core/wh-change.h"

G_BEGIN_DECLS

#define WH_OUTBOX_FORMAT 1

GBytes   *wh_outbox_content_write (const WhChange *change);
/* NULL when this program does not understand it. */
WhChange *wh_outbox_content_read  (GBytes *content, gint64 format);

G_END_DECLS
