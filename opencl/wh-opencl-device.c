#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-opencl-private.h"

/* -- which devices there are -- */

typedef struct {
  char        *platform;
  guint        place;        /* as the library lists it */
  cl_device_id device;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->platform);
  g_free (found);
}

static char *
platform_name (const WhOpenclLibrary *cl, cl_platform_id platform)
{
  size_t length = 0;
  g_autofree char *name = NULL;

  if (cl->clGetPlatformInfo (platform, CL_PLATFORM_NAME, 0, NULL, &length) != CL_SUCCESS)
    return g_strdup ("");
  name = g_malloc0 (length + 1);
  cl->clGetPlatformInfo (platform, CL_PLATFORM_NAME, length, name, NULL);
  return g_utf8_make_valid (g_strstrip (name), -1);
}

static void
find_devices (const WhOpenclLibrary *cl, cl_platform_id platform, GPtrArray *found)
{
  cl_uint n = 0;
  g_autofree cl_device_id *devices = NULL;

  if (cl->clGetDeviceIDs (platform, CL_DEVICE_TYPE_ALL, 0, NULL, &n) != CL_SUCCESS || n == 0)
    return;
  devices = g_new0 (cl_device_id, n);
  if (cl->clGetDeviceIDs (platform, CL_DEVICE_TYPE_ALL, n, devices, NULL) != CL_SUCCESS)
    return;
  for (cl_uint i = 0; i < n; i++)
    {
      Found *one = g_new0 (Found, 1);
      *one = (Found) { platform_name (cl, platform), found->len, devices[i] };
      g_ptr_array_add (found, one);
    }
}

/* The library lists platforms as the folder of drivers does, which is no order. */
static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *x = *(Found *const *) a, *y = *(Found *const *) b;
  int order = strcmp (x->platform, y->platform);

  return order ? order : (x->place > y->place) - (x->place < y->place);
}

static GPtrArray *
find_all (const WhOpenclLibrary *cl, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (found_free);
  g_autofree cl_platform_id *platforms = NULL;
  cl_uint n = 0;

  if (cl->clGetPlatformIDs (0, NULL, &n) != CL_SUCCESS || n == 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("OpenCL has no driver here: install one for the graphics card."));
      return NULL;
    }
  platforms = g_new0 (cl_platform_id, n);
  if (cl->clGetPlatformIDs (n, platforms, NULL) == CL_SUCCESS)
    for (cl_uint i = 0; i < n; i++)
      find_devices (cl, platforms[i], found);
  if (found->len == 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("OpenCL has a driver here, but no device."));
      return NULL;
    }
  g_ptr_array_sort (found, compare_found);
  return g_steal_pointer (&found);
}

/* -- what is known of one -- */

static char *
device_text (const WhOpenclLibrary *cl, cl_device_id device, cl_device_info what)
{
  size_t length = 0;
  g_autofree char *text = NULL;

  if (cl->clGetDeviceInfo (device, what, 0, NULL, &length) != CL_SUCCESS)
    return g_strdup ("");
  text = g_malloc0 (length + 1);
  cl->clGetDeviceInfo (device, what, length, text, NULL);
  return g_utf8_make_valid (g_strstrip (text), -1);
}

static WhOpenclInfo *
info_of (const WhOpenclLibrary *cl, const Found *found)
{
  WhOpenclInfo *info = g_new0 (WhOpenclInfo, 1);
  cl_uint units = 0;
  cl_ulong memory = 0;
  cl_device_fp_config doubles = 0;
  cl_device_type type = 0;

  cl->clGetDeviceInfo (found->device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
  cl->clGetDeviceInfo (found->device, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL);
  cl->clGetDeviceInfo (found->device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof doubles, &doubles, NULL);
  cl->clGetDeviceInfo (found->device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
  info->platform = g_strdup (found->platform);
  info->name = device_text (cl, found->device, CL_DEVICE_NAME);
  info->version = device_text (cl, found->device, CL_DEVICE_VERSION);
  info->driver = device_text (cl, found->device, CL_DRIVER_VERSION);
  info->units = units;
  info->memory = memory;
  info->doubles = doubles != 0;
  info->is_cpu = (type & CL_DEVICE_TYPE_CPU) != 0;
  return info;
}

void
wh_opencl_info_free (WhOpenclInfo *info)
{
  g_free (info->platform);
  g_free (info->name);
  g_free (info->version);
  g_free (info->driver);
  g_free (info);
}

GPtrArray *
wh_opencl_list (GError **error)
{
  const WhOpenclLibrary *cl = wh_opencl_library (error);
  g_autoptr (GPtrArray) found = cl ? find_all (cl, error) : NULL;
  GPtrArray *list;

  if (!found)
    return NULL;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_info_free);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (list, info_of (cl, found->pdata[i]));
  return list;
}

/* -- whether it will do -- */

static gboolean
is_true (const WhOpenclLibrary *cl, cl_device_id device, cl_device_info what)
{
  cl_bool value = CL_FALSE;

  return cl->clGetDeviceInfo (device, what, sizeof value, &value, NULL) == CL_SUCCESS && value;
}

static gboolean
is_fit (const WhOpenclLibrary *cl, cl_device_id device, const WhOpenclInfo *info)
{
  size_t lanes = 0;
  gboolean old = g_str_has_prefix (info->version, "OpenCL 1.0") || g_str_has_prefix (info->version, "OpenCL 1.1");

  cl->clGetDeviceInfo (device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof lanes, &lanes, NULL);
  return !old && lanes >= WH_OPENCL_LANES && is_true (cl, device, CL_DEVICE_AVAILABLE)
         && is_true (cl, device, CL_DEVICE_COMPILER_AVAILABLE);
}

cl_device_id
wh_opencl_device (const WhOpenclLibrary *cl, guint place, WhOpenclInfo **out_info, GError **error)
{
  g_autoptr (GPtrArray) found = find_all (cl, error);
  g_autoptr (WhOpenclInfo) info = NULL;
  const Found *one;

  if (!found)
    return NULL;
  if (place >= found->len)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no OpenCL device number %u."), place);
      return NULL;
    }
  one = found->pdata[place];
  info = info_of (cl, one);
  if (!is_fit (cl, one->device, info))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("%s is not available, has no compiler, or is older than OpenCL 1.2."),
                   info->name);
      return NULL;
    }
  *out_info = g_steal_pointer (&info);
  return one->device;
}
