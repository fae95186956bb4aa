/* wh-opencl-library.h: libOpenCL.so.1, opened at run time and never linked, and its handles' clean-up. */
#pragma once

#include <glib.h>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

G_BEGIN_DECLS

/* Every function used, once: the table and the look-up are made of this list. */
#define WH_OPENCL_FUNCTIONS(each)   \
  each (clBuildProgram)             \
  each (clCreateBuffer)             \
  each (clCreateCommandQueue)       \
  each (clCreateContext)            \
  each (clCreateKernel)             \
  each (clCreateProgramWithBinary)  \
  each (clCreateProgramWithSource)  \
  each (clEnqueueFillBuffer)        \
  each (clEnqueueNDRangeKernel)     \
  each (clEnqueueReadBufferRect)    \
  each (clEnqueueWriteBufferRect)   \
  each (clFinish)                   \
  each (clGetDeviceIDs)             \
  each (clGetDeviceInfo)            \
  each (clGetPlatformIDs)           \
  each (clGetPlatformInfo)          \
  each (clGetProgramBuildInfo)      \
  each (clGetProgramInfo)           \
  each (clReleaseCommandQueue)      \
  each (clReleaseContext)           \
  each (clReleaseKernel)            \
  each (clReleaseMemObject)         \
  each (clReleaseProgram)           \
  each (clSetKernelArg)

typedef struct {
#define WH_OPENCL_MEMBER(name) __typeof__ (&name) name;
  WH_OPENCL_FUNCTIONS (WH_OPENCL_MEMBER)
#undef WH_OPENCL_MEMBER
} WhOpenclLibrary;

/* Opens the library on the first call and keeps it. WH_ERROR_UNSUPPORTED without one, or with one that lacks a function. */
const WhOpenclLibrary *wh_opencl_library         (GError **error);

/* NULL is nothing to release. */
void                   wh_opencl_release_mem     (cl_mem mem);
void                   wh_opencl_release_program (cl_program program);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (cl_mem, wh_opencl_release_mem, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (cl_program, wh_opencl_release_program, NULL)

G_END_DECLS
