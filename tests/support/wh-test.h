/* wh-test.h: what every test file needs: places, and real parts to start and stop. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>

/* Path of a shared data file ("data/lab/mcr-ma-2014-2023.csv"), or NULL after g_test_skip. Caller frees. */
char *wh_test_shared   (const char *relative);
/* A fresh temporary directory; remove it with wh_test_remove_dir. */
char *wh_test_make_dir (void);
void  wh_test_remove_dir (const char *dir);

#define wh_test_no_error(error) g_assert_no_error (error)
