#include "wh-opencl-private.h"

gboolean
wh_opencl_ok (cl_int code, const char *what)
{
  if (code != CL_SUCCESS)
    g_debug ("%s: OpenCL error %d", what, code);
  return code == CL_SUCCESS;
}

cl_mem
wh_opencl_buffer (WhOpencl *self, gsize bytes, const void *data)
{
  const cl_uint zero = 0;
  gsize size = (MAX (bytes, 1) + sizeof zero - 1) / sizeof zero * sizeof zero;
  cl_int code = CL_SUCCESS;
  g_auto (cl_mem) buffer = NULL;

  if (size > self->most_bytes)
    return NULL;
  buffer = self->cl->clCreateBuffer (self->context, CL_MEM_READ_WRITE, size, NULL, &code);
  if (!wh_opencl_ok (code, "making a buffer") || !buffer)
    return NULL;
  if (data ? !wh_opencl_write (self, buffer, data, (WhOpenclShape) { bytes, 1, bytes, bytes })
           : !wh_opencl_ok (self->cl->clEnqueueFillBuffer (self->queue, buffer, &zero, sizeof zero, 0, size, 0, NULL, NULL), "filling"))
    return NULL;
  return g_steal_pointer (&buffer);
}

gboolean
wh_opencl_write (WhOpencl *self, cl_mem buffer, const void *data, WhOpenclShape shape)
{
  const size_t here[3] = { 0 }, there[3] = { 0, shape.first, 0 }, region[3] = { shape.width, shape.n, 1 };

  if (shape.width == 0 || shape.n == 0)
    return TRUE;
  return wh_opencl_ok (self->cl->clEnqueueWriteBufferRect (self->queue, buffer, CL_TRUE, there, here, region, shape.device_pitch, 0,
                                                           shape.host_pitch, 0, data, 0, NULL, NULL),
                       "writing");
}

gboolean
wh_opencl_read (WhOpencl *self, cl_mem buffer, void *out, WhOpenclShape shape)
{
  const size_t here[3] = { 0 }, there[3] = { 0, shape.first, 0 }, region[3] = { shape.width, shape.n, 1 };

  if (shape.width == 0 || shape.n == 0)
    return TRUE;
  return wh_opencl_ok (self->cl->clEnqueueReadBufferRect (self->queue, buffer, CL_TRUE, there, here, region, shape.device_pitch, 0,
                                                          shape.host_pitch, 0, out, 0, NULL, NULL),
                       "reading");
}

gboolean
wh_opencl_read_all (WhOpencl *self, cl_mem buffer, void *out, gsize bytes)
{
  return wh_opencl_read (self, buffer, out, (WhOpenclShape) { bytes, 1, bytes, bytes });
}

static cl_kernel
get_kernel (WhOpencl *self, const char *name)
{
  cl_kernel kernel = g_hash_table_lookup (self->kernels, name);
  cl_int code = CL_SUCCESS;

  if (kernel)
    return kernel;
  kernel = self->cl->clCreateKernel (self->program, name, &code);
  if (!wh_opencl_ok (code, name) || !kernel)
    return NULL;
  g_hash_table_insert (self->kernels, (gpointer) name, kernel);
  return kernel;
}

gboolean
wh_opencl_launch (WhOpencl *self, const char *name, gsize x, gsize y, gsize z, const WhOpenclArg *args, guint n_args)
{
  const size_t global[3] = { x * WH_OPENCL_LANES, y, z }, local[3] = { WH_OPENCL_LANES, 1, 1 };
  cl_kernel kernel = get_kernel (self, name);

  if (!kernel || y > WH_OPENCL_GROUPS || z > WH_OPENCL_GROUPS)
    return FALSE;
  for (guint i = 0; i < n_args; i++)
    if (!wh_opencl_ok (self->cl->clSetKernelArg (kernel, i, args[i].size, args[i].value), name))
      return FALSE;
  return wh_opencl_ok (self->cl->clEnqueueNDRangeKernel (self->queue, kernel, 3, NULL, global, local, 0, NULL, NULL), name);
}
