/* wh-opencl-verdict.h: what was found out about the OpenCL devices of this machine, kept in the file opencl-devices.ini of the cache
 * directory, so that it is found out once. A verdict counts for one driver (by its stamp), one program and one path of the CPU. A file
 * that is damaged is as one that is not there. */
#pragma once

#include "wh-opencl-drivers.h"
#include "wh-opencl-measure.h"
#include "wh-opencl-proxy.h"

G_BEGIN_DECLS

typedef enum {
  WH_OPENCL_STAGE_LIST,       /* loaded, asked for its devices */
  WH_OPENCL_STAGE_OPEN,       /* programs compiled */
  WH_OPENCL_STAGE_CHECK,      /* compared with the CPU */
  WH_OPENCL_STAGE_MEASURE,
  WH_OPENCL_STAGE_MACHINE,    /* the machine went down meanwhile */
  WH_OPENCL_N_STAGES
} WhOpenclStage;

/* Of a device; of a driver as a whole where it got no further than its list. */
typedef struct {
  WhOpenclIdentity *identity;     /* NULL: of the driver */
  guint             place;        /* in the driver's list */
  WhOpenclCourse    course;       /* WH_OPENCL_WENT_WELL: usable */
  WhOpenclStage     stage;        /* where it failed */
  WhOperation       operation;    /* with which, at WH_OPENCL_LIED */
  char             *words;        /* the driver's own, NULL for none */
  gint64            moment;
  WhOpenclPaces     paces;        /* of a usable one */
} WhOpenclVerdict;

WhOpenclVerdict *wh_opencl_verdict_new  (WhOpenclCourse course, WhOpenclStage stage);
void             wh_opencl_verdict_free (WhOpenclVerdict *verdict);
/* Whether it is worth keeping: what goes well, and what must not be tried again by itself. */
gboolean         wh_opencl_verdict_lasts (const WhOpenclVerdict *verdict);

/* What is known of a driver: WhOpenclVerdict*, free with g_ptr_array_unref; NULL: nothing, it has to be tried. */
GPtrArray *wh_opencl_verdicts_load   (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path);
/* Remembers that it is being tried: should the machine go down before the verdict, it is not tried again. */
void       wh_opencl_verdicts_begin  (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path);
/* The outcome; NULL: none, as if it had not been tried. */
void       wh_opencl_verdicts_store  (const char *cache_dir, const WhOpenclDriver *driver, const char *program, const char *cpu_path,
                                      GPtrArray *verdicts);
/* All of it. */
void       wh_opencl_verdicts_forget (const char *cache_dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclVerdict, wh_opencl_verdict_free)

G_END_DECLS
