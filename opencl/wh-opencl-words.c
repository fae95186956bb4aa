#include "wh-opencl-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define NOT_WORTH_NAMING 1000.0     /* cells: any catalogue has more */

static const char *
operation_words (WhOperation operation)
{
  static const char *const words[WH_N_OPERATIONS]
      = { N_("nearest neighbours"), N_("distribution of all pairs"), N_("all distances"), N_("uncertainty of distances"),
          N_("clusters"), N_("silhouette"), N_("correlations") };

  return _(words[operation]);
}

/* Where in the trial it was. */
static const char *
stage_words (WhOpenclStage stage)
{
  static const char *const words[WH_OPENCL_N_STAGES]
      = { N_("when it was loaded"), N_("when its programs were compiled"), N_("in a trial computation"), N_("in a trial of its speed"),
          N_("when the machine went down") };

  return _(words[stage]);
}

static char *
failure_words (const WhOpenclVerdict *verdict, const char *library)
{
  const char *said = verdict->words && *verdict->words ? verdict->words : NULL;

  if (verdict->stage != WH_OPENCL_STAGE_LIST)
    return said ? g_strdup_printf (_("its programs could not be compiled: %s"), said) : g_strdup (_("its programs could not be compiled"));
  if (!*library)
    return g_strdup (_("its file names no library"));
  if (g_path_is_absolute (library) && !g_file_test (library, G_FILE_TEST_EXISTS))
    return g_strdup_printf (_("its library %s does not exist"), library);
  return said ? g_strdup_printf (_("%s offers no device: %s"), library, said)
              : g_strdup_printf (_("%s offers no device"), library);
}

char *
wh_opencl_words_reason (const WhOpenclVerdict *verdict, const char *library)
{
  const char *stage = stage_words (verdict->stage);

  if (verdict->stage == WH_OPENCL_STAGE_MACHINE)
    return g_strdup (_("the machine went down while it was tried"));
  switch (verdict->course)
    {
    case WH_OPENCL_WENT_WELL:
      return NULL;
    case WH_OPENCL_FAILED:
      return failure_words (verdict, library);
    case WH_OPENCL_CRASHED:
      return g_strdup_printf (C_("driver", "it crashed %s"), stage);
    case WH_OPENCL_HUNG:
      return g_strdup_printf (C_("driver", "it took too long or hung %s"), stage);
    case WH_OPENCL_TALKED_NONSENSE:
      return g_strdup_printf (C_("driver", "it gave an impossible answer %s"), stage);
    case WH_OPENCL_LIED:
      return g_strdup_printf (_("its results differ from the processor's: %s"), operation_words (verdict->operation));
    case WH_OPENCL_DENIED:
      return g_strdup (_("denied in the configuration"));
    case WH_OPENCL_CHANGED:
      return g_strdup (_("another driver than the one that was tried"));
    default:
      return g_strdup (_("no process could be started for it"));
    }
}

char *
wh_opencl_words_off (WhOpenclCourse last)
{
  switch (last)
    {
    case WH_OPENCL_CRASHED:
      return g_strdup (_("off until the program ends: it crashed again and again"));
    case WH_OPENCL_HUNG:
      return g_strdup (_("off until the program ends: it hung again and again"));
    case WH_OPENCL_CHANGED:
      return g_strdup (_("off until it has been tried: the driver is another one than before"));
    default:
      return g_strdup (_("off until the program ends: it failed again and again"));
    }
}

GArray *
wh_opencl_words_uses (const WhOpenclPaces *paces)
{
  GArray *uses = g_array_new (FALSE, FALSE, sizeof (WhDeviceUse));

  for (WhOperation operation = 0; operation < WH_N_OPERATIONS; operation++)
    {
      WhDeviceUse use = { wh_operation_key (operation), wh_opencl_paces_from (paces, operation) };
      if (isfinite (use.from))
        g_array_append_val (uses, use);
    }
  return uses;
}

static char *
amount_words (double cells)
{
  if (cells < 1e6)
    return g_strdup_printf (_("%.3g thousand"), cells / 1e3);
  if (cells < 1e9)
    return g_strdup_printf (_("%.3g million"), cells / 1e6);
  return g_strdup_printf (_("%.3g thousand million"), cells / 1e9);
}

static WhOperation
operation_of (const char *key)
{
  WhOperation operation = 0;

  while (operation + 1 < WH_N_OPERATIONS && !g_str_equal (wh_operation_key (operation), key))
    operation++;
  return operation;
}

char *
wh_opencl_words_choice (const GArray *uses)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < uses->len; i++)
    {
      const WhDeviceUse *use = &g_array_index (uses, WhDeviceUse, i);
      const char *what = operation_words (operation_of (use->operation));
      g_autofree char *amount = amount_words (use->from);
      g_string_append (text, i ? ", " : "");
      if (use->from < NOT_WORTH_NAMING)
        g_string_append (text, what);
      else
        g_string_append_printf (text, C_("operation, size", "%s from %s comparisons on"), what, amount);
    }
  if (uses->len == 0)
    g_string_append (text, _("nothing, since the processor is faster"));
  return g_string_free (text, FALSE);
}
