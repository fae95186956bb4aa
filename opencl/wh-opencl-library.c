#include "wh-opencl-library.h"

#include <glib/gi18n.h>
#include <gmodule.h>

#include "base/wh-error.h"

#define LIBRARY "libOpenCL.so.1"

static gboolean
look_up (GModule *module, WhOpenclLibrary *library, GError **error)
{
#define LOOK_UP(name)                                                                                                       \
  if (!g_module_symbol (module, #name, (gpointer *) &library->name) || !library->name)                                      \
    {                                                                                                                       \
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("%s is too old: it has no %s."), LIBRARY, #name);                \
      return FALSE;                                                                                                         \
    }
  WH_OPENCL_FUNCTIONS (LOOK_UP)
#undef LOOK_UP
  return TRUE;
}

static gboolean
open_library (WhOpenclLibrary *library, GError **error)
{
  GModule *module = g_module_open (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  if (!module)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("OpenCL is not installed (%s)."), g_module_error ());
      return FALSE;
    }
  /* Drivers leave threads behind that must not lose their code. */
  g_module_make_resident (module);
  return look_up (module, library, error);
}

const WhOpenclLibrary *
wh_opencl_library (GError **error)
{
  static GMutex lock;
  static WhOpenclLibrary library;
  static gboolean opened;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (!opened)
    opened = open_library (&library, error);
  return opened ? &library : NULL;
}

void
wh_opencl_release_mem (cl_mem mem)
{
  if (mem)
    wh_opencl_library (NULL)->clReleaseMemObject (mem);
}

void
wh_opencl_release_program (cl_program program)
{
  if (program)
    wh_opencl_library (NULL)->clReleaseProgram (program);
}
