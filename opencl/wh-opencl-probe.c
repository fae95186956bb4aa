#include "wh-opencl-probe.h"

#include <string.h>

#include "base/wh-clock.h"

gboolean
wh_opencl_probe_denied (const char *const *denied, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (; denied && *denied; denied++)
    {
      g_autofree char *part = g_utf8_casefold (*denied, -1);
      if (*part && strstr (folded, part))
        return TRUE;
    }
  return FALSE;
}

static void
fail (WhOpenclVerdict *verdict, WhOpenclCourse course, WhOpenclStage stage)
{
  verdict->course = course;
  verdict->stage = stage;
}

/* Every operation on made-up data. What the device declines it is not asked for later. */
static void
check (const WhOpenclProbe *probe, WhOpenclProxy *proxy, gint64 deadline, WhOpenclVerdict *verdict, GCancellable *cancellable)
{
  const WhOpenclEngine engine = { &wh_opencl_proxy_ops, proxy };

  for (WhOperation operation = 0; operation < WH_N_OPERATIONS && verdict->course == WH_OPENCL_WENT_WELL; operation++)
    {
      WhOpenclAgreement agreement = wh_opencl_check (&engine, &probe->cpu, operation, deadline, cancellable);
      WhOpenclCourse last = wh_opencl_proxy_last (proxy);
      verdict->operation = operation;
      verdict->paces.does[operation] = agreement == WH_OPENCL_AGREES;
      if (last != WH_OPENCL_WENT_WELL)
        fail (verdict, last, WH_OPENCL_STAGE_CHECK);
      else if (agreement == WH_OPENCL_DIFFERS)
        fail (verdict, WH_OPENCL_LIED, WH_OPENCL_STAGE_CHECK);
      else if (wh_clock_monotonic () > deadline)
        fail (verdict, WH_OPENCL_HUNG, WH_OPENCL_STAGE_CHECK);
    }
}

static void
measure (const WhOpenclProbe *probe, WhOpenclProxy *proxy, WhOpenclVerdict *verdict, GCancellable *cancellable)
{
  const WhOpenclEngine engine = { &wh_opencl_proxy_ops, proxy };

  for (WhOperation operation = 0; operation < WH_N_OPERATIONS && verdict->course == WH_OPENCL_WENT_WELL; operation++)
    {
      if (!verdict->paces.does[operation])
        continue;
      verdict->paces.does[operation] = wh_opencl_measure_operation (&engine, &probe->cpu, operation, &verdict->paces, cancellable);
      if (wh_opencl_proxy_last (proxy) != WH_OPENCL_WENT_WELL)
        fail (verdict, wh_opencl_proxy_last (proxy), WH_OPENCL_STAGE_MEASURE);
    }
}

static void
try_device (const WhOpenclProbe *probe, const char *vendors, WhOpenclVerdict *verdict, GCancellable *cancellable)
{
  WhOpenclProxy *proxy
      = wh_opencl_proxy_new (probe->program, vendors, probe->cache_dir, verdict->place, verdict->identity, &probe->limits);
  gint64 start = wh_clock_monotonic (), deadline = start + (gint64) (probe->limits.open * 1e6);
  WhOpenclCourse course = wh_opencl_proxy_open (proxy, cancellable, &verdict->words);

  verdict->paces.open = (double) (wh_clock_monotonic () - start) / 1e6;
  if (course != WH_OPENCL_WENT_WELL)
    fail (verdict, course, WH_OPENCL_STAGE_OPEN);
  check (probe, proxy, deadline, verdict, cancellable);
  measure (probe, proxy, verdict, cancellable);
  wh_opencl_proxy_ops.close (proxy);
  verdict->moment = wh_clock_now ();
}

static GPtrArray *
try_devices (const WhOpenclProbe *probe, const char *vendors, GPtrArray *identities, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_verdict_free);

  for (guint place = 0; place < identities->len && !g_cancellable_is_cancelled (cancellable); place++)
    {
      WhOpenclVerdict *verdict = wh_opencl_verdict_new (WH_OPENCL_WENT_WELL, WH_OPENCL_STAGE_OPEN);
      verdict->identity = wh_opencl_identity_copy (identities->pdata[place]);
      verdict->place = place;
      g_ptr_array_add (verdicts, verdict);
      if (wh_opencl_probe_denied (probe->denied, verdict->identity->name))
        fail (verdict, WH_OPENCL_DENIED, WH_OPENCL_STAGE_LIST);
      else
        try_device (probe, vendors, verdict, cancellable);
    }
  return g_cancellable_is_cancelled (cancellable) ? NULL : g_steal_pointer (&verdicts);
}

GPtrArray *
wh_opencl_probe (const WhOpenclProbe *probe, WhOpenclDriver *driver, WhOpenclFound found, gpointer user_data, GCancellable *cancellable)
{
  g_autofree char *vendors = wh_opencl_driver_vendors (driver, probe->cache_dir);
  g_autofree char *words = NULL;
  g_autoptr (GPtrArray) identities = NULL;
  GPtrArray *verdicts;
  WhOpenclVerdict *verdict;
  WhOpenclCourse course
      = wh_opencl_proxy_list (probe->program, vendors, probe->cache_dir, &probe->limits, cancellable, &identities, &words);

  if (g_cancellable_is_cancelled (cancellable))
    return NULL;
  if (course == WH_OPENCL_WENT_WELL && identities->len > 0)
    {
      found (user_data, driver, identities);
      g_mutex_lock (probe->measuring);
      verdicts = try_devices (probe, vendors, identities, cancellable);
      g_mutex_unlock (probe->measuring);
      return verdicts;
    }
  verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_opencl_verdict_free);
  verdict = wh_opencl_verdict_new (course == WH_OPENCL_WENT_WELL ? WH_OPENCL_FAILED : course, WH_OPENCL_STAGE_LIST);
  verdict->words = g_steal_pointer (&words);
  g_ptr_array_add (verdicts, verdict);
  return verdicts;
}
