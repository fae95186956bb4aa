/* wh-linger.h: connections that are answered before all of their request came. Closed at once, what is still on its way would make the
 * kernel tear up the reply; here each is read and thrown away for a moment, until its peer has heard. Knows descriptors only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhLinger WhLinger;

/* Starts a thread, which sleeps while there is nobody. */
WhLinger *wh_linger_new  (void);
/* Closes whoever is left. */
void      wh_linger_free (WhLinger *linger);
/* Takes `fd`, of a connection whose reply is sent; -1 does nothing. Where too many linger, it is closed at once. */
void      wh_linger_take (WhLinger *linger, int fd);

G_END_DECLS
