/* wh-lock.h: an advisory lock on a file, held while the value lives (flock; ends with the process). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhLock WhLock;

/* Takes the lock without waiting; WH_ERROR_BUSY when another process holds it. */
WhLock *wh_lock_take    (const char *path, GError **error);
/* The same, trying again for so many microseconds while another holds it. */
WhLock *wh_lock_wait    (const char *path, gint64 patience, GError **error);
void    wh_lock_release (WhLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhLock, wh_lock_release)

G_END_DECLS
