#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-hash.h"
#include "base/wh-paths.h"
#include "wh-opencl-kernels.h"
#include "wh-opencl-private.h"

/* Full precision: single precision has little to spare. */
#define OPTIONS "-cl-std=CL1.2"
#define OPTION_DOUBLES " -DWH_DOUBLES"
#define OPTION_CPU " -DWH_ON_CPU"
#define PREFIX "/com/weedhounds/opencl/"
#define MOST_BINARY (64 * 1024 * 1024)

/* In the order they build on each other. */
static const char *const files[] = { "distance.cl", "nearest.cl", "pairs.cl", "draw.cl", "bootstrap.cl", "points.cl", "moments.cl" };

static gpointer
register_resource (gpointer data)
{
  wh_opencl_kernels_register_resource ();
  return NULL;
}

static char *
read_source (void)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr (GString) source = g_string_new (NULL);

  g_once (&once, register_resource, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strconcat (PREFIX, files[i], NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_string_append_len (source, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    }
  return g_string_free (g_steal_pointer (&source), FALSE);
}

/* -- building -- */

static void
set_build_error (const WhOpenclLibrary *cl, cl_program program, cl_device_id device, cl_int code, GError **error)
{
  size_t length = 0;
  g_autofree char *log = NULL;

  if (cl->clGetProgramBuildInfo (program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &length) == CL_SUCCESS)
    {
      log = g_malloc0 (length + 1);
      cl->clGetProgramBuildInfo (program, device, CL_PROGRAM_BUILD_LOG, length, log, NULL);
      g_debug ("building the kernels: %s", log);
    }
  g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("The driver does not compile the kernels (OpenCL error %d)."), code);
}

static cl_program
build_source (const WhOpenclLibrary *cl, cl_context context, cl_device_id device, const char *source, const char *options, GError **error)
{
  cl_int code = CL_SUCCESS;
  g_auto (cl_program) program = cl->clCreateProgramWithSource (context, 1, &source, NULL, &code);

  if (code == CL_SUCCESS && program)
    code = cl->clBuildProgram (program, 1, &device, options, NULL, NULL);
  if (code != CL_SUCCESS || !program)
    {
      set_build_error (cl, program, device, code, error);
      return NULL;
    }
  return g_steal_pointer (&program);
}

static cl_program
build_binary (const WhOpenclLibrary *cl, cl_context context, cl_device_id device, const guint8 *binary, size_t length, const char *options)
{
  cl_int status = CL_SUCCESS, code = CL_SUCCESS;
  g_auto (cl_program) program = cl->clCreateProgramWithBinary (context, 1, &device, &length, &binary, &status, &code);

  if (code != CL_SUCCESS || status != CL_SUCCESS || !program
      || cl->clBuildProgram (program, 1, &device, options, NULL, NULL) != CL_SUCCESS)
    return NULL;
  return g_steal_pointer (&program);
}

/* -- the cache: a file is the SHA-256 of the binary, then the binary -- */

static char *
cache_path (const char *cache_dir, const WhOpenclInfo *info, const char *source, const char *options)
{
  WhHasher *hasher = wh_hasher_new ();
  g_autofree char *name = NULL;
  WhHash hash;

  wh_hasher_text (hasher, info->platform);
  wh_hasher_text (hasher, info->name);
  wh_hasher_text (hasher, info->version);
  wh_hasher_text (hasher, info->driver);
  wh_hasher_text (hasher, options);
  wh_hasher_text (hasher, source);
  hash = wh_hasher_finish (hasher);
  name = wh_hash_to_string (&hash);
  return g_strconcat (cache_dir, G_DIR_SEPARATOR_S, name, ".clbin", NULL);
}

/* A file cut short or written over does not reach the driver. */
static cl_program
load (const WhOpenclLibrary *cl, cl_context context, cl_device_id device, const char *path, const char *options)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  gsize length = file ? g_mapped_file_get_length (file) : 0;
  const guint8 *binary;
  WhHash hash;

  if (length <= WH_HASH_LENGTH || length > MOST_BINARY)
    return NULL;
  binary = (const guint8 *) g_mapped_file_get_contents (file) + WH_HASH_LENGTH;
  hash = wh_hash_data (binary, length - WH_HASH_LENGTH);
  if (memcmp (hash.bytes, g_mapped_file_get_contents (file), WH_HASH_LENGTH) != 0)
    return NULL;
  return build_binary (cl, context, device, binary, length - WH_HASH_LENGTH, options);
}

/* Without a cache the next start builds again, no more. */
static void
save (const WhOpenclLibrary *cl, cl_program program, const char *cache_dir, const char *path)
{
  size_t length = 0;
  g_autofree guint8 *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *binary;
  WhHash hash;

  if (cl->clGetProgramInfo (program, CL_PROGRAM_BINARY_SIZES, sizeof length, &length, NULL) != CL_SUCCESS || length == 0
      || length > MOST_BINARY - WH_HASH_LENGTH)
    return;
  contents = g_malloc0 (WH_HASH_LENGTH + length);
  binary = contents + WH_HASH_LENGTH;
  if (cl->clGetProgramInfo (program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL) != CL_SUCCESS)
    return;
  hash = wh_hash_data (binary, length);
  memcpy (contents, hash.bytes, WH_HASH_LENGTH);
  if (!wh_paths_ensure_dir (cache_dir, &error)
      || !g_file_set_contents_full (path, (const char *) contents, (gssize) (WH_HASH_LENGTH + length), G_FILE_SET_CONTENTS_CONSISTENT,
                                    0600, &error))
    g_debug ("keeping the kernels: %s", error->message);
}

cl_program
wh_opencl_program (const WhOpenclLibrary *cl, cl_context context, cl_device_id device, const WhOpenclInfo *info, const char *cache_dir,
                   GError **error)
{
  g_autofree char *options = g_strconcat (OPTIONS, info->doubles ? OPTION_DOUBLES : "", info->is_cpu ? OPTION_CPU : "", NULL);
  g_autofree char *source = read_source ();
  g_autofree char *path = cache_dir ? cache_path (cache_dir, info, source, options) : NULL;
  cl_program program = path ? load (cl, context, device, path, options) : NULL;

  if (program)
    return program;
  program = build_source (cl, context, device, source, options, error);
  if (program && path)
    save (cl, program, cache_dir, path);
  return program;
}
