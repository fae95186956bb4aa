/* wh-opencl-drivers.h: the OpenCL drivers that are installed, found without touching them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gatomicrefcount ref_count;
  char *file;       /* the .icd that announces it */
  char *library;    /* what that names; "" for a file that cannot be read */
  char *stamp;      /* another one when file or library are replaced */
} WhOpenclDriver;

/* Of WhOpenclDriver*, by file name: those that the loader would find (OCL_ICD_VENDORS, else /etc/OpenCL/vendors). */
GPtrArray      *wh_opencl_drivers_find   (void);
WhOpenclDriver *wh_opencl_driver_ref     (WhOpenclDriver *driver);
void            wh_opencl_driver_unref   (WhOpenclDriver *driver);
/* A value of OCL_ICD_VENDORS with which a loader finds this driver alone; it may make a folder below `cache_dir` (may be NULL). */
char           *wh_opencl_driver_vendors (const WhOpenclDriver *driver, const char *cache_dir);
/* Whether one of `names` (may be NULL) means it: its file's name, with or without .icd, in any case. */
gboolean        wh_opencl_driver_named   (const WhOpenclDriver *driver, const char *const *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclDriver, wh_opencl_driver_unref)

G_END_DECLS
